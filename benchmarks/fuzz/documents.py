"""Every format of a report, opened by another library and searched for what may do harm."""

import csv
import io
import json
import re
import warnings
from collections.abc import Callable
from functools import cache
from typing import Any

from auditor.reporting.report_input import ReportInput
from auditor.reporting.terminal import print_audit
from auditor.schemas import load
from benchmarks.measuring import ROOT

SCHEMAS = ROOT / ".schemas"
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")


def _json(made: str) -> None:
    _validator("findings").validate(json.loads(made))


@cache
def _validator(name: str) -> Any:
    from jsonschema import Draft7Validator, Draft202012Validator

    if name == "sarif":
        return Draft7Validator(json.loads((SCHEMAS / "sarif-2.1.0.json").read_bytes()))
    return Draft202012Validator(load(name))


def _jsonl(made: str) -> None:
    for line in made.split("\n"):
        assert json.loads(line)["schema"] == "findings/1"


def _legible(made: str) -> None:
    found = CONTROLS.search(
        made.replace("\n", "").replace("\t", "").replace("\r", "").removeprefix("\ufeff")
    )
    assert found is None, f"control character {found[0]!r}"


def _markdown(made: str) -> None:
    _legible(made)
    assert "<script" not in re.sub(r"\\.", "", made)


def _html(made: str) -> None:
    from lxml import html

    _legible(made)
    tree = html.document_fromstring(made)
    assert len(tree.xpath("//script")) == 1
    handlers = [
        name
        for node in tree.iter()
        if isinstance(node.tag, str)
        for name in node.attrib
        if name.startswith("on")
    ]
    assert not handlers, handlers
    assert not [
        link for link in tree.xpath("//@href | //@src") if not link.startswith(("#", "data:"))
    ]


def _xlsx(made: bytes) -> None:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(made))
    kinds = {
        cell.data_type for sheet in book.worksheets for row in sheet.iter_rows() for cell in row
    }
    assert "f" not in kinds
    assert not [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.hyperlink
                and not (cell.hyperlink.location or "").startswith(("'", "#")) and cell.hyperlink.target]  # fmt: skip


def _docx(made: bytes) -> None:
    import docx

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        read = docx.Document(io.BytesIO(made))
    _legible("".join(paragraph.text for paragraph in read.paragraphs))


def _pdf(made: bytes) -> None:
    import pypdfium2

    assert len(pypdfium2.PdfDocument(made)) > 0


def _csv(made: str) -> None:
    rows = list(csv.reader(io.StringIO(made.removeprefix("\ufeff"), newline="")))
    assert len({len(row) for row in rows}) == 1
    live = [
        c
        for row in rows
        for c in row
        if c[:1] in tuple("=@\t\r")
        or (c[:1] in "+-" and not re.fullmatch(r"[-+]?[\d.,]*[%‰]?|[-+]+", c))
    ]
    assert not live, live[:3]


def _sarif(made: str) -> None:
    told = json.loads(made)
    assert told["version"] == "2.1.0"
    if (SCHEMAS / "sarif-2.1.0.json").is_file():
        _validator("sarif").validate(told)


def _junit(made: str) -> None:
    from lxml import etree

    tree = etree.fromstring(made.encode())
    assert tree.tag == "testsuites"


def _github(made: str) -> None:
    _legible(made)
    assert all(
        line.startswith(("::error ", "::warning ", "::notice "))
        for line in made.split("\n")
        if line
    )


def _gitlab(made: str) -> None:
    assert all(
        {"description", "fingerprint", "severity", "location"} <= entry.keys()
        for entry in json.loads(made)
    )


def terminal(material: ReportInput) -> str:
    """The report on a terminal without colours."""
    from rich.console import Console

    target = io.StringIO()
    print_audit(Console(file=target, width=100), material, quiet=False)
    return target.getvalue()


CHECKS: dict[str, Callable[[Any], None]] = {
    "json": _json, "jsonl": _jsonl, "markdown": _markdown, "html": _html, "xlsx": _xlsx, "docx": _docx, "pdf": _pdf,
    "csv": _csv, "sarif": _sarif, "junit": _junit, "github": _github, "gitlab": _gitlab, "terminal": _legible,
}  # fmt: skip
