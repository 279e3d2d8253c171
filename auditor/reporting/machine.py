"""Output for programs: one JSON document, or a stream of JSON lines."""

import json
from collections.abc import Iterator
from typing import Any

from auditor.auditing import Extraction
from auditor.findings.model import Audit
from auditor.forms.evaluation import SCHEMA as EVALUATION
from auditor.reporting.material import Material


def findings_document(material: Material) -> str:
    """The whole audit as ``findings/1``."""
    return _dump(material.audit.as_dict())


def findings_stream(material: Material) -> str:
    """A report per line, then what concerns the whole submission on a last line."""
    return "\n".join(_lines(material.audit))


def _lines(audit: Audit) -> Iterator[str]:
    whole = audit.as_dict()
    reports = whole.pop("reports")
    for report in reports:
        yield json.dumps(
            {"schema": whole["schema"], "report": report}, ensure_ascii=False, default=float
        )
    yield json.dumps(whole, ensure_ascii=False, default=float)


def evaluations_json(extraction: Extraction) -> str:
    """All forms as ``evaluation/1``."""
    return _dump(
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


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, default=float)
