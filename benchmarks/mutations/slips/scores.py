"""Slips in scores, totals and grade: groups C and T."""

from decimal import ROUND_HALF_UP, Decimal
from random import Random

from auditor.forms.evaluation import Evaluation
from benchmarks.mutations.slips import figures
from benchmarks.mutations.slips.model import (
    GRADES,
    Mutated,
    change,
    has_scores,
    is_full,
    number,
    pick,
    printed,
    scored,
    slip,
    with_total,
    without,
)  # fmt: skip

CENT = Decimal("0.01")


def full_rows(form: Evaluation) -> list[int]:
    """Rows that got all their points."""
    return [n for n in scored(form) if has_scores(form) and is_full(form.indicators[n])]


def short_rows(form: Evaluation) -> list[int]:
    """Rows that lost points, with a reason."""
    return [n for n in scored(form) if has_scores(form) and not is_full(form.indicators[n])]


def rescored(form: Evaluation, row: int, points: Decimal, **more: str | None) -> Mutated:
    """A row with another score, other cells of it changed, and the total that follows."""
    base = f"/indicators/{row}"
    edits: dict[str, str | None] = {f"{base}/score": printed(form, points)}
    edits |= {f"{base}/{name}": text for name, text in more.items()}
    return change(form, with_total(form, edits), f"{base}/score", f"{base}/actual")


def _weight(form: Evaluation, row: int) -> Decimal:
    return number(form.indicators[row].weight)


def _blank(form: Evaluation) -> str | None:
    """How this form leaves a reason blank."""
    return next(
        (
            form.indicators[n].deviation
            for n in full_rows(form)
            if len(form.indicators[n].deviation or "") < 2
        ),
        None,
    )


@slip("C01")
def score_above_weight(random: Random, form: Evaluation) -> Mutated | None:
    """得分大于分值"""
    row = pick(random, full_rows(form))
    return (
        None
        if row is None
        else change(form, {f"/indicators/{row}/score": printed(form, _weight(form, row) + 1)})
    )


@slip("C02")
def score_negative(random: Random, form: Evaluation) -> Mutated | None:
    """得分为负数"""
    row = pick(random, full_rows(form))
    return (
        None
        if row is None
        else change(form, {f"/indicators/{row}/score": f"-{form.indicators[row].score}"})
    )


@slip("C02")
def score_in_words(random: Random, form: Evaluation) -> Mutated | None:
    """得分栏填写文字"""
    row = pick(random, full_rows(form))
    return None if row is None else change(form, {f"/indicators/{row}/score": "满分"})


@slip("C03")
def unmet_overscored(random: Random, form: Evaluation) -> Mutated | None:
    """未完成指标得分高于按比例计算的得分"""
    rows = [n for n in short_rows(form) if figures.more(form.indicators[n])]
    row = pick(random, rows)
    if row is None:
        return None
    missing = _weight(form, row) - number(form.indicators[row].score)
    raised = (_weight(form, row) - missing / 4).quantize(CENT, ROUND_HALF_UP)
    if raised - number(form.indicators[row].score) < Decimal("0.3") or raised >= _weight(form, row):
        return None
    return rescored(form, row, raised)


@slip("C04", "C03", "C08")
def unmet_full_marks(random: Random, form: Evaluation) -> Mutated | None:
    """未完成指标按满分填写，原因也未写"""
    row = pick(random, [n for n in short_rows(form) if figures.pair(form.indicators[n])])
    return None if row is None else rescored(form, row, _weight(form, row), deviation=_blank(form))


@slip("C05", "V01")
def met_but_deducted(random: Random, form: Evaluation) -> Mutated | None:
    """已完成指标无故少得一分"""
    rows = [n for n in full_rows(form) if figures.more(form.indicators[n]) and _weight(form, n) > 2]
    row = pick(random, rows)
    return None if row is None else rescored(form, row, _weight(form, row) - 1)


@slip("C06", cause="ceiling-as-rate", decidable=True)
def cost_saving_penalised(random: Random, form: Evaluation) -> Mutated | None:
    """成本节约，却按完成比例扣分"""
    rows = []
    for n in full_rows(form):
        both = figures.less(form.indicators[n])
        cost = "成本" in (form.indicators[n].level2 or "")
        if cost and both and both[1].value < both[0].value * Decimal("0.95"):
            rows.append(n)
    row = pick(random, rows)
    if row is None:
        return None
    target, actual = figures.less(form.indicators[row]) or (None, None)
    assert target is not None
    assert actual is not None
    points = (_weight(form, row) * actual.value / target.value).quantize(CENT, ROUND_HALF_UP)
    return rescored(form, row, points)


