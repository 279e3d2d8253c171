"""What an operator chooses, and the limits that hold whatever is chosen."""

from dataclasses import dataclass, field
from pathlib import Path

UPLOAD_BYTES = 512 * 1024 * 1024  # of one upload, all files together
UPLOAD_FILES = 2000  # files of one upload
UPLOADS_AT_ONCE = 8  # more wait for their turn or are asked to come back
CHUNK_SECONDS = 30  # without a byte, and the sender is given up
LEAST_RATE = 2048  # bytes a second on average, from half a minute on
WAITING_ROUNDS = 500  # confirmed uploads that wait for their audit
NAME_BYTES = 200  # of one part of a file's name
ANSWER_CHARACTERS = 2000  # of one answer in words
FORM_BYTES = 64 * 1024  # of a form without files
UPLOADS_A_MINUTE = 60  # uploads from one address
WRONG_CODES = 10  # wrong codes a minute from one address
SESSION_SECONDS = 12 * 3600
IDLE_SECONDS = 240.0  # without a sign of life, and an audit is ended and tried again
ATTEMPTS = 3  # of one audit


@dataclass(frozen=True, slots=True)
class Settings:
    """How the page runs.

    ``data`` is where submissions are kept; ``desk`` whether it serves the one person who started
    it. ``upload_code`` and ``list_code`` are empty where none is asked for. ``secret`` signs the
    sessions. ``jobs`` audits run at once. ``secure`` marks cookies for HTTPS only.
    """

    data: Path
    secret: str
    desk: bool = False
    desk_token: str = ""
    upload_code: str = ""
    list_code: str = ""
    keep_days: int = 30
    jobs: int = 2
    root_path: str = ""
    secure: bool = False
    language: str = "zh"
    profile: str = "national"
    upload_bytes: int = field(default=UPLOAD_BYTES)

    @property
    def rounds(self) -> Path:
        """Where the files of the rounds lie."""
        return self.data / "rounds"
