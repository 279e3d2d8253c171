"""Slips between narrative and table: group Y."""

import re
from random import Random

from auditor.forms.evaluation import Evaluation
from benchmarks.mutations.kinds import kinds
from benchmarks.mutations.slips import figures
from benchmarks.mutations.slips.model import Mutated, change, pick, scored, slip
from benchmarks.mutations.slips.scores import full_rows, short_rows
from benchmarks.mutations.slips.units import counts

RESULT = "/goal_actual"


def _retold(form: Evaluation, row: int, digits: str | None) -> Mutated | None:
    """The narrative with another figure for a row, the table as it was."""
    actual = figures.figure(form.indicators[row].actual)
    if digits is None or actual is None:
        return None
    text = figures.retell(form, form.indicators[row], actual.text(digits))
    return (
        None if text is None else change(form, {RESULT: text}, RESULT, f"/indicators/{row}/actual")
    )


@slip("Y01", "Y02", cause="digit-wrong")
def told_number_wrong(random: Random, form: Evaluation) -> Mutated | None:
    """文字中的完成数量与表格不一致"""
    row = pick(random, counts(form))
    actual = figures.figure(form.indicators[row].actual) if row is not None else None
    if row is None or actual is None:
        return None
    return _retold(form, row, figures.wrong(random, actual.digits.partition(".")[0]))


@slip("Y01", "Y02", cause="digits-swapped")
def told_number_swapped(random: Random, form: Evaluation) -> Mutated | None:
    """文字中的完成数量两位数字颠倒"""
    row = pick(random, counts(form))
    actual = figures.figure(form.indicators[row].actual) if row is not None else None
    if row is None or actual is None:
        return None
    return _retold(form, row, figures.swapped(random, actual.digits.partition(".")[0]))


@slip("Y02", "Y01")
def told_number_misses_target(random: Random, form: Evaluation) -> Mutated | None:
    """文字显示未达目标，表格却填已达目标"""
    row = pick(random, [n for n in full_rows(form) if n in counts(form)])
    both = figures.pair(form.indicators[row]) if row is not None else None
    if row is None or both is None or both[0].value < 10:
        return None
    return _retold(form, row, str(int(both[0].value * 7 / 10)))


@slip("Y01", "Y02")
def told_rate_wrong(random: Random, form: Evaluation) -> Mutated | None:
    """文字中的比率与表格不一致"""
    rows = [n for n in scored(form) if (p := figures.more(form.indicators[n])) and p[1].unit == "%"]
    row = pick(random, rows)
    actual = figures.figure(form.indicators[row].actual) if row is not None else None
    if row is None or actual is None or actual.value < 60:
        return None
    return _retold(form, row, str(int(actual.value) - random.choice((3, 6, 11))))


@slip("Y01")
def told_rate_of_execution_wrong(random: Random, form: Evaluation) -> Mutated | None:
    """文字中的预算执行率与表格不一致"""
    text = form.goal_actual or ""
    told = re.search(r"预算执行率([\d.]+)%", text)
    digits = figures.wrong(random, told[1].partition(".")[0]) if told else None
    if told is None or digits is None:
        return None
    return change(
        form, {RESULT: text.replace(told[0], f"预算执行率{digits}%")}, RESULT, "/funds/0/rate"
    )


@slip("Y05", cause="neighbour-copied")
def goal_copied_into_result(_random: Random, form: Evaluation) -> Mutated:
    """实际完成情况照抄预期目标"""
    return change(form, {RESULT: form.goal_expected}, RESULT, "/goal_expected")


@slip("Y06", "Y12", "Y16")
def narrative_of_other_project(random: Random, form: Evaluation) -> Mutated:
    """实际完成情况写的是别的项目"""
    others = [
        k
        for k in kinds()
        if k.projects[0] not in (form.project or "") and k.projects[1] not in (form.project or "")
    ]
    other = random.choice(others)
    told = "，".join(m.phrase.format(value=f"{m.high}{m.unit}") for m in other.measures["quantity"])
    said = (
        f"{form.year}年，{other.purpose}，全年累计{told}，{other.projects[0]}各项任务按计划完成。"
    )
    return change(form, {RESULT: said}, RESULT)


