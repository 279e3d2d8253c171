"""The mutation benchmark: its forms are clean by arithmetic, its slips are what they say."""

from collections import Counter
from decimal import Decimal
from itertools import islice
from random import Random

import pytest

from benchmarks.mutations.forms import generate
from benchmarks.mutations.harmless import HARMLESS
from benchmarks.mutations.judging import new_findings
from benchmarks.mutations.run import run
from benchmarks.mutations.slips import BATCH_SLIPS, SLIPS
from benchmarks.mutations.slips.model import change, get, number
from benchmarks.mutations.tables import markdown
from tests.building import findings

pytestmark = pytest.mark.slow

FORMS = [generate(seed) for seed in range(240)]


def applications(operator, forms=FORMS, most=15):
    """(form, what the operator made of it) for the first forms it applies to."""
    made = ((form, operator.make(Random(f"{operator.name} {form.file}"), form)) for form in forms)
    return list(islice((pair for pair in made if pair[1] is not None), most))


def changed(before, after):
    """The cells whose text differs, where no row was moved."""
    cells = dict(after.cells())
    return {cell for cell, text in before.cells() if cells[cell] != text}


def test_the_same_seed_makes_the_same_form():
    for seed in range(40):
        assert generate(seed).as_dict() == generate(seed).as_dict()


def test_forms_differ():
    projects = {form.project.removeprefix(f"{form.year}年") for form in FORMS}
    assert len(projects) >= 30
    assert {form.money_unit for form in FORMS} == {"元", "万元"}
    assert {bool(form.missing_columns) for form in FORMS} == {True, False}
    assert {form.grade for form in FORMS} >= {"优", None}


@pytest.mark.parametrize("form", FORMS[::8], ids=lambda form: form.file)
def test_a_clean_form_adds_up(form):
    for name in ("initial_budget", "full_year_budget", "executed"):
        for parent in (0, 1):
            parts = [number(getattr(row, name)) for row in form.funds if row.parent == parent]
            if parts:
                assert sum(parts) == number(getattr(form.funds[parent], name))
    if form.total_score is not None:
        rows = [form.funds[0], *form.indicators]
        assert sum(number(row.score if row.score != "/" else "0") for row in rows) == Decimal(
            form.total_score
        )
        assert sum(number(row.weight if row.weight != "/" else "0") for row in rows) == 100


@pytest.mark.parametrize("form", FORMS[::8], ids=lambda form: form.file)
def test_points_are_lost_only_with_a_reason_and_a_measure(form):
    for row in form.indicators:
        if row.weight != row.score:
            assert len(row.deviation) > 15
            assert row.deviation.count("。") == 2


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.name)
def test_a_slip_changes_the_cell_it_accuses_and_nothing_else_it_hides(slip):
    made = applications(slip)
    assert made
    for form, mutated in made:
        assert slip.rules
        assert slip.said
        if mutated.structural:
            kept = mutated.funds if mutated.funds is not None else mutated.indicators
            rows = mutated.form.funds if mutated.funds is not None else mutated.form.indicators
            assert len(kept) == len(rows)
            continue
        cells = changed(form, mutated.form)
        assert cells
        assert not mutated.cells or cells & set(mutated.cells)
        assert mutated.truth == get(form, mutated.cells[0])
        text = {cell: get(mutated.form, cell) for cell in cells}
        assert mutated.form == change(form, text).form


def test_a_slip_leaves_the_original_alone():
    for slip in SLIPS:
        before = [form.as_dict() for form in FORMS[:20]]
        applications(slip, FORMS[:20])
        assert [form.as_dict() for form in FORMS[:20]] == before


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.name)
def test_a_decidable_slip_knows_the_true_value(slip):
    if slip.decidable:
        for _form, mutated in applications(slip):
            assert mutated.cells
            assert mutated.truth is not None


@pytest.mark.parametrize("harmless", HARMLESS, ids=lambda harmless: harmless.name)
def test_a_harmless_change_applies_and_leaves_the_original_alone(harmless):
    made = applications(harmless, FORMS[:60])
    assert any(list(form.cells()) != list(after.cells()) for form, after in made)
    assert all(form == generate(seed) for seed, form in enumerate(FORMS[:60]))


def test_there_are_many_operators_of_every_group():
    names = [slip.name for slip in (*SLIPS, *BATCH_SLIPS)]
    assert len(names) == len(set(names)) >= 150
    assert len(HARMLESS) >= 20
    groups = Counter(slip.rules[0][0] for slip in (*SLIPS, *BATCH_SLIPS))
    assert set(groups) == set("SFBXWCTDQVPYKH")


def test_an_old_finding_is_no_news_after_rows_moved():
    slip = next(slip for slip in SLIPS if slip.name == "row-lost-total-kept")
    form, mutated = applications(slip)[0]
    before = findings(form)
    news = new_findings(before, findings(mutated.form), mutated)
    assert not {f.fingerprint for f in news} & {f.fingerprint for f in before}
    assert "T01" in {f.rule for f in news}


def test_a_small_run_counts_the_same_twice_and_catches_sums():
    first, second = (run(FORMS[:3], slips=SLIPS[::8], changes=HARMLESS[::8]) for _ in range(2))
    assert markdown(first) == markdown(second)
    assert sum(tally.applied for tally in first.slips) > 20
    sums = run(
        FORMS[:6], slips=[s for s in SLIPS if s.rules[0] in {"F01", "F02", "F03"}], changes=[]
    )
    assert all(tally.missed == 0 for tally in sums.slips if tally.there)
