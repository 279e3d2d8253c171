"""What diagnosis costs: ``python -m benchmarks.diagnosis_cost [--path PATH]``, medians of seven runs.

The forms of PATH, by default a thousand generated ones, are audited with diagnosis and without it; the
difference per form with findings is what the clerk waits for it.
"""

import statistics
from unittest import mock

import click

from auditor import part_audit
from auditor.pipeline import Extraction, audit, choose, extract
from benchmarks.forms import forms
from benchmarks.measuring import Section, clocked, command

RUNS = 7


def measure(path: str | None) -> list[Section]:
    """What the probable causes cost."""
    extraction = extract([path]) if path else Extraction(forms(0, 1000))
    choice = choose()
    took: dict[str, list[float]] = {"with": [], "without": []}
    for _run in range(RUNS):
        wall, _cpu, result = clocked(lambda: audit(extraction, choice))
        took["with"].append(wall)
        with mock.patch.object(part_audit, "diagnose"):
            took["without"].append(clocked(lambda: audit(extraction, choice))[0])
    found = sum(bool(report.findings) for report in result.reports)
    whole, plain = (statistics.median(took[name]) for name in ("with", "without"))
    row = [len(extraction.evaluations), found, whole, plain, 1000 * (whole - plain) / max(1, found)]
    return [Section(
        "performance.md", "diagnosis", f"python -m benchmarks.diagnosis_cost`, `medians of {RUNS}",
        ("forms", "with findings", "audit, s", "without diagnosis, s", "ms per form with findings"),
        [row], row,
    )]  # fmt: skip


if __name__ == "__main__":
    command(measure, click.option("--path", default=None, metavar="PATH"))()
