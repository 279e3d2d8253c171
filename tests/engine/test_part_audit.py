"""Where and how many at a time forms are judged changes nothing of what is found."""

import gc
import json
from dataclasses import replace

import pytest

from auditor import part_audit
from auditor.facts import fact_tables
from auditor.facts.context import Context
from auditor.forms.packed_forms import PackedForms
from auditor.intake import workers
from auditor.part_audit import by_workers, here
from auditor.pipeline import Audit, Extraction, audit, choose
from benchmarks.forms import forms

CHOICE = choose()
MADE = forms(0, 90)


def told(result: Audit) -> dict[str, object]:
    return json.loads(json.dumps(result.as_dict(), default=str))


@pytest.fixture(scope="module")
def at_once():
    return told(audit(Extraction(MADE), CHOICE, judge=here(size=None)))


@pytest.mark.slow
@pytest.mark.parametrize("size", [1, 7, 89, 90, 500])
def test_parts_of_any_size_find_the_same(size, at_once):
    assert told(audit(Extraction(MADE), CHOICE, judge=here(size=size))) == at_once


def test_processes_find_the_same(monkeypatch, at_once):
    monkeypatch.setattr(part_audit, "TOGETHER", 25)
    never = None  # the forms are more than a part: nothing falls back
    assert told(audit(Extraction(MADE), CHOICE, judge=by_workers(2, never))) == at_once


def test_forms_compared_by_a_process_of_their_own_are_told_the_same(monkeypatch, at_once):
    monkeypatch.setattr(part_audit, "TOGETHER", 25)
    monkeypatch.setattr(part_audit, "_MANY", 25)
    for made in (MADE, PackedForms(MADE)):
        assert told(audit(Extraction(made), CHOICE, judge=by_workers(2, here()))) == at_once


def test_forms_whose_comparing_process_is_lost_are_compared_all_the_same(monkeypatch):
    monkeypatch.setattr(workers.Crew, "map", lambda _crew, _items: iter([workers.CRASHED]))
    found = part_audit._compare_by_worker(Context(), MADE)
    assert found == fact_tables.compare(MADE, Context())


def test_a_form_that_cannot_be_compared_costs_the_others_nothing(monkeypatch, at_once):
    monkeypatch.setattr(part_audit, "TOGETHER", 25)
    monkeypatch.setattr(part_audit, "_MANY", 25)
    strange = replace(MADE[0], file="strange", goal_actual=5)
    result = audit(Extraction([*MADE, strange]), CHOICE, judge=by_workers(2, here()))
    assert [problem.file for problem in result.problems] == ["strange"]
    assert told(result)["reports"] == at_once["reports"]


def test_a_rule_that_joins_sees_all_forms_whatever_the_part(monkeypatch):
    monkeypatch.setattr(part_audit, "TOGETHER", 2)
    lonely = "SELECT form_id, row_id FROM forms WHERE (SELECT count(*) FROM forms) <> 9"
    rule = next(rule for rule in CHOICE.rules if rule.table == "forms" and rule.flag)
    joining = replace(CHOICE, rules=(replace(rule, query=lonely, flag=None, cells=["/project"]),))
    for judge in (here(size=2), by_workers(2, here(size=2))):
        assert audit(Extraction(MADE[:9]), joining, judge=judge).summary()["findings"] == {
            "error": 0, "warning": 0, "advice": 0
        }  # fmt: skip
        assert audit(Extraction(MADE[:8]), joining, judge=judge).reports[7].findings != []


def test_a_judged_part_leaves_nothing_for_the_garbage_collector():
    judging = part_audit.Judging(CHOICE.rules, CHOICE.profile)
    divided = part_audit.parts(PackedForms(MADE), Context(), 45)
    part_audit.judge_part(judging, divided[0])  # loads what is loaded once
    gc.collect()
    gc.disable()
    try:
        part_audit.judge_part(judging, divided[1])
        assert gc.collect() == 0
    finally:
        gc.enable()
