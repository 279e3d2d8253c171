"""Slips in execution rates and their score: group X."""

import re
from decimal import ROUND_DOWN, Decimal
from random import Random

from auditor.forms.evaluation import Evaluation
from benchmarks.mutations.slips import figures
from benchmarks.mutations.slips.funds import TOTAL, parts
from benchmarks.mutations.slips.model import (
    Mutated,
    change,
    decimals,
    get,
    has_scores,
    is_full,
    number,
    printed,
    scored,
    slip,
    with_total,
)  # fmt: skip
from benchmarks.mutations.templates import nearest

RATE, SCORE = f"{TOTAL}/rate", f"{TOTAL}/score"
_REST = re.compile(r"(通过公开招标节约资金|余款为合同约定)[^。]*。")


def true_rate(form: Evaluation, row: int = 0) -> Decimal:
    """Per cent of the full-year budget that a fund row spent."""
    fund = form.funds[row]
    budget = number(fund.full_year_budget)
    return number(fund.executed) * 100 / budget if budget else Decimal(0)


def _rate(form: Evaluation, cell: str, digits: str | None) -> Mutated | None:
    """A rate replaced where the new one is far from the true one, so no rounding or cutting of it."""
    old = get(form, cell) or ""
    sign = "%" if old.endswith("%") else ""
    if digits is None or abs(Decimal(digits) - true_rate(form, int(cell.split("/")[2]))) <= 1:
        return None
    return change(form, {cell: digits + sign})


def _digits(rate: str | None) -> str:
    return (rate or "").rstrip("%")


@slip("X01", cause="digits-swapped", decidable=True)
def rate_digits_swapped(random: Random, form: Evaluation) -> Mutated | None:
    """执行率相邻两位数字颠倒"""
    return _rate(form, RATE, figures.swapped(random, _digits(form.funds[0].rate)))


@slip("X01", cause="digit-wrong", decidable=True)
def rate_digit_wrong(random: Random, form: Evaluation) -> Mutated | None:
    """执行率错一位数字"""
    return _rate(form, RATE, figures.wrong(random, _digits(form.funds[0].rate)))


@slip("X01", cause="percent-as-fraction", decidable=True)
def rate_as_fraction(_random: Random, form: Evaluation) -> Mutated | None:
    """执行率写成小数且带百分号，或与其他百分数混用"""
    rate = true_rate(form)
    if rate == 100:
        return None
    return change(form, {RATE: f"{nearest(rate / 100, 4)}%"})


@slip("X02", "X01", cause="wrong-base", decidable=True)
def rate_on_initial_budget(_random: Random, form: Evaluation) -> Mutated | None:
    """执行率误用年初预算数作分母，得分随之计算"""
    total = form.funds[0]
    initial, executed = number(total.initial_budget), number(total.executed)
    if not initial or abs(executed * 100 / initial - true_rate(form)) < 2:
        return None
    places = decimals(total.rate or "")
    sign = "%" if (total.rate or "").endswith("%") else ""
    rate = executed * 100 / initial
    edits: dict[str, str | None] = {RATE: f"{nearest(rate, places)}{sign}"}
    if has_scores(form):
        share = min(Decimal(1), executed / initial)
        edits[SCORE] = printed(form, nearest(number(total.weight) * share, 2))
    return change(form, with_total(form, edits), RATE, SCORE)


@slip("X10", cause="template-default", decidable=True)
def rate_zero_while_spent(_random: Random, form: Evaluation) -> Mutated:
    """有支出，执行率却填0"""
    rate = form.funds[0].rate or ""
    zero = "0.00" if decimals(rate) else "0"
    return change(form, {RATE: zero + ("%" if rate.endswith("%") else "")})


@slip("X10", "X04", cause="template-default", decidable=True)
def part_rate_zero_while_spent(_random: Random, form: Evaluation) -> Mutated | None:
    """资金来源行有支出，执行率却为0.00"""
    rows = parts(form)
    return change(form, {f"/funds/{rows[0]}/rate": "0.00"}) if rows else None


@slip("X04", cause="digit-wrong", decidable=True)
def part_rate_wrong(random: Random, form: Evaluation) -> Mutated | None:
    """当年财政拨款执行率错一位数字"""
    rows = parts(form)
    if not rows:
        return None
    cell = f"/funds/{rows[0]}/rate"
    return _rate(form, cell, figures.wrong(random, _digits(get(form, cell))))


@slip("X03", cause="digit-wrong", decidable=True)
def rate_score_wrong(random: Random, form: Evaluation) -> Mutated | None:
    """执行率得分录错一位数字"""
    if not has_scores(form):
        return None
    old = form.funds[0].score or ""
    text = figures.wrong(random, old)
    if text is None or Decimal(text) >= number(form.funds[0].weight):
        return None
    return (
        None if abs(Decimal(text) - number(old)) < Decimal("0.09") else change(form, {SCORE: text})
    )


