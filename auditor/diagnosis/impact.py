"""What a finding is worth: points of the score, the grade before and after, money."""

from decimal import Decimal
from typing import Any

from auditor.diagnosis.causes import Cause
from auditor.diagnosis.system import System
from auditor.engine.outcomes import Hit
from auditor.forms.evaluation import AMOUNTS
from auditor.quantities.parsing import parse


def impact(hit: Hit, cause: Cause | None, system: System) -> dict[str, Any] | None:
    """``points`` that the score changes by, ``amount`` in 万元; None where nothing is at stake.

    With a cause, its repair is reckoned through; without one, expected less reported.
    """
    if hit.rule.impact is None and cause is None:
        return None
    repair = cause.repair if cause is not None and cause.repair else _by_expectation(hit)
    scores, total, amount = Decimal(0), Decimal(0), Decimal(0)
    for cell, text in repair.items():
        gained = (parse(text).value or Decimal(0)) - (system.value(cell) or Decimal(0))
        name = cell.rsplit("/", 1)[-1]
        if name in AMOUNTS:
            in_yuan = system.form.money_unit == "元"
            amount = max(amount, abs(gained) / (10_000 if in_yuan else 1))
        elif name == "score":
            scores += gained
        elif name == "total_score":
            total += gained
    # The total follows a score, but printed with fewer decimals: the score says it exactly.
    points = scores or total
    if not points and not amount:
        return None
    found: dict[str, Any] = {}
    if points:
        found["points"] = points
    if amount:
        found["amount"] = amount
    return found


def _by_expectation(hit: Hit) -> dict[str, str]:
    if not hit.cells or hit.expected is None or parse(hit.expected).value is None:
        return {}
    return {hit.cells[0]: hit.expected}


def grades(
    cause: Cause, system: System, bands: tuple[tuple[str, Decimal], ...]
) -> tuple[str, str] | None:
    """The grade before and after a repair, where the two differ."""
    before = system.value("/total_score")
    if before is None:
        return None
    after = system.value("/total_score", cause.repair)
    if "/total_score" not in cause.repair or after is None:
        return None

    def grade(value: Decimal) -> str:
        return next(name for name, least in bands if value >= least)

    old, new = grade(before), grade(after)
    return (old, new) if old != new else None
