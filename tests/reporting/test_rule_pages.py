"""The pages of the rules are those of the rule files."""

from pathlib import Path

import pytest

from auditor.language import use
from auditor.reporting.rule_pages import pages
from auditor.rule_linting import lint
from auditor.rulebook.loading import load

FOLDER = Path(__file__).parents[2] / "docs" / "rules"


def test_every_rule_has_its_page_and_no_page_is_stale():
    use("zh")
    made = dict(pages(load().rules.values()))
    kept = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.md")}
    assert sorted(kept) == sorted(made)
    assert [name for name in made if made[name] != kept[name]] == []


@pytest.mark.slow
def test_no_rule_is_unreachable_and_no_two_overlap_or_contradict_each_other():
    rulebook = load()
    assert list(lint(rulebook.rules.values(), rulebook)) == []
