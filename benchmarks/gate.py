"""The gate beside check: ``python -m benchmarks.gate --forms 5000``.

The same generated forms as JSON Lines through ``auditor check`` and ``auditor gate``, each a process of its
own, their findings compared row by row. Great Expectations' own map expectations stand beside our rules in
``python -m benchmarks.rules``.
"""

import json
import sys
import tempfile
from collections import Counter
from pathlib import Path

import click

from benchmarks.forms import forms as generated
from benchmarks.measuring import Section, Usage, command, process

AUDITOR = [sys.executable, "-c", "from auditor.cli import main; main()"]


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


def measure(forms: int) -> list[Section]:
    """The gate beside check over the same forms."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "forms.jsonl"
        with source.open("w", encoding="utf-8") as file:
            for form in generated(0, forms):
                file.write(json.dumps(form.as_dict(), ensure_ascii=False) + "\n")
        usages = {}
        for own in ("check", "gate"):
            target = str(folder / f"{own}.json")
            listed = [*AUDITOR, own, str(source), "--format", "json", "-o", target, "-q"]
            usages[own] = process(listed, sample=True)
        check, gate = of_check(folder / "check.json"), of_gate(folder / "gate.json")
    differ = (check - gate).total() + (gate - check).total()
    codes = " and ".join(str(usage.code) for usage in usages.values())
    return [Section(
        "performance.md", "gate", f"python -m benchmarks.gate --forms {forms}`, `one run",
        ("whole process", "s", "CPU, s", "peak MiB of the tree", "findings"),
        [[f"`auditor {own}`", usage.wall, usage.cpu, usage.peak, check.total()]
         for own, usage in usages.items()],
        {own: vars_of(usage) for own, usage in usages.items()},
        [f"**Findings that differ between check and gate: {differ} of {check.total():,}**; they end with {codes}."],
    )]  # fmt: skip


def vars_of(usage: Usage) -> dict[str, float]:
    return {"wall": usage.wall, "cpu": usage.cpu, "peak": usage.peak}


if __name__ == "__main__":
    command(measure, click.option("--forms", default=5000, show_default=True))()
