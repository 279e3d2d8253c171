"""Markdown and HTML by the templates in ``reports/``: one document, or a page per project."""

import base64
import hashlib
from collections.abc import Iterator
from typing import Any

from auditor.reporting import charts, statistics
from auditor.reporting.report_input import ReportInput
from auditor.reporting.templates import found, rendered

MOST_FORMS = 300  # drawn in one HTML page: about 5 MB, which an office computer opens in a second


def markdown(material: ReportInput) -> str:
    """The whole submission as one Markdown document."""
    return _markdown(material, links=None)


def markdown_pages(material: ReportInput) -> Iterator[tuple[str, str]]:
    """The Markdown report as files: ``README.md`` with the summary, then one file per project."""
    yield "README.md", _markdown(material, _links(material, "md"))
    for project in material.view.projects:
        text = rendered(
            "markdown/project.md.j2", material.templates, view=material.view, project=project
        )
        yield _name(project.number, "md"), text


def _markdown(material: ReportInput, links: dict[int, str] | None) -> str:
    return rendered(
        "markdown/submission.md.j2", material.templates, view=material.view, links=links,
        tables=_tables(material),
    )  # fmt: skip


def html(material: ReportInput) -> str:
    """The whole submission as one self-contained page."""
    few = len(material.view.projects) <= MOST_FORMS
    return _html(material, links=None, with_forms=few)


def html_pages(material: ReportInput) -> Iterator[tuple[str, str]]:
    """``index.html``, then a page per project."""
    links = _links(material, "html")
    yield "index.html", _html(material, links, with_forms=False)
    for project in material.view.projects:
        text = rendered(
            "html/project.html.j2", material.templates, project=project, with_forms=True,
            before=links.get(project.number - 1), after=links.get(project.number + 1),
            **_common(material),
        )  # fmt: skip
        yield links[project.number], text


def _html(material: ReportInput, links: dict[int, str] | None, *, with_forms: bool) -> str:
    from markupsafe import Markup

    view, tables = material.view, _tables(material)
    drawn = charts.drawn(found("charts", material.templates), tables, view) if tables else {}
    rules = {told.rule: told.title for project in view.projects for told in project.findings}
    return rendered(
        "html/submission.html.j2", material.templates, links=links, with_forms=with_forms,
        tables=tables, charts={name: Markup(svg) for name, svg in drawn.items()},  # noqa: S704 - vl-convert escapes
        rules=sorted(rules.items()), **_common(material),
    )  # fmt: skip


def _common(material: ReportInput) -> dict[str, Any]:
    """What every page carries: the look, the script, and the hash that lets that script run."""
    from markupsafe import Markup

    style = found("html/style.css", material.templates).read_text("utf-8")
    script = found("html/script.js", material.templates).read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return {
        "view": material.view,
        "style": Markup(style),  # noqa: S704 - files of the tool or of the bureau
        "script": Markup(script),  # noqa: S704
        "script_hash": f"sha256-{digest}",
        "drawn_cells": drawn_cells,
    }


def drawn_cells(project: Any) -> frozenset[str]:
    """The cells of a project that are drawn and marked, so that a link to them leads somewhere."""
    if project.drawn is None:
        return frozenset()
    return frozenset(cell.pointer for cell in project.drawn.cells() if cell.marks)


def _tables(material: ReportInput) -> dict[str, statistics.Numbers]:
    """The numbers of the overview; a single form has none."""
    many = len(material.view.projects) > 1
    return statistics.tables(material.audit, material.view) if many else {}


def _links(material: ReportInput, suffix: str) -> dict[int, str]:
    return {p.number: _name(p.number, suffix) for p in material.view.projects}


def _name(number: int, suffix: str) -> str:
    return f"{number:03}.{suffix}"
