"""The gate beside check: ``python -m benchmarks.gate --forms 5000``.

The same generated forms as JSON Lines through ``auditor check`` and ``auditor gate``, each a process of its
own, their findings compared row by row; and twenty rules of plain arithmetic over the same fact tables by
Great Expectations' map expectations and by our engine. The table goes into docs/performance.md.
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import click

from auditor.auditing import choose
from auditor.engine import running
from auditor.facts import building
from benchmarks import twenty_rules
from benchmarks.forms import forms as generated
from benchmarks.twenty_rules import TWENTY

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
MARKS = ("<!-- gate -->", "<!-- end of gate -->")
AUDITOR = [sys.executable, "-c", "from auditor.cli import main; main()"]


def run(arguments: list[str]) -> tuple[float, float, int]:
    """Wall seconds, peak MiB and exit code of one command."""
    start = time.perf_counter()
    child = subprocess.Popen([*AUDITOR, *arguments])
    _pid, status, usage = os.wait4(child.pid, 0)
    return time.perf_counter() - start, usage.ru_maxrss / 1024, os.waitstatus_to_exitcode(status)


def of_check(path: Path) -> Counter[tuple[object, ...]]:
    """What makes a finding, of every one that check reports."""
    whole = json.loads(path.read_bytes())
    return Counter(
        (f["rule"], r["source"]["form"], tuple(f["cells"]), f["severity"], f["fingerprint"])
        for r in whole["reports"]
        for f in r["findings"]
    )


def of_gate(path: Path) -> Counter[tuple[object, ...]]:
    """The same of the gate's validation results."""
    whole = json.loads(path.read_bytes())
    return Counter(
        (
            entry["expectation_config"]["kwargs"]["rule"],
            f["form"],
            tuple(f["cells"]),
            f["severity"],
            f["fingerprint"],
        )
        for result in whole["validation_results"]
        for entry in result["results"]
        if entry["expectation_config"]["type"] == "expect_rule_to_hold"
        for f in entry["result"]["details"]["findings"]
        if f["form_id"] >= 0
    )


def twenty(count: int) -> list[str]:
    """Rows of the table for twenty rules over the same fact tables."""
    choice = choose(select=TWENTY)
    parameters = choice.profile.parameters
    facts = building.build(generated(0, count), building.Norms.of(parameters))
    frames = twenty_rules.floats({name: table.to_pandas() for name, table in facts.items()})
    lines = []
    for name, work in (
        (
            "twenty rules, our engine",
            lambda: len(running.run(choice.rules, facts, parameters).hits),
        ),
        (
            "twenty rules, GX map expectations",
            lambda: twenty_rules.with_gx_maps(frames, parameters),
        ),
        ("twenty rules, pandas masks", lambda: twenty_rules.with_pandas(frames, parameters)),
    ):
        work()  # imports and caches
        start = time.perf_counter()
        found = work()
        lines.append(f"| {name} | {time.perf_counter() - start:.1f} | | {found:,} rows |")
    return lines


@click.command()
@click.option("--forms", default=5000, show_default=True)
@click.option("--write/--no-write", default=True, help="write docs/performance.md")
def main(forms: int, *, write: bool) -> None:
    """Runs both commands, compares their findings and writes the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "forms.jsonl"
        with source.open("w", encoding="utf-8") as file:
            for form in generated(0, forms):
                file.write(json.dumps(form.as_dict(), ensure_ascii=False) + "\n")
        times = {}
        for command in ("check", "gate"):
            target = str(folder / f"{command}.json")
            times[command] = run([command, str(source), "--format", "json", "-o", target, "-q"])
        check, gate = of_check(folder / "check.json"), of_gate(folder / "gate.json")
        lines = [
            f"Made by `python -m benchmarks.gate --forms {forms}` on {platform.machine()}, {os.cpu_count()} cores, "
            f"Python {platform.python_version()}; one run. **Findings that differ between check and gate: "
            f"{(check - gate).total() + (gate - check).total()} of {check.total():,}**; both exit with "
            f"{times['check'][2]} and {times['gate'][2]}.",
            "",
            "| | seconds | peak MiB | |",
            "|---|---|---|---|",
            *(
                f"| `auditor {command}`, the whole process | {seconds:.1f} | {peak:,.0f} | {check.total():,} findings |"
                for command, (seconds, peak, _code) in times.items()
            ),
            *twenty(forms),
        ]
    click.echo("\n".join(lines))
    if write:
        text = PAGE.read_text("utf-8")
        before, after = text.split(MARKS[0])[0], text.split(MARKS[1])[1]
        PAGE.write_text(before + "\n".join([MARKS[0], *lines, MARKS[1]]) + after, "utf-8")


if __name__ == "__main__":
    main()
