"""Slips that a rule has told already, and rows that are missing: no search is needed for them."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction

from auditor.diagnosis import slips
from auditor.diagnosis.system import System
from auditor.engine.outcomes import Hit
from auditor.quantities.parsing import parse

Told = tuple[str, str, dict[str, str]]
_AMOUNTS = {"F01": "initial_budget", "F02": "full_year_budget", "F03": "executed"}
_FULL = Decimal(100)


def by_rule(hit: Hit, system: System) -> list[Told]:
    """(code, cell, repair) of what the rule itself has found out."""
    cell = hit.cells[0] if hit.cells else ""
    if hit.rule.id in _PLAINLY:
        return [(_PLAINLY[hit.rule.id], cell, {})]
    if hit.rule.id in _EXPECTED:
        return [(_EXPECTED[hit.rule.id], cell, {cell: hit.expected or ""})]
    search = _SEARCHES.get(hit.rule.id)
    return list(search(hit, cell, system)) if search else []


def _wrong_base(hit: Hit, cell: str, system: System) -> Iterator[Told]:
    yield "wrong-base", cell, _with_score(hit, cell, system)


def _full_marks(_hit: Hit, cell: str, system: System) -> Iterator[Told]:
    yield "ceiling-as-rate", cell, {cell: system.text(_beside(cell, "weight")) or ""}


def _percent(_hit: Hit, cell: str, system: System) -> Iterator[Told]:
    yield "percent-as-fraction", cell, {cell: _as_percent(system.text(cell))}


def _cut(hit: Hit, cell: str, _system: System) -> Iterator[Told]:
    if hit.severity == "advice":
        yield "truncated", cell, {cell: hit.expected or ""}


def _gap(hit: Hit, cell: str, _system: System) -> Iterator[Told]:
    if hit.row["weight_gap_in_total"]:
        yield "row-left-out", cell, {cell: hit.expected or ""}


def _with_score(hit: Hit, cell: str, system: System) -> dict[str, str]:
    """The right rate, and the score that follows from it where the printed one does not."""
    repair = {cell: hit.expected or ""}
    for n in system.broken():
        bound = system.bound[n]
        score = _beside(cell, "score")
        if bound.rule == "X03" and bound.result == score:
            due, text = system.due(bound, repair), system.text(score)
            if due is not None and text is not None:
                repair[score] = printed_like(text, due)
    return repair


def printed_like(text: str, value: Fraction) -> str:
    """A value printed with the decimals and the sign of another."""
    decimals = parse(text).decimals
    rounded = Decimal(round(value * 10**decimals)).scaleb(-decimals)
    sign = "%" if text.endswith(("%", "％")) else ""
    return f"{rounded:f}{sign}"


def _beside(cell: str, name: str) -> str:
    return f"{cell.rpartition('/')[0]}/{name}"


def _as_percent(text: str | None) -> str:
    value = parse(text).value
    return f"{(value * 100).normalize():f}%" if value is not None else ""


def _fraction(hit: Hit, cell: str, system: System) -> Iterator[Told]:
    """0.95% for 95%."""
    text = system.text(cell) or ""
    value, due = parse(text).value, parse(hit.expected or "").value
    if value and due and text.endswith(("%", "％")) and 0 < value <= Decimal("1.5"):
        whole = value * 100
        step = (parse(text).step or Decimal(1)) * 100
        if abs(whole - due) < step:
            yield "percent-as-fraction", cell, {cell: f"{whole.normalize():f}%"}


def _ceiling_miswritten(hit: Hit, cell: str, system: System) -> Iterator[Told]:
    """A cost scored like a rate, with two digits of the ceiling exchanged in the working."""
    score, weight = system.value(cell), system.value(_beside(cell, "weight"))
    actual, ceiling = hit.row.get("actual"), system.text(_beside(cell, "target"))
    if not hit.row.get("is_cost") or not ceiling or score is None or weight is None or not actual:
        return
    factor = hit.row["target"] / (parse(ceiling).value or Decimal(1))
    for code, other in slips.candidates(ceiling):
        value = parse(other).value
        if code != "digits-swapped" or not value:
            continue
        reckoned = weight * actual / (value * factor)
        if abs(reckoned - score) <= hit.row["ceiling_tolerance"] / 2:
            yield "ceiling-as-rate", cell, {cell: system.text(_beside(cell, "weight")) or ""}
            return


_PLAINLY = {
    "B02": "neighbour-copied",
    "D08": "neighbour-copied",
    "Q02": "neighbour-copied",
    "F07": "unit-scale",
    "Q11": "row-counted-twice",
}
_EXPECTED = {"X10": "template-default"}
_SEARCHES: dict[str, Callable[[Hit, str, System], Iterator[Told]]] = {
    "X02": _wrong_base,
    "C06": _full_marks,
    "D05": _percent,
    "X03": _cut,
    "T01": _gap,
    "C05": _ceiling_miswritten,
    "C07": _ceiling_miswritten,
    "X01": _fraction,
    "X04": _fraction,
}


def rows_left_out(hit: Hit, system: System) -> Iterator[Told]:
    """A source that every column lacks by the same right, or that every column has twice."""
    if hit.rule.id in _AMOUNTS:
        yield from _sources(hit, system)
    elif hit.rule.id == "T01":
        yield from _stale(hit, system)
    elif hit.rule.id == "W01":
        yield from _weights(hit, system)


def _sources(hit: Hit, system: System) -> Iterator[Told]:
    rows = [
        b.row for b in (system.bound[n] for n in system.broken())
        if b.rule in _AMOUNTS and b.row["row_id"] == hit.row["row_id"]
    ]  # fmt: skip
    gaps = {
        name: hit.row[name] - hit.row[f"parts_{name}"]
        for name in _AMOUNTS.values()
        if hit.row[name] is not None and hit.row[f"parts_{name}"] is not None
    }
    several = len(rows) > 1
    if several and all(gap >= 0 for gap in gaps.values()):
        yield "row-left-out", hit.cells[0], {}
    if several and _is_a_part(hit, gaps, system):
        yield "row-counted-twice", hit.cells[0], {}


def _is_a_part(hit: Hit, gaps: dict[str, Decimal], system: System) -> bool:
    """Whether what the parts have too much is one of them, in every column."""
    parts = [fund for fund in system.form.funds if fund.parent == hit.row["row_id"]]
    return any(
        all((parse(getattr(fund, name)).value or Decimal(0)) == -gap for name, gap in gaps.items())
        for fund in parts
    )


def _stale(hit: Hit, system: System) -> Iterator[Told]:
    """A total that still counts full marks for a row that has lost some since."""
    stated, due = hit.row["total_score"], hit.row["score_sum"]
    if stated is None or due is None or stated <= due:
        return
    for n in range(len(system.form.indicators)):
        weight, score = (system.value(f"/indicators/{n}/{name}") for name in ("weight", "score"))
        if weight is not None and score is not None and weight - score == stated - due:
            yield "stale-total", "/total_score", {"/total_score": hit.expected or ""}
            return


def _weights(hit: Hit, system: System) -> Iterator[Told]:
    total = hit.row["weight_sum"]
    execution = system.value("/funds/0/weight") if system.form.funds else None
    if total is None:
        return
    if execution and total - execution == _FULL:
        yield "weights-rescaled", hit.cells[0], {}
    if total < _FULL and system.value("/total_weight") in (None, _FULL):
        yield "row-left-out", hit.cells[-1], {}
