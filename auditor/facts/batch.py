"""What the forms of a submission say of each other, of last year's and of a list of projects."""

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from auditor.facts import funds, likeness, naming
from auditor.facts.numbers import printed
from auditor.facts.telling import pairs
from auditor.facts.texts import phrases
from auditor.forms.evaluation import Evaluation, Indicator
from auditor.quantities.parsing import parse

_LEAST_TEXT, _LEAST_NAME = 30, 6
_TEXT_ALIKE, _ROWS_ALIKE, _SERIES = 0.85, 2 / 3, 60
_LEAST_ROWS = 2
_OWN, _OTHER = 0.12, 0.35
_AGREEING = 5
_EXCELLENT, _FULL = Decimal(90), Decimal(100)
_MOST_FULL = Decimal("0.8")


@dataclass(frozen=True, slots=True)
class Context:
    """What stands beside a submission: last year's forms, and the projects it must cover."""

    previous: Sequence[Evaluation] = ()
    roster: Sequence[Evaluation] = ()


def add(forms: Sequence[Evaluation], facts: list[dict[str, Any]], rows: list[list[dict[str, Any]]],
        years: Sequence[int | None], context: Context) -> None:  # fmt: skip
    """Adds the columns that other forms decide to each form's facts and to its indicators'."""
    _years(facts, years)
    _duplicates(forms, facts, years)
    _clones(forms, facts, rows)
    _narratives(forms, facts)
    _foreign(forms, facts)
    _off_topic(forms, facts)
    _scoring_habits(forms, rows)
    if context.previous:
        _previous(forms, facts, rows, context.previous)


def submission(
    forms: Sequence[Evaluation], facts: Sequence[dict[str, Any]], context: Context
) -> dict[str, Any]:
    """The one row about the submission as a whole."""
    totals = [f["total_score"] for f in facts if f["total_score"] is not None]
    full = sum(total == _FULL for total in totals)
    return {
        "row_id": 0,
        "form_id": 0,
        "cell": "",
        "forms": len(forms),
        "totals": len(totals),
        "all_excellent": bool(totals) and all(total >= _EXCELLENT for total in totals),
        "mostly_full": bool(totals) and full >= _MOST_FULL * len(totals),
        "full_totals": full,
        **_roster(forms, context.roster),
    }


def _years(facts: list[dict[str, Any]], years: Sequence[int | None]) -> None:
    """The year of all other forms, where a single form has another."""
    known = Counter(year for year in years if year is not None)
    common, count = known.most_common(1)[0] if known else (None, 0)
    odd = sum(known.values()) - count
    for own, year in zip(facts, years, strict=True):
        alone = year is not None and year != common and odd == 1 and count >= _AGREEING
        own["batch_year"] = common if alone else None


def _key(form: Evaluation) -> str | None:
    return form.unit or form.department


def _duplicates(
    forms: Sequence[Evaluation], facts: list[dict[str, Any]], years: Sequence[int | None]
) -> None:
    first: dict[Hashable, list[int]] = defaultdict(list)
    for number, form in enumerate(forms):
        if form.project and _key(form):
            first[form.project, form.unit, form.department, years[number]].append(number)
    for numbers in first.values():
        if len(numbers) > 1:
            for number in numbers:
                other = next(n for n in numbers if n != number)
                facts[number]["duplicate_source"] = f"{forms[other].file}#{forms[other].form}"
                facts[number]["duplicate_group"] = numbers[0]
                names = [[r.level3 for r in forms[n].indicators] for n in (number, other)]
                facts[number]["duplicate_same"] = names[0] == names[1]


def _related(one: Evaluation, other: Evaluation) -> bool:
    """Projects of one series: 访视经费-东村 and 访视经费-西村."""
    from rapidfuzz import fuzz

    return bool(fuzz.ratio(one.project or "", other.project or "") >= _SERIES)


def _clones(
    forms: Sequence[Evaluation], facts: list[dict[str, Any]], rows: list[list[dict[str, Any]]]
) -> None:
    sets: dict[int, frozenset[Hashable]] = {
        number: frozenset(
            (naming.key(row.level3), row.target, row.weight)
            for row, own in zip(form.indicators, rows[number], strict=True)
            if own["scored"] and row.level3 and not _generic(own)
        )
        for number, form in enumerate(forms)
    }
    twins = likeness.alike_sets(sets, _LEAST_ROWS, _ROWS_ALIKE)
    different = {a: b for a, b in twins.items() if forms[a].project != forms[b].project}
    _tell(forms, facts, different, "clone")


