"""Excel ``.xlsx``: what the sheet shows. 15.00 stays ``15.00`` and 99.74% stays ``99.74%``.

openpyxl gives values and number formats; the few formats that forms use are rendered here, because
a value without its format has lost the precision that was printed.
"""

import datetime as dt
import re
import warnings
import zipfile
from collections.abc import Collection, Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from io import BytesIO
from itertools import product
from operator import itemgetter
from typing import Any

from auditor.intake.document import Cell, Grid, Part, Place
from auditor.intake.limits import MAX_STRINGS
from auditor.intake.office_package import member, open_zip, parse_xml, refuse_many_tags
from auditor.intake.part_names import canonical
from auditor.intake.problems import Unreadable
from auditor.intake.sheet_budget import SheetBudget
from auditor.language import _

_STRING = re.compile(rb"<(?:\w+:)?si\b")
_FAR_DIGITS = 5  # of a row number: 99,999
_STYLES, _GENERAL = "xl/styles.xml", "General"
_LONGEST = 24  # digits before the point; beyond them a sheet shows no plain number


def read(raw: bytes) -> tuple[Part, ...]:
    """One grid per worksheet, merged cells and A1 addresses kept.

    Raises:
        Unreadable: ``damaged`` or ``too-large``.
    """
    _refuse_vast_parts(raw)
    try:
        return _grids(raw)
    except Unreadable:
        raise
    except Exception as error:  # openpyxl lets through whatever its XML readers raise
        damaged = Unreadable("damaged", _("工作簿无法打开：请在 Excel 中另存后再提交"))
        under_its_names = canonical(raw)
        if under_its_names == raw:
            raise damaged from error
        try:
            return _grids(under_its_names)
        except Unreadable:
            raise
        except Exception:  # noqa: BLE001 - as above
            raise damaged from error


def _grids(raw: bytes) -> tuple[Grid, ...]:
    """The worksheets, by the parsers inside openpyxl.

    A workbook of its own would also hold fonts, borders, links and pictures: to paint the borders
    of merged cells took two thirds of the time.
    """
    from openpyxl.reader.excel import ExcelReader
    from openpyxl.worksheet._reader import WorkSheetParser

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of parts that forms have no use for
        book = ExcelReader(BytesIO(raw), data_only=True, keep_links=False)
        with book.archive as archive:
            book.read_manifest()
            book.read_strings()
            book.read_workbook()
            formats = _number_formats(archive)
            dates, spans = _times(formats)
            grids = []
            for sheet, part in book.parser.find_sheets():
                if part.target not in book.valid_files or "chartsheet" in part.Type:
                    continue
                with archive.open(part.target) as source:
                    parser = WorkSheetParser(
                        source, book.shared_strings, True, book.wb.epoch, dates, spans
                    )
                    grids.append(_grid(sheet.name, parser, formats))
    return tuple(grids)


def _number_formats(archive: zipfile.ZipFile) -> list[str]:
    """The number format of each cell style."""
    from openpyxl.styles.numbers import BUILTIN_FORMATS

    if _STYLES not in archive.namelist():
        return [_GENERAL]
    root = parse_xml(member(archive, _STYLES), _STYLES)
    own = {e.get("numFmtId"): e.get("formatCode") for e in root.iterfind(".//{*}numFmt")}
    known = {str(number): code for number, code in BUILTIN_FORMATS.items()} | own
    styles = [style.get("numFmtId") for style in root.iterfind("{*}cellXfs/{*}xf")]
    return [known.get(number) or _GENERAL for number in styles] or [_GENERAL]


def _times(formats: list[str]) -> tuple[set[int], set[int]]:
    """The styles whose numbers are dates, and those whose numbers are spans of time."""
    from openpyxl.styles.numbers import is_date_format, is_timedelta_format

    dates = {number for number, code in enumerate(formats) if is_date_format(code)}
    return dates, {number for number, code in enumerate(formats) if is_timedelta_format(code)}


def _refuse_vast_parts(raw: bytes) -> None:
    """What would keep openpyxl busy for minutes: endless parts, strings, and merged ranges.

    A merged range over a whole sheet is made of millions of cells by whoever reads it.
    """
    with open_zip(raw) as archive:
        for name in archive.namelist():
            part = name.lower()
            if not part.startswith("xl/") or not part.endswith(".xml"):
                continue
            sheet = member(archive, name)
            refuse_many_tags(sheet)
            if len(_STRING.findall(sheet)) > MAX_STRINGS:
                raise Unreadable("too-large", _("工作簿的文字表过大：请拆分"))
            if part.startswith("xl/worksheets/"):
                for last in re.findall(rb'<mergeCell[^>]+ref="[A-Z]+\d+:([A-Z]+)(\d+)"', sheet):
                    row, column = last[1].lstrip(b"0"), last[0]
                    if len(row) > _FAR_DIGITS or len(column) > 2:  # noqa: PLR2004 - past ZZ
                        raise Unreadable("too-large", _("工作表里有合并到整张表的单元格"))


