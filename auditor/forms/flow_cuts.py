"""Cutting a row of running text into name, target and actual value, by what its pieces can be."""

import re
from dataclasses import dataclass
from itertools import combinations

from auditor.forms.evaluation import Doubt, Evaluation
from auditor.intake.document import Place
from auditor.language import _
from auditor.quantities.parsing import parse
from auditor.quantities.quantity import Quantity
from auditor.resources import vocabulary

_COMPARED = re.compile(r"[≤≥<>=＝]([\d.]|$)")
_AMBIGUITY = 1  # cuts that cost this little more than the best are as good as it
ROW_ATOMS = 3  # a name, a target and an actual value


@dataclass(frozen=True, slots=True)
class Atom:
    """A run of characters without white space; ``before`` is what parts it from the last one."""

    text: str
    place: Place
    before: str  # "space", "line" or "gap"


def cut(form: Evaluation, atoms: list[Atom]) -> tuple[list[Atom], list[Atom], list[Atom]]:
    """The cheapest way to cut a row's atoms in three; a near tie makes the cells doubtful."""
    if len(atoms) < ROW_ATOMS:
        return atoms[:1], atoms[1:2], atoms[2:]
    ranked = sorted((_cost(atoms, i, j), i, j) for i, j in combinations(range(1, len(atoms)), 2))
    _best, i, j = ranked[0]
    cut = atoms[:i], atoms[i:j], atoms[j:]
    if len(ranked) > 1 and ranked[1][0] - ranked[0][0] < _AMBIGUITY:
        _cost2, k, m = ranked[1]
        _doubt(form, cut, (atoms[:k], atoms[k:m], atoms[m:]))
    return cut


def _doubt(
    form: Evaluation,
    taken: tuple[list[Atom], ...],
    other: tuple[list[Atom], ...],
) -> None:
    row = f"/indicators/{len(form.indicators)}"
    for name, ours, theirs in zip(("level3", "target", "actual"), taken, other, strict=True):
        readings = tuple("".join(atom.text for atom in atoms) for atoms in (ours, theirs))
        if readings[0] != readings[1]:
            reason = _("文本没有表格线，这一行可以有两种切分")
            form.doubts.append(Doubt(f"{row}/{name}", reason, readings))


_BORDER = {"gap": 0.0, "line": 1.0, "space": 2.0}
_INSIDE = {"gap": 6.0, "line": 1.0, "space": 0.2}


def _cost(atoms: list[Atom], i: int, j: int) -> float:
    seams = sum(
        (_BORDER if n in (i, j) else _INSIDE)[atoms[n].before] for n in range(1, len(atoms))
    )
    name, target, actual = (
        "".join(atom.text for atom in part) for part in (atoms[:i], atoms[i:j], atoms[j:])
    )
    return seams + _name_cost(name) + _pair_cost(target, actual)


def _name_cost(name: str) -> float:
    if _COMPARED.search(name):
        return 20.0
    kind = parse(name).kind
    return 0.0 if kind in ("text", "tier") or (kind == "date" and "前" in name) else 5.0


def _pair_cost(target: str, actual: str) -> float:
    first, second = parse(target), parse(actual)
    cost = _value_cost(first) + _value_cost(second)
    if target == actual:
        return cost - 2.0
    if _is_measure(first) != _is_measure(second):
        return cost + 2.0
    if first.unit and second.unit and first.unit.dimension != second.unit.dimension:
        return cost + 3.0
    return cost


def _is_measure(quantity: Quantity) -> bool:
    return quantity.kind in ("number", "range", "date")


def _value_cost(quantity: Quantity) -> float:
    if quantity.kind != "text":
        return 0.0
    if quantity.text in vocabulary()["words"]["vague"]:
        return 1.0
    return 8.0 if re.search(r"\d", quantity.text) else 3.0
