"""How an indicator was set: name, unit and target against what such an indicator should be."""

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from auditor.facts import indicator_names, texts
from auditor.facts.texts import phrases
from auditor.forms.evaluation import Indicator
from auditor.quantities.parsing import parse
from auditor.quantities.quantity import Quantity

_CENT = Decimal(100)
_BOUND, _DIGIT = re.compile(r"[≥≤><＞＜]"), re.compile(r"\d")
_YEAR_OR_SIGN = re.compile(r"^(20\d\d年?)|^[≤≥=]")
_BEFORE_MONTH = re.compile(r"(\d{1,2})月(?:底|末)?(?:以)?前")
_COMPOUND = re.compile(r"&&|且|；|;")
_MONEY_WITHOUT_YUAN = re.compile(
    r"\d[（(]?(?:万|亿|千|百万|千万)(?![元人亩吨个户家次台套件平立公千千瓦只株头羽册份张条字篇册项学盒支瓶棵米尾辆])"
)
_TAKEN_OFF = re.compile(r"(?:扣除?|扣减|减)(?:了)?(\d{1,2}(?:\.\d{1,2})?)分")
_EARLY_MONTHS = 3


def columns(row: Indicator, facts: dict[str, Any]) -> dict[str, Any]:
    """The columns of one indicator that tell how it was designed."""
    name = texts.without_notes(row.level3 or "")
    target, actual = parse(row.target), parse(row.actual)
    benefit = facts["level1_kind"] == "benefit"
    satisfied = is_satisfaction(row)
    said = _of_name(name)
    return {
        **said,
        "is_satisfaction": satisfied,
        "actual_tier": _official(actual),
        "qualitative": target.kind in ("text", "tier", "grade"),
        "says_only_reached": actual.kind == "tier" and not facts["repeats_target"],
        "surely_bounded": _surely_bounded(name, target, actual),
        "compound_target": _compound(row.target, target),
        "unit_misfit": _misfit(name, target),
        "money_incomplete_cells": _without_yuan(row, facts),
        "exact_hit": target.comparator in (">=", ">")
        and facts["actual"] is not None
        and facts["actual"] == facts["target"],
        "names_output": benefit and said["names_output"],
        "name_empty": said["name_empty"] and not _names_time(name, facts),
        "economic_told": said["economic_told"] or facts["target_dimension"] == "money",
        "object_unclear": satisfied and said["object_unclear"],
        "coarse_deadline": _coarse(row.target, target),
        "open_deadline": row.target in phrases("open_deadlines"),
        "deadline_name_differs": _deadline_differs(row),
        "finished_early": _early(target, actual),
        "basis_unsaid": said["basis_unsaid"] and facts["target_dimension"] == "percent",
    }


def _names_time(name: str, facts: dict[str, Any]) -> bool:
    """完成时限 in a row of timeliness is that of the project."""
    return facts["level2_kind"] == "timeliness" and name in phrases("empty_names_of_time")


@lru_cache(maxsize=4096)
def _of_name(name: str) -> Mapping[str, bool]:
    """What a name says by itself."""
    return {
        "name_empty": name in phrases("empty_names"),
        "names_rate": indicator_names.ending(name) == "rate",
        "names_payment": texts.has(name, "payment_objects")
        and texts.has(name, "payment_acts")
        and not texts.has(name, "payment_outputs"),
        "names_output": texts.has(name, "output_words"),
        "economic_told": texts.has(name, "economic_words"),
        "incident_told": texts.mentions([name], "incidents"),
        "object_unclear": _object(name) in phrases("unclear_objects"),
        "names_price": texts.has(name, "price_names") and not texts.has(name, "selling_names"),
        "names_time": name.endswith(texts.words("time_endings")),
        "own_goods": texts.has(name, "own_goods"),
        "basis_unsaid": texts.has(name, "survey_words") and indicator_names.ending(name) != "rate",
    }


def is_satisfaction(row: Indicator) -> bool:
    """Whether level or name of an indicator speaks of satisfaction."""
    return any("满意" in (text or "") for text in (row.level1, row.level2, row.level3))


