"""Every rule says what it rests on: arithmetic, a published text, or whose practice."""

import pytest

from auditor.findings import basis
from auditor.language import use
from auditor.pipeline import choose
from auditor.resources import vocabulary

RULES = choose().rules
GATHERED = "公开自评表的归纳"  # our own observation: no named reviewer


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_what_a_rule_names_is_listed_with_how_much_of_it_was_read(rule):
    for name in rule.basis:
        entry = vocabulary()["basis"][name]
        assert entry["kind"] in (basis.TEXT, basis.PRACTICE)
        assert entry["en"]
        assert set(entry["read"]) == {"zh", "en"}
    assert basis.kind(rule.basis) in (basis.ARITHMETIC, basis.TEXT, basis.PRACTICE)


def test_at_least_sixty_rules_carry_a_text_or_a_named_practice():
    assert sum(bool({*rule.basis} - {GATHERED}) for rule in RULES) >= 60


def test_nothing_is_listed_that_no_rule_names():
    named = {name for rule in RULES for name in rule.basis}
    assert named == set(vocabulary()["basis"])


def test_a_basis_is_told_in_words():
    assert basis.words([]) == "算术"
    assert basis.words(["audit_agent"], equation=True) == "算术、audit_agent（审核惯例）"
    assert basis.kind(["audit_agent"], equation=True) == basis.ARITHMETIC
    assert (
        basis.words(["财预〔2020〕10号", "audit_agent"])
        == "财预〔2020〕10号、audit_agent（审核惯例）"
    )
    assert (
        basis.words(["某市〔2024〕3号"]) == "某市〔2024〕3号"
    )  # a bureau's own rule names its own text
    assert basis.kind(["某市〔2024〕3号"]) == basis.TEXT
    assert basis.lines([GATHERED]) == ["审核惯例：公开自评表的归纳（各地公开的自评表）"]
    use("en")
    try:
        assert basis.words(["财预〔2020〕10号"]).startswith("Ministry of Finance")
    finally:
        use("zh")
