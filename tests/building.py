"""Short ways to make forms and to see what is found in them, for tests."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

from lxml import etree

from auditor.findings.model import Audit, Finding
from auditor.findings.personal import masked
from auditor.forms.evaluation import Evaluation
from auditor.forms.records import read_records
from auditor.intake.records import read_json
from auditor.pipeline import Choice, Extraction, audit, choose, extract
from auditor.reporting.report_input import ReportInput


def form(**given: Any) -> Evaluation:
    """A form from evaluation/1 keys; what is not named is not known."""
    absent = ["fund_parts"] if given.get("funds") else ["funds", "fund_parts"]
    whole = {"missing_columns": [], "missing_rows": absent}
    record = {"project": "示例项目", "funds": [], "indicators": []} | whole | given
    parsed = read_json(json.dumps(record, ensure_ascii=False))
    assert parsed is not None
    (made,) = read_records("test.json", parsed)
    assert isinstance(made, Evaluation), made
    return made


def fund(kind: str = "total", initial: str | None = None, budget: str | None = None,
         executed: str | None = None, **more: str | None) -> dict[str, Any]:  # fmt: skip
    """A fund row."""
    return {"kind": kind, "initial_budget": initial, "full_year_budget": budget,
            "executed": executed} | more  # fmt: skip


def row(**given: str | None) -> dict[str, Any]:
    """An indicator of 10 points with full marks that met its target, but for what is given."""
    return {"level1": "产出指标", "level2": "数量指标", "level3": "培训场次", "target": "≥3场",
            "actual": "3场", "weight": "10", "score": "10", "deviation": None} | given  # fmt: skip


def audited(*forms: Evaluation, choice: Choice | None = None, **options: Any) -> Audit:
    """The audit of some forms."""
    return audit(Extraction(list(forms)), choice or choose(**options))


def found(*forms: Evaluation, **options: Any) -> list[tuple[str, str, list[str]]]:
    """(rule, severity, cells) of every finding, in order."""
    return [(f.rule, f.severity, f.cells) for f in findings(*forms, **options)]


def findings(*forms: Evaluation, **options: Any) -> list[Finding]:
    """Every finding of the audit of some forms."""
    return [f for report in audited(*forms, **options).reports for f in report.findings]


def material(*forms: Evaluation, **options: Any) -> ReportInput:
    """What a report on some forms is made of, people masked as in any report."""
    choice = choose()
    result = masked(audit(Extraction(list(forms)), choice))
    return ReportInput(result, {rule.id: rule for rule in choice.rules}, **options)


def material_of(*paths: Path) -> ReportInput:
    """The same of files."""
    return material(*extract([str(path) for path in paths]).evaluations)


def text_of(made: str | bytes) -> str:
    """All words of a report, whatever it is packed in."""
    if isinstance(made, str):
        return made
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        names = [name for name in archive.namelist() if name.endswith((".xml", ".rels"))]
        parts = [archive.read(name) for name in names]
    return "\n".join("".join(etree.fromstring(part).itertext()) for part in parts)
