"""Which number do I change? The probable cause of each finding, and what else would explain it.

Named slips come first (deductive correction), then the least repair by one or two cells (Fellegi
and Holt 1976). A candidate must mend the equation it is for and break no other; of those the one
that mends most equations comes first, then the likelier slip, then the likelier figure.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from auditor.diagnosis import slips
from auditor.diagnosis.equation_solver import needed
from auditor.diagnosis.patterns import by_rule, printed_like, rows_left_out
from auditor.diagnosis.system import Bound, System
from auditor.engine.outcomes import Hit
from auditor.forms.evaluation import AMOUNTS
from auditor.quantities.parsing import parse

BOUND = 4_000  # hypotheses per form: past it, the search says so and stops
_NEAR = Fraction(1, 40)
_PLAIN = re.compile(r"[0-9]{1,20}(?:\.[0-9]{1,20})?")
_MOST_ALTERNATIVES = 4
_RESULTS = ("rate", "score", "total_score")
_CLEAR, _STRUCTURE = 0.5, 0.3


@dataclass(slots=True)
class Cause:
    """A probable slip: its code, the suspect cell, what every changed cell should read."""

    code: str
    cell: str
    repair: dict[str, str]
    mends: frozenset[int] = frozenset()
    weight: float = 0.0
    alternatives: list["Cause"] = field(default_factory=list)
    told_on: str | None = None


def explain(hits: list[Hit], system: System) -> dict[int, Cause]:
    """The cause of each hit that has one, by the hit's position; one slip is told once."""
    found: dict[int, Cause] = {}
    for n, hit in enumerate(hits):
        ranked = _ranked(hit, system)
        if ranked:
            best = ranked[0]
            best.alternatives = _others(best, ranked[1:])
            found[n] = best
    if _unexplained(hits, found, system):
        found |= _by_two_cells(hits, found, system)
    return _joined(hits, found)


def _ranked(hit: Hit, system: System) -> list[Cause]:
    """Every cause that explains a hit, most plausible first."""
    direct = by_rule(hit, system)
    if direct:
        return [Cause(told.code, told.cell, _rippled(system, told.repair)) for told in direct]
    bound = _equation_of(hit, system)
    if bound is None:
        return []
    made = list(_hypotheses(bound, system))
    made += [
        Cause(told.code, told.cell, told.repair, told.mends, slips.prior(told.code) + _STRUCTURE)
        for told in rows_left_out(hit, bound, system)
    ]
    for cause in made:
        if cause.code == "least-repair" and cause.cell == bound.result and hit.expected:
            cause.repair[cause.cell] = hit.expected  # as the finding itself prints it
    best: dict[tuple[str, str], Cause] = {}
    for cause in made:
        key = (cause.cell, cause.repair.get(cause.cell, ""))
        if key not in best or cause.weight > best[key].weight:
            best[key] = cause
    return sorted(best.values(), key=lambda c: (-len(c.mends), -c.weight, c.cell))


def _others(best: Cause, rest: list[Cause]) -> list[Cause]:
    """Causes that the form does not rule out: those that mend as much and are not far behind."""
    kept = [
        cause
        for cause in rest
        if (cause.cell, cause.repair) != (best.cell, best.repair)
        and len(cause.mends) == len(best.mends)
        and best.weight - cause.weight <= _CLEAR
    ]
    return kept[:_MOST_ALTERNATIVES]


def _equation_of(hit: Hit, system: System) -> Bound | None:
    """The equation that a hit says is broken."""
    if hit.rule.equation is None or not hit.rule.causes:
        return None
    broken = (system.bound[n] for n in sorted(system.broken()))
    row = hit.row["row_id"]
    return next((b for b in broken if b.rule == hit.rule.id and b.row["row_id"] == row), None)


def _hypotheses(bound: Bound, system: System) -> Iterator[Cause]:
    """Every one-cell change that mends an equation and breaks no other."""
    for column, cells in bound.cells.items():
        for cell in cells:
            target = needed(bound, column, cell, system)
            text = system.text(cell)
            if target is None or text is None or not _may_change(system, cell, target):
                continue
            yield from _named(bound, cell, text, target, system)
            yield from _least(bound, cell, text, target, system)


