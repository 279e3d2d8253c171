"""A header in words of its own is understood, or what stands under it is a doubt: never just gone."""

import pytest

from auditor.forms.document_reader import evaluations
from auditor.intake import text
from auditor.intake.document import Document
from tests.building import found

HEAD = """项目支出绩效自评表
（2023年度）
项目名称\t\t示例\t\t\t\t\t
主管部门\t\t示例局\t\t实施单位\t示例所\t\t"""
FUNDS = """项目资金（万元）\t\t{0}\t{1}\t{2}\t分值\t执行率\t得分
\t年度资金总额\t20\t10\t9\t10\t90%\t9
\t其中：当年财政拨款\t20\t10\t9\t—\t90%\t—"""
GOALS = "年度总体目标\t预期目标\t\t\t实际完成情况\t\t\t\n\t目标文字\t\t\t完成文字\t\t\t"
ROWS = """一级指标\t二级指标\t三级指标\t{0}\t{1}\t{2}\t{3}\t{4}
产出指标\t数量指标\t场次\t≥3场\t4场\t50\t49\t个别推迟
效益指标\t社会效益指标\t影响\t提高\t达成指标\t40\t40\t
总分\t\t\t\t\t100\t98\t"""
MONEY = ("年初预算数", "全年预算数", "全年执行数")
INDICATORS = ("年度指标值", "实际完成值", "分值", "得分", "偏差原因分析")


def read(money=MONEY, indicators=INDICATORS):
    parts = (HEAD, FUNDS.format(*money), GOALS, ROWS.format(*indicators))
    (form,), problems, _notes = evaluations(Document("dump", text.read("\n".join(parts).encode())))
    assert problems == []
    return form


@pytest.mark.parametrize(
    "money",
    [
        ("年初安排数", "全年预算数", "全年执行数"),
        ("年初批复金额", "调整后预算金额", "实际支出数"),
        ("年初预算安排", "预算安排数", "预算支出金额"),
        ("年初部门预算", "年度预算", "实际使用资金"),
    ],
)
def test_money_headers_in_other_words_are_understood(money):
    form = read(money=money)
    assert [
        (f.kind, f.label, f.initial_budget, f.full_year_budget, f.executed) for f in form.funds
    ] == [
        ("total", "年度资金总额", "20", "10", "9"),
        ("current_year", "其中：当年财政拨款", "20", "10", "9"),
    ]
    assert (form.doubts, form.missing_columns) == ([], [])


@pytest.mark.parametrize(
    "indicators",
    [
        ("年度指标", "实际完成情况", "满分", "自评分值", "扣分原因"),
        ("预期值", "实际达到值", "标准分", "评价得分", "原因分析"),
        ("计划完成值", "指标完成情况", "指标分值", "自评分数", "未达标原因说明"),
        ("绩效目标值", "完成数", "权重值", "实得分", "存在偏差的原因"),
    ],
)
def test_indicator_headers_in_other_words_are_understood(indicators):
    form = read(indicators=indicators)
    row = form.indicators[0]
    assert (row.target, row.actual, row.weight, row.score, row.deviation) == (
        "≥3场", "4场", "50", "49", "个别推迟",
    )  # fmt: skip
    assert (form.total_weight, form.total_score) == ("100", "98")
    assert (form.doubts, form.missing_columns) == ([], [])


@pytest.mark.parametrize("place", range(3))
def test_a_money_header_nobody_knows_shifts_nothing(place):
    """By its place, by elimination, and where the rate tells it for certain, by arithmetic."""
    money = tuple("某某栏" if n == place else name for n, name in enumerate(MONEY))
    form = read(money=money)
    assert [(f.label, f.initial_budget, f.full_year_budget, f.executed) for f in form.funds] == [
        ("年度资金总额", "20", "10", "9"), ("其中：当年财政拨款", "20", "10", "9"),
    ]  # fmt: skip
    name = ("initial_budget", "full_year_budget", "executed")[place]
    doubted = {(d.cell, d.readings) for d in form.doubts}
    told = {cell for cell, place in form.locators.items() if place.get("told_by") == "rate"}
    if place == 0:  # no equation of the form tells the initial budget
        assert doubted == {(f"/funds/{row}/{name}", ("20", None)) for row in (0, 1)}
    else:
        assert (doubted, told) == (set(), {f"/funds/{row}/{name}" for row in (0, 1)})
    assert [f for f in found(form, select=["S", "F", "X"]) if f[1] != "advice"] == []


