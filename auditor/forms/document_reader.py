"""Find the evaluations in a document, whatever its parts are (tables, lines, sheets, records)."""

import re
from collections.abc import Iterator

from auditor.forms import flat_tables, form_reader, records, signs
from auditor.forms.evaluation import Evaluation
from auditor.forms.evaluation_builder import doubt
from auditor.forms.recognition import is_form
from auditor.forms.rows import rows_of
from auditor.forms.text_budget import cut_cells
from auditor.intake import limits
from auditor.intake.document import Document, Flow, Grid, Part, Records, Sheet
from auditor.intake.problems import Problem
from auditor.intake.valid_text import SPELT, valid
from auditor.language import _


def evaluations(document: Document) -> tuple[list[Evaluation], list[Problem], list[str]]:
    """The forms of a document, what of it could not be read, and notes for the user.

    A document without any form is one problem, ``no-form``; a form past the limits is one too.
    """
    document = valid(document)
    forms: list[Evaluation] = []
    problems: list[Problem] = []
    notes: list[str] = list(document.notes)
    grids_and_lines: list[Part] = []
    for part in document.parts:
        if isinstance(part, Records):
            for read in records.read_records(document.file, part):
                if isinstance(read, Evaluation):
                    forms.append(read)
                else:
                    problems.append(read)
            notes += _note_unknown(document.file, records.unknown_keys(part))
        elif (table := _as_flat(part)) is not None:
            columns = flat_tables.columns(table)
            if columns is not None:
                forms += flat_tables.read(document.file, table, columns)
        elif not isinstance(part, Sheet):
            grids_and_lines.append(part)
    likely = _from_rows(document.file, grids_and_lines)
    forms += filter(is_form, likely)
    if forms and not all(map(is_form, likely)):
        said = _("{file}：有 {n} 处表格不像自评表，没有审核")
        notes.append(said.format(file=document.file, n=sum(not is_form(form) for form in likely)))
    forms, refused = _within_limits(forms, spelt_out=document.spelt_out)
    problems += refused
    problems += [_unread(form, table) for form in forms for table in _unread_tables(form)]
    if not forms and not problems:
        problems.append(_nothing_read(document))
    return forms, problems, notes


def _within_limits(
    forms: list[Evaluation], *, spelt_out: bool
) -> tuple[list[Evaluation], list[Problem]]:
    """The forms that are audited, and why others are not."""
    faults = [_too_large(form) for form in forms]
    kept = [form for form, fault in zip(forms, faults, strict=True) if fault is None]
    for form in kept:
        _doubt_long(form)
        if spelt_out:
            _doubt_spelt(form)
    return kept, [fault for fault in faults if fault is not None]


def _too_large(form: Evaluation) -> Problem | None:
    """Why a form is not audited: more rows, or longer texts, than any form has."""
    if len(form.funds) + len(form.indicators) > limits.MAX_ROWS:
        said = _("第 {n} 张表超过 {most} 行：请拆分").format(n=form.form, most=limits.MAX_ROWS)
        return Problem(form.file, "too-large", said)
    if max(map(len, form.texts()), default=0) <= limits.MAX_TEXT:
        return None
    long = next(c for c, text in form.cells() if text and len(text) > limits.MAX_TEXT)
    said = _("第 {n} 张表的 {cell} 超过 {most} 个字：请缩短").format(
        n=form.form, cell=long, most=limits.MAX_TEXT
    )
    return Problem(form.file, "too-large", said)


def _doubt_long(form: Evaluation) -> None:
    for cell, judged in cut_cells(form):
        doubt(form, cell, _("太长，只审核了前 {n} 个字").format(n=judged), ())


def _doubt_spelt(form: Evaluation) -> None:
    for cell, text in form.cells():
        if text is not None and SPELT.search(text):
            doubt(form, cell, _("原文有不能显示的字符，已写成 [U+…]"), (text,))


