"""Harmless changes of numbers: rounding, separators, units of money."""

import re
from collections.abc import Callable
from copy import deepcopy
from decimal import ROUND_DOWN, Decimal
from random import Random

from auditor.forms.evaluation import AMOUNTS, FUND_CELLS, Evaluation
from benchmarks.mutations.harmless.model import figured, harmless
from benchmarks.mutations.slips import figures
from benchmarks.mutations.slips.model import (
    decimals,
    has_scores,
    is_full,
    number,
    printed,
    with_total,
)
from benchmarks.mutations.templates import nearest


def _rate(form: Evaluation) -> Decimal:
    total = form.funds[0]
    return number(total.executed) * 100 / number(total.full_year_budget)


def _with_rate(form: Evaluation, digits: str) -> Evaluation:
    copy = deepcopy(form)
    sign = "%" if (form.funds[0].rate or "").endswith("%") else ""
    copy.funds[0].rate = digits + sign
    return copy


@harmless("执行率保留更多位小数")
def rate_finer(_random: Random, form: Evaluation) -> Evaluation:
    return _with_rate(form, f"{nearest(_rate(form), 4)}")


@harmless("执行率四舍五入到整数")
def rate_coarser(_random: Random, form: Evaluation) -> Evaluation:
    return _with_rate(form, f"{nearest(_rate(form), 0)}")


@harmless("执行率只舍不入，保留两位小数")
def rate_cut(_random: Random, form: Evaluation) -> Evaluation:
    return _with_rate(form, f"{_rate(form).quantize(Decimal('0.01'), ROUND_DOWN)}")


@harmless("执行率带不带百分号")
def rate_sign(_random: Random, form: Evaluation) -> Evaluation:
    copy = deepcopy(form)
    for row in copy.funds:
        if row.rate and row.rate[0].isdigit():
            row.rate = row.rate.removesuffix("%") if row.rate.endswith("%") else f"{row.rate}%"
    return copy


@harmless("执行率得分保留一位小数，总分随之")
def rate_score_rounded(_random: Random, form: Evaluation) -> Evaluation | None:
    if not has_scores(form):
        return None
    exact = _rate(form) * number(form.funds[0].weight) / 100
    text = printed(form, nearest(exact, 1))
    if decimals(text) > 1:
        return None  # 9.40 says more than 9.4
    edits = with_total(form, {"/funds/0/score": text if "." in text else f"{text}.0"})
    copy = deepcopy(form)
    copy.funds[0].score = edits["/funds/0/score"]
    copy.total_score = edits.get("/total_score", copy.total_score)
    copy.grade = edits.get("/grade", copy.grade)
    return copy


def _reprinted(form: Evaluation, reprint: Callable[[str], str]) -> Evaluation:
    """A copy with every amount that is a number printed in another way."""
    copy = deepcopy(form)
    for row in copy.funds:
        for name in AMOUNTS:
            text = getattr(row, name)
            if text and text[0].isdigit():
                setattr(row, name, reprint(text))
    return copy


@harmless("金额加千分位")
def thousands_separators(_random: Random, form: Evaluation) -> Evaluation:
    return _reprinted(form, lambda text: f"{Decimal(text):,.{decimals(text)}f}")


@harmless("金额补足小数位")
def money_padded(_random: Random, form: Evaluation) -> Evaluation | None:
    if any(decimals(row.executed or "") > 4 for row in form.funds):
        return None
    return _reprinted(form, lambda text: f"{Decimal(text):.{decimals(text) + 2}f}")


@harmless("全表数字用全角")
def full_width_digits(_random: Random, form: Evaluation) -> Evaluation:
    wide = str.maketrans("0123456789%.", "０１２３４５６７８９％．")
    copy = deepcopy(form)
    for row in copy.funds:
        for name in FUND_CELLS:
            text = getattr(row, name)
            setattr(row, name, text.translate(wide) if text else text)
    for indicator in copy.indicators:
        indicator.target = (indicator.target or "").translate(wide) or None
        indicator.actual = (indicator.actual or "").translate(wide) or None
    return copy


@harmless("表头由万元改为元，金额等值换算")
def wan_to_yuan(_random: Random, form: Evaluation) -> Evaluation | None:
    if form.money_unit != "万元":
        return None
    copy = _reprinted(form, lambda t: f"{Decimal(t) * 10_000:.{max(0, decimals(t) - 4)}f}")
    copy.money_unit = "元"
    return copy


@harmless("成本再节约一些，仍得满分")
def cost_further_below(_random: Random, form: Evaluation) -> Evaluation | None:
    for n, row in enumerate(form.indicators):
        both = figures.less(row)
        if not both or "成本" not in (row.level2 or "") or (row.level3 or "").startswith("项目总"):
            continue
        lower = both[1].scaled(Decimal("0.96"))
        text = figures.retell(form, row, lower)
        if text is not None and is_full(row) and lower != row.actual:
            copy = deepcopy(form)
            copy.indicators[n].actual, copy.goal_actual = lower, text
            return copy
    return None


@harmless("95%写成95.0%")
def percent_with_decimal(_random: Random, form: Evaluation) -> Evaluation:
    copy = deepcopy(form)
    for row in copy.indicators:
        both = figured(row, share=True)
        if both:
            places = max(1, *(len(cell.digits.partition(".")[2]) for cell in both))
            row.target = both[0].text(f"{both[0].value:.{places}f}")
            row.actual = both[1].text(f"{both[1].value:.{places}f}")
    return copy


@harmless("分值和得分多印一位小数")
def points_padded(_random: Random, form: Evaluation) -> Evaluation | None:
    if not has_scores(form):
        return None
    copy = deepcopy(form)
    for row in (*copy.indicators, copy.funds[0], copy):
        for name in ("weight", "score", "total_weight", "total_score"):
            text = getattr(row, name, None)
            if text and text[0].isdigit():
                setattr(row, name, f"{Decimal(text):.{max(1, decimals(text))}f}")
    return copy


@harmless("分项执行率一律填短横")
def part_rates_dashed(random: Random, form: Evaluation) -> Evaluation:
    copy = deepcopy(form)
    sign = random.choice((None, "-", "—", "/"))
    for row in copy.funds[1:]:
        row.rate = sign
    return copy


@harmless("文字中的执行率只写到整数")
def told_rate_coarser(_random: Random, form: Evaluation) -> Evaluation | None:
    text = form.goal_actual or ""
    found = re.search(r"预算执行率(\d+\.\d+)%", text)
    if not found:
        return None
    copy = deepcopy(form)
    copy.goal_actual = text.replace(found[0], f"预算执行率{nearest(Decimal(found[1]), 0)}%")
    return copy
