"""Forms drawn in any layout come back cell for cell."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from auditor.forms.document_reader import evaluations as read_document
from auditor.forms.evaluation import Evaluation, Fund, Indicator
from auditor.intake import excel, kinds, text, web, word
from auditor.intake.document import Document
from tests.rendering import render
from tests.rendering.layout import COUNTY, DISTRICT, NATIONAL, TEMPLATES, VARIANTS, as_printed
from tests.strategies import evaluations

READERS = {
    "docx": lambda forms, template: word.read(render.to_docx(forms, template)),
    "xlsx": lambda forms, template: excel.read(render.to_xlsx(forms, template)),
    "html": lambda forms, template: web.read(render.to_html(forms, template)),
    "tab rows": lambda forms, template: text.read(render.to_tab_rows(forms, template).encode()),
    "cell lines": lambda forms, template: text.read(render.to_cell_lines(forms, template).encode()),
    "csv": lambda forms, template: kinds.parts(
        render.to_csv(forms, template).encode(), "form.csv", "text"
    ),
}
_SLOW = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read_back(layout, forms, template):
    parts = READERS[layout](forms, template)
    read, problems, _notes = read_document(Document("form", parts))
    assert problems == []
    return read


def cells(form: Evaluation):
    return dict(form.cells())


def expected(form: Evaluation, number, template):
    """What a template cannot print comes back empty: a grade without a row for it."""
    return cells(replace(form, form=number, grade=form.grade if template.grade_row else None))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda t: t.name)
@pytest.mark.parametrize("layout", READERS)
@_SLOW
@given(evaluations())
def test_a_form_comes_back_cell_for_cell(layout, template, form):
    (read,) = read_back(layout, [form], template)
    assert cells(read) == expected(form, 1, template)
    assert [fund.parent for fund in read.funds] == [fund.parent for fund in form.funds]


@pytest.mark.parametrize("template", VARIANTS, ids=lambda t: t.name)
@pytest.mark.parametrize("layout", READERS)
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(evaluations())
def test_other_columns_come_back_cell_for_cell(layout, template, form):
    printed = as_printed(form, template)
    (read,) = read_back(layout, [printed], template)
    assert cells(read) == expected(printed, 1, template)
    if layout in ("docx", "xlsx", "html"):  # in text a name that is a number is rightly a doubt
        assert read.doubts == []


@pytest.mark.parametrize("layout", READERS)
@pytest.mark.parametrize("weights", [("0", "0", "0"), ("0", "0.01", "0.02"), ("5", "5", "5")])
def test_rows_of_a_name_and_a_weight_are_not_taken_for_sums(layout, weights):
    names = ("道路", "桥梁", "绿地")
    rows = [Indicator(level3=n, weight=w) for n, w in zip(names, weights, strict=True)]
    funds = [Fund(kind="total", label="年度资金总额", weight="10", score="10")]
    form = Evaluation(
        file="form", form=1, title="项目支出绩效自评表", year="2018", project="示例",
        money_unit="万元", funds=funds, indicators=rows,
        total_label="总分", total_weight="10", total_score="10",
    )  # fmt: skip
    (read,) = read_back(layout, [form], VARIANTS[-1])
    told = [(row.level3, row.weight) for row in read.indicators]
    assert told == list(zip(names, weights, strict=True))
    assert read.unplaced == []


@pytest.mark.parametrize("layout", READERS)
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(evaluations(), evaluations())
def test_several_forms_in_one_file_stay_apart(layout, first, second):
    read = read_back(layout, [first, second], NATIONAL)
    assert [form.form for form in read] == [1, 2]
    assert [cells(form) for form in read] == [
        expected(form, n, NATIONAL) for n, form in enumerate((first, second), 1)
    ]


@pytest.mark.parametrize(
    ("layout", "known"),
    [
        ("docx", "table"),
        ("xlsx", "address"),
        ("html", "path"),
        ("tab rows", "line"),
        ("cell lines", "line"),
    ],
)
@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(evaluations())
def test_every_filled_cell_keeps_its_place(layout, known, form):
    (read,) = read_back(layout, [form], DISTRICT)
    filled = {cell for cell, value in read.cells() if value is not None} - {"/money_unit"}
    assert filled <= set(read.locators)
    assert all(known in read.locators[cell] or "line" in read.locators[cell] for cell in filled)


def table(*lines: str) -> Document:
    return Document("dump", text.read("\n".join(lines).encode()))


HEAD = (
    "项目支出绩效自评表\t\t\t\t\t\t\t", "（2023年度）\t\t\t\t\t\t\t", "项目名称\t\t示例\t\t\t\t\t",
    "主管部门\t\t示例局\t\t实施单位\t示例所\t\t",
    "项目资金（万元）\t\t年初预算数\t全年预算数\t全年执行数\t分值\t执行率\t得分",
    "\t年度资金总额\t1\t1\t1\t10\t100%\t10",
    "年度总体目标\t预期目标\t\t\t实际完成情况\t\t\t", "\t目标\t\t\t完成\t\t\t",
    "一级指标\t二级指标\t三级指标\t年度指标值\t实际完成值\t分值\t得分\t偏差原因分析",
)  # fmt: skip


def test_a_row_that_a_page_break_cuts_is_one_row():
    document = table(
        *HEAD, "满意\t服务\t人员满意度\t≥80(分)\t90(分)\t10\t9\t", "",
        "度指标\t对象满意度指标\t\t\t\t\t\t", "总分\t\t\t\t\t100\t99\t",
    )  # fmt: skip
    ((form,), _problems, _notes) = read_document(document)
    (row,) = form.indicators
    assert (row.level1, row.level2, row.level3, row.score) == (
        "满意度指标", "服务对象满意度指标", "人员满意度", "9",
    )  # fmt: skip


def test_a_total_row_without_a_label_is_a_total_row():
    document = table(*HEAD, "产出指标\t数量指标\t场次\t3\t3\t90\t90\t", "\t\t\t\t\t100\t100\t")
    ((form,), _problems, _notes) = read_document(document)
    assert (form.total_label, form.total_weight, form.total_score) == (None, "100", "100")
    assert len(form.indicators) == 1


def test_a_column_that_the_template_lacks_is_missing_and_not_blank():
    head = [line.replace("\t分值\t得分\t偏差", "\t得分\t偏差") for line in HEAD]
    document = table(*head, "产出指标\t数量指标\t场次\t3\t3\t90\t原因")
    ((form,), _problems, _notes) = read_document(document)
    assert form.missing_columns == ["weight"]
    assert (form.indicators[0].weight, form.indicators[0].score) == (None, "90")


def test_labels_beside_each_other_without_a_value_leave_it_blank():
    lines = list(HEAD)
    lines[3] = "主管部门\t\t\t\t实施单位\t示例所\t\t"
    ((form,), _problems, _notes) = read_document(
        table(*lines, "产出指标\t数量指标\t场次\t3\t3\t9\t9\t")
    )
    assert (form.department, form.unit) == (None, "示例所")


def test_a_cell_torn_by_blank_lines_is_put_together():
    made = render.to_cell_lines([_simple()], COUNTY)
    torn = made.replace("\t满意度名称\n", "\t满意度名称\n\n\n")
    assert torn != made
    ((form,), _problems, _notes) = read_document(Document("dump", text.read(torn.encode())))
    assert [row.level3 for row in form.indicators] == ["场次", "满意度名称"]
    assert form.indicators[1].target == "≥90%"


def _simple() -> Evaluation:
    from tests.building import form, row

    rows = [
        row(level3="场次", deviation="/"),
        row(level1="满意度指标", level2="服务对象满意度指标", level3="满意度名称", target="≥90%",
            actual="95%", deviation="/"),
    ]  # fmt: skip
    return form(title="项目支出绩效自评表", year="2024", department="局", unit="所",
                goal_expected="目标", goal_actual="完成", indicators=rows, total_label="总分",
                total_weight="20", total_score="20",
                funds=[{"kind": "total", "label": "年度资金总额", "executed": "1"}])  # fmt: skip
