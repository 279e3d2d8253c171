"""What stands around a table, in whatever place and spelling, is part of the form."""

import pytest

from auditor.forms.document_reader import evaluations
from auditor.intake import text, word
from auditor.intake.document import Document
from tests.rendering import render
from tests.rendering.layout import NATIONAL
from tests.reporting.test_templates import FUNDS, GOALS, HEAD, ROWS

TITLE, YEAR, PROJECT, UNITS = HEAD.split("\n")


def read(*lines, funds=FUNDS):
    dump = "\n".join((*lines, funds, GOALS, ROWS))
    (form,), problems, _notes = evaluations(Document("dump", text.read(dump.encode())))
    assert problems == []
    assert len(form.indicators) == 2
    return form


@pytest.mark.parametrize(
    "lines",
    [
        (TITLE, YEAR, "项目编码\t\t4403\t\t项目类别\t其他类\t\t", PROJECT, UNITS),
        (TITLE, "年度\t\t2023\t\t\t\t\t", PROJECT, UNITS),
        (TITLE, "预算年度：2023", PROJECT, UNITS),
        (TITLE, PROJECT, "评价年度\t\t2023年\t\t\t\t\t", UNITS),
        ("2023年度", TITLE, PROJECT, UNITS),
        ("附件2", "（2023年度）", "", TITLE, PROJECT, UNITS),
        (TITLE, "（二〇二三年度）", PROJECT, UNITS),
        (TITLE, "二○二三年", PROJECT, UNITS),
        (TITLE, "（２０２３年度）", PROJECT, UNITS),
        ("2023年度项目支出绩效自评表", "填报日期：2024年3月5日", PROJECT, UNITS),
        (TITLE, "填报单位：示例所\t\t\t\t2023年度\t\t单位：万元\t", PROJECT, UNITS),
    ],
    ids=lambda lines: lines[0] + "/" + lines[1].strip()[:8],
)
def test_the_year_is_read_wherever_it_stands(lines):
    form = read(*lines)
    assert (form.year, form.title, form.project) == ("2023", lines[
        next(n for n, line in enumerate(lines) if "自评表" in line)].strip(), "示例")  # fmt: skip
    assert form.doubts == []


def test_a_date_of_filing_is_no_year_of_the_form():
    assert read(TITLE, "填报日期：2024年3月5日", PROJECT, UNITS).year is None


def test_two_years_in_the_heading_are_a_doubt():
    form = read("2022年度项目支出绩效自评表", "（2023年度）", PROJECT, UNITS)
    assert [(d.cell, d.readings) for d in form.doubts] == [("/year", ("2023", "2022"))]


def test_header_rows_before_the_project_are_read():
    form = read(TITLE, YEAR, UNITS, PROJECT)
    assert (form.department, form.unit, form.project, form.year) == (
        "示例局", "示例所", "示例", "2023",
    )  # fmt: skip


@pytest.mark.parametrize("line", ["单位：元", "金额单位：人民币元", "（单位: 元）"])
def test_the_unit_of_amounts_in_a_line_above_the_table_is_read(line):
    bare = FUNDS.replace("（万元）", "")
    form = read(TITLE, YEAR, line, PROJECT, UNITS, funds=bare)
    assert (form.money_unit, form.doubts) == ("元", [])
    assert read(TITLE, YEAR, PROJECT, UNITS, line, funds=bare).money_unit == "元"


def test_two_units_of_amounts_or_an_unusual_one_are_a_doubt():
    form = read(TITLE, YEAR, "单位：元", PROJECT, UNITS)
    doubts = {doubt.cell: doubt.readings for doubt in form.doubts}
    assert doubts["/money_unit"] == ("万元", "元")
    assert "/funds/0/executed" in doubts
    form = read(TITLE, YEAR, PROJECT, UNITS, funds=FUNDS.replace("万元", "千元"))
    doubts = {doubt.cell: doubt.readings for doubt in form.doubts}
    assert (form.money_unit, doubts["/money_unit"]) == (None, (None, "千元"))


