"""Assign the cells of a row to columns where the source lost merged or blank cells.

Where the extents are known nothing is guessed. In text the cells go to the columns that fit their
kinds, in the order of the headers, never by counting. A row that fits another way nearly as well is
in doubt.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from auditor.forms import arithmetic
from auditor.forms.columns import LABEL, Columns, kind_weight
from auditor.forms.rows import Row, below
from auditor.forms.signs import Sign, sign
from auditor.intake.document import Cell
from auditor.resources import vocabulary

_LEFT_OUT = -6.0  # a cell that no column takes
_TOGETHER = 0.5  # cells that stand beside each other in columns that do so
_BEAM = 40


@dataclass(frozen=True, slots=True)
class Placed:
    """The cells of a row by column; ``others`` are ways to place them that are nearly as good."""

    cells: Mapping[str, Cell]
    others: tuple[Mapping[str, Cell], ...] = ()


def place(row: Row, columns: Columns, *, labelled: bool) -> Placed:
    """The cells of a row under the columns of its table.

    ``labelled``: a column of labels without a header stands before the others (fund rows).
    """
    if not columns:
        return Placed({})
    levels = frozenset({"level1", "level2"})
    if row.spans_known:
        return Placed(below(row, columns.named, from_above=levels))
    names = sorted(columns.named, key=lambda name: columns.named[name].start)
    straight = below(row, columns.named, from_above=levels)
    if columns.straight and not row.dense and _fits(row, straight, columns, labelled=labelled):
        return Placed(straight)
    aligned = _aligned(row, names, columns, labelled=labelled)
    if columns.straight and len(row.cells) >= columns.width:
        better = _goes(columns.table, aligned.cells) - _goes(columns.table, straight) > _SHIFTED
        return Placed(straight, (aligned.cells,) if better else ())
    return aligned


_SHIFTED = 5.0  # how much better a row must go with other columns than with those above it


def _goes(table: str, way: Mapping[str, Cell]) -> float:
    """How well the cells of a row go with their columns."""
    return sum(_weight(table, name, sign(cell.text)) for name, cell in way.items())


def stand_straight(rows: Sequence[Row], columns: Columns, *, labelled: bool) -> bool:
    """Whether most rows of a table in text stand right below their headers."""
    told = [row for row in rows if not row.spans_known and not row.dense]
    if not told or not columns:
        return False
    levels = frozenset({"level1", "level2"})
    fit = sum(
        _fits(row, below(row, columns.named, from_above=levels), columns, labelled=labelled)
        for row in told
    )
    return fit * 3 >= len(told)


def _fits(row: Row, found: Mapping[str, Cell], columns: Columns, *, labelled: bool) -> bool:
    """Whether the cells stand right below headers that they go with."""
    first = min(extent.start for extent in columns.named.values())
    beyond = [cell for cell in row.filled() if cell.column < first]
    if any(sign(cell.text).figure for cell in beyond) or (len(beyond) > 1 and not labelled):
        return False
    if labelled and not beyond and any(sign(c.text).figure for c in row.filled()):
        return False
    values = [
        kind_weight(columns.table, name, sign(cell.text))
        for name, cell in found.items()
        if sign(cell.text).text
    ]
    return all(value > -1.5 for value in values)  # noqa: PLR2004 - a kind that hardly stands there


@cache
def _sure() -> float:
    value: float = vocabulary()["evidence"]["weights"]["sure"]
    return value


_State = tuple[float, tuple[int, ...]]  # evidence, the column of each cell (-1: none)


def _aligned(row: Row, names: Sequence[str], columns: Columns, *, labelled: bool) -> Placed:
    cells = row.filled()
    if labelled:
        names = [LABEL, *names]
    signs = [sign(cell.text) for cell in cells]
    states: list[_State] = [(0.0, ())]
    for told in signs:
        grown: list[_State] = []
        for score, taken in states:
            last = next((n for n in reversed(taken) if n >= 0), -1)
            grown.append((score + _LEFT_OUT, (*taken, -1)))
            for number in range(last + 1, len(names)):
                own = _weight(columns.table, names[number], told)
                beside = _TOGETHER if taken and taken[-1] == number - 1 else 0.0
                grown.append((score + own + beside, (*taken, number)))
        grown.sort(key=lambda state: -state[0])
        states = grown[:_BEAM]
    if columns.table == "funds":
        states = sorted(
            ((score + _held(_way(cells, taken, names)), taken) for score, taken in states),
            key=lambda state: -state[0],
        )
    ways = [_way(cells, taken, names) for _score, taken in states]
    best = states[0][0]
    others = tuple(
        way
        for way, (score, _taken) in zip(ways[1:], states[1:], strict=True)
        if best - score < _sure() and _texts(way) != _texts(ways[0])
    )
    return Placed(ways[0], others)


def _held(way: Mapping[str, Cell]) -> float:
    """What the row's own arithmetic says of one way to set its cells."""
    return arithmetic.of_fund_row({name: cell.text for name, cell in way.items()})


def _weight(table: str, name: str, told: Sign) -> float:
    if name == LABEL:
        named = 2.0 if "funds" in told.labels else 0.0
        return kind_weight(table, name, told) + named
    return kind_weight(table, name, told)


def _way(cells: Sequence[Cell], taken: Sequence[int], names: Sequence[str]) -> dict[str, Cell]:
    return {names[n]: cell for cell, n in zip(cells, taken, strict=True) if n >= 0}


def _texts(way: Mapping[str, Cell]) -> dict[str, str]:
    return {name: cell.text for name, cell in way.items()}
