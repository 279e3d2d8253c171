"""Harmless changes: the form says the same in another way, and nothing new may be found."""

from benchmarks.mutations.harmless import (  # noqa: F401 - each registers its changes
    numbers,
    readings,
    words,
)
from benchmarks.mutations.harmless.model import HARMLESS, Harmless

__all__ = ["HARMLESS", "Harmless"]
