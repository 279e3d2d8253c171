"""A list of projects that a submission must cover: 项目名称 and 全年执行数, one row per project."""

from auditor.forms import flat_tables
from auditor.forms.evaluation import Evaluation
from auditor.intake.document import Document, Grid, Sheet

_NEEDED = frozenset({"project"})


def projects(document: Document) -> list[Evaluation]:
    """The projects of a list, each with the amounts of its row and without indicators."""
    listed: list[Evaluation] = []
    for part in document.parts:
        table = flat_tables.whole_table(part) if isinstance(part, Grid | Sheet) else None
        columns = flat_tables.columns(table, _NEEDED) if table is not None else None
        if table is not None and columns is not None:
            listed += flat_tables.read(document.file, table, columns)
    return [form for form in listed if form.project]
