"""Forms judged a part at a time: their facts, every rule over them, findings and causes.

What the other forms of the submission say of a form is worked out before and handed in, so that a
part needs no other part: facts are held for a few hundred forms at once, and parts may be judged in
other processes. Findings come in the order of the forms, whoever judged them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from auditor.diagnosis.system import Case
from auditor.diagnosis.telling import diagnose
from auditor.engine import precedence, running
from auditor.engine.outcomes import Hit, Outcomes
from auditor.facts import building
from auditor.facts.building import Beside, Facts
from auditor.facts.context import Context
from auditor.findings.model import Finding
from auditor.findings.wording import word
from auditor.forms.evaluation import Evaluation
from auditor.intake.problems import WorkerLost
from auditor.language import _, chosen, use
from auditor.rulebook.loading import Profile
from auditor.rulebook.model import Rule

Runner = Callable[[Sequence[Rule], Facts, Mapping[str, str]], Outcomes]
TOGETHER = 500  # forms in a part
_PATIENCE = 3600.0  # seconds for a part: rules never hang, but a machine may be slow
_NOBODY = Evaluation("", 0)  # what a finding about the whole submission has for a form


@dataclass(frozen=True, slots=True)
class Judging:
    """Which rules judge, and by which profile."""

    rules: tuple[Rule, ...]
    profile: Profile

    @property
    def joins(self) -> bool:
        """Whether a rule is a query, which may join any forms."""
        return any(rule.query is not None for rule in self.rules)

    @property
    def norms(self) -> building.Norms:
        """What facts take from the profile."""
        return building.Norms.of(self.profile.parameters)


Judge = Callable[[Sequence[Evaluation], Context, Judging], "Judged"]


@dataclass(frozen=True, slots=True)
class Part:
    """Forms, what stands beside each, and in the first part the row about the submission."""

    forms: Sequence[Evaluation]
    beside: Sequence[Beside]
    whole: Mapping[str, Any] | None = None


@dataclass(slots=True)
class Judged:
    """What was found: by form, about the submission, and of each rule how often it was passed."""

    findings: list[list[Finding]] = field(default_factory=list)
    not_applicable: list[int] = field(default_factory=list)
    of_all: list[Finding] = field(default_factory=list)
    rates: dict[str, tuple[int, int]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def add(self, other: "Judged") -> None:
        """Adds the next part."""
        self.findings += other.findings
        self.not_applicable += other.not_applicable
        self.of_all += other.of_all
        for rule, (passed, applied) in other.rates.items():
            before = self.rates.get(rule, (0, 0))
            self.rates[rule] = (before[0] + passed, before[1] + applied)
        self.errors = other.errors | self.errors


def parts(forms: Sequence[Evaluation], context: Context, size: int) -> Iterator[Part]:
    """A submission in parts of ``size`` forms; an empty one has one part."""
    beside = building.beside(forms, context)
    for start in range(0, max(1, len(forms)), size):
        whole = building.whole(forms, context) if forms and start == 0 else None
        yield Part(forms[start : start + size], beside[start : start + size], whole)


def here(runner: Runner = running.run, size: int | None = TOGETHER) -> Judge:
    """Judges in this process; ``size`` forms at a time, or all at once.

    Rules that join may look at all forms, so that with such a rule there is one part.
    """

    def judge(forms: Sequence[Evaluation], context: Context, judging: Judging) -> Judged:
        result = Judged()
        together = max(1, len(forms)) if size is None or judging.joins else size
        for part in parts(forms, context, together):
            facts = building.of_forms(part.forms, part.beside, judging.norms, part.whole)
            result.add(_of_facts(part.forms, facts, judging, runner))
        return result

    return judge


def of_built(facts: Facts) -> Judge:
    """Judges forms whose facts are built already."""
    return lambda forms, _context, judging: _of_facts(forms, facts, judging, running.run)


def by_workers(jobs: int, few: Judge) -> Judge:
    """Judges by ``jobs`` processes where the forms are worth it, else by ``few``.

    Raises:
        WorkerLost: a process ended before its part was judged.
    """

    def judge(forms: Sequence[Evaluation], context: Context, judging: Judging) -> Judged:
        if jobs == 1 or len(forms) <= TOGETHER or judging.joins:
            return few(forms, context, judging)
        from auditor.intake.workers import Crew

        result = Judged()
        crew: Crew[Part, Judged] = Crew(
            partial(_work, judging), jobs, use, (chosen(),), seconds=_PATIENCE
        )
        try:
            for part in crew.map(parts(forms, context, TOGETHER)):
                if isinstance(part, Judged):
                    result.add(part)
                    continue
                raise WorkerLost(_("审核时一个子进程中止：内存可能不足，请用 --jobs 1"))
        finally:
            crew.close()
        return result

    return judge


def _work(judging: Judging, part: Part) -> Judged:
    facts = building.of_forms(part.forms, part.beside, judging.norms, part.whole)
    return _of_facts(part.forms, facts, judging, running.run)


def _of_facts(
    forms: Sequence[Evaluation], facts: Facts, judging: Judging, runner: Runner
) -> Judged:
    """Forms whose facts are built: rules, precedence, wording and causes."""
    parameters = judging.profile.parameters
    outcomes = runner(judging.rules, facts, parameters)
    of_all: list[Hit] = []
    by_form: list[list[Hit]] = [[] for _form in forms]
    for hit in precedence.settle(outcomes.hits, forms):
        hit.severity = judging.profile.severities.get(hit.rule.id, hit.severity)
        (of_all if hit.rule.table == "submission" else by_form[hit.form_id]).append(hit)
    ordered = {number: in_order(hits) for number, hits in enumerate(by_form)}
    worded = {number: word(hits, forms[number], parameters) for number, hits in ordered.items()}
    rules = {rule.id: rule for rule in judging.rules}
    diagnose(ordered, worded, Case(forms, facts, outcomes, rules, parameters, judging.norms.bands))
    return Judged(
        list(worded.values()),
        outcomes.not_applicable(),
        word(in_order(of_all), _NOBODY, parameters),
        {rule: (outcomes.passed[rule], applied) for rule, applied in outcomes.applied.items()},
        {error.rule: error.message for error in outcomes.errors},
    )


def in_order(hits: list[Hit]) -> list[Hit]:
    """Errors first, then warnings and advice; inside them by rule."""
    rank = {"error": 0, "warning": 1, "advice": 2}
    return sorted(hits, key=lambda hit: (rank[hit.severity], hit.rule.id, hit.row["row_id"]))
