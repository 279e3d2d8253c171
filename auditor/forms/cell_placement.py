"""Assign the cells of a row to columns where the source lost merged or blank cells.

Where the extents are known nothing is guessed. In text the cells go to the columns that fit their
kinds, in the order of the headers, never by counting. A row that fits another way nearly as well is
in doubt.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from auditor.forms import arithmetic
from auditor.forms.columns import LABEL, Columns, columns_of, kind_weight
from auditor.forms.rows import Row, below, moved
from auditor.forms.signs import Sign, sign
from auditor.forms.vocabulary import squeeze
from auditor.intake.document import Cell
from auditor.resources import vocabulary

_LEFT_OUT = -6.0  # a cell that no column takes
_TOGETHER = 0.5  # cells that stand beside each other in columns that do so
_BEAM = 40
_LEVELS = frozenset({"level1", "level2"})


@dataclass(frozen=True, slots=True)
class Placed:
    """The cells of a row by column; ``others`` are ways to place them that are nearly as good."""

    cells: Mapping[str, Cell]
    others: tuple[Mapping[str, Cell], ...] = ()
    row: Row | None = None  # moved to below its headers


def place(row: Row, columns: Columns, *, labelled: bool) -> Placed:
    """The cells of a row under the columns of its table.

    ``labelled``: a column of labels without a header stands before the others (fund rows).
    """
    if not columns:
        return Placed({})
    straight = _below(row, columns)
    if row.spans_known:
        return Placed(straight)
    names = sorted(columns.named, key=lambda name: columns.named[name].start)
    stands = columns.straight and not columns.shifts and not row.dense
    if stands and _fits(row, straight, columns, labelled=labelled):
        return Placed(straight)
    aligned = _aligned(row, names, columns, labelled=labelled)
    if columns.shifts and not row.dense:
        return _placed_shifted(row, columns, aligned, labelled=labelled)
    if columns.straight and len(row.cells) >= columns.width:
        better = _goes(columns.table, aligned.cells) - _goes(columns.table, straight) > _SHIFTED
        return Placed(straight, (aligned.cells,) if better else ())
    return aligned


_SHIFTED = 5.0  # how much better a row must go with other columns than with those above it
_STRANGE = 4.0  # against a level that no list has where all certain ones are listed
_FURTHEST = 4  # columns at the left of a table whose cells reach down over several rows


def placed_columns(
    table: str, header: Sequence[Row], data: Sequence[Row], *, labelled: bool
) -> Columns:
    """The columns of a table, and how the rows of a text stand below them."""
    columns = columns_of(table, header, data)
    _tell_shifts(data, columns, labelled=labelled)
    if columns.shifts:  # what stands below a header is known only now
        rows = [place(row, columns, labelled=labelled).row or row for row in data]
        columns = columns_of(table, header, rows)
        _tell_shifts(data, columns, labelled=labelled)
    columns.straight = _stand_straight(data, columns, labelled=labelled)
    return columns


def _tell_shifts(rows: Sequence[Row], columns: Columns, *, labelled: bool) -> None:
    """Notes how many columns further left than their headers rows begin, as certain ones tell.

    Markdown and the like print a merged cell in its first row only: the rows below begin further
    left. Where a row begins with a blank cell the source keeps covered cells, and nothing is noted.
    """
    told = [row for row in rows if not row.spans_known and not row.dense and row.filled()]
    if not columns or any(not squeeze(row.cells[0].text) for row in told):
        return
    ways = [_nearly_best(_shifted(row, columns, labelled=labelled)) for row in told]
    sure = [near[0] for near in ways if len(near) == 1 and near[0].fits]
    if any(way.by for way in sure):
        columns.shifts = frozenset(way.by for way in sure)
        columns.listed = frozenset(
            name for name in _LEVELS if all(_is_level(w, name) for w in sure)
        )


def _is_level(way: "_Shifted", name: str) -> bool:
    """Whether a row has no cell of a level, or one that a list of levels has."""
    told = sign(way.cells[name].text) if name in way.cells else None
    return told is None or not told.text or told.kind == "level"


class _Shifted(NamedTuple):
    """A row moved right by some columns, its cells by column, and how well they go together."""

    fits: bool
    goes: float
    by: int
    row: Row
    cells: Mapping[str, Cell]


def _shifted(row: Row, columns: Columns, *, labelled: bool) -> list[_Shifted]:
    """The ways to move a row right, best first."""
    filled = row.filled()
    end = max(columns.width, *(extent.start + 1 for extent in columns.named.values()))
    room = end - 1 - filled[-1].column if filled else 0
    ways = []
    for by in range(max(0, min(room, _FURTHEST)) + 1):
        right = moved(row, by)
        cells = _below(right, columns)
        fits = _fits(right, cells, columns, labelled=labelled)
        way = _Shifted(fits, _goes(columns.table, cells), by, right, cells)
        strange = sum(not _is_level(way, name) for name in columns.listed)
        ways.append(way._replace(goes=way.goes - _STRANGE * strange))
    return sorted(ways, key=lambda way: (not way.fits, -way.goes))


def _nearly_best(ways: Sequence[_Shifted]) -> Sequence[_Shifted]:
    best = ways[0]
    return [way for way in ways if way.fits == best.fits and best.goes - way.goes < _sure()]


def _placed_shifted(row: Row, columns: Columns, aligned: Placed, *, labelled: bool) -> Placed:
    """A row of a table whose rows begin further left; in doubt if they do so differently.

    One that goes with no place as it is may as well have lost other cells, as ``aligned`` has it;
    likewise one that lacks cells where the source has lost blank ones.
    """
    ways = _nearly_best(_shifted(row, columns, labelled=labelled))
    usual = [way for way in ways if columns.shifts == {way.by}]
    best, *near = usual or ways
    others = [way.cells for way in near]
    held = sum(bool(squeeze(cell.text)) for cell in best.cells.values())
    if not best.fits or (row.ragged and held < len(columns.named)):
        others += [aligned.cells, *aligned.others]
    return Placed(best.cells, tuple(others), best.row)


def _below(row: Row, columns: Columns) -> dict[str, Cell]:
    return below(row, columns.named, from_above=_LEVELS)


def _goes(table: str, way: Mapping[str, Cell]) -> float:
    """How well the cells of a row go with their columns."""
    return sum(_weight(table, name, sign(cell.text)) for name, cell in way.items())


def _stand_straight(rows: Sequence[Row], columns: Columns, *, labelled: bool) -> bool:
    """Whether most rows of a table in text stand right below their headers."""
    told = [row for row in rows if not row.spans_known and not row.dense]
    if not told or not columns:
        return False
    fit = sum(_fits(row, _below(row, columns), columns, labelled=labelled) for row in told)
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
