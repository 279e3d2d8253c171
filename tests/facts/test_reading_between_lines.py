"""What goal, result, name and indicators say of each other, in pairs of right and wrong of our own."""

import pytest

from auditor.forms.evaluation import Evaluation
from tests.building import audited, findings, form, row

# (project, what it does, an indicator of it, what is told of it): twelve unlike projects.
PROJECTS = (
    ("古籍修复", "修复馆藏古籍善本，延长文献保存年限", "修复古籍册数", "修复古籍善本三百册，文献可供读者查阅"),
    ("河道清淤", "清除河道淤泥，提高汛期行洪能力", "清淤河道长度", "清除淤泥两万方，河道行洪能力达到设计"),
    ("养老助餐", "为高龄老人提供助餐，改善老人营养", "助餐老人人数", "为高龄老人助餐八千份，营养餐覆盖全街道"),
    ("林业防火", "巡护国有林场，减少森林火情", "巡护林场面积", "巡护林场四万亩，森林火情比上年减少"),
    ("残疾儿童康复", "为残疾儿童提供康复训练和辅具", "康复训练儿童人数", "残疾儿童康复训练六十名，辅具适配到位"),
    ("地震监测台站运行", "维护地震台站仪器，保证观测数据连续", "台站仪器完好率", "地震台站仪器全年完好，观测数据连续"),
    ("渔船更新", "淘汰老旧渔船，减少海上事故", "更新渔船艘数", "更新渔船十二艘，海上事故明显减少"),
    ("冬季除雪", "清除城区主干道积雪，保证车辆通行", "除雪道路里程", "清除主干道积雪，车辆通行正常"),
    ("动物疫苗", "采购牲畜疫苗，防止口蹄疫流行", "免疫牲畜头数", "牲畜疫苗全部注射，没有口蹄疫流行"),
    ("公共自行车", "增设自行车站点，方便市民短途出行", "增设站点个数", "增设自行车站点，市民短途出行方便"),
    ("法律援助", "为困难当事人代理诉讼", "代理诉讼案件数", "代理诉讼案件，困难当事人得到律师帮助"),
    ("戏曲传承", "培养青年演员，排演传统剧目", "排演剧目数量", "排演传统剧目，青年演员登台"),
)  # fmt: skip


def noticed(rule: str, sheets: list[Evaluation]) -> list[bool]:
    """Of each form whether the rule finds anything in it, all in one audit."""
    return [rule in {f.rule for f in report.findings} for report in audited(*sheets).reports]


def sheet(project: str, goal: str, result: str, *names: str, **more) -> Evaluation:
    rows = [row(level3=name) for name in names]
    return form(project=project, goal_expected=goal, goal_actual=result, indicators=rows, **more)


def exchanged(step: int, part: str) -> list[Evaluation]:
    """Each project with the goal or the result of one ``step`` further on."""
    made = []
    for n, (project, own, name, done) in enumerate(PROJECTS):
        _project, other, _name, other_done = PROJECTS[(n + step) % len(PROJECTS)]
        texts = (other, done) if part == "goal" else (own, other_done)
        made.append(sheet(f"{project}项目", f"{texts[0]}。", f"{texts[1]}。", name))
    return made


@pytest.mark.parametrize("part", ["goal", "result"])
def test_a_text_about_another_project_is_noticed(part):
    seen = [hit for step in (1, 3, 5) for hit in noticed("Y16", exchanged(step, part))]
    assert len(seen) == 36
    assert sum(seen) >= 30  # some pairs share words by chance, and some texts are short


def test_a_text_about_its_own_project_is_not():
    right = exchanged(0, "goal")
    right += [
        sheet(p, f"{g}。", f"{t}，做法在全市推广，受到好评。", name) for p, g, name, t in PROJECTS
    ]
    right += [
        sheet(f"某某{p}经费", f"{g}，服务群众。", f"按计划{t}。", name)
        for p, g, name, t in PROJECTS
    ]
    assert noticed("Y16", right) == [False] * 36


PROMISES = (
    "购置洒水车", "新建气象站3处", "修缮祠堂", "安装路灯80盏", "采购无人机2架", "举办摄影展", "编制应急预案", "印制地图500份",
    "建设停车棚", "发放蜂箱200个", "种植胡杨", "铺设塑胶跑道", "更换变压器", "改造锅炉房", "招聘护林员15名", "租赁仓库",
    "制作宣传片", "开展龙舟比赛", "组织夏令营", "检测土壤样品60个", "清理鱼塘", "维修水塔", "新建篮球场", "修建观景台",
    "采购挖掘机", "办理营业执照", "打造夜市", "配备对讲机", "栽植玫瑰", "更新电梯",
)  # fmt: skip


