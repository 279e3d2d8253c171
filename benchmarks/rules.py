"""Rules over many forms: ``python -m benchmarks.rules [--most 1000000]``.

Three tables: every rule, table by table; every rule over 10,000, 100,000 and 1,000,000 forms in one
process; and twenty rules of plain arithmetic beside other tools, in the same run. The contestants get
their columns of floats, ours its tables of exact decimals, both made before the clock starts.

Ten thousand forms are distinct; larger numbers are these again under other form numbers.
"""

import gc
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import numpy as np

from auditor.engine import duckdb_connection, fact_loader, rule_runner
from auditor.facts import fact_tables
from auditor.facts.fact_tables import Facts, Row, Table
from auditor.facts.schema import tables
from auditor.part_audit import TOGETHER
from auditor.pipeline import Choice, choose
from benchmarks import twenty_rules
from benchmarks.forms import forms
from benchmarks.measuring import ROOT, Section, clocked, command

DISTINCT = 10_000
SIZES = (10_000, 100_000, 1_000_000)
SLOW = {"frictionless": 10_000}  # row by row in Python: larger sizes take hours
MINUTES = "Great Expectations, map"  # so long at a million forms, which it gets once
REPEATS = 3
PAGE = "performance.md"
MADE = "python -m benchmarks.rules"


def facts_of(choice: Choice, start: int, count: int) -> Facts:
    return fact_tables.build(forms(start, count), fact_tables.Norms.of(choice.profile.parameters))


# --- table by table -------------------------------------------------------------------------


def by_table(choice: Choice, facts: Facts) -> Section:
    """Seconds for handing over a table and for the verdicts of its rules."""
    rows = []
    parameters = choice.profile.parameters
    for name, table in facts.items():
        rules = [rule for rule in choice.rules if rule.table == name]
        connection = duckdb_connection.connect()
        names = {column.name for column in tables()[name]}

        def hand(connection: Any = connection, table: Table = table, names: Any = names) -> None:
            source, values = fact_loader.source(connection, table, names)
            connection.execute(f"CREATE OR REPLACE TABLE handed AS SELECT * FROM {source}", values)

        handed = clocked(hand)
        only = {key: value if key == name else Table(key) for key, value in facts.items()}
        only["forms"] = facts["forms"]
        judged = clocked(lambda r=rules, f=only: rule_runner.run(r, f, parameters), REPEATS)
        hits = len(judged[2].hits)
        rows.append([name, len(table), len(rules), len(names), handed[0], judged[0], hits])
    columns = ("table", "rows", "rules", "columns", "all columns handed over, s",
               "handed over and judged, s", "hits")  # fmt: skip
    return Section(PAGE, "rules by table", f"{MADE}`, {DISTINCT:,} forms, `medians of {REPEATS}",
                   columns, rows, rows)  # fmt: skip


# --- every rule -----------------------------------------------------------------------------


def every_rule(size: int) -> dict[str, Any]:
    """All rules over ``size`` forms, as many at a time as an audit holds; in a process of its own."""
    import resource

    choice = choose()
    distinct = min(size, DISTINCT)
    parts = [facts_of(choice, start, TOGETHER) for start in range(0, distinct, TOGETHER)]
    gc.freeze()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    hits = 0

    def all_parts() -> None:
        nonlocal hits
        for number in range(size // TOGETHER):
            part = parts[number % len(parts)]
            outcomes = rule_runner.run(choice.rules, part, choice.profile.parameters)
            assert not outcomes.errors, outcomes.errors
            hits += len(outcomes.hits)

    wall, cpu, _nothing = clocked(all_parts)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"forms": size, "wall": wall, "cpu": cpu, "hits": hits, "facts": before, "peak": peak}


# --- twenty rules ---------------------------------------------------------------------------


class Repeated(Table):
    """A table whose rows are those of another, time after time, under form numbers of their own."""

    __slots__ = ("_rows", "_table")

    def __init__(self, table: Table, forms: int, times: int) -> None:
        self.name, self._table, self._rows = table.name, table, len(table)
        ids = np.asarray(table.columns["form_id"])
        self.columns = {"form_id": np.concatenate([ids + n * forms for n in range(times)])}

    def __len__(self) -> int:
        return len(self.columns["form_id"])

    def row(self, number: int) -> Row:
        """The row of the other table that stands there."""
        return self._table.row(number % self._rows)


def stored(facts: Facts, times: int, names: dict[str, list[str]]) -> Any:
    """A database that has the needed columns of the facts, ``times`` times over."""
    database = duckdb_connection.Database()
    connection = database.connection()
    for name, needed in names.items():
        table = facts[name]
        source, values = fact_loader.source(connection, table, needed)
        connection.execute(f"CREATE TEMP TABLE once AS SELECT * FROM {source}", values)
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM once")
        for number in range(1, times):
            shift = number * len(table)
            connection.execute(
                f"INSERT INTO {name} SELECT * REPLACE (position + {shift} AS position) FROM once"
            )
        connection.execute("DROP TABLE once")
    return database


