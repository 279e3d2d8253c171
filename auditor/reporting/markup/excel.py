"""Notes and fill in a copy of an ``.xlsx``: four parts are edited, every other stays as it was.

openpyxl and its like write a workbook anew and lose what they do not know (shapes, slicers, charts
of newer kinds). Here the sheet's XML gets a style and a note on the accused cells; formulas,
merges, validations, conditional formats, charts and pictures are not touched at all.
"""

import copy
import re
from collections.abc import Callable, Iterable, Sequence
from typing import cast

from lxml import etree

from auditor.findings.model import LEVELS
from auditor.language import _
from auditor.reporting.markup import vml
from auditor.reporting.markup.notes import AUTHOR, Locator, Note, NotMarked
from auditor.reporting.markup.package import Package

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_M = f"{{{_MAIN}}}"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_BOOK = "xl/workbook.xml"
_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_FILLS = {"error": "FFFBC9C4", "warning": "FFFFE39A", "advice": "FFCDE5F7"}
_LONGEST = 30_000  # characters of a note
# What may stand behind legacyDrawing in a worksheet, in the schema's order.
_AFTER = ("legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems",
          "tableParts", "extLst")  # fmt: skip


def marked(raw: bytes, notes: Sequence[Note]) -> bytes:
    """``raw`` with a fill on every accused cell and a note on the most suspect one.

    Raises:
        NotMarked: the workbook is signed, or built in a way that cannot be added to.
    """
    package = Package(raw)
    sheets = _sheets(package)
    styles = _Styles(package)
    for name in dict.fromkeys(place.get("sheet") for note in notes for place in _places(note)):
        if name not in sheets:
            raise NotMarked(_("文件里找不到工作表 {name}").format(name=name))
        _mark_sheet(package, sheets[name], [n for n in notes if n.place.get("sheet") == name],
                    _fills(notes, name), styles)  # fmt: skip
    styles.save()
    return package.written()


def _places(note: Note) -> tuple[Locator, ...]:
    return (note.place, *note.others)


def _fills(notes: Iterable[Note], sheet: str | None) -> dict[str, str]:
    """The worst severity on every accused cell of a sheet, by address."""
    worst: dict[str, str] = {}
    for note in notes:
        for place in _places(note):
            address = place.get("address")
            if address is not None and place.get("sheet") == sheet:
                known = worst.get(address, note.severity)
                worst[address] = min(known, note.severity, key=LEVELS.index)
    return worst


def _sheets(package: Package) -> dict[str | None, str]:
    """The part of every worksheet by the sheet's name."""
    parts = package.related(_BOOK, f"{_OFFICE}/worksheet")
    found: dict[str | None, str] = {}
    for sheet in package.xml(_BOOK).iter(f"{_M}sheet"):
        part = parts.get(sheet.get(f"{{{_OFFICE}}}id", ""))
        if part is not None:
            found[sheet.get("name")] = part
    return found


def _mark_sheet(
    package: Package, part: str, notes: Sequence[Note], fills: dict[str, str], styles: "_Styles"
) -> None:
    root = package.xml(part)
    data = root.find(f"{_M}sheetData")
    if data is None:
        raise NotMarked(_("工作表 {name} 没有单元格数据").format(name=part))
    for address, severity in fills.items():
        cell = _cell(data, address)
        cell.set("s", str(styles.filled(int(cell.get("s", "0")), severity)))
    texts: dict[str, list[Note]] = {}
    for note in notes:
        texts.setdefault(note.place["address"], []).append(note)
    new = _write_notes(package, part, texts)
    if new:
        _draw(package, part, root, new)
    package.replace(part, root)


def _cell(data: etree._Element, address: str) -> etree._Element:
    """The element of a cell, made in its place when the sheet does not hold it."""
    wanted_column, wanted_row = _split(address)
    row = _ordered(data, f"{_M}row", wanted_row, lambda e: int(e.get("r", "0")))
    row.set("r", str(wanted_row))
    cell = _ordered(row, f"{_M}c", wanted_column, lambda e: _split(e.get("r", "A1"))[0])
    cell.set("r", address)
    return cell


def _ordered(
    parent: etree._Element, tag: str, wanted: int, number: Callable[[etree._Element], int]
) -> etree._Element:
    """The child with this number, or a new one between its neighbours."""
    for position, child in enumerate(parent):
        if child.tag != tag:
            continue
        if number(child) == wanted:
            return child
        if number(child) > wanted:
            made = etree.Element(tag)
            parent.insert(position, made)
            return made
    return etree.SubElement(parent, tag)


def _split(address: str) -> tuple[int, int]:
    """(column, row) of an A1 address, from 1."""
    found = re.fullmatch(r"\$?([A-Z]+)\$?(\d+)", address)
    if found is None:
        raise NotMarked(_("不认识的单元格地址 {address}").format(address=address))
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column, int(found[2])


