"""审核反馈意见: a letter to each unit as an editable Word document, from ``reports/letter/``.

A letter holds what the unit has to do: errors and warnings of the projects that do not pass. Advice
is counted, and listed only when it is asked for.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from auditor.intake.own_outputs import CATEGORY
from auditor.language import _, chosen
from auditor.reporting.report_input import ReportInput
from auditor.reporting.templates import found
from auditor.reporting.view import Project, Told
from auditor.resources import ResourceError

_DIGITS = "零一二三四五六七八九"
_TENS = ("", "十", *(f"{digit}十" for digit in _DIGITS[2:]))
_STOPS = "。．.；;!！?？"
_MOMENT = (2000, 1, 1, 0, 0, 0)
_NAMED = 40  # characters of a unit's name in the name of its letter


def docx(material: ReportInput) -> bytes:
    """All letters in one document, each on a new page."""
    return _filled(material, _units(material))


def letters(material: ReportInput) -> Iterator[tuple[str, bytes]]:
    """A document per unit, named by number and the letters and digits of the unit's name."""
    for number, unit in enumerate(_units(material), 1):
        plain = re.sub(r"\W+", "", unit["name"])[:_NAMED]
        yield f"{number:03}-{plain}.docx", _filled(material, [unit])


def _filled(material: ReportInput, units: list[dict[str, Any]]) -> bytes:
    from docxtpl import DocxTemplate
    from jinja2 import Environment, StrictUndefined, TemplateError

    file = found(f"letter/letter.{chosen()}.docx", material.templates)
    template = DocxTemplate(str(file))
    names = Environment(autoescape=True, undefined=StrictUndefined)
    try:
        template.render({"units": units, "date": material.date}, names)
    except TemplateError as error:
        said = _("模板 {name} 有误：{why}")
        raise ResourceError(said.format(name=file, why=error)) from error
    template.docx.core_properties.category = CATEGORY
    target = io.BytesIO()
    template.save(target)
    return timeless(target.getvalue())


def timeless(raw: bytes) -> bytes:
    """A zip with the same members and no moment of its making: same content, same bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            info = zipfile.ZipInfo(name, _MOMENT)
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, old.read(name))
    return target.getvalue()


def _units(material: ReportInput) -> list[dict[str, Any]]:
    return [
        _unit(name, projects, advice=material.advice)
        for name, projects in material.view.units.items()
    ]


def _unit(name: str, projects: list[Project], *, advice: bool) -> dict[str, Any]:
    verdicts = [project.verdict for project in projects]
    wanted = [p for p in projects if p.verdict != "pass" or (advice and p.counts["advice"])]
    return {
        "name": name,
        "forms": len(projects),
        "returned": verdicts.count("return"),
        "explained": verdicts.count("explain"),
        "passed": verdicts.count("pass"),
        "projects": [_project(p, n, advice=advice) for n, p in enumerate(wanted, 1)],
    }


def _project(project: Project, number: int, *, advice: bool) -> dict[str, Any]:
    told = [
        finding
        for finding in project.findings
        if finding.waived is None and (advice or finding.severity != "advice")
    ]
    return {
        "ordinal": _chinese(number) if chosen() == "zh" else str(number),
        "name": project.name,
        "conclusion": project.conclusion,
        "source": project.source,
        "findings": [_finding(finding, n) for n, finding in enumerate(told, 1)],
        "advice": 0 if advice else project.counts["advice"],
    }


def _finding(told: Told, number: int) -> dict[str, Any]:
    return {
        "number": number,
        "level": told.level,
        "rule": told.rule,
        "title": told.title,
        "message": told.message.rstrip(_STOPS),
        "where": told.where() or _("整张表"),
        "reported": told.reported,
        "expected": told.expected,
        "cause": told.cause and told.cause.rstrip(_STOPS),
        "impact": told.impact,
        "remedy": told.remedy.rstrip(_STOPS),
        "basis": told.basis,
    }


def _chinese(number: int) -> str:
    """一 to 九十九; beyond, digits."""
    if number >= len(_TENS) * 10:
        return str(number)
    tens, ones = divmod(number, 10)
    return _TENS[tens] + (_DIGITS[ones] if ones else "")
