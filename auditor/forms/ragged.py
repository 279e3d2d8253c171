"""Rows of text dumps whose blank cells are lost: which cell stands under which header.

A row with as many cells as its header needs no guess. A shorter one is set by what its cells are:
level names first, figures for weight and score. What is not decided by that is a doubt on the row.
"""

import re
from collections.abc import Mapping

from auditor.forms import vocabulary as words
from auditor.forms.building import doubt
from auditor.forms.evaluation import Evaluation
from auditor.forms.headers import Columns
from auditor.forms.rows import Row
from auditor.intake.document import Cell
from auditor.language import _
from auditor.quantities.parsing import parse

FIGURE = re.compile(r"[+-]?[\d,，.]+[%％]?(万?元|分)?|[/—－–-]+")
_LEVELS = ("level1", "level2")


def placed(row: Row, columns: Columns, *, labels: int) -> dict[str, Cell]:
    """The cells of a dense row by the order of the headers, ``labels`` cells standing before them.

    Each cell is where its header stands if the row lacks nothing but levels and a last reason.
    """
    cells = [cell for cell in row.filled() if words.section(cell.text) is None]
    names = list(columns.named)
    if labels:
        return dict(zip(names, cells[labels:], strict=False))
    if len(cells) < len(names):
        names = [name for name in names if name not in _absent(cells, names)]
    return dict(zip(names, cells, strict=False))


def _absent(cells: list[Cell], names: list[str]) -> set[str]:
    """The level columns that a short row leaves out, by what its first cells say."""
    absent = set()
    position = 0
    for level in _LEVELS:
        if level not in names or position >= len(cells):
            continue
        if words.listed_level(level, cells[position].text) and _is_level(cells, position, level):
            position += 1
        else:
            absent.add(level)
    return absent


def _is_level(cells: list[Cell], position: int, level: str) -> bool:
    """成本指标 and 满意度指标 are names of both levels: the first if a second one follows."""
    both = level == "level1" and words.listed_level("level2", cells[position].text)
    following = cells[position + 1].text if position + 1 < len(cells) else ""
    return not both or words.listed_level("level2", following) is not None


def shifted(values: Mapping[str, Cell | None]) -> bool:
    """Whether a row cannot stand as it is read: a figure for a name, words for points."""
    texts = {name: words.squeeze(cell.text) for name, cell in values.items() if cell is not None}
    points = [texts.get(name, "") for name in ("weight", "score", "review_score")]
    name = texts.get("level3", "")
    return any(text and not FIGURE.fullmatch(text) for text in points) or (
        bool(name) and parse(name).kind in ("number", "range")
    )


def doubtful_indicator(row: Row, columns: Columns, values: Mapping[str, Cell | None]) -> bool:
    """Whether it is open which cell of a text dump's row is which."""
    if row.spans_known:
        return False
    if shifted(values):
        return True
    if not row.dense:
        return len(row.cells) < columns.width and not _has(values, "score", columns)
    cells = [cell for cell in row.filled() if words.section(cell.text) is None]
    names = list(columns.named)
    absent = _absent(cells, names) if len(cells) < len(names) else set()
    short = len(names) - len(absent) - len(cells)
    return short < 0 or short > 1 or (short == 1 and (
        names[-1] != "deviation" or not _has(values, "score", columns)
    ))  # fmt: skip


def _has(values: Mapping[str, Cell | None], name: str, columns: Columns) -> bool:
    cell = values.get(name)
    return name not in columns.named or (cell is not None and bool(words.squeeze(cell.text)))


def doubtful_fund(row: Row, columns: Columns) -> bool:
    """Whether a dense fund row has other than a label and a cell for each header."""
    cells = [cell for cell in row.filled() if words.section(cell.text) is None]
    return row.dense and len(cells) != len(columns.named) + 1


def doubt_row(form: Evaluation, pointer: str, cells: tuple[str, ...]) -> None:
    """Every filled cell of a row is open, and every blank one may hold something."""
    reason = _("文本里这一行的空格丢了，看不出哪一格对哪一栏：请提交原始文件")
    *_path, table, number = pointer.split("/")
    row = getattr(form, table)[int(number)]
    for name in cells:
        doubt(form, f"{pointer}/{name}", reason, (getattr(row, name),))
