"""Printed text as a quantity: exact value, printed precision, unit, comparator, date or tier.

Only the printed text is looked at. What a number means on a form is for ``facts`` to say.
"""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as printed (``text``), its canonical name and how many base units it is.

    ``dimension`` is money, percent, points, months, days, minutes, lessons, length, area, volume,
    mass, energy or count; a compound (元/人·月) joins the names of its parts with ``/``. Counts
    carry their unit in the dimension (count:人), because they do not convert into each other.
    """

    text: str
    name: str
    dimension: str
    factor: Decimal


@dataclass(frozen=True, slots=True)
class Span:
    """Calendar days from ``first`` to ``last``, as (year or None, month, day) bounds."""

    year: int | None
    first: tuple[int, int]
    last: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Quantity:
    """What a cell says.

    ``kind`` is ``blank``, ``mark`` (a dash or slash: not applicable), ``number``, ``range``,
    ``date``, ``tier``, ``grade`` or ``text``. ``value`` is the printed number times 万 or 亿, in
    the printed unit; ``decimals`` its printed decimals; ``step`` one unit of the last of them.
    A month alone (6月) is a ``date`` that also has a number, because ≥6月 beside it is a duration.
    """

    text: str
    kind: str
    comparator: str | None = None
    value: Decimal | None = None
    upper: Decimal | None = None
    decimals: int = 0
    step: Decimal | None = None
    unit: Unit | None = None
    scaled_without_unit: bool = False
    span: Span | None = None
    tier: str | None = None

    def base(self) -> Decimal | None:
        """The value in the base unit of its dimension (元 for money)."""
        if self.value is None:
            return None
        return self.value * self.unit.factor if self.unit else self.value

    def interval(self) -> tuple[Decimal, Decimal] | None:
        """Base-unit bounds of what the printed digits may stand for: half a step either way.

        An integer count is exact: 5个 is five, not four and a half.
        """
        value = self.base()
        if value is None or self.step is None:
            return None
        counted = self.unit is not None and self.unit.dimension.startswith("count:")
        if counted and self.step == 1:
            return value, value
        half = self.step * (self.unit.factor if self.unit else 1) / 2
        return value - half, value + half


BLANK = Quantity("", "blank")
