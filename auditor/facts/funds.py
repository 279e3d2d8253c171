"""The table ``fund_lines``: one row per fund row, with what the rows below it add up to."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from auditor.facts import fund_surroundings
from auditor.facts.gaps import gaps
from auditor.facts.numbers import (
    ZERO,
    Number,
    column_decimals,
    fitting,
    points,
    printed,
    ratio,
    spread,
    total,
)
from auditor.forms.evaluation import AMOUNTS, Evaluation, Fund
from auditor.quantities.parsing import parse

_NAMES = {
    "total": "年度资金总额",
    "current_year": "当年财政拨款",
    "carried_over": "上年结转资金",
    "other": "其他资金",
}
_Amounts = dict[str, tuple[Number | None, ...]]  # by name, of every fund row
_HUNDREDTH = Decimal("0.01")
_TEN_THOUSAND = 10_000
_FRACTION_LIMIT = Decimal("1.5")


def rows(form: Evaluation, indicators: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The fund rows of one form as fact rows."""
    amounts = {name: _amounts(form, name) for name in AMOUNTS}
    told = fund_surroundings.told(form) | fund_surroundings.of_form(
        form, indicators, {name: amount(form, name) for name in AMOUNTS}
    )
    attainment, score_decimals = _attainment(form), _score_decimals(form)
    told["attainment"] = ratio(attainment, Fraction(1)) if attainment is not None else None
    told["output_full"] = any(_full_output(form))
    told["funds_read"] = not gaps(form).funds
    for number, fund in enumerate(form.funds):
        row = _cells(form, number, fund, amounts, score_decimals)
        row |= _parts(form, number, amounts)
        row |= _siblings(form, number, amounts)
        row |= _print(fund, row)
        row["rate_follows_parts"] = _follows_parts(row)
        row |= _comparisons(form, number, row, amounts)
        row["attainment_gap"] = _gap(attainment, *(amounts[name][number] for name in AMOUNTS[1:]))
        row["score_follows_rate"] = _score_follows_rate(row)
        row["parts_rates_follow"] = _parts_follow(form, number, row, amounts)
        yield row | told


def amount(form: Evaluation, name: str) -> Number | None:
    """An amount of the total row, in the form's money unit."""
    for number, fund in enumerate(form.funds):
        if fund.kind == "total":
            return _amounts(form, name)[number]
    return None


def in_ten_thousands(form: Evaluation, name: str) -> Decimal | None:
    """An amount of the total row in 万元, whatever unit the form is filled in with."""
    found = amount(form, name)
    if found is None:
        return None
    return found.value / _TEN_THOUSAND if form.money_unit == "元" else found.value


def _amounts(form: Evaluation, name: str) -> tuple[Number | None, ...]:
    texts = tuple([getattr(fund, name) for fund in form.funds])
    return _column(texts, in_yuan=form.money_unit == "元")


@lru_cache(maxsize=1024)  # a form asks for the same column several times
def _column(texts: tuple[str | None, ...], *, in_yuan: bool) -> tuple[Number | None, ...]:
    decimals = column_decimals(texts)
    return tuple([_amount(text, decimals, in_yuan=in_yuan) for text in texts])


@lru_cache(maxsize=4096)
def _amount(text: str | None, decimals: int, *, in_yuan: bool) -> Number | None:
    """An amount; a unit in the cell that is not the header's is converted."""
    number = printed(text, decimals)
    quantity = parse(text)
    unit = quantity.unit
    if number is None or (unit is None and not quantity.scaled_without_unit):
        return number
    if unit is not None and unit.dimension != "money":
        return None
    header = Decimal(1) if in_yuan else Decimal(_TEN_THOUSAND)
    return fitting(number.scaled((unit.factor if unit else Decimal(1)) / header))


def _missing(form: Evaluation, name: str) -> bool:
    return f"funds.{name}" in form.missing_columns


def _cells(
    form: Evaluation,
    number: int,
    fund: Fund,
    amounts: _Amounts,
    score_decimals: int,
) -> dict[str, Any]:
    row: dict[str, Any] = {
        "row_id": number,
        "cell": f"/funds/{number}",
        "kind": fund.kind,
        "label": fund.label,
        "name": (fund.label or _NAMES.get(fund.kind) or "").rstrip("：:") or None,
    }
    values: dict[str, Number | None] = {name: amounts[name][number] for name in AMOUNTS}
    values["weight"] = points(fund.weight)
    values["score"] = printed(fund.score, score_decimals)
    values["rate"] = _rate(fund, values)
    for name, value in values.items():
        text = getattr(fund, name)
        row |= spread(name, value)
        row[f"{name}_text"] = text
        row[f"{name}_blank"] = text is None and not _missing(form, name)
    invalid = [
        f"/funds/{number}/{name}"
        for name in AMOUNTS
        if _invalid(getattr(fund, name), amounts[name][number])
    ]
    row["amount_invalid"] = bool(invalid)
    row["amount_invalid_cells"] = " ".join(invalid)
    row["blank_amount_cells"] = " ".join(
        f"/funds/{number}/{name}" for name in _blank_amounts(form, fund, row)
    )
    return row


