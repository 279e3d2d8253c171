"""Spark beside DuckDB, row for row: ``python -m benchmarks.spark_equality --forms 10000``.

Generated forms, every second one with a planted slip; every rule of the rulebook by both engines. What is
compared is every hit (rule, form, row, severity, cells, expected value), every reason why a rule did not
apply, and every count. Needs auditor[spark] and Java 17. The table goes into docs/scale.md.
"""

import time
from collections import Counter

import click

from auditor.engine import rule_runner, spark
from auditor.engine.outcomes import Outcomes
from auditor.facts import fact_tables
from auditor.pipeline import choose
from benchmarks.forms import forms as generated
from benchmarks.measuring import Section, command

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


def measure(forms: int) -> list[Section]:
    """Every rule on both engines, compared row by row."""
    choice = choose()
    parameters = choice.profile.parameters
    session = spark.session()
    total: Counter[str] = Counter()
    seconds: Counter[str] = Counter()
    for start in range(0, forms, TOGETHER):
        facts = fact_tables.build(
            generated(start, min(TOGETHER, forms - start)), fact_tables.Norms.of(parameters)
        )
        clock = time.perf_counter()
        ours = rule_runner.run(choice.rules, facts, parameters)
        seconds["DuckDB"] += time.perf_counter() - clock
        clock = time.perf_counter()
        theirs = spark.run(choice.rules, facts, parameters, session)
        seconds["Spark"] += time.perf_counter() - clock
        total["hits"] += len(ours.hits)
        total["errors"] += len(ours.errors) + len(theirs.errors)
        total["differing"] += same(ours, theirs)
    return [Section(
        "scale.md", "spark", f"python -m benchmarks.spark_equality --forms {forms}`, `Spark in local mode",
        ("", ""),
        [
            ["forms", forms],
            ["rules", len(choice.rules)],
            ["hits by DuckDB", total["hits"]],
            ["hits, counts and reasons that differ on Spark", total["differing"]],
            ["rules that could not run", total["errors"]],
            ["seconds, DuckDB", float(seconds["DuckDB"])],
            ["seconds, Spark, handing over the facts included", float(seconds["Spark"])],
        ],
        {"forms": forms, "rules": len(choice.rules), **total, "seconds": dict(seconds)},
    )]  # fmt: skip


if __name__ == "__main__":
    command(measure, click.option("--forms", default=10_000, show_default=True))()