def _retold(form: Evaluation, row: int, actual: str) -> Mutated | None:
    """A row with another actual, told in the narrative as well, and its old score."""
    text = figures.retell(form, form.indicators[row], actual)
    if text is None:
        return None
    base = f"/indicators/{row}"
    return change(
        form, {f"{base}/actual": actual, "/goal_actual": text}, f"{base}/actual", f"{base}/score"
    )


@slip("C08", "C04")
def ceiling_broken_full_marks(random: Random, form: Evaluation) -> Mutated | None:
    """反向指标超过上限仍得满分"""
    rows = [n for n in full_rows(form) if figures.less(form.indicators[n])]
    row = pick(random, rows)
    if row is None:
        return None
    target, actual = figures.less(form.indicators[row]) or (None, None)
    assert target is not None
    assert actual is not None
    factor = target.value * Decimal("1.7") / actual.value
    return _retold(form, row, actual.scaled(factor)) if target.value > 4 else None


@slip("C09", "C04", "C08")
def zero_target_violated(random: Random, form: Evaluation) -> Mutated | None:
    """零目标被突破仍得满分"""
    pairs = {n: figures.pair(form.indicators[n]) for n in full_rows(form)}
    row = pick(random, [n for n, both in pairs.items() if both and both[0].value == 0])
    both = pairs[row] if row is not None else None
    if row is None or both is None:
        return None
    places = len(both[1].digits.partition(".")[2])
    return _retold(form, row, both[1].text(f"{random.choice((1, 2, 3)):.{places}f}"))


@slip("C10")
def partial_tier_scored_high(random: Random, form: Evaluation) -> Mutated | None:
    """部分达成的定性指标得分超出档位"""
    rows = [n for n in short_rows(form) if (form.indicators[n].actual or "").startswith("部分达成")]
    row = pick(random, rows)
    return None if row is None else rescored(form, row, _weight(form, row) * Decimal("0.9"))


@slip("C10")
def tier_missed_full_marks(random: Random, form: Evaluation) -> Mutated | None:
    """未达成的定性指标仍得满分"""
    row = pick(random, qualitative(form))
    if row is None:
        return None
    base = f"/indicators/{row}"
    return change(
        form, {f"{base}/actual": "未达成预期指标且效果较差"}, f"{base}/actual", f"{base}/score"
    )


def qualitative(form: Evaluation) -> list[int]:
    """Rows with full marks whose target is words."""
    rows = full_rows(form)
    return [n for n in rows if not any(sign.isdigit() for sign in form.indicators[n].target or "0")]


@slip("C11")
def qualitative_answered_in_percent(random: Random, form: Evaluation) -> Mutated | None:
    """定性指标完成值填100%"""
    row = pick(random, qualitative(form))
    return None if row is None else change(form, {f"/indicators/{row}/actual": "100%"})


@slip("C12", "C03")
def nothing_done_scored(random: Random, form: Evaluation) -> Mutated | None:
    """完成值为零仍得一半分"""
    rows = [n for n in full_rows(form) if figures.more(form.indicators[n])]
    row = pick(random, rows)
    both = figures.more(form.indicators[row]) if row is not None else None
    if row is None or both is None:
        return None
    zero = both[1].text(f"{0:.{len(both[1].digits.partition('.')[2])}f}")
    text = figures.retell(form, form.indicators[row], zero)
    if text is None:
        return None
    made = rescored(
        form,
        row,
        _weight(form, row) / 2,
        actual=zero,
        deviation="因条件限制未实施，下一步将加强统筹推进。",
    )
    made.form.goal_actual = text
    return made


@slip("C13", "C05", "V01")
def date_kept_but_deducted(random: Random, form: Evaluation) -> Mutated | None:
    """按期完成的时效指标无故扣分"""
    rows = [
        n
        for n in full_rows(form)
        if figures.month(form.indicators[n].target) and _weight(form, n) > 2
    ]
    row = pick(random, rows)
    return None if row is None else rescored(form, row, _weight(form, row) - 1)


