"""Which way of an indicator is better, and whether its target was met.

Direction comes before attainment: a cost under its ceiling and a deadline met early are good.
Where the printed digits leave it open whether the target was met, the answer is None.
"""

from decimal import Decimal

from auditor.facts.texts import has_word
from auditor.quantities.quantity import Quantity, Span

UP, DOWN, EQUAL = "up", "down", "equal"
_STRICT = (">", "<")


def direction(target: Quantity, *, is_cost: bool, level2_kind: str | None, name: str) -> str | None:
    """up, down or equal; None for a target without size, or where its name leaves the way open."""
    if target.comparator in (">=", ">"):
        return UP
    if target.comparator in ("<=", "<"):
        return DOWN
    if target.kind == "date":
        return DOWN
    if target.kind not in ("number", "range"):
        return None
    handled = has_word(name, "handling")
    if _reversed(target, is_cost=is_cost, level2_kind=level2_kind, name=name):
        # 投诉处理率, 质保期, 节约资金: a bad thing dealt with, or what should be long or large.
        return None if handled and target.value != 0 else DOWN
    if target.comparator == "=":
        return EQUAL
    # Without a comparator a bare rate or span may be one that should fall (返修率, 平均用时).
    risky = has_word(name, "maybe_reverse")
    return None if risky else UP


def _reversed(target: Quantity, *, is_cost: bool, level2_kind: str | None, name: str) -> bool:
    dimension = target.unit.dimension if target.unit else None
    timed = level2_kind == "timeliness" and dimension in ("months", "days", "minutes")
    costs = is_cost and dimension not in ("percent", "points")
    return timed or costs or target.value == 0 or has_word(name, "reverse_names")


def attained(
    target: Quantity, actual: Quantity, way: str | None, form_year: int | None
) -> bool | None:
    """True: certainly met. False: certainly missed. None: the printed figures do not say."""
    if actual.comparator in ("<=", ">=", "<", ">"):
        return None  # an inequality says nothing of what was reached
    if target.kind == "range":
        return _within(target, actual)
    if target.span is not None and actual.span is not None:
        return _in_time(target.span, actual.span, form_year)
    goal, interval, value = target.base(), actual.interval(), actual.base()
    if target.kind != "number" or goal is None or interval is None or value is None:
        return None
    strict = target.comparator in _STRICT
    if way == UP:
        return _reaches(value, interval, goal, strict=strict)
    if way == DOWN:
        mirrored = (-interval[1], -interval[0])
        return _reaches(-value, mirrored, -goal, strict=strict)
    if value == goal:
        return True
    return False if way == EQUAL and interval[1] < goal else None


def _reaches(
    value: Decimal, interval: tuple[Decimal, Decimal], goal: Decimal, *, strict: bool
) -> bool | None:
    if value > goal or (value == goal and not strict):
        return True
    if interval[1] < goal or (interval[1] == goal and strict):
        return False
    return None


def _within(target: Quantity, actual: Quantity) -> bool | None:
    low, high = target.value, target.upper
    if low is None or high is None:
        return None
    months = target.unit is not None and target.unit.dimension == "months"
    if months and actual.span is not None:
        return low <= actual.span.first[0] <= high
    value, interval = actual.base(), actual.interval()
    same = (
        target.unit is None
        or actual.unit is None
        or (target.unit.dimension == actual.unit.dimension)
    )
    if value is None or interval is None or not same:
        return None
    factor = target.unit.factor if target.unit else Decimal(1)
    if low * factor <= value <= high * factor:
        return True
    return False if interval[1] < low * factor else None


def _in_time(target: Span, actual: Span, form_year: int | None) -> bool | None:
    """A deadline is met when what was done began no later than its last day.

    A month without a year belongs to the year of the form.
    """
    due, done = target.year or form_year, actual.year or form_year
    if due is None or done is None:
        if target.year != actual.year:
            return None
        due = done = 0
    if (done, *actual.last) <= (due, *target.last):
        return True
    if (done, *actual.first) > (due, *target.last):
        return False
    return None
