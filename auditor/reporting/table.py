"""The findings as CSV, a row each, with the columns of ``reports/workbook.yaml``."""

import csv
import io
import re

from auditor.reporting import layout
from auditor.reporting.report_input import ReportInput
from auditor.reporting.statistics import Value

_FORMULA = re.compile(r"[=+\-@\t\r]")
_FIGURE = re.compile(r"[-+]?\d[\d,.]*[%‰]?|[-+]+")  # -5.2% and a dash alone are what they look like
BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes UTF-8 for the local code page


def csv_text(material: ReportInput) -> str:
    """The table; what a spreadsheet would take for a formula begins with an apostrophe."""
    columns = layout.load(material.templates).findings
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(column.header for column in columns)
    for project in material.view.projects:
        for told in project.findings:
            writer.writerow(_safe(v) for v in layout.finding_row(project, told, columns))
    return BYTE_ORDER_MARK + target.getvalue()


def _safe(value: Value) -> Value:
    if isinstance(value, str) and _FORMULA.match(value) and not _FIGURE.fullmatch(value):
        return f"'{value}"
    return value
