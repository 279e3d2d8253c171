"""Tables that are no forms are not taken for one, and do not keep a form beside them from being read."""

import random

import openpyxl
import pytest

from auditor.forms.document_reader import evaluations
from auditor.forms.form_reader import confidence
from auditor.forms.recognition import is_form
from auditor.intake import text
from auditor.intake.document import Document
from auditor.pipeline import extract
from tests.building import form, fund, row
from tests.cli.test_cli import EXAMPLES, run

# Rows of a header and of figures, as tables of other kinds have them.
TABLES = {
    "价目表": (["品名", "规格", "单价", "数量", "金额"], lambda n: [f"货物{n}", "套", 10 + n, n, n * (10 + n)]),
    "人员名册": (["序号", "姓名", "部门", "工龄", "出勤率"], lambda n: [n, f"甲{n}", "办公室", n, f"{90 + n}%"]),
    "资产负债表": (["项目", "期初数", "期末数", "增减", "增减率"], lambda n: [f"科目{n}", 100, 110, 10, "10%"]),
    "invoice": (["Item", "Qty", "Price", "Total", "VAT"], lambda n: [f"Item {n}", n, 9.5, n * 9.5, "13%"]),
    "成绩单": (["学号", "语文", "数学", "英语", "总分"], lambda n: [f"2021{n:03}", 90, 85, 88, 263]),
    "月度统计": (["月份", "计划", "完成", "完成率", "备注"], lambda n: [f"{n}月", 100, 95, "95%", None]),
}  # fmt: skip


def book(path, *kinds, rows: int = 12):
    made = (
        openpyxl.load_workbook(EXAMPLES / "卫生服务中心.xlsx")
        if "form" in kinds
        else openpyxl.Workbook()
    )
    for kind in kinds:
        if kind != "form":
            header, line = TABLES[kind]
            sheet = made.create_sheet(kind)
            for values in ([kind], header, *(line(n) for n in range(1, rows))):
                sheet.append(values)
    made.save(path)
    return path


@pytest.mark.parametrize("kind", TABLES)
def test_a_table_of_another_kind_is_no_form(tmp_path, kind):
    read = extract([str(book(tmp_path / "a.xlsx", kind))], jobs=1)
    assert list(read.evaluations) == []
    assert [problem.code for problem in read.problems] == ["no-form"]


def test_a_form_beside_other_tables_is_read_and_they_are_named(tmp_path):
    path = book(tmp_path / "a.xlsx", "价目表", "form", "资产负债表")
    read = extract([str(path)], jobs=1)
    assert len(read.evaluations) == 3
    assert read.problems == []
    done = run("check", str(path), "-q")
    assert done.returncode == 1


def test_a_form_without_known_labels_is_told_by_its_figures():
    def unsure(**given):
        made = form(**given)
        made.confidence = 0.1
        return is_form(made)

    funds = [fund(budget="10", executed="9", weight="10"), fund("part", budget="10", executed="9")]
    nine = [row(weight="10") for _n in range(9)]
    assert unsure(funds=funds, indicators=nine)
    assert not unsure(funds=funds, indicators=nine[:2])
    assert not unsure(funds=[], indicators=nine)
    assert not unsure(funds=funds, indicators=[row(weight="37") for _n in range(9)])
    assert not unsure(funds=funds, indicators=[row(weight=None) for _n in range(9)])


def test_confidence_counts_a_doubt_about_a_row_for_each_of_its_cells():
    made = form(funds=[fund(budget="10", executed="9")], indicators=[row()], goal_actual="完成")
    chance = random.Random(1)
    cells = [cell for cell, text in made.cells() if text is not None]
    assert confidence(made) == 1
    for doubted in (
        ["/indicators/0"],
        ["/goal_actual"],
        ["/nowhere"],
        [chance.choice(cells), "/funds"],
    ):
        made.doubts = [type("D", (), {"cell": cell})() for cell in doubted]
        unsure = {c for c in cells if any(c == d or c.startswith(f"{d}/") for d in doubted)}
        nowhere = [d for d in doubted if not any(c == d or c.startswith(f"{d}/") for c in cells)]
        assert confidence(made) == round(
            (len(cells) - len(unsure)) / (len(cells) + len(nowhere)), 3
        )


def test_a_last_row_without_points_is_an_indicator_and_no_sum_of_nothing():
    lines = [
        "项目支出绩效自评表",
        "项目名称\t修缮",
        "指标名称\t年度指标值\t实际完成值\t分值\t得分\t偏差原因",
    ]
    lines += ["屋面\t\t\t0\t\t", "墙面\t\t\t0\t\t", "总分\t\t\t100\t0\t"]
    (read,), _problems, _notes = evaluations(
        Document("a.txt", text.read("\n".join(lines).encode()))
    )
    assert [one.level3 for one in read.indicators] == ["屋面", "墙面"]
    assert (read.total_weight, read.total_score) == ("100", "0")
