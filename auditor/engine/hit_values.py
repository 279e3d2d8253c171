"""The cells that a hit points to, and the two sides of its equation as the form prints them."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from auditor.engine.intervals import Span
from auditor.quantities.parsing import parse
from auditor.rulebook.model import Rule

# How a fraction of the fact tables is printed on a form.
_PERCENT_COLUMNS = frozenset({"rate"})
_POINT_DECIMALS = 2
_EXACT_DECIMALS = 6


def pointers(cells: Iterable[str], row: Mapping[str, Any]) -> list[str]:
    """JSON Pointers for a rule's cells on a row.

    ``/x`` is itself, ``""`` the form, ``.`` the row's own cell, ``@name`` the pointers that a
    column holds, any other name the cell of that name in the row.
    """
    found: list[str] = []
    for cell in cells:
        if cell == "" or cell.startswith("/"):
            found.append(cell)
        elif cell == ".":
            found.append(row["cell"])
        elif cell.startswith("@"):
            found.extend((row[cell.removeprefix("@")] or "").split())
        else:
            found.append(f"{row['cell']}/{cell}")
    return list(dict.fromkeys(found))


def figures(rule: Rule, row: Mapping[str, Any], left: Span, right: Span) -> tuple[str, str, str]:
    """Reported, expected and their difference, printed as the form prints them."""
    assert rule.equation is not None
    name = rule.equation.left[1] if rule.equation.left[0] == "column" else None
    text = row.get(f"{name}_text") if name else None
    percent = name in _PERCENT_COLUMNS
    printed = len(str(text).partition(".")[2].rstrip("%％")) if text else 0
    sign = "%" if percent and text and str(text).endswith(("%", "％")) else ""
    factor = 100 if percent and not _is_fraction(str(text), row[str(name)]) else 1
    adds_up = _only_sums(rule.equation.right)
    shown = [
        _decimal(value * factor, printed, exact=adds_up) for value in (left.value, right.value)
    ]
    difference = _decimal((left.value - right.value) * factor, printed, exact=adds_up)
    return str(text) if text else shown[0] + sign, shown[1] + sign, difference + sign


def _is_fraction(text: str, rate: Decimal | None) -> bool:
    """Whether a rate is printed as the fraction it is: 0.95, not 95 or 95%."""
    return bool(rate) and parse(text).unit is None and parse(text).value == rate


def _only_sums(expression: list[Any]) -> bool:
    if expression[0] in ("column", "number", "parameter"):
        return True
    return expression[0] in ("+", "-") and all(_only_sums(part) for part in expression[1:])


def _decimal(value: Fraction, printed: int, *, exact: bool) -> str:
    """At least as fine as printed, two decimals where they matter; sums in full."""
    decimals = max(printed, _EXACT_DECIMALS if exact else _POINT_DECIMALS)
    scaled = round(value * 10**decimals)
    whole = Decimal(scaled).scaleb(-decimals)
    text = f"{whole:f}"
    head, _dot, tail = text.partition(".")
    tail = tail[:printed] + tail[printed:].rstrip("0")
    return f"{head}.{tail}" if tail else head
