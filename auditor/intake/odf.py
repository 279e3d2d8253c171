"""OpenDocument, ``.ods`` and ``.odt``: tables carry the text that was shown."""

from collections.abc import Iterator

from lxml import etree

from auditor.intake.document import Cell, Flow, Grid, Line, Part, Place
from auditor.intake.excel import address
from auditor.intake.office_package import member, open_zip, parse_xml, small_number
from auditor.intake.sheet_budget import SheetBudget

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_REPEATED = 64  # more equal rows or cells in a row than a form has are formatting, not content


def read(raw: bytes) -> tuple[Part, ...]:
    """Paragraphs and tables of a text, or the sheets of a spreadsheet.

    Raises:
        Unreadable: ``damaged``, ``encrypted`` or ``too-large``.
    """
    with open_zip(raw) as archive:
        root = parse_xml(member(archive, "content.xml"), "content.xml")
    parts: list[Part] = []
    tables = 0
    for block in _blocks(root):
        if block.tag == f"{_TABLE}table":
            tables += 1
            parts.append(_grid(block, tables))
        else:
            parts.append(Flow((Line(_words(block), Place()),)))
    return tuple(parts)


def _blocks(element: etree._Element) -> Iterator[etree._Element]:
    for child in element:
        if child.tag in (f"{_TABLE}table", f"{_TEXT}p", f"{_TEXT}h"):
            yield child
        elif child.tag != f"{_TEXT}tracked-changes":
            yield from _blocks(child)


def _rows(element: etree._Element) -> Iterator[etree._Element]:
    for child in element:
        if child.tag == f"{_TABLE}table-row":
            yield child
        elif child.tag != f"{_TABLE}table":
            yield from _rows(child)


def _grid(table: etree._Element, number: int) -> Grid:
    name = table.get(f"{_TABLE}name", "")
    cells: list[Cell] = []
    budget = SheetBudget()
    row = 0
    for tr in _rows(table):
        repeated = _number(tr, "number-rows-repeated")
        for _copy in range(min(repeated, _REPEATED) if _has_text(tr) else 1):
            _add_row(cells, tr, row + _copy, (name, number), budget)
        row += repeated
    return Grid(tuple(cells), spans_known=True)


def _has_text(tr: etree._Element) -> bool:
    return next(tr.iter(f"{_TEXT}p"), None) is not None


def _add_row(
    cells: list[Cell],
    tr: etree._Element,
    row: int,
    table: tuple[str, int],
    budget: SheetBudget,
) -> None:
    column = 0
    for tc in tr:
        if tc.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            continue
        repeated = _number(tc, "number-columns-repeated")
        text = "\n".join(_words(p) for p in tc.iter(f"{_TEXT}p"))
        rowspan, colspan = _number(tc, "number-rows-spanned"), _number(tc, "number-columns-spanned")
        own = tc.tag == f"{_TABLE}table-cell"
        if own and (text or rowspan > 1 or colspan > 1 or repeated <= _REPEATED):
            for copy in range(min(repeated, _REPEATED)):
                at = column + copy
                name, number = table
                place = Place(sheet=name or None, address=address(row, at), table=number)
                budget.charge(text)
                cells.append(Cell(row, at, text, place, rowspan, colspan))
        column += repeated


def _number(element: etree._Element, name: str) -> int:
    return max(1, small_number(element.get(f"{_TABLE}{name}"), 1))


def _words(element: etree._Element) -> str:
    pieces = [element.text or ""]
    for child in element:
        if child.tag == f"{_TEXT}s":
            pieces.append(" ")
        elif child.tag == f"{_TEXT}tab":
            pieces.append("\t")
        elif child.tag == f"{_TEXT}line-break":
            pieces.append("\n")
        elif child.tag != f"{_TEXT}note":
            pieces.append(_words(child))
        pieces.append(child.tail or "")
    return "".join(pieces)
