"""What a reviewer finds by reading, in pairs of right and wrong of our own wording."""

import pytest

from tests.building import findings, form, found, fund, row

# (name, target, actual): parts of a whole, and what may be more than was planned.
CANNOT = (
    "设备完好率", "材料归档率", "信件办结率", "药品抽检率", "学员到课率", "树苗成活率", "档案规范率", "食品受检率", "报销及时率", "公文准确率",
    "操作持证率", "数据一致率", "路灯亮灯合格率", "问题处置率", "政务公开率", "车辆准时率", "课程优秀率", "人员到位率", "资料符合率", "环境达标率",
    "服务规范管理率", "样品检测率", "知识掌握率", "设备在线率", "会议出席率", "建档合规率", "账实相符率", "学生巩固率", "职工上岗率", "数据真实率",
)  # fmt: skip
MAY = (
    "资金到位率", "经费到位率", "计划达标率", "任务办结率", "床位使用率", "收入增长率", "产量提高率", "目标完成率", "配套资金到位率", "税收增幅",
    "设备利用率", "毛入学率", "任务完成率", "产能负荷率", "销售增速", "成本利润率", "投资回报率", "预算执行率", "投入产出率", "保费增长率",
    "超额达标率", "容积率", "土地产出率", "资金拉动率", "货物周转率", "人均增加率", "计划到位率", "报名率", "投资到位率", "收入达标率",
)  # fmt: skip


def rules_of(**given) -> set[str]:
    return {rule for rule, _severity, _cells in found(form(indicators=[row(**given)]))}


@pytest.mark.parametrize("name", CANNOT)
def test_a_part_of_a_whole_is_not_more_than_all(name):
    given = {"level2": "质量指标", "level3": name, "target": "≥95%"}
    assert "D06" in rules_of(**given, actual="116%")
    assert "D06" not in rules_of(**given, actual="100%")


@pytest.mark.parametrize("name", MAY)
def test_what_may_be_more_than_was_planned_may(name):
    assert "D06" not in rules_of(level2="质量指标", level3=name, target="≥95%", actual="116%")


@pytest.mark.parametrize(
    ("name", "unit"),
    [("道路养护次数", "次"), ("管网巡检频次", "次"), ("公路检查场次", "次"), ("系统培训人数", "人"), ("平台使用人次", "人次"),
     ("印制次数", "次"), ("渠道清淤次数", "次"), ("软件培训人数", "人"), ("网站服务人数", "人"), ("打印份数", "份")],
)  # fmt: skip
def test_a_name_that_counts_its_own_unit_is_no_misfit(name, unit):
    assert "D13" not in rules_of(level3=name, target=f"≥3{unit}", actual=f"3{unit}")


@pytest.mark.parametrize(
    ("name", "unit"), [("信息系统建设", "人"), ("道路改造", "人"), ("公路养护", "份"), ("手册印刷", "人"), ("管道更换", "次")]
)  # fmt: skip
def test_a_unit_of_something_else_still_is(name, unit):
    assert "D13" in rules_of(level3=name, target=f"≥3{unit}", actual=f"3{unit}")


@pytest.mark.parametrize(
    "name", ["项目资金支付笔数", "补助资金拨付率", "经费支出进度", "专项资金使用率", "款项支付比例"]
)
def test_a_payment_is_no_output(name):
    assert "Q07" in rules_of(level3=name, target="≥90%", actual="100%")


def weighed(*weights: str, scores: tuple[str, ...] = ()) -> dict[str, dict]:
    """The cause of each finding of a form whose rows have these weights."""
    scores = scores or weights
    rows = [
        row(level3=f"事项{n}", weight=w, score=s)
        for n, (w, s) in enumerate(zip(weights, scores, strict=True))
    ]
    sheet = form(funds=[fund(weight="10", score="10", budget="10", executed="10", rate="100%")],
                 indicators=rows, total_weight="100", total_score="100", missing_rows=[])  # fmt: skip
    return {f.rule: f.cause for f in findings(sheet) if f.cause}


def test_a_gap_that_no_row_is_worth_is_no_row_left_out():
    cause = weighed("20", "20", "20", "14", "15")["W01"]
    assert cause["code"] != "row-left-out"
    assert "row-left-out" not in {other["code"] for other in cause["alternatives"]}


def test_a_gap_that_a_row_is_worth_may_be_one():
    told = weighed("20", "20", "20", "15", "10", scores=("20", "20", "20", "15", "10"))["W01"]
    assert "row-left-out" in {told["code"], *(other["code"] for other in told["alternatives"])} or (
        told["code"] == "digit-wrong"
    )


def test_a_weight_below_its_own_score_explains_both_findings():
    told = weighed("30", "30", "9", "20", scores=("30", "30", "10", "20"))
    assert told["W01"]["repair"] == {"/indicators/2/weight": "10"}
    assert told["C01"]["repair"] == {"/indicators/2/weight": "10"}
    told = weighed("30", "30", "9", "21", scores=("30", "30", "10", "21"))  # the sum is right
    assert "C01" not in told


def test_a_weight_above_its_own_full_mark_is_named_too():
    told = weighed("20", "20", "20", "30", "10", scores=("20", "20", "10", "30", "10"))["W01"]
    repairs = [told["repair"], *(other["repair"] for other in told["alternatives"])]
    assert {"/indicators/2/weight": "10"} in repairs
