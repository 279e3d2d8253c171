"""Which number do I change? Each slip is named at its cell, and nothing is repaired that is right."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.diagnosis import slips
from auditor.diagnosis.causes import explain
from auditor.diagnosis.system import Bound, System
from auditor.engine.outcomes import Hit
from auditor.facts.schema import Column
from auditor.pipeline import about_cell, choose
from auditor.quantities.parsing import parse
from auditor.rulebook.expressions import parse_equation
from auditor.rulebook.model import columns_of
from tests.building import audited, findings, form, fund, row
from tests.project.test_seeds import name

FUNDS = [
    fund("total", "100", "100", "95", weight="10", rate="95%", score="9.5"),
    fund("current_year", "60", "60", "57", rate="95%"),
    fund("other", "40", "40", "38", rate="95%"),
]
ROWS = [
    row(weight="50", score="50"),
    row(level1="效益指标", level2="社会效益指标", level3="影响", target="提高", actual="达成指标",
        weight="30", score="30"),
    row(level1="满意度指标", level2="服务对象满意度指标", level3="参训学员满意度", target="≥90%",
        actual="92%", weight="10", score="10"),
]  # fmt: skip


def sound(**changed):
    """A form without a fault, but for some cells: funds_0_rate="59%"."""
    funds, rows = [dict(f) for f in FUNDS], [dict(r) for r in ROWS]
    whole = {"total_weight": "100", "total_score": "99.5", "grade": "优", "money_unit": "万元"}
    for key, text in changed.items():
        table, _, rest = key.partition("_")
        if table in ("funds", "rows"):
            number, _, cell = rest.partition("_")
            (funds if table == "funds" else rows)[int(number)][cell] = text
        else:
            whole[key] = text
    return form(year="2023", funds=funds, indicators=rows, **whole)


def causes(sheet):
    return {f.rule: f.cause for f in findings(sheet) if f.cause}


def test_no_repair_is_offered_where_nothing_is_wrong():
    assert causes(sound()) == {}


CASES = {
    "a rate with its digits exchanged": (
        {"funds_0_rate": "59%"}, "X01", "digits-swapped", {"/funds/0/rate": "95%"},
    ),
    "a rate left at its default": (
        {"funds_0_rate": "0"}, "X10", "template-default", {"/funds/0/rate": "95"},
    ),
    "a fraction with a percent sign": (
        {"funds_0_rate": "0.95%"}, "X01", "percent-as-fraction", {"/funds/0/rate": "95%"},
    ),
    "a total with a wrong digit": (
        {"total_score": "91.5"}, "T01", "digit-wrong", {"/total_score": "99.5"},
    ),
    "yuan under a header of ten thousand": (
        {"funds_0_executed": "950000"}, "F03", "unit-scale", {"/funds/0/executed": "95"},
    ),
    "a part with a digit lost": (
        {"funds_1_executed": "7"}, "F03", "digit-lost", {"/funds/1/executed": "57"},
    ),
    "budget and executed exchanged": (
        {"funds_0_full_year_budget": "95", "funds_0_executed": "100"},
        "F02", "cells-exchanged", {"/funds/0/full_year_budget": "100", "/funds/0/executed": "95"},
    ),
    "an executed amount copied from the budget": (
        {"funds_1_executed": "60"}, "F03", "neighbour-copied", {"/funds/1/executed": "57"},
    ),
    "a total that was not added up again": (
        {"rows_0_score": "45", "rows_0_actual": "2.7场", "rows_0_deviation": "将加强组织"},
        "T01", "stale-total", {"/total_score": "94.5"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_slip_is_named_at_its_cell_with_its_repair(case):
    changed, rule, code, repair = CASES[case]
    found = causes(sound(**changed))
    assert (found[rule]["code"], found[rule]["repair"]) == (code, repair)


def test_a_row_left_out_is_no_slip_of_a_digit():
    sheet = form(year="2023", money_unit="万元", funds=FUNDS[:2], indicators=ROWS)
    assert {cause["code"] for cause in causes(sheet).values()} == {"row-left-out"}


def test_one_slip_is_told_once_and_the_others_point_to_it():
    found = causes(sound(funds_0_executed="59", funds_0_rate="95%"))
    told = [rule for rule, cause in found.items() if "同一个原因" in cause["message"]]
    assert {"F03"} == set(found) - set(told)


def test_a_wrong_base_brings_the_score_and_the_total_with_it():
    funds = [fund("total", "195", "186.046", "186.046", weight="10", rate="95%", score="9.5")]
    sheet = form(funds=funds, indicators=ROWS, total_score="99.5", total_weight="100")
    (wrong,) = [f for f in findings(sheet) if f.rule == "X02"]
    assert wrong.cause["code"] == "wrong-base"
    assert wrong.cause["repair"] == {
        "/funds/0/rate": "100%", "/funds/0/score": "10.0", "/total_score": "100.0",
    }  # fmt: skip
    assert wrong.impact == {"points": 0.5}


def test_the_grade_that_falls_with_a_repair_is_said():
    rows = [dict(ROWS[0]) | {"weight": "50", "score": "39"}, *ROWS[1:]]
    sheet = form(funds=FUNDS, indicators=rows, total_score="98.5", total_weight="100")
    (cause,) = [f.cause for f in findings(sheet) if f.rule == "T01"]
    assert "由 优 变为 良" in cause["message"]


def test_what_the_form_cannot_decide_is_said_with_the_alternatives():
    funds = [fund("total", "229.12", "307", "307"), fund("current_year", "292.12", "307", "307")]
    (wrong,) = [f for f in findings(form(funds=funds)) if f.rule == "F01"]
    assert wrong.cause["repair"] == {"/funds/0/initial_budget": "292.12"}
    assert [a["repair"] for a in wrong.cause["alternatives"]] == [
        {"/funds/1/initial_budget": "229.12"}
    ]


def test_the_seeds_have_the_causes_that_were_worked_out_by_hand(seeds):
    from auditor.pipeline import extract

    done = audited(*extract([str(seeds)]).evaluations)
    found = {
        (name(r.evaluation), f.rule): (f.cause["code"], list(f.cause["repair"].values())[:1])
        for r in done.reports
        for f in r.findings
        if f.cause
    }
    assert {
        ("001/2", "X02"): ("wrong-base", ["100%"]),
        ("001/12", "F01"): ("digits-swapped", ["292.12"]),
        ("001/3", "C07"): ("ceiling-as-rate", ["10"]),
        ("004/2", "T01"): ("digit-wrong", ["92.4"]),
        ("004/7", "T01"): ("row-left-out", ["88.5"]),
        ("004/13", "X03"): ("truncated", ["9.86"]),
        **{("001/" + str(n), "C06"): ("ceiling-as-rate", ["20"]) for n in (2, *range(4, 11))},
    }.items() <= found.items()
    assert ("003/2", "X01") not in found


def test_the_equations_of_a_cell_are_shown_with_what_was_tried():
    shown = "\n".join(about_cell(sound(funds_0_rate="59%"), "/funds/0/rate", choose()))
    assert "X01 rate = executed / full_year_budget  0.59 = 0.95  不成立" in shown
    assert "digits-swapped" in shown
    assert "试过" in shown


@settings(max_examples=60)
@given(st.decimals("0.01", "99999", places=2))
def test_every_slip_gives_other_numbers_that_can_be_printed(value):
    for code, text in slips.candidates(f"{value}"):
        assert slips.prior(code) > 0
        assert parse(text).kind == "number"
        assert text != f"{value}"


BALANCE = ("x1 + x2 = x3", "x2 = x4", "x5 + x6 + x7 = x8", "x3 + x8 = x9", "x9 - x10 = x11")
PUBLISHED = (1452, 116, 1568, 116, 323, 76, 12, 411, 1979, 1842, 137)


def balance(*values):
    """The balance edits of Scholtus (2009), section 4, over cells of a form, and their hits."""
    sheet = form(funds=[fund(initial=str(value)) for value in values])
    names = [f"x{n}" for n in range(1, len(values) + 1)]
    columns = tuple(Column(each, "DECIMAL(30,12)", "") for each in names)
    cells = {each: (f"/funds/{n}/initial_budget",) for n, each in enumerate(names)}
    numbers = dict(zip(names, map(Decimal, values), strict=True))
    system = System(sheet, [], {})
    hits = []
    for n, text in enumerate(BALANCE):
        equation = parse_equation(text, columns, set())
        used = [*columns_of(equation.left), *columns_of(equation.right)]
        row_ = numbers | {"row_id": n}
        bound = Bound(
            "W03", equation, row_, {each: cells[each] for each in used}, causes=tuple(slips.SLIPS)
        )
        system.bound.append(bound)
        if not system.holds(bound, {}):
            rule = replace(choose().rulebook.rules["W03"], equation=equation)
            hits.append(Hit(rule, 0, row_ | {"cell": ""}, "error"))
    return hits, system


@pytest.mark.parametrize(
    ("changed", "repairs"),
    [
        ({}, []),
        ({4: 161}, [{"/funds/3/initial_budget": "116"}]),
        (
            {4: 161, 9: 19979},
            [{"/funds/3/initial_budget": "116"}, {"/funds/8/initial_budget": "1979"}],
        ),
    ],
)
def test_the_published_example_of_typing_errors_comes_out_as_in_its_paper(changed, repairs):
    values = [changed.get(n, value) for n, value in enumerate(PUBLISHED, 1)]
    found = explain(*balance(*values))
    made = sorted({tuple(cause.repair.items()) for cause in found.values()})
    assert [dict(repair) for repair in made] == repairs
