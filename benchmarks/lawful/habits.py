"""The habits of ``habits.yaml`` as changes of a clean form."""

import re
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

from auditor.forms.evaluation import AMOUNTS, Evaluation
from benchmarks.mutations.slips.model import has_scores, is_full, scored

Change = Callable[[Evaluation], Evaluation | None]
_SECTIONS = {
    "quantity": "数量", "quality": "质量", "time": "时效", "cost": "成本", "economic": "经济效益", "social": "社会效益",
    "ecological": "生态效益", "sustainable": "可持续",
}  # fmt: skip


@cache
def habits() -> tuple[dict[str, Any], ...]:
    """Every habit of the file."""
    text = (Path(__file__).parent / "habits.yaml").read_text("utf-8")
    return tuple(yaml.safe_load(text))


def told(habit: dict[str, Any]) -> str:
    """A habit in a few words."""
    kind, what = next(iter(habit.items()))
    return f"{kind} {what['n']}：{what['t']} → {what['a']}" if kind == "row" else f"{kind} {what}"


def practised(habit: dict[str, Any], random: Random, form: Evaluation) -> Evaluation | None:
    """A copy of a clean form with the habit; None where the form has no place for it."""
    kind, what = next(iter(habit.items()))
    copy = deepcopy(form)
    if kind == "row":
        return _row(what, copy)
    if kind == "reason":
        return _reason(what, random, copy)
    if kind == "cell":
        return CELLS[what](copy)
    name = {"result": "goal_actual", "goal": "goal_expected"}[kind]
    setattr(copy, name, (getattr(copy, name) or "") + what)
    return copy


def _row(what: dict[str, str], form: Evaluation) -> Evaluation | None:
    """One row of the section gives way to the habit's; its points stay."""
    for n in scored(form):
        row = form.indicators[n]
        told_of = row.level3 or "\0"
        if (row.level2 or "").startswith(_SECTIONS[what["s"]]) and is_full(row):
            form.goal_actual = _without(form.goal_actual, told_of)
            form.goal_expected = _without(form.goal_expected, told_of)
            row.level3 = what["n"]
            row.target = what["t"].format(year=form.year)
            row.actual = what["a"].format(year=form.year)
            return form
    return None


def _without(text: str | None, name: str) -> str | None:
    """A narrative without the clauses that speak of the indicator that gave way."""
    if text is None:
        return None
    core = re.sub(r"(数量|次数|人数|面积|长度|时间|场次|页数|卷数|（.*）|指标\d+：|★)", "", name)[
        -4:
    ]
    clauses = re.split(r"(?<=[，。；])", text)
    return "".join(clause for clause in clauses if core[-2:] not in clause) or text


def _reason(what: str, random: Random, form: Evaluation) -> Evaluation | None:
    if "deviation" in form.missing_columns:
        return None
    full = [n for n in scored(form) if is_full(form.indicators[n])]
    form.indicators[random.choice(full)].deviation = what
    return form


def amounts_with_unit(form: Evaluation) -> Evaluation:
    """Each amount carries its unit."""
    for fund in form.funds:
        for name in AMOUNTS:
            text = getattr(fund, name)
            if text and text[0].isdigit():
                setattr(fund, name, f"{text}{form.money_unit}")
    return form


def zeros_for_parts(form: Evaluation) -> Evaluation:
    """Sources without money are 0.00 throughout."""
    for fund in form.funds[1:]:
        if fund.full_year_budget in {None, "0", "-", "—", "/"}:
            fund.initial_budget = fund.full_year_budget = fund.executed = "0.00"
            fund.rate = "0.00%"
    return form


def rate_of_parts_blank(form: Evaluation) -> Evaluation:
    """Only the total has a rate."""
    for fund in form.funds[1:]:
        fund.rate = None
    return form


def scores_with_fen(form: Evaluation) -> Evaluation | None:
    """Scores are written 9.5分."""
    if not has_scores(form):
        return None
    for n in scored(form):
        form.indicators[n].score = f"{form.indicators[n].score}分"
    return form


def weights_with_fen(form: Evaluation) -> Evaluation | None:
    """Weights are written 10分."""
    if not has_scores(form):
        return None
    for n in scored(form):
        form.indicators[n].weight = f"{form.indicators[n].weight}分"
    return form


def year_in_words(form: Evaluation) -> Evaluation:
    """The title has the year in Chinese digits."""
    words = "".join("〇一二三四五六七八九"[int(digit)] for digit in form.year or "")
    form.title = f"{words}年度项目支出绩效自评表"
    return form


def department_equals_unit(form: Evaluation) -> Evaluation:
    """The department fills in the form itself."""
    form.unit = form.department
    return form


def title_with_unit(form: Evaluation) -> Evaluation:
    """The title begins with the unit's name."""
    form.title = f"{form.unit}{form.title}"
    return form


def level_names_numbered(form: Evaluation) -> Evaluation:
    """First levels are numbered as in a list."""
    numbers: dict[str | None, str] = {}
    for row in form.indicators:
        number = numbers.setdefault(row.level1, "一二三四五六"[len(numbers)])
        row.level1 = f"{number}、{row.level1}"
    return form


def targets_spaced(form: Evaluation) -> Evaluation:
    """Number and unit stand apart."""
    for row in form.indicators:
        row.target = re.sub(r"(\d)(?=[^\d.%,])", r"\1 ", row.target or "") or None
    return form


def percent_full_width(form: Evaluation) -> Evaluation:
    """Percent signs are full-width."""
    for row in form.indicators:
        row.target = (row.target or "").replace("%", "％") or None
        row.actual = (row.actual or "").replace("%", "％") or None
    return form


def total_as_heji(form: Evaluation) -> Evaluation | None:
    """The row of totals is called 合计得分."""
    if form.total_label is None:
        return None
    form.total_label = "合计得分"
    return form


CELLS: dict[str, Change] = {
    change.__name__: change
    for change in (
        amounts_with_unit, zeros_for_parts, rate_of_parts_blank, scores_with_fen, weights_with_fen, year_in_words,
        department_equals_unit, title_with_unit, level_names_numbered, targets_spaced, percent_full_width, total_as_heji,
    )
}  # fmt: skip
