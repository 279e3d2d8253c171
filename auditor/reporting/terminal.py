"""The report in a terminal: per project the form with its faulty cells marked, then the findings.

Colour is never the only mark: a faulty cell carries the number of its finding in brackets, so the
report reads the same in a pipe, without colour and on a GBK console.
"""

from collections.abc import Iterable

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule as Line
from rich.table import Table
from rich.text import Text

from auditor.findings import cell_names
from auditor.findings.model import LEVELS, Audit, BatchFinding, Report
from auditor.language import _
from auditor.reporting import view
from auditor.reporting.form_drawing import marks_of
from auditor.reporting.report_input import ReportInput
from auditor.reporting.view import Rules, Told
from auditor.reporting.visible_text import legible

_STYLES = {"error": "bold red", "warning": "yellow", "advice": "cyan"}
_VERDICTS = {"return": "bold red", "explain": "yellow", "pass": "green"}
_FUNDS = ("label", "initial_budget", "full_year_budget", "executed", "weight", "rate", "score")
_INDICATORS = ("level3", "target", "actual", "weight", "score")
_LONG = 42


def print_audit(console: Console, material: ReportInput, *, quiet: bool) -> None:
    """The whole audit: a report per project, what they share, what could not be read, a summary.

    ``quiet`` leaves out the reports and prints the summary alone.
    """
    audit, rules, advice = material.audit, material.rules, material.advice
    total = len(audit.reports)
    if not quiet:
        for number, report in enumerate(audit.reports, 1):
            console.print(_report(report, rules, f"{number}/{total}", advice=advice))
    if audit.batch:
        console.print(_batch(audit.batch, rules, advice=advice))
    if audit.problems:
        console.print(_problems(audit))
    if audit.rule_errors:
        console.print(_rule_errors(audit))
    console.print(_summary(audit))


def _report(report: Report, rules: Rules, position: str, *, advice: bool) -> RenderableType:
    shown = [f for f in report.findings if advice or f.severity != "advice"]
    parts: list[RenderableType] = [_headline(report, position)]
    if shown:
        if report.drawable:
            parts += form_tables(report, marks_of(shown))
        parts += [_finding(view.told(report, entry, rules, n)) for n, entry in enumerate(shown, 1)]
    parts += _doubts(report)
    hidden = len(report.findings) - len(shown)
    if hidden:
        note = _("另有 {n} 条提示，用 --advice 查看").format(n=hidden)
        parts.append(Padding(Text(note, style="dim"), (0, 0, 0, 2)))
    return Group(*parts, Text(""))


def form_tables(report: Report, marks: dict[str, list[tuple[int, str]]]) -> list[RenderableType]:
    """The funds and the indicators of a form, accused cells with the numbers of their findings."""
    return [_fund_table(report, marks), _indicator_table(report, marks)]


def _headline(report: Report, position: str) -> RenderableType:
    form = report.evaluation
    verdict = report.verdict()
    title = Text.assemble(
        (f"{position} ", "dim"),
        (legible(form.project or _("（没有项目名称）")), "bold"),
        "  ",
        (cell_names.verdict(verdict), _VERDICTS[verdict]),
    )
    counts = report.counts()
    told = "  ".join(f"{cell_names.severity(level)} {counts[level]}" for level in LEVELS)
    where = legible(f"{form.file}#{form.form}")
    who = legible("  ".join(p for p in (form.unit or form.department, form.year) if p))
    below = Text(f"  {who}  {told}\n  {where}", style="dim")
    return Group(Line(title, align="left", style="dim"), below)


def _marked(text: str | None, marks: list[tuple[int, str]]) -> Text:
    """A cell's text, with the numbers of its findings when it is accused."""
    shown = legible(text or "")
    if not marks:
        return Text(shown)
    numbers = ",".join(str(number) for number, _severity in marks)
    worst = min((severity for _number, severity in marks), key=LEVELS.index)
    return Text(f"{shown}[{numbers}]", style=_STYLES[worst])


def _table(columns: Iterable[tuple[str, str]], wide: str) -> Table:
    table = _open_table()
    for name, header in columns:
        right = name not in (wide, "target", "actual")
        table.add_column(
            header, justify="right" if right else "left", overflow="fold",
            ratio=1 if name == wide else None,
        )  # fmt: skip
    return table


def _fund_table(report: Report, numbers: dict[str, list[tuple[int, str]]]) -> RenderableType:
    headers = cell_names.fund_columns()
    table = _table(((name, headers[name]) for name in _FUNDS), wide="label")
    for number, row in enumerate(report.evaluation.funds):
        pointer = f"/funds/{number}"
        table.add_row(
            *(_marked(getattr(row, name), numbers.get(f"{pointer}/{name}", [])) for name in _FUNDS)
        )
    return Padding(table, (0, 0, 1, 2))


