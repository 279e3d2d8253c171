"""The table ``indicators``: one row per indicator, its target and actual value understood."""

from decimal import Decimal
from functools import lru_cache
from typing import Any

from auditor.facts import (
    design,
    funds,
    indicator_names,
    row_comparison,
    row_structure,
    texts,
    values,
)
from auditor.facts.gaps import Gaps, gaps
from auditor.facts.numbers import Number, column_decimals, fitting, points, printed, ratio, spread
from auditor.forms import vocabulary as names
from auditor.forms.evaluation import AMOUNTS, Evaluation, Indicator
from auditor.quantities.parsing import parse

_TYPING_ERRORS = 2
_EXACT_DECIMALS = 2


def rows(form: Evaluation, form_year: int | None) -> list[dict[str, Any]]:
    """The indicators of one form as fact rows."""
    decimals = column_decimals(row.score for row in form.indicators)
    shared = _shared(form)
    unread = gaps(form)
    absent = row_structure.not_due(form.indicators)
    seen: dict[str, list[tuple[int, Indicator]]] = {}
    before: tuple[str | None, str | None] | None = None
    made: list[dict[str, Any]] = []
    for number, row in enumerate(form.indicators):
        facts = shared | understood(form, number, decimals, form_year)
        facts |= _blanks(form, row, facts["cell"], absent[number])
        facts["execution_row"] = row_structure.is_execution(row)
        facts["row_read"] = not (unread.rows and _row_unread(form, unread, number))
        facts["level2_first"] = (row.level1, row.level2) != before
        facts |= _reason(row)
        facts |= _budget(form, row, facts)
        facts |= _duplicate(row, number, facts, seen)
        facts |= design.columns(row, facts)
        before = (row.level1, row.level2)
        made.append(facts)
    row_comparison.columns(form, made)
    return made


def understood(
    form: Evaluation, number: int, decimals: int, form_year: int | None
) -> dict[str, Any]:
    """What the cells of one indicator say by themselves; ``decimals`` are those of all scores."""
    return _with_sides(form, number, _marked(form, number, decimals), form_year)


def is_scored_as_rate(form: Evaluation, number: int, decimals: int, form_year: int | None) -> bool:
    """What :func:`understood` says of it, without reading the values of rows in full marks."""
    facts = _marked(form, number, decimals)
    score, weight = facts["score"], facts["weight"]
    if score is None or weight is None or score >= weight:
        return False
    return bool(_with_sides(form, number, facts, form_year)["scored_as_rate"])


def _marked(form: Evaluation, number: int, decimals: int) -> dict[str, Any]:
    row = form.indicators[number]
    facts: dict[str, Any] = {"row_id": number, "cell": f"/indicators/{number}"}
    facts |= _levels(row)
    facts |= _points(form, row, facts["cell"], decimals)
    return facts


def _with_sides(
    form: Evaluation, number: int, facts: dict[str, Any], form_year: int | None
) -> dict[str, Any]:
    facts |= values.sides(form, form.indicators[number], facts, form_year)
    facts["scored_as_rate"] = _scored_as_rate(facts)
    return facts


def is_scored(row: Indicator) -> bool:
    """Whether an indicator has a weight above 0."""
    weight = points(row.weight)
    return weight is not None and weight.value > 0 and not is_placeholder(row)


def is_cost(row: Indicator) -> bool:
    """Whether an indicator is one of cost, by either of its levels."""
    levels = ("level1", "level2")
    return any(names.level_kind(level, getattr(row, level)) == "cost" for level in levels)


def _scored_as_rate(facts: dict[str, Any]) -> bool:
    """A cost under its ceiling that got 分值 × 实际 ÷ 上限."""
    due, score, weight = facts["rate_score"], facts["score"], facts["weight"]
    known = facts["is_cost"] and facts["attained"] is True and None not in (due, score, weight)
    return bool(known and score < weight and abs(score - due) <= facts["ceiling_tolerance"])


def is_placeholder(row: Indicator) -> bool:
    """A row of dashes, slashes and zeros, or of nothing: no indicator stands here."""
    if not _is_nothing(row.level3):  # as in nearly every row
        return False
    said, counted = (row.target, row.actual), (row.weight, row.score)
    return all(map(_is_nothing, said)) and all(
        _is_nothing(cell) or parse(cell).value == 0 for cell in counted
    )


def _is_nothing(text: str | None) -> bool:
    return text is None or parse(text).kind in ("blank", "mark")


def _shared(form: Evaluation) -> dict[str, Any]:
    """What is the same for every indicator of the form."""
    initial, budget, executed = (funds.amount(form, name) for name in AMOUNTS)
    vague = [
        weight.value
        for row in form.indicators
        if indicator_names.is_vague(row.target)
        and not is_placeholder(row)
        and (weight := printed(row.weight))
    ]
    whole = next((n for n, fund in enumerate(form.funds) if fund.kind == "total"), None)
    cells = [f"/funds/{whole}/{name}" for name in AMOUNTS[:2] if whole is not None]
    change = ratio(budget.value - initial.value, initial.value) if budget and initial else None
    return {
        "vague_weight": sum(vague, Decimal(0)),
        "initial_budget": initial.value if initial else None,
        "full_year_budget": budget.value if budget else None,
        "budget_change": change,
        "gained_by_carry_over": funds.gained_by_carry_over(form),
        "executed": executed.value if executed else None,
        "budget_cells": " ".join(cells),
        "has_reason_column": "deviation" not in form.missing_columns,
    }


