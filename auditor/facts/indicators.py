"""The table ``indicators``: one row per indicator, its target and actual value understood."""

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Any

from auditor.facts import direction as directions
from auditor.facts import funds, texts
from auditor.facts.numbers import Number, column_decimals, fitting, points, printed, ratio, spread
from auditor.forms import vocabulary as names
from auditor.forms.evaluation import Evaluation, Indicator
from auditor.quantities.parsing import parse, unit_named
from auditor.quantities.quantity import Quantity, Unit

_ONE_AND_A_HALF = Decimal("1.5")
_TWICE = Decimal(2)
_IMPLAUSIBLE = (Decimal("0.2"), Decimal(5))
_ITEMS_ADDED = re.compile(r"\d+\D{1,12}[+＋]\d+")


def rows(form: Evaluation, form_year: int | None) -> Iterator[dict[str, Any]]:
    """The indicators of one form as fact rows."""
    decimals = column_decimals(row.score for row in form.indicators)
    shared = _shared(form)
    seen: dict[str, list[tuple[int, Indicator]]] = {}
    before: tuple[str | None, str | None] | None = None
    for number, row in enumerate(form.indicators):
        facts: dict[str, Any] = {"row_id": number, "cell": f"/indicators/{number}"} | shared
        facts |= _levels(row, first=(row.level1, row.level2) != before)
        facts |= _points(form, row, facts["cell"], decimals)
        facts |= _reason(row)
        facts |= _values(form, row, facts, form_year)
        facts |= _budget(form, row, facts)
        facts |= _duplicate(row, number, facts, seen)
        before = (row.level1, row.level2)
        yield facts


def is_placeholder(row: Indicator) -> bool:
    """A row of dashes and slashes, or of nothing: no indicator stands here."""
    cells = (row.level3, row.target, row.actual, row.weight, row.score)
    return all(parse(cell).kind in ("blank", "mark") for cell in cells)


def _shared(form: Evaluation) -> dict[str, Any]:
    """What is the same for every indicator of the form."""
    initial, budget = (funds.amount(form, name) for name in funds.AMOUNTS[:2])
    vague = [
        weight.value
        for row in form.indicators
        if _vague(row.target) and not is_placeholder(row) and (weight := printed(row.weight))
    ]
    whole = next((n for n, fund in enumerate(form.funds) if fund.kind == "total"), None)
    cells = [f"/funds/{whole}/{name}" for name in funds.AMOUNTS[:2] if whole is not None]
    change = ratio(budget.value - initial.value, initial.value) if budget and initial else None
    return {
        "vague_weight": sum(vague, Decimal(0)),
        "initial_budget": initial.value if initial else None,
        "full_year_budget": budget.value if budget else None,
        "budget_change": change,
        "budget_cells": " ".join(cells),
        "has_reason_column": "deviation" not in form.missing_columns,
    }


def _levels(row: Indicator, *, first: bool) -> dict[str, Any]:
    kind1 = names.level_kind("level1", row.level1)
    kind2 = names.level_kind("level2", row.level2)
    named = parse(row.level2).kind not in ("blank", "mark")
    suggestion, distance = (
        _nearest(row.level2) if row.level2 and named and kind2 is None else (None, None)
    )
    return {
        "level1": row.level1,
        "level1_kind": kind1,
        "level2": row.level2,
        "level2_kind": kind2,
        "level2_first": first,
        "level2_suggestion": suggestion,
        "level2_distance": distance,
        "level3": row.level3,
        "is_cost": "cost" in (kind1, kind2),
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
    score = parse(row.score)
    number = printed(row.score)
    weight = facts["weight"]
    facts["score_invalid"] = score.kind not in ("blank", "mark") and (
        number is None or number.value < 0
    )
    facts["score_above_weight"] = _above(row, facts)
    facts["placeholder_row"] = is_placeholder(row)
    facts["scored"] = weight is not None and weight > 0 and not facts["placeholder_row"]
    blank = [
        name
        for name in ("target", "actual", "weight", "score")
        if name not in form.missing_columns and parse(getattr(row, name)).kind in ("blank", "mark")
    ]
    facts["blank_cells"] = " ".join(f"{facts['cell']}/{name}" for name in blank)
    facts["cell_empty"] = any(getattr(row, name) is None for name in blank)
    return facts


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
        "reason_has_measure": not blank and texts.mentions([row.deviation or ""], "measures"),
    }


