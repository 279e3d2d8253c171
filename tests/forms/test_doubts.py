"""A cell with two readings accuses nobody, whatever fact it went into."""

import json

import pytest

from auditor.engine import precedence, rule_runner
from auditor.facts import fact_tables
from auditor.facts.context import Context
from auditor.forms.evaluation import FORM_CELLS, Doubt
from auditor.forms.records import read_records
from auditor.intake.records import read_json
from auditor.rulebook.examples import examples
from auditor.rulebook.loading import load

RULEBOOK = load()


def made(example):
    return read(example.evaluation())


def read(given):
    parsed = read_json(json.dumps(given, ensure_ascii=False))
    (form,) = read_records("x", parsed)
    return form


def hits(form, rule, example):
    beside, previous, roster = (
        [read(given) for given in example.group(name)] for name in ("beside", "previous", "roster")
    )
    parameters = RULEBOOK.profiles[example.profile or "national"].parameters
    norms = fact_tables.Norms.of(parameters)
    facts = fact_tables.build([form, *beside], norms, Context(previous, roster))
    outcomes = rule_runner.run([rule], facts, parameters)
    settled = precedence.settle(outcomes.hits, [form, *beside])
    return [hit for hit in settled if hit.form_id == 0]


def blanked(form, cell):
    """The form with one cell left empty: what a second reading may amount to."""
    other = json.loads(json.dumps(form.as_dict()))
    for key in ("source", "locators", "doubts", "unplaced", "confidence"):
        del other[key]
    for key in form.unknown & set(FORM_CELLS):
        del other[key]
    if "fund_parts" in form.unknown:
        del other["missing_rows"]
    target = other
    *path, last = cell.removeprefix("/").split("/")
    for step in path:
        target = target[int(step)] if isinstance(target, list) else target[step]
    target[last] = None
    parsed = read_json(json.dumps([other], ensure_ascii=False))
    (form,) = read_records("x", parsed)
    return form


_FLAGS = [
    (rule, example)
    for rule in RULEBOOK.rules.values()
    if not rule.told_by and rule.table != "submission"
    for example in examples(rule)
    if example.kind == "flag"
]


@pytest.mark.parametrize(("rule", "example"), _FLAGS, ids=[e.name for _r, e in _FLAGS])
def test_a_doubt_on_a_cell_that_decides_silences_the_rule(rule, example):
    """Whatever cell, left empty, would change the verdict: a doubt on it must change it too."""
    form = made(example)
    assert hits(form, rule, example)
    for cell, text in form.cells():
        numeric_row = cell.endswith(("/label", "/kind", "/level1", "/level2", "/level3"))
        if text is None or numeric_row or hits(blanked(form, cell), rule, example):
            continue
        form.doubts = [Doubt(cell, "看不清", (text, None))]
        assert hits(form, rule, example) == [], cell
        form.doubts = []