@slip("C14")
def late_full_marks(random: Random, form: Evaluation) -> Mutated | None:
    """逾期完成仍得满分"""
    months = {n: figures.month(form.indicators[n].target) for n in full_rows(form)}
    row = pick(random, [n for n, found in months.items() if found and found[1] < 12])
    found = months[row] if row is not None else None
    old = form.indicators[row].actual if row is not None else None
    done = figures.month(old)
    if row is None or found is None or done is None or old is None:
        return None
    late = old.replace(f"{done[1]}月", f"{random.randint(found[1] + 1, 12)}月")
    text = form.goal_actual or ""
    if text.count(old) != 1:
        return None
    edits: dict[str, str | None] = {
        f"/indicators/{row}/actual": late,
        "/goal_actual": text.replace(old, late),
    }
    return change(form, edits, f"/indicators/{row}/actual", f"/indicators/{row}/score")


@slip("C15", "D12")
def equal_sign_where_more_is_better(random: Random, form: Evaluation) -> Mutated | None:
    """多多益善的指标用等号设定目标"""
    rows = []
    for n in full_rows(form):
        both = figures.more(form.indicators[n])
        if both and both[1].value > both[0].value:
            rows.append(n)
    row = pick(random, rows)
    target = figures.figure(form.indicators[row].target) if row is not None else None
    return (
        None
        if target is None
        else change(form, {f"/indicators/{row}/target": target.text(sign="=")})
    )


@slip("T01", cause="digits-swapped", decidable=True)
def total_digits_swapped(random: Random, form: Evaluation) -> Mutated | None:
    """总分相邻两位数字颠倒"""
    text = figures.swapped(random, form.total_score) if form.total_score else None
    return change(form, {"/total_score": text}) if text and Decimal(text) <= 100 else None


@slip("T01", cause="digit-wrong", decidable=True)
def total_digit_wrong(random: Random, form: Evaluation) -> Mutated | None:
    """总分错一位数字"""
    text = figures.wrong(random, form.total_score) if form.total_score else None
    return change(form, {"/total_score": text}) if text and Decimal(text) <= 100 else None


@slip("T01", cause="stale-total", decidable=True)
def total_stale(random: Random, form: Evaluation) -> Mutated | None:
    """一项得分改低，总分没有随之修改"""
    row = pick(random, short_rows(form))
    if row is None or form.total_score is None:
        return None
    lost = _weight(form, row) - number(form.indicators[row].score)
    before = printed(form, number(form.total_score) + lost)
    made = change(form, {"/total_score": before})
    return made if lost else None


@slip("T02")
def total_above_hundred(random: Random, form: Evaluation) -> Mutated | None:
    """总分超过100分"""
    if form.total_score is None:
        return None
    return change(form, {"/total_score": printed(form, Decimal(random.choice((101, 102, 105))))})


@slip("T03", decidable=True)
def grade_wrong(_random: Random, form: Evaluation) -> Mutated | None:
    """评分等级与总分不符"""
    if form.grade is None:
        return None
    others = [grade for _least, grade in GRADES[:3] if grade != form.grade]
    return change(form, {"/grade": others[0]})


@slip("T04")
def grade_invalid(_random: Random, form: Evaluation) -> Mutated | None:
    """评分等级填写不规范"""
    return change(form, {"/grade": "合格"}) if form.grade else None


@slip("T04")
def grade_blank(_random: Random, form: Evaluation) -> Mutated | None:
    """有评分等级栏而未填"""
    return change(form, {"/grade": None}) if form.grade else None


@slip("T01", "W01", "T05")
def row_lost_total_kept(random: Random, form: Evaluation) -> Mutated | None:
    """删去一项指标，分值和总分未重新计算"""
    rows = [n for n in full_rows(form) if (form.indicators[n].level2 or "").startswith("数量")]
    row = pick(random, rows) if len(rows) > 1 and form.total_score else None
    return (
        None
        if row is None
        else without(form, {row}, "/total_score", "/total_weight", "/funds/0/weight")
    )


@slip("C17", "V04", "Y19")
def nothing_accepted_though_all_was_done(random: Random, form: Evaluation) -> Mutated | None:
    """合格率为零、不得分，数量指标却是满分"""
    rows = [
        n for n in full_rows(form)
        if (form.indicators[n].level2 or "").startswith("质量")
        and (p := figures.more(form.indicators[n])) and p[1].unit == "%"
    ]  # fmt: skip
    row = pick(random, rows)
    full = [n for n in full_rows(form) if (form.indicators[n].level2 or "").startswith("数量")]
    if row is None or not full or "deviation" in form.missing_columns:
        return None
    said = "验收不合格，已责成返工，下一步重新组织验收。"
    both = figures.pair(form.indicators[row])
    assert both is not None
    return rescored(form, row, Decimal(0), actual=both[1].text("0"), deviation=said)
