"""Text dumps: what is left of a document when a tool has printed its words to a file.

These layouts reach a bureau. *Tab rows*: a line per table row, covered cells blank (pdfplumber and
the like). *Cell lines*: a tab, then one cell, per line, with a blank line between rows (Tika on
Word). *Pipe rows*: a line per row, bars between the cells. *Space rows*: the same with spaces, so
that blank cells are lost. *Flow*: words in drawing order without a grid (Tika on PDF).
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from auditor.intake.document import Cell, Flow, Grid, Line, Part, Place
from auditor.intake.problems import Unreadable
from auditor.language import _

_TABS_OF_A_ROW = 2
_BAR = re.compile(r"[|｜│┃]")
_RULE = re.compile(r"[\s|｜│┃:+=─━┄┌┐└┘├┤┬┴┼-]+")
_WIDE_GAP = re.compile(r"[ \u3000]{2,}|\u3000")
_CHUNKS_OF_A_ROW = 4


def decode(raw: bytes) -> str:
    """Text of a file as Chinese offices write it: UTF-8 or UTF-16 with a mark, else GB18030.

    Raises:
        Unreadable: ``unknown-type`` when no encoding fits.
    """
    marked = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    furthest = 0
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError as error:
            furthest = max(furthest, error.start)
    # A wrong byte may swallow the one behind it, a tab or a digit: guessing would shift cells.
    said = _("第 {n} 个字节起不是 UTF-8 或 GBK 文字：请用原软件重新导出").format(n=furthest + 1)
    raise Unreadable("unknown-type", said)


def read(raw: bytes) -> tuple[Part, ...]:
    """The parts of a text dump, whichever layout it has."""
    lines = decode(raw).replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").split("\n")
    filled = [line for line in lines if line.strip()]
    kept = tuple(Line(text, Place(line=n)) for n, text in enumerate(lines, 1))
    cell_lines = sum(line.startswith("\t") and line.count("\t") == 1 for line in filled)
    tab_rows = sum(line.count("\t") >= _TABS_OF_A_ROW for line in filled)
    if max(cell_lines, tab_rows) * 4 < len(filled):
        if sum(len(_BAR.findall(line)) >= _TABS_OF_A_ROW for line in filled) * 4 >= len(filled):
            return (replace(_tab_rows(list(_between_bars(lines))), lines=kept),)
        if sum(len(line.split()) >= _CHUNKS_OF_A_ROW for line in filled) * 5 >= len(filled) * 2:
            return (replace(_tab_rows(list(_between_spaces(lines))), lines=kept),)
        return (Flow(kept),)
    return (replace(_cell_lines(lines) if cell_lines > tab_rows else _tab_rows(lines), lines=kept),)


def _tab_rows(lines: list[str]) -> Grid:
    cells: list[Cell] = []
    gaps: set[int] = set()
    row, gap = 0, False
    for number, line in enumerate(lines, 1):
        if not line.strip():
            gap = True
            continue
        if gap:
            gaps.add(row)
        gap = False
        for column, text in enumerate(line.split("\t")):
            cells.append(Cell(row, column, text, Place(line=number, column=column + 1)))
        row += 1
    return Grid(tuple(cells), spans_known=False, gaps=frozenset(gaps))


def _between_bars(lines: list[str]) -> Iterator[str]:
    """Rows of bars and cells as rows of tabs; what only draws a rule is blank.

    A bar at the edge is a frame where nearly every row has it, else it stands beside a blank cell.
    """
    rows = [line.strip() for line in lines if _BAR.search(line)]
    framed = [sum(bool(_BAR.match(row[edge])) for row in rows) * 4 > len(rows) * 3
              for edge in (0, -1)]  # fmt: skip
    for line in lines:
        bare = line.strip()
        if not _BAR.search(bare):
            yield bare
        elif _RULE.fullmatch(bare) and re.search(r"[-=─━]{2}", bare):
            yield ""
        else:
            pieces = _BAR.split(bare)
            first = int(framed[0] and bool(_BAR.match(bare[0])))
            last = len(pieces) - int(framed[1] and bool(_BAR.match(bare[-1])))
            yield "\t".join(piece.strip() for piece in pieces[first:last])


def _between_spaces(lines: list[str]) -> Iterator[str]:
    """Rows whose cells stand apart by wide gaps, or where there are none, by any space."""
    gaps = sum(len(_WIDE_GAP.findall(line.strip())) for line in lines)
    singles = sum(len(line.split()) - 1 for line in lines if line.strip()) - gaps
    wide = gaps > singles
    for line in lines:
        yield "\t".join(_WIDE_GAP.split(line.strip()) if wide else line.split())


def _cell_lines(lines: list[str]) -> Grid:
    """A line that does not begin with a tab goes on with the cell above it.

    A cell whose text itself holds blank lines looks like two rows. The rows of a table have equally
    many cells, so a short row followed by the cells it lacks is put together again, if more blank
    lines part the two than part rows as a rule.
    """
    blocks: list[list[tuple[int, str]]] = []
    blanks: list[int] = []  # blank lines before each block
    open_block, empty = False, 0
    for number, line in enumerate(lines, 1):
        if line == "":
            open_block = False
            empty += 1
            continue
        if line.startswith("\t"):
            if not open_block:
                blocks.append([])
                blanks.append(empty)
            blocks[-1].append((number, line[1:]))
            open_block = True
        elif line.strip() and blocks and open_block:
            start, text = blocks[-1][-1]
            blocks[-1][-1] = (start, f"{text}\n{line}")
        elif line.strip():
            blocks.append([(number, line)])
            blanks.append(empty)
            open_block = True
        empty = 0
    usual = max(set(blanks), key=blanks.count) if blanks else 0
    kept = [
        (block, before > usual)
        for block, before in zip(blocks, blanks, strict=True)
        if any(text.strip() for _line, text in block)
    ]
    rows = _join_torn(kept)
    cells = [
        Cell(row, column, text, Place(line=number, column=column + 1))
        for row, block in enumerate(rows)
        for column, (number, text) in enumerate(block)
    ]
    return Grid(tuple(cells), spans_known=False)


def _join_torn(blocks: list[tuple[list[tuple[int, str]], bool]]) -> list[list[tuple[int, str]]]:
    rows: list[list[tuple[int, str]]] = []
    full = 0  # how many cells the row above the last one has
    for block, parted in blocks:
        torn = rows and min(len(block), len(rows[-1])) > 1  # a line alone is no part of a row
        if torn and parted and len(rows[-1]) + len(block) == full:
            rows[-1] = rows[-1] + block
        else:
            full = len(rows[-1]) if rows else 0
            rows.append(block)
    return rows
