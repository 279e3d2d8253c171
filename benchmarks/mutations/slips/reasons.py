"""Slips in deviation reasons and in dates: groups V and P."""

import calendar
from random import Random

from auditor.forms.evaluation import Evaluation
from benchmarks.mutations.slips import figures
from benchmarks.mutations.slips.model import Mutated, change, number, pick, scored, shown, slip
from benchmarks.mutations.slips.scores import full_rows, short_rows


def _reason(row: int) -> str:
    return f"/indicators/{row}/deviation"


@slip("V01")
def reason_deleted(random: Random, form: Evaluation) -> Mutated | None:
    """扣分指标的偏差原因被删去"""
    row = pick(random, short_rows(form))
    if row is None:
        return None
    return change(form, {_reason(row): None}, _reason(row), f"/indicators/{row}/score")


@slip("V02")
def measure_left_out(random: Random, form: Evaluation) -> Mutated | None:
    """只写原因，没有改进措施"""
    row = pick(random, short_rows(form))
    if row is None:
        return None
    cause = (form.indicators[row].deviation or "").partition("。")[0] + "。"
    return change(form, {_reason(row): cause})


@slip("V03")
def reason_empty_words(random: Random, form: Evaluation) -> Mutated | None:
    """原因只写“客观原因”"""
    row = pick(random, short_rows(form))
    return (
        None
        if row is None
        else change(form, {_reason(row): random.choice(("客观原因", "工作原因", "疫情影响"))})
    )


@slip("V04")
def full_marks_with_shortfall(random: Random, form: Evaluation) -> Mutated | None:
    """满分指标的原因栏却写未完成"""
    if "deviation" in form.missing_columns:
        return None
    row = pick(random, full_rows(form))
    if row is None:
        return None
    said = "因供货不足，部分任务未完成，进度滞后，下一步将加强督促。"
    return change(form, {_reason(row): said}, _reason(row), f"/indicators/{row}/score")


@slip("V05")
def reason_contradicts_number(random: Random, form: Evaluation) -> Mutated | None:
    """未达目标，原因却写超额完成"""
    row = pick(random, [n for n in short_rows(form) if figures.more(form.indicators[n])])
    if row is None:
        return None
    said = "因需求增加，超额完成年度目标，下一年度将合理调整指标值。"
    return change(form, {_reason(row): said}, _reason(row), f"/indicators/{row}/actual")


def _dates(form: Evaluation) -> list[int]:
    return [n for n in scored(form) if figures.month(form.indicators[n].actual)]


@slip("P01", cause="digit-wrong")
def year_of_actual_wrong(random: Random, form: Evaluation) -> Mutated | None:
    """完成时间的年份与评价年度不符"""
    rows = [n for n in _dates(form) if (figures.month(form.indicators[n].actual) or (None,))[0]]
    row = pick(random, rows)
    if row is None or form.year is None:
        return None
    wrong = (form.indicators[row].actual or "").replace(form.year, str(int(form.year) - 1))
    return change(form, {f"/indicators/{row}/actual": wrong})


@slip("P01")
def year_of_target_stale(random: Random, form: Evaluation) -> Mutated | None:
    """指标值的年份沿用上一年"""
    rows = [n for n in _dates(form) if (figures.month(form.indicators[n].target) or (None,))[0]]
    row = pick(random, rows)
    if row is None or form.year is None:
        return None
    wrong = (form.indicators[row].target or "").replace(form.year, str(int(form.year) - 1))
    return change(form, {f"/indicators/{row}/target": wrong})


@slip("P01")
def year_of_narrative_stale(_random: Random, form: Evaluation) -> Mutated | None:
    """完成情况开头的年份沿用上一年"""
    text, year = form.goal_actual or "", form.year or ""
    if not year or not text.startswith(f"{year}年"):
        return None
    return change(form, {"/goal_actual": text.replace(f"{year}年", f"{int(year) - 1}年", 1)})


@slip("P04")
def month_thirteen(random: Random, form: Evaluation) -> Mutated | None:
    """完成时间写成13月"""
    row = pick(random, _dates(form))
    found = figures.month(form.indicators[row].actual) if row is not None else None
    if row is None or found is None:
        return None
    wrong = (form.indicators[row].actual or "").replace(f"{found[1]}月", "13月")
    return change(form, {f"/indicators/{row}/actual": wrong})


@slip("P04")
def day_that_is_not(random: Random, form: Evaluation) -> Mutated | None:
    """日期为不存在的某月31日"""
    rows = []
    for n in _dates(form):
        found = figures.month(form.indicators[n].actual)
        if found and found[2] and calendar.monthrange(int(form.year or 2023), found[1])[1] < 31:
            rows.append(n)
    row = pick(random, rows)
    found = figures.month(form.indicators[row].actual) if row is not None else None
    if row is None or found is None:
        return None
    wrong = (form.indicators[row].actual or "").replace(f"月{found[2]}日", "月31日")
    return change(form, {f"/indicators/{row}/actual": wrong})


@slip("P06")
def deadline_open(random: Random, form: Evaluation) -> Mutated | None:
    """时效指标值写成事件，没有日期"""
    rows = [n for n in scored(form) if figures.month(form.indicators[n].target)]
    row = pick(random, rows)
    return None if row is None else change(form, {f"/indicators/{row}/target": "疫情结束后"})


@slip("P03")
def monitoring_text_left(random: Random, form: Evaluation) -> Mutated:
    """完成情况残留监控期文字"""
    said = random.choice(
        ("截至7月底各项工作有序推进，预计全年可完成目标。", "1-7月已开展前期工作，预计年底完成。")
    )
    return change(form, {"/goal_actual": (form.goal_actual or "") + said})


@slip("P03")
def monitoring_reason_left(random: Random, form: Evaluation) -> Mutated | None:
    """原因栏残留“未到监控时点”"""
    row = pick(random, short_rows(form))
    return (
        None
        if row is None
        else change(form, {_reason(row): "未到监控时点，下一步将继续跟踪目标值完成情况。"})
    )


@slip("P02", "Y13")
def unfinished_but_full(_random: Random, form: Evaluation) -> Mutated | None:
    """文字写尚未完工，指标全部满分"""
    if set(full_rows(form)) != set(scored(form)) or not full_rows(form):
        return None
    name = form.project or ""
    said = f"{name.removeprefix(f'{form.year}年')}尚未完工，主体正在建设中。"
    cells = (
        "/goal_actual",
        *(f"/indicators/{n}/{cell}" for n in scored(form) for cell in ("score", "actual")),
    )
    return change(form, {"/goal_actual": (form.goal_actual or "") + said}, *cells)


@slip("V07")
def deduction_told_wrong(random: Random, form: Evaluation) -> Mutated | None:
    """原因写明的扣分数与实际扣分不同"""
    row = pick(random, short_rows(form))
    if row is None:
        return None
    lost = number(form.indicators[row].weight) - number(form.indicators[row].score)
    said = f"因供货不足未全部完成，扣{shown(lost + 1, 0)}分。下一步加强供货管理。"
    cell = f"/indicators/{row}"
    return change(form, {f"{cell}/deviation": said}, f"{cell}/deviation", f"{cell}/score")
