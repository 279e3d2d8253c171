"""Waivers laid over an audit: a waived finding stays listed and leaves counts, verdict and exit."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from auditor.findings.decisions import Decision, Decisions
from auditor.findings.model import Audit, Finding


@dataclass(frozen=True, slots=True)
class Standing:
    """What became of the waivers of a file; none of the last three is a fault of a form.

    ``unused``: the project is there, and nothing in it is what was waived. ``dangling``: the
    project is not in the submission, or the rule not in the rulebook.
    """

    used: tuple[Decision, ...]
    expired: tuple[Decision, ...]
    unused: tuple[Decision, ...]
    dangling: tuple[Decision, ...]


def apply(
    audit: Audit, decisions: Decisions, today: dt.date, rules: Iterable[str] = ()
) -> Standing:
    """Waives in ``audit`` what ``decisions`` waive on the day ``today``.

    A waiver of a finding of the batch waives it in every form; such a finding is waived when it is
    waived in all of them. ``rules`` are the ids in force.
    """
    waivers = decisions.waivers()
    standing = {
        fingerprint: waiver for fingerprint, waiver in waivers.items() if waiver.holds(today)
    }
    seen: set[str] = set()
    for finding, own in _findings(audit):
        seen.update(own)
        waiver = next((standing[name] for name in own if name in standing), None)
        if waiver is not None:
            finding.waived = waiver.as_waived()
    _fold(audit)
    projects = {report.project for report in audit.reports}
    known = set(rules)
    left = [waiver for waiver in standing.values() if waiver.fingerprint not in seen]
    dangling = [
        w for w in left
        if (w.project and w.project not in projects) or (known and w.rule and w.rule not in known)
    ]  # fmt: skip
    return Standing(
        used=tuple(w for w in standing.values() if w.fingerprint in seen),
        expired=tuple(w for w in waivers.values() if not w.holds(today)),
        unused=tuple(w for w in left if w not in dangling),
        dangling=tuple(dangling),
    )


def _findings(audit: Audit) -> Iterable[tuple[Finding, tuple[str, ...]]]:
    """Every finding with the fingerprints that waive it: its own, and that of its batch entry."""
    for report in audit.reports:
        for finding in report.findings:
            batch = finding.folded_into
            shared = () if batch is None else (audit.batch[batch].finding.fingerprint,)
            yield finding, (finding.fingerprint, *shared)
    for entry in audit.batch:
        yield entry.finding, (entry.finding.fingerprint,)


def _fold(audit: Audit) -> None:
    """A finding told once for many forms is waived when each of them is."""
    members: dict[int, list[Finding]] = {}
    for report in audit.reports:
        for finding in report.findings:
            if finding.folded_into is not None:
                members.setdefault(finding.folded_into, []).append(finding)
    for number, findings in members.items():
        waived = [finding.waived for finding in findings if finding.waived is not None]
        all_waived = len(waived) == len(findings)
        audit.batch[number].finding.waived = waived[0] if all_waived else None