def _indicator_table(report: Report, numbers: dict[str, list[tuple[int, str]]]) -> RenderableType:
    form = report.evaluation
    headers = cell_names.indicator_columns()
    table = _table([("#", "#"), *((name, headers[name]) for name in _INDICATORS)], wide="level3")
    for number, row in enumerate(form.indicators):
        if row.weight in (None, "/") and row.target in (None, "/"):
            continue
        pointer = f"/indicators/{number}"
        name = legible(row.level3 or "")
        short = name if len(name) <= _LONG else name[: _LONG - 1] + "…"
        # A cell that this table does not show marks the name of its row.
        elsewhere = ("level1", "level2", "level3", "deviation", "review_score")
        marks = [mark for cell in elsewhere for mark in numbers.get(f"{pointer}/{cell}", [])]
        table.add_row(
            str(number + 1),
            _marked(short, marks),
            *(
                _marked(getattr(row, cell), numbers.get(f"{pointer}/{cell}", []))
                for cell in _INDICATORS[1:]
            ),
        )
    table.add_row(
        "",
        Text(legible(form.total_label or _("（总分）")), style="bold"),
        "",
        "",
        _marked(form.total_weight, numbers.get("/total_weight", [])),
        _marked(form.total_score, numbers.get("/total_score", [])),
    )
    return Padding(table, (0, 0, 1, 2))


def _finding(finding: Told) -> RenderableType:
    style = _STYLES[finding.severity]
    head = Text.assemble(
        (f"[{finding.number}] {finding.level} ", style), (f"{finding.rule} {finding.title}", "bold")
    )
    lines = [Text(finding.message)]
    if finding.waived is not None:
        lines.append(Text(_("已豁免：") + finding.waived, style="green"))
    if finding.expected is not None:
        lines.append(
            Text.assemble(
                _("填报 "), (finding.reported, style), _(" → 应为 "), (finding.expected, "green")
            )
        )
    if finding.cause is not None:
        lines.append(Text(_("推断：") + finding.cause))
        lines += [Text(_("  或：") + other) for other in finding.alternatives]
    if finding.impact:
        lines.append(Text(_("影响：") + finding.impact, style="dim"))
    lines.append(Text(_("位置：") + finding.where(), style="dim"))
    lines.append(Text(_("改法：") + finding.remedy))
    lines.append(Text(_("依据：") + finding.basis, style="dim"))
    return Padding(Group(head, Padding(Group(*lines), (0, 0, 0, 4))), (0, 0, 1, 2))


def _doubts(report: Report) -> list[RenderableType]:
    lines = view.doubts(report)
    if not lines:
        return []
    return [Padding(Text("\n".join(lines), style="magenta"), (0, 0, 1, 2))]


def _batch(batch: list[BatchFinding], rules: Rules, *, advice: bool) -> RenderableType:
    shown = [entry for entry in batch if advice or entry.finding.severity != "advice"]
    lines: list[RenderableType] = [Line(Text(_("整批共有的问题"), style="bold"), align="left")]
    for entry in shown:
        finding = entry.finding
        head = (
            f"{cell_names.severity(finding.severity)} {finding.rule} {view.title(finding, rules)}"
        )
        lines.append(Padding(Text(head, style=_STYLES[finding.severity]), (0, 0, 0, 2)))
        lines.append(Padding(Text(legible(finding.message)), (0, 0, 0, 6)))
    return Group(*lines, Text("")) if shown else Text("")


def _problems(audit: Audit) -> RenderableType:
    table = _plain(_("未能读取的文件"), (_("文件"), _("代码"), _("原因和改法")))
    for problem in audit.problems:
        table.add_row(*(Text(legible(t)) for t in (problem.file, problem.code, problem.message)))
    return Group(table, Text(""))


def _rule_errors(audit: Audit) -> RenderableType:
    table = _plain(_("未能运行的规则（工具的问题，不是表的问题）"), (_("规则"), _("原因")))
    for error in audit.rule_errors:
        table.add_row(*(Text(legible(error[key])) for key in ("rule", "message")))
    return Group(table, Text(""))


def _open_table(title: str | None = None) -> Table:
    """Columns parted by spaces: consoles disagree on the width of drawn lines beside Chinese."""
    return Table(
        title=title, title_justify="left", title_style="bold", box=None, pad_edge=False,
        padding=(0, 2, 0, 0), header_style="bold underline",
    )  # fmt: skip


def _plain(title: str, headers: tuple[str, ...]) -> Table:
    table = _open_table(title)
    for header in headers:
        table.add_column(header, overflow="fold")
    return table


def _summary(audit: Audit) -> RenderableType:
    table = _plain(_("汇总"), ("#",))
    table.columns[0].justify = "right"
    table.add_column(_("项目"), ratio=1, overflow="fold")
    for level in LEVELS:
        table.add_column(cell_names.severity(level), justify="right")
    table.add_column(_("结论"), no_wrap=True)
    for number, report in enumerate(audit.reports, 1):
        counts = report.counts()
        verdict = report.verdict()
        table.add_row(
            str(number),
            Text(legible(report.project or "")),
            *(
                Text(str(counts[level]), style=_STYLES[level] if counts[level] else "dim")
                for level in LEVELS
            ),
            Text(cell_names.verdict(verdict), style=_VERDICTS[verdict]),
        )
    summary = audit.summary()
    told = _("{forms} 张表：退回修改 {back}，要求说明 {explain}，通过 {ok}").format(
        forms=summary["forms"],
        back=summary["verdicts"]["return"],
        explain=summary["verdicts"]["explain"],
        ok=summary["verdicts"]["pass"],
    )
    tool = f"auditor {audit.version} · {audit.profile} · {audit.rulebook}"
    return Group(table, Text(""), Text(told, style="bold"), Text(tool, style="dim"))
