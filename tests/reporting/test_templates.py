"""Templates of other provinces: other columns, other orders, other words, the same evaluation."""

import pytest

from auditor.forms.document_reader import evaluations
from auditor.intake import text
from auditor.intake.document import Document
from tests.building import found

HEAD = """项目支出绩效自评表
（2023年度）
项目名称\t\t示例\t\t\t\t\t
主管部门\t\t示例局\t\t实施单位\t示例所\t\t"""
FUNDS = """项目资金（万元）\t\t年初预算数\t全年预算数\t全年执行数\t分值\t执行率\t得分
\t年度资金总额\t10\t10\t9\t10\t90%\t9
\t其中：当年财政拨款\t10\t10\t9\t—\t90%\t—"""
GOALS = "年度总体目标\t预期目标\t\t\t实际完成情况\t\t\t\n\t目标文字\t\t\t完成文字\t\t\t"
ROWS = """一级指标\t二级指标\t三级指标\t年度指标值\t实际完成值\t分值\t得分\t偏差原因分析
产出指标\t数量指标\t场次\t≥3场\t3场\t50\t50\t
效益指标\t社会效益指标\t影响\t提高\t达成指标\t40\t40\t
总分\t\t\t\t\t100\t99\t"""


def read(head=HEAD, funds=FUNDS, goals=GOALS, rows=ROWS):
    dump = "\n".join(part for part in (head, funds, goals, rows) if part)
    (form,), problems, _notes = evaluations(Document("dump", text.read(dump.encode())))
    assert problems == []
    return form


def first(form, *names):
    return tuple(getattr(form.indicators[0], name) for name in names)


def test_the_weight_may_stand_before_the_target():
    rows = (
        ROWS.replace("年度指标值\t实际完成值\t分值\t得分", "分值\t年度指标值\t实际完成值\t得分")
        .replace("≥3场\t3场\t50\t50", "50\t≥3场\t3场\t50")
        .replace("提高\t达成指标\t40\t40", "40\t提高\t达成指标\t40")
    )
    assert first(read(rows=rows), "target", "actual", "weight", "score") == (
        "≥3场",
        "3场",
        "50",
        "50",
    )


@pytest.mark.parametrize(
    "header",
    [
        "一级指标\t二级指标\t三级指标\t指标性质\t指标值\t度量单位\t完成值\t权重\t得分\t未完成原因分析",
        (
            "一级指标\t二级指标\t三级指标\t年度指标值\t\t\t全年实际值\t分值\t得分\t偏差原因\n"
            "\t\t\t指标性质\t指标值\t度量单位\t\t\t\t"
        ),
    ],
    ids=["one row", "two rows"],
)
def test_a_target_in_three_columns_is_operator_value_and_unit(header):
    rows = (
        f"{header}\n产出指标\t数量指标\t人次\t≥\t735\t人次\t740\t50\t50\t\n"
        "\t质量指标\t水平\t定性\t优良中低差\t\t优\t40\t40\t\n总分\t\t\t\t\t\t\t100\t100\t"
    )
    form = read(rows=rows)
    assert [(r.target, r.actual, r.weight) for r in form.indicators] == [
        ("≥735人次", "740", "50"), ("优良中低差", "优", "40"),
    ]  # fmt: skip


def test_a_template_without_weights_and_scores_says_so_and_is_not_accused():
    rows = (
        "一级指标\t二级指标\t三级指标\t指标值\t全年实际完成值\t未完成原因和改进措施\n"
        "产出指标\t数量指标\t场次\t≥3场\t3场\t\n效益指标\t社会效益指标\t影响\t提高\t达成指标\t"
    )
    form = read(rows=rows)
    assert first(form, "target", "actual", "weight", "score") == ("≥3场", "3场", None, None)
    assert {"weight", "score"} <= set(form.missing_columns)
    assert "total" in form.missing_rows
    assert list(found(form, select=["S11", "S13", "W", "C", "T", "V"])) == []


def test_other_words_for_budget_executed_weight_and_actual():
    funds = (
        FUNDS.replace("全年预算数", "调整后预算数")
        .replace("全年执行数", "预算执行数")
        .replace("分值\t执行率", "权重\t预算执行率(B/A×100%)")
    )
    rows = (
        ROWS.replace("年度指标值", "预期指标值(A)")
        .replace("实际完成值", "全年实际值(B)")
        .replace("分值\t得分", "权重\t指标得分(分)")
    )
    form = read(funds=funds, rows=rows)
    total = form.funds[0]
    assert (total.full_year_budget, total.executed, total.weight, total.rate) == (
        "10", "9", "10", "90%",
    )  # fmt: skip
    assert first(form, "target", "actual", "weight", "score") == ("≥3场", "3场", "50", "50")


def test_other_sources_are_parts_and_parts_of_parts_hang_below_their_own_row():
    funds = """项目资金（万元）\t\t年初预算数\t全年预算数\t全年执行数\t分值\t执行率\t得分
\t年度资金总额\t100\t100\t100\t10\t100%\t10
\t其中：财政拨款\t80\t80\t80\t—\t100%\t—
\t其中：中央资金\t50\t50\t50\t—\t100%\t—
\t省级资金\t30\t30\t30\t—\t100%\t—
\t其他资金\t20\t20\t20\t—\t100%\t—"""
    form = read(funds=funds)
    assert [(f.kind, f.parent) for f in form.funds] == [
        ("total", None), ("current_year", 0), ("part", 1), ("part", 1), ("other", 0),
    ]  # fmt: skip
    assert found(form, select=["F"]) == []


