"""The submission as an Excel workbook: overview with charts, projects, findings, a sheet per group.

Everything from a form is written as text, so that ``=cmd|…`` stays the eight letters it is.
"""

from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING

from rich.cells import cell_len

from auditor.intake.own_outputs import CATEGORY
from auditor.language import _
from auditor.reporting import layout, statistics
from auditor.reporting.layout import Column, Layout
from auditor.reporting.opinions import words
from auditor.reporting.report_input import ReportInput
from auditor.reporting.statistics import Numbers, Value
from auditor.reporting.view import Project, Told
from auditor.reporting.workbook_charts import Charts

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

_LONGEST = 32_000  # characters; a cell of a workbook holds 32,767
_TALLEST = 400  # points; a row of a workbook is at most 409 high
_LINE = 1.4
_COLOURS = {"error": "#FDE7E5", "warning": "#FFF1CF", "advice": "#E2F0FA"}


def xlsx(material: ReportInput) -> bytes:
    """The workbook, the same bytes for the same audit."""
    import datetime as dt

    import xlsxwriter

    target = BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_urls": False}) as book:
        epoch = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - a fixed mark, no moment in time
        title = _("项目支出绩效自评表审核报告")
        book.set_properties({"created": epoch, "title": title, "category": CATEGORY})
        _Sheets(book, material).write()
    return target.getvalue()


