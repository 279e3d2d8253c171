"""Findings, reports and audits: ``findings/1`` of contracts.md as dataclasses."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any, Protocol

from auditor.findings.private_numbers import may_hold_numbers
from auditor.forms.evaluation import Doubt, Evaluation
from auditor.intake.problems import Problem

SCHEMA = "findings/1"
RETURN, EXPLAIN, PASS = "return", "explain", "pass"
LEVELS = ("error", "warning", "advice")


@dataclass(slots=True)
class Finding:
    """One thing wrong with one form; ``cells`` are JSON Pointers, the most suspect first.

    ``group`` is what forms of a submission have in common that one finding of the batch tells of;
    ``known`` whether a baseline holds it.
    """

    rule: str
    name: str
    severity: str
    confidence: str
    cells: list[str]
    evidence: list[dict[str, str | None]]
    reported: str | None
    expected: str | None
    difference: str | None
    message: str
    remedy: str
    cause: dict[str, Any] | None
    impact: dict[str, Any] | None
    basis: list[str]
    fingerprint: str
    waived: dict[str, Any] | None = None
    folded_into: int | None = None
    group: str | None = None
    known: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Ready for JSON, keys as in the contract."""
        told = dict(zip(_CONTRACT, _TOLD(self), strict=True))
        return told | {"known": True} if self.known else told


_CONTRACT = tuple(own.name for own in fields(Finding) if own.name not in ("group", "known"))
_TOLD = attrgetter(*_CONTRACT)


@dataclass(slots=True)
class BatchFinding:
    """One fault that most forms of a template share: told once, with the forms it stands in."""

    finding: Finding
    forms: list[dict[str, Any]]

    def as_dict(self) -> dict[str, Any]:
        """Ready for JSON: a finding with ``forms`` in place of ``cells``."""
        told = self.finding.as_dict()
        return {key: told[key] for key in told if key != "cells"} | {"forms": self.forms}


class Forms(Protocol):
    """Forms by position: a list, or :class:`auditor.forms.packed_forms.PackedForms`."""

    def __getitem__(self, place: int, /) -> Evaluation: ...


@dataclass(slots=True)
class Report:
    """What was found in the form at a ``place`` among ``forms``, which may lie there packed.

    ``file``, ``form`` and ``project`` say which it is. One that was saved without its form is not
    ``drawable``. ``private`` is false where no text of it holds a number of a person.
    """

    forms: Forms
    place: int
    file: str
    form: int
    project: str | None
    profile: str
    findings: list[Finding]
    not_applicable: int
    drawable: bool = True
    private: bool = True

    @classmethod
    def of(
        cls,
        forms: Forms,
        place: int,
        profile: str,
        findings: list[Finding],
        not_applicable: int,
    ) -> "Report":
        """The report of the form that stands there."""
        form = forms[place]
        own = form.file, form.form, form.project
        private = may_hold_numbers(form)
        return cls(forms, place, *own, profile, findings, not_applicable, private=private)

    @property
    def evaluation(self) -> Evaluation:
        """The form itself; one from a pack is a copy."""
        return self.forms[self.place]

    @property
    def doubts(self) -> list[Doubt]:
        """Cells that could be read in two ways; nobody is accused for them."""
        return self.evaluation.doubts

    def counts(self) -> dict[str, int]:
        """Findings by severity; waived ones count only as waived."""
        active = [finding for finding in self.findings if finding.waived is None]
        counts = {level: sum(f.severity == level for f in active) for level in LEVELS}
        counts["waived"] = len(self.findings) - len(active)
        counts["not_applicable"] = self.not_applicable
        return counts

    def verdict(self) -> str:
        """Return (退回修改), explain (要求说明) or pass."""
        return _verdict(self.counts())

    def as_dict(self) -> dict[str, Any]:
        """Ready for JSON, keys as in the contract; the form is drawn from ``evaluation``."""
        form, counts = self.evaluation, self.counts()
        told = {
            "source": {"file": self.file, "form": self.form},
            "project": self.project,
            "department": form.department,
            "unit": form.unit,
            "year": form.year,
            "verdict": _verdict(counts),
            "profile": self.profile,
            "counts": counts,
            "findings": [finding.as_dict() for finding in self.findings],
            "doubts": [doubt.as_dict() for doubt in form.doubts],
        }
        return told | ({"evaluation": form.as_dict()} if self.drawable else {})


def _verdict(counts: Mapping[str, int]) -> str:
    if counts["error"]:
        return RETURN
    return EXPLAIN if counts["warning"] else PASS


@dataclass(slots=True)
class Audit:
    """One audit of a submission."""

    version: str
    rulebook: str
    profile: str
    reports: list[Report]
    batch: list[BatchFinding] = field(default_factory=list)
    rule_errors: list[dict[str, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    pass_rates: dict[str, tuple[int, int]] = field(default_factory=dict)

    def summary(self) -> dict[str, Any]:
        """Totals over the submission; a folded finding counts once."""
        told = [f for r in self.reports for f in r.findings if f.folded_into is None]
        told += [entry.finding for entry in self.batch]
        active = [finding for finding in told if finding.waived is None]
        verdicts = [report.verdict() for report in self.reports]
        return {
            "forms": len(self.reports),
            "verdicts": {name: verdicts.count(name) for name in (RETURN, EXPLAIN, PASS)},
            "findings": {level: sum(f.severity == level for f in active) for level in LEVELS},
            "waived": len(told) - len(active),
            "problems": len(self.problems),
            "rules": {
                rule: {"passed": passed, "applied": applied}
                for rule, (passed, applied) in sorted(self.pass_rates.items())
            },
        }

    def as_dict(self) -> dict[str, Any]:
        """The whole audit as contracts.md prints it."""
        return {
            "schema": SCHEMA,
            "tool": {
                "name": "auditor",
                "version": self.version,
                "rulebook": self.rulebook,
                "profile": self.profile,
            },
            "reports": [report.as_dict() for report in self.reports],
            "batch": [entry.as_dict() for entry in self.batch],
            "rule_errors": self.rule_errors,
            "problems": [problem.as_dict() for problem in self.problems],
            "summary": self.summary(),
        }

    def worst(self) -> str | None:
        """The highest severity found anywhere, what is waived or in the baseline apart."""
        told = [f for r in self.reports for f in r.findings] + [b.finding for b in self.batch]
        found = {f.severity for f in told if f.waived is None and not f.known}
        return next((level for level in LEVELS if level in found), None)

    def fails(self, fail_on: str) -> bool:
        """Whether anything is at or above ``fail_on``: error, warning, advice, or never."""
        worst = self.worst()
        return (
            worst is not None
            and fail_on in LEVELS
            and (LEVELS.index(worst) <= LEVELS.index(fail_on))
        )
