"""Start the programs that a reader needs; they end with it, and their files have a size limit."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


def bound(largest: int | None = None) -> Callable[[], None] | None:
    """What a child does before it becomes its program (``preexec_fn``).

    On Linux the kernel kills it when its parent is gone; no file that it writes grows beyond
    ``largest`` bytes.
    """
    if sys.platform == "win32":
        return None
    parent = os.getpid()
    libc = ctypes.CDLL(None) if sys.platform.startswith("linux") else None

    def prepare() -> None:
        import resource  # not on Windows

        if largest is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
        if libc is not None:
            libc.prctl(_DIE_WITH_PARENT, signal.SIGKILL)
            if os.getppid() != parent:  # it died before the tie was made
                os._exit(1)

    return prepare
