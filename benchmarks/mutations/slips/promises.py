"""Slips that only reading finds: what was promised, what was claimed, and what it was about."""

import re
from decimal import Decimal
from random import Random

from auditor.forms.evaluation import Evaluation
from benchmarks.mutations.kinds import Kind, kinds
from benchmarks.mutations.slips import figures
from benchmarks.mutations.slips.model import Mutated, change, pick, scored, slip
from benchmarks.mutations.slips.scores import full_rows, short_rows
from benchmarks.mutations.slips.units import counts

GOAL, RESULT = "/goal_expected", "/goal_actual"
# Things that no kind of project of the benchmark buys or does.
_PURCHASES = (
    "洒水车",
    "健身器材",
    "直饮水机",
    "电动三轮车",
    "监控摄像头",
    "气象观测仪",
    "储物货架",
    "除雪铲车",
)
_TASKS = ("古树名木保护", "夜市摊位规范", "候鸟栖息地巡护", "码头泊位疏浚", "非遗技艺传承")
_PARTS = (
    "地震应急避难场所标识更新",
    "蜂产业示范",
    "消火栓普查",
    "渔业资源增殖放流",
    "老旧电梯更新",
)


def _other_kind(random: Random, form: Evaluation) -> Kind:
    """A kind of project that this form is not about."""
    own = form.project or ""
    return random.choice([k for k in kinds() if not any(name in own for name in k.projects)])


@slip("Y16")
def goal_of_other_project(random: Random, form: Evaluation) -> Mutated:
    """预期目标写的是别的项目"""
    other = _other_kind(random, form)
    promised = [m.phrase.format(value=f"{m.low}{m.unit}") for m in other.measures["quantity"]]
    return change(form, {GOAL: f"{other.purpose}。全年计划{'，'.join(promised)}。"}, GOAL)


@slip("Y16", "Y06", "Y12")
def result_of_other_project_without_name(random: Random, form: Evaluation) -> Mutated:
    """实际完成情况写的是别的项目，文字中没有项目名称"""
    other = _other_kind(random, form)
    told = [m.phrase.format(value=f"{m.high}{m.unit}") for m in other.measures["quality"]]
    told += [m.phrase.format(value=f"{m.high}{m.unit}") for m in other.measures["quantity"]]
    return change(form, {RESULT: f"{'，'.join(told)}，{other.purpose}。"}, RESULT)


@slip("Y17")
def numbered_promise_unanswered(random: Random, form: Evaluation) -> Mutated:
    """目标中带数量的承诺，指标和完成情况都没有回应"""
    said = f"新建{random.choice(_TASKS)}示范点{random.randint(2, 20)}处。"
    return change(form, {GOAL: (form.goal_expected or "") + said}, GOAL, RESULT)


@slip("Y17")
def purchase_unanswered(random: Random, form: Evaluation) -> Mutated:
    """目标中的一项采购，指标和完成情况都没有回应"""
    return change(
        form, {GOAL: f"购置{random.choice(_PURCHASES)}，{form.goal_expected}"}, GOAL, RESULT
    )


@slip("Q23")
def second_task_of_the_name_silent(random: Random, form: Evaluation) -> Mutated:
    """项目名称写了两项任务，其中一项全表没有提到"""
    bare = re.sub(r"(项目|工程)$", "", form.project or "")
    return change(form, {"/project": f"{bare}及{random.choice(_PARTS)}项目"})


@slip("Y18")
def acceptance_still_to_come(random: Random, form: Evaluation) -> Mutated | None:
    """文字写尚待验收，验收合格率却已填满"""
    rows = [
        n for n in full_rows(form)
        if "验收" in (form.indicators[n].level3 or "") and "%" in (form.indicators[n].actual or "")
    ]  # fmt: skip
    row = pick(random, rows)
    if row is None:
        return None
    said = random.choice(("尾款待验收合格后支付。", "目前尚未组织验收。", "全部成果待验收。"))
    said = (form.goal_actual or "") + said
    return change(form, {RESULT: said}, RESULT, f"/indicators/{row}/actual")


@slip("Y19")
def whole_said_done_though_a_part_is_short(random: Random, form: Evaluation) -> Mutated | None:
    """一项数量未完成，“工作任务完成情况”却写全部完成、得满分"""
    outputs = ("数量", "质量")
    short = [
        n for n in short_rows(form)
        if n in counts(form) and (form.indicators[n].level2 or "").startswith(outputs)
    ]  # fmt: skip
    full = [n for n in full_rows(form) if (form.indicators[n].level2 or "").startswith(outputs)]
    row = pick(random, full)
    if row is None or not short:
        return None
    cell = f"/indicators/{row}"
    edits: dict[str, str | None] = {
        f"{cell}/actual": random.choice(("全部完成", "100%", "优")),
        f"{cell}/level3": random.choice(("工作任务完成情况", "年度任务完成率", "完成工作内容")),
        f"{cell}/target": "全部完成",
    }
    if edits[f"{cell}/actual"] == "100%":
        edits[f"{cell}/target"] = "100%"
    cells = (f"{cell}/level3", f"{cell}/actual", f"/indicators/{short[0]}/actual")
    return change(form, edits, *cells)


