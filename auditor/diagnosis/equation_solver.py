"""Solve an equation for one cell: the value that the cell would need for the equation to hold."""

from fractions import Fraction

from auditor.diagnosis.system import Bound, System
from auditor.engine import intervals
from auditor.rulebook.model import Expression, columns_of


def needed(bound: Bound, column: str, cell: str, system: System) -> Fraction | None:
    """The number that the cell would have to print; None where no number would do."""
    equation = bound.equation
    on_left = column in columns_of(equation.left)
    side, other = (equation.left, equation.right) if on_left else (equation.right, equation.left)
    span = intervals.evaluate(other, bound.row, system.parameters)
    own = bound.row.get(column)
    if span is None or own is None:
        return None
    value = _solve(side, column, span.value, bound, system)
    if value is None:
        return None
    gained = (value - Fraction(own)) / Fraction(system.factor(bound, column, cell))
    return Fraction(system.value(cell) or 0) + gained


def _solve(
    side: Expression, column: str, value: Fraction, bound: Bound, system: System
) -> Fraction | None:
    """The value of a column for which an expression has a value."""
    kind = side[0]
    if kind == "column":
        return value if side[1] == column else None
    parts = [part for part in side[1:] if isinstance(part, list)]
    inside = next((n for n, part in enumerate(parts) if column in columns_of(part)), None)
    if inside is None:
        return None
    if kind in ("least", "greatest"):
        return _solve(parts[inside], column, value, bound, system)
    rest = intervals.evaluate(parts[1 - inside], bound.row, system.parameters)
    if rest is None:
        return None
    known = rest.value
    solved = _undone(kind, value, known, first=inside == 0)
    return None if solved is None else _solve(parts[inside], column, solved, bound, system)


def _undone(kind: str, value: Fraction, known: Fraction, *, first: bool) -> Fraction | None:
    """The operand that, with a known one, gives a value."""
    if kind == "+":
        return value - known
    if kind == "-":
        return value + known if first else known - value
    if kind == "*":
        return value / known if known else None
    if first:
        return value * known
    return known / value if value else None
