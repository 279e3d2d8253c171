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
    "months printed as bare numbers": row(
        level2="时效指标", level3="完成时间", target="12", actual="11"
    ),
    "days printed as bare numbers": row(
        level2="时效指标", level3="完成时间", target="20231231", actual="20231130"
    ),
    "a whole score off by one": row(target="≥7场", actual="6场", score="9", deviation="将加强组织"),
    "pieces and 个": row(level3="宣传牌数", target="3块", actual="3个"),
    "lessons and hours": row(level3="培训时长", target="≥8学时", actual="8小时"),
    "minutes written 分": row(level2="时效指标", level3="响应", target="≤30分", actual="25分钟"),
    "a frequency that counts": row(level3="应急演练频率", target="≥2次", actual="2次"),
    "satisfaction with complaint handling": row(
        level2="质量指标", level3="投诉处理满意度", target="≥90%", actual="95%"
    ),
    "a price per head": row(**COST | {"level3": "人均经费（元/人）"}, target="≤500元", actual="450元"),
    "a count with a note": row(target="≥12次", actual="13次（含线上2次）"),
    "a rate with its fraction": row(
        level2="质量指标", level3="合格率", target="100%", actual="100%（50/50）"
    ),
    "a round figure and more": row(level3="受益人数", target="≥12000人", actual="12000余人"),
    "all of them, in words": row(level2="质量指标", level3="合格率", target="100%", actual="全部合格"),
    "nothing happened, in words": row(
        level2="质量指标", level3="安全事故", target="0起", actual="未发生"
    ),
    "zero in words": row(level2="质量指标", level3="安全事故", target="零事故", actual="0起"),
    "years for a target of 长期": row(
        level2="可持续影响指标", level3="使用年限", target="长期", actual="5年"
    ),
    "万 left out with the unit": row(level3="服务人次", target="≥1万人次", actual="1.2"),
    "a rate in Chinese numerals": row(
        level2="质量指标", level3="合格率", target="百分之九十五以上", actual="96%"
    ),
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


def test_silent_on_rates_cut_off_or_printed_as_fractions():
    for rate, executed in (
        ("0.99", "99.67"),
        ("1", "99.9"),
        ("0.7894", "78.94"),
        ("99.6", "99.67"),
    ):
        rows = [fund("total", "100", "100", executed, rate=rate)]
        assert found(form(goal_actual="尾款未支付", funds=rows), select=["X"]) == []


def test_silent_on_amounts_printed_with_their_unit():
    rows = [fund("total", "200万", "￥200.00", "200万元"), fund("other", "200", "200", "200")]
    assert found(form(money_unit="万元", funds=rows), select=["F"]) == []


def test_silent_on_parts_of_a_part_that_nobody_placed():
    amounts = {"total": "200", "current_year": "200"}
    rows = [fund(kind, a, a, a) for kind, a in amounts.items()]
    rows += [fund("part", a, a, a, label=label) for label, a in (("中央", "150"), ("省级", "50"))]
    assert found(form(funds=rows), select=["F", "B"]) == []


def test_silent_on_rows_of_slashes_with_zeros():
    unused = row(level3="/", target="/", actual="/", weight="0", score="0")
    assert found(form(indicators=[unused]), select=["W", "C", "S11"]) == []


def test_silent_on_a_level_printed_in_two_places():
    rows = [row(level1="产出指标（50分）", weight=weight) for weight in ("30", "20")]
    rows.insert(1, row(level1="效益指标（30分）", level2="社会效益指标", weight="30"))
    assert found(form(indicators=rows), select=["W03"]) == []


def test_silent_on_masked_names_and_sizes():
    assert found(form(goal_actual="由李××同志负责，铺设DN200××管道"), select=["H01"]) == []


def test_silent_on_a_year_that_is_only_a_yardstick():
    rows = [
        row(level2="社会效益指标", target=text, actual=text)
        for text in ("较2022年增长5%", "比2022年提高", "对2019年建成的道路养护")
    ]
    assert found(form(year="2023", indicators=rows), select=["P01"]) == []