_LABELS_OF_A_FORM = 6  # so many different labels are no chance
_FAMILIES = ("header", "goals", "columns.funds", "columns.indicators", "total", "sections")


def _nothing_read(document: Document) -> Problem:
    """No form, or one in a layout that cannot be read: its labels are there."""
    told = set()
    for text in _texts(document):
        sign = signs.sign(text)
        told |= {(family, key) for family in _FAMILIES if (key := sign.named(family)) is not None}
    if len(told) < _LABELS_OF_A_FORM:
        return Problem(document.file, "no-form", _("没有找到绩效自评表：请确认文件内容"))
    said = _("有自评表的栏目，但版式读不出来：请提交原始的 Word、Excel 文件，或有表格线的版式")
    return Problem(document.file, "unread-layout", said)


def _texts(document: Document) -> Iterator[str]:
    for part in document.parts:
        if isinstance(part, Grid):
            yield from (cell.text for cell in part.cells)
        elif isinstance(part, Flow):
            yield from (piece for line in part.lines for piece in line.text.split())


def _unread_tables(form: Evaluation) -> list[str]:
    """The tables that a form has but that gave no row: such a form cannot pass as sound."""
    doubted = {doubt.cell for doubt in form.doubts}
    return [name for name in ("funds", "indicators") if f"/{name}" in doubted
            and not getattr(form, name)]  # fmt: skip


def _unread(form: Evaluation, table: str) -> Problem:
    name = {"funds": "资金", "indicators": "绩效指标"}[table]
    said = _("第 {n} 张表的{part}部分读不出来：请用常用的表头，或提交原始的 Word、Excel 文件")
    return Problem(form.file, "unread-section", said.format(n=form.form, part=name))


def _from_rows(file: str, parts: list[Part]) -> list[Evaluation]:
    """The forms in grids and lines; lines without a sure grid are read in every way there is.

    The way that leaves the most cells certain is taken.
    """
    lines = tuple(line for part in parts if isinstance(part, Grid | Flow) for line in part.lines)
    grids = any(isinstance(part, Grid) for part in parts)
    best = form_reader.read(file, list(rows_of(tuple(parts)))) if grids else []
    if not lines or (grids and any(isinstance(part, Grid) and not part.lines for part in parts)):
        return best
    if best and all(_is_whole(form) for form in best):
        return best
    from auditor.forms import flow, streams  # text without a sure grid is rare, and slow to load

    ways = [best, form_reader.read(file, streams.rows_of_stream(lines))]
    if not grids:
        ways.append(flow.read(file, Flow(lines)))
    return max(ways, key=_certain)


_SURE = 0.85  # a reading of rows so certain is not given up for another


def _is_whole(form: Evaluation) -> bool:
    """Whether a reading leaves nothing that another way of reading could find a place for."""
    return bool(form.indicators) and form.confidence >= _SURE and not form.unplaced


def _certain(forms: list[Evaluation]) -> float:
    """How many cells of some forms are certain; a label for a value speaks against a reading."""
    texts = [(form, text) for form in forms for _cell, text in form.cells() if text is not None]
    return sum(-_MISREAD if _is_leftover(text) else form.confidence for form, text in texts)


_MISREAD = 12.0  # cells that one label in the place of a value outweighs


def _is_leftover(text: str) -> bool:
    """Whether a value is nothing but headers or the template's dots."""
    return bool(re.fullmatch(r"[.…·]{2,}", text)) or signs.is_labels_only(text)


def _as_flat(part: object) -> flat_tables.FlatTable | None:
    """A part that is a table of records: a header row that names projects and indicators."""
    return flat_tables.flat_table(part) if isinstance(part, Sheet | Grid) else None


def _note_unknown(file: str, keys: set[str]) -> list[str]:
    if not keys:
        return []
    listed = ", ".join(sorted(keys)[:8])
    return [_("{file}：不认识的键已忽略：{keys}").format(file=file, keys=listed)]
