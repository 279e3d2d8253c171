"""Reports of a large submission: ``python -m benchmarks.reports --forms 1000`` (Linux).

Audits generated forms once, then turns the saved findings into every format by ``auditor report``,
each a process of its own: median wall time of three, peak memory, size. HTML is opened in headless
Chromium, the whole page and the index of the folder: time until it is loaded and laid out. The table
goes into docs/performance.md.
"""

import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

import click

from auditor import output_files
from auditor.findings.personal import masked
from auditor.forms.packed_forms import PackedForms
from auditor.pipeline import Extraction, audit, choose
from auditor.reporting.machine import document_pieces
from auditor.reporting.outputs import FORMATS
from auditor.reporting.report_input import ReportInput
from benchmarks.forms import forms as generated
from benchmarks.measuring import Section, command, process

REPORT = [sys.executable, "-c", "from auditor.cli import main; main()", "report"]
REPEATS = 3
_UNITS = 40


def saved(count: int, target: Path) -> tuple[int, float]:
    """Saves the findings of ``count`` generated forms of forty units.

    How many there are, and the seconds that masking and writing them took. The forms lie packed, as
    they do in an audit of files.
    """
    forms = generated(0, count)
    for number, form in enumerate(forms):
        form.unit = f"示例单位{number % _UNITS:02}"
    choice = choose()
    result = audit(Extraction(PackedForms(forms)), choice)
    start = time.perf_counter()
    material = ReportInput(masked(result), {rule.id: rule for rule in choice.rules})
    output_files.write(target, document_pieces(material))
    spent = time.perf_counter() - start
    return sum(len(report.findings) for report in result.reports), spent


def opened(page: Path) -> float:
    """Seconds from navigation until the page is loaded and its first frame is drawn."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        spent = []
        for _n in range(REPEATS):
            tab = browser.new_page(viewport={"width": 1280, "height": 900})
            start = time.perf_counter()
            tab.goto(page.as_uri())
            tab.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
            spent.append(time.perf_counter() - start)
            tab.close()
        browser.close()
    return statistics.median(spent)


def measure(forms: int) -> list[Section]:
    """Every format of a large submission's report."""
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        findings = folder / "findings.json"
        total, written = saved(forms, findings)
        for format_ in FORMATS:
            targets = {format_: folder / f"report.{format_}"}
            if format_ == "html":
                targets["html, folder"] = folder / "pages"
            for shown, target in targets.items():
                own = [*REPORT, str(findings), "--format", format_, "--output", str(target)]
                usages = [process(own, sample=True) for _n in range(REPEATS)]
                assert {usage.code for usage in usages} == {0}, format_
                page = target / "index.html" if target.is_dir() else target
                if format_ == "html":
                    page = page.rename(page.with_suffix(".html"))
                rows.append([
                    shown, statistics.median(u.wall for u in usages),
                    statistics.median(u.cpu for u in usages), max(u.peak for u in usages),
                    page.stat().st_size / 1e6, opened(page) if format_ == "html" else None,
                ])  # fmt: skip
                click.echo(str(rows[-1]), err=True)
    return [Section(
        "performance.md", "reports",
        f"python -m benchmarks.reports --forms {forms}`, {total:,} findings, `auditor report` as a process, `medians of {REPEATS}",
        ("report", "s", "CPU, s", "peak MiB", "MB (of the index)", "opens in Chromium, s"), rows, rows,
        [f"The JSON at the end of an audit, whose forms lie packed, took {written:.3g} s; `auditor report` reads it again first."],
    )]  # fmt: skip


if __name__ == "__main__":
    command(measure, click.option("--forms", default=1000, show_default=True))()
