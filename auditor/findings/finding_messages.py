"""Turn a hit into a finding: the message with its figures, the evidence, the fingerprint."""

import hashlib
import re
from collections import ChainMap, Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from auditor.engine.outcomes import Hit
from auditor.findings.model import Finding
from auditor.forms.evaluation import Evaluation
from auditor.language import chosen, pick

_FIELD = re.compile(r"\{(\w+)(?::(percent))?\}")
_POINTER = re.compile(r"/(funds|indicators)/(\d+)/(\w+)")
_LOW_CONFIDENCE = 0.6
_SHOWN_DECIMALS = 6
_BLANK = {"zh": "（空）", "en": "(empty)"}


def cell_text(form: Evaluation, pointer: str) -> str | None:
    """The printed text of a cell, by its JSON Pointer."""
    if found := _POINTER.fullmatch(pointer):
        rows: list[Any] = getattr(form, found[1])
        number = int(found[2])
        value: Any = getattr(rows[number], found[3], None) if number < len(rows) else None
    else:
        value = getattr(form, pointer.removeprefix("/"), None) if pointer else None
    return value if isinstance(value, str) else None


def word(hits: list[Hit], form: Evaluation, parameters: Mapping[str, str]) -> list[Finding]:
    """The findings of one form, each with what it is known by for a fingerprint."""
    return [_finding(hit, form, parameters) for hit in hits]


def number(findings: Iterable[Finding]) -> None:
    """Gives the findings of a submission their fingerprints; equal ones are numbered in them."""
    seen: Counter[str] = Counter()
    for finding in findings:
        key = finding.fingerprint
        seen[key] += 1
        told = f"{key}|{seen[key]}"
        finding.fingerprint = hashlib.sha256(told.encode()).hexdigest()[:16]


def _finding(hit: Hit, form: Evaluation, parameters: Mapping[str, str]) -> Finding:
    rule = hit.rule
    reported = hit.reported if rule.reported is None else hit.row[rule.reported]
    expected = hit.expected if rule.expected is None else due(hit)
    if reported is None and len(hit.cells) >= 1:
        reported = cell_text(form, hit.cells[0])
    own = {
        "reported": reported,
        "expected": expected,
        "difference": hit.difference,
        "count": hit.count,
    }
    values: Mapping[str, Any] = ChainMap(own, hit.row, parameters)  # type: ignore[arg-type]
    return Finding(
        rule=rule.id,
        name=rule.name,
        severity=hit.severity,
        confidence=_confidence(form),
        cells=hit.cells,
        evidence=[
            {"cell": cell, "text": cell_text(form, cell)} for cell in (*hit.cells, *hit.evidence)
        ],
        reported=reported,
        expected=expected,
        difference=hit.difference,
        message=_message(hit, values),
        remedy=_filled(pick(rule.remedy), values),
        cause=None,
        impact=None,
        basis=rule.basis,
        fingerprint=_key(hit, form),
        group=str(hit.row[rule.together]) if rule.together else None,
    )


def due(hit: Hit) -> str | None:
    """What a rule says the cell should be: a figure of its own, or a column of the row."""
    named = hit.rule.expected or ""
    value = hit.row.get(named, named)
    return _short(value) if isinstance(value, Decimal) else value


def _short(value: Decimal) -> str:
    return f"{round(value, _SHOWN_DECIMALS).normalize():f}"


def _message(hit: Hit, values: Mapping[str, Any]) -> str:
    text = _filled(pick(hit.rule.message), values)
    for entry in hit.rule.also:
        if hit.row[entry["when"]]:
            text += ("；" if chosen() == "zh" else "; ") + _filled(pick(entry), values)
    return text


def _filled(template: str, values: Mapping[str, Any]) -> str:
    def value(match: re.Match[str]) -> str:
        return _shown(match.group(1), values, percent=match.group(2) is not None)

    return _FIELD.sub(value, template)


def _shown(name: str, values: Mapping[str, Any], *, percent: bool) -> str:
    """A field of a message: as printed on the form where it is a cell, else in short figures."""
    if values.get(f"{name}_text") is not None:
        return str(values[f"{name}_text"])
    value = values[name]
    if value is None:
        return _BLANK[chosen()]
    if isinstance(value, Decimal):
        if percent:
            return f"{value * 100:.2f}".rstrip("0").rstrip(".") + "%"
        return _short(value)
    return str(value)


def _confidence(form: Evaluation) -> str:
    if form.confidence < _LOW_CONFIDENCE:
        return "low"
    return "high" if form.confidence >= 1 else "medium"


def _key(hit: Hit, form: Evaluation) -> str:
    """What a finding is known by across re-submissions: content, never order, rows or files."""
    names = "|".join(sorted(set(_names(hit, form))))
    texts = "|".join(sorted(cell_text(form, cell) or "" for cell in hit.cells))
    project = f"{form.project}|{form.unit or form.department}|{form.year}"
    return f"{hit.rule.id}|{project}|{names}|{texts}"


def _names(hit: Hit, form: Evaluation) -> Iterator[str]:
    """What the rows of the accused cells are called."""
    for cell in hit.cells:
        found = _POINTER.fullmatch(cell)
        rows: list[Any] = getattr(form, found[1]) if found else []
        if found and int(found[2]) < len(rows):
            row = rows[int(found[2])]
            parts = ("label",) if found[1] == "funds" else ("level2", "level3")
            yield "|".join(str(getattr(row, part) or "") for part in parts)
