"""Comments in a copy of a ``.docx``: three short marks per comment in the body, nothing else moves.

The marks are inserted at byte offsets, so what is left when they are taken out again is the
submitted body byte for byte, however its producer wrote it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from auditor.intake.document import Place
from auditor.intake.office_package import parse_xml
from auditor.intake.word import places_of
from auditor.language import _
from auditor.reporting.markup.notes import AUTHOR, INITIALS, Note, NotMarked
from auditor.reporting.markup.package import Package

_NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_W = f"{{{_NAMESPACE}}}"
_BODY = "word/document.xml"
_COMMENTS = "word/comments.xml"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_HEAD = 2000  # bytes in which a document type would be declared
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"


@dataclass(slots=True)
class _Paragraph:
    """Where a paragraph's content begins and ends in the bytes of the body."""

    start: int
    inside: int
    end: int = -1
    empty: bool = False


def marked(raw: bytes, notes: Sequence[Note]) -> bytes:
    """``raw`` with a comment for every note.

    Raises:
        NotMarked: the package is signed, or a place does not exist in it.
    """
    package = Package(raw)
    body = package.read(_BODY)
    spots = _spots(body)
    first = _next_id(package)
    insertions: list[tuple[int, bytes]] = []
    for number, note in enumerate(notes, first):
        begin, end = _ends(spots, note)
        insertions += _marks(begin, end, number)
    hollow = {p.start for pair in spots.values() for p in pair if p.empty}
    package.replace(_BODY, _inserted(body, insertions, hollow))
    _write_comments(package, notes, first)
    return package.written()


_Ends = tuple[_Paragraph, _Paragraph]


def _ends(spots: dict[Place, _Ends], note: Note) -> _Ends:
    known = {name: note.place.get(name) for name in ("table", "row", "column")}
    place = Place(**known) if known["table"] else Place(line=note.place.get("line"))
    if place not in spots:
        raise NotMarked(_("文件里找不到要批注的格：{place}").format(place=note.place))
    return spots[place]


def _spots(body: bytes) -> dict[Place, _Ends]:
    """The first and last paragraph of every cell and line of the body."""
    root = parse_xml(body, _BODY)
    order = {element: number for number, element in enumerate(root.iter(f"{_W}p"))}
    paragraphs = _offsets(body)
    if len(order) != len(paragraphs):
        raise NotMarked(_("文件的正文不能逐格定位"))
    found = {}
    for place, element in places_of(root):
        inside = [order[p] for p in element.iter(f"{_W}p")]
        if inside:
            found[place] = (paragraphs[inside[0]], paragraphs[inside[-1]])
    return found


def _offsets(body: bytes) -> list[_Paragraph]:
    """Every paragraph of the body in document order."""
    found: list[_Paragraph] = []
    nested: list[_Paragraph | None] = []  # the open elements: paragraphs, and None for all else
    parser = expat.ParserCreate(namespace_separator=" ")
    name_of = f"{_NAMESPACE} p"

    def start(name: str, _attributes: object) -> None:
        at = parser.CurrentByteIndex
        if name == name_of:
            after = _tag_end(body, at)
            found.append(_Paragraph(at, after, empty=body[after - 2 : after] == b"/>"))
            nested.append(found[-1])
        else:
            nested.append(None)

    def end(name: str) -> None:
        at = parser.CurrentByteIndex
        ended = nested.pop()
        outer = nested[-1] if nested else None
        if ended is not None:
            ended.end = at
        elif name == f"{_NAMESPACE} pPr" and outer is not None:
            outer.inside = _tag_end(body, at)

    parser.StartElementHandler, parser.EndElementHandler = start, end
    if body.startswith((b"\xff\xfe", b"\xfe\xff")) or b"<!DOCTYPE" in body[:_HEAD]:
        raise NotMarked(_("文件的正文不是 UTF-8，不能逐格定位"))
    try:
        parser.Parse(body, True)
    except expat.ExpatError as error:
        raise NotMarked(_("文件的正文不能逐格定位")) from error
    return found


def _tag_end(body: bytes, start: int) -> int:
    """The offset after the tag that begins at ``start``; ``>`` may stand in an attribute."""
    quote = 0
    for at in range(start, len(body)):
        byte = body[at]
        if quote:
            quote = 0 if byte == quote else quote
        elif byte in b"\"'":
            quote = byte
        elif byte == 0x3E:  # noqa: PLR2004 - >
            return at + 1
    return len(body)


def _marks(first: _Paragraph, last: _Paragraph, number: int) -> Iterator[tuple[int, bytes]]:
    space = f'xmlns:w="{_NAMESPACE}"'
    begin = f'<w:commentRangeStart {space} w:id="{number}"/>'.encode()
    end = (
        f'<w:commentRangeEnd {space} w:id="{number}"/>'
        f'<w:r {space}><w:commentReference w:id="{number}"/></w:r>'
    ).encode()
    if first is last and first.empty:
        yield first.start, begin + end
        return
    yield first.start if first.empty else first.inside, begin
    yield last.start if last.empty else last.end, end


def _inserted(body: bytes, insertions: list[tuple[int, bytes]], hollow: set[int]) -> bytes:
    """The body with marks; those of an empty paragraph ``<w:p/>`` go inside it."""
    by_place: dict[int, list[bytes]] = {}
    for offset, mark in insertions:
        by_place.setdefault(offset, []).append(mark)
    pieces, at = [], 0
    for offset in sorted(by_place):
        pieces.append(body[at:offset])
        marks, at = b"".join(by_place[offset]), offset
        if offset in hollow:
            at = _tag_end(body, offset)
            tag = body[offset:at]
            name = tag[1:-2].split(None, 1)[0]
            pieces += [tag[:-2].rstrip(), b">", marks, b"</", name, b">"]
        else:
            pieces.append(marks)
    return b"".join([*pieces, body[at:]])


def _next_id(package: Package) -> int:
    if _COMMENTS not in package:
        return 0
    ids = re.findall(rb'<(?:\w+:)?comment\s[^>]*?\bid="(\d+)"', package.read(_COMMENTS))
    return max((int(number) for number in ids), default=-1) + 1


def _write_comments(package: Package, notes: Sequence[Note], first: int) -> None:
    made = "".join(_comment(note, number) for number, note in enumerate(notes, first)).encode()
    if _COMMENTS in package:
        old = package.read(_COMMENTS)
        root = parse_xml(old, _COMMENTS)
        for comment in etree.fromstring(b"<x>" + made + b"</x>"):
            root.append(comment)
        package.replace(
            _COMMENTS, etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
        )
        return
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    whole = f'{head}<w:comments xmlns:w="{_NAMESPACE}">'.encode() + made + b"</w:comments>"
    package.add(_COMMENTS, whole, _TYPE)
    package.relate(_BODY, _RELATION, "comments.xml")


def _comment(note: Note, number: int) -> str:
    paragraphs = [_paragraph(note.heading, bold=True), *(_paragraph(line) for line in note.lines)]
    return (
        f'<w:comment xmlns:w="{_NAMESPACE}" w:id="{number}" w:author={quoteattr(AUTHOR)} '
        f"w:initials={quoteattr(INITIALS)}>{''.join(paragraphs)}</w:comment>"
    )


def _paragraph(text: str, *, bold: bool = False) -> str:
    look = "<w:rPr><w:b/></w:rPr>" if bold else ""
    safe = escape(text.replace("\n", " "))
    return f'<w:p><w:r>{look}<w:t xml:space="preserve">{safe}</w:t></w:r></w:p>'
