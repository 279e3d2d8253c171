"""Runs a rulebook over fact tables in DuckDB and decides what the sieve lets through."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from auditor.engine import duck, handing, intervals, sql
from auditor.engine.asking import by_table
from auditor.engine.outcomes import Hit, Outcomes, Reasons, RuleError
from auditor.engine.tallying import Tally
from auditor.facts.building import Facts, Row, Table
from auditor.quantities.parsing import parse
from auditor.rulebook.model import Rule

if TYPE_CHECKING:
    import duckdb

# How a fraction of the fact tables is printed on a form.
_PERCENT_COLUMNS = frozenset({"rate"})
_POINT_DECIMALS = 2
_EXACT_DECIMALS = 6


def run(
    rules: Sequence[Rule],
    facts: Facts,
    parameters: Mapping[str, str],
    opening: duck.Opening | None = None,
) -> Outcomes:
    """The outcome of every rule on every row. A rule that fails is an error of its own.

    ``opening`` is a database connection that was begun earlier.
    """
    connection = (opening or duck.Opening()).connection()
    try:
        stored = any(rule.query is not None for rule in rules)  # only such rules join
        if stored:
            handing.store(connection, facts)
        return judge(connection, rules, facts, parameters, stored=stored)
    finally:
        connection.close()


def judge(
    connection: "duckdb.DuckDBPyConnection",
    rules: Sequence[Rule],
    facts: Facts,
    parameters: Mapping[str, str],
    *,
    stored: bool,
) -> Outcomes:
    """As :func:`run`, in a database that may have the facts ``stored`` as tables already."""
    outcomes = Outcomes(forms=len(facts["forms"]))
    asked = by_table(rules, parameters, connection, few=outcomes.forms < duck.SMALL)
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
            _run_query(connection, rule, facts, parameters, outcomes)
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
    outcomes.applied[rule.id] = len(tally.judged)
    outcomes.passed[rule.id] = len(tally.judged) - len(hits)


def _decide(rule: Rule, verdict: int, row: Row, parameters: Mapping[str, str]) -> Hit | None:
    severity = rule.severity[verdict - 1][1]
    reported = expected = difference = None
    if rule.equation is not None:
        judgement, left, right = intervals.judge(rule.equation, row, parameters)
        if judgement == intervals.TRUNCATED and rule.truncated != "pass":
            severity = rule.truncated
        elif judgement != intervals.BROKEN:
            return None
        if left is not None and right is not None:
            reported, expected, difference = _figures(rule, row, left, right)
    for equation in rule.holds:
        if intervals.judge(equation, row, parameters)[0] not in (
            intervals.HOLDS,
            intervals.TRUNCATED,
        ):
            return None
    cells = pointers(rule.cells, row)
    evidence = [cell for cell in pointers(rule.evidence or [], row) if cell not in cells]
    return Hit(rule, row["form_id"], row, severity, cells, evidence, reported, expected, difference)


def pointers(cells: Iterable[str], row: Mapping[str, Any]) -> list[str]:
    """JSON Pointers for a rule's cells on a row.

    ``/x`` is itself, ``""`` the form, ``.`` the row's own cell, ``@name`` the pointers that a
    column holds, any other name the cell of that name in the row.
    """
    found: list[str] = []
    for cell in cells:
        if cell == "" or cell.startswith("/"):
            found.append(cell)
        elif cell == ".":
            found.append(row["cell"])
        elif cell.startswith("@"):
            found.extend((row[cell.removeprefix("@")] or "").split())
        else:
            found.append(f"{row['cell']}/{cell}")
    return list(dict.fromkeys(found))


def _figures(
    rule: Rule, row: Mapping[str, Any], left: intervals.Span, right: intervals.Span
) -> tuple[str, str, str]:
    """Reported, expected and their difference, printed as the form prints them."""
    assert rule.equation is not None
    name = rule.equation.left[1] if rule.equation.left[0] == "column" else None
    text = row.get(f"{name}_text") if name else None
    percent = name in _PERCENT_COLUMNS
    printed = len(str(text).partition(".")[2].rstrip("%％")) if text else 0
    sign = "%" if percent and text and str(text).endswith(("%", "％")) else ""
    factor = 100 if percent and not _is_fraction(str(text), row[str(name)]) else 1
    adds_up = _only_sums(rule.equation.right)
    shown = [
        _decimal(value * factor, printed, exact=adds_up) for value in (left.value, right.value)
    ]
    difference = _decimal((left.value - right.value) * factor, printed, exact=adds_up)
    return str(text) if text else shown[0] + sign, shown[1] + sign, difference + sign


def _is_fraction(text: str, rate: Decimal | None) -> bool:
    """Whether a rate is printed as the fraction it is: 0.95, not 95 or 95%."""
    return bool(rate) and parse(text).unit is None and parse(text).value == rate


def _only_sums(expression: list[Any]) -> bool:
    if expression[0] in ("column", "number", "parameter"):
        return True
    return expression[0] in ("+", "-") and all(_only_sums(part) for part in expression[1:])


def _decimal(value: Fraction, printed: int, *, exact: bool) -> str:
    """At least as fine as printed, two decimals where they matter; sums in full."""
    decimals = max(printed, _EXACT_DECIMALS if exact else _POINT_DECIMALS)
    scaled = round(value * 10**decimals)
    whole = Decimal(scaled).scaleb(-decimals)
    text = f"{whole:f}"
    head, _dot, tail = text.partition(".")
    tail = tail[:printed] + tail[printed:].rstrip("0")
    return f"{head}.{tail}" if tail else head


def _run_query(
    connection: "duckdb.DuckDBPyConnection",
    rule: Rule,
    facts: Facts,
    parameters: Mapping[str, str],
    outcomes: Outcomes,
) -> None:
    """A rule that joins: its rows are findings, all other rows of its table pass."""
    table = facts[rule.table]
    try:
        cursor = connection.execute(sql.with_parameters(rule.query or "", parameters))
        names = [entry[0] for entry in cursor.description or ()]
        found = [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]
    except duck.core().Error as error:
        outcomes.errors.append(RuleError(rule.id, str(error).splitlines()[0]))
        return
    keys = zip(table.columns["form_id"], table.columns["row_id"], strict=True)
    positions = {key: position for position, key in enumerate(keys)}
    strange = [e for e in found if (e["form_id"], e["row_id"]) not in positions]
    if strange:
        said = f"returned form_id {strange[0]['form_id']}, row_id {strange[0]['row_id']}"
        outcomes.errors.append(RuleError(rule.id, f"{said}, which {rule.table} does not have"))
        return
    for entry in found:
        row = table.row(positions[entry["form_id"], entry["row_id"]])
        cells = pointers(rule.cells, row)
        outcomes.hits.append(
            Hit(rule, row["form_id"], row, rule.severity[-1][1], cells,
                pointers(rule.evidence or [], row), _string(entry.get("reported")),
                _string(entry.get("expected")))
        )  # fmt: skip
    outcomes.applied[rule.id] = len(table)
    outcomes.passed[rule.id] = len(table) - len(found)


def _string(value: Any) -> str | None:
    return None if value is None else str(value)
