"""What diagnosis costs: ``python -m benchmarks.diagnosis_cost [PATH]``, medians of seven runs.

The forms of PATH (by default the examples) are audited with diagnosis and without it; the difference
per form with findings is what the clerk waits for it.
"""

import statistics
import time
from pathlib import Path
from unittest import mock

import click

from auditor import auditing
from auditor.auditing import audit, choose, extract

_RUNS = 7
_EXAMPLES = Path(__file__).parents[1] / "examples"


@click.command()
@click.argument("path", default=str(_EXAMPLES))
def main(path: str) -> None:
    """Prints milliseconds per form with findings, and seconds for all."""
    extraction, choice = extract([path]), choose()
    took: dict[str, list[float]] = {"with": [], "without": []}
    found = 0
    for _run in range(_RUNS):
        for name, seconds in took.items():
            started = time.perf_counter()
            if name == "with":
                reports = audit(extraction, choice).reports
                found = sum(bool(report.findings) for report in reports)
            else:
                with mock.patch.object(auditing, "diagnose"):
                    audit(extraction, choice)
            seconds.append(time.perf_counter() - started)
    whole, plain = (statistics.median(took[name]) for name in ("with", "without"))
    each = 1000 * (whole - plain) / max(1, found)
    print(f"{len(extraction.evaluations)} forms, {found} with findings: {whole:.2f} s in all, ")
    print(f"{plain:.2f} s without diagnosis, {each:.1f} ms per form with findings")


if __name__ == "__main__":
    main()
