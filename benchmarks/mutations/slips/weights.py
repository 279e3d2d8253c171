"""Slips in weights: group W."""

import re
from decimal import Decimal
from random import Random

from auditor.forms.evaluation import Evaluation
from benchmarks.mutations.slips.model import (
    Mutated,
    change,
    has_scores,
    is_full,
    number,
    pick,
    printed,
    scored,
    slip,
)  # fmt: skip


def _full(form: Evaluation, level: str) -> list[int]:
    rows = [n for n in scored(form) if has_scores(form) and is_full(form.indicators[n])]
    return [n for n in rows if (form.indicators[n].level1 or "").startswith(level)]


def _moved(form: Evaluation, points: dict[int, Decimal]) -> dict[str, str | None]:
    """Rows with full marks given other weights, and the same scores."""
    edits: dict[str, str | None] = {}
    for row, value in points.items():
        edits |= {f"/indicators/{row}/{name}": printed(form, value) for name in ("weight", "score")}
    return edits


def _weight(form: Evaluation, row: int) -> Decimal:
    return number(form.indicators[row].weight)


def _weights(rows: list[int]) -> tuple[str, ...]:
    return tuple(f"/indicators/{row}/weight" for row in rows)


def _levels_printed(form: Evaluation) -> bool:
    return any("分）" in (row.level1 or "") for row in form.indicators)


@slip("W01", cause="digit-wrong")
def weight_changed(random: Random, form: Evaluation) -> Mutated | None:
    """一项指标分值多写几分，得分未变"""
    row = pick(random, scored(form) if has_scores(form) else [])
    if row is None:
        return None
    return change(
        form,
        {f"/indicators/{row}/weight": printed(form, _weight(form, row) + random.choice((2, 3, 5)))},
    )


@slip("W02", decidable=True)
def stated_weight_total_wrong(random: Random, form: Evaluation) -> Mutated | None:
    """总分栏的分值合计写错"""
    if form.total_weight is None:
        return None
    return change(form, {"/total_weight": printed(form, Decimal(random.choice((90, 95, 98, 110))))})


@slip("W03", decidable=True)
def level_subtotal_wrong(random: Random, form: Evaluation) -> Mutated | None:
    """一级指标标注的分值与所属指标之和不符"""
    names = [row.level1 or "" for row in form.indicators]
    levels = sorted({name for name in names if "分）" in name})
    if not levels:
        return None
    level = random.choice(levels)
    wrong = re.sub(
        r"（(\d+)分）", lambda m: f"（{int(m[1]) + random.choice((-5, 5, 10))}分）", level
    )
    edits: dict[str, str | None] = {
        f"/indicators/{n}/level1": wrong
        for n, row in enumerate(form.indicators)
        if row.level1 == level
    }
    return change(form, edits, *edits)


@slip("W05")
def weight_zero(random: Random, form: Evaluation) -> Mutated | None:
    """有得分的指标分值填0"""
    row = pick(random, scored(form) if has_scores(form) else [])
    return None if row is None else change(form, {f"/indicators/{row}/weight": "0"})


@slip("W05")
def weight_negative(random: Random, form: Evaluation) -> Mutated | None:
    """指标分值写成负数"""
    row = pick(random, scored(form) if has_scores(form) else [])
    return (
        None
        if row is None
        else change(form, {f"/indicators/{row}/weight": f"-{form.indicators[row].weight}"})
    )


@slip("W01", cause="weights-rescaled")
def weights_rescaled_to_hundred(_random: Random, form: Evaluation) -> Mutated | None:
    """指标分值自行折算为100分，未给执行率留分"""
    rows = scored(form)
    whole = 100 - number(form.funds[0].weight)
    points = {n: _weight(form, n) * 100 / whole for n in rows}
    if not has_scores(form) or any(value * 100 % 1 for value in points.values()):
        return None
    if not all(is_full(form.indicators[n]) for n in rows):
        return None
    cells = (*_weights(rows), "/funds/0/weight", "/total_weight")
    return change(form, _moved(form, points), *cells)


@slip("W06")
def one_row_overweight(random: Random, form: Evaluation) -> Mutated | None:
    """一项指标占去30分以上"""
    rows = _full(form, "产出")
    if len(rows) < 3 or _weight(form, rows[0]) >= 30:
        return None
    sizes = {n: _weight(form, n) for n in rows}
    spare = sum(sizes.values(), Decimal(0)) - (len(rows) - 1) * 2
    if spare < 31:
        return None
    chosen = random.choice(rows)
    points = {n: (spare if n == chosen else Decimal(2)) for n in rows}
    return change(form, _moved(form, points), f"/indicators/{chosen}/weight")


@slip("W07", "W04")
def benefit_underweight(_random: Random, form: Evaluation) -> Mutated | None:
    """效益指标合计只有几分"""
    rows, output = _full(form, "效益"), _full(form, "产出")
    whole = [n for n in scored(form) if (form.indicators[n].level1 or "").startswith("效益")]
    if len(rows) != len(whole) or len(rows) > 4 or not output or _levels_printed(form):
        return None
    spare = sum((_weight(form, n) for n in rows), Decimal(0)) - len(rows)
    points = {n: Decimal(1) for n in rows} | {output[0]: _weight(form, output[0]) + spare}
    return change(form, _moved(form, points), *_weights(rows), *_weights(output))


@slip("W04")
def levels_off_profile(_random: Random, form: Evaluation) -> Mutated | None:
    """效益分值大量移给产出指标"""
    give, take = _full(form, "效益"), _full(form, "产出")
    rich = [n for n in give if _weight(form, n) > 13]
    if not rich or not take or _levels_printed(form):
        return None
    points = {rich[0]: _weight(form, rich[0]) - 12, take[0]: _weight(form, take[0]) + 12}
    return change(form, _moved(form, points), *_weights(give), *_weights(take))


@slip("W09")
def cost_overweight(_random: Random, form: Evaluation) -> Mutated | None:
    """成本指标分值过重"""
    rows = [n for n in scored(form) if has_scores(form) and is_full(form.indicators[n])]
    cost = [n for n in rows if "成本" in (form.indicators[n].level2 or "")]
    others = [n for n in _full(form, "产出") if n not in cost and _weight(form, n) > 2]
    spare = sum((_weight(form, n) - 2 for n in others), Decimal(0))
    if not cost or _weight(form, cost[0]) + spare < 22 or _levels_printed(form):
        return None
    points = {n: Decimal(2) for n in others} | {cost[0]: _weight(form, cost[0]) + spare}
    return change(form, _moved(form, points), *_weights(cost))