def address(row: int, column: int) -> str:
    """The A1 address of a 0-based row and column."""
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


def _grid(title: str, parser: Any, formats: list[str]) -> Grid:
    values: dict[tuple[int, int], tuple[object, str]] = {}  # only cells that the file holds
    for _number, row in parser.parse():
        for cell in row:
            at = cell["row"], cell["column"]
            values[at] = cell["value"], formats[cell["style_id"]]
    merged = _merged(parser)
    for first in merged:
        values.setdefault(first, (None, _GENERAL))
    covered = _covered(values.keys(), merged)
    cells: list[Cell] = []
    budget = SheetBudget()
    for at, (value, number_format) in sorted(values.items(), key=itemgetter(0)):
        if at in covered or (value is None and at not in merged):
            continue
        text = shown(value, number_format)
        row, column = at[0] - 1, at[1] - 1
        budget.charge(text)
        place = Place(sheet=title, address=address(row, column))
        cells.append(Cell(row, column, text, place, *merged.get(at, (1, 1))))
    return Grid(tuple(cells), spans_known=True)


def _merged(parser: Any) -> dict[tuple[int, int], tuple[int, int]]:
    """The first cell of each merged range, and how many rows and columns the range has."""
    from openpyxl.utils.cell import range_boundaries

    found: dict[tuple[int, int], tuple[int, int]] = {}
    for merge in parser.merged_cells.mergeCell if parser.merged_cells else ():
        left, top, right, bottom = (bound or 0 for bound in range_boundaries(merge.ref))
        if not (0 < left <= right and 0 < top <= bottom):
            raise ValueError(merge.ref)
        found[top, left] = bottom - top + 1, right - left + 1
    return found


def _covered(
    cells: Collection[tuple[int, int]], merged: Mapping[tuple[int, int], tuple[int, int]]
) -> set[tuple[int, int]]:
    """The cells that lie in a merged range and are not its first: they show nothing."""
    found: set[tuple[int, int]] = set()
    for (top, left), (height, width) in merged.items():
        rows, columns = range(top, top + height), range(left, left + width)
        within: Iterable[tuple[int, int]] = product(rows, columns)
        if height * width > len(cells):
            within = (at for at in cells if at[0] in rows and at[1] in columns)
        found.update(at for at in within if at != (top, left))
    return found


def shown(value: object, number_format: str) -> str:
    """The text that a spreadsheet shows for a value under its number format.

    Knows text, general, fixed decimals, thousands, percent and dates: what forms are filled in
    with. Any other format shows the value in its shortest form.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (dt.datetime, dt.date)):
        return _date(value, number_format)
    if not isinstance(value, (int, float)):
        return str(value)
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not exact.is_finite() or exact.adjusted() > _LONGEST:
        return str(exact)
    section = re.sub(r'"([^"]*)"|\\(.)|\[[^\]]*\]|_.', "", number_format.split(";", maxsplit=1)[0])
    if "%" in section:
        exact *= 100
    places = re.search(r"[0#?]\.([0#?]+)", section)
    if re.search(r"[0#]", section) and "/" not in section and "E" not in section.upper():
        decimals = len(places.group(1).rstrip("#?")) if places else 0
        if places and decimals < len(places.group(1)):
            optional = exact.quantize(Decimal(1).scaleb(-len(places.group(1))), ROUND_HALF_UP)
            text = _trimmed(optional, decimals)
        else:
            text = f"{exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):f}"
        if "," in section:
            whole, dot, rest = text.partition(".")
            text = f"{int(whole):,}{dot}{rest}"
        prefix, suffix = _affixes(number_format.split(";", maxsplit=1)[0])
        return f"{prefix}{text}{suffix}"
    return _trimmed(exact, 0)


def _trimmed(value: Decimal, at_least: int) -> str:
    text = f"{value:f}"
    whole, dot, rest = text.partition(".")
    rest = rest.rstrip("0").ljust(at_least, "0")
    return f"{whole}.{rest}" if dot and rest else whole


def _affixes(section: str) -> tuple[str, str]:
    """Literal text around the digits of a format: ``0.00"万元"`` shows 万元, ``0%`` shows %."""
    plain = re.sub(r"\[[^\]]*\]|_.", "", section)
    literal = re.sub(r'"([^"]*)"|\\(.)', lambda m: m.group(1) or m.group(2) or "", plain)
    digits = re.search(r"[0#?][0#?.,]*", literal)
    return (literal[: digits.start()], literal[digits.end() :]) if digits else ("", "")


def _date(value: dt.date, number_format: str) -> str:
    lowered = number_format.lower()
    if "年" in lowered:
        text = f"{value.year}年"
        if "m" in lowered:
            text += f"{value.month}月"
        if "d" in lowered:
            text += f"{value.day}日"
        return text
    return f"{value.year}-{value.month:02}-{value.day:02}"
