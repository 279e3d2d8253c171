"""Excel ``.xlsx``: what the sheet shows. 15.00 stays ``15.00`` and 99.74% stays ``99.74%``.

The few number formats that forms use are rendered here, because a value without its format has lost
the precision that was printed.
"""

import datetime as dt
import re
from collections.abc import Collection, Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from itertools import product
from operator import itemgetter

from auditor.intake.document import Cell, Grid, Part, Place
from auditor.intake.limits import MAX_SHEET_CELLS
from auditor.intake.problems import Unreadable
from auditor.intake.sheet_budget import SheetBudget
from auditor.intake.worksheets import GENERAL, At, Worksheet, position, worksheets
from auditor.language import _

_LAST_ROW, _LAST_COLUMN = 99_999, 702  # as far as a merged range of a form may reach: ZZ99999
_LONGEST = 24  # digits before the point; beyond them a sheet shows no plain number


def read(raw: bytes) -> tuple[Part, ...]:
    """One grid per worksheet, merged cells and A1 addresses kept.

    Raises:
        Unreadable: ``damaged`` or ``too-large``.
    """
    try:
        return tuple(map(_grid, worksheets(raw)))
    except Unreadable:
        raise
    except Exception as error:  # a value that is none, in many ways
        damaged = Unreadable("damaged", _("工作簿无法打开：请在 Excel 中另存后再提交"))
        raise damaged from error


@lru_cache(maxsize=8192)  # forms lie in the same cells
def address(row: int, column: int) -> str:
    """The A1 address of a 0-based row and column."""
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


def _grid(sheet: Worksheet) -> Grid:
    merged = dict(map(_extent, sheet.merged))
    values = dict.fromkeys(merged, (None, GENERAL)) | sheet.cells
    covered = _covered(values.keys(), merged)
    cells: list[Cell] = []
    budget = SheetBudget()
    for at, (value, number_format) in sorted(values.items(), key=itemgetter(0)):
        if at in covered or (value is None and at not in merged):
            continue
        text = shown(value, number_format)
        row, column = at[0] - 1, at[1] - 1
        budget.charge(text)
        place = Place(sheet=sheet.title, address=address(row, column))
        cells.append(Cell(row, column, text, place, *merged.get(at, (1, 1))))
    return Grid(tuple(cells), spans_known=True)


@lru_cache(maxsize=1024)  # forms of a template have the same
def _extent(merged: str) -> tuple[At, tuple[int, int]]:
    """The first cell of a merged range, and how many rows and columns it has.

    Raises:
        Unreadable: ``too-large``, over a whole sheet; ``damaged``, it is no range.
    """
    (top, left), (bottom, right) = (position(corner) for corner in (merged.split(":") * 2)[:2])
    if not (0 < left <= right and 0 < top <= bottom):
        raise ValueError(merged)
    if bottom > _LAST_ROW or right > _LAST_COLUMN:
        raise Unreadable("too-large", _("工作表里合并的单元格过大或互相重叠：请取消合并后再提交"))
    return (top, left), (bottom - top + 1, right - left + 1)


def _covered(cells: Collection[At], merged: Mapping[At, tuple[int, int]]) -> set[At]:
    """The cells that lie in a merged range and are not its first: they show nothing.

    Raises:
        Unreadable: ``too-large``, ranges that overlap so much that it would take minutes to tell.
    """
    found: set[At] = set()
    left_over = MAX_SHEET_CELLS
    for (top, left), (height, width) in merged.items():
        left_over -= min(height * width, len(cells))
        if left_over < 0:
            raise Unreadable(
                "too-large", _("工作表里合并的单元格过大或互相重叠：请取消合并后再提交")
            )
        rows, columns = range(top, top + height), range(left, left + width)
        within: Iterable[At] = product(rows, columns)
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