def promised(promise: str, answer: str) -> Evaluation:
    return sheet("社区养老服务", f"购置护理床20张，开展助餐，{promise}。",
                 f"购置护理床20张，助餐八千人次{answer}，老人反映良好。", "购置护理床数量", "助餐人次")  # fmt: skip


def test_a_promise_that_nobody_answers_is_noticed():
    assert noticed("Y17", [promised(promise, "") for promise in PROMISES]) == [True] * len(PROMISES)


def test_an_answered_promise_is_not():
    told = [promised(promise, f"，{promise}已完成") for promise in PROMISES]
    assert noticed("Y17", told) == [False] * len(PROMISES)


WISHES = (
    "进一步提升服务水平", "增强老人获得感", "确保资金安全", "健全长效机制", "推动养老事业发展", "完善养老制度", "加强队伍建设", "促进社会和谐",
    "保障老人权益", "提高满意度", "优化服务流程", "规范日常管理", "改善居住条件", "旨在减轻家庭负担", "为了让老人安度晚年",
)  # fmt: skip


def test_a_wish_is_no_promise():
    assert noticed("Y17", [promised(wish, "") for wish in WISHES]) == [False] * len(WISHES)


SECOND = (
    "消火栓普查", "蜂蜜加工", "码头疏浚", "古树保护", "电梯更新", "围墙绿化", "路灯亮化", "菜场改造", "苗木繁育", "水塔维修",
    "戏台修缮", "候鸟巡护", "渔政执法", "地铁安检", "茶园改良", "书法比赛", "冰雪运动", "机场除冰", "盐碱地治理", "沼气推广",
    "防雷检测", "幼儿托管", "铁路护坡", "矿井排水", "油库巡检", "足球训练", "桑蚕养殖", "果树嫁接", "雨伞租借", "客车检修",
)  # fmt: skip


def named(second: str, told: str) -> Evaluation:
    return sheet(
        f"社区助餐及{second}项目", "为高龄老人提供助餐。", f"助餐八千人次{told}。", "助餐人次"
    )


def test_a_second_task_of_the_name_that_is_never_told_is_noticed():
    assert noticed("Q23", [named(task, "") for task in SECOND]) == [True] * len(SECOND)


def test_one_that_is_told_is_not():
    assert noticed("Q23", [named(task, f"，{task}完成") for task in SECOND]) == [False] * len(
        SECOND
    )


@pytest.mark.parametrize("name", ["和谐社区助餐", "公共和谐助餐", "养老参与助餐项目", "助餐与普及"])
def test_a_letter_inside_a_word_joins_no_tasks(name):
    assert not noticed("Q23", [sheet(name, "为高龄老人提供助餐。", "助餐八千人次。", "助餐人次")])[
        0
    ]


AWAITED = (
    "待验收",
    "尚未验收",
    "尚未组织验收",
    "验收合格后支付",
    "验收通过后支付",
    "待评审",
    "未经验收",
    "评审通过后支付",
    "尚未评审",
    "验收合格后付款",
)
HERE = ("设备已到货，{}", "全部成果{}", "余款{}。")
ACCEPTED = ("设备验收合格率", "成果评审通过率", "项目验收合格率")


def accepted(said: str, name: str, actual: str, score: str) -> Evaluation:
    return sheet_of(
        said, row(level2="质量指标", level3=name, target="≥95%", actual=actual, score=score)
    )


def sheet_of(said: str, *rows) -> Evaluation:
    return form(
        project="设备购置", goal_expected="购置设备。", goal_actual=said, indicators=list(rows)
    )


def test_an_acceptance_that_is_to_come_is_not_passed():
    said = [h.format(words) for words in AWAITED for h in HERE]
    names = [ACCEPTED[n % 3] for n in range(30)]
    wrong = [accepted(*pair, "100%", "10") for pair in zip(said, names, strict=True)]
    either = [a or b for a, b in zip(noticed("Y18", wrong), noticed("P02", wrong), strict=True)]
    assert either == [True] * 30
    right = [accepted(text, name, "0%", "0") for text, name in zip(said, names, strict=True)]
    right += [
        accepted("已通过验收，质保金待质保期满后支付", name, "100%", "10") for name in ACCEPTED
    ]
    assert noticed("Y18", right) == [False] * 33