def _generic(facts: dict[str, Any]) -> bool:
    """Rows that many projects rightly share: satisfaction and deadlines."""
    timed = facts["level2_kind"] == "timeliness"
    return bool(facts["is_satisfaction"] or timed or facts["is_cost"])


def _tell(
    forms: Sequence[Evaluation], facts: list[dict[str, Any]], twins: dict[int, int], name: str
) -> None:
    grouped = likeness.groups(twins)
    for number, other in twins.items():
        facts[number][f"{name}_project"] = forms[other].project or f"#{forms[other].form}"
        facts[number][f"{name}_group"] = grouped[number]
        facts[number][f"{name}_series"] = _related(forms[number], forms[other])


def _narratives(forms: Sequence[Evaluation], facts: list[dict[str, Any]]) -> None:
    """Results, and then goals, that are almost those of another project."""
    for name in ("goal_actual", "goal_expected"):
        texts = {
            number: text.replace(form.project or "\0", "")
            for number, form in enumerate(forms)
            if len(text := getattr(form, name) or "") >= _LEAST_TEXT
        }
        twins = likeness.nearly_equal(texts, _TEXT_ALIKE)
        fresh = {
            a: b
            for a, b in twins.items()
            if forms[a].project != forms[b].project and "narrative_project" not in facts[a]
        }
        for number in fresh:
            facts[number]["narrative_cells"] = f"/{name}"
        _tell(forms, facts, fresh, "narrative")


def _foreign(forms: Sequence[Evaluation], facts: list[dict[str, Any]]) -> None:
    """Names of other projects and units of the submission in a form's own texts."""
    units = {form.unit for form in forms} - {form.department for form in forms}
    names = {form.project for form in forms} | units
    long = sorted(name for name in names if name and len(name) >= _LEAST_NAME)
    texts = {n: f"{f.goal_expected or ''}\n{f.goal_actual or ''}" for n, f in enumerate(forms)}
    for number, held in likeness.mentions(texts, long).items():
        form = forms[number]
        own = f"{form.project or ''}\n{form.unit or ''}\n{form.department or ''}"
        strange = [
            name
            for name in held
            if name not in own
            and not _contains_own(name, form)
            and not _is_partner(name, texts[number])
        ]
        if strange:
            result = strange[0] in (form.goal_actual or "")
            facts[number]["foreign_name"] = strange[0]
            facts[number]["foreign_cells"] = "/goal_actual" if result else "/goal_expected"


def _is_partner(name: str, text: str) -> bool:
    """Whether a name stands as that of a partner, a payee or an object: 配合县交通运输局."""
    before = text[: text.index(name)]
    return before.endswith(phrases("partners"))


def _contains_own(name: str, form: Evaluation) -> bool:
    return any(own and own in name for own in (form.project, form.unit))


def _off_topic(forms: Sequence[Evaluation], facts: list[dict[str, Any]]) -> None:
    """A result that shares little with its own form and much with another's goal."""
    own = [pairs("。".join(_subject(form))) for form in forms]
    for number, form in enumerate(forms):
        said = pairs(form.goal_actual or "")
        if len(form.goal_actual or "") < _LEAST_TEXT or not said:
            continue
        if len(said & own[number]) / len(said) >= _OWN:
            continue
        shares = [
            (len(said & theirs) / len(said), -n) for n, theirs in enumerate(own) if n != number
        ]
        best = max(shares, default=(0.0, 0))
        if best[0] >= _OTHER:
            facts[number]["off_topic_project"] = forms[-best[1]].project


def _subject(form: Evaluation) -> list[str]:
    return [
        form.project or "",
        form.goal_expected or "",
        *(r.level3 or "" for r in form.indicators),
    ]


def _scoring_habits(forms: Sequence[Evaluation], rows: list[list[dict[str, Any]]]) -> None:
    """How many other forms of the same unit score a cost below its ceiling like a rate."""
    by_unit: dict[str | None, set[int]] = defaultdict(set)
    for number, own in enumerate(rows):
        if any(_scored_as_rate(facts) for facts in own):
            by_unit[_key(forms[number])].add(number)
    for number, own in enumerate(rows):
        others = len(by_unit[_key(forms[number])] - {number}) if _key(forms[number]) else 0
        for facts in own:
            facts["unit_rate_scored"] = others
            facts["scored_as_rate"] = _scored_as_rate(facts)


