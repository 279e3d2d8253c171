"""The fact tables of a submission as DataFrames that know which submission they are of."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from auditor import api
from auditor.facts.schema import DECIMAL, TEXT, VERSION
from auditor.facts.schema import tables as schema
from auditor.findings.model import Audit, Finding
from auditor.pipeline import Choice

if TYPE_CHECKING:
    import pandas as pd

ATTRIBUTE = "auditor"  # where a DataFrame carries its submission


@dataclass(frozen=True)
class Submission:
    """One audit with what it was made from; shared by all of its tables, never copied with them."""

    audit: Audit
    choice: Choice

    def __deepcopy__(self, _memo: dict[int, Any]) -> "Submission":
        """A frame's attributes are copied deeply with every step; this one is no data."""
        return self

    def of_rule(self, rule: str) -> list[tuple[int, Finding]]:
        """(form_id, finding) of every finding of a rule, those of the batch with form_id -1."""
        found = [
            (number, finding)
            for number, report in enumerate(self.audit.reports)
            for finding in report.findings
            if finding.rule == rule
        ]
        shared = [e.finding for e in self.audit.batch if e.finding.rule == rule]
        return found or [(-1, finding) for finding in shared]

    def source(self, form_id: int) -> dict[str, Any]:
        """File and number of a form."""
        if form_id < 0:
            return {"file": None, "form": None}
        form = self.audit.reports[form_id].evaluation
        return {"file": form.file, "form": form.form}


class Tables(Mapping[str, "pd.DataFrame"]):
    """The fact tables by name; ``submission`` is what they were made from."""

    def __init__(self, submission: Submission, frames: Mapping[str, "pd.DataFrame"]) -> None:
        self.submission = submission
        self._frames = dict(frames)

    def __getitem__(self, name: str) -> "pd.DataFrame":
        return self._frames[name]

    def __iter__(self) -> Any:
        return iter(self._frames)

    def __len__(self) -> int:
        return len(self._frames)


def tables(source: Any, **options: Any) -> Tables:
    """The fact tables of files, evaluations or a flat table; takes what ``auditor.audit`` takes.

    Columns are those of ``auditor.facts.schema``; numbers are exact decimals. Each DataFrame's
    ``attrs["auditor"]`` is the submission, from which :class:`ExpectRuleToHold` takes its verdicts.
    """
    return of(api.audit(source, **options))


def of(result: api.Result) -> Tables:
    """The fact tables of an audit that was made."""
    submission = Submission(result.audit, result.choice)
    frames = {}
    for name, table in result.facts.items():
        frame = table.to_pandas().astype(_types(name))
        frame.attrs[ATTRIBUTE] = submission
        frame.attrs["version"] = VERSION
        frames[name] = frame
    return Tables(submission, frames)


def _types(name: str) -> dict[str, str]:
    """Types of pandas that keep nulls: whole numbers, flags, text; decimals stay Python's own."""
    kinds = {"INTEGER": "Int64", "BOOLEAN": "boolean", TEXT: "string", DECIMAL: "object"}
    return {column.name: kinds[column.type] for column in schema()[name]}
