"""Slips in the fund table: groups F, and what of S is about fund rows."""

from copy import deepcopy
from decimal import Decimal
from random import Random

from auditor.forms.evaluation import Evaluation, Fund
from benchmarks.mutations.slips import figures
from benchmarks.mutations.slips.model import (
    Mutated,
    change,
    decimals,
    has_scores,
    number,
    pick,
    slip,
    with_total,
)  # fmt: skip

TOTAL = "/funds/0"


def parts(form: Evaluation) -> list[int]:
    """Rows below the total that hold money."""
    return [
        n for n, row in enumerate(form.funds) if row.parent == 0 and number(row.full_year_budget)
    ]


def other_than_budget(form: Evaluation, text: str) -> bool:
    """Whether an amount, put for the full-year budget, changes the rate visibly."""
    old, new = number(form.funds[0].full_year_budget), Decimal(text)
    return new > 0 and abs(new / old - 1) > Decimal("0.02")


def _amount(form: Evaluation, cell: str, text: str | None) -> Mutated | None:
    """One amount of the total or of a part replaced; total and part share the blame."""
    if text is None:
        return None
    _, _, row, column = cell.split("/")
    others = [] if row != "0" else [f"/funds/{n}/{column}" for n in parts(form)]
    return change(form, {cell: text}, cell, *(others if row == "0" else [f"{TOTAL}/{column}"]))


@slip("F01", cause="digits-swapped")
def initial_of_part_digits_swapped(random: Random, form: Evaluation) -> Mutated | None:
    """分项年初预算数相邻两位数字颠倒"""
    row = pick(random, [n for n in parts(form) if number(form.funds[n].initial_budget)])
    if row is None:
        return None
    return _amount(
        form,
        f"/funds/{row}/initial_budget",
        figures.swapped(random, form.funds[row].initial_budget or ""),
    )


@slip("F01", cause="digit-wrong")
def initial_of_total_digit_wrong(random: Random, form: Evaluation) -> Mutated | None:
    """资金总额年初预算数错一位数字"""
    old = number(form.funds[0].initial_budget)
    text = figures.wrong(random, form.funds[0].initial_budget or "") if old else None
    if text is None or abs(Decimal(text) - old) < old / 100:
        return None  # the last digit may be the rounding of the parts
    return _amount(form, f"{TOTAL}/initial_budget", text)


@slip("F02", "X01", cause="digits-swapped", decidable=True)
def budget_of_total_digits_swapped(random: Random, form: Evaluation) -> Mutated | None:
    """资金总额全年预算数相邻两位数字颠倒"""
    text = figures.swapped(random, form.funds[0].full_year_budget or "")
    usable = text is not None and other_than_budget(form, text)
    return _amount(form, f"{TOTAL}/full_year_budget", text) if usable else None


@slip("F02", cause="digit-doubled")
def budget_of_part_digit_doubled(random: Random, form: Evaluation) -> Mutated | None:
    """分项全年预算数重复录入一位数字"""
    row = pick(random, parts(form))
    if row is None:
        return None
    text = figures.doubled(random, form.funds[row].full_year_budget or "")
    return _amount(form, f"/funds/{row}/full_year_budget", text)


@slip("F03", cause="digit-lost")
def executed_of_part_digit_lost(random: Random, form: Evaluation) -> Mutated | None:
    """分项全年执行数漏录一位数字"""
    row = pick(random, parts(form))
    if row is None:
        return None
    return _amount(
        form, f"/funds/{row}/executed", figures.lost(random, form.funds[row].executed or "")
    )


@slip("F02", cause="digit-lost")
def budget_of_sub_part_digit_lost(random: Random, form: Evaluation) -> Mutated | None:
    """二级分项全年预算数漏录一位数字，只有它的上级行对不上"""
    rows = [n for n, fund in enumerate(form.funds) if fund.parent not in {None, 0}]
    rows = [n for n in rows if number(form.funds[n].full_year_budget)]
    row = pick(random, rows) if len(rows) > 1 else None
    if row is None:
        return None
    cell = f"/funds/{row}/full_year_budget"
    text = figures.lost(random, form.funds[row].full_year_budget or "")
    return None if text is None else change(form, {cell: text})