def _named(bound: Bound, cell: str, text: str, target: Fraction, system: System) -> Iterator[Cause]:
    near = abs(target) * _NEAR + Fraction(1, 10)
    for code, other in slips.candidates(text, bound.causes):
        if _is_plainly_off(other, target):
            continue
        value = parse(other).value
        step = parse(other).step
        if value is None or step is None or abs(Fraction(value) - target) > Fraction(step) / 2:
            continue
        cause = _tested(code, cell, {cell: other}, bound, system)
        if cause is not None:
            yield cause
    for code, repair in _neighbours(cell, target, near, system):
        if code in bound.causes and (cause := _tested(code, cell, repair, bound, system)):
            yield cause


def _is_plainly_off(text: str, target: Fraction) -> bool:
    """Whether bare digits do not round to a target: most candidates, told without parsing them."""
    if _PLAIN.fullmatch(text) is None:
        return False
    digits, _point, decimals = text.partition(".")
    scaled = int(digits + decimals) * target.denominator
    off = abs(scaled - target.numerator * 10 ** len(decimals))
    return bool(2 * off > target.denominator)


def _neighbours(
    cell: str, target: Fraction, near: Fraction, system: System
) -> Iterator[tuple[str, dict[str, str]]]:
    """A cell that repeats another of its row, and two cells of a row exchanged."""
    *path, name = cell.split("/")
    if name not in AMOUNTS:
        return
    own = system.text(cell)
    for other in AMOUNTS:
        beside = "/".join([*path, other])
        text = system.text(beside)
        if other == name or text is None or own is None:
            continue
        value = parse(text).value
        if value is not None and text != own and abs(Fraction(value) - target) <= near:
            yield "cells-exchanged", {cell: text, beside: own}
        elif text == own:
            yield "neighbour-copied", {cell: printed_like(own, target)}


def _least(bound: Bound, cell: str, text: str, target: Fraction, system: System) -> Iterator[Cause]:
    derived = bound.result is not None and bound.result.rsplit("/", 1)[-1] in _RESULTS
    if derived and cell != bound.result:
        return  # what is reckoned from others is changed before them
    cause = _tested("least-repair", cell, {cell: printed_like(text, target)}, bound, system)
    if cause is not None:
        yield cause


def _tested(
    code: str, cell: str, repair: dict[str, str], bound: Bound, system: System
) -> Cause | None:
    """A repair as a cause, if it mends its equation and breaks no other."""
    if system.tried >= BOUND or not system.exact(bound, repair):
        return None
    whole = _rippled(system, repair)
    before, after = system.broken(), system.broken(whole)
    if after - before:
        return None
    weight = slips.prior(code) + _plausibility(cell, repair[cell], system)
    return Cause(code, cell, whole, before - after, weight)


def _rippled(system: System, repair: dict[str, str]) -> dict[str, str]:
    """A repair with what follows from it: a new rate brings a new score, and that a new total."""
    whole = dict(repair)
    for _step in _RESULTS:
        broken = system.broken(whole) - system.broken()
        follow = [
            bound
            for n in broken
            if (bound := system.bound[n]).result is not None
            and bound.result.rsplit("/", 1)[-1] in _RESULTS
            and bound.result not in whole
            and any(cell.rsplit("/", 1)[-1] in _RESULTS for cell in whole)
        ]
        for bound in follow:
            due, text = system.due(bound, whole), system.text(bound.result or "")
            if due is not None and text is not None and bound.result is not None:
                column = bound.equation.left[1]
                factor = Fraction(system.factor(bound, column, bound.result))
                whole[bound.result] = printed_like(text, due / factor)
    return whole


def _may_change(system: System, cell: str, target: Fraction) -> bool:
    """Nothing falls below 0, and a score stays within its weight."""
    path, _slash, name = cell.rpartition("/")
    if target < 0:
        return False
    if name == "score" and path:
        weight = system.value(f"{path}/weight")
        return weight is None or Fraction(weight) >= target
    return True