@slip("Y11")
def failure_beside_safe_running(random: Random, form: Evaluation) -> Mutated | None:
    """文字写安全稳定，偏差原因却报告故障"""
    row = pick(random, short_rows(form))
    if row is None:
        return None
    said = random.choice(
        ("全年安全稳定运行。", "系统运行安全稳定，未发生问题。", "各项工作平稳有序。")
    )
    reason = "因设备出现故障，部分时段服务中断。下一步将加强巡检，及时更换配件。"
    edits: dict[str, str | None] = {
        RESULT: (form.goal_actual or "") + said, f"/indicators/{row}/deviation": reason,
    }  # fmt: skip
    return change(form, edits, *edits)


@slip("Y10")
def twelve_months_until_september(random: Random, form: Evaluation) -> Mutated | None:
    """写做满十二个月，完成时间却在九月"""
    rows = [n for n in counts(form) if (form.indicators[n].level2 or "").startswith("数量")]
    times = [n for n in full_rows(form) if figures.month(form.indicators[n].actual)]
    row, time = pick(random, rows), pick(random, times)
    if row is None or time is None:
        return None
    work, end = f"/indicators/{row}", f"/indicators/{time}"
    edits: dict[str, str | None] = {
        f"{work}/actual": "12个月", f"{work}/target": "≥12个月", f"{work}/level3": "连续开展服务时长",
        f"{end}/level3": random.choice(("全部任务完成时间", "项目完成时间", "工作完成时间")),
        f"{end}/target": "11月底前", f"{end}/actual": "9月",
    }  # fmt: skip
    return change(form, edits, f"{work}/actual", f"{end}/actual")


@slip("P01")
def finished_in_an_earlier_year(random: Random, form: Evaluation) -> Mutated:
    """完成情况写的是往年已完成的任务"""
    year = int(form.year or 2023) - random.randint(1, 2)
    own = re.sub(rf"{form.year}年度?", "", form.goal_actual or "")
    said = random.choice(
        (
            f"各项任务已于{year}年底全部完成。",
            f"建设任务{year}年已完成。",
            f"已于{year}年11月竣工验收。",
        )
    )
    return change(form, {RESULT: re.sub(r"^[，,]", "", own) + said}, RESULT)


@slip("Y03")
def total_cost_below_what_was_spent(_random: Random, form: Evaluation) -> Mutated | None:
    """项目总成本只填了执行数的七成"""
    for n in scored(form):
        row = form.indicators[n]
        both = figures.less(row)
        if both and "元" in both[1].unit and "/" not in both[1].unit and "总" in (row.level3 or ""):
            less = both[1].scaled(Decimal("0.7"))
            text = figures.retell(form, row, less) or form.goal_actual
            cell = f"/indicators/{n}/actual"
            return change(form, {cell: less, RESULT: text}, cell)
    return None


@slip("Q12")
def price_better_when_higher(random: Random, form: Evaluation) -> Mutated | None:
    """单价放在数量或质量指标下，并用大于等于"""
    row = pick(random, counts(form))
    if row is None:
        return None
    cell = f"/indicators/{row}"
    name = random.choice(("单件平均采购价格", "设备采购单价", "单台平均成本", "材料单位成本"))
    unit = random.choice(("元/件", "元/台", "元"))
    edits: dict[str, str | None] = {
        f"{cell}/level3": name, f"{cell}/target": f"≥860{unit}", f"{cell}/actual": f"875{unit}",
    }  # fmt: skip
    return change(form, edits, f"{cell}/target")


@slip("Q24")
def quantity_in_words(random: Random, form: Evaluation) -> Mutated | None:
    """数量指标的指标值只写文字"""
    rows = [n for n in full_rows(form) if (form.indicators[n].level2 or "").startswith("数量")]
    row = pick(random, rows)
    if row is None:
        return None
    cell = f"/indicators/{row}"
    words = random.choice(("按合同约定完成", "按实际需要安排", "满足工作需要"))
    return change(form, {f"{cell}/target": words, f"{cell}/actual": words}, f"{cell}/target")


@slip("Q21")
def satisfied_because_nobody_complained(_random: Random, form: Evaluation) -> Mutated | None:
    """满意度以“无投诉”为依据"""
    for n in full_rows(form):
        if "满意" in (form.indicators[n].level3 or "") and "deviation" not in form.missing_columns:
            cell = f"/indicators/{n}"
            said = "全年未收到投诉，服务对象满意。"
            return change(form, {f"{cell}/deviation": said}, f"{cell}/deviation", f"{cell}/actual")
    return None
