"""A document to the evaluations in it, whatever its parts are."""

from auditor.forms import grids, records
from auditor.forms.evaluation import Evaluation
from auditor.forms.rows import rows_of
from auditor.intake.document import Document, Flow, Grid, Part, Records, Sheet
from auditor.intake.excel import flat_table
from auditor.intake.problems import Problem
from auditor.language import _


def evaluations(document: Document) -> tuple[list[Evaluation], list[Problem], list[str]]:
    """The forms of a document, what of it could not be read, and notes for the user.

    A document without any form is one problem, ``no-form``.
    """
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
        elif (sheet := _as_flat(part)) is not None:
            columns = records.flat_columns(sheet.header)
            if columns is not None:
                forms += records.read_flat(document.file, sheet, columns)
        elif not isinstance(part, Sheet):
            grids_and_lines.append(part)
    if any(isinstance(part, Grid) for part in grids_and_lines):
        forms += grids.read(document.file, rows_of(tuple(grids_and_lines)))
    else:
        forms += _from_text(document.file, grids_and_lines)
    problems += [_unread(form, table) for form in forms for table in _unread_tables(form)]
    if not forms and not problems:
        problems.append(Problem(document.file, "no-form", _("没有找到绩效自评表：请确认文件内容")))
    return forms, problems, notes


def _unread_tables(form: Evaluation) -> list[str]:
    """The tables that a form has but that gave no row: such a form cannot pass as sound."""
    doubted = {doubt.cell for doubt in form.doubts}
    return [name for name in ("funds", "indicators") if f"/{name}" in doubted
            and not getattr(form, name)]  # fmt: skip


def _unread(form: Evaluation, table: str) -> Problem:
    name = {"funds": "资金", "indicators": "绩效指标"}[table]
    said = _("第 {n} 张表的{part}部分读不出来：请用常用的表头，或提交原始的 Word、Excel 文件")
    return Problem(form.file, "unread-section", said.format(n=form.form, part=name))


def _from_text(file: str, parts: list[Part]) -> list[Evaluation]:
    from auditor.forms import flow  # text without a grid is rare, and its reader slow to load

    return [form for part in parts if isinstance(part, Flow) for form in flow.read(file, part)]


def _as_flat(part: object) -> Sheet | None:
    """A part that is a table of records: a header row that names projects and indicators."""
    if isinstance(part, Sheet):
        return part
    if isinstance(part, Grid) and part.spans_known:
        first = next(part.rows(), [])
        if records.flat_columns(tuple(cell.text for cell in first)) is not None:
            return flat_table(part)
    return None


def _note_unknown(file: str, keys: set[str]) -> list[str]:
    if not keys:
        return []
    listed = ", ".join(sorted(keys)[:8])
    return [_("{file}：不认识的键已忽略：{keys}").format(file=file, keys=listed)]