WHOLE = (
    "工作任务完成情况",
    "任务完成率",
    "完成工作内容",
    "年度任务完成率",
    "计划完成率",
    "工作完成率",
    "目标完成率",
    "项目完成率",
    "工作内容完成情况",
    "任务完成情况",
)
ANSWERS = (("100%", "100%"), ("全部完成", "全部完成"), ("优", "优"))


@pytest.mark.parametrize(("target", "actual"), ANSWERS)
def test_not_all_is_done_while_a_part_is_short(target, actual):
    def pair(name: str, done: str, score: str) -> Evaluation:
        short = row(
            level3="建成系统",
            target="≥4套",
            actual=done,
            score=score,
            deviation="一套延后，下一步加快",
        )
        return sheet_of(
            "建成系统。", short, row(level2="质量指标", level3=name, target=target, actual=actual)
        )

    assert noticed("Y19", [pair(name, "3套", "7.5") for name in WHOLE]) == [True] * len(WHOLE)
    assert noticed("Y19", [pair(name, "4套", "10") for name in WHOLE]) == [False] * len(WHOLE)


def months(name: str, count: str, end_name: str, end: str) -> Evaluation:
    return sheet_of(
        "完成。",
        row(level3=name, target=f"≥{count}", actual=count),
        row(level2="时效指标", level3=end_name, target="12月", actual=end),
    )


WORK = (
    "档案扫描月份",
    "驻村服务时长",
    "水泵维护时长",
    "水质巡查月份",
    "机房值守时长",
    "病历录入月份",
)


def test_work_does_not_go_on_after_it_was_finished():
    wrong = [
        months(name, count, end, date)
        for name in WORK
        for count, end, date in (("12个月", "项目完成时间", "9月"), ("11个月", "全部任务完成时间", "6月"),
                                 ("10个月", f"{name[:2]}任务完毕时间", "7月"), ("12个月", "工作完成时间", "2024年8月"),
                                 ("8个月", "竣工时间", "5月"))
    ]  # fmt: skip
    assert noticed("Y10", wrong) == [True] * 30
    right = [
        months(name, count, end, date)
        for name in WORK
        for count, end, date in (("9个月", "项目完成时间", "9月"), ("12个月", "全部任务完成时间", "12月"),
                                 ("12个月", "宣传栏安装完成时间", "7月"), ("24个月", "工作完成时间", "8月"),
                                 ("12个月", "开工时间", "5月"))
    ]  # fmt: skip
    assert noticed("Y10", right) == [False] * 30


RETYPED = (
    "岗位培设备、岗位培训", "档案整工具、档案整理", "人员配物资、人员配备", "医疗机医疗机构", "困难群困难群众", "水质监水质监测", "老旧小老旧小区", "乡村振乡村振兴",
    "安全生安全生产",
)  # fmt: skip
LISTED = (
    "老年人保健、老年人体检", "培训班级、培训班主任", "第一批、第二批", "加强管理、规范管理", "残疾人就业、残疾人康复", "幼儿园食堂、幼儿园操场", "志愿者招募、志愿者培训", "图书馆藏书、图书馆座位",
    "合作社、合作社社员", "一件件一件件办好", "信息化建设、信息化运维", "城东村、城西村", "高血压筛查、高血压管理", "小学生、小学生家长", "党支部、党支部书记",
)  # fmt: skip


def told(text: str, **more) -> Evaluation:
    return form(goal_expected="完成年度任务。", goal_actual=f"本年完成{text}等事项。", **more)


def test_a_fragment_typed_again_from_inside_a_word_is_noticed():
    assert noticed("H04", [told(text) for text in RETYPED]) == [True] * len(RETYPED)
    assert noticed("H04", [told(text) for text in LISTED]) == [False] * len(LISTED)


NUMBERED = ("1.甲项；2、乙项；3.丙项", "1、甲项；2.乙项", "（1）甲项；（2）乙项；3、丙项", "①甲项；②乙项；3.丙项", "一、甲项；2、乙项", "1）甲项；2.乙项", "1.甲项。2，乙项。3.丙项",
            "1、甲项；2、乙项：3、丙项。4.丁项", "(1)甲项；2.乙项", "一、甲项；二、乙项；（三）丙项")  # fmt: skip
SOUND = ("1.甲项；2.乙项；3.丙项", "1、甲项；（1）子项；（2）子项；2、乙项", "一、甲项。1.子项；2.子项。二、乙项", "投资1.5万元；2.5公里", "2.乙项", "第1批；第2批", "1月；2月；3月",
         "①甲项；②乙项", "（一）甲项；（二）乙项", "共3项：1、甲；2、乙；3、丙", "增长1.2%，2.3%", "1.甲项，10.5万元；2.乙项，2.5万元")  # fmt: skip