def reasons(row: Indicator) -> dict[str, Any]:
    """What a reason cell says, and whether it says anything."""
    text = "" if texts.blank_reason(row.deviation) else row.deviation or ""
    bare = text.strip("。.，,；; ")
    return {
        "deduction_told": _deduction(text),
        "complaints_denied": texts.has(f"{row.actual or ''}{text}", "no_complaints"),
        "reason_length": len(text),
        "reason_empty_words": bool(bare) and bare in phrases("empty_reasons"),
        "reason_of_shortfall": texts.unnegated(text, "shortfall_words"),
        "reason_of_excess": texts.unnegated(text, "excess_words"),
    }


def _deduction(text: str) -> Decimal | None:
    """The points that a reason says were taken off: 扣2分; None where it names none, or several."""
    said = {Decimal(points) for points in _TAKEN_OFF.findall(text)}
    return said.pop() if len(said) == 1 else None


def _official(actual: Quantity) -> str | None:
    """The tier of an answer in the norms' own three phrases; 基本达成 is none of them."""
    if actual.kind != "tier":
        return None
    return None if actual.text.startswith("基本") else actual.tier


def _surely_bounded(name: str, target: Quantity, actual: Quantity) -> bool:
    """A rate of which there cannot be more than all: 覆盖率, 合格率, 满意度."""
    percent = any(q.unit is not None and q.unit.name == "%" for q in (target, actual))
    part_of_all = name.endswith(texts.words("bounded_endings"))
    return percent and part_of_all and not texts.mentions([name], "may_pass_all")


def _compound(text: str | None, target: Quantity) -> bool:
    if text is None or target.kind in ("tier", "grade", "mark", "blank"):
        return False
    bounds = len(_BOUND.findall(text)) > 1
    rate = target.unit is not None and target.unit.dimension == "percent"
    return (
        bounds
        or (target.kind == "range" and rate)
        or (bool(_COMPOUND.search(text)) and bool(_DIGIT.search(text)))
    )


def _misfit(name: str, target: Quantity) -> bool:
    """A unit that does not go with what a name speaks of, unless the name counts just that."""
    unit = target.unit.name if target.unit else None
    if unit is None or name.endswith((f"{unit}数", unit, *texts.words("times_endings"))):
        return False  # 管网巡检次数 in 次
    return any(
        unit in entry["units"] and any(word in name for word in entry["names"])
        for entry in texts.listed("phrases", "misfits")
    )


def _without_yuan(row: Indicator, facts: dict[str, Any]) -> str:
    """Cells like 3万/年 in a row of money: 元 is missing."""
    money = "money" in (facts["target_dimension"], facts["actual_dimension"])
    if not facts["is_cost"] and not money:
        return ""
    cells = [side for side in ("target", "actual")
             if _MONEY_WITHOUT_YUAN.search(getattr(row, side) or "")]  # fmt: skip
    return " ".join(f"{facts['cell']}/{side}" for side in cells)


def _object(name: str) -> str:
    """Whose satisfaction: 参训学员满意度 is that of 参训学员."""
    bare = re.sub(r"[（(][^（()）]*+[)）]", "", name)
    return re.sub(r"(的)?满意(度|率|程度)?(指标)?$", "", bare)


def _coarse(text: str | None, target: Quantity) -> bool:
    """A deadline that names no more than the year, or its last month."""
    if text is None:
        return False
    bare = _YEAR_OR_SIGN.sub("", text)
    year = target.span is not None and (target.span.first, target.span.last) == ((1, 1), (12, 31))
    return year or bare in phrases("coarse_deadlines")


def _deadline_differs(row: Indicator) -> bool:
    """A name that says 12月前 beside a target of 12月."""
    named = _BEFORE_MONTH.search(row.level3 or "")
    target = parse(row.target)
    if named is None or target.span is None or "前" in (row.target or ""):
        return False
    return target.span.first[0] == int(named[1]) and "日" not in (row.target or "")


def _early(target: Quantity, actual: Quantity) -> bool:
    """Finished a quarter or more before the deadline."""
    if target.span is None or actual.span is None:
        return False
    years = (target.span.year or 0, actual.span.year or 0)
    if 0 in years and years[0] != years[1]:
        years = (0, 0)
    due, done = years[0] * 12 + target.span.last[0], years[1] * 12 + actual.span.last[0]
    return done <= due - _EARLY_MONTHS
