"""The input of every report: the audit, the rules, and what the user chose about its look."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from auditor.findings.model import LEVELS, Audit
from auditor.reporting.view import Rules, Submission, submission


@dataclass(frozen=True)
class ReportInput:
    """One audit to report on; ``date`` is printed where it is given, and no other date ever is.

    ``templates`` is the bureau's own folder, which comes before the tool's. ``fails`` are the
    severities that fail a test case. ``advice`` puts advice into letters too.
    """

    audit: Audit
    rules: Rules
    date: str = ""
    templates: Path | None = None
    fails: frozenset[str] = frozenset({"error"})
    advice: bool = False

    @cached_property
    def view(self) -> Submission:
        """The audit in words, worked out once for all formats."""
        return submission(self.audit, self.rules, self.date)


def failing(fail_on: str) -> frozenset[str]:
    """The severities at or above ``fail_on``; none for ``never``."""
    return frozenset(LEVELS[: LEVELS.index(fail_on) + 1] if fail_on in LEVELS else ())