class _Sheets:
    """The sheets of one workbook, which link to each other."""

    def __init__(self, book: "Workbook", material: ReportInput) -> None:
        self.book = book
        self.view = material.view
        self.layout: Layout = layout.load(material.templates)
        self.tables = statistics.tables(material.audit, material.view)
        font = {"font_name": self.layout.font, "font_size": self.layout.size, "valign": "top"}
        self.plain = book.add_format(font)
        font |= {"border": 1, "border_color": "#D5DBE0"}
        self.wrapped = book.add_format({**font, "text_wrap": True})
        self.number = book.add_format({**font, "num_format": "0.######"})
        self.link = book.add_format({**font, "font_color": "#0B5CAD", "underline": 1})
        self.title = book.add_format(
            {**font, "font_size": 16, "font_name": self.layout.header_font}
        )
        self.header = book.add_format(
            {"font_name": self.layout.header_font, "font_size": self.layout.size, "bold": True,
             "text_wrap": True, "valign": "vcenter", "bg_color": "#DDE5EC", "border": 1}
        )  # fmt: skip
        self.levels = {
            self.view.levels[key]: book.add_format({**font, "bg_color": colour})
            for key, colour in _COLOURS.items()
        }

    def write(self) -> None:
        """All sheets, in the order an office reads them."""
        names = self.layout.sheets
        overview = self.book.add_worksheet(names["overview"])
        projects = self.book.add_worksheet(names["projects"])
        findings = self.book.add_worksheet(names["findings"])
        listed = [(p, told) for p in self.view.projects for told in p.findings]
        self._projects(projects)
        self._findings(findings, listed)
        self._matrix()
        for letter, group in self.view.groups.items():
            members = [(project, told) for project, told in listed if told.rule[:1] == letter]
            if members:
                self._findings(self.book.add_worksheet(f"{letter} {group}"), members)
        self._shared()
        self._problems()
        self._overview(overview)

    def _table(
        self, sheet: "Worksheet", columns: Sequence[Column], rows: Sequence[Sequence[Value]]
    ) -> None:
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.freeze_panes(1, 0)
        sheet.set_row(0, 32)
        for number, column in enumerate(columns):
            sheet.set_column(number, number, column.width, self.wrapped)
            sheet.write_string(0, number, column.header, self.header)
        for line, row in enumerate(rows, 1):
            sheet.set_row(line, self._height(row, columns))
            for number, value in enumerate(row):
                self._cell(sheet, line, number, value)
        if rows:
            sheet.autofilter(0, 0, len(rows), len(columns) - 1)

    def _height(self, row: Sequence[Value], columns: Sequence[Column]) -> float:
        """Points for the longest wrapped cell: not every office program works it out by itself."""
        lines = max(
            -(-cell_len(str(value)) // max(1, int(column.width) - 1))
            for value, column in zip(row, columns, strict=True)
            if value is not None
        )
        return min(_TALLEST, max(1, lines) * self.layout.size * _LINE)

    def _cell(self, sheet: "Worksheet", line: int, column: int, value: Value) -> None:
        if value is None or value == "":
            sheet.write_blank(line, column, None, self.wrapped)
            return
        if isinstance(value, (int, Decimal)):
            sheet.write_number(line, column, float(value), self.number)
            return
        text = value if len(value) <= _LONGEST else value[:_LONGEST] + "…"
        sheet.write_string(line, column, text, self.levels.get(value, self.wrapped))

    def _projects(self, sheet: "Worksheet") -> None:
        columns = self.layout.projects
        numbers = self.tables["projects"].records()
        rows = [
            layout.project_row(project, known, columns)
            for project, known in zip(self.view.projects, numbers, strict=True)
        ]
        self._table(sheet, columns, rows)
        sheet.freeze_panes(1, 2)
        first, target = self._first_findings(), self.layout.sheets["findings"]
        place = next((n for n, column in enumerate(columns) if column.key == "name"), None)
        for line, project in enumerate(self.view.projects, 1):
            if place is not None and project.number in first:
                self._internal(sheet, (line, place), (target, first[project.number]), project.name)

    def _first_findings(self) -> dict[int, int]:
        """The row of the findings sheet where a project's findings begin, counted from 0."""
        first: dict[int, int] = {}
        row = 1
        for project in self.view.projects:
            if project.findings:
                first[project.number] = row
            row += len(project.findings)
        return first

    def _findings(self, sheet: "Worksheet", rows: list[tuple[Project, Told]]) -> None:
        columns = self.layout.findings
        self._table(sheet, columns, [layout.finding_row(p, told, columns) for p, told in rows])
        opinion = next((n for n, c in enumerate(columns) if c.key == "opinion"), None)
        if opinion is not None and rows:
            choices = {"validate": "list", "source": list(words())}
            sheet.data_validation(1, opinion, len(rows), opinion, choices)
        place = next((n for n, c in enumerate(columns) if c.key == "project_number"), None)
        if place is not None:
            target = self.layout.sheets["projects"]
            for line, (project, _told) in enumerate(rows, 1):
                self._internal(sheet, (line, place), (target, project.number), str(project.number))

    def _internal(
        self, sheet: "Worksheet", at: tuple[int, int], target: tuple[str, int], text: str
    ) -> None:
        """A link at (row, column) to a (sheet, row)."""
        name, row = target
        quoted = name.replace("'", "''")
        sheet.write_url(*at, f"internal:'{quoted}'!A{row + 1}", self.link, text[:_LONGEST])

    def _matrix(self) -> None:
        numbers = self.tables["matrix"]
        sheet = self.book.add_worksheet(self.layout.sheets["matrix"])
        widths = [6.0, 34.0] + [9.0] * (len(numbers.columns) - 2)
        self._table(sheet, _columns(numbers, widths), numbers.rows)
        sheet.conditional_format(
            1, 2, max(1, len(numbers.rows)), len(numbers.columns) - 1,
            {"type": "2_color_scale", "min_color": "#FFFFFF", "max_color": "#E8786B"},
        )  # fmt: skip

    def _shared(self) -> None:
        if not self.view.shared:
            return
        sheet = self.book.add_worksheet(self.layout.sheets["shared"])
        headers = (
            (_("级别"), 8), (_("规则"), 7), (_("检查什么"), 26), (_("问题"), 60), (_("改法"), 40),
            (_("项目"), 40),
        )  # fmt: skip
        rows = [
            (s.told.level, s.told.rule, s.told.title, s.told.message, s.told.remedy,
             _("、").join(f"{number} {name}" for number, name in s.projects))
            for s in self.view.shared
        ]  # fmt: skip
        self._table(sheet, [Column(name, name, width) for name, width in headers], rows)

    def _problems(self) -> None:
        rows = [(p["file"], p["code"], p["message"]) for p in self.view.problems]
        rows += [(e["rule"], "rule-error", e["message"]) for e in self.view.rule_errors]
        if rows:
            sheet = self.book.add_worksheet(self.layout.sheets["problems"])
            headers = ((_("文件"), 44), (_("代码"), 16), (_("原因和改法"), 70))
            self._table(sheet, [Column(name, name, width) for name, width in headers], rows)

    def _overview(self, sheet: "Worksheet") -> None:
        """What was found in a few lines, then the charts over the numbers on the last sheet."""
        summary = self.view.summary
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 18, self.plain)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.write_string(0, 0, _("项目支出绩效自评表审核报告"), self.title)
        lines: list[tuple[str, Value]] = [(_("表"), summary["forms"])]
        lines += [(word, summary["verdicts"][key]) for key, word in self.view.verdicts.items()]
        lines += [(word, summary["findings"][key]) for key, word in self.view.levels.items()]
        lines += [(_("已豁免"), summary["waived"]), (_("未能读取的文件"), summary["problems"])]
        tool = f"auditor {self.view.version} · {self.view.profile} · {self.view.rulebook}"
        lines += [(_("工具"), tool)] + ([(_("日期"), self.view.date)] if self.view.date else [])
        for line, (label, value) in enumerate(lines, 2):
            sheet.write_string(line, 0, label, self.header)
            sheet.write(line, 1, value, self.plain)
        numbers = self.book.add_worksheet(self.layout.sheets["numbers"])
        charts = Charts(self.book, numbers, self.tables, list(self.view.levels))
        charts.write(sheet, len(lines) + 4)


def _columns(numbers: Numbers, widths: list[float]) -> list[Column]:
    return [
        Column(key, header, width)
        for (key, header), width in zip(numbers.columns.items(), widths, strict=True)
    ]
