"""One fault in most forms of a template is a fault of the template: told once for the batch.

Every report keeps its finding, because every form has to be corrected; ``folded_into`` points to
the entry of the batch that tells it for all.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from auditor.findings.model import LEVELS, BatchFinding, Finding, Report
from auditor.forms.evaluation import Evaluation
from auditor.language import _

MOST = 0.8
AT_LEAST = 3
_NUMBER = re.compile(r"/\d+/")


def fold(reports: list[Report], titles: Mapping[str, str]) -> list[BatchFinding]:
    """The systemic findings of a submission, told by the rules' titles; marks what they tell."""
    batch: list[BatchFinding] = []
    for group in _belonging(reports):
        _fold(group, batch, _("{hits} 张表：{message}"), len(group), titles)
    templates: dict[str, list[Report]] = defaultdict(list)
    for report in reports:
        templates[_template(report)].append(report)
    told = _("同一模板的 {forms} 张表中有 {hits} 张：{message}")
    for members in templates.values():
        for group in _repeated(members):
            _fold(group, batch, told, len(members), titles)
    return batch


def about_all(finding: Finding, forms: Sequence[Evaluation]) -> BatchFinding:
    """A finding about the submission as a whole, with every form of it."""
    entries = [{"source": {"file": f.file, "form": f.form}, "cells": []} for f in forms]
    return BatchFinding(finding, entries)


def _fold(
    group: list[tuple[Report, Finding]],
    batch: list[BatchFinding],
    wording: str,
    forms: int,
    titles: Mapping[str, str],
) -> None:
    for _report, finding in group:
        finding.folded_into = len(batch)
    batch.append(_told_once(group, wording, forms, titles))


def _belonging(reports: list[Report]) -> list[list[tuple[Report, Finding]]]:
    """Findings that tell of each other's forms: duplicates and copies."""
    groups: dict[tuple[str, str], list[tuple[Report, Finding]]] = defaultdict(list)
    for report in reports:
        for finding in report.findings:
            if finding.group is not None:
                groups[finding.rule, finding.group].append((report, finding))
    return [group for group in groups.values() if len(group) > 1]


def _template(report: Report) -> str:
    """What the forms of one template have in common: who issues it, its rows and columns."""
    form = report.evaluation
    labels = [fund.label or fund.kind for fund in form.funds]
    shape = [form.department or "", *labels, *form.missing_columns, *sorted(form.missing_rows)]
    return "|".join(shape)


def _repeated(members: list[Report]) -> list[list[tuple[Report, Finding]]]:
    groups: dict[tuple[str, str], list[tuple[Report, Finding]]] = defaultdict(list)
    for report in members:
        for finding in report.findings:
            if finding.folded_into is None:
                groups[finding.rule, _role(finding)].append((report, finding))
    enough = max(AT_LEAST, len(members) * MOST)
    return [
        group
        for group in groups.values()
        if len({id(report) for report, _finding in group}) >= enough
    ]


def _role(finding: Finding) -> str:
    """Which cell of the template: the fund row keeps its place, an indicator's row does not."""
    cell = finding.cells[0] if finding.cells else ""
    return cell if cell.startswith("/funds") else _NUMBER.sub("/*/", cell)


def _told_once(
    group: list[tuple[Report, Finding]], wording: str, forms: int, titles: Mapping[str, str]
) -> BatchFinding:
    first = group[0][1]
    files = {id(report) for report, _finding in group}
    message = wording.format(forms=forms, hits=len(files), message=titles[first.rule])
    key = "|".join(sorted(finding.fingerprint for _report, finding in group))
    told = replace(
        first,
        severity=min((finding.severity for _report, finding in group), key=LEVELS.index),
        message=message,
        evidence=[],
        reported=None,
        expected=None,
        difference=None,
        fingerprint=hashlib.sha256(key.encode()).hexdigest()[:16],
        folded_into=None,
    )
    entries = [
        {
            "source": {"file": report.file, "form": report.form},
            "cells": finding.cells,
        }
        for report, finding in group
    ]
    return BatchFinding(told, entries)
