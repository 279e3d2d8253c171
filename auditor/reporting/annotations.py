"""What the two big forges show beside a change: GitHub workflow commands, GitLab code quality."""

import hashlib
from collections.abc import Iterator
from typing import Any

from auditor.findings.model import Finding, Report
from auditor.json_text import indented
from auditor.language import _
from auditor.reporting.report_input import ReportInput
from auditor.reporting.sarif import line
from auditor.reporting.view import Told
from auditor.reporting.visible_text import legible

_GITHUB = {"error": "error", "warning": "warning", "advice": "notice"}
_GITLAB = {"error": "critical", "warning": "major", "advice": "info"}


def github(material: ReportInput) -> str:
    """A workflow command per finding, file that could not be read and rule that could not run."""
    lines = [
        _command(
            _GITHUB[told.severity], legible(report.file), str(line(report, finding)),
            f"{told.rule} {told.title}", f"{told.message}\n{_('位置：')}{told.where()}",
        )
        for report, finding, told in _active(material)
    ]  # fmt: skip
    view = material.view
    lines += [_command("error", p["file"], "", p["code"], p["message"]) for p in view.problems]
    lines += [_command("error", "", "", e["rule"], e["message"]) for e in view.rule_errors]
    return "\n".join(lines)


def gitlab(material: ReportInput) -> str:
    """A code quality report: GitLab compares its fingerprints between branches.

    A rule that could not run has no file to stand at; the exit code and standard error tell of it.
    """
    entries: list[dict[str, Any]] = [
        {
            "description": f"{told.title}{_('：')}{told.message}",
            "check_name": told.rule,
            "fingerprint": finding.fingerprint,
            "severity": _GITLAB[told.severity],
            "location": {
                "path": legible(report.file),
                "lines": {"begin": line(report, finding)},
            },
        }
        for report, finding, told in _active(material)
    ]
    entries += [
        {
            "description": problem["message"],
            "check_name": problem["code"],
            "fingerprint": hashlib.sha256(
                f"{problem['file']}|{problem['code']}".encode()
            ).hexdigest(),
            "severity": "blocker",
            "location": {"path": problem["file"], "lines": {"begin": 1}},
        }
        for problem in material.view.problems
    ]
    return indented(entries)


def _active(material: ReportInput) -> Iterator[tuple[Report, Finding, Told]]:
    for report, project in zip(material.audit.reports, material.view.projects, strict=True):
        for finding, told in zip(report.findings, project.findings, strict=True):
            if told.waived is None:
                yield report, finding, told


def _command(kind: str, file: str, number: str, title: str, message: str) -> str:
    values = {"file": file, "line": number, "title": title}
    told = ",".join(f"{name}={_property(value)}" for name, value in values.items() if value)
    return f"::{kind} {told}::{_data(message)}"


def _data(text: str) -> str:
    """As @actions/core escapes the text of a command: a line break would begin another one."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
