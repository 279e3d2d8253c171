"""What every report shows, in words: an audit told once, for templates and writers alike.

A writer (Markdown, HTML, Excel, Word …) decides where something stands and how it looks; what is
said is decided here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from auditor.findings import basis, cell_names
from auditor.findings.model import LEVELS, Audit, Finding, Report
from auditor.forms.evaluation import Doubt
from auditor.language import _, pick
from auditor.reporting.form_drawing import Drawn, draw
from auditor.reporting.visible_text import legible
from auditor.resources import vocabulary
from auditor.rulebook.model import Rule

Rules = Mapping[str, Rule]


@dataclass(frozen=True, slots=True)
class Spot:
    """A cell by ``name`` 年度资金总额·执行率, and ``place`` 表1第3行第2格 or empty."""

    pointer: str
    name: str
    place: str

    def __str__(self) -> str:
        return (
            _("{name}（{place}）").format(name=self.name, place=self.place)
            if self.place
            else self.name
        )


@dataclass(frozen=True, slots=True)
class Told:
    """One finding in words; ``number`` counts inside its project from 1."""

    number: int
    rule: str
    name: str
    title: str
    group: str
    severity: str
    level: str
    confidence: str
    message: str
    reported: str
    expected: str | None
    difference: str | None
    cause: str | None
    alternatives: tuple[str, ...]
    impact: str
    spots: tuple[Spot, ...]
    evidence: tuple[tuple[str, str], ...]
    remedy: str
    basis: str
    fingerprint: str
    waived: str | None
    folded_into: int | None

    def where(self, most: int = 3) -> str:
        """The accused cells, the first few by name and place."""
        told = _("、").join(str(spot) for spot in self.spots[:most])
        more = len(self.spots) > most
        return told + (_(" 等 {n} 处").format(n=len(self.spots)) if more else "")


@dataclass(frozen=True, slots=True)
class Project:
    """One form with what was found in it; ``number`` counts in the submission from 1."""

    number: int
    name: str
    unit: str
    department: str
    year: str
    file: str
    form: int
    verdict: str
    conclusion: str
    counts: dict[str, int]
    findings: tuple[Told, ...]
    doubts: tuple[str, ...]
    drawn: Drawn | None

    @property
    def source(self) -> str:
        """Path and number of the form: 自评表.docx#2."""
        return f"{self.file}#{self.form}"


@dataclass(frozen=True, slots=True)
class Shared:
    """A finding about several forms; ``projects`` are their numbers, or none when all are meant."""

    told: Told
    projects: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Submission:
    """A whole audit in words. ``date`` is the one given by the user, or empty."""

    projects: tuple[Project, ...]
    shared: tuple[Shared, ...]
    problems: tuple[Mapping[str, str], ...]
    rule_errors: tuple[Mapping[str, str], ...]
    summary: dict[str, Any]
    levels: dict[str, str]
    verdicts: dict[str, str]
    groups: dict[str, str]
    version: str
    rulebook: str
    profile: str
    date: str

    @property
    def units(self) -> dict[str, list[Project]]:
        """The projects by the unit that submits them, in order of first appearance."""
        found: dict[str, list[Project]] = {}
        for project in self.projects:
            found.setdefault(project.unit, []).append(project)
        return found


def submission(audit: Audit, rules: Rules, date: str = "") -> Submission:
    """``audit`` in words; ``rules`` give titles, and one that is not there keeps its name."""
    projects = tuple(
        project(report, rules, number) for number, report in enumerate(audit.reports, 1)
    )
    numbers = {(p.file, p.form): (p.number, p.name) for p in projects}
    return Submission(
        projects=projects,
        shared=tuple(
            Shared(
                told(None, entry.finding, rules, number),
                tuple(
                    dict.fromkeys(
                        numbers[_key(form)] for form in entry.forms if _key(form) in numbers
                    )
                ),
            )
            for number, entry in enumerate(audit.batch, 1)
        ),
        problems=tuple(_plain(problem.as_dict()) for problem in audit.problems),
        rule_errors=tuple(_plain(error) for error in audit.rule_errors),
        summary=audit.summary(),
        levels={level: cell_names.severity(level) for level in LEVELS},
        verdicts={name: cell_names.verdict(name) for name in ("return", "explain", "pass")},
        groups=groups(),
        version=audit.version,
        rulebook=audit.rulebook,
        profile=audit.profile,
        date=date,
    )


def project(report: Report, rules: Rules, number: int) -> Project:
    """One report in words."""
    form = report.evaluation
    findings = tuple(
        told(report, finding, rules, position)
        for position, finding in enumerate(report.findings, 1)
    )
    return Project(
        number=number,
        name=legible(form.project or _("（没有项目名称）")),
        unit=legible(form.unit or form.department or _("（没有实施单位）")),
        department=legible(form.department or ""),
        year=legible(form.year or ""),
        file=legible(form.file),
        form=form.form,
        verdict=report.verdict(),
        conclusion=cell_names.verdict(report.verdict()),
        counts=report.counts(),
        findings=findings,
        doubts=tuple(doubts(report)),
        drawn=draw(form, report.findings) if report.drawable else None,
    )


