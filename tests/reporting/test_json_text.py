"""JSON as it is written for programs."""

from hypothesis import given
from hypothesis import strategies as st

from auditor.json_text import indented, indented_within

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text('a\n"\\\u4e2d[]', max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab"), inner, max_size=3),
)


@given(VALUES, st.integers(0, 4))
def test_a_value_within_lists_is_the_value_with_every_line_indented(value, depth):
    text = indented_within(value, depth).decode()
    assert text == indented(value).replace("\n", "\n" + "  " * depth)
