"""Record a doubt where a header has two possible meanings, for the cells below it."""

from collections.abc import Mapping, Sequence
from typing import Any

from auditor.forms.columns import TARGET_PARTS, Columns, kind_weight
from auditor.forms.evaluation import Evaluation
from auditor.forms.evaluation_builder import add_to_place, doubt
from auditor.forms.rows import Row, below
from auditor.forms.signs import sign
from auditor.forms.vocabulary import squeeze
from auditor.intake.document import Cell
from auditor.language import _

_LEVELS = frozenset({"level1", "level2"})


def doubt_columns(
    form: Evaluation, pointer: str, columns: Columns, row: Row, values: Mapping[str, Cell | None]
) -> None:
    """The other readings of a row's cells, by the headers that were not certain."""
    _doubt_seconds(form, pointer, columns, row, values)
    _doubt_open(form, pointer, columns, row)
    for name in columns.by_arithmetic:
        if f"{pointer}/{name}" in form.locators:
            add_to_place(form, f"{pointer}/{name}", told_by="rate")


def _doubt_seconds(
    form: Evaluation, pointer: str, columns: Columns, row: Row, values: Mapping[str, Cell | None]
) -> None:
    for name, places in columns.second.items():
        taken = _text(values.get(name))
        readings: list[str | None] = [taken]
        for extent in places:
            other = None
            if extent is not None:
                found = below(row, {name: extent}, from_above=_LEVELS)
                other = _text(found.get(name))
            if other not in readings:
                readings.append(other)
        if len(readings) > 1:
            head = columns.heads[name].text if name in columns.heads else ""
            if name in TARGET_PARTS:
                whole = (_row(form, pointer).target, None)
                doubt(form, f"{pointer}/target", uncertain(head), whole)
                continue
            doubt(form, f"{pointer}/{name}", uncertain(head), tuple(readings))


def _row(form: Evaluation, pointer: str) -> Any:
    """The row of a form that a pointer names."""
    _empty, table, number = pointer.split("/")
    return getattr(form, table)[int(number)]


def _doubt_open(form: Evaluation, pointer: str, columns: Columns, row: Row) -> None:
    """A header that nobody knows may be any column that the form seems to lack."""
    for head in columns.open:
        cell = below(row, {"?": head.extent}, from_above=frozenset()).get("?")
        text = _text(cell)
        if text is None:
            continue
        for name in columns.missing():
            if kind_weight(columns.table, name, sign(text)) > 0:
                doubt(form, f"{pointer}/{name}", uncertain(head.text), (None, text))


def doubt_ways(
    form: Evaluation,
    pointer: str,
    taken: Mapping[str, Cell | None],
    others: Sequence[Mapping[str, Cell | None]],
    names: Sequence[str],
) -> None:
    """The cells of a row of text that several ways of setting it read differently."""
    reason = _("文本里这一行的空格丢了，看不出哪一格对哪一栏：请提交原始文件")
    for name in names:
        readings = dict.fromkeys(_text(way.get(name)) for way in (taken, *others))
        if len(readings) > 1:
            doubt(form, f"{pointer}/{name}", reason, tuple(readings))


def uncertain(header: str) -> str:
    """What is said of a cell below a header that nobody knows for certain."""
    said = _("表头“{header}”不认识，可能就是这一栏：请核对，或改用常用的表头")
    return said.format(header=header)


def _text(cell: Cell | None) -> str | None:
    return (squeeze(cell.text) or None) if cell is not None else None
