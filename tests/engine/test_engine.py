"""The engine says the same of few rows and of many, of stored facts and of facts handed over."""

from collections import Counter
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.engine import duckdb_connection, fact_loader, rule_queries, rule_runner
from auditor.engine.verdict_tally import Tally, of_few, of_many
from auditor.facts import fact_tables
from auditor.facts.numbers import storable
from auditor.facts.schema import SCALE, tables
from auditor.pipeline import choose
from benchmarks.forms import forms

CHOICE = choose()
PARAMETERS = CHOICE.profile.parameters


def plain(tally: Tally) -> tuple[object, ...]:
    return tally.broken, tally.applied, list(tally.judged()), dict(tally.furthest())


@given(st.lists(st.lists(st.integers(-3, 2), max_size=4), min_size=1, max_size=12))
def test_numpy_and_python_tally_alike(of_forms):
    ids = [form for form, rows in enumerate(of_forms) for _row in rows]
    verdicts = [verdict for rows in of_forms for verdict in rows]
    few = list(of_few([verdicts], ids, len(of_forms)))
    if ids:  # without a row nothing is handed to NumPy
        many = list(of_many([np.array(verdicts, np.int32)], ids, len(of_forms)))
        assert list(map(plain, many)) == list(map(plain, few))
    assert few[0].furthest().keys() == {
        form for form, rows in enumerate(of_forms) if all(verdict < 0 for verdict in rows)
    }


def test_what_is_handed_over_comes_back_as_it_was(monkeypatch):
    facts = fact_tables.build(forms(0, 40), fact_tables.Norms.of(PARAMETERS))
    for small in (1, 10_000):  # by arrays, by lists
        monkeypatch.setattr(fact_loader, "FEW_ROWS", small)
        connection = duckdb_connection.core().connect()
        fact_loader.store(connection, facts)
        for name, table in facts.items():
            columns = [column.name for column in tables()[name]]
            listed = ", ".join(f'"{column}"' for column in columns)
            rows = connection.execute(f"SELECT {listed} FROM {name} ORDER BY position").fetchall()
            assert rows == list(zip(*(table.columns[c] for c in columns), strict=True)), name


def test_a_decimal_loses_no_digit_on_its_way():
    table = fact_tables.Table("fund_lines")
    digits = Decimal("123456789012345678.123456789012")
    table.extend([{"form_id": 0, "row_id": 0, "executed": digits, "rate": None}])
    connection = duckdb_connection.core().connect()
    source, values = fact_loader.source(connection, table, {"executed", "rate"})
    found = connection.execute(f"SELECT executed, rate FROM {source}", values).fetchall()
    assert found == [(digits, None)]


@given(st.lists(st.tuples(*[st.sampled_from(["b", "a", "", "it's", "个", None])] * 2), min_size=1))
def test_texts_compare_as_texts_however_they_are_handed_over(pairs):
    table = fact_tables.Table("fund_lines")
    rows = [{"row_id": n, "kind": kind, "label": label} for n, (kind, label) in enumerate(pairs)]
    table.extend([{**row, "form_id": 0} for row in rows])
    asked = "kind = 'b', kind <> 'it''s', kind IN ('a', 'none'), kind = label, kind < label, kind < 'b', length(kind)"
    answers = []
    for small in (1, 10_000):  # as numbers of an enumeration, as texts
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(fact_loader, "FEW_ROWS", small)
            connection = duckdb_connection.core().connect()
            source, values = fact_loader.source(connection, table, {"kind", "label"})
            query = f"SELECT {asked} FROM {source} ORDER BY position"
            answers.append(connection.execute(query, values).fetchall())
    assert answers[0] == answers[1]


def hits(outcomes: rule_runner.Outcomes) -> Counter[tuple[object, ...]]:
    return Counter((h.rule.id, h.form_id, h.row["row_id"], h.severity) for h in outcomes.hits)


@pytest.mark.slow
def test_many_forms_give_what_each_gives_alone():
    together = forms(0, 130)
    norms = fact_tables.Norms.of(PARAMETERS)
    rules = [rule for rule in CHOICE.rules if rule.table not in ("forms", "submission")]
    many = rule_runner.run(rules, fact_tables.build(together, norms), PARAMETERS)
    skipped = many.not_applicable()
    alone: Counter[tuple[object, ...]] = Counter()
    for number, form in enumerate(together):
        own = rule_runner.run(rules, fact_tables.build([form], norms), PARAMETERS)
        alone.update(Counter({(k[0], number, *k[2:]): n for k, n in hits(own).items()}))
        assert own.not_applicable()[0] == skipped[number]
    assert many.errors == []
    assert hits(many) == alone


