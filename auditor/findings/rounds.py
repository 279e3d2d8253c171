"""Two rounds of one submission: what is solved, still open, new, and which figures changed.

Projects are matched by unit, year and name, forms of one project by their order. Rows of a form are
matched by what they are called, so that a row put in does not shift the others. A finding is the
same when its fingerprint is; one whose figures changed is matched by rule and cell, and is still
open.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from auditor.findings import cell_names
from auditor.findings.model import Audit, Finding, Report
from auditor.forms.evaluation import FORM_CELLS, FUND_CELLS, INDICATOR_CELLS, Evaluation

SOLVED, OPEN, NEW = "solved", "open", "new"
_Key = tuple[str, str, str, int]


@dataclass(frozen=True, slots=True)
class Change:
    """A cell that reads otherwise; ``accused`` whether a finding of the old round named it."""

    cell: str
    name: str
    old: str | None
    new: str | None
    accused: bool


@dataclass(frozen=True, slots=True)
class Fate:
    """A finding and what became of it: solved, open or new; of an open one the new round's."""

    state: str
    finding: Finding
    changed: bool = False


@dataclass(slots=True)
class Pair:
    """One project in both rounds; ``old`` or ``new`` is None where it is in one only."""

    project: str
    unit: str
    old: Report | None
    new: Report | None
    fates: list[Fate] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    def count(self, state: str) -> int:
        """How many findings are solved, open or new."""
        return sum(fate.state == state for fate in self.fates)

    def as_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {
            "project": self.project,
            "unit": self.unit,
            "old": _source(self.old),
            "new": _source(self.new),
            **{
                state: [
                    {"changed": fate.changed, **fate.finding.as_dict()}
                    for fate in self.fates
                    if fate.state == state
                ]
                for state in (SOLVED, OPEN, NEW)
            },
            "changes": [
                {"cell": c.cell, "name": c.name, "old": c.old, "new": c.new, "accused": c.accused}
                for c in self.changes
            ],
        }


def _source(report: Report | None) -> dict[str, Any] | None:
    if report is None:
        return None
    return {"file": report.file, "form": report.form, "verdict": report.verdict()}


def compare(old: Audit, new: Audit) -> list[Pair]:
    """Every project of either round, in the new round's order, the vanished ones last."""
    before, after = dict(_keyed(old)), dict(_keyed(new))
    keys = [*after, *(key for key in before if key not in after)]
    return [_pair(key, before.get(key), after.get(key)) for key in keys]


def _keyed(audit: Audit) -> Iterator[tuple[_Key, Report]]:
    seen: Counter[tuple[str, str, str]] = Counter()
    for report in audit.reports:
        form = report.evaluation
        key = (form.project or "", form.unit or form.department or "", form.year or "")
        seen[key] += 1
        yield (*key, seen[key]), report


def _pair(key: _Key, old: Report | None, new: Report | None) -> Pair:
    pair = Pair(key[0], key[1], old, new)
    pair.fates = _fates(old, new)
    if old is not None and new is not None and old.drawable and new.drawable:
        pair.changes = list(_changes(old, new))
    return pair


def _fates(old: Report | None, new: Report | None) -> list[Fate]:
    """Same fingerprint first; then, of what is left, same rule and same cell."""
    before = list(old.findings) if old else []
    after = list(new.findings) if new else []
    fates: list[Fate] = []
    left = Counter(finding.fingerprint for finding in before)
    unmatched = []
    for finding in after:
        if left[finding.fingerprint]:
            left[finding.fingerprint] -= 1
            fates.append(Fate(OPEN, finding))
        else:
            unmatched.append(finding)
    gone = []
    for finding in before:
        if left[finding.fingerprint]:
            left[finding.fingerprint] -= 1
            gone.append(finding)
    places: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in gone:
        places[_role(old, finding)].append(finding)
    for finding in unmatched:
        same = places[_role(new, finding)]
        if same:
            gone.remove(same.pop(0))
            fates.append(Fate(OPEN, finding, changed=True))
        else:
            fates.append(Fate(NEW, finding))
    return [*(Fate(SOLVED, finding) for finding in gone), *fates]


def _role(report: Report | None, finding: Finding) -> tuple[str, str]:
    """The rule, and its first cell by the names of its row."""
    cell = finding.cells[0] if finding.cells else ""
    if report is None or not report.drawable:
        return finding.rule, cell
    named = {pointer: role for role, (pointer, _text) in _cells(report.evaluation).items()}
    return finding.rule, named.get(cell, cell)


def _changes(old: Report, new: Report) -> Iterator[Change]:
    before, after = _cells(old.evaluation), _cells(new.evaluation)
    accused = {cell for finding in old.findings for cell in finding.cells}
    for role in (*before, *(role for role in after if role not in before)):
        was, now = before.get(role), after.get(role)
        if (was[1] if was else None) == (now[1] if now else None):
            continue
        if now is not None:
            name = cell_names.cell(new.evaluation, now[0])
        else:
            assert was is not None
            name = cell_names.cell(old.evaluation, was[0])
        yield Change(
            cell=(now or was or ("", None))[0],
            name=name,
            old=was[1] if was else None,
            new=now[1] if now else None,
            accused=was is not None and was[0] in accused,
        )


def _cells(form: Evaluation) -> dict[str, tuple[str, str | None]]:
    """(pointer, text) of every cell by what it is called: the names of its row, and its column."""
    found: dict[str, tuple[str, str | None]] = {}
    for name in FORM_CELLS:
        found[name] = (f"/{name}", getattr(form, name))
    seen: Counter[str] = Counter()
    for key, rows, names, columns in (
        ("funds", form.funds, ("kind", "label"), FUND_CELLS),
        ("indicators", form.indicators, ("level1", "level2", "level3"), INDICATOR_CELLS),
    ):
        for number, row in enumerate(rows):
            called = "|".join(str(getattr(row, name) or "") for name in names)
            row_key = f"{key}|{called}"
            seen[row_key] += 1
            for column in columns:
                role = f"{row_key}|{seen[row_key]}|{column}"
                found[role] = (f"/{key}/{number}/{column}", getattr(row, column))
    return found
