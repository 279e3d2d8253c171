"""The form's own equations as witnesses: how many of them a reading makes hold.

They choose among readings that the layout allows, and never move a figure: a form that is wrong is
read as it is printed.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from auditor.forms.rows import Extent, Row, below
from auditor.forms.vocabulary import squeeze
from auditor.quantities.parsing import parse

_HUNDRED = Decimal(100)
_TENTH = Decimal("0.1")


def figure(text: str | None) -> Decimal | None:
    """A bare number or percentage as it is printed, or None."""
    bare = squeeze(text or "").rstrip("%％分").replace(",", "").replace("，", "")
    try:
        value = Decimal(bare) if bare else None
    except InvalidOperation:
        return None
    return value if value is not None and value.is_finite() else None


def rate_holds(rate: str | None, executed: str | None, budget: str | None) -> bool | None:
    """Whether 执行率 is 全年执行数 ÷ 全年预算数 within its printed digits; None if untold."""
    told = parse(rate)
    spent, planned = figure(executed), figure(budget)
    if told.value is None or told.step is None or spent is None or not planned:
        return None
    due = Fraction(spent) / Fraction(planned) * 100
    value, step = Fraction(told.value), Fraction(told.step)
    as_fraction = "%" not in (rate or "") and "％" not in (rate or "")
    return abs(due - value) < step or (as_fraction and abs(due / 100 - value) < step)


def sums_hold(parts: Sequence[Decimal], whole: Decimal, tolerance: Decimal = _TENTH) -> bool:
    """Whether parts add up to a whole as printed."""
    return bool(parts) and abs(sum(parts, Decimal(0)) - whole) <= tolerance


def fund_share(rows: Sequence[Row], columns: Mapping[str, Extent]) -> float:
    """The share of fund rows whose rate, and points, follow from the other cells (-1 to 1)."""
    votes: list[bool] = []
    for row in rows:
        found = below(row, dict(columns), from_above=frozenset())
        texts = {name: cell.text for name, cell in found.items()}
        budget = texts.get("full_year_budget")
        held = rate_holds(texts.get("rate"), texts.get("executed"), budget)
        if held is not None:
            votes.append(held)
        weight, score, rate = (figure(texts.get(n)) for n in ("weight", "score", "rate"))
        if weight and score is not None and rate is not None and "%" in (texts.get("rate") or ""):
            due = weight * min(rate, _HUNDRED) / _HUNDRED
            votes.append(abs(due - score) <= _TENTH)
        spent, planned = figure(texts.get("executed")), figure(budget)
        if spent is not None and planned is not None and spent > planned:
            votes.append(False)
    return (2 * sum(votes) / len(votes) - 1) if votes else 0.0


def of_fund_row(texts: Mapping[str, str]) -> float:
    """How much the equations of one fund row speak for a way to read it (0 or less)."""
    against = 0.0
    if rate_holds(texts.get("rate"), texts.get("executed"), texts.get("full_year_budget")) is False:
        against -= 3
    weight, score = figure(texts.get("weight")), figure(texts.get("score"))
    if weight is not None and weight > _HUNDRED:
        against -= 3
    if score is not None and score > (weight if weight is not None else _HUNDRED):
        against -= 3
    return against


def indicator_share(rows: Sequence[Row], columns: Mapping[str, Extent]) -> float:
    """How many rows have a score above their weight, which speaks against a reading (0 to -1)."""
    votes = []
    for row in rows:
        found = below(row, dict(columns), from_above=frozenset())
        weight = figure(found["weight"].text) if "weight" in found else None
        score = figure(found["score"].text) if "score" in found else None
        if weight is not None and score is not None:
            votes.append(score > weight)
    return -sum(votes) / len(votes) if votes else 0.0


HOLDING = {"funds": fund_share, "indicators": indicator_share}
