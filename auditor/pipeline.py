"""The pipeline: files in, findings out.

It reads every file (:mod:`auditor.forms`), audits the forms part by part
(:mod:`auditor.part_audit`), numbers the findings and returns one report per form.
"""

import hashlib
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, groupby, islice
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.diagnosis.folding import about_all, fold
from auditor.diagnosis.system import Case
from auditor.engine import precedence, rule_runner
from auditor.facts import fact_tables
from auditor.facts.context import Context
from auditor.findings.finding_messages import number
from auditor.findings.model import Audit, Report
from auditor.forms.document_reader import evaluations
from auditor.forms.evaluation import Evaluation
from auditor.forms.packed_forms import PackedForms
from auditor.forms.shared_places import SharedPlaces
from auditor.intake.files import Entry, Found, find, read
from auditor.intake.kinds import kind
from auditor.intake.problems import PassedOver, Problem, Unreadable
from auditor.language import _, chosen, pick, use
from auditor.part_audit import Failure, Judge, Judging, StageFailed, here, in_order, parts
from auditor.rulebook.loading import DEFAULT_PROFILE, Profile, Rulebook, load
from auditor.rulebook.model import Rule
from auditor.version import __version__

if TYPE_CHECKING:
    from auditor.forms.reading_cache import ReadingCache

# Workers, lists of projects and --resume are imported where they are used: they cost milliseconds.
Progress = Callable[[str], None]
FORM_FAILED = "form-failed"  # the problem of a form that the tool itself failed on
_LIGHT = 8 * 1024 * 1024  # bytes; what is more may take long, and a worker has a limit of time
_WORTH_WORKERS = 24  # files; below this starting processes costs more than it saves


@dataclass(slots=True)
class Extraction:
    """All forms of a submission, what could not be read, and notes for the user."""

    evaluations: Sequence[Evaluation] = ()
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Choice:
    """Which rules run, by which profile."""

    rulebook: Rulebook
    profile: Profile
    rules: tuple[Rule, ...]


class UnknownRule(Exception):
    """A ``--select`` or ``--ignore`` that no rule answers to."""


class UnknownProfile(Exception):
    """A ``--profile`` that does not exist; carries the names that do."""


def extract(
    paths: Sequence[str],
    progress: Progress = lambda _file: None,
    jobs: int | None = None,
    kept: "ReadingCache | None" = None,
) -> Extraction:
    """Read the forms in every file below ``paths``; a file that cannot be read becomes a problem.

    ``jobs`` worker processes read at once (all processors by default); the result is the same.
    ``kept`` are results of earlier reading: what they hold is not read again, what is new is added.
    """
    forms, seen, shared = PackedForms(), set[bytes](), SharedPlaces()
    result = Extraction(forms)
    entries = find(tuple(paths))
    reading = _read_all(entries, jobs) if kept is None else _read_new(entries, jobs, kept)
    for name, (found, problems, notes) in reading:
        progress(name)
        for form in found:
            key = _identity(form)
            if key not in seen:  # not met before by another path or in another format
                seen.add(key)
                forms.put(shared.share(form))
        result.problems += problems
        result.notes += notes
    if not forms and not result.problems:
        said = _("没有可审核的文件：只有本工具写的或不能打开的")
        result.problems.append(Problem(" ".join(paths), "no-form", said))
    return result


def roster(paths: Sequence[str]) -> Extraction:
    """The projects that lists name: tables with 项目名称 and, to be compared, 全年执行数."""
    listed: list[Evaluation] = []
    result = Extraction(listed)
    for entry in find(tuple(paths)):
        try:
            listed += _listed(entry)
        except (Unreadable, PassedOver) as why:
            _forms, problems, notes = _refused(_name(entry), why)
            result.problems += problems
            result.notes += notes
    return result


def _listed(entry: Entry) -> list[Evaluation]:
    if not isinstance(entry, Found):
        raise entry[1]
    from auditor.forms.roster import projects

    listed = projects(read(entry))
    if not listed:
        raise Unreadable("no-form", _("清单里没有“项目名称”一列"))
    return listed


_Read = tuple[list[Evaluation], list[Problem], list[str]]


def _read_all(entries: Iterator[Entry], jobs: int | None) -> Iterator[tuple[str, _Read]]:
    """Small and harmless submissions are read here, everything else by workers.

    Entries are taken one by one, because those of an archive carry their bytes.
    """
    first = list(islice(entries, _WORTH_WORKERS))
    workers = min(jobs or os.cpu_count() or 1, max(1, len(first)))
    if not any(map(_needs_a_worker, first)) and (workers == 1 or len(first) < _WORTH_WORKERS):
        for harmless, some in groupby(chain(first, entries), lambda e: not _needs_a_worker(e)):
            if harmless:
                yield from map(_read_here, some)
            else:
                yield from _read_by_workers(some, workers)
    else:
        yield from _read_by_workers(chain(first, entries), workers)