def test_every_rule_says_the_same_of_narrow_and_of_wide_decimals(monkeypatch):
    facts = fact_tables.build(forms(0, 300), fact_tables.Norms.of(PARAMETERS))
    narrow = rule_runner.run(CHOICE.rules, facts, PARAMETERS)
    monkeypatch.setattr(fact_loader, "NARROW", fact_loader.DECIMAL)
    wide = rule_runner.run(CHOICE.rules, facts, PARAMETERS)
    assert narrow.errors == wide.errors == []
    assert hits(narrow) == hits(wide)
    assert (narrow.passed, narrow.applied) == (wide.passed, wide.applied)


def test_a_product_that_overflows_a_narrow_decimal_is_reckoned_with_a_wide_one():
    table = fact_tables.Table("fund_lines")
    large = Decimal("2000000.5")
    table.extend(
        [{"form_id": n, "row_id": 0, "executed": large} for n in range(duckdb_connection.FEW_ROWS)]
    )
    facts = {name: fact_tables.Table(name) for name in tables()} | {"fund_lines": table}
    facts["forms"].extend([{"form_id": n, "row_id": 0} for n in range(duckdb_connection.FEW_ROWS)])
    rule = replace(choose(select=["X01"]).rules[0], applies=(), equation=None,
                   flag="executed * executed > 1", holds=())  # fmt: skip
    outcomes = rule_runner.run([rule], facts, PARAMETERS)
    assert outcomes.errors == []
    assert len(outcomes.hits) == duckdb_connection.FEW_ROWS


def test_facts_that_are_stored_may_be_judged_again():
    facts = fact_tables.build(
        forms(0, duckdb_connection.FEW_ROWS), fact_tables.Norms.of(PARAMETERS)
    )
    rules = choose(select=["X"]).rules
    database = duckdb_connection.Database()
    fact_loader.store(database.connection(), facts)
    first, again = (
        hits(rule_runner.judge(database, rules, facts, PARAMETERS, stored=True))
        for _time in range(2)
    )
    assert first == again
    assert first


def test_a_database_that_was_closed_opens_again_and_keeps_nothing():
    norms = fact_tables.Norms.of(PARAMETERS)
    parts = [fact_tables.build(forms(start, 120), norms) for start in (0, 120, 0)]
    parts.append(fact_tables.build(forms(0, 2), norms))
    database = duckdb_connection.Database()
    shared = [hits(rule_runner.run(CHOICE.rules, part, PARAMETERS, database)) for part in parts]
    assert shared == [hits(rule_runner.run(CHOICE.rules, part, PARAMETERS)) for part in parts]
    views = database.connection().execute("SELECT count(*) FROM duckdb_views() WHERE NOT internal")
    assert views.fetchone() == (0,)


def test_a_rule_that_fails_costs_the_next_part_nothing():
    facts = fact_tables.build(forms(0, 5), fact_tables.Norms.of(PARAMETERS))
    rule = next(rule for rule in CHOICE.rules if rule.table == "forms" and rule.flag)
    failing = replace(rule, id="Z99", applies=(), flag="error('no')")
    database = duckdb_connection.Database()
    broken = rule_runner.run([*CHOICE.rules, failing], facts, PARAMETERS, database)
    assert [error.rule for error in broken.errors] == ["Z99"]
    assert hits(rule_runner.run(CHOICE.rules, facts, PARAMETERS, database)) == hits(broken)


@given(st.lists(st.decimals(allow_nan=False, allow_infinity=False, places=None) | st.none()))
def test_a_figure_of_any_size_is_handed_over_as_it_is_or_not_at_all(values):
    table = fact_tables.Table("fund_lines")
    table.extend([{"form_id": 0, "row_id": n, "rate": v} for n, v in enumerate(values)])
    for small in (1, 10_000):  # as arrays, as lists
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(fact_loader, "FEW_ROWS", small)
            connection = duckdb_connection.connect()
            source, bound = fact_loader.source(connection, table, {"rate"})
            query = f"SELECT rate FROM {source} ORDER BY position"
            found = [rate for (rate,) in connection.execute(query, bound).fetchall()]
        fine = Decimal(1).scaleb(-SCALE)
        for value, rate in zip(values, found, strict=True):
            kept = storable(value)
            assert (rate is None) == (kept is None)
            assert kept is None or abs(rate - kept) <= fine


def test_a_table_without_a_row_is_not_asked_and_no_rule_applies(monkeypatch):
    asked = []
    monkeypatch.setattr(rule_queries.TableQuery, "_columns", lambda *_a, **_k: asked.append(1))
    outcomes = rule_runner.run(CHOICE.rules, fact_tables.build([]), PARAMETERS)
    assert asked == outcomes.errors == outcomes.hits == []
    assert outcomes.applied == outcomes.passed == dict.fromkeys((r.id for r in CHOICE.rules), 0)
