"""The parts of a document as one run of rows, whatever mixture of lines and tables it was."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from auditor.forms.vocabulary import squeeze
from auditor.intake.document import Cell, Flow, Grid, Part


@dataclass(frozen=True, slots=True)
class Row:
    """The anchor cells of one printed row, left to right.

    ``above`` are cells that began in a row above and reach down into this one; ``gap`` tells that
    blank lines stood before it; ``spans_known`` whether a blank cell is known to be its own cell;
    ``dense`` that the source keeps no blank cells at all, so that a cell's column is its order;
    ``ragged`` that none of its rows has one between others, so that such may be lost.
    """

    cells: tuple[Cell, ...]
    above: tuple[Cell, ...] = ()
    gap: bool = False
    spans_known: bool = True
    dense: bool = False
    ragged: bool = False
    _filled: tuple[Cell, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        holding = [cell for cell in self.cells if cell.text and not cell.text.isspace()]
        object.__setattr__(self, "_filled", tuple(holding))

    def filled(self) -> tuple[Cell, ...]:
        """The anchor cells that hold text."""
        return self._filled


OPEN_END = 10_000  # of the last header where merges are lost


@dataclass(frozen=True, slots=True)
class Extent:
    """The columns that a header stands over: ``start`` to before ``end``."""

    start: int
    end: int


def rows_of(parts: tuple[Part, ...]) -> Iterator[Row]:
    """All rows of a document in reading order; a line of text is a row of one cell."""
    for part in parts:
        if isinstance(part, Grid):
            yield from _grid_rows(part)
        elif isinstance(part, Flow):
            for line in part.lines:
                if line.text.strip():
                    yield Row((Cell(0, 0, line.text, line.place),))


def _grid_rows(grid: Grid) -> Iterator[Row]:
    tall: list[Cell] = []
    dense = not grid.spans_known and all(squeeze(cell.text) for cell in grid.cells)
    ragged = not grid.spans_known and not any(map(_has_gap, grid.rows()))
    for cells in grid.rows():
        number = cells[0].row
        tall = [cell for cell in tall if cell.row + cell.rowspan > number]
        yield Row(tuple(cells), tuple(tall), number in grid.gaps, grid.spans_known, dense, ragged)
        tall += [cell for cell in cells if cell.rowspan > 1]


def _has_gap(cells: Sequence[Cell]) -> bool:
    """Whether a blank cell stands before a filled one."""
    held = [bool(squeeze(cell.text)) for cell in cells]
    return any(held) and not all(held[: len(held) - held[::-1].index(True)])


def moved(row: Row, by: int) -> Row:
    """A row whose cells stand ``by`` columns further right."""
    if not by:
        return row
    return replace(row, cells=tuple(cell._replace(column=cell.column + by) for cell in row.cells))


def extents(header: Sequence[Cell], *, spans_known: bool) -> list[Extent]:
    """The extent of each header cell; where merges are lost, up to the next header."""
    if spans_known:
        return [Extent(cell.column, cell.column + cell.colspan) for cell in header]
    starts = [cell.column for cell in header]
    return [Extent(a, b) for a, b in zip(starts, [*starts[1:], OPEN_END], strict=True)]


def below(row: Row, columns: dict[str, Extent], *, from_above: frozenset[str]) -> dict[str, Cell]:
    """The cell of ``row`` under each named column.

    A cell belongs to the column it overlaps most. Only the columns in ``from_above`` take a cell
    that was merged down from an earlier row.
    """
    found: dict[str, Cell] = {}
    wide = row.spans_known
    spans = tuple([(name, extent.start, extent.end) for name, extent in columns.items()])
    for own, cells in ((True, row.cells), (False, row.above)):
        shape = tuple([(cell.column, cell.colspan if wide else 1) for cell in cells])
        for cell, name in zip(cells, _overlapped(spans, shape), strict=True):
            if name is None or not (own or name in from_above):
                continue
            if name not in found or not squeeze(found[name].text):
                found[name] = cell
    return found


@lru_cache(maxsize=1024)  # the rows of a template have few shapes
def _overlapped(
    spans: tuple[tuple[str, int, int], ...], shape: tuple[tuple[int, int], ...]
) -> tuple[str | None, ...]:
    """For each cell, as (column, width), the name of the span that it overlaps most."""
    found: list[str | None] = []
    for left, width in shape:
        best, most = None, 0
        for name, start, end in spans:
            common = min(left + width, end) - max(left, start)
            if common > most:
                best, most = name, common
        found.append(best)
    return tuple(found)