@pytest.mark.parametrize("place", range(5))
def test_an_indicator_header_nobody_knows_is_read_by_elimination_and_in_doubt(place):
    name = ("target", "actual", "weight", "score", "deviation")[place]
    indicators = tuple("某某栏" if n == place else said for n, said in enumerate(INDICATORS))
    form = read(indicators=indicators)
    value = ("≥3场", "4场", "50", "49", "个别推迟")[place]
    doubts = {doubt.cell: doubt for doubt in form.doubts}
    doubt = doubts[f"/indicators/0/{name}"]
    assert (getattr(form.indicators[0], name), doubt.readings) == (value, (value, None))
    assert "某某栏" in doubt.reason
    assert "改用常用的表头" in doubt.reason
    assert [f for f in found(form) if f[1] == "error"] == []


def test_a_second_header_for_one_column_takes_the_column_that_is_left_and_is_in_doubt():
    form = read(indicators=("年度指标值", "调整后目标值", "分值", "得分", "偏差原因分析"))
    assert (form.indicators[0].target, form.indicators[0].actual) == ("≥3场", "4场")
    assert {d.cell: d.readings for d in form.doubts}["/indicators/0/actual"] == ("4场", None)


def test_a_fund_table_whose_headers_nobody_knows_is_read_by_place_and_rate():
    form = read(money=("甲", "乙", "丙"))
    assert [(f.kind, f.initial_budget, f.full_year_budget, f.executed) for f in form.funds] == [
        ("total", "20", "10", "9"), ("current_year", "20", "10", "9"),
    ]  # fmt: skip
    assert {d.cell for d in form.doubts} == {f"/funds/{n}/initial_budget" for n in (0, 1)}
    assert [f for f in found(form, select=["S04", "X", "F"]) if f[1] == "error"] == []


def test_columns_of_no_interest_are_no_doubt():
    rows = (
        ROWS.replace("\n", "\t\n").format(*INDICATORS).replace("原因分析\t", "原因分析\t评分标准")
    )
    dump = "\n".join((HEAD, FUNDS.format(*MONEY), GOALS, rows))
    ((form,), _problems, _notes) = evaluations(Document("dump", text.read(dump.encode())))
    assert (form.doubts, form.missing_columns) == ([], [])


def test_indicators_whose_headers_nobody_knows_are_read_and_in_doubt():
    rows = ROWS.format(*INDICATORS).replace("一级指标\t二级指标\t三级指标", "甲\t乙\t丙")
    for known in INDICATORS[:2]:
        rows = rows.replace(known, f"某{known[0]}")
    dump = f"{HEAD}\n{FUNDS.format(*MONEY)}\n{GOALS}\n{rows}"
    (form,), problems, _notes = evaluations(Document("dump", text.read(dump.encode())))
    assert problems == []
    assert (form.goal_expected, form.goal_actual) == ("目标文字", "完成文字")
    row = form.indicators[0]
    assert (row.level1, row.level2, row.level3, row.target, row.actual, row.weight, row.score) == (
        "产出指标", "数量指标", "场次", "≥3场", "4场", "50", "49",
    )  # fmt: skip
    doubted = {doubt.cell for doubt in form.doubts}
    assert {f"/indicators/0/{name}" for name in ("level3", "target", "actual")} <= doubted
    assert [f for f in found(form) if f[1] == "error"] == []
