"""A compact summary of one form, kept in memory for every form to compare others with it."""

from collections.abc import Iterator
from dataclasses import dataclass

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

    ``rows`` stand for its indicators' names, targets and weights, by number; ``strange`` is what a
    result says that shares little with its own form, as pairs of characters; ``rate_scored``
    whether a cost below its ceiling is scored like a rate.
    """

    source: str
    project: str | None
    unit: str | None
    department: str | None
    goal_expected: str | None
    goal_actual: str | None
    rows: likeness.Keys
    strange: frozenset[str]
    rate_scored: bool

    @classmethod
    def of(cls, form: Evaluation, year: int | None) -> "FormSummary":
        """Summarise a form of that year."""
        return cls(
            f"{form.file}#{form.form}",
            form.project,
            form.unit,
            form.department,
            form.goal_expected,
            form.goal_actual,
            likeness.keys(_rows(form)),
            _strange(form),
            _scores_as_rate(form, year),
        )

    @property
    def filler(self) -> str | None:
        """Whoever filled it in."""
        return self.unit or self.department

    @property
    def name(self) -> str:
        """What to call it by."""
        return self.project or f"#{self.source.rpartition('#')[2]}"

    @property
    def goals(self) -> str:
        """Both narratives."""
        return f"{self.goal_expected or ''}\n{self.goal_actual or ''}"


def pairs_of_subject(form: Evaluation) -> frozenset[str]:
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


def _strange(form: Evaluation) -> frozenset[str]:
    said = pairs_of_text(form.goal_actual or "")
    if len(form.goal_actual or "") < LEAST_TEXT or not said:
        return frozenset()
    return said if len(said & pairs_of_subject(form)) / len(said) < _OWN else frozenset()


def _scores_as_rate(form: Evaluation, year: int | None) -> bool:
    costs = [number for number, row in enumerate(form.indicators) if indicators.is_cost(row)]
    decimals = column_decimals(row.score for row in form.indicators)
    return any(
        indicators.understood(form, number, decimals, year)["scored_as_rate"] for number in costs
    )