def _scored_as_rate(facts: dict[str, Any]) -> bool:
    """A cost under its ceiling that got 分值 × 实际 ÷ 上限."""
    due, score, weight = facts["rate_score"], facts["score"], facts["weight"]
    known = facts["is_cost"] and facts["attained"] is True and None not in (due, score, weight)
    return bool(known and score < weight and abs(score - due) <= facts["ceiling_tolerance"])


# --- last year ------------------------------------------------------------------------------


def _project_key(form: Evaluation) -> tuple[str, str | None]:
    return re.sub(r"(?:19|20)\d\d年?度?|\W", "", form.project or ""), _key(form)


def _previous(
    forms: Sequence[Evaluation],
    facts: list[dict[str, Any]],
    rows: list[list[dict[str, Any]]],
    previous: Sequence[Evaluation],
) -> None:
    before = {_project_key(form): form for form in previous if form.project}
    for number, form in enumerate(forms):
        last = before.get(_project_key(form))
        if last is None:
            continue
        facts[number]["previous_known"] = True
        facts[number] |= _remainder(form, last)
        by_name = {naming.key(r.level3): r for r in last.indicators if r.level3}
        for own, row in zip(rows[number], form.indicators, strict=True):
            old = by_name.get(naming.key(row.level3 or ""))
            if old is not None:
                own["previous_actual"] = old.actual
                own["below_previous"] = _below(row, old, own["direction"])
        if _same_set(form, last):
            rows[number][0]["previous_same_set"] = True
            rows[number][0]["previous_repeated"] = sum(map(_own_figure, form.indicators))


def _same_set(form: Evaluation, last: Evaluation) -> bool:
    """Whether every indicator has the target and the actual value of last year."""

    def rows(one: Evaluation) -> list[tuple[str | None, str | None, str | None]]:
        return [(r.level3, r.target, r.actual) for r in one.indicators if r.level3]

    own, old = rows(form), rows(last)
    return len(own) > _LEAST_ROWS and own == old


def _own_figure(row: Indicator) -> bool:
    """An actual value that the target did not dictate: it hardly comes out twice."""
    target, actual = parse(row.target), parse(row.actual)
    return actual.kind == target.kind == "number" and actual.base() != target.base()


def _below(row: Indicator, old: Indicator, way: str | None) -> bool:
    """A target of more is better that is lower than what was reached the year before."""
    target, reached = parse(row.target), parse(old.actual)
    same = (target.unit and target.unit.dimension) == (reached.unit and reached.unit.dimension)
    if way != "up" or not same or target.kind != "number" or reached.kind != "number":
        return False
    one, other = target.base(), reached.base()
    return one is not None and other is not None and one < other


def _remainder(form: Evaluation, last: Evaluation) -> dict[str, Any]:
    """What was left last year beside what is carried over this year, in the form's unit."""
    budget, executed = funds.amount(last, "full_year_budget"), funds.amount(last, "executed")
    carried = next(
        ((n, f) for n, f in enumerate(form.funds) if f.kind == "carried_over"), (None, None)
    )
    amount = printed(carried[1].full_year_budget) if carried[1] else None
    if budget is None or executed is None or amount is None or form.money_unit != last.money_unit:
        return {}
    return {
        "previous_remainder": budget.value - executed.value,
        "carried_over_budget": amount.value,
        "carried_over_cells": f"/funds/{carried[0]}/full_year_budget",
    }


# --- the list of projects -------------------------------------------------------------------


def _roster(forms: Sequence[Evaluation], roster: Sequence[Evaluation]) -> dict[str, Any]:
    if not roster:
        return {}
    own = Counter(form.project for form in forms)
    missing = [form.project for form in roster if form.project and not own[form.project]]
    listed = {form.project for form in roster}
    extra = [name for name in own if name and name not in listed]
    wrong = [
        form.project
        for form in forms
        for other in roster
        if other.project == form.project and _differs(form, other)
    ]
    return {
        "roster_projects": len(roster),
        "roster_missing": "、".join(str(name) for name in missing) or None,
        "roster_extra": "、".join(str(name) for name in extra) or None,
        "roster_amounts_differ": "、".join(str(name) for name in wrong) or None,
    }


def _differs(form: Evaluation, listed: Evaluation) -> bool:
    one, other = funds.amount(form, "executed"), funds.amount(listed, "executed")
    return one is not None and other is not None and (one.lo > other.hi or one.hi < other.lo)
