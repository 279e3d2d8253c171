"""One form, cold, beside ``import pandas``: ``python -m benchmarks.start_up [--runs N]``.

Whole processes in turn (A B A B …), so that a drifting machine touches both alike; medians, and the
ratio pair by pair.
"""

import statistics
import sys

import click

from auditor.rulebook.loading import load
from benchmarks.measuring import ROOT, Section, command, process

FORM = ROOT / "examples" / "卫生服务中心.docx"
AUDIT = [sys.executable, "-c", "from auditor.cli import main; main()", "check", str(FORM)]
PANDAS = [sys.executable, "-c", "import pandas"]
LOADED = [sys.executable, "-c", "import sys; sys.stdout.write('')"]


def measure(runs: int) -> list[Section]:
    """One form from a cold start, beside importing pandas."""
    commands = {"audit": AUDIT, "pandas": PANDAS, "python": LOADED}
    for own in commands.values():
        process(own)  # files into the page cache, rules into theirs
    usages = [{name: process(own) for name, own in commands.items()} for _run in range(runs)]
    walls = {name: [usage[name].wall for usage in usages] for name in commands}
    shown = {
        "audit": f"`auditor check` on one docx (3 forms, {len(load().rules)} rules), cold",
        "pandas": '`python -c "import pandas"`',
        "python": "Python alone",
    }
    rows = [
        [
            shown[name],
            statistics.median(walls[name]),
            statistics.median(usage[name].cpu for usage in usages),
            max(usage[name].peak for usage in usages),
            statistics.median(a / b for a, b in zip(walls["audit"], walls[name], strict=True)),
        ]
        for name in commands
    ]
    columns = ("whole process", "s", "CPU, s", "peak MiB", "ours to it, median of pairs")
    made = f"python -m benchmarks.start_up`, `{runs} runs of each in turn"
    return [Section("performance.md", "start", made, columns, rows, rows)]


if __name__ == "__main__":
    command(measure, click.option("--runs", default=15, show_default=True))()
