"""The rulebook keeps its promises: every rule's examples, and what a rule file must have."""

import pytest

from auditor.facts.schema import tables
from auditor.rule_testing import failures
from auditor.rulebook.examples import examples
from auditor.rulebook.loading import load

RULEBOOK = load()
FIRST_65 = [
    "S01",
    "S03",
    "S04",
    "S05",
    "S06",
    "S07",
    "S08",
    "S09",
    "S10",
    "S11",
    "S12",
    "S13",
    "F01",
    "F02",
    "F03",
    "F05",
    "F06",
    "B01",
    "B02",
    "B03",
    "B04",
    "X01",
    "X02",
    "X03",
    "X04",
    "X05",
    "X06",
    "X07",
    "X08",
    "X10",
    "W01",
    "W02",
    "W03",
    "W05",
    "W06",
    "C01",
    "C02",
    "C03",
    "C04",
    "C05",
    "C06",
    "C08",
    "C09",
    "C11",
    "C12",
    "C13",
    "T01",
    "T02",
    "T03",
    "D01",
    "D02",
    "D03",
    "D04",
    "D05",
    "D07",
    "D08",
    "Q01",
    "Q03",
    "Q11",
    "Q12",
    "V01",
    "V02",
    "P01",
    "P03",
    "H01",
]


def test_the_first_65_rules_are_there():
    assert set(FIRST_65) <= set(RULEBOOK.rules)
    assert len(FIRST_65) == 65


@pytest.mark.parametrize("rule", RULEBOOK.rules.values(), ids=lambda rule: rule.id)
def test_every_example_turns_out_as_its_file_says(rule):
    assert [(e.name, fault) for e, fault in failures([rule], RULEBOOK)] == []


@pytest.mark.parametrize("rule", RULEBOOK.rules.values(), ids=lambda rule: rule.id)
def test_a_rule_is_named_by_its_file_and_speaks_both_languages(rule):
    stem = rule.file.rsplit("/", 1)[-1].removesuffix(".yaml")
    assert stem == f"{rule.id}-{rule.name}"
    for both in (rule.title, rule.message, rule.remedy, rule.why):
        assert both["zh"] != both["en"]
    assert rule.table in tables()
    assert len(rule.false_alarms["zh"]) == len(rule.false_alarms["en"])


@pytest.mark.parametrize("rule", RULEBOOK.rules.values(), ids=lambda rule: rule.id)
def test_figures_of_examples_are_quoted_so_that_their_digits_survive(rule):
    def floats(value):
        if isinstance(value, dict):
            return [f for entry in value.values() for f in floats(entry)]
        if isinstance(value, list):
            return [f for entry in value for f in floats(entry)]
        return [value] if isinstance(value, float) else []

    assert [floats(e.given) for e in examples(rule) if floats(e.given)] == []


def test_no_rule_replaces_itself_in_a_circle():
    below = {id_: {e["rule"] for e in r.supersedes} for id_, r in RULEBOOK.rules.items()}

    def reach(start, seen=()):
        for other in below[start]:
            assert other not in seen, (start, other)
            reach(other, (*seen, start))

    for rule in below:
        reach(rule)


def test_every_parameter_says_where_it_comes_from_and_how_sure_it_is():
    for profile in RULEBOOK.profiles.values():
        for name, source in profile.sources.items():
            assert source["source"], (profile.name, name)
            assert source["sure"] in {"S", "S2", "C", "F", "own"}, (profile.name, name)
