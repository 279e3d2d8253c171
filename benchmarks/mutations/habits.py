"""Habits of templates and clerks that are no faults: seen on real forms (variants.md)."""

import re
from collections.abc import Callable
from random import Random

from auditor.forms.evaluation import Evaluation

# What clerks tell beside the year's figures; {last} and {next} are the years around the form's own.
_ASIDES = (
    "较{last}年增加6次，服务能力稳步增强。",
    "项目自{founded}年起连续实施，纳入2021—2025年发展规划。",
    "依据{last}年12月印发的实施方案（办发〔{last}〕18号）组织实施。",
    "{next}年将继续做好项目管理工作。",
    "上年度发现的2个问题已于年初整改到位。",
    "其中设备购置占45.6%，人工费用占32.4%，其他费用占22%。",
    "项目资料按规定保存10年。",
    "本年度接待外单位考察学习3批次，共26人。",
)


def aside(random: Random, form: Evaluation) -> None:
    """The narrative speaks of other years and of shares of its own."""
    year = int(form.year or 2023)
    said = random.choice(_ASIDES)
    told = said.format(last=year - 1, next=year + 1, founded=year - random.randint(2, 9))
    form.goal_actual = (form.goal_actual or "") + told


def reason_in_fund_table(_random: Random, form: Evaluation) -> None:
    """The template has a column for reasons in the fund table: the clerk tells them there."""
    text = form.goal_actual or ""
    told = re.findall(
        r"(?:该项目年初|经批准，年中|年中)[^。]*。|(?:通过公开招标|余款为)[^。]*。", text
    )
    if told and form.funds[0].reason is None:
        form.funds[0].reason = "".join(told)
        for sentence in told:
            form.goal_actual = (form.goal_actual or "").replace(sentence, "")


def points_on_fiscal_row(_random: Random, form: Evaluation) -> None:
    """Weight and score of the execution rate stand on the fiscal row as well."""
    total, fiscal = form.funds[0], form.funds[1]
    if total.score and fiscal.full_year_budget == total.full_year_budget:
        fiscal.weight, fiscal.score = total.weight, total.score


def total_as_one_number(_random: Random, form: Evaluation) -> None:
    """The total row holds the score only."""
    form.total_weight = None


def half_width_points(_random: Random, form: Evaluation) -> None:
    """The level's points stand in half-width brackets."""
    for row in form.indicators:
        row.level1 = (row.level1 or "").replace("（", "(").replace("）", ")")


def starred_names(random: Random, form: Evaluation) -> None:
    """Core indicators are starred."""
    rows = [row for row in form.indicators if row.level3 != "/"]
    for row in random.sample(rows, min(2, len(rows))):
        row.level3 = f"★{row.level3}"


def numbered_names(_random: Random, form: Evaluation) -> None:
    """Names carry the template's numbering."""
    for number, row in enumerate((r for r in form.indicators if r.level3 != "/"), 1):
        row.level3 = f"指标{number}：{row.level3}"


def satisfaction_as_second_level(_random: Random, form: Evaluation) -> None:
    """The second level repeats the first for satisfaction."""
    for row in form.indicators:
        if (row.level2 or "").startswith("服务对象满意度"):
            row.level2 = "满意度指标"


def names_and_telephone(random: Random, form: Evaluation) -> None:
    """The header names who is in charge."""
    form.leader = random.choice(("温某", "祁某某", "邬某"))


def place_in_title(_random: Random, form: Evaluation) -> None:
    """The title begins with the year."""
    bare = re.sub(r"（\d{4}年度）", "", form.title or "")
    form.title = f"{form.year}年度{bare}"


Habit = Callable[[Random, Evaluation], None]
HABITS: tuple[tuple[Habit, float], ...] = (
    (aside, 0.3),
    (reason_in_fund_table, 0.25),
    (points_on_fiscal_row, 0.08),
    (total_as_one_number, 0.08),
    (half_width_points, 0.3),
    (starred_names, 0.04),
    (numbered_names, 0.06),
    (satisfaction_as_second_level, 0.15),
    (names_and_telephone, 0.2),
    (place_in_title, 0.1),
)


def settle_in(random: Random, form: Evaluation) -> None:
    """Gives the form some habits."""
    for habit, chance in HABITS:
        if random.random() < chance:
            habit(random, form)
