"""``auditor.audit``: the library's one call, for programs that have forms in hand.

>>> import auditor
>>> result = auditor.audit("examples/卫生服务中心.docx")
>>> result.ok
False
>>> errors = result.findings.query("severity == 'error'")
>>> print(errors[["rule", "cell", "reported", "expected"]].to_string(index=False))
rule                cell reported expected
 C06 /indicators/3/score     9.03       10
 X02       /funds/0/rate    90.3%   100.0%
 X10       /funds/1/rate     0.00    99.30
>>> [report.verdict() for report in result.reports]
['pass', 'return', 'return']
"""

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from auditor.facts import fact_tables
from auditor.facts.fact_tables import Facts
from auditor.findings import baseline as known_before
from auditor.findings import waivers as waiving
from auditor.findings.decisions import Decisions
from auditor.findings.model import Audit, Report
from auditor.forms.document_reader import evaluations
from auditor.forms.evaluation import Evaluation
from auditor.intake.document import Document, Place, Sheet
from auditor.intake.problems import Problem
from auditor.intake.records import read_json
from auditor.part_audit import of_built
from auditor.pipeline import Choice, Extraction, choose, extract
from auditor.pipeline import audit as audited

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "file", "form", "project", "unit", "year", "rule", "name", "severity", "confidence", "cell",
    "cells", "reported", "expected", "difference", "message", "remedy", "cause", "points", "amount",
    "fingerprint", "waived", "known",
)  # fmt: skip


@dataclass(frozen=True)
class Result:
    """One audit, and the fact tables that its rules looked at.

    ``fail_on`` is the severity from which :attr:`ok` is false.
    """

    audit: Audit
    choice: Choice
    facts: Facts
    fail_on: str = "error"

    @property
    def ok(self) -> bool:
        """Nothing at or above ``fail_on``, everything read, every rule run: exit code 0."""
        return not (self.audit.rule_errors or self.audit.problems or self.audit.fails(self.fail_on))

    @property
    def reports(self) -> list[Report]:
        """A report per form, in the order given."""
        return self.audit.reports

    @property
    def problems(self) -> list[Problem]:
        """What could not be read."""
        return self.audit.problems

    @cached_property
    def findings(self) -> "pd.DataFrame":
        """A row per finding, columns :data:`COLUMNS`; ``cells`` is a list of pointers."""
        import pandas as pd

        return pd.DataFrame(
            [_row(report, finding) for report in self.audit.reports for finding in report.findings],
            columns=list(COLUMNS),
        )

    def as_dict(self) -> dict[str, Any]:
        """The whole audit as ``findings/1``."""
        return self.audit.as_dict()


def audit(  # noqa: PLR0913 - keywords with defaults, as the command has options
    source: Any,
    *,
    profile: str = "national",
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    rules: str | PathLike[str] | None = None,
    waivers: str | PathLike[str] | None = None,
    baseline: str | PathLike[str] | None = None,
    today: dt.date | None = None,
    fail_on: str = "error",
    jobs: int | None = None,
) -> Result:
    """Audits files, evaluations or a flat table.

    ``source`` is a path or several (files, folders, archives); an ``evaluation/1`` mapping or
    :class:`Evaluation`, or several; or a DataFrame with a row per indicator, whose columns are
    named as in a flat table (项目名称, ``funds.total.rate``, ``level3`` …). ``rules`` is a folder
    of own rules; ``waivers`` and ``baseline`` are files, applied as on the day ``today``.

    Raises:
        UnknownProfile, UnknownRule: a name that does not exist.
        RuleFault: a rule file that does not load.
        DecisionFault, BaselineFault: a file that is none.
        TypeError: ``source`` is something else.
        WorkerLost: files are many, and a process that reads them ended or did not come up.
    """
    choice = choose(profile, select, ignore, Path(rules) if rules is not None else None)
    extraction = _extraction(source, jobs)
    facts = fact_tables.build(
        extraction.evaluations, fact_tables.Norms.of(choice.profile.parameters)
    )
    result = audited(extraction, choice, judge=of_built(facts))
    if waivers is not None:
        day = today or dt.datetime.now().astimezone().date()
        waiving.apply(result, Decisions.read(Path(waivers)), day, choice.rulebook.rules)
    if baseline is not None:
        known_before.apply(result, known_before.read(Path(baseline).read_text(encoding="utf-8")))
    return Result(result, choice, facts, fail_on)


def _extraction(source: Any, jobs: int | None) -> Extraction:
    if isinstance(source, (str, PathLike)):
        return extract([str(source)], jobs=jobs)
    if isinstance(source, (Evaluation, Mapping)):
        return _extraction([source], jobs)
    if hasattr(source, "itertuples") and hasattr(source, "columns"):
        return _flat(source)
    if not isinstance(source, Iterable):
        raise TypeError(
            f"paths, evaluations or a DataFrame are audited, not {type(source).__name__}"
        )
    entries = list(source)
    if all(isinstance(entry, (str, PathLike)) for entry in entries):
        return extract([str(entry) for entry in entries], jobs=jobs)
    if all(isinstance(entry, Evaluation) for entry in entries):
        return Extraction(entries)
    if all(isinstance(entry, Mapping) for entry in entries):
        records = read_json(json.dumps([dict(e) for e in entries], ensure_ascii=False, default=str))
        return _read(Document("evaluations", (records,) if records else ()))
    kinds = sorted({type(entry).__name__ for entry in entries})
    raise TypeError(f"all paths, all evaluations or all mappings, not a mixture of {kinds}")


def _flat(frame: Any) -> Extraction:
    """A DataFrame as a flat table; its places are row labels from 1."""
    header = tuple(str(name) for name in frame.columns)
    rows = tuple(
        tuple(_printed(value) for value in row) for row in frame.itertuples(index=False, name=None)
    )
    places = tuple(Place(line=number) for number in range(1, len(rows) + 1))
    return _read(Document("DataFrame", (Sheet(header, rows, places),)))


def _printed(value: Any) -> str | None:
    """A value of a DataFrame as it would be printed: shortest digits, nothing for a missing one."""
    if value is None or value != value:  # noqa: PLR0124 - only a missing number is not itself
        return None
    if isinstance(value, float):
        exact = Decimal(repr(value))
        return f"{exact.to_integral():f}" if exact == exact.to_integral() else f"{exact:f}"
    return str(value)


def _read(document: Document) -> Extraction:
    forms, problems, notes = evaluations(document)
    return Extraction(forms, problems, notes)


def _row(report: Report, finding: Any) -> dict[str, Any]:
    form, cause, impact = report.evaluation, finding.cause or {}, finding.impact or {}
    own = {name: getattr(finding, name) for name in COLUMNS if hasattr(finding, name)}
    return own | {
        "file": form.file, "form": form.form, "project": form.project,
        "unit": form.unit or form.department, "year": form.year,
        "cell": finding.cells[0] if finding.cells else "", "cause": cause.get("code"),
        "points": impact.get("points"), "amount": impact.get("amount"),
        "waived": finding.waived and finding.waived.get("reason"),
    }  # fmt: skip
