"""Marked copies of files, and where their marks should be, for tests."""

from pathlib import Path

from auditor.reporting.markup.copies import mark
from tests.building import material_of


def copies(folder: Path, *paths: Path) -> dict[str, Path]:
    made = {Path(copy.source).name: copy.target for copy in mark(material_of(*paths), folder)}
    return {name: target for name, target in made.items() if target is not None}


def wanted(path: Path) -> list[tuple[str, dict]]:
    """(heading, place of the most suspect cell) of every finding of a file."""
    one = material_of(path)
    return [
        (f"[{told.number}] {told.level} {told.rule} {told.title}", places[told.spots[0].pointer])
        for report, project in zip(one.audit.reports, one.view.projects, strict=True)
        for places in [report.evaluation.locators]
        for told in project.findings
        if told.spots and places.get(told.spots[0].pointer)
    ]
