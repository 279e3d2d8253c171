"""What target and actual value say of each other: comparable, met, of one unit, of one scale."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from auditor.facts import direction as directions
from auditor.facts import indicator_names, texts
from auditor.facts.numbers import Number, fitting, ratio, spread
from auditor.forms.evaluation import Evaluation, Indicator
from auditor.quantities.parsing import parse
from auditor.quantities.quantity import Quantity

_ONE_AND_A_HALF = Decimal("1.5")
_HUNDRED = Decimal(100)
_TWICE = Decimal(2)
_IMPLAUSIBLE = (Decimal("0.2"), Decimal(5))
_BEFORE_UNIT = re.compile(r"^\W*[\d.,]+")
_NUMBER_END = re.compile(r"\d\s*[（(]?\Z")
_TIMES = frozenset({"months", "days", "minutes", "lessons"})
_LEAST_TOLERANCE = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class _Pair:
    """A target and an actual value as they are to be compared."""

    target: Quantity
    actual: Quantity
    lacks_percent: bool
    fraction_side: str | None
    quotient: Decimal | None
    comparable: bool


def sides(
    form: Evaluation, row: Indicator, facts: dict[str, Any], form_year: int | None
) -> dict[str, Any]:
    """Every column of an indicator that is read from its target and actual value."""
    name = row.level3 or ""
    target, actual = _answer(row.target, row.actual)
    conflict = indicator_names.conflict(name, target.unit)
    pair = _pair(target, actual, conflict, timed=_tells_time(name, facts["level2_kind"]))
    way = directions.direction(
        pair.target, is_cost=facts["is_cost"], level2_kind=facts["level2_kind"], name=name
    )
    dated = target.span is not None and actual.span is not None
    met = (
        directions.attained(pair.target, pair.actual, way, form_year)
        if pair.comparable or dated
        else None
    )
    return {
        **_side(form, "target", pair.target, row.target),
        **_side(form, "actual", pair.actual, row.actual),
        "direction": way,
        "comparable": pair.comparable,
        "ratio": pair.quotient,
        "attained": met,
        "dated": dated,
        "target_year_stale": _before(target, form_year),
        "bounded_rate": indicator_names.bounded(name, target.unit),
        "one_lacks_percent": pair.lacks_percent,
        "fraction_cell": f"{facts['cell']}/{pair.fraction_side}" if pair.fraction_side else None,
        "unit_conflict": conflict,
        "name_unit": indicator_names.name_unit(name),
        "actual_unit_missing": _unit_missing(target, actual),
        "units_clash": _clash(target, actual),
        "far_above": pair.quotient is not None and pair.quotient >= _TWICE,
        "target_wordy": target.kind in ("text", "tier", "grade")
        and not re.search(r"\d", row.target or "")
        and not (row.target or "").startswith(texts.words("none_of")),
        "repeats_target": row.target is not None and row.target == row.actual,
        "number_in_words": _holds_number(row),
        "target_vague": indicator_names.is_vague(row.target) and not facts["placeholder_row"],
        **_shares(facts, pair, way, met),
    }


def _pair(target: Quantity, actual: Quantity, conflict: str | None, *, timed: bool) -> _Pair:
    lacks, side = _fraction_side(target, actual)
    quotient = _ratio(target, actual)
    comparable = _comparable(target, actual) and not lacks
    bare = target.unit is None and actual.unit is None and target.comparator is None
    if comparable and bare and timed:
        comparable = False  # 12 → 11 or 20231231: months, days and dates, nobody can tell
    elif comparable and (target.unit is None) != (actual.unit is None):
        # A missing unit is taken as the other's only where the figures make sense that way.
        far = quotient is not None and not _IMPLAUSIBLE[0] < quotient < _IMPLAUSIBLE[1]
        unlike = _multiplied(target) != _multiplied(actual)
        comparable = conflict is None and not unlike and (not far or actual.value == 0)
        if comparable:
            unit = target.unit or actual.unit
            target, actual = replace(target, unit=unit), replace(actual, unit=unit)
    return _Pair(target, actual, lacks, side, quotient, comparable)


def _before(target: Quantity, form_year: int | None) -> bool:
    """Whether a target's year lies before the form's: last year's target, not a missed one."""
    year = target.span.year if target.span else None
    return year is not None and form_year is not None and year < form_year