@slip("Y12", "Y05")
def narrative_silent(_random: Random, form: Evaluation) -> Mutated:
    """实际完成情况只有空话，未涉及任何指标"""
    said = (
        "在上级部门的正确领导下，我单位高度重视，精心组织，周密部署，严格按照有关要求开展各项工作，"
        "圆满完成了年初确定的任务，取得了良好成效，得到了各方面的一致好评。"
    )
    return change(form, {RESULT: said}, RESULT)


@slip("Y07")
def goal_number_wrong(random: Random, form: Evaluation) -> Mutated | None:
    """预期目标文字中的数量与指标值不一致"""
    text = form.goal_expected or ""
    options = []
    for n in counts(form):
        target = figures.figure(form.indicators[n].target)
        assert target is not None
        said = target.digits.partition(".")[0] + target.unit
        if len(re.findall(rf"(?<![\d.]){re.escape(said)}", text)) == 1:
            options.append((n, said, target))
    if not options:
        return None
    row, said, target = random.choice(options)
    digits = figures.wrong(random, target.digits.partition(".")[0])
    if digits is None:
        return None
    wrong = re.sub(rf"(?<![\d.]){re.escape(said)}", digits + target.unit, text)
    return change(form, {"/goal_expected": wrong}, "/goal_expected", f"/indicators/{row}/target")


@slip("Y09")
def goal_items_unanswered(_random: Random, form: Evaluation) -> Mutated | None:
    """目标列了多项任务，完成情况只答一项"""
    text = form.goal_actual or ""
    if "1." not in (form.goal_expected or "") or "3." not in (form.goal_expected or ""):
        return None
    row = next(
        (n for n in counts(form) if figures.retell(form, form.indicators[n], "1") is not None), None
    )
    sentences = re.split(r"[。；，]", text)
    actual = figures.figure(form.indicators[row].actual) if row is not None else None
    if row is None or actual is None:
        return None
    told = next((s for s in sentences if actual.digits.partition(".")[0] in s), None)
    return (
        None
        if told is None
        else change(form, {RESULT: f"{form.year}年{re.sub(r'^[0-9]+[.]', '', told)}。"}, RESULT)
    )


@slip("Y13", "P02")
def delay_admitted_all_full(_random: Random, form: Evaluation) -> Mutated | None:
    """文字承认进度滞后，指标全部满分且无原因"""
    rows = scored(form)
    if not rows or set(full_rows(form)) != set(rows):
        return None
    if any(len(form.indicators[n].deviation or "") > 2 for n in rows):
        return None
    said = "项目实施进度有所滞后，部分任务推迟到次年实施。"
    return change(form, {RESULT: (form.goal_actual or "") + said}, RESULT)


@slip("Y11")
def narrative_contradicts_reason(random: Random, form: Evaluation) -> Mutated | None:
    """原因栏写延迟，文字却写全部按时完成"""
    row = pick(random, short_rows(form))
    if row is None:
        return None
    reason = "因供货单位延迟交付，部分任务延期。下一步将加强合同管理，督促按期交付。"
    said = "各项任务全部按时完成，总体运行平稳。"
    edits: dict[str, str | None] = {
        RESULT: (form.goal_actual or "") + said, f"/indicators/{row}/deviation": reason,
    }  # fmt: skip
    return change(form, edits, *edits)


@slip("Y14", "P02")
def narrative_contradicts_itself(_random: Random, form: Evaluation) -> Mutated:
    """文字中同一事项既已建成又在建设"""
    said = "管理平台已建成并投入使用，实现了线上办理。目前管理平台正在建设中。"
    return change(form, {RESULT: (form.goal_actual or "") + said}, RESULT)
