"""What a harmless change is."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from auditor.forms.evaluation import Evaluation, Indicator
from benchmarks.mutations.slips import figures

Make = Callable[[Random, Evaluation], Evaluation | None]
BLANKS = (None, "/", "-", "—", "－", "无", "无偏差")


@dataclass(frozen=True, slots=True)
class Harmless:
    """A change that must raise nothing new; ``said`` tells what it is."""

    name: str
    said: str
    make: Make


HARMLESS: list[Harmless] = []


def harmless(said: str) -> Callable[[Make], Make]:
    """Registers a harmless change under its function's name."""

    def register(make: Make) -> Make:
        name: str = getattr(make, "__name__", "")
        HARMLESS.append(Harmless(name.replace("_", "-"), said, make))
        return make

    return register


def figured(row: Indicator, *, share: bool) -> tuple[figures.Figure, figures.Figure] | None:
    """Target and actual where they are rates (``share``) or other figures."""
    both = figures.pair(row)
    return both if both and (both[0].unit == "%") == share else None
