"""When Python looks for garbage: seldom, and not at all where the process ends.

What an audit holds, it holds to its end, and it has no cycles to speak of. Looking through it took
a tenth of the time of 400 forms, most of it after the report was written.
"""

import atexit
import gc

_OBJECTS_BETWEEN_COLLECTIONS = 1_000_000


def collect_seldom() -> None:
    """Collects after many new objects only, and leaves the last ones to the system."""
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    atexit.register(gc.freeze)
