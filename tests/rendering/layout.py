"""An evaluation as a printed grid: which cell stands where in a template.

Templates of real provinces: ``national`` (labels down the left side), ``district`` (no label column
beside the indicators, a grade row), ``county`` (a two-row header, slashes), and ``VARIANTS`` whose
indicator tables have other columns.
"""

import re
from dataclasses import dataclass, field, replace
from itertools import groupby

from auditor.forms.evaluation import Evaluation, Fund, Indicator

BODY = ("level3", "target", "actual", "weight", "score", "deviation")
_BEFORE = 3  # columns before the body: the label and two levels
_HEADERS = {
    "level3": "三级指标", "target": "年度指标值", "actual": "实际完成值", "weight": "分值",
    "score": "得分", "review_score": "复核分", "target_nature": "指标性质", "target_unit": "度量单位",
}  # fmt: skip
_SPLIT = re.compile(r"([≥≤=]?)(\d+)(\D*)")


@dataclass(frozen=True)
class Template:
    """What sets one template apart from another."""

    name: str
    label_column: bool = True
    two_row_header: bool = False
    grade_row: bool = False
    amount_header: str = "项目资金（万元）"
    weight_header: str = "分值"
    rate_header: str = "执行率"
    reason_header: str = "偏差原因分析及改进措施"
    body: tuple[str, ...] = BODY
    levels: bool = True

    @property
    def width(self) -> int:
        """Grid columns."""
        return _BEFORE + max(len(self.body), len(BODY))


NATIONAL = Template("national")
DISTRICT = Template(
    "district", label_column=False, grade_row=True, weight_header="分数", rate_header="执行率(%)",
    reason_header="偏差原因分析",
)  # fmt: skip
COUNTY = Template("county", two_row_header=True)
TEMPLATES = (NATIONAL, DISTRICT, COUNTY)
VARIANTS = (
    Template("weight first", body=("level3", "weight", "target", "actual", "score", "deviation")),
    Template("split target", body=("level3", "target_nature", "target", "target_unit", "actual",
                                   "weight", "score", "deviation")),
    Template("no weights", body=("level3", "target", "actual", "score", "deviation")),
    Template("no scores", body=("level3", "target", "actual", "deviation")),
    Template("two scores", body=("level3", "target", "actual", "weight", "score", "review_score",
                                 "deviation")),
    Template("flat list", levels=False),
)  # fmt: skip


def as_printed(form: Evaluation, template: Template) -> Evaluation:
    """What of a form the template has a place for."""
    kept = {"level1", "level2"} if template.levels else set()
    kept |= set(template.body)
    rows = []
    for row in form.indicators:
        told = {name: getattr(row, name) if name in kept else None for name in (
            "level1", "level2", "level3", "target", "actual", "weight", "score", "deviation")}  # fmt: skip
        rows.append(Indicator(**told, review_score=row.score if "review_score" in kept else None))
    grade = form.grade if template.grade_row else None
    printed = replace(form, indicators=rows, grade=grade)
    if "weight" not in kept:
        printed.total_weight = None
    if "score" not in kept:
        printed.total_score = printed.total_label = None
        printed.missing_rows = ["total"]
    return printed


@dataclass(frozen=True)
class Box:
    """One cell of the grid: position, extent, text."""

    row: int
    column: int
    rowspan: int
    colspan: int
    text: str


@dataclass
class Page:
    """A form ready to be drawn: the lines above the table, and the table."""

    heading: list[str]
    boxes: list[Box] = field(default_factory=list)
    rows: int = 0

    def add(self, column: int, colspan: int, text: str | None, rowspan: int = 1) -> None:
        """A cell in the current row."""
        self.boxes.append(Box(self.rows, column, rowspan, colspan, text or ""))

    def end_row(self) -> None:
        """Goes on to the next row."""
        self.rows += 1


def lay_out(form: Evaluation, template: Template) -> Page:
    """The grid of ``form`` in ``template``; columns that the form does not have are left out."""
    heading = [text for text in (form.title, f"（{form.year}年度）" if form.year else None) if text]
    page = Page(heading)
    _header(page, form, template.width)
    _funds(page, form, template)
    _goals(page, form, template.width)
    _indicators(page, form, template)
    _totals(page, form, template)
    return page


def _header(page: Page, form: Evaluation, width: int) -> None:
    page.add(0, 2, "项目名称")
    page.add(2, width - 2, form.project)
    page.end_row()
    page.add(0, 2, "主管部门")
    page.add(2, 2, form.department)
    page.add(4, 1, "实施单位")
    page.add(5, width - 5, form.unit)
    page.end_row()
    if form.leader or form.phone:
        page.add(0, 2, "项目负责人")
        page.add(2, 2, form.leader)
        page.add(4, 1, "联系电话")
        page.add(5, width - 5, form.phone)
        page.end_row()