@slip("F03", "X01", cause="digit-wrong", decidable=True)
def executed_of_total_digit_wrong(random: Random, form: Evaluation) -> Mutated | None:
    """资金总额全年执行数错一位数字"""
    text = figures.wrong(random, form.funds[0].executed or "")
    budget, executed = (number(form.funds[0].full_year_budget), number(form.funds[0].executed))
    if text is None or abs(Decimal(text) - executed) / budget < Decimal("0.02"):
        return None
    return _amount(form, f"{TOTAL}/executed", text)


def _unspent(form: Evaluation, row: int) -> Decimal:
    """What a row did not spend, in units of its last printed decimal: a little may be rounding."""
    fund = form.funds[row]
    rest = number(fund.full_year_budget) - number(fund.executed)
    return rest.scaleb(decimals(fund.executed or ""))


@slip("F03", "F02", cause="neighbour-copied")
def executed_of_part_copied_from_budget(random: Random, form: Evaluation) -> Mutated | None:
    """分项执行数照抄同行的全年预算数"""
    rows = [n for n in parts(form) if _unspent(form, n) >= 4]
    row = pick(random, rows)
    return (
        None
        if row is None
        else _amount(form, f"/funds/{row}/executed", form.funds[row].full_year_budget)
    )


@slip("F02", "X01", cause="unit-scale", decidable=True)
def budget_decimal_point_moved(random: Random, form: Evaluation) -> Mutated | None:
    """资金总额全年预算数小数点错一位"""
    old = form.funds[0].full_year_budget or ""
    if decimals(old) == 0:
        return None
    moved = number(old) * random.choice((Decimal(10), Decimal("0.1")))
    return _amount(form, f"{TOTAL}/full_year_budget", f"{moved:.{decimals(old)}f}")


@slip("F03", "F05", "F07", cause="unit-scale", decidable=True)
def executed_in_yuan_under_wan(_random: Random, form: Evaluation) -> Mutated | None:
    """表头为万元，资金总额执行数按元填写"""
    if form.money_unit != "万元" or not parts(form):
        return None
    yuan = number(form.funds[0].executed) * 10_000
    return _amount(
        form, f"{TOTAL}/executed", f"{yuan:.{max(0, decimals(form.funds[0].executed or '') - 4)}f}"
    )


@slip("F02", "F01", "F03", cause="row-left-out")
def part_row_left_out(random: Random, form: Evaluation) -> Mutated | None:
    """漏填一个有金额的资金来源行"""
    rows = [n for n in parts(form) if all(row.parent != n for row in form.funds)]
    if len(parts(form)) < 2 or not rows:
        return None
    gone = random.choice(rows)
    copy = deepcopy(form)
    del copy.funds[gone]
    for row in copy.funds:
        row.parent = row.parent - 1 if row.parent is not None and row.parent > gone else row.parent
    kept = tuple(n for n in range(len(form.funds)) if n != gone)
    cells = tuple(f"{TOTAL}/{name}" for name in ("full_year_budget", "initial_budget", "executed"))
    return Mutated(copy, cells, funds=kept)


@slip("F02", "F01", "F03", cause="row-counted-twice")
def part_row_entered_twice(random: Random, form: Evaluation) -> Mutated | None:
    """同一资金来源行重复填写"""
    rows = [n for n in parts(form) if all(row.parent != n for row in form.funds)]
    if not rows:
        return None
    twice = random.choice(rows)
    copy = deepcopy(form)
    copy.funds.append(deepcopy(copy.funds[twice]))
    names = ("full_year_budget", "initial_budget", "executed")
    cells = tuple(f"/funds/{n}/{name}" for n in (0, twice, len(form.funds)) for name in names)
    return Mutated(copy, cells, funds=(*range(len(form.funds)), None))


@slip("F01", "F02", "X01", cause="cells-exchanged", decidable=True)
def initial_and_budget_exchanged(_random: Random, form: Evaluation) -> Mutated | None:
    """资金总额年初预算数与全年预算数填颠倒"""
    row = form.funds[0]
    if number(row.initial_budget) == number(row.full_year_budget) or not number(row.initial_budget):
        return None
    edits = {
        f"{TOTAL}/full_year_budget": row.initial_budget,
        f"{TOTAL}/initial_budget": row.full_year_budget,
    }
    return change(form, edits, *edits)


