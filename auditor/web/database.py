"""What the page remembers: submissions, their rounds and the answers in words.

SQLite through SQLAlchemy. A row is committed after its files are on disk, with a full flush, so a
confirmed upload survives a power failure. Alembic brings an older file up to date at the start.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, create_engine, event, select
from sqlalchemy.engine import Engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

FILE = "submissions.sqlite"
RECEIVED, RUNNING, DONE, FAILED = "received", "running", "done", "failed"


class Base(DeclarativeBase):
    """All tables."""


class Submission(Base):
    """What one unit handed in; its link is known here only by a hash."""

    __tablename__ = "submissions"

    id: Mapped[int] = mapped_column(primary_key=True)
    link_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created: Mapped[dt.datetime]
    expires: Mapped[dt.datetime]
    rounds: Mapped[list["Round"]] = relationship(
        back_populates="submission", cascade="all, delete-orphan", order_by="Round.number"
    )
    answers: Mapped[list["Answer"]] = relationship(
        back_populates="submission", cascade="all, delete-orphan", order_by="Answer.id"
    )


class Round(Base):
    """One upload of a submission and what its audit said; ``folder`` is its name below rounds/."""

    __tablename__ = "rounds"

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    number: Mapped[int]
    folder: Mapped[str] = mapped_column(String(32), unique=True)
    state: Mapped[str] = mapped_column(String(16), index=True)
    received: Mapped[dt.datetime]
    finished: Mapped[dt.datetime | None]
    files: Mapped[int]
    bytes: Mapped[int]
    profile: Mapped[str] = mapped_column(String(64))
    attempts: Mapped[int] = mapped_column(default=0)
    summary: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    submission: Mapped[Submission] = relationship(back_populates="rounds")


class Answer(Base):
    """What a unit says of a finding (情况说明); a finding is known by its fingerprint."""

    __tablename__ = "answers"

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    fingerprint: Mapped[str] = mapped_column(String(64))
    text: Mapped[str]
    at: Mapped[dt.datetime]
    submission: Mapped[Submission] = relationship(back_populates="answers")


class Database:
    """The file of the page, opened; sessions are short."""

    def __init__(self, data: Path) -> None:
        self.path = data / FILE
        self._engine = _engine(self.path)
        _migrate(self._engine)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session that is committed when the block ends without an error."""
        with Session(self._engine) as session, session.begin():
            yield session

    def close(self) -> None:
        """Lets go of the file."""
        self._engine.dispose()


def _engine(path: Path) -> Engine:
    made = create_engine(f"sqlite:///{path}", connect_args={"timeout": 30})

    @event.listens_for(made, "connect")
    def _durable(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    return made


def _migrate(engine: Engine) -> None:
    """Brings the tables to what this version expects."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def now() -> dt.datetime:
    """The time, without a zone: SQLite keeps none."""
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)


def latest(submission: Submission) -> Round | None:
    """The newest round of a submission."""
    return submission.rounds[-1] if submission.rounds else None


def waiting(session: Session) -> list[Round]:
    """The rounds that wait for their audit, fairly: whoever has had least comes first."""
    rounds = session.scalars(select(Round).where(Round.state == RECEIVED).order_by(Round.id)).all()
    return sorted(rounds, key=lambda one: (one.number, one.id))
