"""Reports of a large submission: ``python -m benchmarks.reports --forms 1000`` (Linux).

Audits generated forms once, then turns the saved findings into every format by ``auditor report``,
each a process of its own: median wall time of three, peak memory, size. HTML is opened in headless
Chromium, the whole page and the index of the folder: time until it is loaded and laid out. The table
goes into docs/performance.md.
"""

import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click

from auditor.auditing import Extraction, audit, choose
from auditor.findings.personal import masked
from auditor.reporting.machine import findings_document
from auditor.reporting.material import Material
from auditor.reporting.outputs import FORMATS
from benchmarks.forms import forms as generated

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
MARKS = ("<!-- reports -->", "<!-- end of reports -->")
REPORT = [sys.executable, "-c", "from auditor.cli import main; main()", "report"]
REPEATS = 3
_UNITS = 40


def saved(count: int, target: Path) -> int:
    """The findings of ``count`` generated forms of forty units; how many there are."""
    forms = generated(0, count)
    for number, form in enumerate(forms):
        form.unit = f"示例单位{number % _UNITS:02}"
    choice = choose()
    result = masked(audit(Extraction(forms), choice))
    material = Material(result, {rule.id: rule for rule in choice.rules})
    target.write_text(findings_document(material), "utf-8")
    return sum(len(report.findings) for report in result.reports)


def run(findings: Path, name: str, target: Path) -> tuple[float, float]:
    """Wall seconds and MiB of one report."""
    start = time.perf_counter()
    child = subprocess.Popen([*REPORT, str(findings), "--format", name, "--output", str(target)])
    _pid, status, usage = os.wait4(child.pid, 0)
    assert status == 0, (name, status)
    return time.perf_counter() - start, usage.ru_maxrss / 1024


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


@click.command()
@click.option("--forms", default=1000, show_default=True)
@click.option("--write/--no-write", default=True, help="write docs/performance.md")
def main(forms: int, *, write: bool) -> None:
    """Measures every format."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        findings = folder / "findings.json"
        total = saved(forms, findings)
        lines = [
            f"Made by `python -m benchmarks.reports --forms {forms}` on {platform.machine()}, "
            f"{os.cpu_count()} cores, Python {platform.python_version()}; "
            f"{total:,} findings; `auditor report` as a process, medians of {REPEATS}.",
            "",
            "| report | seconds | peak MiB | size | opens in Chromium |",
            "|---|---|---|---|---|",
        ]
        for format_ in FORMATS:
            targets = {format_: folder / f"report.{format_}"}
            if format_ == "html":
                targets["html, folder"] = folder / "pages"
            for shown, target in targets.items():
                times = [run(findings, format_, target) for _n in range(REPEATS)]
                page = target / "index.html" if target.is_dir() else target
                if format_ == "html":
                    page = page.rename(page.with_suffix(".html"))
                seconds = opened(page) if format_ == "html" else None
                size = page.stat().st_size / 1e6
                lines.append(
                    f"| {shown} | {statistics.median(t for t, _m in times):.1f} | "
                    f"{max(m for _t, m in times):,.0f} | {size:.1f} MB{' (index)' if target.is_dir() else ''} | "
                    f"{'' if seconds is None else f'{seconds:.2f} s'} |"
                )
                click.echo(lines[-1])
    if write:
        text = PAGE.read_text("utf-8")
        before, after = text.split(MARKS[0])[0], text.split(MARKS[1])[1]
        PAGE.write_text(before + "\n".join([MARKS[0], *lines, MARKS[1]]) + after, "utf-8")


if __name__ == "__main__":
    main()