@slip("F05", "F02", "F03", cause="cells-exchanged", decidable=True)
def budget_and_executed_exchanged(_random: Random, form: Evaluation) -> Mutated | None:
    """资金总额全年预算数与执行数填颠倒"""
    row = form.funds[0]
    if _unspent(form, 0) < 4:
        return None
    edits = {f"{TOTAL}/executed": row.full_year_budget, f"{TOTAL}/full_year_budget": row.executed}
    return change(form, edits, *edits)


@slip("S05")
def executed_of_total_blank(_random: Random, form: Evaluation) -> Mutated:
    """资金总额执行数空缺"""
    return change(form, {f"{TOTAL}/executed": None})


@slip("S05")
def initial_of_total_blank(_random: Random, form: Evaluation) -> Mutated:
    """资金总额年初预算数空缺"""
    return change(form, {f"{TOTAL}/initial_budget": None})


@slip("S06", "F03")
def executed_of_only_part_blank(_random: Random, form: Evaluation) -> Mutated | None:
    """唯一有预算的资金来源未填执行数"""
    rows = parts(form)
    nested = any(row.parent not in {None, 0} for row in form.funds)
    if len(rows) != 1 or nested:
        return None
    return change(form, {f"/funds/{rows[0]}/executed": None})


@slip("S04")
def part_rows_missing(_random: Random, form: Evaluation) -> Mutated:
    """资金表只有总额行"""
    copy = deepcopy(form)
    copy.funds = copy.funds[:1]
    return Mutated(copy, (), funds=(0,))


@slip("S04")
def total_row_of_funds_missing(_random: Random, form: Evaluation) -> Mutated | None:
    """资金表缺年度资金总额行"""
    if any(row.parent not in {None, 0} for row in form.funds):
        return None
    copy = deepcopy(form)
    copy.funds = [
        Fund(**{name: getattr(row, name) for name in _FUND} | {"parent": None})
        for row in copy.funds[1:]
    ]
    return Mutated(copy, (), funds=tuple(range(1, len(form.funds))))


_FUND = (
    "kind",
    "label",
    "initial_budget",
    "full_year_budget",
    "executed",
    "weight",
    "rate",
    "score",
    "reason",
)


@slip("F06")
def amount_negative(random: Random, form: Evaluation) -> Mutated | None:
    """分项执行数为负数"""
    row = pick(random, parts(form))
    return (
        None
        if row is None
        else change(form, {f"/funds/{row}/executed": f"-{form.funds[row].executed}"})
    )


@slip("F06")
def amount_in_words(random: Random, form: Evaluation) -> Mutated | None:
    """预算金额栏填写文字"""
    row = pick(random, parts(form))
    return None if row is None else change(form, {f"/funds/{row}/full_year_budget": "详见附件"})


@slip("F05")
def executed_above_budget(_random: Random, form: Evaluation) -> Mutated | None:
    """执行数整体大于全年预算数"""
    rows = parts(form)
    if len(rows) != 1 or any(row.parent not in {None, 0} for row in form.funds):
        return None
    old = form.funds[0].full_year_budget or ""
    more = f"{number(old) * Decimal('1.08'):.{decimals(old)}f}"
    edits: dict[str, str | None] = {f"{TOTAL}/executed": more, f"/funds/{rows[0]}/executed": more}
    rate = form.funds[0].rate or ""
    sign = "%" if rate.endswith("%") else ""
    for row in (0, rows[0]):
        edits[f"/funds/{row}/rate"] = (
            f"{number(more) * 100 / number(old):.{max(2, decimals(rate))}f}{sign}"
        )
    if has_scores(form):
        edits[f"{TOTAL}/score"] = form.funds[0].weight
    return change(form, with_total(form, edits), f"{TOTAL}/executed", f"/funds/{rows[0]}/executed")


@slip("F08")
def too_many_decimals(random: Random, form: Evaluation) -> Mutated | None:
    """金额直接粘贴，小数超过六位"""
    row = pick(random, parts(form))
    if row is None:
        return None
    text = number(form.funds[row].executed)
    return change(form, {f"/funds/{row}/executed": f"{text:.8f}"})
