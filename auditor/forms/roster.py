"""A list of projects that a submission must cover: 项目名称 and 全年执行数, one row per project."""

from auditor.forms import records
from auditor.forms.evaluation import Evaluation
from auditor.intake.document import Document, Grid, Sheet
from auditor.intake.excel import flat_table

_NEEDED = frozenset({"project"})


def projects(document: Document) -> list[Evaluation]:
    """The projects of a list, each with the amounts of its row and without indicators."""
    listed: list[Evaluation] = []
    for part in document.parts:
        sheet = flat_table(part) if isinstance(part, Grid) else part
        if isinstance(sheet, Sheet):
            columns = records.flat_columns(sheet.header, _NEEDED)
            if columns is not None:
                listed += records.read_flat(document.file, sheet, columns)
    return [form for form in listed if form.project]