def _values(
    form: Evaluation, row: Indicator, facts: dict[str, Any], form_year: int | None
) -> dict[str, Any]:
    target, actual = _numeric_month(row.target, row.actual)
    name = row.level3 or ""
    way = directions.direction(
        target, is_cost=facts["is_cost"], level2_kind=facts["level2_kind"], name=name
    )
    lacks, lacks_cell = _fraction_side(target, actual, facts["cell"])
    conflict = _conflict(name, target.unit)
    quotient = _ratio(target, actual)
    comparable = _comparable(target, actual) and not lacks
    if comparable and (target.unit is None) != (actual.unit is None):
        # A missing unit is taken as the other's only where the figures make sense that way.
        far = quotient is not None and not _IMPLAUSIBLE[0] < quotient < _IMPLAUSIBLE[1]
        comparable = (
            conflict is None
            and (not far or actual.value == 0)
            and not directions.scale_open(target, actual)
        )
    dated = target.span is not None and actual.span is not None
    met = (
        directions.attained(target, actual, way, form_year)
        if comparable or dated or target.kind == "range"
        else None
    )
    return {
        **_side(form, "target", target, row.target),
        **_side(form, "actual", actual, row.actual),
        "direction": way,
        "comparable": comparable,
        "ratio": quotient,
        "attained": met,
        "dated": dated,
        "bounded_rate": _bounded(name, target.unit),
        "one_lacks_percent": lacks,
        "fraction_cell": lacks_cell,
        "unit_conflict": conflict,
        "name_unit": _name_unit(name),
        "actual_unit_missing": _unit_missing(target, actual),
        "units_clash": _clash(target, actual),
        "far_above": quotient is not None and quotient >= _TWICE,
        "target_wordy": target.kind in ("text", "tier", "grade")
        and not re.search(r"\d", row.target or ""),
        "repeats_target": row.target is not None and row.target == row.actual,
        "target_vague": _vague(row.target) and not facts["placeholder_row"],
    }


def _numeric_month(target_text: str | None, actual_text: str | None) -> tuple[Quantity, Quantity]:
    """6月 answers ≥6月 as a number of months, and 12月 as a date."""
    target, actual = parse(target_text), parse(actual_text)
    if target.kind in ("number", "range") and actual.kind == "date" and actual.value is not None:
        plain = parse(f"{actual.value}个月")
        actual = Quantity(
            actual.text, "number", value=plain.value, step=plain.step, unit=plain.unit
        )
    return target, actual


def _side(form: Evaluation, side: str, quantity: Quantity, text: str | None) -> dict[str, Any]:
    interval, base = quantity.interval(), quantity.base()
    number = None
    if quantity.kind == "number" and interval is not None and base is not None:
        # A target is a statement; an actual value may have been rounded.
        number = fitting(Number(base, *((base, base) if side == "target" else interval)))
    return {
        **spread(side, number),
        f"{side}_text": text,
        f"{side}_blank": text is None and side not in form.missing_columns,
        f"{side}_kind": quantity.kind,
        f"{side}_op": quantity.comparator,
        f"{side}_unit": quantity.unit.name if quantity.unit else None,
        f"{side}_dimension": quantity.unit.dimension if quantity.unit else None,
    }


def _comparable(target: Quantity, actual: Quantity) -> bool:
    if target.kind not in ("number", "range") or actual.kind != "number":
        return False
    if target.unit is None or actual.unit is None:
        return not (target.scaled_without_unit or actual.scaled_without_unit)
    return target.unit.dimension == actual.unit.dimension


def _ratio(target: Quantity, actual: Quantity) -> Decimal | None:
    if target.kind != "number" or not _comparable(target, actual):
        return None
    goal, value = target.base(), actual.base()
    if goal is None or value is None:
        return None
    if target.unit is None or actual.unit is None:  # one has no unit: compare as printed
        goal, value = target.value, actual.value
    return ratio(value, goal) if goal and value is not None else None


def _fraction_side(target: Quantity, actual: Quantity, cell: str) -> tuple[bool, str | None]:
    """0.95 beside 95%: one side without a unit in (0, 1.5], the other a percentage."""
    for side, other, name in ((target, actual, "target"), (actual, target, "actual")):
        small = (
            side.kind == "number"
            and side.unit is None
            and side.value is not None
            and 0 < side.value <= _ONE_AND_A_HALF
        )
        percent = other.unit is not None and other.unit.name == "%" and other.value is not None
        if small and percent and other.value is not None and other.value > _ONE_AND_A_HALF:
            return True, f"{cell}/{name}"
    return False, None


def _unit_missing(target: Quantity, actual: Quantity) -> bool:
    numbers = target.kind == "number" and actual.kind == "number"
    return numbers and target.unit is not None and actual.unit is None


_TIMES = frozenset({"months", "days", "minutes"})


def _clash(target: Quantity, actual: Quantity) -> str | None:
    """hard: amounts of different nature (家 and %). soft: 元 and 万元, 次 and 场, 月 and 天."""
    if target.kind != "number" or actual.kind != "number":
        return None
    if target.unit is None or actual.unit is None or target.unit.name == actual.unit.name:
        return None
    pair = {target.unit.dimension, actual.unit.dimension}
    if any("/" in dimension or dimension.startswith("?") for dimension in pair):
        return None
    counts = all(dimension.startswith("count:") for dimension in pair)
    soft = len(pair) == 1 or counts or pair <= _TIMES or pair == {"percent", "points"}
    return "soft" if soft else "hard"


