"""Personal data in what is handed on: names with phone numbers are masked unless asked for.

A form carries 项目负责人 and 联系电话, and people write phone and identity numbers into narratives.
Reports travel further than forms do, so they show 张** and 138********; the submitted file and its
marked copy are the unit's own and stay as they are.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any

from auditor.findings.model import Audit, Finding, Forms, Report
from auditor.findings.private_numbers import FIGURE, NUMBER, numbers
from auditor.forms.evaluation import Doubt, Evaluation
from auditor.resources import vocabulary

_KEPT = 3
_LOOKED_AT = 256  # masked forms that are kept: a report asks for its form several times
_OWN = ("/leader", "/phone")
_PERSON = frozenset(_OWN)
_NAME_LENGTHS = (2, 3, 4)  # characters of a name, with those that a form has masked
_TOLD_OF = ("evidence", "reported", "expected", "message", "remedy", "cause")
_FORM_TEXTS = ("title", "project", "department", "unit", "goal_expected", "goal_actual", "grade")
_FUND_TEXTS = ("label", "reason")
_ROW_TEXTS = ("level1", "level2", "level3", "target", "actual", "deviation")


def masked(audit: Audit) -> Audit:
    """The same audit with personal data masked in forms, evidence and messages."""
    hidden: dict[int, _Masked] = {}
    reports: list[Report] = []
    secrets: dict[str, str] = {}
    for report in audit.reports:
        forms = hidden.setdefault(id(report.forms), _Masked(report.forms))
        own: dict[str, str] = {}
        if report.private:
            own = _secrets(report.evaluation)
        else:
            forms.plain.add(report.place)
        reports.append(_report(report, forms, own))
        secrets |= own
    batch = [replace(entry, finding=_finding(entry.finding, secrets)) for entry in audit.batch]
    return replace(audit, reports=reports, batch=batch)


class _Masked:
    """Forms that are masked when somebody looks at them; those of ``plain`` hold no numbers."""

    def __init__(self, forms: Forms) -> None:
        self.plain: set[int] = set()
        self._masked = lru_cache(_LOOKED_AT)(
            lambda place: masked_form(forms[place], private=place not in self.plain)
        )

    def __getitem__(self, place: int) -> Evaluation:
        return self._masked(place)


def _report(report: Report, forms: _Masked, secrets: dict[str, str]) -> Report:
    named = dict(secrets)
    if any(map(_about_a_person, report.findings)):
        form = report.evaluation
        if form.leader:
            named[form.leader] = _name(form.leader)
        if form.phone:
            named[form.phone] = _hidden(form.phone)
    findings = [
        _finding(finding, named if _about_a_person(finding) else secrets)
        for finding in report.findings
    ]
    return replace(report, forms=forms, project=_told(report.project), findings=findings)


def _about_a_person(finding: Finding) -> bool:
    return any(entry["cell"] in _OWN for entry in finding.evidence)


def _name(text: str) -> str:
    return text[:1] + "*" * (len(text) - 1)


def _hidden(text: str) -> str:
    return text[:_KEPT] + "*" * (len(text) - _KEPT)


def _told(text: str | None) -> str | None:
    if text is None or FIGURE.fullmatch(text):
        return text
    return NUMBER.sub(lambda found: _hidden(found[0]), text)


def _secrets(form: Evaluation) -> dict[str, str]:
    """The numbers of people that the texts of a form hold, each with its mask."""
    return {number: _hidden(number) for number in numbers(form)}


def masked_form(form: Evaluation, *, private: bool = True) -> Evaluation:
    """A form with the person's name, phone and identity numbers masked.

    ``private`` is false where it is known that only the cells of the person hold any.
    """
    new: dict[str, Any] = {}
    if private:
        new |= _hidden_texts(form, _FORM_TEXTS)
        for table, names in (("funds", _FUND_TEXTS), ("indicators", _ROW_TEXTS)):
            rows = getattr(form, table)
            hidden = [_hidden_texts(row, names) for row in rows]
            if any(hidden):
                new[table] = [replace(row, **own) for row, own in zip(rows, hidden, strict=True)]
    if form.leader:
        new["leader"] = _name(form.leader)
    if form.phone:
        new["phone"] = _hidden(form.phone)
    if form.unplaced:
        new["unplaced"] = [replace(cell, text=_stray(cell.text)) for cell in form.unplaced]
    if any(doubt.cell in _PERSON for doubt in form.doubts):
        new["doubts"] = [_masked_doubt(doubt) for doubt in form.doubts]
    return replace(form, **new) if new else form


def _masked_doubt(doubt: Doubt) -> Doubt:
    """A doubt about who is in charge, with names and numbers masked."""
    if doubt.cell not in _PERSON:
        return doubt
    hide = _name if doubt.cell == "/leader" else _hidden
    return replace(doubt, readings=tuple(hide(text) if text else text for text in doubt.readings))


def _stray(text: str) -> str:
    """A cell without a place: it may be anything, so what may be a name or a number is masked."""
    surnames: str = vocabulary()["words"]["surnames"]
    if len(text) in _NAME_LENGTHS and text[0] in surnames:
        return _name(text)
    return _told(text) or text


def _hidden_texts(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """The texts of a row that hold a person's number, as they are to be shown."""
    told = {name: _told(getattr(row, name)) for name in names}
    return {name: text for name, text in told.items() if text != getattr(row, name)}


def _finding(finding: Finding, secrets: dict[str, str]) -> Finding:
    if not secrets:
        return finding
    told = {name: getattr(finding, name) for name in _TOLD_OF}
    said = "\0".join(_strings(list(told.values())))
    held = {secret: mask for secret, mask in secrets.items() if secret in said}
    return replace(finding, **_without(told, held)) if held else finding


def _strings(value: Any) -> Iterator[str]:
    """Every string inside a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for entry in value.values() if isinstance(value, dict) else value:
            yield from _strings(entry)


def _without(value: Any, secrets: dict[str, str]) -> Any:
    """``value`` with every secret in any of its strings masked; JSON pointers hold none."""
    if isinstance(value, str):
        for secret, mask in secrets.items():
            value = value.replace(secret, mask)
        return value
    if isinstance(value, dict):
        return {key: _without(entry, secrets) for key, entry in value.items()}
    if isinstance(value, list):
        return [_without(entry, secrets) for entry in value]
    return value
