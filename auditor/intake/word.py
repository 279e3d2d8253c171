"""Word ``.docx``: the XML itself, so that content controls and tracked changes are not lost.

python-docx skips a cell inside a content control and shifts the rest of its row; here a row's cells
are all ``w:tc`` whose nearest row is that row, whatever wraps them. Deleted text is left out.
"""

from collections.abc import Iterator

from lxml import etree

from auditor.intake.document import Cell, Flow, Grid, Line, Part, Place
from auditor.intake.office_package import member, open_zip, parse_xml, small_number

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BODY = "word/document.xml"
_SKIPPED = frozenset({f"{_W}del", f"{_W}moveFrom", f"{_W}pPr", f"{_W}rPr", f"{_W}tblPr"})
_BREAKS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_T, _P, _TR, _TC, _TBL = (f"{_W}{name}" for name in ("t", "p", "tr", "tc", "tbl"))
_CELL_SHAPE = f"{_W}tcPr"
_BEFORE = f"{_W}trPr/{_W}gridBefore"
_SPAN, _MERGE, _VALUE = (f"{_W}{name}" for name in ("gridSpan", "vMerge", "val"))


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
    cells: list[Cell] = []
    open_below: dict[int, int] = {}  # column -> index in cells of a merge that may go on
    row = -1
    for row, tr in enumerate(_of(table, _TR)):
        column = _number(tr.find(_BEFORE), 0)
        still_open: dict[int, int] = {}
        for ordinal, tc in enumerate(_of(tr, _TC), 1):
            width, merge = _shape(tc)
            span = max(1, _number(width, 1))
            goes_on = merge is not None and merge.get(_VALUE, "continue") == "continue"
            if goes_on and column in open_below:
                above = cells[open_below[column]]
                cells[open_below[column]] = Cell(
                    above.row, above.column, above.text, above.place, row - above.row + 1,
                    above.colspan,
                )  # fmt: skip
                still_open[column] = open_below[column]
            else:
                place = Place(table=number, row=row + 1, column=ordinal)
                if merge is not None:
                    still_open[column] = len(cells)
                cells.append(Cell(row, column, _cell_text(tc), place, 1, span))
            column += span
        open_below = still_open
    return Grid(tuple(cells), spans_known=True)


def _shape(tc: etree._Element) -> tuple[etree._Element | None, etree._Element | None]:
    """The first gridSpan and the first vMerge of a cell's properties."""
    width = merge = None
    for properties in tc.iterchildren(_CELL_SHAPE):
        for own in properties.iterchildren(_SPAN, _MERGE):
            if own.tag == _SPAN:
                width = own if width is None else width
            else:
                merge = own if merge is None else merge
    return width, merge


def _number(element: etree._Element | None, otherwise: int) -> int:
    return otherwise if element is None else small_number(element.get(_VALUE), otherwise)


def _cell_text(tc: etree._Element) -> str:
    return "\n".join([_text(p) for p in tc.iter(_P)])


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
