"""Where the form is right, nothing is said: each case made a careless checker speak."""

import pytest

from tests.building import form, found, fund, row

COST = {"level1": "成本指标", "level2": "经济成本指标", "level3": "支出总额"}

SILENT = {
    "a cost under its ceiling": row(**COST, target="≤10万元", actual="8万元"),
    "a cost without comparator under its amount": row(**COST, target="10万元", actual="8万元"),
    "a deadline met early": row(level2="时效指标", target="12月", actual="6月"),
    "a deadline named in the indicator": row(
        level2="时效指标", level3="12月前拨付到位", target="12月", actual="12月"
    ),
    "a duration reached": row(level2="时效指标", level3="活动安排（月）", target="≥6月", actual="6月"),
    "a date inside a range of months": row(
        level2="时效指标", target="≥1月&&≤12月", actual="2020年12月31日"
    ),
    "equal amounts in 元 and 万元": row(**COST, target="≤1万元", actual="10000元"),
    "thousands separators in one cell": row(target="≥215,457.6吨", actual="215457.6吨"),
    "full-width digits": row(target="≥９０％", actual="90%", level2="质量指标", level3="合格率"),
    "a percentage without its sign": row(
        level2="质量指标", level3="合格率", target="≥90%", actual="95"
    ),
    "a coarser percentage that may be enough": row(
        level2="质量指标", level3="合格率", target="≥95.3%", actual="95%"
    ),
    "zero accidents": row(level2="质量指标", level3="安全事故", target="=0起", actual="0"),
    "fewer complaints than allowed": row(level2="质量指标", level3="投诉", target="<3起", actual="1起"),
    "a rate that covers everybody": row(
        level2="质量指标", level3="覆盖率", target="≥60%", actual="100%"
    ),
    "a text target repeated": row(level2="社会效益指标", level3="水平", target="达到国标", actual="达到国标"),
    "a text target reached": row(level2="质量指标", level3="测评", target="通过", actual="达成指标"),
    "a synonym of a unit": row(level3="培训人数", target="≥8名", actual="8人"),
    "an actual without the unit of a target in another scale": row(
        level3="道路里程", target="≥120公里", actual="126"
    ),
    "complaints that were handled": row(
        level2="质量指标", level3="投诉处理率", target="90%", actual="95%"
    ),
    "a bad rate without comparator that fell": row(
        level2="质量指标", level3="返修率", target="5%", actual="3%"
    ),
    "a time without comparator that got shorter": row(
        level2="质量指标", level3="平均到达现场时间", target="30分钟", actual="25分钟"
    ),
    "a warranty longer than promised": row(
        level2="时效指标", level3="设备质保期", target="3年", actual="5年"
    ),
    "money saved beyond the target": row(**COST | {"level3": "节约资金"}, target="2万元", actual="2.64万元"),
    "round the clock": row(level2="质量指标", level3="运行", target="7*24小时", actual="7*24小时"),
}  # fmt: skip


@pytest.mark.parametrize("name", SILENT)
def test_silent_on(name):
    serious = [f for f in found(form(indicators=[SILENT[name]]), select=["C", "D", "Q01", "V"])
               if f[1] != "advice"]  # fmt: skip
    assert serious == []


def test_silent_on_rows_of_slashes():
    slash = row(level1="效益指标", level2="经济效益指标", level3="/", target="/", actual="/",
                weight="/", score="/", deviation="/")  # fmt: skip
    assert found(form(indicators=[slash]), select=["C", "D", "Q", "V", "S11", "W05"]) == []


def test_silent_on_money_carried_over():
    rows = [
        fund("total", "1.32", "2.63998", "2.63998", rate="100%", weight="10", score="10"),
        fund("current_year", "1.32", "1.32", "1.32", rate="100%"),
        fund("carried_over", None, "1.31998", "1.31998", rate="100%"),
    ]
    assert found(form(goal_actual="完成活动", funds=rows), select=["F", "B01", "X"]) == []


def test_silent_on_years_that_are_not_the_forms():
    text = "按照京人社保发〔2010〕109号文件，平台于2012年建成后持续运行，配备2000套"
    assert found(form(year="2024", goal_actual=text), select=["P01"]) == []


def test_silent_on_what_the_source_never_told():
    bare = form(funds=[fund(budget="10", executed="10")], indicators=[row()])
    assert list(found(bare, select=["S01", "S03", "S07", "S13", "T"])) == []


def test_silent_on_masked_numbers_and_sizes():
    assert found(form(goal_actual="采购XXL号工作服，联系138****1234"), select=["H01"]) == []