@slip("X03")
def rate_score_full(_random: Random, form: Evaluation) -> Mutated | None:
    """执行率不足，得分按满分填写"""
    if not has_scores(form):
        return None
    missing = (100 - true_rate(form)) * number(form.funds[0].weight) / 100
    if missing <= (Decimal("0.2") if _with_decimals(form) else Decimal("0.6")):
        return None  # a form in whole points may round this away
    return change(form, with_total(form, {SCORE: form.funds[0].weight}), SCORE)


def _with_decimals(form: Evaluation) -> bool:
    """Whether other scores of the form are printed with decimals."""
    return any("." in (row.score or "") for row in form.indicators)


@slip("X03", cause="truncated", decidable=True)
def rate_score_cut(_random: Random, form: Evaluation) -> Mutated | None:
    """执行率得分只舍不入"""
    if not has_scores(form):
        return None
    exact = true_rate(form) * number(form.funds[0].weight) / 100
    cut = exact.quantize(Decimal("0.1"), ROUND_DOWN)
    text = printed(form, cut)
    if decimals(text) != 1 or exact - cut <= Decimal("0.05"):
        return None
    return change(form, with_total(form, {SCORE: text}), SCORE)


@slip("X05", "F05")
def budget_zero(_random: Random, form: Evaluation) -> Mutated | None:
    """全年预算数全部填0"""
    edits: dict[str, str | None] = {}
    for n, row in enumerate(form.funds):
        if number(row.full_year_budget):
            edits[f"/funds/{n}/full_year_budget"] = "0.00"
    return change(form, edits)


@slip("X06", "X07")
def low_execution_untold(_random: Random, form: Evaluation) -> Mutated | None:
    """执行率低于90%，文字中不作说明"""
    text = form.goal_actual or ""
    if not _REST.search(text):
        return None
    return change(
        form, {"/goal_actual": _REST.sub("", text)}, RATE, f"{TOTAL}/executed", "/goal_actual"
    )


@slip("X08", "X07", "X06")
def nothing_spent_all_done(_random: Random, form: Evaluation) -> Mutated | None:
    """资金一分未支出，指标全部得满分"""
    if not has_scores(form) or not all(is_full(form.indicators[n]) for n in scored(form)):
        return None
    edits: dict[str, str | None] = {f"{TOTAL}/executed": "0.00", SCORE: printed(form, Decimal(0))}
    for n, row in enumerate(form.funds):
        if number(row.full_year_budget):
            edits |= {f"/funds/{n}/executed": "0.00", f"/funds/{n}/rate": "0.00"}
    cells = (f"{TOTAL}/executed", RATE, *(f"/indicators/{n}/score" for n in scored(form)))
    return change(form, with_total(form, edits), *cells)


@slip("X07", "X06")
def little_spent_all_done(_random: Random, form: Evaluation) -> Mutated | None:
    """资金只支出一半，指标全部得满分"""
    if not has_scores(form) or not all(is_full(form.indicators[n]) for n in scored(form)):
        return None
    edits: dict[str, str | None] = {}
    for n, row in enumerate(form.funds):
        if number(row.full_year_budget):
            half = number(row.executed) / 2
            edits[f"/funds/{n}/executed"] = f"{half:.{max(1, decimals(row.executed or ''))}f}"
            rate = half * 100 / number(row.full_year_budget)
            edits[f"/funds/{n}/rate"] = (
                f"{nearest(rate, 2)}{'%' if (row.rate or '').endswith('%') else ''}"
            )
    share = number(form.funds[0].executed) / 2 / number(form.funds[0].full_year_budget)
    edits[SCORE] = printed(form, nearest(number(form.funds[0].weight) * share, 2))
    if any(number(row.executed) * 10 ** decimals(row.executed or "") % 2 for row in form.funds):
        return None
    return change(form, with_total(form, edits), f"{TOTAL}/executed", RATE, SCORE)


@slip("X09")
def rate_weight_off_profile(_random: Random, form: Evaluation) -> Mutated | None:
    """执行率分值设为15分，从一项指标中扣减"""
    if not has_scores(form) or number(form.funds[0].weight) != 10 or true_rate(form) != 100:
        return None
    rows = [
        n
        for n in scored(form)
        if is_full(form.indicators[n]) and number(form.indicators[n].weight) >= 10
    ]
    if not rows or "分）" in (form.indicators[rows[0]].level1 or ""):
        return None
    row = f"/indicators/{rows[0]}"
    less = printed(form, number(form.indicators[rows[0]].weight) - 5)
    more = printed(form, Decimal(15))
    edits: dict[str, str | None] = {
        f"{TOTAL}/weight": more,
        SCORE: more,
        f"{row}/weight": less,
        f"{row}/score": less,
    }
    return change(form, edits)
