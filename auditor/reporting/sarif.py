"""SARIF 2.1.0, for code scanning and the editors that show it.

A finding stands at its line where the file has lines. Elsewhere (Word, Excel, PDF) SARIF has no way
to say "table 1, row 3": the region is the file's beginning, the cell is the logical location, and
the place is in the message and in ``properties``.
"""

from typing import Any
from urllib.parse import quote

from auditor.findings.model import Finding, Report
from auditor.json_text import indented
from auditor.language import _, pick
from auditor.reporting.report_input import ReportInput
from auditor.reporting.view import Project, Told
from auditor.reporting.visible_text import legible
from auditor.rulebook.model import Rule

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning", "advice": "note"}


def sarif(material: ReportInput) -> str:
    """The audit as one SARIF run; the rules that found something are described with their help."""
    view = material.view
    named = {told.rule: told for project in view.projects for told in project.findings}
    indexes = {rule: number for number, rule in enumerate(sorted(named))}
    run = {
        "tool": {
            "driver": {
                "name": "auditor",
                "version": view.version,
                "semanticVersion": view.version,
                "properties": {"rulebook": view.rulebook, "profile": view.profile},
                "rules": [_rule(material, named[rule]) for rule in indexes],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [
            _result(report, finding, project, told, indexes)
            for report, project in zip(material.audit.reports, view.projects, strict=True)
            for finding, told in zip(report.findings, project.findings, strict=True)
        ],
        "invocations": [
            {
                "executionSuccessful": not view.rule_errors,
                "toolExecutionNotifications": [
                    _notification(problem["file"], problem["code"], problem["message"])
                    for problem in view.problems
                ],
                "toolConfigurationNotifications": [
                    {"level": "error", "message": {"text": error["message"]},
                     "descriptor": {"id": error["rule"]}}
                    for error in view.rule_errors
                ],
            }
        ],
    }  # fmt: skip
    return indented({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(material: ReportInput, told: Told) -> dict[str, Any]:
    described = {
        "id": told.rule,
        "name": "".join(word.capitalize() for word in told.name.split("-")),
        "shortDescription": {"text": told.title},
        "properties": {"tags": [told.group]},
    }
    rule = material.rules.get(told.rule)
    if rule is None:
        return described
    worst = next((s for s in ("error", "warning", "advice") if s in _severities(rule)), "advice")
    return described | {
        "fullDescription": {"text": pick(rule.why)},
        "help": {
            "text": f"{pick(rule.why)}\n{_('怎么改：')}{pick(rule.remedy)}",
            "markdown": f"{pick(rule.why)}\n\n**{_('怎么改')}**\n\n{pick(rule.remedy)}",
        },
        "defaultConfiguration": {"level": _LEVELS[worst]},
    }


def _severities(rule: Rule) -> set[str]:
    return {level for _when, level in rule.severity}


def _result(
    report: Report, finding: Finding, project: Project, told: Told, indexes: dict[str, int]
) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": indexes[finding.rule],
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{told.message} {_('位置：')}{told.where()}"},
        "locations": [_location(report, finding, told)],
        "partialFingerprints": {"auditor/v1": finding.fingerprint},
        "properties": {
            "project": project.name,
            "unit": project.unit,
            "form": project.form,
            "cells": finding.cells,
            "place": told.spots[0].place if told.spots else "",
            "reported": _shown(finding.reported),
            "expected": _shown(finding.expected),
        },
    }
    if finding.waived is not None:
        result["suppressions"] = [
            {"kind": "external", "status": "accepted", "justification": told.waived}
        ]
    return result


def _shown(text: str | None) -> str | None:
    return None if text is None else legible(text)


def _location(report: Report, finding: Finding, told: Told) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": uri(report.file)},
            "region": {"startLine": line(report, finding)},
        },
        "logicalLocations": [
            {"name": spot.name, "fullyQualifiedName": f"#{report.form}{spot.pointer}",
             "kind": "element"}
            for spot in told.spots
        ],
    }  # fmt: skip


def line(report: Report, finding: Finding) -> int:
    """The line of the first accused cell that has one, else 1."""
    places = (report.evaluation.locators.get(cell) or {} for cell in finding.cells)
    return next((int(place["line"]) for place in places if "line" in place), 1)


def uri(file: str) -> str:
    """A path as a relative or ``file:`` address."""
    path = quote(file.replace("\\", "/").encode("utf-8", "surrogatepass"), safe="/!")
    return f"file://{path}" if path.startswith("/") else path


def _notification(file: str, code: str, message: str) -> dict[str, Any]:
    return {
        "level": "error",
        "message": {"text": message},
        "descriptor": {"id": code},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": uri(file)}}}],
    }