def _read_here(entry: Entry) -> tuple[str, _Read]:
    return _name(entry), read_one(entry)


def _read_by_workers(entries: Iterable[Entry], workers: int) -> Iterator[tuple[str, _Read]]:
    from auditor.intake.workers import Crew

    names: deque[str] = deque()

    def named() -> Iterator[Entry]:
        for entry in entries:
            names.append(_name(entry))
            yield entry

    crew: Crew[Entry, _Read] = Crew(read_one, workers, use, (chosen(),))
    try:
        for result in crew.map(named()):
            name = names.popleft()
            yield name, _lost(name, result) if isinstance(result, str) else result
    finally:
        crew.close()


def _read_new(
    entries: Iterator[Entry], jobs: int | None, kept: "ReadingCache"
) -> Iterator[tuple[str, _Read]]:
    """In the order of ``entries``: what is kept, and between it what is read now."""
    plan: deque[tuple[str, str | None, bool]] = deque()  # name, key, whether it is kept

    def unread() -> Iterator[Entry]:
        for entry in entries:
            raw = entry.contents() if isinstance(entry, Found) else None
            key = None if raw is None else kept.key(raw, Path(_name(entry)).suffix.lower())
            known = key is not None and key in kept
            plan.append((_name(entry), key, known))
            if not known:
                yield entry

    def waiting() -> Iterator[tuple[str, _Read]]:
        while plan and plan[0][2]:
            name, key, _known = plan.popleft()
            yield name, kept.get(key or "", name)

    for name, read_ in _read_all(unread(), jobs):
        yield from waiting()
        _called, key, _known = plan.popleft()
        if key is not None:
            kept.put(key, name, read_)
        yield name, read_
    yield from waiting()


def _name(entry: Entry) -> str:
    return entry.name if isinstance(entry, Found) else entry[0]


def _needs_a_worker(entry: Entry) -> bool:
    """Whether a native parser reads a file, as its first bytes tell, or it may take long."""
    if not isinstance(entry, Found):
        return False
    head = entry.head()
    text_or_office = head.startswith(b"PK") or kind(head) == "text"
    return not text_or_office or entry.weight() > _LIGHT


def _lost(name: str, how: str) -> _Read:
    from auditor.intake.limits import SECONDS
    from auditor.intake.workers import HUNG

    if how == HUNG:
        said = _("读取超过 {n} 秒：请拆分或另存后提交").format(n=int(SECONDS))
        return [], [Problem(name, "timeout", said)], []
    said = _("读取时程序中止（内容异常或内存不足）：请另存为 .docx 或 .xlsx 后提交")
    return [], [Problem(name, "damaged", said)], []


def read_one(found: Entry) -> _Read:
    """The forms, problems and notes of one file; it never raises."""
    if not isinstance(found, Found):
        name, refusal = found
        return _refused(name, refusal)
    try:
        return evaluations(read(found))
    except (PassedOver, Unreadable) as why:
        return _refused(found.name, why)
    except MemoryError:
        return [], [Problem(found.name, "too-large", _("内存不足：请拆分后提交"))], []
    except Exception as error:  # noqa: BLE001 - a reader's own fault must not cost the other files
        said = _("读取程序出错（{error}）：请把文件交给维护者").format(error=repr(error)[:200])
        return [], [Problem(found.name, "reader-failed", said)], []


def _refused(name: str, why: Unreadable | PassedOver) -> _Read:
    if isinstance(why, PassedOver):
        return [], [], [f"{name}：{why.message}"]
    return [], [Problem(name, why.code, why.message)], []


