"""Slips in the design of targets: group Q."""

from copy import deepcopy
from decimal import Decimal
from random import Random

from auditor.forms.evaluation import Evaluation
from benchmarks.mutations.slips import figures
from benchmarks.mutations.slips.model import (
    Mutated,
    change,
    number,
    pick,
    printed,
    scored,
    slip,
)  # fmt: skip
from benchmarks.mutations.slips.scores import full_rows, qualitative
from benchmarks.mutations.slips.units import counts, is_rate


def _name(form: Evaluation, row: int) -> str:
    return form.indicators[row].level3 or ""


def _level2(form: Evaluation, name: str) -> list[int]:
    return [n for n in scored(form) if (form.indicators[n].level2 or "").startswith(name)]


def _suffix(form: Evaluation) -> str:
    return "指标" if any((row.level2 or "").endswith("指标") for row in form.indicators) else ""


def _blank_reason(form: Evaluation, row: int) -> bool:
    return "deviation" not in form.missing_columns and len(form.indicators[row].deviation or "") < 2


def _is_time(form: Evaluation, row: int) -> bool:
    """Whether a row measures a span of time: more of it is no over-achievement."""
    target = figures.figure(form.indicators[row].target)
    return target is not None and target.unit in {"年", "分钟", "小时"}


@slip("Q01")
def far_above_target_untold(random: Random, form: Evaluation) -> Mutated | None:
    """超额50%以上完成，未说明原因"""
    rows = [n for n in counts(form) if n in full_rows(form) and _blank_reason(form, n)]
    rows = [n for n in rows if not _is_time(form, n)]
    row = pick(random, rows)
    both = figures.pair(form.indicators[row]) if row is not None else None
    if row is None or both is None:
        return None
    more = figures.Figure(both[1].sign, both[0].digits, both[1].unit, both[1].bracket).scaled(
        Decimal("1.55")
    )
    text = figures.retell(form, form.indicators[row], more)
    cell = f"/indicators/{row}/actual"
    return (
        None
        if text is None
        else change(form, {cell: more, "/goal_actual": text}, cell, f"/indicators/{row}/target")
    )


@slip("Q02", cause="neighbour-copied")
def all_actuals_copied_from_targets(_random: Random, form: Evaluation) -> Mutated | None:
    """所有完成值照抄指标值"""
    edits: dict[str, str | None] = {}
    copy = form
    for n in full_rows(form):
        both = figures.more(form.indicators[n])
        if both is None:
            continue
        exact = both[0].text(sign="")
        text = figures.retell(copy, form.indicators[n], exact)
        if text is None:
            return None
        edits |= {f"/indicators/{n}/actual": exact, "/goal_actual": text}
        copy = change(form, edits).form
    cells = [cell for cell in edits if cell.endswith("/actual")]
    same = all(change(form, {cell: edits[cell]}).truth == edits[cell] for cell in cells)
    return None if same or len(cells) < 3 else change(form, edits, *cells, "")


@slip("Q03")
def vague_targets(_random: Random, form: Evaluation) -> Mutated | None:
    """指标值只写“明显提升”"""
    rows = qualitative(form)
    if not rows:
        return None
    edits: dict[str, str | None] = {}
    for n in rows:
        edits |= {f"/indicators/{n}/target": "明显提升", f"/indicators/{n}/actual": "明显提升"}
    return change(form, edits, *(cell for cell in edits if cell.endswith("target")))


@slip("Q04")
def empty_name(random: Random, form: Evaluation) -> Mutated | None:
    """指标名称没有对象"""
    row = pick(random, _level2(form, "数量"))
    return (
        None
        if row is None
        else change(
            form, {f"/indicators/{row}/level3": random.choice(("计划完成", "工作目标完成情况"))}
        )
    )


@slip("Q05")
def goal_is_no_goal(_random: Random, form: Evaluation) -> Mutated:
    """预期目标只写项目经费"""
    return change(form, {"/goal_expected": f"{form.project}经费使用"})


@slip("Q06")
def rate_as_quantity(random: Random, form: Evaluation) -> Mutated | None:
    """比率放在数量指标下"""
    row = pick(random, [n for n in _level2(form, "质量") if is_rate(form.indicators[n])])
    if row is None:
        return None
    cells = tuple(f"/indicators/{row}/{name}" for name in ("level2", "level3", "target"))
    return change(form, {cells[0]: "数量" + _suffix(form)}, *cells)


@slip("Q07")
def payment_as_quantity(random: Random, form: Evaluation) -> Mutated | None:
    """以资金支付作为数量指标"""
    row = pick(random, _level2(form, "数量"))
    if row is None:
        return None
    cells = (f"/indicators/{row}/level3", f"/indicators/{row}/level2")
    return change(form, {cells[0]: "项目资金支付笔数"}, *cells)


