"""Write a file whole or not at all.

A file is written under a hidden temporary name in the folder of its target, flushed to disk and
then renamed. A full disk or a killed process leaves the old file, or none; a kill may also leave
the temporary file, whose name begins with ``.auditor-`` and which nothing reads.
"""

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

Pieces = str | bytes | Iterator[str | bytes]
TEMPORARY = ".auditor-"  # how the names of unfinished files begin


@contextmanager
def beside(target: Path) -> Iterator[Path]:
    """A new path in the folder of ``target``; what the block writes there takes its place.

    A link is followed. If the block fails, ``target`` is as it was.

    Raises:
        OSError: the folder or the file cannot be written.
    """
    old = _stat(target)
    if old is not None and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(target))
    place = target.resolve()
    temporary = place.with_name(f"{TEMPORARY}{secrets.token_hex(8)}")
    try:
        yield temporary
        if old is not None:
            temporary.chmod(stat.S_IMODE(old.st_mode))
        _flush(temporary)
        temporary.replace(place)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    with contextlib.suppress(OSError):  # not every system can flush a folder
        _flush(place.parent)


@contextmanager
def replacing(target: Path) -> Iterator[BinaryIO]:
    """A binary file that takes the place of ``target`` when the block ends without an error.

    A device or a pipe (``/dev/stdout``) cannot be replaced and is written to.

    Raises:
        OSError: as for :func:`beside`.
    """
    old = _stat(target)
    if old is not None and not stat.S_ISREG(old.st_mode):
        with target.open("wb") as file:
            yield file
        return
    with beside(target) as temporary, temporary.open("xb") as file:
        yield file


def write(target: Path, contents: Pieces) -> None:
    """Writes text, bytes or pieces of either; text ends with one line break.

    Half a character (a lone surrogate) is spelt out.

    Raises:
        OSError: as for :func:`replacing`.
    """
    with replacing(target) as file:
        last: str | bytes = b""
        for piece in pieces(contents):
            last = piece
            file.write(encoded(piece))
        if isinstance(last, str) and not last.endswith("\n"):
            file.write(b"\n")


def pieces(contents: Pieces) -> Iterator[str | bytes]:
    """Contents as pieces, also when there is one."""
    return iter([contents]) if isinstance(contents, (str, bytes)) else contents


def encoded(piece: str | bytes) -> bytes:
    """A piece as bytes of a UTF-8 file."""
    return piece.encode("utf-8", "backslashreplace") if isinstance(piece, str) else piece


def _stat(target: Path) -> os.stat_result | None:
    try:
        return target.stat()
    except FileNotFoundError:
        return None


def _flush(path: Path) -> None:
    """Lets what was written survive a power failure."""
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
