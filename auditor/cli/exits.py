"""Exit codes, as contracts.md fixes them."""

from enum import IntEnum


class Exit(IntEnum):
    """What the process tells its caller; the highest that applies wins in the order 4, 3, 1."""

    CLEAN = 0
    FINDINGS = 1
    USAGE = 2
    UNREADABLE = 3
    FAILED = 4
    INTERRUPTED = 130