@slip("Q08", "Q11")
def benefit_restates_output(random: Random, form: Evaluation) -> Mutated | None:
    """效益指标重复产出指标"""
    output = pick(random, [n for n in _level2(form, "数量") if n in counts(form)])
    benefit = pick(random, _level2(form, "社会效益"))
    if output is None or benefit is None:
        return None
    edits: dict[str, str | None] = {
        f"/indicators/{benefit}/{name}": getattr(form.indicators[output], name)
        for name in ("level3", "target", "actual")
    }
    if form.indicators[output].weight != form.indicators[output].score:
        return None
    return change(form, edits, f"/indicators/{benefit}/level3", f"/indicators/{output}/level3")


@slip("Q09")
def social_as_economic(random: Random, form: Evaluation) -> Mutated | None:
    """社会效益归入经济效益"""
    row = pick(random, [n for n in _level2(form, "社会效益") if "收" not in _name(form, n)])
    if row is None:
        return None
    cells = (f"/indicators/{row}/level2", f"/indicators/{row}/level3")
    return change(form, {cells[0]: "经济效益" + _suffix(form)}, *cells)


@slip("Q10")
def date_as_quality(random: Random, form: Evaluation) -> Mutated | None:
    """时间类指标归入质量指标"""
    row = pick(random, [n for n in _level2(form, "时效") if not is_rate(form.indicators[n])])
    if row is None:
        return None
    cells = tuple(f"/indicators/{row}/{name}" for name in ("level2", "level3", "target"))
    return change(form, {cells[0]: "质量" + _suffix(form)}, *cells)


@slip("Q11", cause="row-counted-twice")
def row_set_twice(random: Random, form: Evaluation) -> Mutated | None:
    """同一指标设置两次，分值对半"""
    rows = [
        n
        for n in full_rows(form)
        if n in counts(form) and number(form.indicators[n].weight) % 2 == 0
    ]
    row = pick(random, rows)
    if row is None:
        return None
    copy = deepcopy(form)
    half = printed(form, number(form.indicators[row].weight) / 2)
    copy.indicators[row].weight = copy.indicators[row].score = half
    copy.indicators.insert(row + 1, deepcopy(copy.indicators[row]))
    old = (*range(row + 1), None, *range(row + 1, len(form.indicators)))
    cells = (f"/indicators/{row + 1}/level3", f"/indicators/{row}/level3")
    return Mutated(copy, cells, indicators=old)


@slip("Q12")
def cost_direction_wrong(random: Random, form: Evaluation) -> Mutated | None:
    """成本指标用大于等于"""
    rows = []
    for n in _level2(form, "成本") + _level2(form, "经济成本"):
        both = figures.less(form.indicators[n])
        subsidy = any(word in _name(form, n) for word in ("补贴", "补助"))  # paid at least so much
        if both and both[1].value == both[0].value and not subsidy:
            rows.append(n)
    row = pick(random, rows)
    target = figures.figure(form.indicators[row].target) if row is not None else None
    return (
        None
        if target is None
        else change(form, {f"/indicators/{row}/target": target.text(sign="≥")})
    )


@slip("Q14")
def satisfaction_target_low(random: Random, form: Evaluation) -> Mutated | None:
    """满意度指标值低于80%"""
    row = pick(random, [n for n in _level2(form, "服务对象满意度") if n in full_rows(form)])
    target = figures.figure(form.indicators[row].target) if row is not None else None
    actual = figures.figure(form.indicators[row].actual) if row is not None else None
    if target is None or actual is None:
        return None
    return change(form, {f"/indicators/{row}/target": target.text("75")})


@slip("Q15")
def satisfaction_object_unclear(random: Random, form: Evaluation) -> Mutated | None:
    """满意度没有写明对象"""
    row = pick(random, _level2(form, "服务对象满意度"))
    return None if row is None else change(form, {f"/indicators/{row}/level3": "服务对象满意度"})


@slip("Q17")
def deadline_coarse(random: Random, form: Evaluation) -> Mutated | None:
    """时效指标只写年度内"""
    rows = [n for n in _level2(form, "时效") if figures.month(form.indicators[n].target)]
    row = pick(random, rows)
    return None if row is None else change(form, {f"/indicators/{row}/target": f"{form.year}年度"})


@slip("Q18", "Y06")
def other_project_name(_random: Random, form: Evaluation) -> Mutated:
    """项目名称与内容不符"""
    return change(form, {"/project": "物业保洁用品购置"})
