"""Excel 97 workbooks, ``.xls`` and WPS's ``.et``: what the sheets show, by xlrd."""

from io import StringIO
from typing import Any

from auditor.intake.document import Cell, Grid, Part, Place
from auditor.intake.excel import address, shown
from auditor.intake.problems import Unreadable
from auditor.intake.sheet_budget import SheetBudget
from auditor.language import _


def read(raw: bytes) -> tuple[Part, ...]:
    """One grid per worksheet, merged cells kept, numbers as displayed.

    Raises:
        Unreadable: ``damaged``, ``encrypted`` or ``too-large``.
    """
    import xlrd

    try:
        book = xlrd.open_workbook(
            file_contents=raw, formatting_info=True, on_demand=True, logfile=StringIO()
        )
        return tuple(_grid(book, book.sheet_by_index(n)) for n in range(book.nsheets))
    except Unreadable:
        raise
    except xlrd.XLRDError as error:
        if "encrypted" in str(error).lower():
            raise Unreadable("encrypted", _("文件有密码：请去掉密码后再提交")) from error
        raise Unreadable("damaged", _("工作簿无法打开：请在 Excel 中另存后再提交")) from error
    except Exception as error:
        raise Unreadable("damaged", _("工作簿无法打开：请在 Excel 中另存后再提交")) from error


def _grid(book: Any, sheet: Any) -> Grid:
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    covered: set[tuple[int, int]] = set()
    for top, bottom, left, right in sheet.merged_cells:
        spans[top, left] = (bottom - top, right - left)
        covered.update(
            (r, c) for r in range(top, bottom) for c in range(left, right) if (r, c) != (top, left)
        )
    cells: list[Cell] = []
    budget = SheetBudget()
    for row in range(sheet.nrows):
        for column in range(sheet.row_len(row)):
            position = (row, column)
            text = _text(book, sheet.cell(row, column))
            if position in covered or (not text and position not in spans):
                continue
            place = Place(sheet=sheet.name, address=address(row, column))
            budget.charge(text)
            cells.append(Cell(row, column, text, place, *spans.get(position, (1, 1))))
    return Grid(tuple(cells), spans_known=True)


def _text(book: Any, cell: Any) -> str:
    import xlrd

    number_format = book.format_map[book.xf_list[cell.xf_index].format_key].format_str
    if cell.ctype == xlrd.XL_CELL_DATE:
        return shown(xlrd.xldate_as_datetime(cell.value, book.datemode), number_format)
    if cell.ctype == xlrd.XL_CELL_NUMBER:
        whole = int(cell.value) if cell.value == int(cell.value) else cell.value
        return shown(whole, number_format)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return shown(bool(cell.value), number_format)
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(cell.value, "#?"))
    return str(cell.value)
