"""Random forms: every value printable, levels as templates merge them, some cells blank."""

import re

from hypothesis import strategies as st

from auditor.forms.evaluation import Evaluation, Fund, Indicator

_TEXT = st.text(
    alphabet="项目完成率数量服务建设年度工作质量群众系统平台（）、，0123456789%",
    min_size=2,
    max_size=24,
)
_NARRATIVE = st.text(
    alphabet="完成任务建设推进服务群众，。；提升能力12345%万元", min_size=1, max_size=200
)
_AMOUNT = st.decimals(min_value=0, max_value=99999, places=2).map(str)
_MARK = st.sampled_from(["—", "-", "－", "/", None])
_POINTS = st.one_of(st.integers(0, 100).map(str), st.decimals(0, 100, places=2).map(str))
_TARGET = st.one_of(
    st.builds("{}{}{}".format, st.sampled_from(["≥", "≤", "=", ""]), st.integers(0, 9999),
              st.sampled_from(["个", "%", "次", "万元", "(人)", "天"])),
    st.sampled_from(["提高", "12月", "2024年12月31日", "达标", "/"]),
)  # fmt: skip
# Not neither: without weights a name alone is also what a page break leaves of the row above it.
_ANSWERS = st.tuples(_TARGET, st.none() | _TARGET) | st.tuples(st.none(), _TARGET)
_LEVELS = {
    "产出指标": ["数量指标", "质量指标", "时效指标", "成本指标"],
    "效益指标": ["经济效益指标", "社会效益指标", "可持续影响指标"],
    "满意度指标": ["服务对象满意度指标"],
}


def _distinct(text: str) -> bool:
    """A name has a word in it and is no label: in text nobody can tell a bare number for a name."""
    from auditor.forms.signs import sign

    told = sign(text)
    named = any(told.named(family) for family in told.labels)
    return re.search(r"[\u4e00-\u9fff]{2}", text) is not None and not named


_NAME = _TEXT.filter(_distinct)


@st.composite
def indicators(draw: st.DrawFn) -> list[Indicator]:
    """One to nine rows in the order of their levels; each has at least a name."""
    rows: list[Indicator] = []
    for level1, seconds in _LEVELS.items():
        for level2 in seconds:
            for _count in range(draw(st.integers(0, 2))):
                target, actual = draw(_ANSWERS)
                rows.append(Indicator(
                    level1, level2, draw(_NAME), target, actual, draw(_POINTS),
                    draw(st.none() | _POINTS), None, draw(st.none() | _NAME),
                ))  # fmt: skip
    return rows or [Indicator("产出指标", "数量指标", "名称", "≥1个", "1个", "10", "10")]


@st.composite
def funds(draw: st.DrawFn) -> list[Fund]:
    """The four rows of the national fund table; the total row is filled in."""
    labels = {"total": "年度资金总额", "current_year": "其中：当年财政拨款",
              "carried_over": "上年结转资金", "other": "其他资金"}  # fmt: skip
    rows = []
    for kind, label in labels.items():
        amounts = [draw(_AMOUNT if kind == "total" else st.none() | _AMOUNT) for _n in range(3)]
        mark = "10" if kind == "total" else draw(_MARK)
        rate = draw(st.none() | st.integers(0, 120).map("{}%".format))
        parent = None if kind == "total" else 0
        rows.append(Fund(kind, label, *amounts, mark, rate, mark, None, parent))
    return rows


@st.composite
def evaluations(draw: st.DrawFn) -> Evaluation:
    """A whole form of the national kind."""
    return Evaluation(
        file="form",
        form=1,
        title="项目支出绩效自评表",
        year=draw(st.integers(2018, 2026).map(str)),
        project=draw(_NAME),
        department=draw(st.none() | _NAME),
        unit=draw(st.none() | _NAME),
        money_unit=draw(st.sampled_from(["万元", "元"])),
        funds=draw(funds()),
        goal_expected=draw(st.none() | _NARRATIVE.filter(_distinct)),
        goal_actual=draw(st.none() | _NARRATIVE.filter(_distinct)),
        indicators=draw(indicators()),
        total_label="总分",
        total_weight="100",
        total_score=draw(_POINTS),
    )
