"""The start, and one form, cold, beside ``import pandas``: ``python -m benchmarks.start_up [--runs N]``.

The start is an audit of a folder without a form: all that every audit loads, rulebook and database
among it, and nothing of any form.

Whole processes in turn (A B A B …), so that a drifting machine touches both alike; medians, and the
ratio pair by pair.
"""

import statistics
import sys
import tempfile

import click

from auditor.rulebook.loading import load
from benchmarks.measuring import ROOT, Section, command, process

FORM = ROOT / "examples" / "卫生服务中心.docx"
CHECK = [sys.executable, "-c", "from auditor.cli import main; main()", "check", "--no-config"]
PANDAS = [sys.executable, "-c", "import pandas"]
LOADED = [sys.executable, "-c", "import sys; sys.stdout.write('')"]


def measure(runs: int) -> list[Section]:
    """One form from a cold start, beside importing pandas."""
    with tempfile.TemporaryDirectory() as nothing:
        commands = {
            "audit": [*CHECK, str(FORM)], "start": [*CHECK, nothing],
            "pandas": PANDAS, "python": LOADED,
        }  # fmt: skip
        for own in commands.values():
            process(own)  # files into the page cache, rules into theirs
        usages = [{name: process(own) for name, own in commands.items()} for _run in range(runs)]
    walls = {name: [usage[name].wall for usage in usages] for name in commands}
    shown = {
        "audit": f"`auditor check` on one docx (3 forms, {len(load().rules)} rules), cold",
        "start": "the start alone: `auditor check` on a folder without a form",
        "pandas": '`python -c "import pandas"`',
        "python": "Python alone",
    }
    rows = [
        [
            shown[name],
            statistics.median(walls[name]),
            statistics.median(usage[name].cpu for usage in usages),
            max(usage[name].peak for usage in usages),
            *(
                statistics.median(a / b for a, b in zip(walls[ours], walls[name], strict=True))
                for ours in ("audit", "start")
            ),
        ]
        for name in commands
    ]
    columns = ("whole process", "s", "CPU, s", "peak MiB", "one docx to it", "the start to it")
    made = f"python -m benchmarks.start_up`, `{runs} runs of each in turn"
    return [Section("performance.md", "start", made, columns, rows, rows)]


if __name__ == "__main__":
    command(measure, click.option("--runs", default=15, show_default=True))()