def test_numbering_that_changes_its_form_is_noticed():
    assert noticed("H12", [form(goal_actual=text) for text in NUMBERED]) == [True] * len(NUMBERED)
    assert noticed("H12", [form(goal_actual=text) for text in SOUND]) == [False] * len(SOUND)


BROKEN = (
    "设备购置数量及",
    "培训覆盖率和",
    "接入密码能",
    "检查次数与",
    "道路养护的",
    "资料归档率以及",
    "宣传活动对",
    "机房改造将",
    "走访慰问为",
    "系统建设并",
)
WHOLE_NAMES = (
    "设备性能",
    "群众参与",
    "收入总和",
    "科学普及",
    "建设目的",
    "平台功能",
    "经费给予",
    "政策调和",
    "新增产能",
    "市场供应",
    "环境适应",
    "方位朝向",
    "节能",
    "水分含量",
    "人工智能",
)


def test_a_name_that_is_broken_off_is_noticed():
    def called(name: str) -> Evaluation:
        return form(indicators=[row(level3=name)])

    assert noticed("H07", list(map(called, BROKEN))) == [True] * len(BROKEN)
    assert noticed("H07", list(map(called, WHOLE_NAMES))) == [False] * len(WHOLE_NAMES)


PLACES = (
    ("青岚市", "青兰市"),
    ("云溪县", "云西县"),
    ("白榆乡", "白鱼乡"),
    ("望川镇", "旺川镇"),
    ("石塘村", "石糖村"),
    ("松溪街道", "松西街道"),
    ("东篱区", "东里区"),
    ("黄蒿村", "皇浩村"),
)
OTHER_PLACES = (
    ("青岚市", "青山市"),
    ("云溪县", "云溪县"),
    ("城东村", "城西村"),
    ("上河乡", "下河乡"),
    ("新城区", "新校区"),
    ("白榆乡", "全乡"),
    ("望川镇", "乡镇"),
    ("石塘村", "农村"),
)


def test_a_place_in_two_spellings_is_noticed():
    def of(own: str, said: str) -> Evaluation:
        return told(f"{said}的项目", unit=f"{own}水利站")

    assert noticed("H09", [of(*pair) for pair in PLACES]) == [True] * len(PLACES)
    assert noticed("H09", [of(*pair) for pair in OTHER_PLACES]) == [False] * len(OTHER_PLACES)


def test_counts_without_stops_between_them_are_noticed():
    glued = "举办讲座4场发放资料800份走访农户60户维修水泵5台"
    apart = "举办讲座4场，发放资料800份，走访农户60户，维修水泵5台"
    same = "其中4场的听众、800份以上的资料、60户左右的农户和5台共用的水泵"
    assert noticed("H06", [told(glued), told(apart), told(same)]) == [True, False, False]


PRICES = ("设备采购单价", "单件平均价格", "材料单位成本", "桌椅均价", "道路单位造价")
SOLD = ("苹果销售单价", "羊毛收购均价", "产品售价", "单位成本降低额", "农产品价格")


def test_a_price_of_what_is_bought_is_no_floor():
    def priced(name: str) -> Evaluation:
        return form(indicators=[row(level3=name, target="≥860元/件", actual="875元/件")])

    assert noticed("Q12", list(map(priced, PRICES))) == [True] * len(PRICES)
    assert noticed("Q12", list(map(priced, SOLD))) == [False] * len(SOLD)


def totalled(**more) -> Evaluation:
    rows = [row(weight="90", score="90")]
    return form(indicators=rows, funds=[{"kind": "total", "initial_budget": "1", "full_year_budget": "1",
                "executed": "1", "weight": "10", "rate": "100%", "score": "10"}], missing_rows=["fund_parts"], **more)  # fmt: skip


def test_a_row_of_totals_without_its_total_is_noticed():
    blank = totalled(total_label="总分")
    filled = totalled(total_label="总分", total_score="100", total_weight="100")
    assert noticed("S16", [blank, filled]) == [True, False]


def test_the_only_form_of_a_template_without_a_row_of_totals_is_noticed():
    titled = {"title": "项目支出绩效自评表"}
    others = [totalled(total_label="总分", total_score="100", **titled) for _n in range(3)]
    bare = totalled(**titled)
    bare.missing_rows.append("total")
    assert noticed("K10", [*others, bare]) == [False] * 3 + [True]
    assert noticed("K10", [others[0], bare, bare]) == [False] * 3
    assert {f.rule for f in findings(bare)} & {"K10"} == set()
