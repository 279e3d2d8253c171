"""The worksheets of an ``.xlsx``: values, number formats and merged ranges, straight from its XML.

A workbook that openpyxl loads also holds fonts, borders, links and pictures, each an object; to
paint the borders of merged cells alone took two thirds of the time. Its conversions are used here.
"""

import datetime as dt
import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import Any

from lxml import etree

from auditor.intake.limits import MAX_STRINGS
from auditor.intake.office_package import TYPES, member, open_zip, parse_xml, refuse_many_tags
from auditor.intake.problems import Unreadable
from auditor.language import _

# In any namespace: strict Open XML has one of its own.
_ROW, _CELL, _MERGE, _STRING = "{*}row", "{*}c", "{*}mergeCell", "{*}si"
_VALUE, _INLINE, _TEXT, _RUN_TEXT = "{*}v", "{*}is", "{*}t", "{*}r/{*}t"
_SHEETS, _SETTINGS, _RELATION = "{*}sheets/{*}sheet", "{*}workbookPr", "}id"
_OFFICE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_BOOKS = (
    "application/vnd.ms-excel.template.macroEnabled.main+xml", f"{_OFFICE}.template.main+xml",
    "application/vnd.ms-excel.sheet.macroEnabled.main+xml", f"{_OFFICE}.sheet.main+xml",
)  # fmt: skip
_SHARED_STRINGS = f"{_OFFICE}.sharedStrings+xml"
_ESCAPED = "x005F_"  # before what only looks like an escaped character
GENERAL = "General"

At = tuple[int, int]  # row and column of a cell, from 1


@dataclass(frozen=True, slots=True)
class Worksheet:
    """A sheet by name: the value and number format of each cell it holds, and merged ranges."""

    title: str
    cells: dict[At, tuple[object, str]]
    merged: list[str]


@dataclass(frozen=True, slots=True)
class _Book:
    """What the sheets of a workbook share."""

    strings: list[str]
    formats: list[str]
    dates: frozenset[int]
    spans: frozenset[int]
    epoch: dt.datetime


def worksheets(raw: bytes) -> Iterator[Worksheet]:
    """The worksheets in their order; charts have none.

    Raises:
        Unreadable: ``damaged`` or ``too-large``.
        Exception: whatever a value raises that is not what its cell says it is.
    """
    with open_zip(raw) as archive:
        known = {name.lower() for name in archive.namelist()}
        types = _content_types(archive)
        path = next((types[book] for book in _BOOKS if book in types), "xl/workbook.xml")
        root = parse_xml(member(archive, path), path)
        shared = _shared(archive, root, types.get(_SHARED_STRINGS))
        parts = _related(archive, path)
        for sheet in root.iterfind(_SHEETS):
            own = {str(name): str(value) for name, value in sheet.items()}
            number = next((own[name] for name in own if name.endswith(_RELATION)), None)
            if not number:
                continue  # a module of old programs
            kind, part = parts[number]
            if part.lower() in known and "chartsheet" not in kind:
                yield _sheet(sheet.get("name", ""), member(archive, part), shared)


def _content_types(archive: zipfile.ZipFile) -> dict[str, str]:
    """The first part of each content type that a part is said to have."""
    found: dict[str, str] = {}
    for entry in parse_xml(member(archive, TYPES), TYPES).iterfind("{*}Override"):
        found.setdefault(entry.get("ContentType", ""), entry.get("PartName", "").lstrip("/"))
    return found


def _related(archive: zipfile.ZipFile, path: str) -> dict[str, tuple[str, str]]:
    """Type and name of each part that a part refers to, by the number of the relation."""
    folder, leaf = posixpath.split(path)
    name = posixpath.join(folder, "_rels", f"{leaf}.rels")
    return {
        entry.get("Id", ""): (
            entry.get("Type", ""),
            posixpath.normpath(posixpath.join("/", folder, entry.get("Target", ""))).lstrip("/"),
        )
        for entry in parse_xml(member(archive, name), name).iterfind("{*}Relationship")
    }


def _shared(archive: zipfile.ZipFile, root: etree._Element, strings: str | None) -> _Book:
    from openpyxl.styles.numbers import is_date_format, is_timedelta_format
    from openpyxl.utils.datetime import CALENDAR_MAC_1904, WINDOWS_EPOCH

    settings = root.find(_SETTINGS)
    since_1904 = settings is not None and settings.get("date1904") in ("1", "true", "on")
    formats = _number_formats(archive)
    return _Book(
        [] if strings is None else list(_strings(member(archive, strings))),
        formats,
        frozenset(number for number, code in enumerate(formats) if is_date_format(code)),
        frozenset(number for number, code in enumerate(formats) if is_timedelta_format(code)),
        CALENDAR_MAC_1904 if since_1904 else WINDOWS_EPOCH,
    )


