"""What stands beside a submission: last year's forms, and the list of projects it must cover."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from auditor.facts import funds, indicator_names
from auditor.facts.numbers import printed
from auditor.forms.evaluation import Evaluation, Indicator
from auditor.quantities.parsing import parse

_LEAST_ROWS = 2
_Key = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class Context:
    """The forms of the year before and the list of projects, for rules that compare with them."""

    previous: Sequence[Evaluation] = ()
    roster: Sequence[Evaluation] = ()

    def by_project(self) -> dict[_Key, Evaluation]:
        """The forms of the year before by project, as :func:`last_year` looks them up."""
        return {_project_key(form): form for form in self.previous if form.project}


def _project_key(form: Evaluation) -> _Key:
    name = re.sub(r"(?:19|20)\d\d年?度?|\W", "", form.project or "")
    return name, form.unit or form.department


def last_year(form: Evaluation, before: Mapping[_Key, Evaluation]) -> Evaluation | None:
    """The form of the same project of the year before, by :meth:`Context.by_project`."""
    return before.get(_project_key(form)) if before else None


def add_previous(
    form: Evaluation, facts: dict[str, Any], rows: Sequence[dict[str, Any]], last: Evaluation
) -> None:
    """Adds to the facts of a form and of its indicators what it was last year."""
    facts["previous_known"] = True
    facts |= _remainder(form, last)
    by_name = {indicator_names.key(r.level3): r for r in last.indicators if r.level3}
    for own, row in zip(rows, form.indicators, strict=True):
        old = by_name.get(indicator_names.key(row.level3 or ""))
        if old is not None:
            own["previous_actual"] = old.actual
            own["below_previous"] = _below(row, old, own["direction"])
    if _same_set(form, last):
        rows[0]["previous_same_set"] = True
        rows[0]["previous_repeated"] = sum(map(_own_figure, form.indicators))


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


def covered(forms: Sequence[Evaluation], roster: Sequence[Evaluation]) -> dict[str, Any]:
    """How the projects of a submission and those of a list of projects differ."""
    if not roster:
        return {}
    own = Counter(form.project for form in forms)
    missing = [form.project for form in roster if form.project and not own[form.project]]
    listed = {form.project for form in roster}
    extra = [name for name in own if name and name not in listed]
    entries: dict[str | None, list[Evaluation]] = {}
    for form in roster:
        entries.setdefault(form.project, []).append(form)
    wrong = [
        form.project
        for form in forms
        for other in entries.get(form.project, ())
        if _differs(form, other)
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
