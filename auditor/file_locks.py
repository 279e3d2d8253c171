"""Locks that keep two processes from changing the same file at once.

The lock of ``auditor-waivers.yaml`` is the hidden file ``.auditor-waivers.yaml.lock`` beside it.
The operating system frees it when its holder ends, however it ends. A note beside it says who holds
it, for the message that a waiting process prints.
"""

import contextlib
import datetime as dt
import getpass
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from auditor.language import _

PATIENCE = 5.0  # seconds to wait for another process that changes the file
_POLL = 0.02


class Held(TimeoutError):
    """Another process holds the file for longer than we wait; the message says which."""


@contextmanager
def locked(file: Path, patience: float | None = None) -> Iterator[None]:
    """Holds the lock of ``file`` within the block.

    Raises:
        Held: it stays with another process for ``patience`` seconds, :data:`PATIENCE` by default.
        OSError: the lock file cannot be written.
    """
    from filelock import FileLock, Timeout

    place = file.resolve()
    place.parent.mkdir(parents=True, exist_ok=True)
    wait = PATIENCE if patience is None else patience
    lock = FileLock(place.with_name(f".{place.name}.lock"), timeout=wait, poll_interval=_POLL)
    note = place.with_name(f".{place.name}.holder")
    try:
        lock.acquire()
    except Timeout as timeout:
        said = _("{file} 正被占用（{holder}）：请等它结束后再试")
        raise Held(said.format(file=file, holder=_holder(note))) from timeout
    try:
        note.write_text(json.dumps(_self()), encoding="utf-8")  # for people; a torn one says less
        yield
    finally:
        with contextlib.suppress(OSError):
            note.unlink(missing_ok=True)
        lock.release()


def _self() -> dict[str, str]:
    try:
        user = getpass.getuser()
    except (OSError, KeyError):
        user = "?"
    now = dt.datetime.now().astimezone().isoformat(timespec="seconds")
    return {"user": user, "host": socket.gethostname(), "pid": str(os.getpid()), "since": now}


def _holder(note: Path) -> str:
    """Who holds a lock, as far as its note tells."""
    try:
        told = json.loads(note.read_bytes())
        said = _("{user} 在 {host} 上，进程 {pid}，自 {since} 起")
        return said.format(**{key: str(told[key]) for key in ("user", "host", "pid", "since")})
    except (OSError, ValueError, KeyError, TypeError):
        return _("另一个进程")
