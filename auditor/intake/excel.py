"""Excel ``.xlsx``: what the sheet shows. 15.00 stays ``15.00`` and 99.74% stays ``99.74%``.

openpyxl gives values and number formats; the few formats that forms use are rendered here, because
a value without its format has lost the precision that was printed.
"""

import datetime as dt
import re
import warnings
from decimal import ROUND_HALF_UP, Decimal
from io import BytesIO
from typing import Any

from auditor.intake.document import Cell, Grid, Part, Place
from auditor.intake.limits import MAX_STRINGS
from auditor.intake.office_package import member, open_zip, refuse_many_tags
from auditor.intake.part_names import canonical
from auditor.intake.problems import Unreadable
from auditor.intake.sheet_budget import SheetBudget
from auditor.language import _

_STRING = re.compile(rb"<(?:\w+:)?si\b")
_FAR_DIGITS = 5  # of a row number: 99,999
_LONGEST = 24  # digits before the point; beyond them a sheet shows no plain number


def read(raw: bytes) -> tuple[Part, ...]:
    """One grid per worksheet, merged cells and A1 addresses kept.

    Raises:
        Unreadable: ``damaged`` or ``too-large``.
    """
    _refuse_vast_parts(raw)
    try:
        book = _opened(raw)
    except Exception as error:  # openpyxl lets through whatever its XML readers raise
        damaged = Unreadable("damaged", _("工作簿无法打开：请在 Excel 中另存后再提交"))
        under_its_names = canonical(raw)
        if under_its_names == raw:
            raise damaged from error
        try:
            book = _opened(under_its_names)
        except Exception:  # noqa: BLE001 - as above
            raise damaged from error
    return tuple(_grid(sheet) for sheet in book.worksheets)


def _opened(raw: bytes) -> Any:
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of parts that forms have no use for
        return openpyxl.load_workbook(BytesIO(raw), data_only=True)


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


def _grid(sheet: Any) -> Grid:
    spans = {
        (m.min_row, m.min_col): (m.max_row - m.min_row + 1, m.max_col - m.min_col + 1)
        for m in sheet.merged_cells.ranges
    }
    cells: list[Cell] = []
    budget = SheetBudget()
    # Only cells that the file holds: iter_rows would make every one between two far corners.
    # openpyxl keeps nothing but the first cell of a merged range as a cell with a value.
    for position, cell in sorted(sheet._cells.items()):  # noqa: SLF001
        merged_away = type(cell).__name__ == "MergedCell"
        if merged_away or (cell.value is None and position not in spans):
            continue
        place = Place(sheet=sheet.title, address=cell.coordinate)
        text = shown(cell.value, cell.number_format)
        row, column = position
        budget.charge(text)
        cells.append(Cell(row - 1, column - 1, text, place, *spans.get(position, (1, 1))))
    return Grid(tuple(cells), spans_known=True)


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