def _tells_time(name: str, level2_kind: str | None) -> bool:
    return level2_kind == "timeliness" or texts.has_word(name, "dates")


def answered_in_words(target: Quantity, actual: str | None) -> bool:
    """全部合格 for 100% and 未发生 for 0起: words that are as good as the number."""
    if target.kind != "number" or not actual or actual.startswith(texts.words("not_answers")):
        return False
    percent = target.unit is not None and target.unit.dimension == "percent"
    if percent and target.value == _HUNDRED and actual.startswith(texts.words("all_of")):
        return True
    return is_zero(target) and actual.startswith(texts.words("none_of"))


def is_zero(target: Quantity) -> bool:
    """Whether a target is that nothing happens: 0起, =0, <1次."""
    return target.kind == "number" and (
        target.value == 0 or (target.value == 1 and target.comparator == "<")
    )


def _answer(target_text: str | None, actual_text: str | None) -> tuple[Quantity, Quantity]:
    """Both sides as numbers where they are: 6月 answers ≥6月 as a number, and 12月 as a date."""
    target, actual = parse(target_text), parse(actual_text)
    if answered_in_words(target, actual_text):
        value = Decimal(0) if is_zero(target) else target.value
        return target, replace(target, text=actual.text, comparator=None, value=value)
    if target.kind in ("number", "range") and actual.kind == "date" and actual.value is not None:
        plain = parse(f"{actual.value}个月")
        actual = Quantity(
            actual.text, "number", value=plain.value, step=plain.step, unit=plain.unit,
            span=actual.span,
        )  # fmt: skip
    return target, actual


def _side(form: Evaluation, side: str, quantity: Quantity, text: str | None) -> dict[str, Any]:
    interval, base = quantity.interval(), quantity.base()
    number = None
    if quantity.kind == "number" and interval is not None and base is not None:
        # A target is a statement; an actual value may have been rounded.
        number = fitting(Number(base, *((base, base) if side == "target" else interval)))
    own = parse(text).unit
    return {
        **spread(side, number),
        f"{side}_text": text,
        f"{side}_blank": text is None and side not in form.missing_columns,
        f"{side}_kind": quantity.kind,
        f"{side}_op": quantity.comparator,
        f"{side}_unit": own.name if own else None,
        f"{side}_dimension": own.dimension if own else None,
    }


def _comparable(target: Quantity, actual: Quantity) -> bool:
    if target.kind not in ("number", "range") or actual.kind != "number":
        return False
    if target.unit is None or actual.unit is None:
        return not (target.scaled_without_unit or actual.scaled_without_unit)
    return target.unit.dimension == actual.unit.dimension


def _ratio(target: Quantity, actual: Quantity) -> Decimal | None:
    if target.kind != "number" or not _comparable(target, actual):
        return None
    goal, value = target.base(), actual.base()
    if goal is None or value is None:
        return None
    if target.unit is None or actual.unit is None:  # one has no unit: compare as printed
        if _multiplied(target) != _multiplied(actual):
            return None  # ≥1万人次 → 1.2: the 万 may be missing with the unit
        goal, value = target.value, actual.value
    return ratio(value, goal) if goal and value is not None else None


def _multiplied(quantity: Quantity) -> bool:
    """Whether the figure is printed with 万 or 亿."""
    return quantity.step is not None and quantity.step > Decimal(1).scaleb(-quantity.decimals)


def _fraction_side(target: Quantity, actual: Quantity) -> tuple[bool, str | None]:
    """0.95 beside 95%: one side without a unit in (0, 1.5], the other a percentage."""
    for side, other, name in ((target, actual, "target"), (actual, target, "actual")):
        small = (
            side.kind == "number"
            and side.unit is None
            and side.value is not None
            and 0 < side.value <= _ONE_AND_A_HALF
        )
        percent = other.unit is not None and other.unit.name == "%" and other.value is not None
        if small and percent and other.value is not None and other.value > _ONE_AND_A_HALF:
            return True, name
    return False, None


