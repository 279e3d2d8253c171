"""Cells read right and speed per format, beside other libraries: ``python -m benchmarks.reading``.

Needs the contestants (``pip install python-docx pdfplumber markitdown[docx,xlsx,pdf]``) and
LibreOffice, which prints the PDF, DOC and XLS files. The table goes into docs/formats.md.

A cell is right when its text, white space aside, is among the cells that the reader gives; every
text counts as often as the form has it. This is kind to a reader that loses rows and columns, and
all are measured alike. Times are medians per file in one process, all readers in turn per file. The
floor for docx is to unzip the body and parse its XML, and no more.
"""

import io
import re
import shutil
import statistics
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import click
from hypothesis import HealthCheck, Phase, given, seed, settings

from auditor.forms.document_reader import evaluations as forms_in
from auditor.forms.evaluation import Evaluation
from auditor.intake.document import Grid
from auditor.intake.files import Found, read
from auditor.pipeline import extract
from benchmarks.measuring import Section, command
from tests.rendering import office, render
from tests.rendering.layout import TEMPLATES, Template, lay_out
from tests.strategies import evaluations

COPIES = 5  # of every file, for the rate of two processes: their start should not be most of it
FLOOR = "floor: unzip and parse"
FORMATS = ("docx", "xlsx", "html", "pdf", "doc", "xls")
Texts = Counter[str]
Reader = Callable[[Path], Texts]


def squeezed(text: object) -> str:
    return "".join(str(text).split())


def counted(texts: list[object]) -> Texts:
    return Counter(kept for text in texts if text is not None and (kept := squeezed(text)))


def once(row: list[object]) -> list[object]:
    """A row without the repetitions that stand for a merged cell."""
    return [text for n, text in enumerate(row) if n == 0 or text != row[n - 1]]


# --- the readers ----------------------------------------------------------------------------


def with_auditor(path: Path) -> Texts:
    document = read(Found(path.name, path))
    forms_in(document)
    cells = [c for part in document.parts if isinstance(part, Grid) for c in part.cells]
    return counted([cell.text for cell in cells])


def with_python_docx(path: Path) -> Texts:
    import docx

    cells = {}
    for table in docx.Document(str(path)).tables:
        for row in table.rows:
            cells.update({cell._tc: cell.text for cell in row.cells})  # noqa: SLF001
    return counted(list(cells.values()))


def with_pdfplumber(path: Path) -> Texts:
    import pdfplumber

    with pdfplumber.open(path) as file:
        return counted([
            text for page in file.pages for table in page.extract_tables()
            for row in table for text in row
        ])  # fmt: skip


def with_read_html(path: Path) -> Texts:
    import pandas as pd

    frames = pd.read_html(io.BytesIO(path.read_bytes()), encoding="gb18030", header=None)
    columns: list[object] = []
    for frame in frames[1:]:  # the first is the layout
        rows = frame.astype(object).where(frame.notna(), None).to_numpy().tolist()
        above: list[object] = [None] * len(rows[0])
        for row in rows:
            columns += once([None if a == b else a for a, b in zip(row, above, strict=True)])
            above = row
    return counted(columns)


def with_markitdown(path: Path) -> Texts:
    global _MARKITDOWN  # noqa: PLW0603 - its construction is not what is measured
    if _MARKITDOWN is None:
        from markitdown import MarkItDown

        _MARKITDOWN = MarkItDown()
    lines = _MARKITDOWN.convert(str(path)).text_content.splitlines()
    return counted([
        cell for line in lines if "|" in line for cell in once(re.split(r"(?<!\\)\|", line))
    ])  # fmt: skip


_MARKITDOWN = None


def with_openpyxl(path: Path) -> Texts:
    import openpyxl

    book = openpyxl.load_workbook(path)
    return counted([
        shown_by_format(cell.value, cell.number_format)
        for sheet in book for row in sheet.iter_rows() for cell in row
    ])  # fmt: skip


def shown_by_format(value: object, number_format: str) -> object:
    """A number as its format prints it; openpyxl leaves that to its user."""
    if not isinstance(value, (int, float)):
        return value
    decimals = len(number_format.partition(".")[2].rstrip("%"))
    if number_format.endswith("%"):
        return f"{value * 100:.{decimals}f}%"
    return f"{value:.{decimals}f}"


def only_unzipped(path: Path) -> Texts:
    from lxml import etree

    with zipfile.ZipFile(path) as archive:
        etree.fromstring(archive.read("word/document.xml"))
    return Counter()


