"""Slips that show only among several forms: group K and what goes by the batch."""

from copy import deepcopy
from dataclasses import fields
from random import Random

from auditor.forms.evaluation import Evaluation
from benchmarks.mutations.slips.model import MutatedBatch, batch_slip

_SEVERAL = 3  # forms of one template that say what it has


def _with(forms: tuple[Evaluation, ...], changed: Evaluation) -> tuple[Evaluation, ...]:
    return (*forms, changed)


@batch_slip("K01")
def form_submitted_twice(random: Random, forms: tuple[Evaluation, ...]) -> MutatedBatch:
    """同一项目重复填报（金额略有不同）"""
    first = random.randrange(len(forms))
    copy = deepcopy(forms[first])
    copy.file = f"again/{copy.file}"
    copy.goal_actual = (copy.goal_actual or "") + "有关资料已归档。"
    return MutatedBatch(_with(forms, copy), (first, len(forms)), ())


@batch_slip("K02")
def indicator_set_cloned(_random: Random, forms: tuple[Evaluation, ...]) -> MutatedBatch:
    """指标体系整套照搬另一个不相关项目"""
    made = tuple(deepcopy(form) for form in forms)
    made[1].indicators = deepcopy(made[0].indicators)
    for name in (
        "total_label",
        "total_weight",
        "total_score",
        "grade",
        "missing_columns",
        "missing_rows",
    ):
        setattr(made[1], name, deepcopy(getattr(made[0], name)))
    return MutatedBatch(made, (0, 1), ())


@batch_slip("K03")
def narrative_cloned(_random: Random, forms: tuple[Evaluation, ...]) -> MutatedBatch:
    """实际完成情况照抄另一个项目"""
    made = tuple(deepcopy(form) for form in forms)
    made[1].goal_actual = made[0].goal_actual
    return MutatedBatch(made, (0, 1), ("/goal_actual",))


@batch_slip("K03")
def goal_cloned(_random: Random, forms: tuple[Evaluation, ...]) -> MutatedBatch:
    """预期目标照抄另一个项目"""
    made = tuple(deepcopy(form) for form in forms)
    made[1].goal_expected = made[0].goal_expected
    return MutatedBatch(made, (0, 1), ("/goal_expected",))


@batch_slip("K04")
def other_unit_named(_random: Random, forms: tuple[Evaluation, ...]) -> MutatedBatch | None:
    """文字中出现别的单位名称"""
    made = tuple(deepcopy(form) for form in forms)
    if made[0].unit == made[1].unit:
        return None
    made[1].goal_actual = f"{made[0].unit}认真组织实施。{made[1].goal_actual}"
    return MutatedBatch(made, (1,), ("/goal_actual",))


@batch_slip("P05")
def year_other_than_batch(_random: Random, forms: tuple[Evaluation, ...]) -> MutatedBatch:
    """一份表的年度与整批不同"""
    made = tuple(deepcopy(form) for form in forms)
    year = made[0].year or ""
    last = str(int(year) - 1)
    for part in fields(Evaluation):
        text = getattr(made[0], part.name)
        if isinstance(text, str) and part.name not in {"file", "project"}:
            setattr(made[0], part.name, text.replace(year, last))
    for row in made[0].indicators:
        row.target = (row.target or "").replace(year, last) or None
        row.actual = (row.actual or "").replace(year, last) or None
    return MutatedBatch(made, (0,), ("/year", "/title"))


@batch_slip("K05")
def all_full_marks(_random: Random, forms: tuple[Evaluation, ...]) -> MutatedBatch:
    """全部项目自评满分"""
    made = tuple(deepcopy(form) for form in forms)
    for form in made:
        form.funds[0].score = form.funds[0].weight
        for row in form.indicators:
            row.score = row.weight
        form.total_score = form.total_weight
        form.grade = "优" if form.grade else None
    return MutatedBatch(made, tuple(range(len(made))), ())


@batch_slip("K10")
def total_row_gone_in_one_form(
    _random: Random, forms: tuple[Evaluation, ...]
) -> MutatedBatch | None:
    """同一表式的几张表都有总分行，唯独一张没有"""
    made = tuple(deepcopy(form) for form in forms)
    there = [n for n, form in enumerate(made) if form.total_score is not None]
    if len(there) < _SEVERAL:
        return None
    for n in there:
        made[n].title = made[there[0]].title
    odd = made[there[0]]
    odd.total_label = odd.total_weight = odd.total_score = None
    odd.missing_rows.append("total")
    return MutatedBatch(made, (there[0],), ("/total_score",))
