"""Compare the indicator rows of one form with each other: repeated, contradictory, all alike."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from auditor.facts import claims, indicator_names, topics
from auditor.facts.likeness import common_share
from auditor.facts.narrative_numbers import coverage, pairs
from auditor.facts.texts import has, words
from auditor.forms.evaluation import Evaluation, Indicator
from auditor.quantities.parsing import parse

_ALIKE = 0.8
_MOST_EXACT = Decimal("0.75")
_SAME_OBJECT = 0.6
_TELLING, _MONTHS = 2, 12
_HALF_MORE = Decimal("1.5")


def columns(form: Evaluation, made: Sequence[dict[str, Any]]) -> None:
    """Adds to each row's facts what follows from the other rows."""
    rows = form.indicators
    shared = _counts(made)
    outputs = [n for n, facts in enumerate(made) if facts["level1_kind"] == "output"]
    ends = _ends(rows, made)
    for n, facts in enumerate(made):
        facts.update(shared)
        facts["restates"] = _restated(rows, made, n, outputs)
        facts["zero_cost_twin"] = _zero_cost_twin(rows, made, n)
        facts["months_beyond"] = _months_beyond(facts, ends)
        facts["volume_without_money"] = _volume_without_money(rows, made, n)
    claims.add_contradicting_rows(made)


def _counts(made: Sequence[dict[str, Any]]) -> dict[str, Any]:
    scored = [facts for facts in made if facts["scored"]]
    least = [f for f in scored if f["target_op"] in (">=", ">") and f["comparable"]]
    exact = sum(f["exact_hit"] for f in least)
    return {
        "reached_only_rows": sum(f["says_only_reached"] for f in scored),
        "least_rows": len(least),
        "mostly_exact": len(least) > 1 and Decimal(exact) >= _MOST_EXACT * len(least),
        "cost_rows": sum(f["is_cost"] for f in scored),
        "satisfaction_rows": sum(f["is_satisfaction"] for f in scored),
    }


def _restated(
    rows: Sequence[Indicator], made: Sequence[dict[str, Any]], n: int, outputs: Sequence[int]
) -> str | None:
    """The output row whose name a benefit row all but repeats."""
    name = rows[n].level3
    if made[n]["level1_kind"] != "benefit" or not name:
        return None
    key = indicator_names.key(name)
    for other in outputs:
        theirs = indicator_names.key(rows[other].level3 or "")
        # A short and a long name share too little whatever their letters are.
        length = 2 * min(len(key), len(theirs)) >= _ALIKE * (len(key) + len(theirs))
        if theirs and length and common_share(key, theirs) >= _ALIKE and _alike(key, theirs):
            return f"{made[other]['cell']}/level3"
    return None


def _alike(one: str, other: str) -> bool:
    from rapidfuzz import fuzz

    return bool(fuzz.ratio(one, other) >= _ALIKE * 100)


def _zero_cost_twin(
    rows: Sequence[Indicator], made: Sequence[dict[str, Any]], n: int
) -> str | None:
    """A quantity row with full marks on the very thing for which nothing was spent."""
    facts, name = made[n], rows[n].level3 or ""
    nothing = facts["is_cost"] and facts["actual"] == 0 and (facts["target"] or 0) > 0
    if not nothing or len(pairs(name)) < _TELLING:
        return None
    for other, theirs in enumerate(made):
        full = theirs["scored"] and theirs["score"] == theirs["weight"]
        quantity = theirs["level2_kind"] == "quantity" and (theirs["actual"] or 0) > 0
        if full and quantity and coverage(name, rows[other].level3 or "") >= _SAME_OBJECT:
            return f"{theirs['cell']}/actual"
    return None


_End = tuple[int, str, str]


def _ends(rows: Sequence[Indicator], made: Sequence[dict[str, Any]]) -> list[_End]:
    """(month, cell, name) of every deadline row that says by a date when something was finished."""
    found = []
    for row, facts in zip(rows, made, strict=True):
        span = parse(row.actual).span
        name = row.level3 or ""
        ended = "完" in name or has(name, "whole_finished")
        if facts["level2_kind"] == "timeliness" and span is not None and ended:
            found.append((span.last[0], f"{facts['cell']}/actual", name))
    return found


def _months_beyond(facts: dict[str, Any], ends: Sequence[_End]) -> str | None:
    """Months of work that go beyond the month in which all, or just that work, was finished."""
    name = facts["level3"] or ""
    worked = has(name, "work_names") and facts["level2_kind"] in ("quantity", "quality")
    months = facts["actual"] if worked and _counts_months(name, facts) else None
    if months is None or months > _MONTHS:
        return None
    own = set(topics.content_words(name))
    for month, cell, end in sorted(ends, reverse=True):
        of_all = has(end, "whole_finished")
        if of_all or own & set(topics.content_words(end)):
            return cell if months > month else None
    return None


def _counts_months(name: str, facts: dict[str, Any]) -> bool:
    """Whether the actual value is a number of months, by its unit or by the name: 扫描月份."""
    number = facts["actual_kind"] == "number" and not facts["dated"]
    named = facts["actual_dimension"] is None and name.endswith(words("month_counts"))
    return bool(number and (facts["actual_dimension"] == "months" or named))


def _volume_without_money(
    rows: Sequence[Indicator], made: Sequence[dict[str, Any]], n: int
) -> str | None:
    """A cost that is exactly as planned though half as much again was done of the same thing."""
    facts, name = made[n], rows[n].level3 or ""
    exact = facts["is_cost"] and facts["target"] and facts["target"] == facts["actual"]
    if not exact or len(pairs(name)) < _TELLING or "/" in (facts["target_dimension"] or ""):
        return None
    for other, theirs in enumerate(made):
        more = theirs["ratio"] is not None and theirs["ratio"] >= _HALF_MORE
        quantity = theirs["level2_kind"] == "quantity" and more
        if quantity and coverage(name, rows[other].level3 or "") >= _SAME_OBJECT:
            return f"{theirs['cell']}/actual"
    return None
