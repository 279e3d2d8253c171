"""What could not be read, in the words of contracts.md."""

import zipfile
import zlib
from dataclasses import asdict, dataclass

# Whatever zipfile raises for an archive, or a member of it, that is broken.
BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError)


@dataclass(frozen=True, slots=True)
class Problem:
    """One file (or one evaluation in it) that could not be read; the others still are."""

    file: str
    code: str
    message: str

    def as_dict(self) -> dict[str, str]:
        """Ready for JSON."""
        return asdict(self)


class Unreadable(Exception):
    """Raised by a reader; becomes a :class:`Problem` of its file."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)  # both, so that it survives a pipe between processes
        self.code = code
        self.message = message


class PassedOver(Exception):
    """Something in a folder or archive that is no submission, with why; it becomes a note."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class WorkerLost(Exception):
    """A worker process ended and no file is to blame."""