def _levels(row: Indicator) -> dict[str, Any]:
    kind1 = names.level_kind("level1", row.level1)
    kind2 = names.level_kind("level2", row.level2)
    named = parse(row.level2).kind not in ("blank", "mark")
    suggestion: str | None = None
    distance: int | None = None
    if row.level2 and named and kind2 is None and kind1 != "process":
        suggestion, distance = _nearest(row.level2)
        if distance > _TYPING_ERRORS:
            suggestion = None
    return {
        "level1": row.level1,
        "level1_kind": kind1,
        "level2": row.level2,
        "level2_kind": kind2,
        "level2_suggestion": suggestion,
        "level2_distance": distance,
        "level3": row.level3,
        "is_cost": is_cost(row),
        "more_wanted": texts.mentions([row.level3 or ""], "not_ceilings"),
    }


@lru_cache(maxsize=4096)
def _nearest(level2: str) -> tuple[str, int]:
    from rapidfuzz.distance import Levenshtein

    known = [f"{name}指标" for name in names.level_names("level2")]
    best = min(known, key=lambda name: (Levenshtein.distance(level2, name), name))
    return best, Levenshtein.distance(level2, best)


def _points(form: Evaluation, row: Indicator, cell: str, decimals: int) -> dict[str, Any]:
    facts: dict[str, Any] = {"cell": cell}
    for name, number in (("weight", points(row.weight)), ("score", printed(row.score, decimals))):
        text = getattr(row, name)
        facts |= spread(name, number)
        facts[f"{name}_text"] = text
        facts[f"{name}_blank"] = text is None and name not in form.missing_columns
    number = printed(row.score)
    facts["score_invalid"] = not _is_nothing(row.score) and (number is None or number.value < 0)
    facts["score_above_weight"] = _above(row, facts)
    facts["placeholder_row"] = is_placeholder(row)
    facts["scored"] = is_scored(row)
    return facts


def _blanks(form: Evaluation, row: Indicator, cell: str, absent: frozenset[str]) -> dict[str, Any]:
    """The cells that a row must have and that are empty."""
    blank = [
        name
        for name in ("target", "actual", "weight", "score")
        if name not in form.missing_columns
        and name not in absent
        and _is_nothing(getattr(row, name))
        and not (name == "actual" and values.answered_in_words(parse(row.target), row.actual))
    ]
    return {
        "blank_cells": " ".join(f"{cell}/{name}" for name in blank),
        "cell_empty": any(getattr(row, name) is None for name in blank),
    }


def _row_unread(form: Evaluation, unread: Gaps, number: int) -> bool:
    """Whether a cell without a place may belong to a row."""
    places = [
        place
        for name in ("level3", "target", "actual", "weight", "score")
        if (place := form.locators.get(f"/indicators/{number}/{name}")) is not None
    ]
    return not places or any(unread.row(place) for place in places)


def _above(row: Indicator, facts: dict[str, Any]) -> bool:
    """A whole weight is exact; one with decimals may itself have been rounded."""
    score, weight = facts["score"], facts["weight"]
    if score is None or weight is None:
        return False
    limit = weight if parse(row.weight).decimals == 0 else facts["weight_hi"]
    return bool(score > limit)


def _reason(row: Indicator) -> dict[str, Any]:
    blank = texts.blank_reason(row.deviation)
    return {
        "deviation": row.deviation,
        "reason_blank": blank,
        **design.reasons(row),
        "reason_has_measure": not blank and texts.mentions([row.deviation or ""], "measures"),
    }


def _budget(form: Evaluation, row: Indicator, facts: dict[str, Any]) -> dict[str, Any]:
    """The target of a cost row in the form's money unit, to set beside the budget."""
    target = parse(row.target)
    in_money = (
        facts["is_cost"]
        and target.kind == "number"
        and target.unit is not None
        and target.unit.dimension == "money"
    )
    amount = None
    if in_money and (base := target.base()) is not None:
        amount = base / (Decimal(1) if form.money_unit == "元" else Decimal(10_000))
        fits = fitting(Number(amount, amount, amount))
        amount = fits.value if fits else None
    same = amount is not None and amount == facts["initial_budget"]
    budget, executed = facts["full_year_budget"], facts["executed"]
    decimals = funds.significant_decimals(target.text) if in_money else 0
    return {
        "target_amount": amount,
        "equals_initial_budget": same,
        "equals_budget": same or (amount is not None and amount == budget),
        "equals_executed": amount is not None
        and amount == budget == executed
        and decimals >= _EXACT_DECIMALS,
    }


def _duplicate(
    row: Indicator,
    number: int,
    facts: dict[str, Any],
    seen: dict[str, list[tuple[int, Indicator]]],
) -> dict[str, Any]:
    nothing = {"duplicate_of": None, "duplicate_scope": None}
    if facts["placeholder_row"] or facts["is_cost"] or not row.level3:
        return nothing
    key = indicator_names.key(row.level3)
    kind = facts["level1_kind"]
    earlier = seen.setdefault(key, [])
    found: dict[str, Any] = dict(nothing)
    for other_number, other in earlier:
        other_kind = names.level_kind("level1", other.level1)
        if kind == other_kind and kind in ("output", "benefit"):
            found = {"duplicate_scope": "within"}
        elif {kind, other_kind} == {"output", "benefit"}:
            found = {"duplicate_scope": "across"}
        else:
            continue
        found["duplicate_of"] = f"/indicators/{other_number}/level3"
        break
    earlier.append((number, row))
    return found
