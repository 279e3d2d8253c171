"""What reviewers have published is looked at: each fault has its rule, or says why it cannot."""

from auditor.rulebook.loading import load
from benchmarks.published_faults import PAGE, found, listed, page, visible


def test_every_rule_that_is_named_exists():
    named = {rule for fault in listed()["faults"] for rule in fault["rules"]}
    assert named <= load().rules.keys()


def test_every_fault_has_a_source_and_says_whether_a_form_shows_it():
    for fault in listed()["faults"]:
        assert fault["source"] in listed()["sources"]
        assert fault["seen"] is True or (isinstance(fault["seen"], str) and not fault["rules"])


def test_most_of_what_a_form_can_show_is_found():
    assert len(found()) >= 0.85 * len(visible())


def test_the_page_is_that_of_the_list():
    assert PAGE.read_text("utf-8") == page()
