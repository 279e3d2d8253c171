"""Equations over printed-precision intervals, decided with exact rationals.

Every number is an interval: what its printed digits may stand for. Two sides agree when some value
of one equals some value of the other (the idea of XBRL's Calculations 1.1), so no tolerance is ever
needed. A value that was cut off instead of rounded is told apart.
"""

from collections.abc import Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import product
from typing import Any, NamedTuple

from auditor.rulebook.model import Equation, Expression

_DOWN, _UP = Context(40, ROUND_FLOOR), Context(40, ROUND_CEILING)

HOLDS, TRUNCATED, BROKEN, UNDECIDED = "holds", "truncated", "broken", "undecided"


Printed = tuple[Decimal, Decimal, Decimal]  # a column: its value, least and greatest, as decimals


class Span(NamedTuple):
    """A value between two bounds."""

    value: Fraction
    low: Fraction
    high: Fraction


def exactly(number: Decimal | Fraction | int) -> Span:
    """A number that stands for itself alone."""
    value = _fraction(number)
    return Span(value, value, value)


@lru_cache(maxsize=4096)
def _fraction(number: Decimal | Fraction | int) -> Fraction:
    return Fraction(number)


def evaluate(
    expression: Expression, row: Mapping[str, Any], parameters: Mapping[str, str]
) -> Span | None:
    """The span of one side of an equation; None where an operand is missing or a divisor may be 0.

    Raises:
        KeyError: a column or parameter that the rulebook should have refused.
    """
    kind = expression[0]
    if kind == "column":
        return _column(row, expression[1])
    if kind == "number":
        return exactly(Decimal(expression[1]))
    if kind == "parameter":
        return exactly(Decimal(parameters[expression[1]]))
    spans = [evaluate(part, row, parameters) for part in expression[1:]]
    known = [span for span in spans if span is not None]
    return _combine(kind, known) if len(known) == len(spans) else None


def _column(row: Mapping[str, Any], name: str) -> Span | None:
    printed = _printed(row, name)
    if printed is None:
        return None
    value, low, high = printed
    return exactly(value) if low == high else Span(*map(_fraction, printed))


def _printed(row: Mapping[str, Any], name: str) -> Printed | None:
    value = row[name]
    if value is None:
        return None
    low, high = row.get(f"{name}_lo"), row.get(f"{name}_hi")
    return (value, value, value) if low is None or high is None else (value, low, high)


def _combine(kind: str, spans: list[Span]) -> Span | None:
    if kind in ("least", "greatest"):
        pick = min if kind == "least" else max
        return Span(*(pick(getattr(s, part) for s in spans) for part in ("value", "low", "high")))
    first, second = spans
    if kind == "+":
        return Span(first.value + second.value, first.low + second.low, first.high + second.high)
    if kind == "-":
        return Span(first.value - second.value, first.low - second.high, first.high - second.low)
    if kind == "/":
        if second.low <= 0 <= second.high:
            return None
        if first.low >= 0 and second.low > 0:
            highest = first.high / second.low
            return Span(first.value / second.value, first.low / second.high, highest)
        second = Span(1 / second.value, 1 / second.high, 1 / second.low)
    value = first.value * second.value
    if first.low >= 0 and second.low >= 0:
        return Span(value, first.low * second.low, first.high * second.high)
    corners = [a * b for a, b in product((first.low, first.high), (second.low, second.high))]
    return Span(value, min(corners), max(corners))


def judge(equation: Equation, row: Mapping[str, Any], parameters: Mapping[str, str]) -> str:
    """Whether an equation holds on a row."""
    if equation.left[0] == "column" and _surely_apart(equation, row, parameters):
        return BROKEN
    both = sides(equation, row, parameters)
    return UNDECIDED if both is None else _verdict(equation.relation, *both)


def _surely_apart(
    equation: Equation, row: Mapping[str, Any], parameters: Mapping[str, str]
) -> bool:
    """Whether decimals are enough to tell that an equation is broken: so they are for nearly all.

    They are rounded outwards: sides that lie apart so do so all the more in exact rationals, which
    take five times as long.
    """
    left, right = _printed(row, equation.left[1]), _around(equation.right, row, parameters)
    if left is None or right is None:
        return False
    (value, low, high), (least, most) = left, right
    if equation.relation != ">=" and low > most:
        return True
    if equation.relation == "=":  # nor may a value have been cut off instead of rounded
        return high < least and _UP.add(value, _UP.subtract(high, low)) <= least
    return equation.relation == ">=" and high < least


def _around(
    expression: Expression, row: Mapping[str, Any], parameters: Mapping[str, str]
) -> tuple[Decimal, Decimal] | None:
    """Bounds of an expression, rounded outwards; None where it is unknown.

    So it is too where the second operand of a product or quotient may be below zero.
    """
    kind = expression[0]
    if kind == "column":
        printed = _printed(row, expression[1])
        return printed and printed[1:]
    if kind in ("number", "parameter"):
        number = Decimal(expression[1] if kind == "number" else parameters[expression[1]])
        return number, number
    sides = [_around(part, row, parameters) for part in expression[1:]]
    known = [side for side in sides if side is not None]
    return _combine_around(kind, known) if len(known) == len(sides) else None


def _combine_around(
    kind: str, sides: list[tuple[Decimal, Decimal]]
) -> tuple[Decimal, Decimal] | None:
    if kind in ("least", "greatest"):
        pick = min if kind == "least" else max
        lows, highs = zip(*sides, strict=True)
        return pick(lows), pick(highs)
    (a, b), (c, d) = sides
    if kind == "+":
        return _DOWN.add(a, c), _UP.add(b, d)
    if kind == "-":
        return _DOWN.subtract(a, d), _UP.subtract(b, c)
    if c < 0 or (c == 0 and kind == "/"):
        return None
    if kind == "*":
        return _DOWN.multiply(a, c if a >= 0 else d), _UP.multiply(b, d if b >= 0 else c)
    return _DOWN.divide(a, d if a >= 0 else c), _UP.divide(b, c if b >= 0 else d)


def sides(
    equation: Equation, row: Mapping[str, Any], parameters: Mapping[str, str]
) -> tuple[Span, Span] | None:
    """The spans of an equation's two sides; None where one is unknown."""
    left = evaluate(equation.left, row, parameters)
    right = evaluate(equation.right, row, parameters)
    return None if left is None or right is None else (left, right)


def _verdict(relation: str, left: Span, right: Span) -> str:
    if relation == "<=":
        return HOLDS if left.low <= right.high else BROKEN
    if relation == ">=":
        return HOLDS if left.high >= right.low else BROKEN
    if left.low <= right.high and left.high >= right.low:
        return HOLDS
    step = left.high - left.low  # one unit of the last printed decimal
    if left.value <= right.high and right.low < left.value + step:
        return TRUNCATED
    return BROKEN
