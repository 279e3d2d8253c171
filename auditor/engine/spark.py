"""The compiled rules on Apache Spark: the same SQL, transpiled by sqlglot, over the same facts.

Spark computes the verdict columns; what a sieve lets through is decided by the same exact rationals
as ever. The extra ``auditor[spark]``; Java 17 must be there.
"""

import os
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from auditor.engine import sql
from auditor.engine.fact_loader import POSITION
from auditor.engine.outcomes import Outcomes, RuleError
from auditor.engine.rule_runner import take
from auditor.engine.verdict_tally import of_few
from auditor.facts.fact_tables import Facts, Table
from auditor.facts.numbers import storable
from auditor.facts.schema import DECIMAL, TEXT, tables
from auditor.rulebook.model import Rule

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

RETRIES = 4  # of a task whose worker died, also in local mode


def session(master: str | None = None) -> "SparkSession":
    """A session: the one that is running, or a local one that tries a lost task again."""
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # workers have what this process has
    builder = SparkSession.builder.appName("auditor")
    builder = builder.config("spark.ui.enabled", "false")
    builder = builder.config("spark.sql.shuffle.partitions", "8")
    running = SparkSession.getActiveSession()
    if running is None:
        builder = builder.master(master or f"local[*,{RETRIES}]")
    made = builder.getOrCreate()
    made.sparkContext.setLogLevel("ERROR")
    return made


def run(
    rules: Sequence[Rule], facts: Facts, parameters: Mapping[str, str], spark: "SparkSession"
) -> Outcomes:
    """The outcome of every rule on every row, as :func:`auditor.engine.rule_runner.run` gives it.

    A rule with a query of its own is an error here: none of the rulebook has one.
    """
    outcomes = Outcomes(forms=len(facts["forms"]))
    by_table: dict[str, list[Rule]] = {}
    for rule in rules:
        if rule.query is not None:
            outcomes.errors.append(RuleError(rule.id, "queries do not run on Spark"))
        else:
            by_table.setdefault(rule.table, []).append(rule)
    for name, members in by_table.items():
        frame = _frame(spark, facts[name])
        _run_table(frame, members, facts[name], parameters, outcomes)
    return outcomes


def verdicts(rules: Sequence[Rule], table: str, parameters: Mapping[str, str]) -> list[str]:
    """The verdict of each rule as an expression of Spark SQL."""
    import sqlglot

    columns = tables()[table]
    return [
        sqlglot.transpile(
            f'SELECT {sql.verdict(rule, columns, parameters)} AS "{rule.id}"',
            read="duckdb", write="spark",
        )[0].removeprefix("SELECT ")
        for rule in rules
    ]  # fmt: skip


def _run_table(
    frame: "DataFrame", rules: list[Rule], table: Table, parameters: Mapping[str, str],
    outcomes: Outcomes,
) -> None:  # fmt: skip
    """One pass over a table for all its rules; rule by rule if that pass fails."""
    try:
        asked = frame.selectExpr(POSITION, *verdicts(rules, table.name, parameters))
        rows = sorted(asked.collect(), key=lambda row: row[0])
    except Exception as error:  # noqa: BLE001 - whatever Spark raises is the rule's
        if len(rules) == 1:
            outcomes.errors.append(RuleError(rules[0].id, str(error).splitlines()[0][:300]))
            return
        for rule in rules:
            _run_table(frame, [rule], table, parameters, outcomes)
        return
    columns = list(zip(*rows, strict=True))[1:] if rows else [()] * len(rules)
    told = of_few(columns, table.columns["form_id"], outcomes.forms)
    for rule, tally in zip(rules, told, strict=True):
        take(rule, tally, table, parameters, outcomes)


def _frame(spark: "SparkSession", table: Table) -> "DataFrame":
    """A fact table in Spark, its rows numbered; decimals keep their scale."""
    known = {column.name: column.type for column in tables()[table.name]}
    columns = [
        list(map(storable, values)) if known[name] == DECIMAL else values
        for name, values in table.columns.items()
    ]
    rows = zip(range(len(table)), *columns, strict=True)
    return spark.createDataFrame(list(rows), _schema(table.name))


def _schema(table: str) -> Any:
    from pyspark.sql.types import (
        BooleanType,
        DecimalType,
        IntegerType,
        StringType,
        StructField,
        StructType,
    )

    kinds = {"INTEGER": IntegerType(), "BOOLEAN": BooleanType(), TEXT: StringType(),
             DECIMAL: DecimalType(30, 12)}  # fmt: skip
    return StructType(
        [StructField(POSITION, IntegerType(), nullable=False)]
        + [StructField(column.name, kinds[column.type]) for column in tables()[table]]
    )