def _unit_missing(target: Quantity, actual: Quantity) -> bool:
    numbers = target.kind == "number" and actual.kind == "number"
    return numbers and target.unit is not None and actual.unit is None


def _clash(target: Quantity, actual: Quantity) -> str | None:
    """hard: amounts of different nature (家 and %). soft: 元 and 万元, 次 and 场, 月 and 天."""
    if target.kind != "number" or actual.kind != "number":
        return None
    if target.unit is None or actual.unit is None or target.unit.name == actual.unit.name:
        return None
    pair = {target.unit.dimension, actual.unit.dimension}
    if any(dimension.startswith("?") for dimension in pair):
        return None
    if any("/" in dimension for dimension in pair):
        # 元/人 beside 元: the same thing counted, by piece and as a whole.
        return "soft" if len({d.split("/")[0] for d in pair}) == 1 < len(pair) else None
    counts = all(dimension.startswith("count:") for dimension in pair)
    if counts and _unlike(target.unit.name, actual.unit.name):
        return "hard"
    # 分 may be short for 分钟, and 百分点 for points of a score.
    loose = ({"percent", "points"}, {"minutes", "points"})
    soft = len(pair) == 1 or counts or pair <= _TIMES or any(pair <= one for one in loose)
    return "soft" if soft else "hard"


def _holds_number(row: Indicator) -> bool:
    """Whether an answer in words gives a number in the unit that the target prints: 平均9天."""
    unit = _BEFORE_UNIT.sub("", row.target or "").strip("（）() ")
    actual = row.actual or ""
    if not unit or unit not in actual:
        return False
    starts = (at for at in range(len(actual)) if actual.startswith(unit, at))
    return any(_NUMBER_END.search(actual[:at]) for at in starts)


def _unlike(one: str, other: str) -> bool:
    """人 and 台: counts of which neither is another word for the other."""
    people, things = texts.listed("words", "unlike_counts")
    return (one in people and other in things) or (one in things and other in people)


def _shares(
    facts: dict[str, Any],
    pair: _Pair,
    way: str | None,
    met: bool | None,  # noqa: FBT001 - three-valued
) -> dict[str, Any]:
    """Scores that follow from the attainment, and how far off 得分 may be from them."""
    score_hi, score = facts["score_hi"], facts["score"]
    step = (score_hi - score) * 2 if score is not None else None
    numbers = pair.comparable and pair.target.kind == "number" and pair.actual.kind == "number"
    goal, value = (pair.target.base(), pair.actual.base()) if numbers else (None, None)
    due, as_rate = _proportions(facts["weight"], goal, value, way, met)
    return {
        "due_score": due,
        "rate_score": as_rate,
        "ceiling_tolerance": max(_LEAST_TOLERANCE, step / 2) if step is not None else None,
        "score_tolerance": max(_LEAST_TOLERANCE, step) if step is not None else None,
    }


@lru_cache(maxsize=4096)
def _proportions(
    weight: Decimal | None,
    goal: Decimal | None,
    value: Decimal | None,
    way: str | None,
    met: bool | None,  # noqa: FBT001 - three-valued
) -> tuple[Decimal | None, Decimal | None]:
    """The score due by proportion of attainment, and the one as if any row were a rate."""
    rate = Fraction(value) / Fraction(goal) if goal and value is not None else None
    due = None
    if met is True:
        due = Fraction(1)
    elif met is False and rate is not None and rate > 0:
        due = 1 / rate if way == directions.DOWN else rate
    elif met is False and rate == 0 and way != directions.DOWN:
        due = rate
    of_weight = Fraction(weight) if weight is not None else None
    return _times(of_weight, due), _times(of_weight, rate)


def _times(weight: Fraction | None, share: Fraction | None) -> Decimal | None:
    return ratio(weight * share, Fraction(1)) if weight is not None and share is not None else None
