"""Wait until submitted files change: what ``auditor check --watch`` does between two audits."""

import time
from collections.abc import Iterator, Sequence

from auditor.intake.files import regular_files

_BETWEEN_LOOKS = 0.5  # seconds; an office saves in several steps, so a change must hold still once

State = frozenset[tuple[str, int, int]]


def changes(paths: Sequence[str], before: State, seconds: float = _BETWEEN_LOOKS) -> Iterator[None]:
    """Yields each time a file below ``paths`` was saved, added or removed, and is still since.

    ``before`` is their state when they were last read: what was saved meanwhile is a change too.
    """
    while True:
        time.sleep(seconds)
        now = state(paths)
        if now == before:
            continue
        while (later := _after(seconds, paths)) != now:
            now = later
        before = now
        yield


def _after(seconds: float, paths: Sequence[str]) -> State:
    time.sleep(seconds)
    return state(paths)


def state(paths: Sequence[str]) -> State:
    """Every file below ``paths`` with its time of change and its size."""
    found: set[tuple[str, int, int]] = set()
    for path in paths:
        for file in regular_files(path):
            try:
                told = file.stat()
            except OSError:
                continue  # it went away just now: the next look tells
            found.add((str(file), told.st_mtime_ns, told.st_size))
    return frozenset(found)