def needed_columns(choice: Choice) -> dict[str, list[str]]:
    """What our twenty rules look at, table by table."""
    import re

    from auditor.engine import sql

    found: dict[str, set[str]] = {}
    for rule in choice.rules:
        words = re.findall(
            r"\w+", sql.verdict(rule, tables()[rule.table], choice.profile.parameters)
        )
        found.setdefault(rule.table, set()).update(words)
    return {name: sorted(words) for name, words in found.items()}


def twenty(facts: Facts, size: int) -> list[dict[str, Any]]:
    """The contestants over ``size`` forms, one after the other."""
    choice = choose(select=twenty_rules.TWENTY)
    parameters = choice.profile.parameters
    times = size // DISTINCT
    found = []

    def contest(name: str, work: Callable[[], int]) -> None:
        if size > SLOW.get(name, size):
            return
        if size == SIZES[0]:
            work()  # imports and caches
        gc.collect()
        once = name in SLOW or (name == MINUTES and size == SIZES[-1])
        wall, cpu, hits = clocked(work, 1 if once else REPEATS)
        found.append({"forms": size, "tool": name, "wall": wall, "cpu": cpu, "rows": hits})
        click.echo(str(found[-1]), err=True)

    contest("auditor", ours_over(choice, facts, times))
    frames = twenty_rules.floats(facts, parameters)
    frames = twenty_rules.repeated(frames, DISTINCT, times)
    contest("pandas", lambda: twenty_rules.with_pandas(frames, parameters))
    contest("pandera", lambda: twenty_rules.with_pandera(frames, parameters))
    contest("Great Expectations, map", lambda: twenty_rules.with_gx_maps(frames, parameters))
    contest("frictionless", lambda: twenty_rules.with_frictionless(frames, parameters))
    contest(
        "Polars", over(twenty_rules.with_polars, twenty_rules.polars_frames(frames), parameters)
    )
    contest("floor: NumPy in blocks",
            over(twenty_rules.with_numpy, twenty_rules.numpy_arrays(frames), parameters))  # fmt: skip
    return found


def over(tool: Callable[..., int], prepared: Any, parameters: Any) -> Callable[[], int]:
    """A tool at work on what was made ready for it, which goes when the work is done with."""
    return lambda: tool(prepared, parameters)


def ours_over(choice: Choice, facts: Facts, times: int) -> Callable[[], int]:
    """Our engine at work on stored facts."""
    many: Facts = {name: Repeated(table, DISTINCT, times) for name, table in facts.items()}
    database = stored(facts, times, needed_columns(choice))
    parameters = choice.profile.parameters

    def work() -> int:
        return len(rule_runner.judge(database, choice.rules, many, parameters, stored=True).hits)

    return work


def measure(most: int, *, every: bool) -> list[Section]:
    """Rules over up to a million forms, beside other tools."""
    choice = choose()
    sizes = [size for size in SIZES if size <= most]
    whole = []
    for size in sizes if every else ():
        with tempfile.NamedTemporaryFile("r", suffix=".json") as file:
            own = [
                sys.executable,
                "-m",
                "benchmarks.rules",
                "--one",
                str(size),
                "--json",
                file.name,
            ]
            subprocess.run(own, check=True, cwd=ROOT)
            whole.append(json.load(file))
    facts = facts_of(choice, 0, DISTINCT)
    tables_ = by_table(choice, facts)
    contest = [entry for size in sizes for entry in twenty(facts, size)]
    ours = {e["forms"]: e["wall"] for e in contest if e["tool"] == "auditor"}
    sections = [
        tables_,
        Section(
            PAGE, "every rule",
            f"{MADE}`, {len(choice.rules)} rules, {TOGETHER} forms at a time, one process, `one run",
            ("forms", "rules, s", "CPU, s", "forms per second", "hits", "MiB with the facts",
             "MiB at the peak"),
            [[w["forms"], w["wall"], w["cpu"], w["forms"] / w["wall"], w["hits"], w["facts"],
              w["peak"]] for w in whole],
            whole,
        ),
        Section(
            PAGE, "twenty rules",
            f"{MADE}`, the same forms for all, `medians of {REPEATS}, frictionless and GX at a million one run",
            ("forms", "tool", "s", "CPU, s", "rows found", "times as long as ours"),
            [[e["forms"], e["tool"], e["wall"], e["cpu"], e["rows"], e["wall"] / ours[e["forms"]]]
             for e in contest],
            contest,
        ),
    ]  # fmt: skip
    return [section for section in sections if section.rows]


@click.command()
@click.option("--one", type=int, required=True)
@click.option("--json", "target", type=click.Path(path_type=Path), required=True)
def one(one: int, target: Path) -> None:
    """Every rule over one number of forms, in this process."""
    target.write_text(json.dumps(every_rule(one)), "utf-8")


if __name__ == "__main__":
    if "--one" in sys.argv:
        one()
    command(
        measure,
        click.option("--most", default=SIZES[-1], show_default=True),
        click.option("--every/--twenty", default=True, help="also every rule, or twenty alone"),
    )()
