"""Slips around budget changes: group B."""

import re
from decimal import Decimal
from random import Random

from auditor.forms.evaluation import Evaluation
from benchmarks.mutations.slips.figures import figure
from benchmarks.mutations.slips.model import (
    Mutated,
    change,
    decimals,
    has_scores,
    number,
    slip,
    with_total,
)  # fmt: skip

TOTAL = "/funds/0"
BUDGETS = (f"{TOTAL}/initial_budget", f"{TOTAL}/full_year_budget")
_CHANGE = re.compile(r"(该项目年初未安排预算，|经批准，)?年中[^。]*(追加|压减|调减)[^。]*。")


def without_explanation(form: Evaluation) -> str | None:
    """The narrative without its sentence on the budget change."""
    text = form.goal_actual or ""
    return _CHANGE.sub("", text) if _CHANGE.search(text) else None


def _change_of(form: Evaluation) -> Decimal:
    """By how much the full-year budget differs from the initial one."""
    initial = number(form.funds[0].initial_budget)
    return number(form.funds[0].full_year_budget) / initial - 1 if initial else Decimal(0)


@slip("B01")
def adjustment_not_explained(_random: Random, form: Evaluation) -> Mutated | None:
    """预算调整超过20%，文字中不作任何说明"""
    text = without_explanation(form)
    if text is None or abs(_change_of(form)) <= Decimal("0.21"):
        return None
    return change(form, {"/goal_actual": text}, *BUDGETS, "/goal_actual")


@slip("B02", "B01")
def budget_set_back_to_executed(_random: Random, form: Evaluation) -> Mutated | None:
    """年末把全年预算改成执行数，执行率做成100%"""
    total = form.funds[0]
    told = "预算执行率" in (form.goal_actual or "")
    if told or decimals(total.executed or "") < 2 or total.initial_budget != total.full_year_budget:
        return None
    if (
        number(total.executed) == number(total.full_year_budget)
        or number(total.executed) * 10 % 1 == 0
    ):
        return None
    return change(form, with_total(form, _backfilled(form)), *BUDGETS, f"{TOTAL}/executed")


@slip("B02")
def budget_lowered_by_a_little(_random: Random, form: Evaluation) -> Mutated | None:
    """全年预算按执行数略调低几个百分点，执行率做成100%"""
    total = form.funds[0]
    share = number(total.executed) / (number(total.full_year_budget) or 1)
    little = Decimal("0.93") <= share < 1
    unlike = decimals(total.executed or "") >= 2 and number(total.executed) * 10 % 1 != 0
    same = total.initial_budget == total.full_year_budget
    if "预算执行率" in (form.goal_actual or "") or not (little and unlike and same):
        return None
    return change(form, with_total(form, _backfilled(form)), *BUDGETS, f"{TOTAL}/executed")


def _backfilled(form: Evaluation) -> dict[str, str | None]:
    """Every budget set to what was spent, with the rates and the score that follow."""
    edits: dict[str, str | None] = {}
    for n, row in enumerate(form.funds):
        if number(row.full_year_budget):
            edits |= {
                f"/funds/{n}/full_year_budget": row.executed,
                f"/funds/{n}/rate": _hundred(row.rate),
            }
    if has_scores(form):
        edits[f"{TOTAL}/score"] = form.funds[0].weight
    return edits


def _hundred(rate: str | None) -> str:
    return "100" + ("%" if (rate or "").endswith("%") else "")


@slip("B03")
def initial_budget_zero_untold(_random: Random, form: Evaluation) -> Mutated | None:
    """年初预算为零、年中新增，文字中没有追加依据"""
    if number(form.funds[0].initial_budget):
        return None
    text = without_explanation(form)
    return None if text is None else change(form, {"/goal_actual": text}, *BUDGETS, "/goal_actual")


@slip("B04")
def cost_ceiling_not_adjusted(_random: Random, form: Evaluation) -> Mutated | None:
    """预算追加后，总成本指标值仍为年初预算数"""
    total = form.funds[0]
    row = total_cost(form)
    if row is None or number(total.initial_budget) >= number(total.full_year_budget):
        return None
    if not Decimal(0) < number(total.executed) <= number(total.initial_budget):
        return None
    return change(form, {f"/indicators/{row}/target": _ceiling(form, row, total.initial_budget)})


def total_cost(form: Evaluation) -> int | None:
    """The row that limits the cost of the whole project."""
    rows = (
        n for n, row in enumerate(form.indicators) if (row.level3 or "").startswith("项目总成本")
    )
    return next(rows, None)


def _ceiling(form: Evaluation, row: int, amount: str | None) -> str:
    target = figure(form.indicators[row].target)
    assert target is not None
    value = number(amount) / (10_000 if form.money_unit == "元" else 1)
    return target.text(f"{value:.{decimals(target.digits)}f}")


@slip("B07", "B02")
def cost_target_filled_in_afterwards(_random: Random, form: Evaluation) -> Mutated | None:
    """总成本指标值、全年预算、执行数三者相同且不同于年初预算"""
    total, row = form.funds[0], total_cost(form)
    told = "预算执行率" in (form.goal_actual or "") or without_explanation(form) is not None
    odd = number(total.executed) * 10 % 1 != 0 and decimals(total.executed or "") >= 2
    if row is None or told or not odd or number(total.executed) == number(total.full_year_budget):
        return None
    if total.initial_budget != total.full_year_budget:
        return None
    edits = {f"/indicators/{row}/target": _ceiling(form, row, total.executed), **_backfilled(form)}
    return change(form, with_total(form, edits), f"/indicators/{row}/target", *BUDGETS)


@slip("V06")
def carry_over_called_addition(_random: Random, form: Evaluation) -> Mutated | None:
    """预算增加来自上年结转，文字却说年中追加"""
    text = form.goal_actual or ""
    told = re.search(r"上年结转资金([\d.]+)(万元|元)纳入本年预算统一使用。", text)
    if not told:
        return None
    said = f"年中追加财政拨款{told[1]}{told[2]}。"
    row = next(n for n, fund in enumerate(form.funds) if fund.kind == "carried_over")
    return change(
        form,
        {"/goal_actual": text.replace(told[0], said)},
        "/goal_actual",
        f"/funds/{row}/full_year_budget",
    )


@slip("F07", cause="unit-scale")
def told_amount_in_wrong_unit(_random: Random, form: Evaluation) -> Mutated | None:
    """文字中的支出金额数字按万元、单位写成元"""
    text = form.goal_actual or ""
    told = f"实际支出{form.funds[0].executed}万元"
    if told not in text:
        return None
    return change(
        form,
        {"/goal_actual": text.replace(told, told.replace("万元", "元"))},
        "/goal_actual",
        f"{TOTAL}/executed",
    )
