"""Harmless changes: the form says the same in another way, and nothing new may be found."""

from benchmarks.mutations.harmless import numbers, words  # noqa: F401 - each registers its changes
from benchmarks.mutations.harmless.model import HARMLESS, Harmless

__all__ = ["HARMLESS", "Harmless"]
