"""Submissions in the database and on the disk: find, add, answer, delete."""

import datetime as dt
import secrets
import shutil
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool

from auditor.web import settings as limits
from auditor.web.database import (
    DONE,
    RECEIVED,
    RUNNING,
    Answer,
    Round,
    Submission,
    latest,
    now,
)
from auditor.web.metrics import METRICS
from auditor.web.page import Page
from auditor.web.sessions import link_hash, new_link
from auditor.web.uploads import Received, Refused


async def find(page: Page, link: str) -> int | None:
    """The number of the submission that a link is for; None where there is none, or no more."""

    def look() -> int | None:
        with page.database.session() as session:
            found = session.query(Submission).filter_by(link_hash=link_hash(link)).one_or_none()
            return found.id if found is not None and found.expires > now() else None

    return await run_in_threadpool(look)


def place(page: Page) -> Path:
    """Where a new round may lie; nothing is there yet."""
    return page.settings.rounds / secrets.token_hex(12)


def make(place: Path) -> None:
    """Makes the folder for the files of a round; not yet a round."""
    (place / "files").mkdir(parents=True)


def confirm(
    page: Page, place: Path, received: Received, profile: str, number: int | None
) -> tuple[int, str | None]:
    """Makes a round of files that are on the disk; the submission's number, and a new one's link.

    Raises:
        Refused: too many rounds wait already.
    """
    link = None
    with page.database.session() as session:
        waits = session.query(Round).filter(Round.state.in_((RECEIVED, RUNNING))).count()
        if waits >= limits.WAITING_ROUNDS:
            raise Refused(503, "busy")
        if number is None:
            link = new_link()
            expires = now() + dt.timedelta(days=page.settings.keep_days)
            submission = Submission(link_hash=link_hash(link), created=now(), expires=expires)
            session.add(submission)
        else:
            submission = session.get_one(Submission, number)
        submission.rounds.append(
            Round(
                number=len(submission.rounds) + 1,
                folder=place.name,
                state=RECEIVED,
                received=now(),
                files=received.files,
                bytes=received.bytes,
                profile=profile,
                attempts=0,
            )
        )
        session.flush()
        known = submission.id
    METRICS.uploads.labels("confirmed").inc()
    METRICS.waiting.set(waits + 1)
    return known, link


def told(page: Page, number: int) -> dict[str, Any] | None:
    """What the pages show of a submission; None where it is gone."""
    with page.database.session() as session:
        submission = session.get(Submission, number)
        newest = latest(submission) if submission is not None else None
        if submission is None or newest is None:
            return None
        finished = [one for one in submission.rounds if one.state == DONE]
        shown = finished[-1] if finished else None
        ahead = session.query(Round).filter(Round.state == RECEIVED, Round.id < newest.id).count()
        return {
            "number": submission.id,
            "created": submission.created,
            "expires": submission.expires,
            "round": newest.number,
            "round_id": newest.id,
            "state": newest.state,
            "received": newest.received,
            "files": newest.files,
            "ahead": ahead,
            "shown": str(page.settings.rounds / shown.folder) if shown else None,
            "shown_round": shown.number if shown else None,
            "summary": shown.summary if shown else None,
            "answers": len(submission.answers),
            "profile": newest.profile,
        }


def job(page: Page, number: int, what: str, lang: str) -> dict[str, Any] | None:
    """A job on the newest audited round; None where there is none."""
    with page.database.session() as session:
        submission = session.get(Submission, number)
        done = [one for one in submission.rounds if one.state == DONE] if submission else []
        if not done:
            return None
        return page.runner.job_of(done[-1], what) | {"lang": lang}


def save_answer(page: Page, number: int, fingerprint: str, text: str) -> None:
    """Keeps what a unit says of a finding; nothing takes an earlier answer back."""
    with page.database.session() as session:
        submission = session.get_one(Submission, number)
        for old in [one for one in submission.answers if one.fingerprint == fingerprint]:
            submission.answers.remove(old)
        if text:
            submission.answers.append(Answer(fingerprint=fingerprint, text=text, at=now()))


def delete(page: Page, number: int) -> None:
    """Deletes a submission with all its files."""
    with page.database.session() as session:
        submission = session.get_one(Submission, number)
        folders = [one.folder for one in submission.rounds]
        session.delete(submission)
    page.remove(folders)


def discard(place: Path) -> None:
    """Removes what came of an upload that is not confirmed."""
    shutil.rmtree(place, ignore_errors=True)
