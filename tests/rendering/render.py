"""Draws forms in the formats that bureaus receive: Word, Excel, and the layouts of text dumps.

The same forms always give the same bytes, so that ``examples/`` can be compared with what this makes.
"""

import csv
import io
import json
import math
import re
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

import docx
import openpyxl
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.worksheet.properties import PageSetupProperties

from auditor.forms.evaluation import Evaluation
from tests.rendering.layout import Box, Page, Template, lay_out

_MOMENT = datetime(2024, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_FONT = "宋体"


def pages(forms: Sequence[Evaluation], template: Template) -> list[Page]:
    """Every form laid out in one template."""
    return [lay_out(form, template) for form in forms]


def to_docx(forms: Sequence[Evaluation], template: Template) -> bytes:
    """A Word document with one table per form."""
    return draw_docx(pages(forms, template), template.width)


def draw_docx(drawn: Sequence[Page], width: int) -> bytes:
    """A Word document with one table per page."""
    document = docx.Document()
    document.core_properties.created = document.core_properties.modified = _MOMENT
    document.core_properties.author = "auditor"
    for number, page in enumerate(drawn):
        if number:
            document.add_page_break()
        for line in page.heading:
            document.add_paragraph(line).alignment = 1
        table = document.add_table(rows=0, cols=width)
        table.style = "Table Grid"
        widths = [int(column.w.twips) for column in table._tbl.tblGrid.gridCol_lst]
        # The library's own merging looks at all cells for each: seconds for a form.
        for row in range(page.rows):
            table._tbl.append(parse_xml(_table_row(page, row, widths)))
        document.add_paragraph("")
    return _same_bytes(_saved(document))


def _table_row(page: Page, row: int, widths: list[int]) -> str:
    """A row as XML: its own boxes, and what reaches down into it from above."""
    cells = []
    here = [box for box in page.boxes if box.row <= row < box.row + box.rowspan]
    for box in sorted(here, key=lambda box: box.column):
        width = sum(widths[box.column : box.column + box.colspan])
        span = f'<w:gridSpan w:val="{box.colspan}"/>' if box.colspan > 1 else ""
        first = box.row == row
        merged = ("<w:vMerge/>", '<w:vMerge w:val="restart"/>')[first] if box.rowspan > 1 else ""
        properties = f'<w:tcPr><w:tcW w:type="dxa" w:w="{width}"/>{span}{merged}</w:tcPr>'
        cells.append(f"<w:tc>{properties}{_paragraph(box.text) if first else '<w:p/>'}</w:tc>")
    return f"<w:tr {nsdecls('w')}>{''.join(cells)}</w:tr>"


def _paragraph(text: str) -> str:
    parts = []
    for piece in re.split(r"([\n\t])", text):
        if piece in ("\n", "\t"):
            parts.append("<w:br/>" if piece == "\n" else "<w:tab/>")
        elif piece:
            kept = ' xml:space="preserve"' if piece != piece.strip() else ""
            parts.append(f"<w:t{kept}>{escape(piece, quote=False)}</w:t>")
    return f'<w:p><w:r><w:rPr><w:sz w:val="18"/></w:rPr>{"".join(parts)}</w:r></w:p>'


def to_xlsx(forms: Sequence[Evaluation], template: Template) -> bytes:
    """A workbook with one sheet per form; numbers stand as numbers with their printed format."""
    return draw_xlsx(pages(forms, template), template.width)


def draw_xlsx(drawn: Sequence[Page], width: int) -> bytes:
    """A workbook with one sheet per page."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    book.properties.created = book.properties.modified = _MOMENT
    edge = Side(style="thin")
    for number, page in enumerate(drawn, 1):
        sheet = book.create_sheet(f"表{number}")
        top = len(page.heading)
        _set_heights(sheet, page)
        for row, line in enumerate(page.heading, 1):
            sheet.cell(row, 1, line).font = Font(name=_FONT, bold=True)
            sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=width)
        for box in page.boxes:
            cell = sheet.cell(top + box.row + 1, box.column + 1)
            _set(cell, box.text)
            cell.font = Font(name=_FONT, size=10)
            cell.alignment = Alignment(wrap_text=True, vertical="center")
            cell.border = Border(edge, edge, edge, edge)
            if box.rowspan > 1 or box.colspan > 1:
                sheet.merge_cells(
                    start_row=cell.row, start_column=cell.column,
                    end_row=cell.row + box.rowspan - 1,
                    end_column=cell.column + box.colspan - 1,
                )  # fmt: skip
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        for column, wide in zip("ABCDEFGHIJKLMNOP"[:width], _WIDTHS, strict=False):
            sheet.column_dimensions[column].width = wide
    return _same_bytes(_saved(book))


_WIDTHS = (8, 10, 14, 26, 14, 14, 9, 9, 24, 12, 24, 12, 12, 12, 12, 12)


def _set_heights(sheet: Any, page: Page) -> None:
    """Rows as high as their text needs: no program does that by itself for merged cells."""
    lines: dict[int, int] = {}
    for box in page.boxes:
        width = sum(_WIDTHS[box.column : box.column + box.colspan])
        needed = math.ceil(len(box.text) * 2.4 / width) + 1
        lines[box.row] = max(lines.get(box.row, 1), math.ceil(needed / box.rowspan))
    for row, count in lines.items():
        sheet.row_dimensions[len(page.heading) + row + 1].height = 14 * count


def to_html(forms: Sequence[Evaluation], template: Template) -> bytes:
    """A page as government sites publish them: GBK bytes that declare GB2312, tables in a layout."""
    return draw_html(pages(forms, template))


def draw_html(drawn: Sequence[Page]) -> bytes:
    """The same of pages that are laid out already."""
    blocks = []
    for page in drawn:
        heading = "".join(f"<p align=center>{escape(line)}" for line in page.heading)
        rows = []
        for row in range(page.rows):
            cells = "".join(
                f"<td rowspan={box.rowspan} colspan={box.colspan}>{escape(box.text)}</td>"
                for box in sorted(page.boxes, key=lambda box: box.column)
                if box.row == row
            )
            rows.append(f"<tr>{cells}")
        blocks.append(f"{heading}<table border=1>{''.join(rows)}</table>")
    layout = f"<table><tr><td>{''.join(blocks)}</td></tr></table>"
    head = '<head><meta http-equiv=Content-Type content="text/html; charset=gb2312"></head>'
    return f"<html>{head}<body>{layout}</body></html>".encode("gb18030")


def to_tab_rows(forms: Sequence[Evaluation], template: Template) -> str:
    """The dump of a ruled table: a line per row, covered cells blank."""
    return draw_tab_rows(pages(forms, template), template.width)


def draw_tab_rows(drawn: Sequence[Page], width: int) -> str:
    """The same of pages that are laid out already."""
    blocks = []
    for page in drawn:
        lines = [*page.heading]
        for row in range(page.rows):
            texts = [""] * width
            for box in page.boxes:
                if box.row == row:
                    texts[box.column] = _one_line(box.text)
            lines.append("\t".join(texts))
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def to_csv(forms: Sequence[Evaluation], template: Template) -> str:
    """What a spreadsheet saves as text: a line per row, covered cells blank."""
    kept = io.StringIO()
    rows = (line.split("\t") for line in to_tab_rows(forms, template).split("\n"))
    csv.writer(kept).writerows([*row, *[""] * (template.width - len(row))] for row in rows)
    return kept.getvalue()


def to_cell_lines(forms: Sequence[Evaluation], template: Template) -> str:
    """The dump of a Word table: a cell per line behind a tab, a blank line between rows."""
    return draw_cell_lines(pages(forms, template))


def draw_cell_lines(drawn: Sequence[Page]) -> str:
    """The same of pages that are laid out already."""
    blocks = []
    for page in drawn:
        rows = [[line] for line in page.heading]
        rows += [_cells_of(page, row) for row in range(page.rows)]
        blocks.append("\n\n".join("\n".join(f"\t{text}" for text in row) for row in rows))
    return "\n\n\n".join(blocks) + "\n"


def _cells_of(page: Page, row: int) -> list[str]:
    """Own cells, and an empty one for each cell that reaches down into the row."""
    here = [box for box in page.boxes if box.row <= row < box.row + box.rowspan]
    return [
        _one_line(box.text) if box.row == row else ""
        for box in sorted(here, key=lambda box: box.column)
    ]


def draw_markdown(drawn: Sequence[Page]) -> str:
    """Pages as converters to Markdown print them: a merged cell once, blanks for columns only."""
    blocks = []
    for page in drawn:
        rows, width = _rows_printed_once(page, wide=True)
        lines = [f"| {' | '.join(row + [''] * (width - len(row)))} |" for row in rows]
        blocks.append("\n".join([*page.heading, "", lines[0], "|" + " --- |" * width, *lines[1:]]))
    return "\n\n".join(blocks) + "\n"


def draw_bars(drawn: Sequence[Page]) -> str:
    """Pages as text of a web page: a merged cell once, and bars up to the width of the table."""
    blocks = []
    for page in drawn:
        rows, width = _rows_printed_once(page, wide=False)
        lines = [f"{' | '.join(row)} |{'|' * (width - len(row))}" for row in rows]
        blocks.append("\n".join([*page.heading, *lines]))
    return "\n\n".join(blocks) + "\n"


def _rows_printed_once(page: Page, *, wide: bool) -> tuple[list[list[str]], int]:
    """The rows that have cells of their own, and how many cells the longest has."""
    rows = [_printed_once(page, row, wide=wide) for row in range(page.rows)]
    return [row for row in rows if row], max(map(len, rows))


def _printed_once(page: Page, row: int, *, wide: bool) -> list[str]:
    """Own cells only; ``wide``: with a blank for each further column that one spans."""
    own = sorted((box for box in page.boxes if box.row == row), key=lambda box: box.column)
    cells = [[_one_line(box.text), *([""] * (box.colspan - 1) if wide else [])] for box in own]
    return [text for cell in cells for text in cell]


def to_json(forms: Sequence[Evaluation]) -> str:
    """An ``evaluation/1`` document, without what only a file has (source, places)."""
    kept = [_content(form) for form in forms]
    return json.dumps({"schema": "evaluation/1", "evaluations": kept}, ensure_ascii=False, indent=1)


def _content(form: Evaluation) -> dict[str, Any]:
    data = form.as_dict()
    for key in ("source", "locators", "doubts", "unplaced", "confidence"):
        del data[key]
    return data


def _one_line(text: str) -> str:
    return text.replace("\n", "").replace("\t", " ")


def _set(cell: Any, text: str) -> None:
    """A plain number becomes a number shown as printed; everything else stays text."""
    digits = text.removesuffix("%")
    whole, _dot, decimals = digits.partition(".")
    printable = whole.isascii() and whole.isdigit() and (decimals.isdigit() or not _dot)
    if printable and (whole == "0" or not whole.startswith("0")) and len(digits) < 15:
        places = f"0.{'0' * len(decimals)}" if decimals else "0"
        percent = text.endswith("%")
        cell.value = float(digits) / 100 if percent else float(digits)
        cell.number_format = places + ("%" if percent else "")
        return
    cell.value = text
    if text:
        cell.data_type = "s"  # text that begins with = is no formula


def _saved(document: Any) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _same_bytes(raw: bytes) -> bytes:
    """The archive again with fixed times, so that equal content is equal bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            info = zipfile.ZipInfo(name, date_time=(2024, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            data = old.read(name)
            if name == "docProps/core.xml":
                data = _fixed_times(data)
            new.writestr(info, data)
    return stream.getvalue()


def _fixed_times(core: bytes) -> bytes:
    import re

    stamp = _MOMENT.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    return re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", stamp, core)


def write_all(forms: Sequence[Evaluation], template: Template, stem: Path) -> list[Path]:
    """The three other formats of a submission beside its JSON: docx, xlsx and txt."""
    text = to_cell_lines if template.two_row_header else to_tab_rows
    made = {
        ".docx": to_docx(forms, template),
        ".xlsx": to_xlsx(forms, template),
        ".txt": text(forms, template).encode(),
    }
    written = []
    for suffix, data in made.items():
        path = stem.with_suffix(suffix)
        path.write_bytes(data)
        written.append(path)
    return written


__all__ = ["Box", "to_cell_lines", "to_docx", "to_json", "to_tab_rows", "to_xlsx", "write_all"]
