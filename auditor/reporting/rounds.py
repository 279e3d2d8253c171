"""The comparison of two rounds in terminal, Markdown, Excel and JSON."""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from auditor.findings import cell_names
from auditor.findings.rounds import NEW, OPEN, SOLVED, Change, Fate, Pair
from auditor.intake.own_outputs import CATEGORY
from auditor.json_text import indented
from auditor.language import _
from auditor.reporting.templates import markdown as escaped
from auditor.reporting.view import Rules, title
from auditor.reporting.visible_text import legible
from auditor.version import __version__

if TYPE_CHECKING:
    from rich.console import Console

SCHEMA = "rounds/1"
_STYLES = {SOLVED: "green", OPEN: "yellow", NEW: "bold red"}


def words() -> dict[str, str]:
    """What the three fates are called."""
    return {SOLVED: _("已改"), OPEN: _("仍有"), NEW: _("新增")}


def as_json(pairs: Sequence[Pair]) -> str:
    """The whole comparison; amounts of ``impact`` are numbers."""
    whole = {"schema": SCHEMA, "summary": totals(pairs), "projects": [p.as_dict() for p in pairs]}
    return indented(whole)


def totals(pairs: Sequence[Pair]) -> dict[str, int]:
    """Findings by fate, changed figures, and those that no finding had named."""
    changes = [change for pair in pairs for change in pair.changes]
    return {
        **{state: sum(pair.count(state) for pair in pairs) for state in (SOLVED, OPEN, NEW)},
        "changes": len(changes),
        "unprompted": sum(not change.accused for change in changes),
        "projects_added": sum(pair.old is None for pair in pairs),
        "projects_gone": sum(pair.new is None for pair in pairs),
    }


def summary_line(pairs: Sequence[Pair]) -> str:
    """The comparison in a sentence."""
    told = totals(pairs)
    said = _("已改 {solved}，仍有 {open}，新增 {new}；改动 {changes} 格，{unprompted} 格未被指出过")
    return said.format(**told)


def _fate_line(fate: Fate, rules: Rules) -> str:
    finding = fate.finding
    changed = _("（数字变了）") if fate.changed else ""
    level = cell_names.severity(finding.severity)
    return legible(f"{level} {finding.rule} {title(finding, rules)}{changed}：{finding.message}")


def _change_line(change: Change) -> str:
    quiet = "" if change.accused else _("（没有被指出过）")
    old, new = (_("（空）") if t is None else t for t in (change.old, change.new))
    return legible(f"{change.name}：{old} → {new}{quiet}")


def _state(pair: Pair) -> str:
    if pair.old is None:
        return _("新报送")
    return _("未再报送") if pair.new is None else ""


def print_rounds(console: "Console", pairs: Sequence[Pair], rules: Rules) -> None:
    """Per project what became of its findings, then its figures that changed."""
    from rich.rule import Rule as Line
    from rich.text import Text

    for pair in pairs:
        if not pair.fates and not pair.changes and not _state(pair):
            continue
        console.print(Line(Text(legible(f"{pair.project}  {pair.unit}  {_state(pair)}"), "bold"),
                           align="left", style="dim"))  # fmt: skip
        for fate in pair.fates:
            mark = Text(f"  {words()[fate.state]}  ", _STYLES[fate.state])
            console.print(Text.assemble(mark, _fate_line(fate, rules)))
        for change in pair.changes:
            console.print(Text(f"  {_('改动')}  {_change_line(change)}", "dim"))
    console.print(Text(summary_line(pairs), "bold"))


def as_markdown(pairs: Sequence[Pair], rules: Rules) -> str:
    """A heading per project, a list of fates, a table of changed figures."""
    lines = [f"# {_('两轮对照')}", "", summary_line(pairs) + _("。").strip(), ""]
    for pair in pairs:
        if not pair.fates and not pair.changes and not _state(pair):
            continue
        lines += [f"## {escaped(f'{pair.project} {pair.unit} {_state(pair)}')}", ""]
        lines += [f"- **{words()[f.state]}** {escaped(_fate_line(f, rules))}" for f in pair.fates]
        if pair.changes:
            head = [_("单元格"), _("上轮"), _("本轮"), _("是否被指出过")]
            lines += ["", f"| {' | '.join(head)} |", "|---|---|---|---|"]
            lines += [f"| {' | '.join(map(escaped, _change_row(c)))} |" for c in pair.changes]
        lines.append("")
    return "\n".join([*lines, f"auditor {__version__}"])


def _change_row(change: Change) -> list[str]:
    old, new = (_("（空）") if text is None else legible(text) for text in (change.old, change.new))
    return [legible(change.name), old, new, _("是") if change.accused else _("否")]


def as_xlsx(pairs: Sequence[Pair], rules: Rules) -> bytes:
    """Two sheets: findings with their fate, and changed figures."""
    import datetime as dt

    import xlsxwriter

    findings = [
        [pair.project, pair.unit, words()[fate.state], cell_names.severity(fate.finding.severity),
         fate.finding.rule, title(fate.finding, rules), fate.finding.message,
         _("是") if fate.changed else "", fate.finding.fingerprint]
        for pair in pairs for fate in pair.fates
    ]  # fmt: skip
    changes = [[p.project, p.unit, *_change_row(c)] for p in pairs for c in p.changes]
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_urls": False}) as book:
        made = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - a fixed mark
        book.set_properties({"created": made, "category": CATEGORY})
        head = book.add_format({"bold": True, "bg_color": "#DDE5EC", "border": 1})
        plain = book.add_format({"text_wrap": True, "valign": "top"})
        for name, headers, rows in (
            (_("问题"), (_("项目"), _("实施单位"), _("变化"), _("级别"), _("规则"), _("检查什么"),
                        _("问题"), _("数字变了"), _("指纹")), findings),
            (_("改动"), (_("项目"), _("实施单位"), _("单元格"), _("上轮"), _("本轮"),
                        _("是否被指出过")), changes),
        ):  # fmt: skip
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            for column, header in enumerate(headers):
                sheet.set_column(column, column, 48 if header == _("问题") else 18, plain)
                sheet.write_string(0, column, header, head)
            for number, row in enumerate(rows, 1):
                for column, text in enumerate(row):
                    sheet.write_string(number, column, legible(str(text))[:32_000], plain)
            if rows:
                sheet.autofilter(0, 0, len(rows), len(headers) - 1)
    return target.getvalue()
