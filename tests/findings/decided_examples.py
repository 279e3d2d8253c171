"""The examples audited, and decisions about their findings."""

import datetime as dt
from pathlib import Path

from auditor.findings.decisions import Decision, Decisions
from auditor.findings.model import Audit
from auditor.pipeline import Extraction, audit, choose
from tests.rendering.examples import TEMPLATE_OF, forms_of

DAY = dt.date(2025, 3, 1)
ONE = "0123456789abcdef"
TWO = "fedcba9876543210"
CHOICE = choose()


def decision(fingerprint=ONE, **given) -> Decision:
    return Decision(
        fingerprint, **({"reason": "批复另有规定", "who": "甲", "when": "2025-03-01"} | given)
    )


def audited(forms) -> Audit:
    return audit(Extraction(list(forms)), CHOICE)


def waived_all(result: Audit, file: Path) -> Decisions:
    """A waiver for every finding of an audit."""
    decisions = Decisions.read(file)
    for report in result.reports:
        for finding in report.findings:
            decisions.decide(
                decision(finding.fingerprint, rule=finding.rule, project=report.evaluation.project)
            )
    return decisions


def examples():
    return [f for stem in sorted(TEMPLATE_OF) for f in forms_of(stem)]
