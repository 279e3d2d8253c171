"""Slips of structure: group S beyond the fund rows."""

import re
from decimal import Decimal
from random import Random

from auditor.forms.evaluation import Evaluation
from benchmarks.mutations.slips.model import (
    Mutated,
    change,
    has_scores,
    is_full,
    number,
    pick,
    printed,
    scored,
    slip,
    without,
)  # fmt: skip


def of_level(form: Evaluation, level: str) -> set[int]:
    """All rows of a first level, the empty ones too."""
    return {n for n, row in enumerate(form.indicators) if (row.level1 or "").startswith(level)}


def _given_to(form: Evaluation, row: int, points: Decimal) -> dict[str, str | None]:
    """A row with full marks that takes over the points of others."""
    more = printed(form, number(form.indicators[row].weight) + points)
    return {f"/indicators/{row}/weight": more, f"/indicators/{row}/score": more}


def _merged(form: Evaluation, gone: set[int], heirs: list[int], *cells: str) -> Mutated | None:
    """A form without some rows, whose points went to another row; all of them had full marks."""
    lost = [n for n in gone if n in scored(form)]
    heirs = [n for n in heirs if n not in gone and is_full(form.indicators[n])]
    if (
        not heirs
        or not gone
        or not has_scores(form)
        or not all(is_full(form.indicators[n]) for n in lost)
    ):
        return None
    points = sum((number(form.indicators[n].weight) for n in lost), Decimal(0))
    return without(change(form, _given_to(form, heirs[0], points)).form, gone, *cells)


@slip("S01")
def form_year_missing(_random: Random, form: Evaluation) -> Mutated:
    """表头缺年度"""
    title = re.sub(r"（\d{4}年度）|^\d{4}年度", "", form.title or "")
    return change(form, {"/year": None, "/title": title}, "/year", "/title")


@slip("S02")
def title_mistyped(_random: Random, form: Evaluation) -> Mutated:
    """表名写成“绩效自评评价表”"""
    return change(form, {"/title": "项目支出绩效自评评价表"})


@slip("S03")
def project_name_blank(_random: Random, form: Evaluation) -> Mutated:
    """项目名称空缺"""
    return change(form, {"/project": None})


@slip("S03")
def unit_name_blank(random: Random, form: Evaluation) -> Mutated:
    """主管部门或实施单位空缺"""
    return change(form, {random.choice(("/department", "/unit")): None})


@slip("S07")
def goal_blank(_random: Random, form: Evaluation) -> Mutated:
    """预期目标空缺"""
    return change(form, {"/goal_expected": None})


@slip("S07")
def result_blank(_random: Random, form: Evaluation) -> Mutated:
    """实际完成情况空缺"""
    return change(form, {"/goal_actual": None})


@slip("S08")
def output_level_removed(_random: Random, form: Evaluation) -> Mutated | None:
    """产出指标整体缺失"""
    rest = [n for n in scored(form) if n not in of_level(form, "产出")]
    return _merged(form, of_level(form, "产出"), rest)


@slip("S08")
def benefit_level_removed(_random: Random, form: Evaluation) -> Mutated | None:
    """效益指标整体缺失，分值并入产出"""
    return _merged(form, of_level(form, "效益"), sorted(of_level(form, "产出")))


@slip("S09")
def satisfaction_removed(_random: Random, form: Evaluation) -> Mutated | None:
    """缺满意度指标，分值并入效益"""
    return _merged(form, of_level(form, "满意度"), sorted(of_level(form, "效益")))


@slip("S10")
def output_subtype_removed(random: Random, form: Evaluation) -> Mutated | None:
    """产出缺时效或质量指标"""
    name = random.choice(("时效", "质量"))
    gone = {n for n, row in enumerate(form.indicators) if (row.level2 or "").startswith(name)}
    return _merged(form, gone, sorted(of_level(form, "产出")))


@slip("S11")
def target_or_actual_blank(random: Random, form: Evaluation) -> Mutated | None:
    """指标值或完成值空缺"""
    row = pick(random, scored(form) if has_scores(form) else [])
    return (
        None
        if row is None
        else change(form, {f"/indicators/{row}/{random.choice(('target', 'actual'))}": None})
    )


@slip("S11")
def weight_or_score_blank(random: Random, form: Evaluation) -> Mutated | None:
    """分值或得分空缺"""
    row = pick(random, scored(form) if has_scores(form) else [])
    return (
        None
        if row is None
        else change(form, {f"/indicators/{row}/{random.choice(('weight', 'score'))}": None})
    )


_TYPED = {
    "数量": "数里",
    "质量": "质量标",
    "时效": "实效",
    "社会效益": "社会效应",
    "服务对象满意度": "服务对象满意度标",
}


@slip("S12")
def second_level_mistyped(random: Random, form: Evaluation) -> Mutated | None:
    """二级指标名称写错"""
    rows = {n: form.indicators[n].level2 or "" for n in scored(form)}
    known = {n: text.removesuffix("指标") for n, text in rows.items()}
    row = pick(random, [n for n, name in known.items() if name in _TYPED])
    if row is None:
        return None
    return change(
        form, {f"/indicators/{row}/level2": rows[row].replace(known[row], _TYPED[known[row]])}
    )


@slip("S13")
def total_label_missing(_random: Random, form: Evaluation) -> Mutated | None:
    """总分行没有行名"""
    return change(form, {"/total_label": None}) if form.total_label else None


@slip("S14")
def few_indicators(_random: Random, form: Evaluation) -> Mutated | None:
    """全表只剩两三项指标"""
    rows = scored(form) if has_scores(form) else []
    if not rows or not all(is_full(form.indicators[n]) for n in rows):
        return None
    sums: dict[str, Decimal] = {}
    first: dict[str, int] = {}
    for n in rows:
        level = form.indicators[n].level1 or ""
        sums[level] = sums.get(level, Decimal(0)) + number(form.indicators[n].weight)
        first.setdefault(level, n)
    if len(first) > 3:
        return None
    edits: dict[str, str | None] = {}
    for level, n in first.items():
        edits |= {
            f"/indicators/{n}/{name}": printed(form, sums[level]) for name in ("weight", "score")
        }
    return without(change(form, edits).form, set(range(len(form.indicators))) - set(first.values()))


@slip("S15")
def cost_removed(_random: Random, form: Evaluation) -> Mutated | None:
    """缺成本指标，分值并入其他产出"""
    gone = {n for n, row in enumerate(form.indicators) if "成本" in (row.level2 or "")}
    if of_level(form, "成本"):
        return None
    return _merged(form, gone, sorted(of_level(form, "产出")))


@slip("S16")
def total_cells_blank(_random: Random, form: Evaluation) -> Mutated | None:
    """总分行的分值和得分都空着"""
    if form.total_label is None or form.total_score is None:
        return None
    edits: dict[str, str | None] = {"/total_score": None, "/total_weight": None}
    return change(form, edits, "/total_score", "/total_weight")
