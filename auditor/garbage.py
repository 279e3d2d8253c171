"""When Python looks for garbage: at new objects only, and not at all where the process ends.

What an audit makes has hardly any cycles, and those are of files just read (lxml's parsers, xlrd).
To look through all that is held, as Python does of itself, took a tenth of the time of 400 forms,
most of it after the report was written.
"""

import atexit
import gc

_NEW_OBJECTS = 20_000
_ROUNDS, _OLD_ROUNDS = 200, 50  # of new objects before older ones are looked at


def collect_seldom() -> None:
    """Looks for garbage among new objects after every 20,000, among older ones hardly ever."""
    gc.set_threshold(_NEW_OBJECTS, _ROUNDS, _OLD_ROUNDS)
    atexit.register(gc.freeze)
