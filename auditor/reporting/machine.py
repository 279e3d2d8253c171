"""Output for programs: one JSON document, or a stream of JSON lines."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from auditor.findings.model import Audit
from auditor.forms.evaluation import SCHEMA as EVALUATION
from auditor.json_text import indented, indented_within
from auditor.output_files import encoded
from auditor.pipeline import Extraction
from auditor.reporting.report_input import ReportInput

_INDENT = "  "


def findings_document(material: ReportInput) -> str:
    """The whole audit as ``findings/1``."""
    return b"".join(map(encoded, document_pieces(material))).decode()


def document_pieces(material: ReportInput) -> Iterator[str | bytes]:
    """The document a report at a time: twenty thousand are never held as text at once."""
    whole = _without_reports(material.audit)
    opening = "{\n"
    for key, value in whole.items():
        yield f"{opening}{_INDENT}{json.dumps(key)}: "
        opening = ",\n"
        if key != "reports":
            yield indented_within(value, 1)
            continue
        joined = "["
        for report in material.audit.reports:
            yield f"{joined}\n{_INDENT * 2}"
            yield indented_within(report.as_dict(), 2)
            joined = ","
        yield "[]" if joined == "[" else f"\n{_INDENT}]"
    yield "\n}"


def findings_stream(material: ReportInput) -> str:
    """A report per line, then what concerns the whole submission on a last line."""
    return "".join(stream_pieces(material))


def stream_pieces(material: ReportInput) -> Iterator[str]:
    """The stream a line at a time."""
    whole = _without_reports(material.audit)
    del whole["reports"]
    for report in material.audit.reports:
        told = {"schema": whole["schema"], "report": report.as_dict()}
        yield json.dumps(told, ensure_ascii=False, default=float) + "\n"
    yield json.dumps(whole, ensure_ascii=False, default=float)


def _without_reports(audit: Audit) -> dict[str, Any]:
    """The audit for JSON with an empty list of reports."""
    return replace(audit, reports=[]).as_dict() | {"summary": audit.summary()}


def evaluations_json(extraction: Extraction) -> str:
    """All forms as ``evaluation/1``."""
    return indented(
        {
            "schema": EVALUATION,
            "evaluations": [form.as_dict() for form in extraction.evaluations],
            "problems": [problem.as_dict() for problem in extraction.problems],
        }
    )


def evaluations_lines(extraction: Extraction) -> Iterator[str]:
    """One form per line."""
    for form in extraction.evaluations:
        yield json.dumps(form.as_dict(), ensure_ascii=False)
