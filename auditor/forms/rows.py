"""The parts of a document as one run of rows, whatever mixture of lines and tables it was."""

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.forms.vocabulary import squeeze
from auditor.intake.document import Cell, Flow, Grid, Part


@dataclass(frozen=True, slots=True)
class Row:
    """The anchor cells of one printed row, left to right.

    ``above`` are cells that began in a row above and reach down into this one; ``gap`` tells that
    blank lines stood before it; ``spans_known`` whether a blank cell is known to be its own cell;
    ``dense`` that the source keeps no blank cells at all, so that a cell's column is its order.
    """

    cells: tuple[Cell, ...]
    above: tuple[Cell, ...] = ()
    gap: bool = False
    spans_known: bool = True
    dense: bool = False

    def filled(self) -> list[Cell]:
        """The anchor cells that hold text."""
        return [cell for cell in self.cells if squeeze(cell.text)]


@dataclass(frozen=True, slots=True)
class Extent:
    """The columns that a header stands over: ``start`` to before ``end``."""

    start: int
    end: int

    def overlap(self, cell: Cell, *, spans_known: bool) -> int:
        """How many columns of ``cell`` lie below this header."""
        end = cell.column + (cell.colspan if spans_known else 1)
        return max(0, min(self.end, end) - max(self.start, cell.column))


def rows_of(parts: tuple[Part, ...]) -> list[Row]:
    """All rows of a document in reading order; a line of text is a row of one cell."""
    rows: list[Row] = []
    for part in parts:
        if isinstance(part, Grid):
            rows.extend(_grid_rows(part))
        elif isinstance(part, Flow):
            rows.extend(
                Row((Cell(0, 0, line.text, line.place),))
                for line in part.lines
                if line.text.strip()
            )
    return rows


def _grid_rows(grid: Grid) -> Iterator[Row]:
    tall: list[Cell] = []
    dense = not grid.spans_known and all(squeeze(cell.text) for cell in grid.cells)
    for cells in grid.rows():
        number = cells[0].row
        tall = [cell for cell in tall if cell.row + cell.rowspan > number]
        yield Row(tuple(cells), tuple(tall), number in grid.gaps, grid.spans_known, dense)
        tall += [cell for cell in cells if cell.rowspan > 1]


def extents(header: list[Cell], *, spans_known: bool) -> list[Extent]:
    """The extent of each header cell; where merges are lost, up to the next header."""
    if spans_known:
        return [Extent(cell.column, cell.column + cell.colspan) for cell in header]
    starts = [cell.column for cell in header]
    return [Extent(a, b) for a, b in zip(starts, [*starts[1:], 10_000], strict=True)]


def below(row: Row, columns: dict[str, Extent], *, from_above: frozenset[str]) -> dict[str, Cell]:
    """The cell of ``row`` under each named column.

    A cell belongs to the column it overlaps most. Only the columns in ``from_above`` take a cell
    that was merged down from an earlier row.
    """
    found: dict[str, Cell] = {}
    for cell in (*row.cells, *row.above):
        best, most = None, 0
        for name, extent in columns.items():
            width = extent.overlap(cell, spans_known=row.spans_known)
            if width > most:
                best, most = name, width
        if best is None or (cell in row.above and best not in from_above):
            continue
        if best not in found or not squeeze(found[best].text):
            found[best] = cell
    return found
