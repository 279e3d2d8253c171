"""Slips that a rule has told already, and rows that are missing: no search is needed for them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from auditor.diagnosis import slips
from auditor.diagnosis.system import Bound, System
from auditor.engine.outcomes import Hit
from auditor.forms.evaluation import AMOUNTS
from auditor.quantities.parsing import parse

_SUMS = ("F01", "F02", "F03")  # of the three amounts
_FULL = Decimal(100)


@dataclass(frozen=True, slots=True)
class Told:
    """A slip without a search: its code, cell and repair, and the equations that it mends."""

    code: str
    cell: str
    repair: dict[str, str]
    mends: frozenset[int] = frozenset()


def by_rule(hit: Hit, system: System) -> list[Told]:
    """What the rule itself has found out; a rule that knows but one cause need not search."""
    cell = hit.cells[0] if hit.cells else ""
    search = _SEARCHES.get(hit.rule.id)
    if search is not None:
        return [told for told in search(hit, cell, system) if told.code in hit.rule.causes]
    if hit.rule.equation is None and len(hit.rule.causes) == 1:
        return [Told(hit.rule.causes[0], cell, {})]
    return []


def _wrong_base(hit: Hit, cell: str, system: System) -> Iterator[Told]:
    yield Told("wrong-base", cell, _with_score(hit, cell, system))


def _default(hit: Hit, cell: str, _system: System) -> Iterator[Told]:
    yield Told("template-default", cell, {cell: hit.expected or ""})


def _full_marks(_hit: Hit, cell: str, system: System) -> Iterator[Told]:
    yield Told("ceiling-as-rate", cell, {cell: system.text(_beside(cell, "weight")) or ""})


def _percent(_hit: Hit, cell: str, system: System) -> Iterator[Told]:
    yield Told("percent-as-fraction", cell, {cell: _as_percent(system.text(cell))})


def _cut(hit: Hit, cell: str, _system: System) -> Iterator[Told]:
    if hit.severity == "advice":
        yield Told("truncated", cell, {cell: hit.expected or ""})


def _gap(hit: Hit, cell: str, _system: System) -> Iterator[Told]:
    if hit.row["weight_gap_in_total"]:
        yield Told("row-left-out", cell, {cell: hit.expected or ""})


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
            yield Told("percent-as-fraction", cell, {cell: f"{whole.normalize():f}%"})


def _ceiling_miswritten(hit: Hit, cell: str, system: System) -> Iterator[Told]:
    """A cost scored like a rate, with two digits of the ceiling exchanged in the working."""
    score, weight = system.value(cell), system.value(_beside(cell, "weight"))
    actual, ceiling = hit.row.get("actual"), system.text(_beside(cell, "target"))
    if not hit.row.get("is_cost") or not ceiling or score is None or weight is None or not actual:
        return
    factor = hit.row["target"] / (parse(ceiling).value or Decimal(1))
    for _code, other in slips.candidates(ceiling, ("digits-swapped",)):
        value = parse(other).value
        if not value:
            continue
        reckoned = weight * actual / (value * factor)
        if abs(reckoned - score) <= hit.row["ceiling_tolerance"] / 2:
            yield Told("ceiling-as-rate", cell, {cell: system.text(_beside(cell, "weight")) or ""})
            return


def _weight_below_score(hit: Hit, _cell: str, system: System) -> Iterator[Told]:
    """A weight that its own score exceeds, where the score in its place makes the sum right."""
    above = [
        (weight, score)
        for weight, score in _as_their_scores(system)
        if (system.value(score) or 0) > (system.value(weight) or 0)
    ]
    if len(above) == 1 and (hit.rule.id == "W01" or above[0][1] == hit.cells[0]):
        weight, score = above[0]
        yield Told("digit-wrong", weight, {weight: system.text(score) or ""})


def _as_their_scores(system: System) -> Iterator[tuple[str, str]]:
    """Cells of a weight and its score, where the score as the weight makes all weights 100."""
    rows = range(len(system.form.indicators))
    cells = [f"/indicators/{n}/weight" for n in rows] + ["/funds/0/weight"]
    weights = {cell: system.value(cell) for cell in cells if system.text(cell)}
    total = sum((weight for weight in weights.values() if weight is not None), Decimal(0))
    for cell, weight in weights.items():
        score = system.value(_beside(cell, "score"))
        if None not in (weight, score) and weight != score and total - weight + score == _FULL:  # type: ignore[operator]
            yield cell, _beside(cell, "score")


_SEARCHES: dict[str, Callable[[Hit, str, System], Iterator[Told]]] = {
    "X02": _wrong_base,
    "X10": _default,
    "C06": _full_marks,
    "D05": _percent,
    "X03": _cut,
    "T01": _gap,
    "C05": _ceiling_miswritten,
    "C07": _ceiling_miswritten,
    "X01": _fraction,
    "X04": _fraction,
    "C01": _weight_below_score,
    "W01": _weight_below_score,
}


def rows_left_out(hit: Hit, bound: Bound, system: System) -> list[Told]:
    """A row that is missing or counted twice, as far as the rule names that cause."""
    search = _STRUCTURES.get(hit.rule.id)
    found = search(hit, bound, system) if search else ()
    return [told for told in found if told.code in bound.causes]


def _sources(hit: Hit, _bound: Bound, system: System) -> Iterator[Told]:
    """A source that every column lacks by the same right, or that every column has twice."""
    mends = frozenset(
        n for n in system.broken()
        if (b := system.bound[n]).rule in _SUMS and b.row["row_id"] == hit.row["row_id"]
    )  # fmt: skip
    gaps = {
        name: hit.row[name] - hit.row[f"parts_{name}"]
        for name in AMOUNTS
        if hit.row[name] is not None and hit.row[f"parts_{name}"] is not None
    }
    several = len(mends) > 1
    if several and all(gap >= 0 for gap in gaps.values()):
        yield Told("row-left-out", hit.cells[0], {}, mends)
    if several and _is_a_part(hit, gaps, system):
        yield Told("row-counted-twice", hit.cells[0], {}, mends)


def _is_a_part(hit: Hit, gaps: dict[str, Decimal], system: System) -> bool:
    """Whether what the parts have too much is one of them, in every column."""
    parts = [fund for fund in system.form.funds if fund.parent == hit.row["row_id"]]
    return any(
        all((parse(getattr(fund, name)).value or Decimal(0)) == -gap for name, gap in gaps.items())
        for fund in parts
    )


def _stale(hit: Hit, bound: Bound, system: System) -> Iterator[Told]:
    """A total that still counts full marks for a row that has lost some since."""
    stated, due = hit.row["total_score"], hit.row["score_sum"]
    if stated is None or due is None or stated <= due:
        return
    for n in range(len(system.form.indicators)):
        weight, score = (system.value(f"/indicators/{n}/{name}") for name in ("weight", "score"))
        if weight is not None and score is not None and weight - score == stated - due:
            repair = {"/total_score": hit.expected or ""}
            yield Told("stale-total", "/total_score", repair, _same_gap(bound, system))
            return


def _weights(hit: Hit, bound: Bound, system: System) -> Iterator[Told]:
    """A row of which the sum of weights knows nothing, or a rate that was given none."""
    total = hit.row["weight_sum"]
    execution = system.value("/funds/0/weight") if system.form.funds else None
    if total is None:
        return
    if execution and total - execution == _FULL:
        yield Told("weights-rescaled", hit.cells[0], {}, _same_gap(bound, system))
    rows = (system.value(f"/indicators/{n}/weight") for n in range(len(system.form.indicators)))
    least = min((weight for weight in rows if weight), default=_FULL)
    for weight, score in _as_their_scores(system):
        if (system.value(score) or 0) < (system.value(weight) or 0):
            repair = {weight: system.text(score) or ""}
            yield Told("digit-wrong", weight, repair, _same_gap(bound, system))
    # A gap smaller than the least row of the form is no row: it is a figure.
    if least <= _FULL - total and system.value("/total_weight") in (None, _FULL):
        yield Told("row-left-out", hit.cells[-1], {}, _same_gap(bound, system))


def _same_gap(bound: Bound, system: System) -> frozenset[int]:
    """The broken equations that lack as much as this one does, this one among them."""
    own = system.gap(bound)
    return frozenset(n for n in system.broken() if abs(system.gap(system.bound[n])) == abs(own))


_STRUCTURES: dict[str, Callable[[Hit, Bound, System], Iterator[Told]]] = {
    **dict.fromkeys(_SUMS, _sources),
    "T01": _stale,
    "W01": _weights,
}