def _score_decimals(form: Evaluation) -> int:
    """The finest decimals of all scores: fund rows and indicators share one column."""
    scores = [fund.score for fund in form.funds] + [row.score for row in form.indicators]
    return column_decimals(scores)


def _blank_amounts(form: Evaluation, fund: Fund, row: dict[str, Any]) -> Iterator[str]:
    """Amounts that the total row must give: 年初预算数 only where there is a budget at all."""
    if fund.kind != "total":
        return
    for name in AMOUNTS:
        needed = name != "initial_budget" or (row["full_year_budget"] or 0) > 0
        empty = parse(getattr(fund, name)).kind in ("blank", "mark")
        if needed and empty and not _missing(form, name):
            yield name


def _invalid(text: str | None, number: Number | None) -> bool:
    if parse(text).kind in ("blank", "mark"):
        return False
    return number is None or number.value < 0


def _rate(fund: Fund, values: dict[str, Number | None]) -> Number | None:
    """执行率 as a fraction.

    Without a percent sign 1 may mean 100% and 0.92 may mean 92%. Such a small number is read in the
    way that brings it nearer to what the amounts give.
    """
    number = printed(fund.rate)
    if number is None:
        return None
    executed, budget = values["executed"], values["full_year_budget"]
    small = parse(fund.rate).unit is None and 0 < number.value <= _FRACTION_LIMIT
    if small and executed and budget and budget.value:
        due, said = Fraction(executed.value) / Fraction(budget.value), Fraction(number.value)
        if abs(said - due) <= abs(said / 100 - due):
            return number
    return fitting(number.scaled(_HUNDREDTH))


def _parts(form: Evaluation, number: int, amounts: _Amounts) -> dict[str, Any]:
    below = [n for n, fund in enumerate(form.funds) if fund.parent == number and n != number]
    row: dict[str, Any] = {"parts": len(below)}
    for name in AMOUNTS:
        known = [n for n in below if amounts[name][n] is not None]
        sum_of = total(a for n in known if (a := amounts[name][n]) is not None)
        row |= spread(f"parts_{name}", sum_of if known else None)
        row[f"parts_{name}_cells"] = " ".join(f"/funds/{n}/{name}" for n in known)
        row[f"filled_{name}"] = len(known)
    for name in AMOUNTS:
        others = [other for other in AMOUNTS if other != name]
        row[f"whole_but_{name}"] = all(_adds_up(amounts[o][number], row, o) for o in others)
    return row


def _adds_up(own: Number | None, row: dict[str, Any], name: str) -> bool:
    """Whether two parts or more are given for an amount and make it up exactly."""
    made_up = own is not None and own.value != 0 and own.value == row[f"parts_{name}"]
    return bool(made_up and row[f"filled_{name}"] > 1)


def _siblings(form: Evaluation, number: int, amounts: _Amounts) -> dict[str, Any]:
    parent = form.funds[number].parent
    beside = [] if parent is None else [n for n, f in enumerate(form.funds) if f.parent == parent]
    budgets = [b for n in beside if (b := amounts["full_year_budget"][n]) and b.value > 0]
    spent = [n for n in beside if amounts["executed"][n] is not None]
    whole = amounts["executed"][parent] if parent is not None else None
    return {
        "sibling_budgets": len(budgets),
        "sibling_executions": len(spent),
        "first_part": bool(beside) and beside[0] == number,
        "total_executed": whole.value if whole else None,
    }


def _comparisons(
    form: Evaluation, number: int, row: dict[str, Any], amounts: _Amounts
) -> dict[str, Any]:
    initial, budget, executed = (amounts[name][number] for name in AMOUNTS)
    base = initial.value if initial else None
    part_sum = row["parts_initial_budget"]
    if base is not None and part_sum and not _agree(initial, row):
        base = part_sum
    return {
        "base_initial_budget": base,
        "budget_change": ratio(budget.value - base, base) if budget and base else None,
        "change_is_carry_over": _is_carry_over(form, amounts, budget, base),
        "budget_decimals": significant_decimals(form.funds[number].full_year_budget),
        "executed_share": ratio(executed.value, budget.value) if executed and budget else None,
    }


def _gap(
    attainment: Fraction | None, budget: Number | None, executed: Number | None
) -> Decimal | None:
    """By how much of itself the attainment is above the share of the budget that was spent."""
    if not attainment or not budget or not executed or not budget.value:
        return None
    return ratio(attainment - Fraction(executed.value) / Fraction(budget.value), attainment)


def _agree(number: Number | None, parts: dict[str, Any]) -> bool:
    return (
        number is not None
        and number.lo <= parts["parts_initial_budget_hi"]
        and number.hi >= parts["parts_initial_budget_lo"]
    )


