"""An evaluation as a printed grid: which cell stands where in a template.

Three templates of real provinces: ``national`` (labels down the left side), ``district`` (no label
column beside the indicators, a grade row) and ``county`` (a two-row header, slashes).
"""

from dataclasses import dataclass, field
from itertools import groupby

from auditor.forms.evaluation import Evaluation, Fund, Indicator

WIDTH = 9  # grid columns


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


NATIONAL = Template("national")
DISTRICT = Template(
    "district", label_column=False, grade_row=True, weight_header="分数", rate_header="执行率(%)",
    reason_header="偏差原因分析",
)  # fmt: skip
COUNTY = Template("county", two_row_header=True)
TEMPLATES = (NATIONAL, DISTRICT, COUNTY)


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
    _header(page, form)
    _funds(page, form, template)
    _goals(page, form)
    _indicators(page, form, template)
    _totals(page, form, template)
    return page


def _header(page: Page, form: Evaluation) -> None:
    page.add(0, 2, "项目名称")
    page.add(2, 7, form.project)
    page.end_row()
    page.add(0, 2, "主管部门")
    page.add(2, 2, form.department)
    page.add(4, 1, "实施单位")
    page.add(5, 4, form.unit)
    page.end_row()
    if form.leader or form.phone:
        page.add(0, 2, "项目负责人")
        page.add(2, 2, form.leader)
        page.add(4, 1, "联系电话")
        page.add(5, 4, form.phone)
        page.end_row()


def _funds(page: Page, form: Evaluation, template: Template) -> None:
    if not form.funds:
        return
    header = ("年初预算数", "全年预算数", "全年执行数", template.weight_header,
              template.rate_header, "得分")  # fmt: skip
    page.add(0, 1, template.amount_header.replace("万元", form.money_unit or "万元"),
             rowspan=len(form.funds) + 1)  # fmt: skip
    page.add(1, 2, "")
    for column, text in enumerate(header, 3):
        page.add(column, 1, text)
    page.end_row()
    for fund in form.funds:
        page.add(1, 2, fund.label)
        for column, text in enumerate(_amounts(fund), 3):
            page.add(column, 1, text)
        page.end_row()


def _amounts(fund: Fund) -> tuple[str | None, ...]:
    return (fund.initial_budget, fund.full_year_budget, fund.executed, fund.weight, fund.rate,
            fund.score)  # fmt: skip


def _goals(page: Page, form: Evaluation) -> None:
    page.add(0, 1, "年度总体目标", rowspan=2)
    page.add(1, 4, "预期目标")
    page.add(5, 4, "实际完成情况")
    page.end_row()
    page.add(1, 4, form.goal_expected)
    page.add(5, 4, form.goal_actual)
    page.end_row()


def _indicators(page: Page, form: Evaluation, template: Template) -> None:
    rows = form.indicators
    header_rows = 2 if template.two_row_header else 1
    first = 1 if template.label_column else 0
    if template.label_column:
        page.add(0, 1, "绩效指标", rowspan=len(rows) + header_rows)
    # Without a label column the first level takes its width.
    page.add(first, 2 - first, "一级指标", rowspan=header_rows)
    page.add(2, 1, "二级指标", rowspan=header_rows)
    page.add(3, 1, "三级指标", rowspan=header_rows)
    if template.two_row_header:
        page.add(4, 1, "年度")
        page.add(5, 1, "实际")
    else:
        page.add(4, 1, "年度指标值")
        page.add(5, 1, "实际完成值")
    page.add(6, 1, "分值", rowspan=header_rows)
    page.add(7, 1, "得分", rowspan=header_rows)
    page.add(8, 1, template.reason_header, rowspan=header_rows)
    page.end_row()
    if template.two_row_header:
        page.add(4, 1, "指标值")
        page.add(5, 1, "完成值")
        page.end_row()
    runs1 = _runs([row.level1 for row in rows])
    runs2 = _runs([(row.level1, row.level2) for row in rows])
    for number, row in enumerate(rows):
        if number in runs1:
            page.add(first, 2 - first, row.level1, rowspan=runs1[number])
        if number in runs2:
            page.add(2, 1, row.level2, rowspan=runs2[number])
        for column, text in enumerate(_answers(row), 3):
            page.add(column, 1, text)
        page.end_row()


def _answers(row: Indicator) -> tuple[str | None, ...]:
    return (row.level3, row.target, row.actual, row.weight, row.score, row.deviation)


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
        page.add(0, 6, form.total_label)
        page.add(6, 1, form.total_weight)
        page.add(7, 1, form.total_score)
        page.add(8, 1, "")
        page.end_row()
    if template.grade_row:
        page.add(0, 2, "评分等级")
        page.add(2, 7, form.grade)
        page.end_row()
