"""A wrong rule file is refused when it loads, with its file and what to change; no form is blamed."""

from pathlib import Path

import pytest
import yaml

from auditor.rulebook.loading import load
from auditor.rulebook.model import RuleFault

GOOD = {
    "id": "Z01", "name": "own-rule", "since": "1", "status": "preview",
    "title": {"zh": "自定", "en": "Own"}, "severity": "warning", "table": "fund_lines",
    "applies": {"no-budget": "full_year_budget > 0"}, "flag": "executed > full_year_budget",
    "cells": ["executed"], "message": {"zh": "{executed}", "en": "{executed} x"},
    "remedy": {"zh": "改", "en": "mend"}, "why": {"zh": "因", "en": "why"},
    "examples": {
        "flag": [{"given": {"funds": [{"kind": "total", "full_year_budget": "1", "executed": "2"}]}}],
        "pass": [{"given": {"funds": [{"kind": "total", "full_year_budget": "2", "executed": "1"}]}}],
        "not_applicable": [{"given": {}}],
    },
}  # fmt: skip


def write(folder: Path, **changes):
    data = {**GOOD, **changes}
    data = {key: value for key, value in data.items() if value is not None}
    (folder / "Z01-own-rule.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), "utf-8")
    return folder


def test_a_sound_rule_of_ones_own_is_added(tmp_path):
    assert "Z01" in load(write(tmp_path)).rules


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"flag": "exectued > 1"}, "unknown column 'exectued'; did you mean 'executed'?"),
        ({"flag": "executed > $low_executoin"}, "did you mean 'low_execution'?"),
        ({"flag": "executed >"}, "cannot be parsed"),
        ({"flag": "executed / full_year_budget > 1"}, "is not allowed in a rule"),
        ({"flag": "trim(label) = 'x'"}, "is not allowed in a rule"),
        ({"flag": "label > 1"}, "compares number with text"),
        ({"flag": "executed + 1"}, "is no condition"),
        ({"flag": "(select 1) = 1"}, "is not allowed in a rule"),
        ({"flag": None, "equation": "rate + 1"}, "an equation needs"),
        ({"flag": None, "equation": "rate = label"}, "'label' is no number"),
        ({"flag": None, "applies": None, "query": "select form_id from nowhere"}, "unknown table 'nowhere'"),
        ({"flag": None, "applies": None, "query": "select form_id from fund_lines"}, "must return row_id"),
        ({"flag": None, "query": "select form_id, row_id from fund_lines"}, "where it applies"),
        ({"flag": None, "applies": None,
          "query": "select form_id, row_id from fund_lines where trim(label) = ''"}, "not allowed"),
        ({"flag": None}, "is not valid under any of the given schemas"),
        ({"table": "nowhere"}, "table: 'nowhere' is not one of"),
        ({"severity": "fatal"}, "severity"),
        ({"message": {"zh": "只有中文"}}, "message: 'en' is a required property"),
        ({"message": {"zh": "{nothing}", "en": "x"}}, "message names 'nothing'"),
        ({"cells": ["nowhere"]}, "cell 'nowhere' is no column of fund_lines"),
        ({"supersedes": ["X99"]}, "supersedes unknown rule 'X99'"),
        ({"supersedes": [{"rule": "X01", "when": "nothing"}]}, "'nothing' is no column"),
        ({"causes": ["digits-eaten"]}, "unknown cause 'digits-eaten'"),
        ({"id": "X01"}, "id X01 is taken by"),
        ({"examples": {"flag": [], "pass": [], "not_applicable": []}}, "examples"),
        ({"colour": "red"}, "'colour' was unexpected"),
    ],
)  # fmt: skip
def test_a_faulty_rule_is_named_with_its_file_and_what_to_change(tmp_path, changes, said):
    with pytest.raises(RuleFault) as fault:
        load(write(tmp_path, **changes))
    assert said in str(fault.value)
    assert "Z01-own-rule.yaml" in str(fault.value)


def test_broken_yaml_names_line_and_column(tmp_path):
    (tmp_path / "bad.yaml").write_text("id: [\nname: x", "utf-8")
    with pytest.raises(RuleFault, match=r"line \d+, column \d+"):
        load(tmp_path)


def test_a_folder_that_does_not_exist_is_said(tmp_path):
    with pytest.raises(RuleFault, match="no such folder"):
        load(tmp_path / "nowhere")


def test_a_changed_rule_file_is_never_served_from_the_cache(tmp_path):
    load(write(tmp_path))
    assert load(write(tmp_path, severity="error")).rules["Z01"].severity == [("", "error")]
