"""Header rows to columns: by whole names, then by stems; what stays unknown is kept as open.

An open header is not dropped: its cells are the other reading of every column that the form seems
to lack and that may stand there, so that nothing is concluded from a column that was overlooked.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from auditor.forms import vocabulary as words
from auditor.forms.building import doubt
from auditor.forms.evaluation import AMOUNTS, Evaluation
from auditor.forms.rows import Extent, Row, extents
from auditor.intake.document import Cell
from auditor.language import _
from auditor.quantities.parsing import parse

LEVELS = ("level1", "level2")
NATIONAL = {
    "funds": (*AMOUNTS, "weight", "rate", "score"),
    "indicators": (
        "level1", "level2", "level3", "target", "actual", "weight", "score", "deviation",
    ),
}  # fmt: skip
GOALS = ("goal_expected", "goal_actual")
_NEEDED = {"funds": AMOUNTS, "indicators": ("level2", "level3", "target", "actual")}
_NAMES = frozenset({"level1", "level2", "level3"})
_POINTS = frozenset({"weight", "score", "review_score", "rate", *AMOUNTS})
_FEW = 3  # columns that make a header without well-known names
_OPEN = "?"


@dataclass(slots=True)
class Columns:
    """Where each column of a table stands; a key that begins with ? is a header nobody knows."""

    table: str
    named: dict[str, Extent] = field(default_factory=dict)
    open: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    width: int = 0  # cells of the header row, blank ones included

    def __bool__(self) -> bool:
        return bool(self.named)

    def missing(self) -> list[str]:
        """What the national template has and this one does not."""
        return [name for name in NATIONAL[self.table] if name not in self.named]

    def known(self) -> dict[str, Extent]:
        """The columns that are understood."""
        return {name: extent for name, extent in self.named.items() if name[0] != _OPEN}


def understood(table: str, text: str) -> str | None:
    """The column of a header by its name or its stem."""
    return words.column(table, text) or words.column_by_stem(table, text)


def columns(row: Row, table: str, *, loosely: bool) -> Columns:
    """The columns of a header row; none when it is no header row.

    Two well-known names make a header row. ``loosely``, a row that consists of understood headers
    is one too.
    """
    filled = row.filled()
    exact = [words.column(table, cell.text) for cell in filled]
    if len(set(exact) & set(_NEEDED[table])) < 2 and not (  # noqa: PLR2004 - one may be chance
        loosely and _is_header(table, filled, exact)
    ):
        return Columns(table)
    return _placed(row, table, filled, exact)


def _is_header(table: str, filled: list[Cell], exact: Sequence[str | None]) -> bool:
    if any(words.header_field(cell.text) or re.search(r"\d", cell.text) for cell in filled):
        return False
    names = [
        name or words.column_by_stem(table, cell.text)
        for name, cell in zip(exact, filled, strict=True)
        if words.section(cell.text) is None
    ]
    told = {name for name in names if name not in (None, "other")}
    unknown = names.count(None)
    if table == "funds":
        return len(told & set(AMOUNTS)) > 1 and unknown < len(told)
    return len(told) >= _FEW and bool(told & {"level3", "target"}) and unknown < len(told)


def _placed(row: Row, table: str, filled: list[Cell], exact: Sequence[str | None]) -> Columns:
    made = Columns(table, width=len(row.cells))
    spread = extents(filled, spans_known=row.spans_known)
    for cell, name, extent in zip(filled, exact, spread, strict=True):
        if words.section(cell.text) is not None:
            continue
        key = name or words.column_by_stem(table, cell.text)
        if key == "score" and "score" in made.named and table == "indicators":
            key = "review_score"
        taken = key in made.named or (
            name is None and key in exact
        )  # a well-known name comes first
        if key is not None and not taken:
            made.named[key] = extent
        elif key != "other":
            made.named[f"{_OPEN}{len(made.open)}"] = extent
            made.open[f"{_OPEN}{len(made.open)}"] = (
                words.squeeze(cell.text),
                (key,) if key else (),
            )
    made.named.pop("other", None)
    _set_candidates(made)
    return made


def _set_candidates(made: Columns) -> None:
    """What each open header may be: columns that the form lacks, on the right side of the names."""
    missing = set(made.missing())
    figures = [e.start for name, e in made.known().items() if name not in _NAMES]
    names = [e.start for name, e in made.known().items() if name in _NAMES]
    for key, (text, same) in made.open.items():
        at = made.named[key].start
        if made.table == "indicators":
            left_of_figures = not figures or at < min(figures)
            right_of_names = not names or at > max(names)
            may = {
                name for name in missing if (left_of_figures if name in _NAMES else right_of_names)
            }
        else:
            may = missing
        made.open[key] = (text, tuple(sorted(may | set(same))))


def doubt_open(
    form: Evaluation, row: str, columns_: Columns, values: Mapping[str, Cell | None]
) -> None:
    """Doubts for one row of a table: what stands under a header that nobody knows."""
    for key, (header, candidates) in columns_.open.items():
        cell = values.get(key)
        text = words.squeeze(cell.text) if cell is not None else ""
        if not text:
            continue
        wordy = parse(text).kind == "text"
        reason = unknown(header)
        for name in candidates:
            taken = values.get(name)
            said = words.squeeze(taken.text) if taken is not None else ""
            if (wordy and name in _POINTS) or (name == "deviation" and said):
                continue
            doubt(form, f"{row}/{name}", reason, (said or None, text))


def unknown(header: str) -> str:
    """What is said of a cell below a header that nobody knows."""
    said = _("表头“{header}”不认识，可能就是这一栏：请核对，或改用常用的表头")
    return said.format(header=header)


def key_value_funds(row: Row) -> Columns:
    """预算数: 100  执行数: 90: headers beside their values instead of above them."""
    filled = row.filled()
    spread = extents(filled, spans_known=row.spans_known)
    found: dict[str, Extent] = {}
    for (label, _extent), (value, extent) in pairwise(zip(filled, spread, strict=True)):
        name = words.column("funds", label.text)
        if name is not None and re.match(r"-?[\d.]", words.squeeze(value.text)):
            found[name] = extent
    told = len(set(found) & set(AMOUNTS)) >= len(AMOUNTS) - 1
    return Columns("funds", found) if told else Columns("funds")


def goal_columns(row: Row) -> dict[str, Extent]:
    """Where the two narratives stand."""
    filled = row.filled()
    spread = extents(filled, spans_known=row.spans_known)
    named = {words.goal_field(c.text): e for c, e in zip(filled, spread, strict=True)}
    found = {name: extent for name, extent in named.items() if name is not None}
    return found if len(found) == len(GOALS) else {}


def indicator_columns(row: Row, following: Row | None, *, loosely: bool) -> tuple[Columns, bool]:
    """Columns of the indicator table, and whether the header had a second row (年度 / 指标值)."""
    made = columns(row, "indicators", loosely=loosely)
    if not made or following is None:
        return made, False
    spread = extents(row.filled(), spans_known=row.spans_known)
    joined: dict[str, Extent] = {}
    lower = following.filled()
    for cell in lower:
        for top, extent in zip(row.filled(), spread, strict=True):
            name = words.column("indicators", top.text + cell.text) or words.column(
                "indicators", cell.text
            )
            if name and extent.overlap(cell, spans_known=following.spans_known):
                joined[name] = _narrower(cell, extent, following)
    if not lower or len(joined) != len(lower):
        return made, False
    return _with_lower(made, joined), True


def _with_lower(made: Columns, joined: dict[str, Extent]) -> Columns:
    """The upper header with the lower one; an open upper cell that the lower explains is closed."""
    for key in list(made.open):
        extent = made.named[key]
        if any(extent.start <= lower.start < extent.end for lower in joined.values()):
            del made.open[key], made.named[key]
    made.named |= joined
    _set_candidates(made)
    return made


def _narrower(cell: Cell, above: Extent, row: Row) -> Extent:
    """The extent of a lower header cell; where merges are lost, as far as the one above reaches."""
    if row.spans_known:
        return Extent(cell.column, cell.column + cell.colspan)
    later = [c.column for c in row.filled() if c.column > cell.column]
    return Extent(cell.column, min([above.end, *later]))