READERS: dict[str, dict[str, Reader]] = {
    "docx": {"auditor": with_auditor, "python-docx": with_python_docx, "markitdown": with_markitdown,
             FLOOR: only_unzipped},
    "xlsx": {"auditor": with_auditor, "openpyxl": with_openpyxl, "markitdown": with_markitdown},
    "html": {"auditor": with_auditor, "pandas.read_html": with_read_html,
             "markitdown": with_markitdown},
    "pdf": {"auditor": with_auditor, "pdfplumber": with_pdfplumber, "markitdown": with_markitdown},
    "doc": {"auditor": with_auditor},
    "xls": {"auditor": with_auditor},
}  # fmt: skip
LIBRARY = {"docx": "lxml", "xlsx": "lxml", "html": "lxml", "pdf": "pypdfium2 and own grid",
           "doc": "firecrawl-anydoc", "xls": "xlrd"}  # fmt: skip


# --- the files ------------------------------------------------------------------------------


def made(count: int) -> list[Evaluation]:
    """The same ``count`` random forms on every run."""
    forms: list[Evaluation] = []

    @seed(20241231)
    @settings(max_examples=count, database=None, deadline=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(evaluations())
    def collect(form: Evaluation) -> None:
        forms.append(form)

    collect()
    return forms[:count]


def rendered(forms: list[tuple[Evaluation, Template]], folder: Path) -> None:
    """Writes every form in every format, a folder per format."""
    for suffix in FORMATS:
        (folder / suffix).mkdir()
    for number, (form, template) in enumerate(forms):
        for suffix, draw in (("docx", render.to_docx), ("xlsx", render.to_xlsx),
                             ("html", render.to_html)):  # fmt: skip
            (folder / suffix / f"{number:04}.{suffix}").write_bytes(draw([form], template))
    for source, suffix in (("docx", "pdf"), ("docx", "doc"), ("xlsx", "xls")):
        listed = sorted((folder / source).iterdir())
        for start in range(0, len(listed), 50):
            office.convert(listed[start : start + 50], suffix, folder / suffix)


def truth(form: Evaluation, template: Template) -> Texts:
    """The filled cells of the printed form."""
    return counted([box.text for box in lay_out(form, template).boxes])


def measure_one(suffix: str, folder: Path, wanted: list[Texts]) -> dict[str, tuple[int, float]]:
    """Cells right and median milliseconds per form, by reader."""
    right: Counter[str] = Counter()
    times: dict[str, list[float]] = {name: [] for name in READERS[suffix]}
    for path, expected in zip(sorted((folder / suffix).iterdir()), wanted, strict=True):
        for name, reader in READERS[suffix].items():
            start = time.perf_counter()
            found = reader(path)
            times[name].append(time.perf_counter() - start)
            right[name] += (found & expected).total()
    return {name: (right[name], 1000 * statistics.median(spent)) for name, spent in times.items()}


def per_second(folder: Path) -> float:
    """Forms per second of a whole extraction by two worker processes, their start included."""
    for path in list(folder.iterdir()):
        for number in range(1, COPIES):
            shutil.copy(path, path.with_stem(f"{path.stem}-{number}"))
    count = len(list(folder.iterdir()))
    start = time.perf_counter()
    extraction = extract([str(folder)], jobs=2)
    assert len(extraction.evaluations) == count, (folder, extraction.problems[:3])
    return count / (time.perf_counter() - start)


def measure(forms: int) -> list[Section]:
    """Every format, by every reader."""
    drawn = [(form, TEMPLATES[n % len(TEMPLATES)]) for n, form in enumerate(made(forms))]
    wanted = [truth(form, template) for form, template in drawn]
    total = sum(texts.total() for texts in wanted)
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rendered(drawn, folder)
        for suffix in FORMATS:
            pages = sum(map(pages_of, (folder / suffix).iterdir())) if suffix == "pdf" else None
            measured = measure_one(suffix, folder, wanted)
            ours = measured["auditor"][1]
            for reader, (right, spent) in measured.items():
                rate = per_second(folder / suffix) if reader == "auditor" else None
                rows.append([
                    suffix, f"auditor ({LIBRARY[suffix]})" if reader == "auditor" else reader,
                    None if reader == FLOOR else f"{100 * right / total:.2f}%", spent, spent / ours,
                    rate, rate * pages / len(drawn) if rate and pages else None,
                ])  # fmt: skip
                click.echo(str(rows[-1]), err=True)
    return [Section(
        "formats.md", "measured",
        f"python -m benchmarks.reading`, {len(drawn)} random forms in three templates, {total:,} filled cells; ours is "
        "the whole way from bytes to the evaluation, the others stop at the cells, `medians per file",
        ("format", "reader", "cells right", "ms per form", "times as long as ours",
         "forms/s, two processes", "pages/s, two processes"),
        rows, rows,
    )]  # fmt: skip


def pages_of(path: Path) -> int:
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    try:
        return len(document)
    finally:
        document.close()


if __name__ == "__main__":
    command(measure, click.option("--forms", default=240, show_default=True))()