def test_a_reason_column_in_the_fund_table():
    funds = """项目资金（万元）\t\t年初预算数\t全年预算数\t全年执行数\t分值\t执行率\t得分\t原因
\t年度资金总额\t10\t10\t5\t10\t50%\t5\t尾款待付"""
    form = read(funds=funds)
    assert form.funds[0].reason == "尾款待付"
    assert found(form, select=["X06"]) == []


def test_money_as_key_and_value():
    funds = """项目资金（万元）\t预算数：\t100\t执行数：\t90\t执行率：\t90%
\t其中：财政拨款\t80\t其中：财政拨款\t70\t\t
\t其他资金\t20\t其他资金\t20\t\t"""
    form = read(funds=funds)
    assert [(f.kind, f.full_year_budget, f.executed, f.rate) for f in form.funds] == [
        ("total", "100", "90", "90%"), ("current_year", "80", "70", None),
        ("other", "20", "20", None),
    ]  # fmt: skip


def test_weights_in_the_level_cell_marks_and_a_flat_list():
    rows = ROWS.replace("产出指标\t", "产出指标（50分）\t").replace("效益指标\t社", "★效益指标\t社")
    form = read(rows=rows)
    assert form.indicators[0].level1 == "产出指标（50分）"
    assert found(form, select=["W03", "S08"]) == []
    flat = ROWS.replace("一级指标\t二级指标\t三级指标", "\t\t指标名称")
    for level in ("产出指标\t数量指标", "效益指标\t社会效益指标"):
        flat = flat.replace(level, "\t")
    form = read(rows=flat)
    assert first(form, "level1", "level3", "target") == (None, "场次", "≥3场")
    assert {"level1", "level2"} <= set(form.missing_columns)


def test_two_scores_the_second_is_the_reviewers():
    rows = (
        ROWS.replace("得分\t偏差", "自评分\t复核分\t偏差")
        .replace("50\t50\t", "50\t50\t45\t")
        .replace("40\t40\t", "40\t40\t40\t")
        .replace("100\t99\t", "100\t99\t94\t")
    )
    assert first(read(rows=rows), "score", "review_score") == ("50", "45")


def test_totals_by_other_names_and_a_grade_in_their_row():
    rows = ROWS.replace("总分\t\t\t\t\t100\t99\t", "合计\t\t\t\t\t100\t99\t优")
    form = read(rows=rows)
    assert (form.total_label, form.total_weight, form.total_score, form.grade) == (
        "合计", "100", "99", "优",
    )  # fmt: skip


def test_a_total_above_the_tables():
    head = HEAD + "\n自评总分\t\t99.55分\t\t\t\t\t"
    form = read(head=head, rows=ROWS.rsplit("\n", 1)[0])
    assert (form.total_label, form.total_score) == ("自评总分", "99.55分")
    assert "total" not in form.missing_rows


def test_sub_rows_without_a_weight_are_rows():
    rows = ROWS.replace("\n效益", "\n\t\t其中：线上场次\t≥1场\t1场\t\t\t\n效益")
    form = read(rows=rows)
    assert [row.weight for row in form.indicators] == ["50", None, "40"]
    assert found(form, select=["S11", "W01", "W05"]) == []


def test_other_goals_and_money_in_yuan():
    goals = GOALS.replace("预期目标", "年初设定目标").replace(
        "实际完成情况", "年度总体目标完成情况综述"
    )
    form = read(goals=goals, funds=FUNDS.replace("万元", "元"))
    assert (form.goal_expected, form.goal_actual, form.money_unit) == ("目标文字", "完成文字", "元")


def test_a_new_template_costs_vocabulary_and_no_code(monkeypatch):
    """A province with words of its own: only the lists that a bureau edits change."""
    from copy import deepcopy

    from auditor import resources
    from auditor.forms import vocabulary

    listed = deepcopy(resources.vocabulary())
    listed["labels"]["header"]["project"].append("工程名称")
    listed["labels"]["funds"]["total"].append("资金合计数")
    listed["columns"]["funds"]["executed"].append("已拨付金额")
    listed["columns"]["indicators"]["target"].append("计划达到")
    listed["columns"]["indicators"]["actual"].append("实际达到")
    listed["levels"]["level1"]["output"].append("干了什么")
    monkeypatch.setattr(vocabulary, "vocabulary", lambda: listed)
    for cached in (vocabulary._names, vocabulary._level_names):
        cached.cache_clear()
    try:
        form = read(
            head=HEAD.replace("项目名称", "工程名称"),
            funds=FUNDS.replace("年度资金总额", "资金合计数").replace("全年执行数", "已拨付金额"),
            rows=ROWS.replace("年度指标值", "计划达到")
            .replace("实际完成值", "实际达到")
            .replace("产出指标", "干了什么"),
        )
        assert (form.project, form.funds[0].kind, form.funds[0].executed) == ("示例", "total", "9")
        assert first(form, "target", "actual") == ("≥3场", "3场")
        assert vocabulary.level_kind("level1", form.indicators[0].level1) == "output"
    finally:
        monkeypatch.undo()
        for cached in (vocabulary._names, vocabulary._level_names):
            cached.cache_clear()
