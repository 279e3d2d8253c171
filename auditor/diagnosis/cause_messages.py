"""Write the probable cause, the repair, the alternatives and the impact into each finding."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from auditor.diagnosis import slips
from auditor.diagnosis.causes import BOUND, Cause, explain
from auditor.diagnosis.impact import grades, impact
from auditor.diagnosis.system import Case, System
from auditor.engine.outcomes import Hit
from auditor.findings import cell_names
from auditor.findings.model import Finding
from auditor.language import _, pick


def diagnose(
    by_form: Mapping[int, list[Hit]], findings: Mapping[int, list[Finding]], case: Case
) -> None:
    """Gives each finding its cause and impact, and puts the most suspect cell first."""
    numbers = [n for n, hits in by_form.items() if hits]
    made = case.systems(numbers)
    for number in numbers:
        system, hits = made[number], by_form[number]
        causes = explain(hits, system)
        for n, (hit, finding) in enumerate(zip(hits, findings[number], strict=True)):
            cause = causes.get(n)
            finding.impact = impact(hit, cause, system)
            if cause is not None:
                finding.cause = _told(cause, system, case.bands)
                if cause.cell in finding.cells:
                    finding.cells.remove(cause.cell)
                    finding.cells.insert(0, cause.cell)


def _told(cause: Cause, system: System, bands: tuple[tuple[str, Decimal], ...]) -> dict[str, Any]:
    return {
        "code": cause.code,
        "message": _message(cause, system, bands),
        "repair": cause.repair,
        "alternatives": [
            {"code": other.code, "message": _wording(other, system), "repair": other.repair}
            for other in cause.alternatives
        ],
    }


def _message(cause: Cause, system: System, bands: tuple[tuple[str, Decimal], ...]) -> str:
    said = _wording(cause, system)
    if cause.told_on is not None:
        return _("与 {rule} 是同一个原因：{said}").format(rule=cause.told_on, said=said)
    if cause.alternatives:
        said = _("{said}（还有 {n} 种可能，单凭这张表不能断定）").format(
            said=said, n=len(cause.alternatives)
        )
    changed = grades(cause, system, bands)
    if changed:
        said += _("；改正后等级由 {old} 变为 {new}").format(old=changed[0], new=changed[1])
    if system.tried >= BOUND:
        said += _("；可能的改法太多，没有全部试完")
    return said


def _wording(cause: Cause, system: System) -> str:
    new = cause.repair.get(cause.cell)
    return pick(slips.wording(cause.code, known=new is not None)).format(
        cell=cell_names.cell(system.form, cause.cell),
        old=system.text(cause.cell) or "",
        new=new or "",
    )
