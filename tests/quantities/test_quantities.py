"""Printed text is understood as printed: value, precision, unit, comparator, date, tier."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.quantities.parsing import parse

TABLE = [
    # text, kind, comparator, value, unit, step
    ("≥27000.00(人)", "number", ">=", "27000.00", "人", "0.01"),
    ("=100.00 (%)", "number", "=", "100.00", "%", "0.01"),
    (">=90%", "number", ">=", "90", "%", "1"),
    ("≧95.5%", "number", ">=", "95.5", "%", "0.1"),
    ("═8个", "number", "=", "8", "个", "1"),
    ("＜1.00(次)", "number", "<", "1.00", "次", "0.01"),
    ("≤5300元/户", "number", "<=", "5300", "元/户", "1"),
    ("不低于95%", "number", ">=", "95", "%", "1"),
    ("不超过三次", "number", "<=", "3", "次", "1"),
    ("90%以上", "number", ">=", "90", "%", "1"),
    ("10天以内", "number", "<=", "10", "天", "1"),
    ("1,463.50", "number", None, "1463.50", None, "0.01"),
    ("１，２００．５０", "number", None, "1200.50", None, "0.01"),
    ("6.15万人", "number", None, "61500.00", "人", "100.00"),
    ("1.5亿元", "number", None, "1.5", "亿元", "0.1"),
    ("1.5万元∕人∕年", "number", None, "15000.0", "元/人/年", "1000.0"),
    ("80元/人/天", "number", None, "80", "元/人/天", "1"),
    ("3万/年", "number", None, "30000", "/年", "10000"),
    ("100百分比", "number", None, "100", "%", "1"),
    ("百分之95", "number", None, "95", "%", "1"),
    ("8名", "number", None, "8", "人", "1"),
    ("≤10(分钟)", "number", "<=", "10", "分钟", "1"),
    ("7*24小时", "number", None, "168", "7*24小时", "1"),
    ("120榀", "number", None, "120", "榀", "1"),
    ("≥6月", "number", ">=", "6", "月", "1"),
    ("0", "number", None, "0", None, "1"),
    ("0.00", "number", None, "0.00", None, "0.01"),
    ("-3", "number", None, "-3", None, "1"),
    ("5-6名", "range", None, "5", "人", "1"),
    ("≥1月&&≤12月", "range", None, "1", "月", "1"),
    ("12月", "date", None, "12", "月", "1"),
    ("12月底之前完成", "date", None, "12", "月", "1"),
    ("2020年12月31日", "date", None, None, None, None),
    ("2020年度", "date", None, None, None, None),
    ("2021-06-30", "date", None, None, None, None),
    ("6月30日", "date", None, "None", None, None),
    ("达成预期指标", "tier", None, None, None, None),
    ("优", "grade", None, None, None, None),
    ("—", "mark", None, None, None, None),
    ("－", "mark", None, None, None, None),
    ("/", "mark", None, None, None, None),
    ("", "blank", None, None, None, None),
    ("提高", "text", None, None, None, None),
    ("疫情结束", "text", None, None, None, None),
    ("1部+2套", "text", None, None, None, None),
    ("3年内", "text", None, None, None, None),
    ("约10", "text", None, None, None, None),
    ("一般", "text", None, None, None, None),
    ("2012.05", "number", None, "2012.05", None, "0.01"),
    ("13月", "number", None, "13", "月", "1"),
]


@pytest.mark.parametrize(("text", "kind", "comparator", "value", "unit", "step"), TABLE)
def test_a_printed_value_is_read_as_printed(text, kind, comparator, value, unit, step):
    read = parse(text)
    seen = (
        read.kind, read.comparator, str(read.value) if read.value is not None else None,
        read.unit.name if read.unit else None, str(read.step) if read.step is not None else None,
    )  # fmt: skip
    assert seen == (kind, comparator, value if value != "None" else None, unit, step)


def test_three_ways_to_print_95_percent_are_three_intervals():
    widths = [high - low for low, high in (parse(t).interval() for t in ("95%", "95.0%", "95.00%"))]
    assert widths == [Decimal(1), Decimal("0.1"), Decimal("0.01")]


def test_a_counted_thing_is_exact_and_money_is_not():
    assert parse("5个").interval() == (5, 5)
    assert parse("5万元").interval() == (45000, 55000)


def test_blank_dash_slash_and_zero_stay_apart():
    kinds = [(parse(text).kind, parse(text).value) for text in (None, "—", "/", "0", "0.00")]
    assert kinds == [("blank", None), ("mark", None), ("mark", None), ("number", 0), ("number", 0)]
    assert parse("0").decimals != parse("0.00").decimals


@given(st.text(max_size=40))
def test_any_text_has_a_reading_and_none_raises(text):
    assert parse(text).kind in {
        "blank", "mark", "number", "range", "date", "tier", "grade", "text",
    }  # fmt: skip


@given(st.decimals(0, 10**9, places=2), st.sampled_from(["个", "%", "万元", ""]))
def test_full_width_forms_separators_and_spaces_change_no_value(number, unit):
    plain = parse(f"≥{number}{unit}")
    wide = f"≥{number}{unit}".translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789.%"})
    spaced = f"≥ {number:,} {unit}"
    assert (plain.base(), plain.step) == (parse(wide).base(), parse(wide).step)
    assert (plain.base(), plain.step) == (parse(spaced).base(), parse(spaced).step)


@given(st.text(alphabet="0123456789.", min_size=30, max_size=400))
def test_a_giant_number_is_text_and_costs_nothing(digits):
    assert parse(digits).kind in {"text", "number"}
