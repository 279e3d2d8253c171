"""What is found among many forms without comparing all with all is what comparing all finds."""

from hypothesis import given
from hypothesis import strategies as st

from auditor.facts import likeness

LETTERS = st.text("甲乙丙丁", min_size=4, max_size=9)


@given(st.lists(st.text("甲乙丙丁，", max_size=40)), st.lists(LETTERS, unique=True))
def test_a_name_is_mentioned_where_a_text_holds_it(texts, names):
    held = {number: sorted(n for n in names if n in text) for number, text in enumerate(texts)}
    assert likeness.mentions(texts, names) == {n: found for n, found in held.items() if found}


def test_many_names_that_begin_alike_cost_no_more_than_few():
    looked = []

    class Text(str):
        __slots__ = ()

        def __getitem__(self, key):
            looked.append(key)
            return super().__getitem__(key)

        def __contains__(self, part):
            raise AssertionError(part)

    names = [f"某某县财政局项目{number:05}" for number in range(10_000)]
    text = Text("关于某某县财政局项目00042与某某县财政局项目99999的说明")
    assert likeness.mentions([text], names) == {0: ["某某县财政局项目00042"]}
    assert len(looked) < 2 * len(text)