@pytest.mark.parametrize(
    "lines",
    [
        ("项目名称：示例", "主管部门：示例局\t\t\t\t实施单位：示例所\t\t\t"),
        ("项目名称： 示例\t\t\t\t\t\t\t", "主管部门：示例局  实施单位：示例所"),
        ("项目名称：示例　主管部门：示例局　实施单位：示例所",),
    ],
)
def test_label_and_value_in_one_cell_are_read(lines):
    form = read(TITLE, YEAR, *lines)
    assert (form.project, form.department, form.unit, form.year) == (
        "示例", "示例局", "示例所", "2023",
    )  # fmt: skip


def test_a_line_that_names_the_project_above_the_table_begins_no_second_form():
    form = read(TITLE, YEAR, "项目名称：示例", "", PROJECT, UNITS)
    assert (form.year, form.project) == ("2023", "示例")


def test_a_narrative_that_names_the_project_begins_no_second_form():
    goals = GOALS.replace("完成文字", "项目名称：别的项目，已经完成")
    dump = f"{HEAD}\n{FUNDS}\n{goals}\n{ROWS}"
    (form,), _problems, _notes = evaluations(Document("dump", text.read(dump.encode())))
    assert (form.project, form.goal_actual) == ("示例", "项目名称：别的项目，已经完成")


def test_a_second_form_without_a_title_has_the_year_of_the_first_in_doubt():
    from dataclasses import replace

    from tests.rendering.examples import forms_of

    first = replace(forms_of("卫生服务中心")[0], title="2023年度项目支出绩效自评表", year=None)
    second = replace(first, title=None, project="另一个项目")
    read_back, _problems, _notes = evaluations(
        Document("two", word.read(render.to_docx([first, second], NATIONAL)))
    )
    assert [(form.year, form.title is None) for form in read_back] == [
        ("2023", False), ("2023", True),
    ]  # fmt: skip
    assert [doubt.cell for doubt in read_back[1].doubts] == ["/year"]
    assert read_back[0].doubts == []


@pytest.mark.parametrize("title", [TITLE, ""])
def test_a_signature_below_one_form_is_not_in_the_header_of_the_next(title):
    first = f"{HEAD}\n{FUNDS}\n{GOALS}\n{ROWS}\n填表人：甲  联系电话：123"
    dump = f"{first}\n\n{title}\n{PROJECT}\n{UNITS}\n{FUNDS}\n{GOALS}\n{ROWS}"
    forms, _problems, _notes = evaluations(Document("dump", text.read(dump.encode())))
    assert [form.phone for form in forms] == [None, None]
    assert [form.year for form in forms] == ["2023", None if title else "2023"]


def test_narratives_with_a_score_beside_them_are_no_indicators():
    goals = GOALS.replace(
        "预期目标\t\t\t实际完成情况\t\t\t", "预期目标\t\t实际完成情况\t\t自评得分\t原因\t"
    )
    goals = goals.replace("目标文字\t\t\t完成文字\t\t\t", "目标文字\t\t完成文字\t\t10\t无\t")
    dump = f"{HEAD}\n{FUNDS}\n{goals}\n{ROWS}"
    (form,), _problems, _notes = evaluations(Document("dump", text.read(dump.encode())))
    assert (form.goal_expected, form.goal_actual) == ("目标文字", "完成文字")
    assert [row.level3 for row in form.indicators] == ["场次", "影响"]


@pytest.mark.parametrize(("line", "year"), [(YEAR, "2023"), ("示例单位", None)])
def test_blank_rows_around_the_title_of_a_sheet_cost_nothing(line, year):
    import io

    import openpyxl

    from auditor.intake import excel

    book = openpyxl.Workbook()
    lines = [TITLE, "", line, "\t", *HEAD.split("\n")[2:], *FUNDS.split("\n"), *ROWS.split("\n")]
    for number, row in enumerate(lines, 1):
        for column, cell in enumerate(row.split("\t"), 1):
            book.active.cell(number, column, cell or None)
    book.active.merge_cells("A2:H2")  # a blank cell of its own, and a row with nothing but it
    book.active.merge_cells("A4:H4")
    stream = io.BytesIO()
    book.save(stream)
    (form,), _problems, _notes = evaluations(Document("a.xlsx", excel.read(stream.getvalue())))
    assert (form.year, form.title, form.project) == (year, TITLE.strip(), "示例")
