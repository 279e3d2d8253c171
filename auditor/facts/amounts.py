"""Money of the whole form beside its indicators: what costs add up to, what a piece costs."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from auditor.facts import funds, texts
from auditor.forms.evaluation import AMOUNTS, Evaluation
from auditor.quantities.parsing import parse

_THOUSAND = Decimal(1000)


def columns(form: Evaluation, made: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The columns of a form about what its money bought, and how its numbers are printed."""
    executed = funds.amount(form, "executed")
    unit = Decimal(1) if form.money_unit == "元" else Decimal(10_000)
    spent = executed.value * unit if executed else None
    price_cells = _far_price(made, spent)
    return {
        "spent_yuan": spent,
        **_costs(made),
        "carried_over_amount": _of_kind(form, "carried_over", "full_year_budget"),
        "grant_change": _grant_change(form),
        "price_cells": price_cells,
        "mixed_print": _mixed(form),
    }


def _costs(made: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What the cost rows say was spent, in 元, and which rows say it.

    One that says by its name that it is all speaks for itself; otherwise every one must be an
    amount, and a price or a standard of allowance (标准) is none.
    """
    rows = [f for f in made if f["scored"] and f["is_cost"]]
    named = [f for f in rows if _names_the_whole(f["level3"])]
    counted = named if len(named) == 1 else rows
    amounts = [f["actual"] for f in counted if f["actual_dimension"] == "money"]
    known = [amount for amount in amounts if amount is not None]
    priced = any(texts.mentions([f["level3"] or ""], "unit_prices") for f in counted)
    complete = counted and len(known) == len(counted) and not priced
    return {
        "cost_total": sum(known, Decimal(0)) if complete else None,
        "cost_rows_all": len(counted),
        "cost_cells": " ".join(f"{f['cell']}/actual" for f in counted),
        "cost_is_whole": len(named) == 1,
    }


def _names_the_whole(name: str | None) -> bool:
    return texts.without_notes(name or "").endswith(texts.phrases("whole_cost_names"))


def _of_kind(form: Evaluation, kind: str, name: str) -> Decimal | None:
    fund = next((f for f in form.funds if f.kind == kind), None)
    quantity = parse(getattr(fund, name)) if fund else None
    return quantity.value if quantity and quantity.kind == "number" else None


def _grant_change(form: Evaluation) -> Decimal | None:
    """What 当年财政拨款 gained in the year."""
    before = _of_kind(form, "current_year", "initial_budget")
    after = _of_kind(form, "current_year", "full_year_budget")
    return after - before if before is not None and after is not None else None


def _far_price(made: Sequence[dict[str, Any]], spent: Decimal | None) -> str | None:
    """A unit price of which the money spent per piece is a thousand times more or less."""
    prices = [
        f for f in made if f["is_cost"] and "/" in (f["actual_dimension"] or "") and f["actual"]
    ]
    pieces = [f for f in made if f["level2_kind"] == "quantity" and f["actual"]]
    if not spent or len(prices) != 1 or len(pieces) != 1:
        return None
    price, amount = prices[0]["actual"], spent / pieces[0]["actual"]
    far = amount > price * _THOUSAND or amount * _THOUSAND < price
    return f"{prices[0]['cell']}/actual {pieces[0]['cell']}/actual" if far else None


def _mixed(form: Evaluation) -> str | None:
    """Cells of a column in which like numbers are printed in two ways."""
    amounts = [
        (f"/funds/{n}/{name}", text)
        for n, fund in enumerate(form.funds)
        for name in AMOUNTS
        if (text := getattr(fund, name)) and (parse(text).value or 0) >= _THOUSAND
    ]
    rates = [(f"/funds/{n}/rate", f.rate) for n, f in enumerate(form.funds)
             if f.rate and (parse(f.rate).value or 0) > 0]  # fmt: skip
    for cells, marks in ((amounts, ",，"), (rates, "%％")):
        marked = [cell for cell, text in cells if not set(marks).isdisjoint(text)]
        plain = [cell for cell, text in cells if set(marks).isdisjoint(text)]
        if marked and plain:
            return " ".join(marked if len(marked) < len(plain) else plain)
    return None
