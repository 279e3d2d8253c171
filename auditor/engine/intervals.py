"""Equations over printed-precision intervals, decided with exact rationals.

Every number is an interval: what its printed digits may stand for. Two sides agree when some value
of one equals some value of the other (the idea of XBRL's Calculations 1.1), so no tolerance is ever
needed. A value that was cut off instead of rounded is told apart.
"""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import product
from typing import Any, NamedTuple

from auditor.rulebook.model import Equation, Expression

HOLDS, TRUNCATED, BROKEN, UNDECIDED = "holds", "truncated", "broken", "undecided"


class Span(NamedTuple):
    """A value between two bounds."""

    value: Fraction
    low: Fraction
    high: Fraction


def exactly(number: Decimal | Fraction | int) -> Span:
    """A number that stands for itself alone."""
    value = _fraction(number)
    return Span(value, value, value)


@lru_cache(maxsize=16_384)
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
    value = row[name]
    if value is None:
        return None
    low, high = row.get(f"{name}_lo"), row.get(f"{name}_hi")
    if low is None or high is None or low == high:
        return exactly(value)
    return Span(_fraction(value), _fraction(low), _fraction(high))


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
        second = Span(1 / second.value, 1 / second.high, 1 / second.low)
    corners = [a * b for a, b in product((first.low, first.high), (second.low, second.high))]
    return Span(first.value * second.value, min(corners), max(corners))


def judge(
    equation: Equation, row: Mapping[str, Any], parameters: Mapping[str, str]
) -> tuple[str, Span | None, Span | None]:
    """Whether an equation holds on a row, and the spans of its two sides."""
    left = evaluate(equation.left, row, parameters)
    right = evaluate(equation.right, row, parameters)
    if left is None or right is None:
        return UNDECIDED, left, right
    return _verdict(equation.relation, left, right), left, right


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