class _Styles:
    """The workbook's cell styles, with a filled twin of each that is wanted."""

    def __init__(self, package: Package) -> None:
        parts = package.related(_BOOK, f"{_OFFICE}/styles")
        self.part = next(iter(parts.values()), "")
        if not self.part:
            raise NotMarked(_("工作簿没有样式表，不能涂色"))
        self.package = package
        self.root = package.xml(self.part)
        fills, formats = self.root.find(f"{_M}fills"), self.root.find(f"{_M}cellXfs")
        if fills is None or formats is None:
            raise NotMarked(_("工作簿没有样式表，不能涂色"))
        self.fills, self.formats = fills, formats
        self.made: dict[tuple[int, str], int] = {}
        self.colours: dict[str, int] = {}

    def filled(self, style: int, severity: str) -> int:
        """The style that looks like ``style`` with the severity's fill."""
        key = (style, severity)
        if key not in self.made:
            twin = copy.deepcopy(self.formats[style])
            twin.set("fillId", str(self._fill(severity)))
            twin.set("applyFill", "1")
            self.formats.append(twin)
            self.made[key] = len(self.formats) - 1
        return self.made[key]

    def _fill(self, severity: str) -> int:
        if severity not in self.colours:
            fill = etree.SubElement(self.fills, f"{_M}fill")
            pattern = etree.SubElement(fill, f"{_M}patternFill")
            pattern.set("patternType", "solid")
            etree.SubElement(pattern, f"{_M}fgColor").set("rgb", _FILLS[severity])
            etree.SubElement(pattern, f"{_M}bgColor").set("indexed", "64")
            self.colours[severity] = len(self.fills) - 1
        return self.colours[severity]

    def save(self) -> None:
        """Writes the styles back when there are new ones."""
        if self.made:
            self.fills.set("count", str(len(self.fills)))
            self.formats.set("count", str(len(self.formats)))
            self.package.replace(self.part, self.root)


def _write_notes(package: Package, part: str, texts: dict[str, list[Note]]) -> list[str]:
    """Adds the notes of a sheet to its comments; the addresses that had none before."""
    if not texts:
        return []
    kept = next(iter(package.related(part, f"{_OFFICE}/comments").values()), None)
    root = package.xml(kept) if kept else _no_comments()
    authors, listed = root.find(f"{_M}authors"), root.find(f"{_M}commentList")
    if authors is None or listed is None:
        raise NotMarked(_("工作表的批注不完整，不能再加"))
    etree.SubElement(authors, f"{_M}author").text = AUTHOR
    known = {comment.get("ref"): comment for comment in listed}
    new = []
    for address, notes in texts.items():
        if address in known:
            text = known[address].find(f"{_M}text")
            if text is None:
                text = etree.SubElement(known[address], f"{_M}text")
            _write_runs(text, notes, before="\n")
        else:
            comment = etree.SubElement(listed, f"{_M}comment")
            comment.set("ref", address)
            comment.set("authorId", str(len(authors) - 1))
            _write_runs(etree.SubElement(comment, f"{_M}text"), notes, before="")
            new.append(address)
    if kept:
        package.replace(kept, root)
    else:
        name = package.free("xl/comments{}.xml")
        package.add(name, root, _COMMENTS_TYPE)
        package.relate(part, f"{_OFFICE}/comments", f"/{name}")
    return new


def _no_comments() -> etree._Element:
    root = etree.Element(f"{_M}comments", nsmap=cast("dict[str, str]", {None: _MAIN}))
    etree.SubElement(root, f"{_M}authors")
    etree.SubElement(root, f"{_M}commentList")
    return root


def _write_runs(text: etree._Element, notes: Sequence[Note], before: str) -> None:
    """A note as a bold heading and its lines; a plain text becomes the first run."""
    plain = text.find(f"{_M}t")
    if plain is not None:
        text.remove(plain)
        _run(text, plain.text or "", bold=False)
    for number, note in enumerate(notes):
        _run(text, (before if number == 0 else "\n") + note.heading + "\n", bold=True)
        _run(text, "\n".join(note.lines)[:_LONGEST], bold=False)


def _run(text: etree._Element, words: str, *, bold: bool) -> None:
    run = etree.SubElement(text, f"{_M}r")
    look = etree.SubElement(run, f"{_M}rPr")
    if bold:
        etree.SubElement(look, f"{_M}b")
    etree.SubElement(look, f"{_M}sz").set("val", "10")
    etree.SubElement(look, f"{_M}rFont").set("val", "宋体")
    shown = etree.SubElement(run, f"{_M}t")
    shown.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    shown.text = words


def _draw(package: Package, part: str, root: etree._Element, addresses: Sequence[str]) -> None:
    """The boxes that show the notes: shapes in the sheet's legacy drawing."""
    places = [(column - 1, row - 1) for column, row in map(_split, addresses)]
    reference = root.find(f"{_M}legacyDrawing")
    if reference is not None:
        drawings = package.related(part, f"{_OFFICE}/vmlDrawing")
        name = drawings.get(reference.get(f"{{{_OFFICE}}}id", ""))
        if name is None:
            raise NotMarked(_("工作表的批注框不完整，不能再加"))
        package.replace(name, vml.extended(package.read(name), places))
        return
    name = package.free("xl/drawings/vmlDrawing{}.vml")
    package.default_type("vml", _VML_TYPE)
    package.replace(name, vml.drawing(places))
    made = etree.Element(f"{_M}legacyDrawing")
    made.set(f"{{{_OFFICE}}}id", package.relate(part, f"{_OFFICE}/vmlDrawing", f"/{name}"))
    behind = next((child for child in root if etree.QName(child).localname in _AFTER), None)
    if behind is None:
        root.append(made)
    else:
        behind.addprevious(made)
