"""The page on own rules is right: its rule loads, its examples hold, and it runs with the others."""

import re
from pathlib import Path

import pytest
import yaml

from auditor.pipeline import Extraction, UnknownRule, audit, choose
from auditor.rule_testing import failures
from tests.building import audited, form, found, fund, row

PAGE = Path(__file__).parents[2] / "docs" / "own-rules.md"


@pytest.fixture
def folder(tmp_path):
    (block,) = re.findall(r"```yaml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    (tmp_path / "Z01-large-project-needs-satisfaction.yaml").write_text(block, "utf-8")
    return tmp_path


def test_the_rule_of_the_page_loads_and_its_examples_hold(folder):
    choice = choose(select=["Z01"], extra_rules=folder)
    assert [rule.id for rule in choice.rules] == ["Z01"]
    assert list(failures(choice.rules, choice.rulebook)) == []


def test_it_runs_beside_the_others(folder):
    sheet = form(indicators=[row(level3=str(n)) for n in range(5)])
    rules = [f[0] for f in found(sheet, extra_rules=folder)]
    assert "Z01" in rules
    assert "S09" in rules


def test_a_rule_that_joins_tables_returns_its_rows(folder):
    rule = yaml.safe_load(next(folder.iterdir()).read_text("utf-8"))
    rule |= {"id": "Z02", "name": "same-name-twice", "table": "indicators", "cells": ["level3"],
             "message": {"zh": "{reported} 与 {expected}", "en": "x {reported}"}}  # fmt: skip
    del rule["flag"], rule["applies"]
    rule["query"] = (
        "SELECT b.form_id, b.row_id, b.level3 AS reported, a.target_text AS expected "
        "FROM indicators a JOIN indicators b ON a.form_id = b.form_id "
        "AND a.level3 = b.level3 AND a.row_id < b.row_id"
    )
    rule["examples"]["flag"] = [
        {"given": {"indicators": [{"level3": "甲", "target": "1个"}, {"level3": "甲"}]}}
    ]
    (folder / "Z02.yaml").write_text(yaml.safe_dump(rule, allow_unicode=True), "utf-8")
    sheet = form(indicators=[row(level3="甲", target="1个"), row(level3="乙"), row(level3="甲")])
    choice = choose(select=["Z02"], extra_rules=folder)
    (report,) = audit(Extraction([sheet]), choice).reports
    assert [(f.cells, f.message) for f in report.findings] == [
        (["/indicators/2/level3"], "甲 与 1个")
    ]


def test_rules_are_chosen_by_id_group_and_name():
    ids = [rule.id for rule in choose(select=["X", "exec-exceeds-budget"], ignore=["X0"]).rules]
    assert sorted(ids) == ["F05", "X10"]
    with pytest.raises(UnknownRule):
        choose(select=["nothing"])


def test_the_summary_states_pass_rates_with_their_denominator():
    sheets = [form(funds=[fund(budget="10", executed="5", rate=rate)]) for rate in ("50%", "60%")]
    summary = audited(*sheets, form(), select=["X01"]).summary()
    assert summary["rules"] == {"X01": {"passed": 1, "applied": 2}}
    assert summary["verdicts"] == {"return": 1, "explain": 0, "pass": 2}


def test_a_profile_changes_severities_and_switches_rules_off(monkeypatch):
    from dataclasses import replace

    choice = choose(select=["X01"])
    softer = replace(choice, profile=replace(choice.profile, severities={"X01": "advice"}))
    sheet = form(funds=[fund(budget="10", executed="5", rate="60%")])
    assert found(sheet, choice=softer)[0][1] == "advice"


def test_the_fact_tables_are_data_frames_with_exact_decimals():
    from decimal import Decimal

    from auditor.facts.fact_tables import build

    frame = build([form(funds=[fund(budget="186.046", executed="186.046")])])["fund_lines"]
    table = frame.to_pandas()
    assert list(table["full_year_budget"]) == [Decimal("186.046")]
    assert list(table["full_year_budget_hi"]) == [Decimal("186.0465")]