def _funds(page: Page, form: Evaluation, template: Template) -> None:
    if not form.funds:
        return
    header = ("年初预算数", "全年预算数", "全年执行数", template.weight_header,
              template.rate_header, "得分")  # fmt: skip
    page.add(0, 1, template.amount_header.replace("万元", form.money_unit or "万元"),
             rowspan=len(form.funds) + 1)  # fmt: skip
    page.add(1, 2, "")
    _fill(page, header, template.width)
    for fund in form.funds:
        page.add(1, 2, fund.label)
        _fill(page, _amounts(fund), template.width)


def _fill(page: Page, texts: tuple[str | None, ...], width: int) -> None:
    """The rest of a row; its last cell reaches to the edge."""
    for column, text in enumerate(texts, _BEFORE):
        last = column == _BEFORE + len(texts) - 1
        page.add(column, width - column if last else 1, text)
    page.end_row()


def _amounts(fund: Fund) -> tuple[str | None, ...]:
    return (fund.initial_budget, fund.full_year_budget, fund.executed, fund.weight, fund.rate,
            fund.score)  # fmt: skip


def _goals(page: Page, form: Evaluation, width: int) -> None:
    page.add(0, 1, "年度总体目标", rowspan=2)
    page.add(1, 4, "预期目标")
    page.add(5, width - 5, "实际完成情况")
    page.end_row()
    page.add(1, 4, form.goal_expected)
    page.add(5, width - 5, form.goal_actual)
    page.end_row()


def _indicators(page: Page, form: Evaluation, template: Template) -> None:
    rows = form.indicators
    header_rows = 2 if template.two_row_header else 1
    first = 1 if template.label_column else 0
    if template.label_column:
        page.add(0, 1, "绩效指标", rowspan=len(rows) + header_rows)
    # Without a label column the first level takes its width.
    if template.levels:
        page.add(first, 2 - first, "一级指标", rowspan=header_rows)
        page.add(2, 1, "二级指标", rowspan=header_rows)
    _headers(page, template, header_rows)
    runs1 = _runs([row.level1 for row in rows])
    runs2 = _runs([(row.level1, row.level2) for row in rows])
    for number, row in enumerate(rows):
        if template.levels and number in runs1:
            page.add(first, 2 - first, row.level1, rowspan=runs1[number])
        if template.levels and number in runs2:
            page.add(2, 1, row.level2, rowspan=runs2[number])
        for (column, width), text in zip(_places(template), _answers(row, template), strict=True):
            page.add(column, width, text)
        page.end_row()


def _headers(page: Page, template: Template, rows: int) -> None:
    upper = {"target": "年度", "actual": "实际"} if rows > 1 else {}
    lower = {"target": "指标值", "actual": "完成值"}
    named = _HEADERS | {"weight": "分值",
                        "deviation": template.reason_header}  # fmt: skip
    if "target_nature" in template.body:
        named["target"] = "指标值"
    if not template.levels:
        named["level3"] = "指标名称"
    for name, (column, width) in zip(template.body, _places(template), strict=True):
        tall = 1 if name in upper else rows
        page.add(column, width, upper.get(name, named[name]), rowspan=tall)
    page.end_row()
    for name, (column, width) in zip(template.body, _places(template), strict=True):
        if name in upper:
            page.add(column, width, lower[name])
    if upper:
        page.end_row()


def _places(template: Template) -> list[tuple[int, int]]:
    """Column and width of each body column; without levels the name takes their place."""
    places = []
    for number in range(len(template.body)):
        column = _BEFORE + number
        last = number == len(template.body) - 1
        places.append((column, template.width - column if last else 1))
    if not template.levels:
        places[0] = (1, _BEFORE)
    return places


def _answers(row: Indicator, template: Template) -> list[str | None]:
    if "target_nature" not in template.body:
        return [getattr(row, name) for name in template.body]
    found = _SPLIT.fullmatch(row.target or "")
    nature, value, unit = (
        found.groups() if found else ("定性" if row.target else "", row.target, "")
    )
    parts = {"target_nature": nature, "target": value, "target_unit": unit}
    return [parts[name] if name in parts else getattr(row, name) for name in template.body]


def _runs(values: list[object]) -> dict[int, int]:
    """Where each run of equal values begins, and how long it is."""
    runs: dict[int, int] = {}
    position = 0
    for _value, group in groupby(values):
        length = len(list(group))
        runs[position] = length
        position += length
    return runs


def _totals(page: Page, form: Evaluation, template: Template) -> None:
    if "total" not in form.missing_rows:
        values = {"weight": form.total_weight, "score": form.total_score}
        places = dict(zip(template.body, _places(template), strict=True))
        first = min(places[name][0] for name in values if name in places)
        page.add(0, first, form.total_label)
        for name, (column, width) in places.items():
            if column >= first:
                page.add(column, width, values.get(name))
        page.end_row()
    if template.grade_row:
        page.add(0, 2, "评分等级")
        page.add(2, template.width - 2, form.grade)
        page.end_row()
