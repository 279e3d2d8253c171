"""A baseline: what was known on a day, so that the gate fails on new findings only."""

import json
from typing import Any

from auditor.findings.model import Audit
from auditor.language import _

SCHEMA = "baseline/1"


class BaselineFault(Exception):
    """The file cannot be read as ``baseline/1``."""


def document(audit: Audit) -> str:
    """The findings of an audit by fingerprint, a line each, sorted: git shows what changed."""
    known = {
        finding.fingerprint: {"rule": finding.rule, "project": project}
        for project, finding in _findings(audit)
    }
    lines = [
        json.dumps({"fingerprint": name, **known[name]}, ensure_ascii=False)
        for name in sorted(known)
    ]
    body = ",\n".join(lines)
    return f'{{"schema": "{SCHEMA}", "findings": [\n{body}\n]}}'


def _findings(audit: Audit) -> list[tuple[str | None, Any]]:
    told = [(report.project, f) for report in audit.reports for f in report.findings]
    return told + [(None, entry.finding) for entry in audit.batch]


def read(text: str) -> frozenset[str]:
    """The fingerprints of a saved baseline.

    Raises:
        BaselineFault: it is something else; says what.
    """
    try:
        whole = json.loads(text)
    except ValueError as error:
        raise BaselineFault(_("不是 JSON：{why}").format(why=error)) from error
    if not isinstance(whole, dict) or whole.get("schema") != SCHEMA:
        raise BaselineFault(_("不是 {schema}：请用 auditor baseline 生成").format(schema=SCHEMA))
    try:
        return frozenset(entry["fingerprint"] for entry in whole["findings"])
    except (KeyError, TypeError) as error:
        raise BaselineFault(
            _("不是 {schema}：请用 auditor baseline 生成").format(schema=SCHEMA)
        ) from error


def apply(audit: Audit, known: frozenset[str]) -> int:
    """Marks in ``audit`` what the baseline knows; how many findings that is."""
    count = 0
    for _project, finding in _findings(audit):
        finding.known = finding.fingerprint in known
        count += finding.known
    return count