# --- names against units --------------------------------------------------------------------


def _name_unit(name: str) -> str | None:
    unit = _unit_in_brackets(name)
    return unit.name if unit else None


def _unit_in_brackets(name: str) -> Unit | None:
    """The unit that a name carries in its last brackets: 维护设备数量（个）."""
    for inner in reversed(texts.bracketed(name)):
        if (unit := unit_named(inner)) is not None:
            return unit
    return None


@lru_cache(maxsize=65_536)
def _ending(name: str) -> str | None:
    """Rate or count, by how a name ends; a rate at the end wins over a count inside."""
    bare = texts.without_notes(name)
    if bare.endswith(texts.words("rate_endings")):
        return "rate"
    return "count" if bare.endswith(texts.words("count_endings")) else None


def _conflict(name: str, unit: Unit | None) -> str | None:
    """How the name and the target's unit contradict each other, or None."""
    if unit is None or not name or unit.dimension.startswith("?"):
        return None
    own = _unit_in_brackets(name)
    if own is not None and own.dimension != unit.dimension:
        return "bracket" if "/" not in unit.dimension else None
    percent = unit.dimension == "percent"
    if _ending(name) == "rate" and unit.dimension.startswith("count:"):
        return "rate"
    if own is not None or not percent or _ending(name) == "rate":
        return None
    if _ending(name) == "count":
        return "count"
    if _ITEMS_ADDED.search(name):
        return "number"
    return "incident" if any(word in name for word in texts.words("incidents")) else None


def _bounded(name: str, unit: Unit | None) -> bool:
    """A percentage that cannot pass 100%: 覆盖率, 合格率; not 增长率."""
    percent = unit is not None and unit.dimension == "percent"
    return percent and not any(word in name for word in texts.words("growth"))


@lru_cache(maxsize=65_536)
def _vague(target: str | None) -> bool:
    """Whether a whole target is a word like 提高, 持续改善 or 优: nothing to measure by."""
    if target is None or parse(target).kind not in ("text", "tier", "grade"):
        return False
    vague = texts.words("vague")
    bare = target
    while bare not in vague:
        rest = next(
            (bare.removeprefix(m) for m in texts.words("modifiers") if bare.startswith(m)), bare
        )
        if rest == bare or not rest:
            return False
        bare = rest
    return True


# --- budget, years, repetition --------------------------------------------------------------


def _budget(form: Evaluation, row: Indicator, facts: dict[str, Any]) -> dict[str, Any]:
    """The target of a cost row in the form's money unit, to set beside the budget."""
    target = parse(row.target)
    base = target.base()
    in_money = (
        facts["is_cost"]
        and target.kind == "number"
        and target.unit is not None
        and target.unit.dimension == "money"
    )
    amount = None
    if in_money and base is not None:
        amount = base / (Decimal(1) if form.money_unit == "元" else Decimal(10_000))
        fits = fitting(Number(amount, amount, amount))
        amount = fits.value if fits else None
    same = amount is not None and amount == facts["initial_budget"]
    return {"target_amount": amount, "equals_initial_budget": same}


def _duplicate(
    row: Indicator,
    number: int,
    facts: dict[str, Any],
    seen: dict[str, list[tuple[int, Indicator]]],
) -> dict[str, Any]:
    nothing = {"duplicate_of": None, "duplicate_scope": None}
    if facts["placeholder_row"] or facts["is_cost"] or not row.level3:
        return nothing
    key = _name_key(row.level3)
    kind = facts["level1_kind"]
    earlier = seen.setdefault(key, [])
    found: dict[str, Any] = dict(nothing)
    for other_number, other in earlier:
        other_kind = names.level_kind("level1", other.level1)
        if kind == other_kind == "output":
            found = {"duplicate_scope": "within"}
        elif {kind, other_kind} == {"output", "benefit"}:
            found = {"duplicate_scope": "across"}
        else:
            continue
        found["duplicate_of"] = f"/indicators/{other_number}/level3"
        break
    earlier.append((number, row))
    return found


@lru_cache(maxsize=65_536)
def _name_key(name: str) -> str:
    """A name for comparing: units in brackets and punctuation left out, other brackets kept."""
    narrow = unicodedata.normalize("NFKC", name)
    for inner in texts.bracketed(narrow):
        if unit_named(inner) is not None:
            narrow = narrow.replace(f"({inner})", "")
    return re.sub(r"[\s,，、。.;；:：“”\"']", "", narrow)
