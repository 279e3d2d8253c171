"""Where fund rows of unnamed kinds belong when nobody says so: the total, or a source."""

from collections.abc import Iterable
from decimal import Decimal

from auditor.forms.evaluation import AMOUNTS, Fund
from auditor.quantities.parsing import parse


def nest(funds: list[Fund], total: int, unplaced: Iterable[int]) -> None:
    """Puts rows like 中央补助 under the source before them, if only that makes the total right."""
    parts = [n for n in unplaced if funds[n].kind == "part" and _source_before(funds, n, total)]
    if not parts:
        return
    beside = [n for n, fund in enumerate(funds) if fund.parent == total and n not in parts]
    if _adds_up(funds, total, beside) and not _adds_up(funds, total, [*beside, *parts]):
        for number in parts:
            funds[number].parent = _source_before(funds, number, total)


def _source_before(funds: list[Fund], number: int, total: int) -> int | None:
    before = [n for n in range(number) if funds[n].kind != "part" and funds[n].parent == total]
    return before[-1] if before else None


def _adds_up(funds: list[Fund], total: int, parts: list[int]) -> bool:
    """Whether rows make the total in some amount."""
    for name in AMOUNTS:
        whole = parse(getattr(funds[total], name)).value
        added = sum((parse(getattr(funds[n], name)).value or Decimal(0) for n in parts), Decimal(0))
        if whole and whole == added:
            return True
    return False
