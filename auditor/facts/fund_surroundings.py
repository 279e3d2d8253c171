"""What the rest of a form says about its fund table: amounts repeated in indicators and texts."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from auditor.facts import texts
from auditor.facts.numbers import Number
from auditor.facts.statements import statements
from auditor.forms.evaluation import Evaluation

_NEAR = (Decimal("0.95"), Decimal("1.05"))
_TEN_THOUSAND = Decimal(10_000)
_SAME_FIGURE = 1000  # a figure is the same one within a thousandth of it: 1590元 is not 1592.80


def of_form(
    form: Evaluation,
    indicators: Sequence[dict[str, Any]],
    totals: Mapping[str, Number | None],
) -> dict[str, Any]:
    """What indicators and texts say that the total (``totals``, by amount) may be set against."""
    rows = [f for f in indicators if f["scored"] and f["level2_kind"] == "quantity"]
    near = [f["ratio"] is not None and _NEAR[0] <= f["ratio"] <= _NEAR[1] for f in rows]
    return {
        "quantity_all_hit": bool(rows) and all(near),
        "quantity_cells": " ".join(f"{f['cell']}/target" for f in rows),
        "money_unit_known": form.money_unit is not None,
        "in_yuan": form.money_unit == "元",
        "narrative_scale_cells": _scaled_in_text(form, totals),
    }


def _scaled_in_text(form: Evaluation, totals: Mapping[str, Number | None]) -> str | None:
    """The cells of a total that the texts give 10,000 times larger or smaller."""
    total = next((n for n, fund in enumerate(form.funds) if fund.kind == "total"), None)
    unit = {"元": Decimal(1), "万元": Decimal(10_000)}.get(form.money_unit or "")
    if total is None or unit is None:
        return None
    said = [
        (cell, base)
        for cell, text in (
            ("/goal_actual", form.goal_actual),
            ("/goal_expected", form.goal_expected),
        )
        for s in statements(text or "")
        if s.quantity.unit is not None
        and s.quantity.unit.dimension == "money"
        and not s.before.endswith(texts.words("unit_prices"))
        and (base := s.quantity.base())
    ]
    for name, number in totals.items():
        for cell, stated in said:
            for factor in (_TEN_THOUSAND, 1 / _TEN_THOUSAND):
                if number and abs(stated - number.value * unit * factor) <= stated / _SAME_FIGURE:
                    return f"/funds/{total}/{name} {cell}"
    return None


def told(form: Evaluation) -> dict[str, bool]:
    """Which explanations of a changed or unspent budget stand somewhere in the texts."""
    narratives = [text for text in (form.goal_expected, form.goal_actual) if text]
    reasons = [row.deviation for row in form.indicators] + [row.reason for row in form.funds]
    given = any(not texts.blank_reason(reason) for reason in reasons)
    return {
        "adjustment_told": texts.mentions(narratives, "adjustment")
        or any(texts.mentions([r or ""], "adjustment") and _about_budget(r) for r in reasons),
        "approval_told": texts.mentions(texts.narratives(form), "approval"),
        "unspent_told": given or texts.mentions(texts.results(form), "unspent"),
    }


def _about_budget(reason: str | None) -> bool:
    """Whether a reason speaks of money: 合理调整指标值 does not."""
    return texts.mentions([reason or ""], "budget_words") or texts.mentions([reason or ""], "given")
