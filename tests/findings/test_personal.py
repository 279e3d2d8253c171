"""Personal data: what is left out of masking holds none."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from auditor.findings.personal import masked_form
from auditor.findings.private_numbers import may_hold_numbers, numbers
from tests.building import form, fund, row

# Made up: no one's numbers. Amounts, dates and documents stand beside them.
PIECES = (
    "13800000000", "138 0000 0000", "138-0000-0000", "0550-1234567", "110101199001011234", "电话",
    "１３８００００００００", "1463500.00", "12345678", "2023年12月31日", "〔2023〕5号", "元", "。", " ", "甲",
)  # fmt: skip
TEXTS = st.none() | st.lists(st.sampled_from(PIECES), min_size=1, max_size=4).map("".join)


@given(phone=TEXTS, leader=TEXTS, goal=TEXTS, level3=TEXTS, deviation=TEXTS, reason=TEXTS)
def test_a_form_that_is_not_looked_through_shows_no_number_of_a_person(
    phone, leader, goal, level3, deviation, reason
):
    made = form(funds=[fund(reason=reason)], indicators=[row(level3=level3, deviation=deviation)])
    made = replace(made, phone=phone, leader=leader, goal_actual=goal)
    if not may_hold_numbers(made):
        assert list(numbers(made)) == []
        assert masked_form(made, private=False) == masked_form(made)
