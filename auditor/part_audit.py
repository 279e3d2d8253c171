"""Audit a submission part by part: facts, rules, findings and causes of some hundred forms each.

Comparisons between forms are made before and passed in, so a part needs no other part. Facts are
held for one part only, and other processes can audit parts. Findings come in the order of the
forms. If a stage fails, the part is halved until the form that fails is found; it gets a failure,
and all other forms keep their findings.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from auditor.diagnosis.cause_messages import diagnose
from auditor.diagnosis.system import Case
from auditor.engine import precedence, rule_runner
from auditor.engine.outcomes import Hit, Outcomes
from auditor.facts import fact_tables
from auditor.facts.context import Context
from auditor.facts.fact_tables import Facts, FormSurroundings
from auditor.findings.finding_messages import word
from auditor.findings.model import Finding
from auditor.forms.evaluation import Evaluation
from auditor.language import _, chosen, use
from auditor.rulebook.loading import Profile
from auditor.rulebook.model import Rule

Runner = Callable[[Sequence[Rule], Facts, Mapping[str, str]], Outcomes]
TOGETHER = 500  # forms in a part
_MANY = 2_000  # forms: to compare so many takes more memory than a further process does
_PATIENCE = 3600.0  # seconds for a part: rules never hang, but a machine may be slow
_SHOWN = 200  # characters of an error
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
    def norms(self) -> fact_tables.Norms:
        """What facts take from the profile."""
        return fact_tables.Norms.of(self.profile.parameters)


@dataclass(frozen=True, slots=True)
class Failure:
    """The stage that failed for a form, and the error."""

    stage: str
    why: str


class StageFailed(Exception):
    """A stage of judging raised an error; at least one of its forms caused it."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure)
        self.failure = failure


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Names the stage in which an error is raised."""
    try:
        yield
    except StageFailed:
        raise
    except Exception as error:
        raise StageFailed(Failure(name, repr(error)[:_SHOWN])) from error


Judge = Callable[[Sequence[Evaluation], Context, Judging], "Judged"]


@dataclass(frozen=True, slots=True)
class Part:
    """Forms, what stands beside each, and in the first part the row about the submission."""

    forms: Sequence[Evaluation]
    beside: Sequence[FormSurroundings]
    whole: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Parts(Sequence[Part]):
    """A submission in parts of ``size`` forms; an empty one has one part."""

    forms: Sequence[Evaluation]
    beside: Sequence[FormSurroundings]
    whole: Mapping[str, Any] | None
    size: int

    def __len__(self) -> int:
        return max(1, -(-len(self.forms) // self.size))

    def __getitem__(self, number: Any) -> Any:
        start = range(len(self))[number] * self.size
        end = start + self.size
        whole = self.whole if start == 0 else None
        return Part(self.forms[start:end], self.beside[start:end], whole)


@dataclass(slots=True)
class Judged:
    """What was found: by form, about the submission, and of each rule how often it was passed.

    ``failed`` are the forms, by position, of which nothing is known because a stage failed.
    """

    findings: list[list[Finding]] = field(default_factory=list)
    not_applicable: list[int] = field(default_factory=list)
    of_all: list[Finding] = field(default_factory=list)
    rates: dict[str, tuple[int, int]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    failed: dict[int, Failure] = field(default_factory=dict)

    def add(self, other: "Judged") -> None:
        """Adds the next part."""
        before_it = len(self.findings)
        self.failed |= {before_it + place: failure for place, failure in other.failed.items()}
        self.findings += other.findings
        self.not_applicable += other.not_applicable
        self.of_all += other.of_all
        for rule, (passed, applied) in other.rates.items():
            before = self.rates.get(rule, (0, 0))
            self.rates[rule] = (before[0] + passed, before[1] + applied)
        self.errors = other.errors | self.errors


_Surroundings = tuple[list[FormSurroundings], dict[str, Any] | None]


def parts(forms: Sequence[Evaluation], context: Context, size: int) -> Parts:
    """A submission in parts of ``size`` forms.

    Raises:
        StageFailed: what the forms say of each other cannot be worked out.
    """
    return Parts(forms, *_compare(context, forms), size)


def _compare(context: Context, forms: Sequence[Evaluation]) -> _Surroundings:
    with stage(_("相互比较")):
        return fact_tables.compare(forms, context)


def _compared_or_none(context: Context, forms: Sequence[Evaluation]) -> _Surroundings | None:
    try:
        return _compare(context, forms)
    except StageFailed:  # a form is at fault, or the memory that a worker may take
        return None


def _compare_by_worker(context: Context, forms: Sequence[Evaluation]) -> _Surroundings:
    """As :func:`_compare`, by a process that takes the memory it needed with it when it ends.

    If it fails or ends, the forms are compared here.
    """
    from auditor.intake.workers import Crew

    task = partial(_compared_or_none, context)
    crew: Crew[Sequence[Evaluation], _Surroundings | None] = Crew(
        task, 1, use, (chosen(),), seconds=_PATIENCE
    )
    try:
        answer = next(crew.map([forms]))
    finally:
        crew.close()
    return answer if isinstance(answer, tuple) else _compare(context, forms)


def here(runner: Runner = rule_runner.run, size: int | None = TOGETHER) -> Judge:
    """Judges in this process; ``size`` forms at a time, or all at once.

    Rules that join may look at all forms, so that with such a rule there is one part.
    """

    def judge(forms: Sequence[Evaluation], context: Context, judging: Judging) -> Judged:
        result = Judged()
        together = max(1, len(forms)) if size is None or judging.joins else size
        for part in parts(forms, context, together):
            result.add(_judge_sound_forms(part, judging, runner))
        return result

    return judge


def of_built(facts: Facts) -> Judge:
    """Judges forms whose facts are built already."""
    return lambda forms, _context, judging: _of_facts(forms, facts, judging, rule_runner.run)


def judge_part(judging: Judging, part: Part) -> Judged:
    """Judges one part; this is the task of a worker process."""
    opened = replace(part, forms=list(part.forms))
    return _judge_sound_forms(opened, judging, rule_runner.run)


def by_workers(
    jobs: int, few: Judge, task: Callable[[Judging, Part], Judged] = judge_part
) -> Judge:
    """Judges by ``jobs`` processes where the forms are worth it, else by ``few``.

    A part whose worker ends is halved and judged again, until the form that ends it is found.
    """

    def judge(forms: Sequence[Evaluation], context: Context, judging: Judging) -> Judged:
        if jobs == 1 or len(forms) <= TOGETHER or judging.joins:
            return few(forms, context, judging)
        from auditor.intake.workers import Crew

        compare = _compare_by_worker if len(forms) > _MANY else _compare
        divided = Parts(forms, *compare(context, forms), TOGETHER)
        crew: Crew[Part, Judged] = Crew(
            partial(task, judging), jobs, use, (chosen(),), seconds=_PATIENCE
        )

        def by_worker(part: Part) -> Judged:
            answer = next(crew.map([part]))
            return answer if isinstance(answer, Judged) else _judge_halves(part, by_worker, _lost())

        try:
            answers = list(crew.map(divided))
            result = Judged()
            for number, answer in enumerate(answers):
                lost = not isinstance(answer, Judged)
                result.add(_judge_halves(divided[number], by_worker, _lost()) if lost else answer)  # type: ignore[arg-type]
            return result
        finally:
            crew.close()

    return judge


def _lost() -> Failure:
    return Failure(_("审核"), _("子进程中止，内存可能不足"))


def _judge_sound_forms(part: Part, judging: Judging, runner: Runner) -> Judged:
    """Judges a part and leaves out the forms that make a stage fail.

    Raises:
        StageFailed: all forms together fail where each half alone does not.
    """
    try:
        return _judge_together(part, judging, runner)
    except StageFailed as failed:

        def judge(half: Part) -> Judged:
            return _judge_sound_forms(half, judging, runner)

        again = _judge_halves(part, judge, failed.failure)
    if not judging.joins or not again.failed:
        return again
    # A rule that joins must see all sound forms at once.
    sound = [place for place in range(len(part.forms)) if place not in again.failed]
    kept = Part([part.forms[n] for n in sound], [part.beside[n] for n in sound], part.whole)
    whole = _judge_together(kept, judging, runner)
    for place in again.failed:
        whole.findings.insert(place, [])
        whole.not_applicable.insert(place, 0)
    whole.failed = again.failed
    return whole


def _judge_halves(part: Part, judge: Callable[[Part], Judged], failure: Failure) -> Judged:
    """Judges each half of a part that failed; a form that fails alone gets the failure."""
    count = len(part.forms)
    if count > 1:
        middle = count // 2
        result = judge(Part(part.forms[:middle], part.beside[:middle], part.whole))
        result.add(judge(Part(part.forms[middle:], part.beside[middle:])))
        return result
    if part.whole is not None:  # it may be the row about the submission that fails
        result = judge(Part(part.forms, part.beside))
        if not result.failed:
            result.errors["submission"] = f"{failure.stage}: {failure.why}"
        return result
    return Judged([[] for _form in part.forms], [0] * count, failed={0: failure} if count else {})


def _judge_together(part: Part, judging: Judging, runner: Runner) -> Judged:
    with stage(_("算出各项事实")):
        facts = fact_tables.of_forms(part.forms, part.beside, judging.norms, part.whole)
    return _of_facts(part.forms, facts, judging, runner)


def _of_facts(
    forms: Sequence[Evaluation], facts: Facts, judging: Judging, runner: Runner
) -> Judged:
    """Forms whose facts are built: rules, precedence, wording and causes."""
    parameters = judging.profile.parameters
    with stage(_("运行规则")):
        outcomes = runner(judging.rules, facts, parameters)
        of_all: list[Hit] = []
        by_form: list[list[Hit]] = [[] for _form in forms]
        for hit in precedence.settle(outcomes.hits, forms):
            hit.severity = judging.profile.severities.get(hit.rule.id, hit.severity)
            (of_all if hit.rule.table == "submission" else by_form[hit.form_id]).append(hit)
        ordered = {number: in_order(hits) for number, hits in enumerate(by_form)}
    with stage(_("写出问题")):
        worded = {number: word(hits, forms[number], parameters) for number, hits in ordered.items()}
        about_all = word(in_order(of_all), _NOBODY, parameters)
    with stage(_("推断原因")):
        rules = {rule.id: rule for rule in judging.rules}
        case = Case(forms, facts, outcomes, rules, parameters, judging.norms.bands)
        diagnose(ordered, worded, case)
    return Judged(
        list(worded.values()),
        outcomes.not_applicable(),
        about_all,
        {rule: (outcomes.passed[rule], applied) for rule, applied in outcomes.applied.items()},
        {error.rule: error.message for error in outcomes.errors},
    )


def in_order(hits: list[Hit]) -> list[Hit]:
    """Errors first, then warnings and advice; inside them by rule."""
    rank = {"error": 0, "warning": 1, "advice": 2}
    return sorted(hits, key=lambda hit: (rank[hit.severity], hit.rule.id, hit.row["row_id"]))