@pytest.mark.parametrize(
    "level2", ["产出数量", "产出质量", "产出时效", "产出成本", "社会影响", "服务对象满意"]
)
def test_silent_on_levels_by_their_other_names(level2):
    assert found(form(indicators=[row(level2=level2)]), select=["S12"]) == []


ONE_CAUSE = {
    "C02": form(indicators=[row(score="-5")]),
    "F06": form(funds=[fund("total", "9", "9", "-3", rate="0"), fund("other", "9", "9", "3")]),
    "T02": form(
        total_score="109.87",
        funds=[fund(weight="10", score="10")],
        indicators=[row(weight="90", score="90")],
    ),
}


@pytest.mark.parametrize("rule", ONE_CAUSE)
def test_one_cause_is_one_error(rule):
    chosen = ["C", "F", "T", "V", "X"]
    errors = [f[0] for f in found(ONE_CAUSE[rule], select=chosen) if f[1] == "error"]
    assert errors == [rule]


TOLD = row(level3="发放补助人数", target="≥500人", actual="520人")
QUALITY = row(level2="质量指标", level3="工程合格率", target="≥95%", actual="100%")
SATISFIED = row(level1="满意度指标", level2="服务对象满意度指标", level3="群众满意度", target="≥90%",
                actual="95%")  # fmt: skip
SAFE = row(level2="质量指标", level3="安全事故起数", target="≤0起", actual="0起")

HARMLESS_TEXTS = {
    "完成发放补助人数500人的目标": TOLD,
    "年初设定发放补助人数500人。实际完成发放补助人数520人。": TOLD,
    "符合条件应发放补助人数530人": TOLD,
    "四季度发放补助人数130人": TOLD,
    "其中发放补助人数50人为女性": TOLD,
    "上半年工程合格率98%": QUALITY,
    "工程合格率≥95%": QUALITY,
    "群众满意度调查问卷回收率80%": SATISFIED,
    "参与群众满意度调查的占比60%": SATISFIED,
    "排查安全事故隐患30起": SAFE,
    "开展安全事故演练3起": SAFE,
    "支持乡村建设中心3个，建设中小学食堂": QUALITY,
    "上年未完工项目本年已完工": QUALITY,
    "在项目建设中严格把关，全部建成": QUALITY,
    "不存在延期和推迟，未发生工期滞后": QUALITY,
    "办理居留延期签证，化解逾期债务": QUALITY,
    "服务内容包括但不限于培训，如有请求及时响应": QUALITY,
    "编写系统填写说明1份，对照年度目标完成全部工作": QUALITY,
    "农历2月30日慰问24月15日龄幼儿": QUALITY,
    "按规定收回闲置土地，收回公租房20套": QUALITY,
    "法院案件执行率70%，中央资金执行率80%": QUALITY,
    "采购订单13900000000元": QUALITY,
}


@pytest.mark.parametrize("text", HARMLESS_TEXTS)
def test_silent_on_texts_that_say_nothing_wrong(text):
    funds = [fund("total", "100", "100", "98", rate="98%", weight="10", score="9.8")]
    sheet = form(year="2023", goal_expected="完成年度各项工作任务", goal_actual=text, funds=funds,
                 indicators=[HARMLESS_TEXTS[text]])  # fmt: skip
    chosen = ["Y01", "Y02", "Y11", "Y13", "Y14", "P02", "P04", "V06", "H"]
    assert [f[0] for f in found(sheet, select=chosen) if f[1] != "advice"] == []


def test_silent_on_gross_rates_money_and_plans_that_may_pass_all():
    names = ("小学毛入学率", "资金到位率", "计划达标率", "疫苗接种率")
    rows = [row(level2="质量指标", level3=n, target="≥95%", actual="103%") for n in names]
    assert found(form(indicators=rows), select=["D06"]) == []


def test_silent_on_reasons_that_deny_a_shortfall():
    for reason in ("不存在未完成情况", "没有滞后", "按时完成，没有延期"):
        assert found(form(indicators=[row(deviation=reason)]), select=["V04", "V05"]) == []


def test_silent_on_two_things_of_which_one_is_finished():
    text = "主体工程已完成，附属工程待验收；东区道路已完成，西区道路正在建设"
    assert found(form(goal_expected="建设", goal_actual=text), select=["Y14"]) == []
