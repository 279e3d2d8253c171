"""Web pages, ``.html`` and ``.mht``, as government sites publish them.

Pages that declare GB2312 hold GBK; decoding is ours, because a parser that believes the declaration
stops at the first character outside it and loses the rest without a word. Tables that hold tables
are layout; the ones inside are read.
"""

import email
import email.policy
import re
from collections.abc import Iterator

from lxml import etree, html

from auditor.intake.document import Cell, Flow, Grid, Line, Part, Place
from auditor.intake.office_package import small_number
from auditor.intake.problems import Unreadable
from auditor.intake.text import decode
from auditor.language import _

_SKIPPED = frozenset({"script", "style", "head", "noscript", "template", "select", "option"})
_BLOCK = frozenset(
    {"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "br", "tr", "td", "th", "section",
     "article", "caption", "center", "body"}
)  # fmt: skip
_MAX_SPAN = 1000


def is_html(text: str) -> bool:
    """Whether text is a web page."""
    return bool(re.search(r"<\s*(html|table|body|!doctype html)\b", text[:100_000], re.IGNORECASE))


def is_mht(raw: bytes) -> bool:
    """Whether bytes are a web archive (MIME)."""
    head = raw[:4096].lower()
    return b"mime-version:" in head and b"content-type:" in head


def read(raw: bytes) -> tuple[Part, ...]:
    """The tables and lines of a page, or of the page in a web archive.

    Raises:
        Unreadable: ``damaged`` when nothing can be parsed.
    """
    root = page(raw)
    parts: list[Part] = []
    words: list[str] = []
    tables = lines = 0
    for item in _walk(root):
        if isinstance(item, str):
            words.append(item)
            continue
        if made := _line(words, lines + 1):
            lines += 1
            parts.append(made)
        if item.tag == "table":
            tables += 1
            parts.append(_grid(item, tables))
    if made := _line(words, lines + 1):
        parts.append(made)
    return tuple(parts)


def page(raw: bytes) -> html.HtmlElement:
    """Parse a web page, or the first page of a web archive (MHT), into an element tree.

    Raises:
        Unreadable: ``damaged`` when nothing can be parsed.
    """
    text = _page_of(raw) if is_mht(raw) else decode(raw)
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    try:
        return html.document_fromstring(text)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable("damaged", _("网页内容不完整：请重新保存网页")) from error


def cells_of(root: etree._Element) -> Iterator[tuple[tuple[int, int, int], etree._Element]]:
    """Every cell of the data tables with its place: table, row, ordinal in the row, from 1."""
    tables = (item for item in _walk(root) if not isinstance(item, str) and item.tag == "table")
    for number, table in enumerate(tables, 1):
        for row, tr in enumerate(table.iter("tr"), 1):
            for ordinal, td in enumerate((c for c in tr if c.tag in ("td", "th")), 1):
                yield (number, row, ordinal), td


def _page_of(raw: bytes) -> str:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    for part in message.walk():
        if part.get_content_type() == "text/html":
            payload = part.get_payload(decode=True)
            return decode(payload if isinstance(payload, bytes) else b"")
    raise Unreadable("damaged", _("网页内容不完整：请重新保存网页"))


def _line(words: list[str], number: int) -> Flow | None:
    text = "".join(words).strip()
    words.clear()
    return Flow((Line(text, Place(line=number)),)) if text else None


def _walk(  # noqa: C901 - one loop over a tree too deep for recursion
    element: etree._Element,
) -> Iterator[str | etree._Element]:
    """Text pieces, data tables and block ends in document order."""
    if element.text:
        yield element.text
    stack: list[tuple[etree._Element, Iterator[etree._Element]]] = [(element, iter(element))]
    while stack:
        parent, children = stack[-1]
        child = next(children, None)
        if child is None:
            stack.pop()
            if parent.tag in _BLOCK:
                yield parent
            if stack and parent.tail:
                yield parent.tail
            continue
        if not isinstance(child.tag, str) or child.tag in _SKIPPED:
            if child.tail:
                yield child.tail
            continue
        if child.tag == "table" and next(child.iterdescendants("table"), None) is None:
            yield child
            if child.tail:
                yield child.tail
            continue
        if child.tag in _BLOCK:
            yield child
        if child.text:
            yield child.text
        stack.append((child, iter(child)))


def _grid(table: etree._Element, number: int) -> Grid:
    cells: list[Cell] = []
    taken: set[tuple[int, int]] = set()
    rows = list(table.iter("tr"))
    for row, tr in enumerate(rows):
        column = 0
        for ordinal, td in enumerate((c for c in tr if c.tag in ("td", "th")), 1):
            while (row, column) in taken:
                column += 1
            rowspan = min(_span(td, "rowspan") or len(rows), len(rows) - row)
            colspan = _span(td, "colspan") or 1
            taken.update(
                (r, c) for r in range(row, row + rowspan) for c in range(column, column + colspan)
            )
            path = f"table[{number}]/tr[{row + 1}]/{td.tag}[{ordinal}]"
            place = Place(table=number, row=row + 1, column=ordinal, path=path)
            cells.append(Cell(row, column, _text(td), place, rowspan, colspan))
            column += colspan
    return Grid(tuple(cells), spans_known=True)


def _span(td: etree._Element, name: str) -> int:
    """A span as written, within reason; 0 (to the end) stays 0, nonsense is 1."""
    return min(small_number(td.get(name), 1), _MAX_SPAN)


def _text(td: etree._Element) -> str:
    pieces = [item if isinstance(item, str) else "\n" for item in _walk(td)]
    return "".join(pieces).strip()
