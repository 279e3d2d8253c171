"""Spark beside DuckDB, row for row: ``python -m benchmarks.spark_equality --forms 10000``.

Generated forms, every second one with a planted slip; every rule of the rulebook by both engines. What is
compared is every hit (rule, form, row, severity, cells, expected value), every reason why a rule did not
apply, and every count. Needs auditor[spark] and Java 17. The table goes into docs/scale.md.
"""

import os
import platform
import time
from collections import Counter
from pathlib import Path

import click

from auditor.auditing import choose
from auditor.engine import running, spark
from auditor.engine.outcomes import Outcomes
from auditor.facts import building
from benchmarks.forms import forms as generated

PAGE = Path(__file__).parents[1] / "docs" / "scale.md"
MARKS = ("<!-- spark -->", "<!-- end of spark -->")
TOGETHER = 2_500


def hits(outcomes: Outcomes) -> Counter[tuple[object, ...]]:
    """What makes a hit, of every one."""
    return Counter(
        (h.rule.id, h.form_id, h.row["row_id"], h.severity, tuple(h.cells), h.reported, h.expected)
        for h in outcomes.hits
    )


def same(one: Outcomes, other: Outcomes) -> int:
    """How many hits, counts and reasons differ."""
    differing = (hits(one) - hits(other)).total() + (hits(other) - hits(one)).total()
    differing += sum(one.passed[r] != other.passed.get(r) for r in one.passed)
    differing += sum(one.applied[r] != other.applied.get(r) for r in one.applied)
    return differing + sum(
        dict(one.reasons[r]) != dict(other.reasons.get(r, {})) for r in one.reasons
    )


@click.command()
@click.option("--forms", default=10_000, show_default=True)
@click.option("--write/--no-write", default=True, help="write docs/scale.md")
def main(forms: int, *, write: bool) -> None:
    """Runs both engines and compares."""
    choice = choose()
    parameters = choice.profile.parameters
    session = spark.session()
    total: Counter[str] = Counter()
    seconds: Counter[str] = Counter()
    for start in range(0, forms, TOGETHER):
        facts = building.build(
            generated(start, min(TOGETHER, forms - start)), building.Norms.of(parameters)
        )
        clock = time.perf_counter()
        ours = running.run(choice.rules, facts, parameters)
        seconds["DuckDB"] += time.perf_counter() - clock
        clock = time.perf_counter()
        theirs = spark.run(choice.rules, facts, parameters, session)
        seconds["Spark"] += time.perf_counter() - clock
        total["hits"] += len(ours.hits)
        total["errors"] += len(ours.errors) + len(theirs.errors)
        total["differing"] += same(ours, theirs)
    lines = [
        f"Made by `python -m benchmarks.spark_equality --forms {forms}` on {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, Spark in local mode.",
        "",
        "| | |",
        "|---|---|",
        f"| forms | {forms:,} |",
        f"| rules | {len(choice.rules)} |",
        f"| hits by DuckDB | {total['hits']:,} |",
        f"| hits, counts and reasons that differ on Spark | {total['differing']} |",
        f"| rules that could not run | {total['errors']} |",
        f"| seconds, DuckDB | {seconds['DuckDB']:.0f} |",
        f"| seconds, Spark, handing over the facts included | {seconds['Spark']:.0f} |",
    ]
    click.echo("\n".join(lines))
    if write:
        text = PAGE.read_text("utf-8")
        before, after = text.split(MARKS[0])[0], text.split(MARKS[1])[1]
        PAGE.write_text(before + "\n".join([MARKS[0], *lines, MARKS[1]]) + after, "utf-8")


if __name__ == "__main__":
    main()