def _strings(raw: bytes) -> Iterator[str]:
    """The texts that cells refer to by number."""
    for number, element in enumerate(_elements(raw, _STRING)):
        if number >= MAX_STRINGS:
            raise Unreadable("too-large", _("工作簿的文字表过大：请拆分"))
        yield _text(element).replace(_ESCAPED, "")


def _text(element: etree._Element) -> str:
    """What a text says, in one piece or in runs; how it is pronounced is left out."""
    plain = element.findtext(_TEXT) or ""
    return plain + "".join([run.text or "" for run in element.iterfind(_RUN_TEXT)])


def _number_formats(archive: zipfile.ZipFile) -> list[str]:
    """The number format of each cell style."""
    from openpyxl.styles.numbers import BUILTIN_FORMATS

    styles = "xl/styles.xml"
    if not any(name.lower() == styles for name in archive.namelist()):
        return [GENERAL]
    root = parse_xml(member(archive, styles), styles)
    own = {e.get("numFmtId"): e.get("formatCode") for e in root.iterfind("{*}numFmts/{*}numFmt")}
    known = {str(number): code for number, code in BUILTIN_FORMATS.items()} | own
    used = [style.get("numFmtId") for style in root.iterfind("{*}cellXfs/{*}xf")]
    return [known.get(number) or GENERAL for number in used] or [GENERAL]


def _elements(raw: bytes, *tags: str) -> Iterator[etree._Element]:
    """The elements of some names, each forgotten when the next is asked for."""
    refuse_many_tags(raw)
    for _event, element in etree.iterparse(
        BytesIO(raw), tag=tags, resolve_entities=False, no_network=True, huge_tree=False
    ):
        yield element
        element.clear()


def _sheet(title: str, raw: bytes, book: _Book) -> Worksheet:
    sheet = Worksheet(title, {}, [])
    row = 0
    for element in _elements(raw, _ROW, _MERGE):
        if (reference := element.get("ref")) is not None:
            sheet.merged.append(reference)
            continue
        row = _row_number(element.get("r"), row)
        column = 0
        for cell in element.iterchildren(_CELL):
            coordinate = cell.get("r")
            at = (row, column + 1) if coordinate is None else position(coordinate)
            column = at[1]
            style = int(cell.get("s", 0))
            sheet.cells[at] = _value(cell, style, book), book.formats[style]
    return sheet


def _row_number(text: str | None, before: int) -> int:
    if text is None:
        return before + 1
    if not float(text).is_integer():
        raise ValueError(text)
    return int(float(text))


@lru_cache(maxsize=8192)  # forms lie in the same cells
def position(coordinate: str) -> At:
    """Row and column, from 1, of an A1 address.

    Raises:
        ValueError: it is none.
    """
    from openpyxl.utils.cell import coordinate_to_tuple

    found: At = coordinate_to_tuple(coordinate)
    return found


def _value(cell: etree._Element, style: int, book: _Book) -> object:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        inline = cell.find(_INLINE)
        return None if inline is None else _text(inline)
    said = cell.findtext(_VALUE) or None
    if said is None or kind in ("str", "e"):
        return said
    if kind == "s":
        return book.strings[int(said)]
    if kind == "n":
        return _number(said, style, book)
    if kind == "b":
        return bool(int(said))
    return _moment(said) if kind == "d" else said  # a kind that nobody knows: as it is


def _number(said: str, style: int, book: _Book) -> object:
    number = int(said) if said.isdecimal() else _inexact(said)
    if style not in book.dates:
        return number
    from openpyxl.utils.datetime import from_excel

    try:
        found: object = from_excel(number, book.epoch, timedelta=style in book.spans)
    except (OverflowError, ValueError):
        return "#VALUE!"  # what a spreadsheet shows for a day before its first
    return found


def _inexact(said: str) -> int | float:
    """A binary number, as the spreadsheet has it: 0.28999999999999998 is how it writes 0.29."""
    return float(said) if {".", "E", "e"} & set(said) else int(said)


def _moment(said: str) -> Any:
    from openpyxl.utils.datetime import from_ISO8601

    return from_ISO8601(said)  # type: ignore[no-untyped-call]
