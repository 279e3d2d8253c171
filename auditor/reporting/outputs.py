"""The formats of a report: what writes each, whole or as files of a folder.

A writer's module is imported when its format is asked for, and not before.
"""

import importlib
from collections.abc import Iterator
from dataclasses import dataclass

from auditor.reporting.report_input import ReportInput


@dataclass(frozen=True, slots=True)
class Format:
    """``whole``, ``pages`` and ``pieces`` are module:function below ``auditor.reporting``.

    ``whole`` makes one text or, when ``binary``, bytes; ``pages`` makes (file name, contents), and
    ``suffix`` ends the names of these files; ``pieces`` makes the same text as ``whole``, little by
    little.
    """

    whole: str
    pages: str | None = None
    binary: bool = False
    suffix: str = ""
    pieces: str | None = None


FORMATS = {
    "json": Format("machine:findings_document", pieces="machine:document_pieces"),
    "jsonl": Format("machine:findings_stream", pieces="machine:stream_pieces"),
    "markdown": Format("pages:markdown", "pages:markdown_pages", suffix=".md"),
    "html": Format("pages:html", "pages:html_pages", suffix=".html"),
    "xlsx": Format("workbook:xlsx", binary=True),
    "docx": Format("letter:docx", "letter:letters", binary=True, suffix=".docx"),
    "pdf": Format("pdf:pdf", binary=True),
    "csv": Format("table:csv_text"),
    "sarif": Format("sarif:sarif"),
    "junit": Format("junit:junit"),
    "github": Format("annotations:github"),
    "gitlab": Format("annotations:gitlab"),
}


def whole(name: str, material: ReportInput) -> str | bytes:
    """Make a report in one piece: text, or bytes for a binary format.

    Raises:
        ResourceError: a template is broken, or a program that is needed is not there.
    """
    made: str | bytes = _function(FORMATS[name].whole)(material)
    return made


def pieces(name: str, material: ReportInput) -> Iterator[str | bytes]:
    """The report in one piece or, where it may be long, in many that make the same."""
    function = FORMATS[name].pieces
    if function is None:
        yield whole(name, material)
    else:
        yield from _function(function)(material)


def pages(name: str, material: ReportInput) -> Iterator[tuple[str, str | bytes]]:
    """The report as files of a folder: (name, contents); only for formats that have them."""
    made: Iterator[tuple[str, str | bytes]] = _function(FORMATS[name].pages or "")(material)
    return made


def _function(name: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 - checked by its two users
    module, _mark, function = name.partition(":")
    return getattr(importlib.import_module(f"auditor.reporting.{module}"), function)