def gained_by_carry_over(form: Evaluation) -> bool:
    """Whether the whole change of the total's budget is money carried over from last year."""
    total = next((n for n, fund in enumerate(form.funds) if fund.kind == "total"), None)
    if total is None:
        return False
    amounts = {name: _amounts(form, name) for name in AMOUNTS}
    initial, budget = (amounts[name][total] for name in AMOUNTS[:2])
    return _is_carry_over(form, amounts, budget, initial.value if initial else None)


def _is_carry_over(
    form: Evaluation,
    amounts: _Amounts,
    budget: Number | None,
    base: Decimal | None,
) -> bool:
    """Whether the whole change is money carried over: bud - init = K.bud - K.init."""
    if budget is None or base is None or budget.value == base:
        return False
    gained = slack = Decimal(0)
    for number, fund in enumerate(form.funds):
        if fund.kind == "carried_over":
            before, after = (amounts[name][number] or ZERO for name in AMOUNTS[:2])
            gained += after.value - before.value
            slack += (after.hi - after.value) + (before.hi - before.value)
    slack += (budget.hi - budget.value) * 2  # the base is printed as finely as the budget
    return bool(gained) and abs((budget.value - base) - gained) <= slack


def significant_decimals(text: str | None) -> int:
    """Decimals of a printed number, zeros at its end left out."""
    value = parse(text).value
    exponent = value.normalize().as_tuple().exponent if value is not None else 0
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _attainment(form: Evaluation) -> Fraction | None:
    """Σ score / Σ weight over all indicators (R30); None when there is no weight."""
    weights = scores = Fraction(0)
    for row in form.indicators:
        weight, score = printed(row.weight), printed(row.score)
        if weight and score:
            weights += Fraction(weight.value)
            scores += Fraction(score.value)
    return scores / weights if weights else None


def _full_output(form: Evaluation) -> Iterator[bool]:
    from auditor.forms.vocabulary import level_kind

    for row in form.indicators:
        weight, score = printed(row.weight), printed(row.score)
        if weight and score and weight.value > 0 and level_kind("level2", row.level2) != "cost":
            yield level_kind("level1", row.level1) == "output" and weight.value == score.value


def _score_follows_rate(row: dict[str, Any]) -> bool:
    """Whether 得分 is 分值 × the printed 执行率, which counts to 100% at most."""
    weight = row["weight"]
    if row["rate"] is None or weight is None or row["score"] is None:
        return False
    low, high = (min(row[f"rate_{end}"], Decimal(1)) for end in ("lo", "hi"))
    return bool(weight * low <= row["score_hi"] and weight * high >= row["score_lo"])


def _print(fund: Fund, row: dict[str, Any]) -> dict[str, Any]:
    """How the amounts are printed, and whether a total and its parts are one number miswritten."""
    printed_amounts = [getattr(fund, name) for name in AMOUNTS]
    return {
        "amount_decimals": max((parse(text).decimals for text in printed_amounts), default=0),
        "digits_alike": any(
            row[f"filled_{name}"] and _alike(row[name], row[f"parts_{name}"]) for name in AMOUNTS
        ),
    }


def _follows_parts(row: dict[str, Any]) -> bool:
    """Whether the printed rate is that of the parts' sums, in one amount or in both."""
    if row["rate"] is None:
        return False
    own, parts = (
        (row[f"{prefix}executed"], row[f"{prefix}full_year_budget"]) for prefix in ("", "parts_")
    )
    quotients = [
        ratio(executed, budget)
        for executed in (own[0], parts[0])
        for budget in (own[1], parts[1])
        if executed is not None and budget and (executed, budget) != own
    ]
    return any(q is not None and row["rate_lo"] <= q <= row["rate_hi"] for q in quotients)


def _parts_follow(form: Evaluation, number: int, row: dict[str, Any], amounts: _Amounts) -> bool:
    """Whether every part with a wrong rate has it right once its amount makes the sum right."""
    gaps = [
        row[name] - row[f"parts_{name}"]
        if row[name] is not None and row[f"parts_{name}"] is not None
        else Decimal(0)
        for name in ("executed", "full_year_budget")
    ]
    for n, fund in enumerate(form.funds):
        spent, budget = amounts["executed"][n], amounts["full_year_budget"][n]
        if fund.parent != number or spent is None or budget is None:
            continue
        rate = _rate(fund, {"executed": spent, "full_year_budget": budget})
        if rate is None:
            continue
        shares = [
            ratio(spent.value + one, budget.value + other)
            for one in (Decimal(0), gaps[0])
            for other in (Decimal(0), gaps[1])
        ]
        if not any(share is not None and rate.lo <= share <= rate.hi for share in shares):
            return False
    return True


def _alike(one: Decimal | None, other: Decimal | None) -> bool:
    """Whether two unequal numbers have the same digits in another order, or differ in one digit."""
    if not one or not other or one == other:
        return False
    first, second = (f"{value.normalize():f}" for value in (one, other))
    if len(first) != len(second):
        return False
    return sorted(first) == sorted(second) or sum(map(str.__ne__, first, second)) == 1
