"""Word ``.docx``: the XML itself, so that content controls and tracked changes are not lost.

python-docx skips a cell inside a content control and shifts the rest of its row; here a row's cells
are all ``w:tc`` whose nearest row is that row, whatever wraps them. Deleted text is left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from auditor.intake.document import Cell, Flow, Grid, Line, Part, Place
from auditor.intake.office_package import member, open_zip, parse_xml, small_number

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BODY = "word/document.xml"
_SKIPPED = frozenset({f"{_W}del", f"{_W}moveFrom", f"{_W}pPr", f"{_W}rPr", f"{_W}tblPr"})
_BREAKS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_T, _P, _TR, _TC, _TBL = (f"{_W}{name}" for name in ("t", "p", "tr", "tc", "tbl"))
_SHAPES = _SPAN, _MERGE, _BEFORE = tuple(
    f"{_W}{name}" for name in ("gridSpan", "vMerge", "gridBefore")
)
_OLD_SHAPES = (f"{_W}tcPrChange", f"{_W}trPrChange")  # as they were before a tracked change
_OF_CELLS = (f"{_W}tcPr", f"{_W}trPr")
_SAID = {_P: "\n", _T: "", **_BREAKS}  # what an element says; a text says its own
_BOX, _VALUE = f"{_W}txbxContent", f"{_W}val"


def read(raw: bytes) -> tuple[Part, ...]:
    """Paragraphs and top-level tables of the body, in order.

    Raises:
        Unreadable: ``damaged``, ``encrypted`` or ``too-large``.
    """
    with open_zip(raw) as archive:
        root = parse_xml(member(archive, _BODY), _BODY)
    parts: list[Part] = []
    lines: list[Line] = []
    tables = paragraphs = 0
    for block in _blocks(root):
        if block.tag == _TBL:
            if lines:
                parts.append(Flow(tuple(lines)))
                lines = []
            tables += 1
            parts.append(_grid(block, tables))
        else:
            paragraphs += 1
            lines.append(Line(_text(block), Place(line=paragraphs)))
    if lines:
        parts.append(Flow(tuple(lines)))
    return tuple(parts)


def _blocks(element: etree._Element) -> Iterator[etree._Element]:
    """Paragraphs and tables, looking through whatever else wraps them."""
    for child in element:
        tag = child.tag
        if tag in (_TBL, _P):
            yield child
        elif tag not in _SKIPPED:
            yield from _blocks(child)


def _of(element: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Rows of a table or cells of a row, through content controls, not into nested tables."""
    for child in element:
        own = child.tag
        if own == tag:
            yield child
        elif own not in _SKIPPED and own != _TBL:
            yield from _of(child, tag)


def places_of(root: etree._Element) -> Iterator[tuple[Place, etree._Element]]:
    """Paragraphs outside tables and cells of top-level tables, placed as :func:`read` does."""
    tables = paragraphs = 0
    for block in _blocks(root):
        if block.tag == _P:
            paragraphs += 1
            yield Place(line=paragraphs), block
            continue
        tables += 1
        for row, tr in enumerate(_of(block, _TR), 1):
            for ordinal, tc in enumerate(_of(tr, _TC), 1):
                yield Place(table=tables, row=row, column=ordinal), tc


def _grid(table: etree._Element, number: int) -> Grid:
    """A table; its tree is made flat, because a walk in one go costs half of one by levels."""
    _flatten(table)
    cells: list[Cell] = []
    open_below: dict[int, int] = {}  # column -> index in cells of a merge that may go on
    for row, told in enumerate(_rows(table)):
        column = _number(told.before, 0)
        still_open: dict[int, int] = {}
        for ordinal, cell in enumerate(told.cells, 1):
            span, merge = max(1, _number(cell.width, 1)), cell.merge
            goes_on = merge is not None and merge.get(_VALUE, "continue") == "continue"
            if goes_on and column in open_below:
                above = cells[open_below[column]]
                cells[open_below[column]] = above._replace(rowspan=row - above.row + 1)
                still_open[column] = open_below[column]
            else:
                place = Place(table=number, row=row + 1, column=ordinal)
                if merge is not None:
                    still_open[column] = len(cells)
                cells.append(Cell(row, column, cell.text, place, 1, span))
            column += span
        open_below = still_open
    return Grid(tuple(cells), spans_known=True)


@dataclass(slots=True)
class _Told:
    """What was met of a cell; each paragraph of its text is opened by a line break."""

    width: etree._Element | None = None
    merge: etree._Element | None = None
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The paragraphs, one a line."""
        return "".join(self.pieces).removeprefix("\n")


@dataclass(slots=True)
class _Row:
    before: etree._Element | None = None
    cells: list[_Told] = field(default_factory=list)


def _rows(table: etree._Element) -> list[_Row]:
    """The rows of a flat table, in one walk."""
    rows: list[_Row] = []
    cell = _Told()
    for element in table.iter(_TR, _TC, *_SHAPES, *_SAID):
        tag = element.tag
        said = _SAID.get(tag)
        if said is not None:
            cell.pieces.append(said or element.text or "")
        elif tag == _TR:
            rows.append(_Row())
        elif tag == _TC and rows:
            cell = _Told()
            rows[-1].cells.append(cell)
        elif tag == _SPAN and cell.width is None:
            cell.width = element
        elif tag == _MERGE and cell.merge is None:
            cell.merge = element
        elif tag == _BEFORE and rows and rows[-1].before is None:
            rows[-1].before = element
    return rows


def _flatten(table: etree._Element) -> None:
    """Takes out what holds no text, opens nested tables, and puts text boxes behind their line."""
    etree.strip_elements(table, *_SKIPPED, *_OLD_SHAPES, with_tail=False)
    for nested in list(table.iterdescendants(_TBL)):
        etree.strip_elements(nested, *_OF_CELLS, with_tail=False)
        etree.strip_tags(nested, _TR, _TC)
    if next(table.iter(_BOX), None) is not None:
        for paragraph in reversed(list(table.iter(_P))):
            lines = list(paragraph.iterancestors(_P))
            if lines:
                lines[-1].addnext(paragraph)


def _number(element: etree._Element | None, otherwise: int) -> int:
    return otherwise if element is None else small_number(element.get(_VALUE), otherwise)


def _text(paragraph: etree._Element) -> str:
    pieces: list[str] = []
    _collect(paragraph, pieces)
    return "".join(pieces)


def _collect(element: etree._Element, pieces: list[str]) -> None:
    """Appends the text of an element in order; not that of paragraphs inside it."""
    for child in element:
        tag = child.tag
        if tag == _T:
            pieces.append(child.text or "")
        elif tag in _BREAKS:
            pieces.append(_BREAKS[tag])
        elif tag not in _SKIPPED and tag != _P:
            _collect(child, pieces)
