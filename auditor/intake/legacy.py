"""Word 97 ``.doc``, WPS ``.wps`` and ``.rtf`` by anydoc, a young parser that may end its process.

It is only ever called in a worker process (:mod:`auditor.intake.workers`). What it gives up on,
LibreOffice may open where it is installed: then the form is read as that program shows it.
"""

from collections.abc import Iterator
from typing import Any

from auditor.intake import office, word
from auditor.intake.document import Cell, Flow, Grid, Line, Part, Place
from auditor.intake.problems import Unreadable
from auditor.language import _


def read(raw: bytes) -> tuple[Part, ...]:
    """Read .doc, .wps or .rtf into paragraphs and tables, in the order of the document.

    Raises:
        Unreadable: ``encrypted``, ``damaged``, ``too-large`` or ``unknown-type``.
    """
    import anydoc

    try:
        document = anydoc.to_document(raw)
    except anydoc.EncryptedError as error:
        raise Unreadable("encrypted", _("文件有密码：请去掉密码后再提交")) from error
    except anydoc.ResourceLimitError as error:
        raise Unreadable("too-large", _("文档内容过大：请拆分后提交")) from error
    except anydoc.ConvertError as error:
        if second := _second_reading(raw):
            return second
        raise Unreadable("damaged", _("旧版 .doc/.wps 读取失败：请另存为 .docx 后提交")) from error
    parts: list[Part] = []
    tables = 0
    for block in _flat(document.blocks):
        if block.table is not None:
            tables += 1
            parts.append(_grid(block.table, tables))
        else:
            parts.append(Flow((Line(_inline(block.content), Place()),)))
    return tuple(parts)


def _second_reading(raw: bytes) -> tuple[Part, ...]:
    """What LibreOffice makes of the file; nothing when it finds no table either."""
    made = office.converted(raw, "rtf" if raw.startswith(b"{\\rtf") else "doc")
    if made is None:
        return ()
    try:
        parts = word.read(made)
    except Unreadable:
        return ()
    return parts if any(isinstance(part, Grid) for part in parts) else ()


def _flat(blocks: list[Any]) -> Iterator[Any]:
    for block in blocks:
        if block.table is not None or block.content is not None:
            yield block
        elif block.list is not None:
            for item in block.list.items:
                yield from _flat(item.blocks)
        elif block.blocks is not None:
            yield from _flat(block.blocks)


def _grid(table: Any, number: int) -> Grid:
    cells: list[Cell] = []
    for row, slots in enumerate(table.grid):
        for column, slot in enumerate(slots):
            if slot.cell is None:
                continue
            place = Place(table=number, row=row + 1, column=column + 1)
            text = "\n".join(_inline(block.content) for block in _flat(slot.cell.blocks))
            cells.append(Cell(row, column, text, place, slot.cell.row_span, slot.cell.col_span))
    return Grid(tuple(cells), spans_known=True)


def _inline(content: list[Any] | None) -> str:
    pieces = []
    for piece in content or ():
        if piece.kind == "line_break":
            pieces.append("\n")
        elif piece.content is not None:
            pieces.append(_inline(piece.content))
        else:
            pieces.append(piece.text or "")
    return "".join(pieces)
