"""Printed precision decides: what may be rounding is no fault, what cannot be is one."""

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from auditor.engine import duckdb_connection
from auditor.engine.intervals import judge, sides
from auditor.engine.sql import verdict
from auditor.facts.schema import tables
from auditor.rulebook.loading import load
from tests.building import form, found, fund, row

RULES = load().rules
PARAMETERS = load().profiles["national"].parameters


def of(rule: str, *forms, severity: str | None = None):
    return [f for f in found(*forms, select=[rule]) if severity in (None, f[1])]


@pytest.mark.parametrize(
    ("executed", "budget", "rate", "wrong"),
    [
        ("163.90", "165.18", "99.22%", False),  # 99.2251: cut
        ("163.90", "165.18", "99.23%", False),  # 99.2251: rounded
        ("163.90", "165.18", "99.2%", False),
        ("163.90", "165.18", "99%", False),
        ("163.90", "165.18", "99.24%", True),
        ("186.046", "186.046", "95%", True),
        ("30", "40", "75%", False),
        ("30", "40", "75.00%", False),
        ("30", "40", "0.75", False),  # a fraction that agrees
        ("30", "40", "0.75%", True),  # a fraction with a percent sign does not
        ("30", "40", "1", False),  # 0.75 as a whole fraction
        ("10", "40", "1", True),
        ("40", "40", "1", False),
        ("400.00", "400.00", "100.00", False),
    ],
)
def test_a_rate_is_wrong_only_if_no_rounding_or_cutting_gives_it(executed, budget, rate, wrong):
    assert bool(of("X01", form(funds=[fund(budget=budget, executed=executed, rate=rate)]))) is wrong


@pytest.mark.slow
@given(
    st.decimals(1, 10**6, places=2), st.decimals(1, 10**6, places=2), st.integers(0, 4),
    st.sampled_from([ROUND_HALF_UP, ROUND_DOWN]),
)  # fmt: skip
def test_a_rate_that_was_rounded_or_cut_is_never_accused(executed, budget, places, way):
    assume(executed <= budget)
    exact = executed / budget * 100
    rate = f"{exact.quantize(Decimal(1).scaleb(-places), way)}%"
    sheet = form(funds=[fund(budget=str(budget), executed=str(executed), rate=rate)])
    assert of("X01", sheet) == []


@pytest.mark.slow
@given(st.lists(st.decimals(0, 20, places=2), min_size=1, max_size=12), st.integers(0, 2))
def test_a_total_of_rounded_scores_is_never_accused(scores, places):
    total = sum(scores).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    rows = [row(score=str(score), weight="20") for score in scores]
    sheet = form(funds=[fund(weight="10", score="0")], indicators=rows, total_score=str(total))
    assert of("T01", sheet, severity="error") == []


def test_a_score_that_was_cut_is_advice_and_a_wrong_one_an_error():
    cut = fund(budget="4576.84", executed="4511.84", weight="10", score="9.8")
    wrong = fund(budget="220", executed="219.22", weight="10", score="9.5")
    assert [f[1] for f in found(form(funds=[cut]), form(funds=[wrong]), select=["X03"])] == [
        "advice", "error",
    ]  # fmt: skip


def test_a_bare_integer_among_decimals_has_the_decimals_of_its_column():
    parts = [fund("current_year", executed="2.30"), fund("other", executed="0.40")]
    assert of("F03", form(funds=[fund(executed="3"), *parts])) != []
    whole = [fund("current_year", executed="2"), fund("other", executed="1")]
    assert of("F03", form(funds=[fund(executed="3"), *whole])) == []


def test_difference_and_expected_value_are_printed_as_the_form_prints_them():
    sheet = form(funds=[fund(budget="186.046", executed="176.74", rate="90.00%")])
    (finding,) = [f for r in [sheet] for f in _findings(r)]
    assert (finding.reported, finding.expected, finding.difference) == (
        "90.00%",
        "95.00%",
        "-5.00%",
    )


def _findings(sheet):
    from tests.building import findings

    return findings(sheet, select=["X01"])


CONNECTION = duckdb_connection.core().connect()
_EQUATIONS = [rule for rule in RULES.values() if rule.equation is not None]


def _numbers(data, rule) -> dict[str, Decimal]:
    """Any values for the columns of a rule's table that have bounds."""
    columns = {column.name: column for column in tables()[rule.table]}
    values = {}
    for name, column in columns.items():
        if not column.type.startswith("DECIMAL") or f"{name}_lo" not in columns:
            continue
        value = data.draw(st.decimals(-5, 1000, places=data.draw(st.integers(0, 4))))
        exact = data.draw(st.booleans())
        values |= dict.fromkeys((name, f"{name}_lo", f"{name}_hi"), value) if exact else {}
        values |= {} if exact else _printed(name, value)
    return values


def _printed(name, value) -> dict[str, Decimal]:
    half = Decimal(1).scaleb(value.as_tuple().exponent) / 2
    return {name: value, f"{name}_lo": value - half, f"{name}_hi": value + half}


@given(st.data())
def test_the_sieve_in_sql_lets_every_broken_equation_through(data):
    """Floats only sift: whatever exact arithmetic calls broken must reach it."""
    rule = data.draw(st.sampled_from(_EQUATIONS))
    values = _numbers(data, rule)
    judged = judge(rule.equation, values, PARAMETERS)
    listed = ", ".join(f"{v}::DECIMAL(30,12) AS {k}" for k, v in values.items())
    sql = verdict(_without_conditions(rule), tables()[rule.table], PARAMETERS)
    (passed,) = CONNECTION.execute(f"SELECT {sql} FROM (SELECT {listed})").fetchone()
    if judged in ("broken", "truncated"):
        assert passed > 0, (rule.id, values)


@given(st.data())
def test_rationals_confirm_whatever_decimals_call_broken(data):
    """The left side is printed near what the right side gives, where the two could differ."""
    rule = data.draw(st.sampled_from(_EQUATIONS))
    values = _numbers(data, rule)
    both = sides(rule.equation, values, PARAMETERS)
    assume(both is not None)
    near = Decimal(both[1].value.numerator) / Decimal(both[1].value.denominator)
    steps = data.draw(st.sampled_from([0, 0, 0, -1, 1])) * Decimal("0.01")
    way = data.draw(st.sampled_from([ROUND_HALF_UP, ROUND_DOWN]))
    assume(rule.equation.left[0] == "column" and abs(near) < 10**6)
    near = near.quantize(Decimal("0.01"), way) + steps
    values |= _printed(rule.equation.left[1], near)
    both = sides(rule.equation, values, PARAMETERS)
    assume(both is not None)
    assert judge(rule.equation, values, PARAMETERS) == _rationally(rule.equation.relation, *both)


def _rationally(relation, left, right) -> str:
    above, below = left.low > right.high, left.high < right.low
    if not {"<=": above, ">=": below, "=": above or below}[relation]:
        return "holds"
    cut = below and relation == "=" and right.low < left.value + left.high - left.low
    return "truncated" if cut else "broken"


def _without_conditions(rule):
    from dataclasses import replace

    return replace(rule, applies=[], severity=[("", "error")])


@given(st.fractions(0, 1000), st.fractions(0, 1000), st.fractions(0, 1000))
def test_sums_carry_the_intervals_of_their_operands(a, b, c):
    from auditor.engine.intervals import Span, _combine

    spans = [Span(x, x - Fraction(1, 2), x + Fraction(1, 2)) for x in (a, b, c)]
    both = _combine("+", spans[:2])
    assert both is not None
    assert (both.low, both.high) == (a + b - 1, a + b + 1)