def _plausibility(cell: str, new: str, system: System) -> float:
    """What the rest of the row makes of a repaired figure: from -0.3 to 0.3."""
    path, _slash, name = cell.rpartition("/")
    value = parse(new).value
    if value is None:
        return 0.0
    if name in AMOUNTS:
        return _nearer_to_budget(path, name, cell, value, system)
    if name in ("score", "weight") and path.startswith("/indicators"):
        other = system.value(f"{path}/{'weight' if name == 'score' else 'score'}")
        own = system.value(cell)
        if other is not None and own == other:
            return -0.3  # full marks confirm each other
        return 0.3 if other == value else 0.0
    return 0.1 if name in ("total_score", "rate") else 0.0


def _nearer_to_budget(path: str, name: str, cell: str, value: Decimal, system: System) -> float:
    """An amount is likelier near the other amounts of its row."""
    beside = "full_year_budget" if name != "full_year_budget" else "executed"
    other, own = system.value(f"{path}/{beside}"), system.value(cell)
    if other is None or own is None or own == value:
        return 0.0
    closer = abs(value - other) < abs(own - other)
    return 0.2 if closer else -0.2


def _unexplained(hits: list[Hit], found: dict[int, Cause], system: System) -> list[int]:
    return [
        n for n, hit in enumerate(hits)
        if n not in found and _equation_of(hit, system) is not None
    ]  # fmt: skip


def _by_two_cells(hits: list[Hit], found: dict[int, Cause], system: System) -> dict[int, Cause]:
    """Two faults that hide each other: the pair of cells whose change lets every equation hold."""
    numbers = sorted(system.broken())
    singles = {n: list(_loose(system.bound[n], system)) for n in numbers}
    made: dict[int, Cause] = {}
    for position in _unexplained(hits, found, system):
        bound = _equation_of(hits[position], system)
        own = next((n for n in numbers if system.bound[n] is bound), None)
        if own is None:
            continue
        pairs = [
            (one, other)
            for one in singles[own]
            for n in numbers
            for other in singles[n]
            if one[1] != other[1]
        ]
        best = _best_pair(pairs, system)
        if best is not None:
            made[position] = best
    return made


def _loose(bound: Bound, system: System) -> Iterator[tuple[str, str, str]]:
    """(code, cell, text) of changes that mend one equation, whatever else they do."""
    for column, cells in bound.cells.items():
        for cell in cells:
            target, text = needed(bound, column, cell, system), system.text(cell)
            if target is None or text is None or not _may_change(system, cell, target):
                continue
            near = abs(target) * _NEAR + Fraction(1, 10)
            for code, other in slips.candidates(text, bound.causes):
                value = parse(other).value
                if value is not None and abs(Fraction(value) - target) <= near:
                    yield code, cell, other
            yield "least-repair", cell, printed_like(text, target)


def _best_pair(
    pairs: list[tuple[tuple[str, str, str], tuple[str, str, str]]], system: System
) -> Cause | None:
    best: Cause | None = None
    for one, other in pairs:
        if system.tried >= BOUND:
            break
        repair = {one[1]: one[2], other[1]: other[2]}
        before, after = system.broken(), system.broken(repair)
        if after - before or not before - after:
            continue
        weight = slips.prior(one[0]) * slips.prior(other[0])
        weight += _plausibility(one[1], one[2], system) / 2
        cause = Cause(one[0], one[1], repair, before - after, weight)
        if best is None or (len(cause.mends), cause.weight) > (len(best.mends), best.weight):
            best = cause
    return best


def _joined(hits: list[Hit], found: dict[int, Cause]) -> dict[int, Cause]:
    """One slip that explains several findings is told on the first; the others point to it."""
    first: dict[tuple[tuple[str, str], ...], int] = {}
    for n in sorted(found, key=lambda n: -len(found[n].mends)):
        key = tuple(sorted(found[n].repair.items()))
        if not key:
            continue
        if key in first:
            found[n].told_on = hits[first[key]].rule.id
        else:
            first[key] = n
    return found
