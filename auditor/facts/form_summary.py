"""A compact summary of one form, kept in memory for every form to compare others with it."""

import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from auditor.facts import indicator_names, indicators, likeness
from auditor.facts.design import is_satisfaction
from auditor.facts.narrative_numbers import pairs_of_text
from auditor.facts.numbers import column_decimals
from auditor.forms.evaluation import Evaluation, Indicator
from auditor.forms.vocabulary import level_kind

LEAST_TEXT = 30  # characters of a narrative that says anything
_OWN = 0.12


@dataclass(frozen=True, slots=True)
class FormSummary:
    """Whose form it is, what its narratives say, what it measures.

    ``year`` is the budget year that it prints. ``rows`` stand for its indicators' names, targets
    and weights, by number; ``strange`` is what a result says that shares little with its own form,
    as pairs of characters; ``subject`` are those of what a form is about, one after the other;
    ``rate_scored`` whether a cost below its ceiling is scored like a rate.
    ``template`` is what forms of one template share: the name of the form and the columns it has.
    """

    file: str
    form: int
    year: int | None
    project: str | None
    unit: str | None
    department: str | None
    goal_expected: str | None
    goal_actual: str | None
    rows: likeness.Keys
    strange: frozenset[str]
    subject: str
    rate_scored: bool
    total_score: str | None
    has_total: bool
    template: Hashable

    @classmethod
    def of(cls, form: Evaluation, year: int | None = None) -> "FormSummary":
        """Summarise a form; ``year`` is its budget year where it prints none."""
        own, subject = _as_year(form.year), _pairs_of_subject(form)
        return cls(
            form.file,
            form.form,
            own,
            form.project,
            form.unit,
            form.department,
            form.goal_expected,
            form.goal_actual,
            likeness.keys(_rows(form)),
            _strange(form.goal_actual or "", subject),
            "".join(subject),
            _scores_as_rate(form, year if own is None else own),
            form.total_score,
            form.total_label is not None or form.total_score is not None,
            _template(form.title or "", tuple(form.missing_columns)),
        )

    @property
    def source(self) -> str:
        """File and number of the form."""
        return f"{self.file}#{self.form}"

    def subject_pairs(self) -> set[str]:
        """What the form is about, as pairs of characters."""
        return {self.subject[at : at + 2] for at in range(0, len(self.subject), 2)}

    @property
    def filler(self) -> str | None:
        """Whoever filled it in."""
        return self.unit or self.department

    @property
    def name(self) -> str:
        """What to call it by."""
        return self.project or f"#{self.form}"

    @property
    def goals(self) -> str:
        """Both narratives."""
        return f"{self.goal_expected or ''}\n{self.goal_actual or ''}"


def _pairs_of_subject(form: Evaluation) -> frozenset[str]:
    """What a form is about, as pairs of characters: its project, its goal, its indicators."""
    names = [row.level3 or "" for row in form.indicators]
    return pairs_of_text("。".join([form.project or "", form.goal_expected or "", *names]))


def _rows(form: Evaluation) -> Iterator[tuple[str | None, ...]]:
    for row in form.indicators:
        if row.level3 and indicators.is_scored(row) and not _generic(row):
            yield indicator_names.key(row.level3), row.target, row.weight


def _generic(row: Indicator) -> bool:
    """Rows that many projects rightly share: satisfaction and deadlines."""
    timed = level_kind("level2", row.level2) == "timeliness"
    return timed or is_satisfaction(row) or indicators.is_cost(row)


def _strange(result: str, subject: frozenset[str]) -> frozenset[str]:
    if len(result) < LEAST_TEXT or not (said := pairs_of_text(result)):
        return frozenset()
    return said if len(said & subject) / len(said) < _OWN else frozenset()


def _scores_as_rate(form: Evaluation, year: int | None) -> bool:
    costs = [number for number, row in enumerate(form.indicators) if indicators.is_cost(row)]
    decimals = column_decimals(row.score for row in form.indicators)
    return any(indicators.is_scored_as_rate(form, number, decimals, year) for number in costs)


def _as_year(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"(19|20)[0-9]{2}", text) else None


@lru_cache(maxsize=256)  # templates are few, and theirs is one object for all of its forms
def _template(title: str, missing: tuple[str, ...]) -> Hashable:
    return re.sub(r"(?:19|20)\d\d年?度?|\W", "", title), tuple(sorted(missing))
