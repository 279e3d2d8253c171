"""Running text without a grid: what its own arithmetic supports is taken, the rest is doubt."""

from auditor.forms.document_reader import evaluations
from auditor.intake import text
from auditor.intake.document import Document

FORM = """附件 1

项目支出绩效自评表
（2024 年度）

项目名称 {project}

主管部门 示例市文化局 实施单位 示例市图书馆

项目资金
（万元）

年初预
算数

全年预
算数

全年
执行数

分值 执行率 得分

{funds}

年
度
总
体
目
标

预期目标 实际完成情况

为市民提供借阅服务，补充馆藏图书，办好读者活动，延
长开放时间，提高借阅的便利程度，让更多的市民走进图

书馆。

全年开放三百三十天，补充馆藏图书
一万册，举办读者活动二十场，市民

反映良好。

绩
效
指
标

一级指
标

二级指标 三级指标
年度
指标值

实际
完成值

分
值

得
分
偏差原因分
析及改进
措施

产出指
标

{rows}

总分 100 98
"""

FUNDS = """年度资金总额 50 50 48.5 10 97% 9.7

其中：当年财政
拨款

50 50 48.5 — 97% —

上年结转
资金

— —

其他资金 — —"""

ROWS = """数量指标 补充图书 ≥10000 册 10200 册 20 20

质量指标 图书编目
准确率

≥98% 99.2% 20 20

时效指标 12 月前上架 12 月 11 月 20 19
个别图书到
货较晚，加
强催办

效益指
标

社会效益
指标

方便市民借
阅

持续提
升

持续提
升

20 20

成本指
标

经济成本
指标

购书总支出
≤50.0
万元

48.500
12 万元

10 9.7"""


def read(project="馆藏建设", funds=FUNDS, rows=ROWS):
    dump = FORM.format(project=project, funds=funds, rows=rows)
    (form,), problems, _notes = evaluations(Document("flow", text.read(dump.encode())))
    assert problems == []
    return form


def test_broken_lines_become_the_cells_of_the_form():
    form = read()
    assert [
        (r.level1, r.level2, r.level3, r.target, r.actual, r.weight, r.score, r.deviation)
        for r in form.indicators
    ] == [
        ("产出指标", "数量指标", "补充图书", "≥10000册", "10200册", "20", "20", None),
        ("产出指标", "质量指标", "图书编目准确率", "≥98%", "99.2%", "20", "20", None),
        ("产出指标", "时效指标", "12月前上架", "12月", "11月", "20", "19",
         "个别图书到货较晚，加强催办"),
        ("效益指标", "社会效益指标", "方便市民借阅", "持续提升", "持续提升", "20", "20", None),
        ("成本指标", "经济成本指标", "购书总支出", "≤50.0万元", "48.50012万元", "10", "9.7", None),
    ]  # fmt: skip
    assert (form.title, form.year, form.project, form.department, form.unit, form.money_unit) == (
        "项目支出绩效自评表", "2024", "馆藏建设", "示例市文化局", "示例市图书馆", "万元",
    )  # fmt: skip
    assert (form.total_label, form.total_weight, form.total_score) == ("总分", "100", "98")
    assert form.doubts == []


def test_the_fund_rows_stand_in_their_columns():
    assert [
        (f.kind, f.initial_budget, f.full_year_budget, f.executed, f.weight, f.rate, f.score)
        for f in read().funds
    ] == [
        ("total", "50", "50", "48.5", "10", "97%", "9.7"),
        ("current_year", "50", "50", "48.5", "—", "97%", "—"),
        ("carried_over", None, None, None, "—", None, "—"),
        ("other", None, None, None, "—", None, "—"),
    ]


def test_the_two_narratives_are_parted_by_the_width_of_their_cells():
    form = read()
    assert form.goal_expected.endswith("走进图书馆。")
    assert form.goal_actual.startswith("全年开放")


def test_a_blank_that_arithmetic_decides_is_no_doubt():
    funds = FUNDS.replace("上年结转\n资金\n\n— —", "上年结转\n资金\n\n20 18.5 — 92.5% —").replace(
        "50 50 48.5 — 97% —", "50 30 30 — 100% —"
    )
    form = read(funds=funds)
    carried = form.funds[2]
    assert (carried.initial_budget, carried.full_year_budget, carried.executed) == (
        None, "20", "18.5",
    )  # fmt: skip
    assert form.doubts == []


def test_a_blank_that_nothing_decides_is_doubt_with_both_readings():
    funds = "年度资金总额 10 10 10 100% 10\n\n其中：当年财政\n拨款\n\n10 10 — 100% —"
    form = read(funds=funds)
    total = form.funds[0]
    assert (total.initial_budget, total.full_year_budget, total.executed, total.weight) == (
        None, "10", "10", "10",
    )  # fmt: skip
    doubts = {doubt.cell: doubt.readings for doubt in form.doubts}
    assert doubts["/funds/0/initial_budget"] == (None, "10")
    assert doubts["/funds/0/executed"] == ("10", None)


def test_text_that_is_no_form_is_said_to_be_none():
    forms, problems, _notes = evaluations(
        Document("letter", text.read("关于报送的通知\n请按期报送。".encode()))
    )
    assert forms == []
    assert [problem.code for problem in problems] == ["no-form"]


def test_labels_and_values_in_one_piece_and_other_years_are_read():
    dump = FORM.format(project="馆藏建设", funds=FUNDS, rows=ROWS)
    dump = dump.replace("项目名称 馆", "项目名称：馆").replace("主管部门 ", "主管部门：")
    dump = dump.replace("（2024 年度）", "（二〇二四年度）\n填报日期：2025年3月1日")
    (form,), _problems, _notes = evaluations(Document("flow", text.read(dump.encode())))
    assert (form.project, form.department, form.unit, form.year) == (
        "馆藏建设", "示例市文化局", "示例市图书馆", "2024",
    )  # fmt: skip
