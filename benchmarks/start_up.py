"""One form, cold, beside ``import pandas``: ``python benchmarks/start_up.py [--runs N]``.

Whole processes in turn (A B A B …), so that a drifting machine touches both alike. Prints medians
and the ratio pair by pair, and writes ``docs/performance.md``.
"""

import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

import click

from auditor.rulebook.loading import load

ROOT = Path(__file__).parents[1]
FORM = ROOT / "examples" / "卫生服务中心.docx"
PAGE = ROOT / "docs" / "performance.md"
AUDIT = [sys.executable, "-c", "from auditor.cli import main; main()", "check", str(FORM)]
PANDAS = [sys.executable, "-c", "import pandas"]


def seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, capture_output=True, check=False, cwd=ROOT)
    return time.perf_counter() - start


@click.command()
@click.option("--runs", default=7, show_default=True)
@click.option("--write/--no-write", default=True, help="write docs/performance.md")
def main(runs: int, *, write: bool) -> None:
    """Measures start-up and one form."""
    for command in (AUDIT, PANDAS):
        seconds(command)  # files into the page cache, rules into theirs
    pairs = [(seconds(AUDIT), seconds(PANDAS)) for _run in range(runs)]
    audit, pandas = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    page = f"""# What was measured

Made by `python benchmarks/start_up.py` on {platform.machine()}, {os.cpu_count()} cores, Python \
{platform.python_version()}; {runs} runs of each in turn, medians of wall time.

| whole process | seconds |
|---|---|
| `auditor check` on one docx (3 forms, {len(load().rules)} rules), cold | {audit:.3f} |
| `python -c "import pandas"` | {pandas:.3f} |
| ratio, median of pairs | {ratio:.2f} |
"""
    click.echo(page)
    if write:
        rest = PAGE.read_text("utf-8").partition("\n## ")[2] if PAGE.exists() else ""
        PAGE.write_text(page + (f"\n## {rest}" if rest else ""), "utf-8")
    sys.exit(0 if audit < pandas else 1)


if __name__ == "__main__":
    main()
