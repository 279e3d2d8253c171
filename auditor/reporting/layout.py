"""Columns of tables that offices open: ``reports/workbook.yaml``, and the values of its keys."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from auditor.language import _, chosen
from auditor.reporting.opinions import words
from auditor.reporting.statistics import Value
from auditor.reporting.templates import found
from auditor.reporting.view import Project, Told
from auditor.resources import ResourceError, load_yaml


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its key, with its header and its width in characters."""

    key: str
    header: str
    width: float


@dataclass(frozen=True, slots=True)
class Layout:
    """The workbook as its file describes it."""

    font: str
    size: float
    header_font: str
    sheets: dict[str, str]
    projects: tuple[Column, ...]
    findings: tuple[Column, ...]


_OF_FINDING: dict[str, Callable[[Project, Told], Value]] = {
    "project_number": lambda project, _told: project.number,
    "project": lambda project, _told: project.name,
    "unit": lambda project, _told: project.unit,
    "department": lambda project, _told: project.department,
    "year": lambda project, _told: project.year,
    "source": lambda project, _told: project.source,
    "number": lambda _project, told: told.number,
    "level": lambda _project, told: told.level,
    "rule": lambda _project, told: told.rule,
    "name": lambda _project, told: told.name,
    "title": lambda _project, told: told.title,
    "group": lambda _project, told: told.group,
    "cell": lambda _project, told: _first(told, "name"),
    "place": lambda _project, told: _first(told, "place"),
    "reported": lambda _project, told: told.reported,
    "expected": lambda _project, told: told.expected,
    "difference": lambda _project, told: told.difference,
    "message": lambda _project, told: told.message,
    "cause": lambda _project, told: _causes(told),
    "remedy": lambda _project, told: told.remedy,
    "impact": lambda _project, told: told.impact,
    "basis": lambda _project, told: told.basis,
    "waived": lambda _project, told: told.waived,
    "opinion": lambda _project, told: words()[1] if told.waived is not None else "",
    "reason": lambda _project, told: told.waived,
    "fingerprint": lambda _project, told: told.fingerprint,
}
_OF_PROJECT = (
    "number", "name", "unit", "department", "year", "conclusion", "source", "error", "warning",
    "advice", "waived", "not_applicable", "initial_budget", "full_year_budget", "executed", "rate",
    "change", "total",
)  # fmt: skip


def finding_row(project: Project, told: Told, columns: tuple[Column, ...]) -> list[Value]:
    """The values of one finding under ``columns``."""
    return [_OF_FINDING[column.key](project, told) for column in columns]


def project_row(
    project: Project, numbers: dict[str, Value], columns: tuple[Column, ...]
) -> list[Value]:
    """The values of one project under ``columns``; ``numbers`` are its row of the statistics."""
    known: dict[str, Value] = {**numbers, **project.counts}
    for name in ("number", "name", "unit", "department", "year", "conclusion", "source"):
        known[name] = getattr(project, name)
    return [known[column.key] for column in columns]


def load(own: Path | None) -> Layout:
    """The layout, the bureau's own file first.

    Raises:
        ResourceError: the file is missing, is no YAML or names a key that does not exist.
    """
    file = found("workbook.yaml", own)
    told = load_yaml(file)
    try:
        return Layout(
            font=told["font"],
            size=told["size"],
            header_font=told["header_font"],
            sheets={name: words[chosen()] for name, words in told["sheets"].items()},
            projects=_columns(file, told["projects"], _OF_PROJECT),
            findings=_columns(file, told["findings"], tuple(_OF_FINDING)),
        )
    except (KeyError, TypeError) as error:
        raise ResourceError(_("{file}：缺 {name}").format(file=file, name=error)) from error


def _columns(file: Path, listed: list[dict[str, Any]], keys: tuple[str, ...]) -> tuple[Column, ...]:
    wrong = [entry["key"] for entry in listed if entry["key"] not in keys]
    if wrong:
        said = _("{file}：没有 {wrong} 这样的列；现有：{known}")
        raise ResourceError(
            said.format(file=file, wrong=", ".join(wrong), known=", ".join(sorted(keys)))
        )
    return tuple(Column(entry["key"], entry[chosen()], entry["width"]) for entry in listed)


def _first(told: Told, name: str) -> str:
    texts = [getattr(spot, name) for spot in told.spots if getattr(spot, name)]
    more = len(texts) - 1
    return "" if not texts else texts[0] + (_(" 等 {n} 处").format(n=len(texts)) if more else "")


def _causes(told: Told) -> str:
    return _("；或：").join(text for text in (told.cause, *told.alternatives) if text)