def _identity(form: Evaluation) -> bytes:
    """What a form is known by wherever it is met again: file without suffix, number, every cell."""
    stem = os.path.splitext(os.path.abspath(form.file))[0]  # noqa: PTH100, PTH122 - any text
    key = (stem, form.form, form.printed())
    return hashlib.blake2b(repr(key).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def choose(
    profile: str = DEFAULT_PROFILE,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    extra_rules: Path | None = None,
) -> Choice:
    """The rules to run.

    ``select`` and ``ignore`` take ids (X01), prefixes (X) and names (exec-rate-mismatch).

    Raises:
        RuleFault: a rule file does not load.
        UnknownProfile, UnknownRule: a name that does not exist.
    """
    rulebook = load(extra_rules)
    if profile not in rulebook.profiles:
        raise UnknownProfile(", ".join(sorted(rulebook.profiles)))
    settings = rulebook.profiles[profile]
    selected = _matching(rulebook, select) if select else set(rulebook.rules)
    dropped = _matching(rulebook, ignore) | set(settings.off)
    rules = tuple(rule for id_, rule in rulebook.rules.items() if id_ in selected - dropped)
    return Choice(rulebook, settings, rules)


def _matching(rulebook: Rulebook, words: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for word_ in words:
        hits = {
            rule.id
            for rule in rulebook.rules.values()
            if rule.name == word_.lower() or rule.id.startswith(word_.upper())
        }
        if not hits:
            raise UnknownRule(word_)
        found |= hits
    return found


def audit(
    extraction: Extraction,
    choice: Choice,
    context: Context = Context(),  # noqa: B008 - immutable
    judge: Judge = here(),  # noqa: B008 - immutable
) -> Audit:
    """Every rule of ``choice`` over every form: one report per form, in the order given.

    ``context`` holds last year's forms and the list of projects, for rules that compare with them;
    ``judge`` says where the work is done, which changes no result.
    """
    forms = extraction.evaluations
    problems = list(extraction.problems)
    try:
        result = judge(forms, context, Judging(choice.rules, choice.profile))
    except StageFailed:  # what compares the forms has failed: leave out those that fail alone
        forms, failures = _comparable(forms, context)
        problems += failures
        result = judge(forms, context, Judging(choice.rules, choice.profile))
    number([*chain.from_iterable(result.findings), *result.of_all])
    problems += [failed(forms[place], why) for place, why in sorted(result.failed.items())]
    found = zip(result.findings, result.not_applicable, strict=True)
    reports = [
        Report.of(forms, place, choice.profile.name, findings, not_applicable)
        for place, (findings, not_applicable) in enumerate(found)
        if place not in result.failed
    ]
    return Audit(
        version=__version__,
        rulebook=choice.rulebook.hash,
        profile=choice.profile.name,
        reports=reports,
        batch=[
            *fold(reports, {rule.id: pick(rule.title) for rule in choice.rules}),
            *(about_all(finding, forms) for finding in result.of_all),
        ],
        rule_errors=[{"rule": r, "message": message} for r, message in result.errors.items()],
        problems=problems,
        pass_rates=result.rates,
    )


def _comparable(
    forms: Sequence[Evaluation], context: Context
) -> tuple[list[Evaluation], list[Problem]]:
    """The forms that can be compared with others at all, and why the rest is left out."""
    kept: list[Evaluation] = []
    problems: list[Problem] = []
    for form in forms:
        try:
            parts([form], context, 1)
            kept.append(form)
        except StageFailed as stage_failed:
            problems.append(failed(form, stage_failed.failure))
    return kept, problems


def failed(form: Evaluation, failure: Failure) -> Problem:
    """The problem of a form that made a later stage fail."""
    said = _(
        "第 {n} 张表使工具在“{stage}”这一步出错（{why}），结果里没有它，其他表不受影响；"
        "请把 auditor extract 读出的这张表（可去掉姓名电话）交给维护者"
    )
    told = said.format(n=form.form, stage=failure.stage, why=failure.why)
    return Problem(form.file, FORM_FAILED, told)


def without_failing(extraction: Extraction, choice: Choice) -> Extraction:
    """The extraction without the forms that make judging fail, each as a problem."""
    result = audit(extraction, choice)
    kept = {(report.file, report.form) for report in result.reports}
    forms = [form for form in extraction.evaluations if (form.file, form.form) in kept]
    return Extraction(forms, result.problems, extraction.notes)


def about_cell(form: Evaluation, cell: str, choice: Choice) -> list[str]:
    """What the equations of a form say of one cell, line by line."""
    from auditor.diagnosis.cell_explanation import about

    parameters = choice.profile.parameters
    norms = fact_tables.Norms.of(parameters)
    facts = fact_tables.build([form], norms)
    outcomes = rule_runner.run(choice.rules, facts, parameters)
    hits = in_order(precedence.settle(outcomes.hits, [form]))
    rules = {rule.id: rule for rule in choice.rules}
    return about(cell, hits, Case([form], facts, outcomes, rules, parameters, norms.bands), 0)


def suggested_profile(forms: Sequence[Evaluation], rulebook: Rulebook) -> str | None:
    """The regional profile that most departments' names speak of, if there is one."""
    votes = [
        name
        for form in forms
        for name, profile in rulebook.profiles.items()
        if any(place in (form.department or "") for place in profile.match)
    ]
    best = max(set(votes), key=votes.count, default=None)
    return best if best and votes.count(best) * 2 > len(forms) else None
