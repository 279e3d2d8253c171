"""Run rules over fact tables in DuckDB, then decide every candidate exactly."""

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Timer
from typing import TYPE_CHECKING, Any

from auditor.engine import duckdb_connection, fact_loader, intervals, sql
from auditor.engine.outcomes import Hit, Outcomes, Reasons, RuleError
from auditor.engine.rule_queries import by_table
from auditor.engine.verdict_tally import Tally
from auditor.facts.fact_tables import Facts, Row, Table
from auditor.rulebook.model import Rule

if TYPE_CHECKING:
    import duckdb

_SECONDS = 120.0  # for a rule that is a query


def run(
    rules: Sequence[Rule],
    facts: Facts,
    parameters: Mapping[str, str],
    database: duckdb_connection.Database | None = None,
) -> Outcomes:
    """The outcome of every rule on every row. A rule that fails is an error of its own.

    ``database`` is one that was begun earlier. It is closed at the end: left open for the next
    part it would keep 50 MiB, and to open another takes a hundredth of a second.
    """
    used = database or duckdb_connection.Database()
    try:
        stored = any(rule.query is not None for rule in rules)  # only such rules join
        if stored:
            fact_loader.store(used.connection(), facts)
        return judge(used, rules, facts, parameters, stored=stored)
    finally:
        used.close()


def judge(
    database: duckdb_connection.Database,
    rules: Sequence[Rule],
    facts: Facts,
    parameters: Mapping[str, str],
    *,
    stored: bool,
) -> Outcomes:
    """As :func:`run`, in a database that may have the facts ``stored`` as tables already."""
    with _without_collecting():
        return _judge(database, rules, facts, parameters, stored=stored)


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Hits are many and hold no cycles: looking for some would take longer than deciding them."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _judge(
    database: duckdb_connection.Database,
    rules: Sequence[Rule],
    facts: Facts,
    parameters: Mapping[str, str],
    *,
    stored: bool,
) -> Outcomes:
    outcomes = Outcomes(forms=len(facts["forms"]))
    asked = by_table(rules, parameters, database, forms=outcomes.forms)
    for entry in asked:
        entry.ask(facts[entry.name], stored=stored)
    for entry in asked:
        table = facts[entry.name]
        for rule, answer in entry.answers(table, outcomes.forms, stored=stored):
            if isinstance(answer, Tally):
                take(rule, answer, table, parameters, outcomes)
            else:
                outcomes.errors.append(RuleError(rule.id, answer))
    for rule in rules:
        if rule.query is not None:
            _run_query(database.connection(), rule, facts, parameters, outcomes)
    return outcomes


def take(
    rule: Rule, tally: Tally, table: Table, parameters: Mapping[str, str], outcomes: Outcomes
) -> None:
    """A rule's verdicts into ``outcomes``; what the sieve let through is decided exactly."""
    hits = [
        hit
        for position, verdict in tally.broken
        if (hit := _decide(rule, verdict, table.row(position), parameters)) is not None
    ]
    outcomes.hits += hits
    reasons = ["no-rows", *(reason for reason, _condition in rule.applies)]
    outcomes.reasons[rule.id] = Reasons(tally.furthest, reasons)
    if rule.equation is not None and not rule.holds:
        outcomes.judged[rule.id] = tally.judged
    outcomes.applied[rule.id] = tally.applied
    outcomes.passed[rule.id] = tally.applied - len(hits)


def _decide(rule: Rule, verdict: int, row: Row, parameters: Mapping[str, str]) -> Hit | None:
    severity = rule.severity[verdict - 1][1]
    if rule.equation is not None:
        judgement = intervals.judge(rule.equation, row, parameters)
        if judgement == intervals.TRUNCATED and rule.truncated != "pass":
            severity = rule.truncated
        elif judgement != intervals.BROKEN:
            return None
    for equation in rule.holds:
        if intervals.judge(equation, row, parameters) not in (
            intervals.HOLDS,
            intervals.TRUNCATED,
        ):
            return None
    return Hit(rule, row["form_id"], row, severity, parameters)


def _run_query(
    connection: "duckdb.DuckDBPyConnection",
    rule: Rule,
    facts: Facts,
    parameters: Mapping[str, str],
    outcomes: Outcomes,
) -> None:
    """A rule that joins: its rows are findings, all other rows of its table pass."""
    table = facts[rule.table]
    watch = Timer(_SECONDS, connection.interrupt)  # a join of joins may never end
    watch.start()
    try:
        cursor = connection.execute(sql.with_parameters(rule.query or "", parameters))
        names = [entry[0] for entry in cursor.description or ()]
        found = [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]
    except duckdb_connection.core().Error as error:
        outcomes.errors.append(RuleError(rule.id, str(error).splitlines()[0]))
        return
    finally:
        watch.cancel()
    keys = zip(table.columns["form_id"], table.columns["row_id"], strict=True)
    positions = {key: position for position, key in enumerate(keys)}
    strange = [e for e in found if (e["form_id"], e["row_id"]) not in positions]
    if strange:
        said = f"returned form_id {strange[0]['form_id']}, row_id {strange[0]['row_id']}"
        outcomes.errors.append(RuleError(rule.id, f"{said}, which {rule.table} does not have"))
        return
    for entry in found:
        row = table.row(positions[entry["form_id"], entry["row_id"]])
        stated = _string(entry.get("reported")), _string(entry.get("expected")), None
        outcomes.hits.append(Hit(rule, row["form_id"], row, rule.severity[-1][1], {}, stated))
    outcomes.applied[rule.id] = len(table)
    outcomes.passed[rule.id] = len(table) - len(found)


def _string(value: Any) -> str | None:
    return None if value is None else str(value)
