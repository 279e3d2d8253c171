"""Pages to parts: a table that runs over a page is one grid.

A row that the break cut is joined, so is a label cell that the break parted.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

from auditor.intake.document import Cell, Flow, Grid, Line, Part, Place
from auditor.intake.problems import Unreadable
from auditor.intake.ruled import Box, Ruled, TextLine
from auditor.language import _

_ALIGNED = 6.0  # points by which the edges of two pages may differ
_SAME = 1.5  # points by which the rows of one sheet may differ between its pages side by side
_ROWS = 6  # fewer rows may stand alike by chance
_CHANGES = 3  # of height from row to row; rows of one height stand alike on any two pages
_FIGURE = re.compile(r"[\d,]+(\.\d+)?[%％]?")
_BOUND = re.compile(r"[≥≤＞＜><=][\d,]+(\.\d+)?\D{0,4}")  # ≥90%, ≤386个
_FIGURES_OF_A_ROW = 2  # 分值 and 得分
_REMEMBERED = 40  # tables; the parts of one sheet are not further apart


class Stitcher:
    """Takes pages in order and gives the parts of the whole document."""

    def __init__(self) -> None:
        self._parts: list[Part] = []
        self._chain: list[tuple[int, Ruled]] = []
        self._tables = 0
        self._seen: list[Ruled] = []

    def add(self, number: int, tables: list[Ruled], lines: list[TextLine]) -> None:
        """One more page, by its 0-based number.

        Raises:
            Unreadable: ``cut-columns`` when it holds the right part of a sheet seen before.
        """
        if any(_beside(left, table) for left in self._seen for table in tables):
            said = _(
                "工作表太宽，打印时左右分成几页（第 {n} 页是右边一块）：请设为一页宽，重新导出"
            )
            raise Unreadable("cut-columns", said.format(n=number + 1))
        self._seen = [*self._seen, *tables][-_REMEMBERED:]
        for item in _in_order(tables, lines):
            if isinstance(item, TextLine):
                if not (self._chain and _is_page_number(item.text)):
                    self._finish()
                    self._parts.append(Flow((Line(item.text, Place(page=number + 1)),)))
            elif self._chain and _continues(self._chain[-1], number, item):
                self._chain.append((number, item))
            else:
                self._finish()
                self._chain.append((number, item))

    def parts(self) -> tuple[Part, ...]:
        """Everything that was added, as parts in reading order."""
        self._finish()
        return tuple(self._parts)

    def _finish(self) -> None:
        if self._chain:
            self._tables += 1
            self._parts.append(_grid(self._chain, self._tables))
            self._chain = []


def _beside(left: Ruled, right: Ruled) -> bool:
    """Whether two tables are parts of one sheet that was too wide for its paper.

    Their rows lie at the same heights of the page, and their edges differ. Merged cells that the
    cut went through have lost text or print it twice, so the parts are not put together.
    """
    aligned = abs(left.left - right.left) < _ALIGNED and abs(left.right - right.right) < _ALIGNED
    if aligned or min(len(left.ys), len(right.ys)) < _ROWS:
        return False
    near = {round(y / _SAME) + step for y in left.ys for step in (-1, 0, 1)}
    shared = [y for y in right.ys if round(y / _SAME) in near]
    heights = [b - a for a, b in pairwise(shared)]
    changes = sum(abs(b - a) > 2 * _SAME for a, b in pairwise(heights))
    fewest = min(len(left.ys), len(right.ys))
    return len(shared) >= max(_ROWS, 0.9 * fewest) and changes >= _CHANGES


def _in_order(ruled: list[Ruled], lines: list[TextLine]) -> list[Ruled | TextLine]:
    placed: list[tuple[float, Ruled | TextLine]] = [(table.ys[0], table) for table in ruled]
    placed += [(line.y, line) for line in lines]
    return [item for _y, item in sorted(placed, key=lambda entry: entry[0])]


def _is_page_number(text: str) -> bool:
    bare = text.strip().strip("—-–－ ").removeprefix("第").removesuffix("页")
    return bare.replace("/", "").strip().isdigit()


def _continues(before: tuple[int, Ruled], number: int, table: Ruled) -> bool:
    """The first table of the next page with the same edges: no text has come between."""
    page, last = before
    aligned = abs(last.left - table.left) < _ALIGNED and abs(last.right - table.right) < _ALIGNED
    return aligned and number == page + 1


@dataclass(slots=True)
class _Placed:
    """A cell with its row in the whole table; columns are edges until the end."""

    row: int
    rows: int
    box: Box
    page: int


def _grid(chain: list[tuple[int, Ruled]], number: int) -> Grid:
    """The pieces of a table as one grid."""
    edges = _edges([piece for _page, piece in chain])
    placed: list[_Placed] = []
    rows = 0
    for page, piece in chain:
        row_of = {y: n for n, y in enumerate(piece.ys)}
        own = [
            _Placed(rows + row_of[b.top], row_of[b.bottom] - row_of[b.top], b, page)
            for b in piece.boxes
        ]
        own.sort(key=lambda cell: (cell.row, cell.box.left))
        if placed:
            rows += _join(placed, own, rows)
        placed += own
        rows += len(piece.ys) - 1
    return Grid(tuple(_cell(cell, edges, number) for cell in placed), spans_known=True)


def _edges(pieces: list[Ruled]) -> list[float]:
    """The columns of all pages together: edges that lie close are one."""
    edges: list[float] = []
    for x in sorted(x for piece in pieces for x in piece.xs):
        if not edges or x - edges[-1] > _ALIGNED:
            edges.append(x)
    return edges


def _column(edges: list[float], x: float) -> int:
    return min(range(len(edges)), key=lambda n: abs(edges[n] - x))


def _cell(cell: _Placed, edges: list[float], table: int) -> Cell:
    box = cell.box
    first, last = _column(edges, box.left), _column(edges, box.right)
    bbox = (round(box.left, 1), round(box.top, 1), round(box.right, 1), round(box.bottom, 1))
    place = Place(page=cell.page + 1, bbox=bbox, table=table, row=cell.row + 1, column=first + 1)
    return Cell(cell.row, first, box.text, place, cell.rows, max(1, last - first), box.confidence)


def _join(above: list[_Placed], below: list[_Placed], rows: int) -> int:
    """Joins what a page break at row ``rows`` parted; returns by how much later rows move up."""
    ending = {_span(cell): cell for cell in above if cell.row + cell.rows == rows}
    first = [cell for cell in below if cell.row == rows]
    filled = [cell for cell in first if cell.box.text.strip()]
    single = [cell for cell in first if cell.rows == 1]
    cut = (
        len(first) > 1
        and _is_rest(filled, first, ending)
        and len(single) * 2 >= len(first)
        and all(_span(cell) in ending for cell in filled)
        and not any(_two_figures(ending[_span(cell)], cell) for cell in filled)
        and not (len(filled) > 1 and any(_two_bounds(ending[_span(c)], c) for c in filled))
    )
    if cut:
        for cell in first:
            upper = ending.get(_span(cell))
            if upper is not None:
                upper.box.text = "\n".join(t for t in (upper.box.text, cell.box.text) if t)
                upper.rows += cell.rows - 1
        below[:] = [cell for cell in below if cell.row != rows or _span(cell) not in ending]
        for cell in below:
            cell.row -= 1
        return -1
    for cell in first:
        upper = ending.get(_span(cell))
        tall = upper is not None and (upper.rows > 1 or cell.rows > 1)
        if upper is not None and tall and not (upper.box.text.strip() and cell.box.text.strip()):
            upper.box.text = upper.box.text or cell.box.text
            upper.rows += cell.rows
            below.remove(cell)
    return 0


def _is_rest(
    filled: list[_Placed], first: list[_Placed], ending: dict[tuple[int, int], _Placed]
) -> bool:
    """Whether few enough cells are filled for the rest of a row that a page break cut.

    A third of them; or half, where the row above ends with its figures and nothing more stands
    below them: long texts run on, 分值 and 得分 never do.
    """
    if len(filled) * 3 <= len(first):
        return True
    over_blanks = [ending.get(_span(cell)) for cell in first if not cell.box.text.strip()]
    figures = sum(upper is not None and _is_figure(upper) for upper in over_blanks)
    return (
        len(filled) * 2 <= len(first)
        and figures >= _FIGURES_OF_A_ROW
        and not any(map(_is_figure, filled))
    )


def _is_figure(cell: _Placed) -> bool:
    return _FIGURE.fullmatch("".join(cell.box.text.split())) is not None


def _two_figures(upper: _Placed, lower: _Placed) -> bool:
    """A figure below a figure is another row: no figure is cut in two by a page."""
    return _is_figure(upper) and _is_figure(lower)


def _two_bounds(upper: _Placed, lower: _Placed) -> bool:
    """≤386个 above ≥384%: with a name beside it, the lower one is what another row is held to."""
    return all(_BOUND.fullmatch("".join(c.box.text.split())) for c in (upper, lower))


def _span(cell: _Placed) -> tuple[int, int]:
    """The columns of a cell, coarse enough to be the same on two pages."""
    return round(cell.box.left / _ALIGNED), round(cell.box.right / _ALIGNED)
