"""The submission at a glance: the numbers behind the charts, as tables that anyone can read.

A chart shows a table of this module and nothing else, so whoever does not see it reads the same
numbers. Amounts are those of 年度资金总额; a rate is worked out from them, not taken from the form.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from auditor.facts import funds
from auditor.facts.numbers import points, ratio
from auditor.findings.model import LEVELS, Audit, Report
from auditor.forms.evaluation import AMOUNTS
from auditor.language import _
from auditor.reporting.view import Submission

Value = str | int | Decimal | None
_HUNDRED = Decimal(100)
_SCORES = (0, 60, 70, 80, 85, 90, 95, 98, 100)
_CHANGES = (-100, -50, -20, -5, 5, 20, 50, 100)


@dataclass(frozen=True, slots=True)
class Numbers:
    """One table: ``columns`` by key with their headers, rows of as many values."""

    name: str
    title: str
    note: str
    columns: dict[str, str]
    rows: tuple[tuple[Value, ...], ...]

    def records(self) -> list[dict[str, Value]]:
        """The rows of the table, each as a mapping from column to value."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


def tables(audit: Audit, view: Submission) -> dict[str, Numbers]:
    """Every table by its name."""
    made = (
        _rules(view), _units(view), _projects(audit, view), _scores(audit), _changes(audit),
        _matrix(view),
    )  # fmt: skip
    return {numbers.name: numbers for numbers in made}


def _active(view: Submission) -> list[tuple[str, str, str, str]]:
    """Of every finding that counts: unit, severity, rule and title."""
    return [
        (project.unit, told.severity, told.rule, told.title)
        for project in view.projects
        for told in project.findings
        if told.waived is None
    ]


def _rules(view: Submission) -> Numbers:
    counted = Counter((rule, title, level) for _unit, level, rule, title in _active(view))
    rows = sorted(counted.items(), key=lambda e: (LEVELS.index(e[0][2]), -e[1], e[0][0]))
    return Numbers(
        "rules",
        _("按规则统计的问题"),
        _("每条规则在多少处指出问题"),
        {"rule": _("规则"), "title": _("检查什么"), "level": _("级别"), "count": _("问题数")},
        tuple((rule, title, view.levels[level], n) for (rule, title, level), n in rows),
    )


def _units(view: Submission) -> Numbers:
    counted = Counter((unit, level) for unit, level, _rule, _title in _active(view))
    order = sorted(view.units, key=lambda unit: ([-counted[unit, level] for level in LEVELS], unit))
    rows: list[tuple[Value, ...]] = [
        (unit, len(view.units[unit]), *(counted[unit, level] for level in LEVELS)) for unit in order
    ]
    return Numbers(
        "units",
        _("按单位统计的问题"),
        _("每个单位的项目数和各级问题数"),
        {"unit": _("实施单位"), "projects": _("项目数"), **view.levels},
        tuple(rows),
    )


def _projects(audit: Audit, view: Submission) -> Numbers:
    rows: list[tuple[Value, ...]] = []
    for report, project in zip(audit.reports, view.projects, strict=True):
        rows.append(
            (project.number, project.name, project.unit, project.conclusion,
             *(project.counts[level] for level in LEVELS),
             *(funds.in_ten_thousands(report.evaluation, name) for name in AMOUNTS),
             _rate(report), _change(report), _score(report))
        )  # fmt: skip
    return Numbers(
        "projects",
        _("执行率与得分"),
        _("执行率＝全年执行数÷全年预算数；预算变动＝（全年预算数－年初预算数）÷年初预算数"),
        {
            "number": _("序号"), "project": _("项目"), "unit": _("实施单位"), "verdict": _("结论"),
            **view.levels,
            "initial_budget": _("年初预算数（万元）"), "full_year_budget": _("全年预算数（万元）"),
            "executed": _("全年执行数（万元）"), "rate": _("执行率（%）"),
            "change": _("预算变动（%）"), "total": _("总分"),
        },
        tuple(rows),
    )  # fmt: skip


def _scores(audit: Audit) -> Numbers:
    scores = [score for report in audit.reports if (score := _score(report)) is not None]
    columns = {"range": _("总分"), "count": _("项目数")}
    return Numbers(
        "scores",
        _("总分的分布"),
        _("一档含下限、不含上限；最后一档含 100 分"),
        columns,
        _binned(scores, _SCORES, "", closed=True),
    )


def _changes(audit: Audit) -> Numbers:
    changes = [change for report in audit.reports if (change := _change(report)) is not None]
    columns = {"range": _("预算变动（%）"), "count": _("项目数")}
    return Numbers(
        "changes",
        _("全年预算与年初预算之差"),
        _("一档含下限、不含上限；年初预算数为 0 或空的项目不在其中"),
        columns,
        _binned(changes, _CHANGES, "%", closed=False),
    )


def _matrix(view: Submission) -> Numbers:
    rows: list[tuple[Value, ...]] = []
    for project in view.projects:
        found = Counter(told.rule[:1] for told in project.findings if told.waived is None)
        rows.append((project.number, project.name, *(found[letter] for letter in view.groups)))
    return Numbers(
        "matrix",
        _("项目与规则组"),
        _("每个项目在每组规则中的问题数"),
        {"number": _("序号"), "project": _("项目"), **view.groups},
        tuple(rows),
    )


def _binned(
    values: Sequence[Decimal], edges: Sequence[int], unit: str, *, closed: bool
) -> tuple[tuple[Value, ...], ...]:
    """(range, how many) of the values between the edges; ``closed`` puts the last edge below it."""
    counted = Counter(
        len(edges) - 1 if closed and value == edges[-1] else bisect_right(edges, value)
        for value in values
    )
    rows: list[tuple[Value, ...]] = [
        (f"{low}{unit} ~ {high}{unit}", counted[number])
        for number, (low, high) in enumerate(pairwise(edges), 1)
    ]
    if counted[0]:
        rows.insert(0, (f"<{edges[0]}{unit}", counted[0]))
    if counted[len(edges)] or not closed:
        rows.append((f"{'>' if closed else '≥'}{edges[-1]}{unit}", counted[len(edges)]))
    return tuple(rows)


def _rate(report: Report) -> Decimal | None:
    form = report.evaluation
    spent = funds.in_ten_thousands(form, "executed")
    budget = funds.in_ten_thousands(form, "full_year_budget")
    rate = ratio(spent * _HUNDRED, budget) if spent is not None and budget else None
    return None if rate is None else round(rate, 2)


def _change(report: Report) -> Decimal | None:
    form = report.evaluation
    before = funds.in_ten_thousands(form, "initial_budget")
    after = funds.in_ten_thousands(form, "full_year_budget")
    if not before or after is None:
        return None
    change = ratio((after - before) * _HUNDRED, before)
    return None if change is None else round(change, 2)


def _score(report: Report) -> Decimal | None:
    found = points(report.evaluation.total_score)
    return found.value if found else None
