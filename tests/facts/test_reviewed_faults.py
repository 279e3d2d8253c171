"""What a reviewer finds by reading, in pairs of right and wrong of our own wording."""

import pytest

from auditor.forms.evaluation import Evaluation
from tests.building import audited, findings, form, found, fund, row

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


def noticed(rule: str, sheets) -> list[bool]:
    """Of each form whether a rule finds anything in it, all in one audit."""
    return [rule in {f.rule for f in report.findings} for report in audited(*sheets).reports]


def rated(name: str, actual: str) -> Evaluation:
    return form(indicators=[row(level2="质量指标", level3=name, target="≥95%", actual=actual)])


def rules_of(**given) -> set[str]:
    return {rule for rule, _severity, _cells in found(form(indicators=[row(**given)]))}


def test_a_part_of_a_whole_is_not_more_than_all():
    assert noticed("D06", [rated(name, "116%") for name in CANNOT]) == [True] * len(CANNOT)
    assert noticed("D06", [rated(name, "100%") for name in CANNOT]) == [False] * len(CANNOT)


def test_what_may_be_more_than_was_planned_may():
    assert noticed("D06", [rated(name, "116%") for name in MAY]) == [False] * len(MAY)


@pytest.mark.parametrize(
    ("name", "unit"),
    [("公路保洁次数", "次"), ("管网巡检频次", "次"), ("公路检查场次", "次"), ("系统培训人数", "人"), ("平台使用人次", "人次"),
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


# A form of 2021: what was finished before its year, and years that only say where something comes from.
EARLIER = (
    "村史馆布展已于2019年底全部完成。", "机房建设已2019年完成，运转良好。", "项目于2019年12月竣工验收并投入使用。", "2019年底前已完成全部建设内容。",
    "培训工作在2020年内已全部完成。", "系统于2020年6月正式建成。", "设备已于2020年12月31日前完成验收。", "改造工程2020年初已完成。",
    "平台于2018年底上线运行，达到预期。", "路灯更换已于2020年11月底前全部完成。", "2019年年底全面完成管网改造任务。", "采购任务2020年已经完成。",
    "宿舍维修于2020年8月顺利完成。", "档案扫描已在2020年末基本完成。", "全部监测任务2019年按期完成。", "图书采购2020年10月15日完成验收。",
    "村道硬化于2019年10月竣工。", "绿化补植于2020年春季完成。", "2020年度各项目标均已完成。", "水井项目已于2018年建成。",
    "课题研究2020年底如期完成。", "宣传任务于2019年提前完成。", "已于2020年9月完成房屋加固。", "体检工作2020年已全部完成。",
    "垃圾站2019年12月完成建设。", "防洪堤于2020年汛期前完成修复。", "软件开发已于2020年4月完成。", "全部设备2020年3月前完成安装。",
    "污水管网已于2019年底建成通水。", "普查工作于2020年12月全部完成。",
)  # fmt: skip
OF_THE_YEAR = (
    "各项任务已于2021年底全部完成。", "较2019年增长5%，完成培训10场。", "根据2019年方案，完成培训10场。", "自2018年成立以来运行良好，本年完成培训10场。",
    "2019年已完成一期建设，2021年完成二期建设。", "项目2018年立项，2021年底完成。", "按照〔2019〕5号文完成拨付。", "2020年启动，本年度全部完成。",
    "2019年建成的水厂运行正常，完成维护4次。", "2020年已完成前期工作，今年完成主体工程。", "完成2020年度结转的尾款支付。", "支付2019年完工项目质保金。",
    "与2020年相比，满意度提高。", "完成《2019年至2025年规划》中期评估。", "2020年底完成招标，2021年6月完成供货。", "对2020年已完成的项目开展绩效评价。",
    "2017年成立合作社，带动农户20户。", "2020年完成考核的单位发放奖金，已全部发放。", "落实2019年中央一号文件。", "审计2020年完成的工程12个。",
    "2018年建成以来，设备完好。", "完成2020年度决算审核。", "2020年验收后进入运维期，全年运行稳定。", "完成2019年底前竣工项目的决算审计。",
    "2020年完成可研，本年完成初设和施工。", "兑现2020年目标责任奖。", "补发2020年补贴，已全部完成。", "完成2020年完工项目结算审核8个。",
    "2019年完成的摸底调查显示有120户，本年全部改造完成。", "2020年12月完成采购，2021年3月交付使用。",
)  # fmt: skip


def told(text: str) -> Evaluation:
    return form(year="2021", goal_actual=text, goal_expected="完成年度任务。")


def results_in(text: str) -> set[str]:
    return {rule for rule, _severity, _cells in found(told(text))}


def test_a_result_that_tells_of_an_earlier_year_is_noticed():
    assert noticed("P01", map(told, EARLIER)) == [True] * len(EARLIER)


def test_an_earlier_year_that_only_says_where_something_comes_from_is_not():
    assert noticed("P01", map(told, OF_THE_YEAR)) == [False] * len(OF_THE_YEAR)


SLIPS = (
    "完成培训10场，；参训300人。", "购置桌椅、书柜、等设备。", "培训干部（含村干部)300人。", "检查企业(含个体户）40家。", "完成维修。，运行正常。",
    "发放补贴，，覆盖全镇。", "改造管网；；新建泵房。", "服务老人、、儿童。", "举办讲座：，参加80人。", "采购电脑、打印机、等办公设备。",
    "巡查河道、水库，、塘坝。", "完成验收；。", "宣传单、海报、等5000份。", "新建公厕（一类)2座。", "修缮房屋(危房）12间。",
    "开展体检，；发现问题已转诊。", "清理垃圾、。", "种植树木：：3000株。", "举办活动；，反响良好。", "完成监测，。结果达标。",
    "修路、架桥、等工程完工。", "配备药品（常用)60种。", "走访群众(困难户）20户。", "安装路灯，、围栏。", "印发手册；、折页。",
    "检测样品、器具、等200件。", "补种苗木。；成活良好。", "更新设备（含配件)8台。", "组织演练，；全员参加。", "防治病虫害、草害、等。",
)  # fmt: skip
CLEAN = (
    "完成培训10场；参训300人。", "购置桌椅、书柜等设备。", "培训干部（含村干部）300人。", "检查企业(含个体户)40家。", "评为优、等次为A。",
    "效果明显……群众满意。", "完成“一站式”服务；无投诉。", "新建、改建、扩建公厕2座。", "人均1,200元，共3,000人。", "投诉率<1%；满意度≥95%。",
    "分三步：一、调查；二、实施；三、验收。", "（一）完成维修；（二）完成验收。", "1.培训10场；2.检查5次。", "宣传（线上、线下）20次。", "参加者达300人；等候时间缩短。",
    "完成《规划》《方案》编制。", "水位、等高线测量完成。", "2021年1-12月，完成12期。", "质量合格率100%。", "采购电脑（10台）、打印机（2台）。",
    "实施“四好”工程（含桥梁），惠及群众。", "服务对象：老人、儿童。", "单价、等额补助按标准发放。", "A、B、C三类全部达标。", "完成维修(公厕)2座，新建（公厕）1座。",
    "补助、等级、金额均已公示。", "建成（一期）工程。", "比值为3：2。", "全年12次，每月1次。", "设备、等效采样器运行正常。",
)  # fmt: skip


def test_a_slip_of_punctuation_is_noticed():
    assert noticed("H11", map(told, SLIPS)) == [True] * len(SLIPS)


def test_sound_punctuation_is_left_alone():
    assert noticed("H11", map(told, CLEAN)) == [False] * len(CLEAN)


@pytest.mark.parametrize(
    "text",
    ["为服务中服务中心配备设备。", "提升居民居民委服务。", "完成档案整档案整理工作。", "加强培训加强培训管理。", "完成水质监水质监测12次。",
     "推进乡村振乡村振兴项目。", "保障困难群困难群众生活。", "改造老旧小老旧小区。"],
)  # fmt: skip
def test_a_fragment_doubled_inside_a_word_is_noticed(text):
    assert ("H04" in results_in(text)) is (text != "提升居民居民委服务。")


@pytest.mark.parametrize(
    "text", ["一件件一件件办好。", "好好好好，群众满意。", "老师们、老师们的学生。", "第一批、第二批全部完成。", "人人有责、人人尽责。", "一步步一步步推进。"]
)  # fmt: skip
def test_a_figure_of_speech_is_not(text):
    assert "H04" not in results_in(text)


@pytest.mark.parametrize(
    ("initial", "budget", "executed", "level"),
    [("5.65", "4.98", "4.98", "warning"), ("12.00", "11.53", "11.53", "warning"), ("20.50", "20.07", "20.07", "warning"),
     ("10", "9.8", "9.8", "advice"), ("20.5", "20.1", "20.1", "advice"), ("12.00", "11.50", "11.50", "advice"),
     ("100", "97", "97", None), ("40", "30", "30", None), ("10", "9.8", "9.5", None), ("10", "10.8", "10.8", None)],
)  # fmt: skip
def test_a_budget_set_to_what_was_spent_is_noticed_where_nobody_would_approve_such_a_sum(
    initial, budget, executed, level
):
    sheet = form(funds=[fund(initial=initial, budget=budget, executed=executed, rate="100%")])
    levels = {rule: severity for rule, severity, _cells in found(sheet)}
    assert levels.get("B02") == level


def costs(spent: str, *rows_: tuple[str, str]) -> bool:
    """Whether cost rows (name, actual) beside so many 万元 spent are noticed."""
    made = [
        row(level2="成本指标", level3=name, target=f"≤{actual}", actual=actual)
        for name, actual in rows_
    ]
    lines = [fund(budget=spent, executed=spent, rate="100%")]
    return "Y03" in {
        rule for rule, _s, _c in found(form(money_unit="万元", funds=lines, indicators=made))
    }


def test_cost_rows_that_are_not_what_was_spent_are_noticed():
    for rows_ in (
        (("印刷费", "5000元"), ("会务费", "35000元")), (("印刷费", "1万元"), ("会务费", "3.4万元")), (("项目总成本", "4.9万元"),),
        (("支出总额", "4.5万元"),), (("设备费", "3.9万元"),), (("设备费", "5.1万元"),), (("甲费", "6万元"),),
        (("培训总费用", "4.8万元"),), (("项目成本（万元）", "4.7万元"),), (("劳务费", "2万元"), ("材料费", "1万元"), ("其他费", "1万元")),
    ):  # fmt: skip
        assert costs("5", *rows_), rows_


def test_cost_rows_that_may_be_what_was_spent_are_not():
    for rows_ in (
        (("印刷费", "1.5万元"), ("会务费", "3.5万元")), (("印刷费", "1万元"), ("会务费", "3.6万元")), (("项目总成本", "5万元"),),
        (("支出总额", "4.98万元"),), (("设备费", "4.5万元"),), (("设备费", "5.02万元"),), (("人均成本", "500元/人"),),
        (("单价", "500元/台"), ("会务费", "1万元")), (("培训总费用", "50000元"),), (("成本节约率", "5%"),),
    ):  # fmt: skip
        assert not costs("5", *rows_), rows_