def told(report: Report | None, finding: Finding, rules: Rules, number: int) -> Told:
    """One finding in words; ``report`` is None for a finding of the batch."""
    cause = finding.cause or {}
    shown = finding.reported if finding.reported is not None else _("（空）")
    return Told(
        number=number,
        rule=finding.rule,
        name=finding.name,
        title=title(finding, rules),
        group=groups().get(finding.rule[:1], finding.rule[:1]),
        severity=finding.severity,
        level=cell_names.severity(finding.severity),
        confidence=finding.confidence,
        message=legible(finding.message),
        reported=legible(shown),
        expected=finding.expected and legible(finding.expected),
        difference=finding.difference,
        cause=cause.get("message") and legible(cause["message"]),
        alternatives=tuple(legible(a["message"]) for a in cause.get("alternatives", ())),
        impact=_at_stake(finding.impact or {}),
        spots=tuple(spot(report, pointer) for pointer in finding.cells) if report else (),
        evidence=tuple(
            (spot(report, entry["cell"] or "").name, legible(entry["text"] or _("（空）")))
            for entry in finding.evidence
        )
        if report
        else (),
        remedy=legible(finding.remedy),
        basis=basis.words(finding.basis, equation=_is_equation(finding, rules)),
        fingerprint=finding.fingerprint,
        waived=_reason(finding),
        folded_into=finding.folded_into,
    )


def _is_equation(finding: Finding, rules: Rules) -> bool:
    """Whether a finding's rule is an equation: then arithmetic alone proves it."""
    return finding.rule in rules and rules[finding.rule].equation is not None


def title(finding: Finding, rules: Rules) -> str:
    """What its rule looks at, by the rule's title."""
    return pick(rules[finding.rule].title) if finding.rule in rules else finding.name


def groups() -> dict[str, str]:
    """The groups of rules by their letter, in the order that reports show them."""
    named: dict[str, dict[str, str]] = vocabulary()["groups"]
    return {letter: pick(words) for letter, words in named.items()}


def spot(report: Report, pointer: str) -> Spot:
    """A cell by its name and place."""
    form = report.evaluation
    name = cell_names.cell(form, pointer) if report.drawable else pointer or _("整张表")
    return Spot(pointer, legible(name), cell_names.place(form, pointer))


def _doubt_wording(doubt: Doubt) -> str:
    if doubt.readings:
        return _("读取存疑：{cell} 可读作 {readings}（{reason}），不据此下结论")
    return _("读取存疑：{cell}（{reason}），不据此下结论")


def doubts(report: Report) -> list[str]:
    """Cells with two readings, and cells without a place: said, and nothing more."""
    return _two_readings(report) + _without_place(report)


_NAMED_CELLS = 4  # cells without a place that a line names


def _without_place(report: Report) -> list[str]:
    """What of the form was given no place, in one line."""
    cells = report.evaluation.unplaced
    if not cells:
        return []
    named = [
        _("“{text}”（{place}）").format(
            text=legible(cell.text[:20]), place=cell_names.place_of(cell.place)
        )
        for cell in cells[:_NAMED_CELLS]
    ]
    more = _("等") if len(cells) > len(named) else ""
    said = _("有 {n} 格内容没有归到任何一栏：{cells}{more}；与此有关的缺漏不下结论，请对照原表核对")
    return [said.format(n=len(cells), cells=_("、").join(named), more=more)]


def _two_readings(report: Report) -> list[str]:
    return [
        _doubt_wording(doubt).format(
            cell=spot(report, doubt.cell),
            readings=_(" 或 ").join(legible(text or _("（空）")) for text in doubt.readings),
            reason=legible(doubt.reason),
        )
        for doubt in report.doubts
    ]


def _reason(finding: Finding) -> str | None:
    return None if finding.waived is None else legible(str(finding.waived.get("reason", "")))


def _key(form: Mapping[str, Any]) -> tuple[str, int]:
    return legible(form["source"]["file"]), form["source"]["form"]


def _plain(texts: Mapping[str, str]) -> dict[str, str]:
    return {key: legible(text) for key, text in texts.items()}


def _at_stake(impact: Mapping[str, float | Decimal]) -> str:
    parts = []
    if "points" in impact:
        parts.append(_("总分 {n:+g} 分").format(n=float(impact["points"])))
    if "amount" in impact:
        parts.append(_("{n:g} 万元").format(n=float(impact["amount"])))
    return _("、").join(parts)
