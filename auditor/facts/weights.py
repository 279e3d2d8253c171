"""How a form spreads its 100 points over levels, and how far that is from what is usual."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

_LEVELS = ("output", "benefit", "satisfaction", "cost")


def columns(
    made: Sequence[dict[str, Any]], execution: Decimal | None, profiles: Sequence[tuple[int, ...]]
) -> dict[str, Any]:
    """Sums of weights by level, and the distance to the nearest usual spread.

    ``profiles`` are (execution, output, benefit, satisfaction, cost) in points. The cost rows of a
    template that keeps cost below output count as output.
    """
    scored = [f for f in made if f["scored"]]
    sums = {kind: _sum(f for f in scored if f["level1_kind"] == kind) for kind in _LEVELS}
    quantity = [f for f in scored if f["level2_kind"] == "quantity"]
    own = (execution or Decimal(0), *(sums[kind] or Decimal(0) for kind in _LEVELS))
    known = bool(scored) and all(f["level1_kind"] in _LEVELS for f in scored)
    gaps = [max(abs(a - b) for a, b in zip(own, usual, strict=True)) for usual in profiles]
    return {
        **{f"{kind}_weight": value for kind, value in sums.items()},
        "weight_cells": _cells(scored),
        "key_weight_cells": _cells(
            f for f in scored if f["level1_kind"] in ("benefit", "satisfaction")
        ),
        "cost_weight_cells": _cells(f for f in scored if f["is_cost"]),
        "cost_rows_weight": _sum(f for f in scored if f["is_cost"]),
        "quantity_weight": _sum(iter(quantity)),
        "quantity_rows": len(quantity),
        "quantity_all_exact": bool(quantity)
        and all(f["actual"] is not None and f["actual"] == f["target"] for f in quantity),
        "profile_gap": min(gaps) if gaps and known and execution is not None else None,
    }


def _sum(rows: Any) -> Decimal | None:
    weights = [f["weight"] for f in rows]
    return sum(weights, Decimal(0)) if weights else None


def _cells(rows: Any) -> str:
    return " ".join(f"{f['cell']}/weight" for f in rows)
