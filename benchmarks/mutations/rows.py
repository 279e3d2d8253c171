"""The indicator table of a clean form: targets, what came of them, points and reasons."""

import calendar
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from random import Random

from auditor.forms.evaluation import Indicator
from benchmarks.mutations.amounts import Purse
from benchmarks.mutations.kinds import Kind, Measure, plain, uncommon
from benchmarks.mutations.reasons import late, more_than_planned, short, too_much, unfinished
from benchmarks.mutations.templates import Template, nearest
from benchmarks.mutations.weights import spread

LEVEL2 = {
    "quantity": "数量", "quality": "质量", "time": "时效", "cost": "成本", "economic": "经济效益",
    "social": "社会效益", "ecological": "生态效益", "sustainable": "可持续影响",
    "satisfaction": "服务对象满意度",
}  # fmt: skip
GENERAL = Measure(
    "项目管理规范化程度", "tier", words="有效提升", phrase="项目管理规范化程度有效提升"
)


@dataclass(slots=True)
class Planned:
    """A row and what goal and narrative say of it."""

    row: Indicator
    measure: Measure
    section: str
    weight: Decimal
    score: Decimal
    promised: str
    told: str | None

    @property
    def full(self) -> bool:
        """Whether it got all its points."""
        return self.score == self.weight


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is printed of one measure: target, actual, share of the points, reason.

    ``spoken`` and ``planned`` are actual and target as a sentence says them; an empty ``spoken``
    keeps the row out of the narrative.
    """

    target: str
    actual: str
    share: Decimal
    reason: str | None = None
    spoken: str | None = None
    planned: str | None = None


def indicators(random: Random, kind: Kind, template: Template, money: Purse) -> list[Planned]:
    """All rows in printed order."""
    shorts = random.choices((0, 1, 2, 3), (50, 25, 18, 7))[0] if template.has_reasons else 0
    chosen = _chosen(random, kind, template)
    unlucky = set(random.sample(range(len(chosen)), min(shorts, len(chosen))))
    weights = _weights(random, template, [level for level, _section, _measure in chosen])
    made = []
    for number, pick in enumerate(chosen):
        measure = pick[2]
        if measure is TOTAL_COST:
            outcome = _total_cost(random, template, money)
        else:
            outcome = WAYS[measure.way](random, template, measure, number in unlucky)
        made.append(_row(template, pick, weights[number], outcome))
    return _with_slashes(template, made)


_LEVEL = ("economic", "social", "ecological", "sustainable")
TOTAL_COST = Measure("项目总成本", "less", "万元", phrase="项目总成本{value}")


def _chosen(random: Random, kind: Kind, template: Template) -> list[tuple[str, str, Measure]]:
    """Which measures the form has, by first level."""
    of = kind.measures
    output = [
        ("产出", "quantity", m) for m in _some(random, of["quantity"], random.choice((1, 2, 2, 3)))
    ]
    output += [
        ("产出", "quality", m) for m in _some(random, of["quality"], random.choice((1, 1, 2)))
    ]
    output += [("产出", "time", m) for m in _some(random, of["time"], 1)]
    level = "成本" if template.profile.cost else "产出"
    costs = [*of["cost"], TOTAL_COST]
    cost = [(level, "cost", m) for m in _some(random, costs, random.choice((1, 1, 2)))]
    benefit = [("效益", name, random.choice(of[name])) for name in _classes(random)]
    if len(benefit) < 4 and random.random() < 0.15:
        benefit.append(("效益", "sustainable", GENERAL))
    rare = [
        pair
        for pair in uncommon(internal=kind.internal)
        if pair[0] not in _LEVEL or len(benefit) < 4
    ]
    for section, measure in random.sample(rare, random.choices((0, 1, 2), (55, 30, 15))[0]):
        place = {"quantity": 0, "quality": len(output) - 1, "time": len(output)}
        if section in place:
            output.insert(place[section], ("产出", section, measure))
        elif section == "cost":
            cost.append((level, section, measure))
        elif all(section != name for _level, name, _measure in benefit):
            benefit.append(("效益", section, measure))
    order = {"economic": 0, "social": 1, "ecological": 2, "sustainable": 3}
    benefit.sort(key=lambda item: order[item[1]])
    happy = [("满意度", "satisfaction", kind.satisfaction)] if template.profile.satisfaction else []
    return [*output, *cost, *benefit, *happy]


def _some(
    random: Random, measures: tuple[Measure, ...] | list[Measure], count: int
) -> list[Measure]:
    picked = set(random.sample(range(len(measures)), min(count, len(measures))))
    return [measure for number, measure in enumerate(measures) if number in picked]


def _classes(random: Random) -> list[str]:
    rest = ["economic", "ecological", "sustainable"]
    return ["social", *random.sample(rest, random.choice((1, 1, 2, 3)))]


def _weights(random: Random, template: Template, levels: list[str]) -> list[Decimal]:
    """Points for each row; every level gets what the profile gives it."""
    profile = template.profile
    points = {
        "产出": profile.output,
        "成本": profile.cost,
        "效益": profile.benefit,
        "满意度": profile.satisfaction,
    }
    given: list[Decimal] = []
    for level in dict.fromkeys(levels):
        given += spread(random, points[level], levels.count(level), template.grain)
    return given


def _row(
    template: Template, pick: tuple[str, str, Measure], weight: Decimal, outcome: Outcome
) -> Planned:
    level, section, measure = pick
    score = weight if outcome.share == 1 else template.rounded(weight * outcome.share)
    name = measure.name
    if template.unit_style == "name" and measure.unit and measure.way in {"more", "less"}:
        name = f"{name}（{measure.unit}）"
    level2 = LEVEL2[section]
    if section == "cost" and template.profile.cost:
        level2 = "经济成本"
    row = Indicator(
        level1=f"{level}指标",
        level2=level2 + template.suffix,
        level3=name,
        target=outcome.target,
        actual=outcome.actual,
        deviation=outcome.reason or template.blank_reason,
    )
    if template.scored:
        row.weight, row.score = template.score(weight), template.score(score)
    if not template.has_reasons:
        row.deviation = None
    if template.points_in_level:
        profile = template.profile
        points = {
            "产出": profile.output,
            "成本": profile.cost,
            "效益": profile.benefit,
            "满意度": profile.satisfaction,
        }
        row.level1 = f"{level}指标（{points[level]}分）"
    said = (
        None
        if outcome.spoken == ""
        else measure.phrase.format(value=outcome.spoken or outcome.actual, year=template.year)
    )
    return Planned(row, measure, section, weight, score, _promised(measure, outcome), said)


def _promised(measure: Measure, outcome: Outcome) -> str:
    """What the goal says of a row."""
    if measure.way == "tier":
        return measure.name + measure.words
    if measure.way == "given":
        return f"{measure.name}{outcome.target}"
    return measure.phrase.format(value=outcome.planned or outcome.target.lstrip("≥≤><="))


def _with_slashes(template: Template, made: list[Planned]) -> list[Planned]:
    """Rows of 「/」 for the kinds of benefit that the project does not have."""
    if not template.slash_rows:
        return made
    absent = [
        name
        for name in ("economic", "ecological", "sustainable")
        if all(p.section != name for p in made)
    ]
    last = max(n for n, p in enumerate(made) if p.row.level1 and p.row.level1.startswith("效益"))
    level1 = made[last].row.level1
    blank = "/" if template.scored else None
    empty = [
        Planned(
            Indicator(level1, LEVEL2[name] + template.suffix, "/", "/", "/", blank, blank, None,
                      "/" if template.has_reasons else None),
            GENERAL, name, Decimal(0), Decimal(0), "", None,
        )
        for name in absent
    ]  # fmt: skip
    return [*made[: last + 1], *empty, *made[last + 1 :]]


def figure(template: Template, measure: Measure, value: Decimal) -> str:
    """A value with its unit, as this form prints it."""
    decimals = max(measure.decimals, template.pad)
    if value == value.to_integral_value() and not template.pad and measure.unit == "%":
        decimals = 0
    text = plain(value, decimals)
    if not measure.unit or template.unit_style == "name":
        return text + ("%" if measure.unit == "%" else "")
    return f"{text}({measure.unit})" if template.unit_style == "bracket" else text + measure.unit


def spoken(measure: Measure, value: Decimal) -> str:
    """A value as a sentence says it: with its unit, without filling zeros."""
    whole = value == value.to_integral_value()
    return plain(value, 0 if whole else measure.decimals) + measure.unit


def _figures(
    template: Template,
    measure: Measure,
    sign: str,
    pair: tuple[Decimal, Decimal],
    met: tuple[Decimal, str | None],
) -> Outcome:
    """Target and actual in print and in words."""
    target, actual = pair
    return Outcome(
        sign + figure(template, measure, target), figure(template, measure, actual), *met,
        spoken(measure, actual), spoken(measure, target),
    )  # fmt: skip


def _more(random: Random, template: Template, measure: Measure, unlucky: bool) -> Outcome:  # noqa: FBT001
    step = Decimal(1).scaleb(-measure.decimals)
    target = _round_target(random, measure)
    top = Decimal(100) if measure.unit == "%" else target * 2
    actual = min(top, target + _extra(random, target, step, measure))
    reason, share = None, Decimal(1)
    if unlucky:
        lowered = (target * random.randrange(72, 97) / 100).quantize(step, ROUND_DOWN)
        if 0 < lowered < target:
            actual, share = lowered, lowered / target
            reason = short(random, measure)
    elif measure.unit != "%" and template.has_reasons and random.random() < 0.05:
        actual = (target * random.randrange(122, 160) / 100).quantize(step, ROUND_DOWN)
        reason = more_than_planned(random)
    elif (
        measure.unit != "%"
        and 10 < target < 100
        and template.unit_style == "plain"
        and random.random() < 0.1
    ):
        top = target + 5
        actual = target + 2
        shown = f"{plain(target, 0)}-{figure(template, measure, top)}"
        return Outcome(shown, figure(template, measure, actual), share, None, None, shown)
    sign = "" if measure.unit != "%" and random.random() < 0.05 else template.comparator[0]
    return _figures(template, measure, sign, (target, actual), (share, reason))


def _extra(random: Random, target: Decimal, step: Decimal, measure: Measure) -> Decimal:
    """How much more than the target was reached: nothing unusual."""
    if random.random() < 0.35:
        return Decimal(0)
    share = Decimal(random.randrange(1, 8 if measure.unit == "%" else 16)) / 100
    return (target * share).quantize(step, ROUND_DOWN)


def _round_target(random: Random, measure: Measure) -> Decimal:
    """A target as people set it: round when it is large."""
    value = Decimal(random.randint(measure.low, measure.high))
    for limit, grain in ((5000, 500), (500, 50), (100, 10)):
        if value >= limit:
            return value // grain * grain
    return value


def _less(random: Random, template: Template, measure: Measure, unlucky: bool) -> Outcome:  # noqa: FBT001
    target = _round_target(random, measure)
    step = Decimal(1).scaleb(-measure.decimals)
    actual = (target * random.randrange(76, 101) / 100).quantize(step, ROUND_DOWN)
    reason, share = None, Decimal(1)
    if actual <= 0:
        actual = target
    if unlucky and target >= 20:
        actual = (target * random.randrange(106, 126) / 100).quantize(step, ROUND_DOWN)
        share = (target / actual).quantize(Decimal("0.01"), ROUND_DOWN)
        reason = too_much(random)
    return _figures(template, measure, template.comparator[1], (target, actual), (share, reason))


def _month(random: Random, template: Template, measure: Measure, unlucky: bool) -> Outcome:  # noqa: FBT001
    month = random.randint(measure.low, measure.high)
    done = month - random.choice((0, 0, 1, 1, 2))
    reason, share = None, Decimal(1)
    if unlucky and month < 12:
        done, share, reason = month + 1, Decimal("0.8"), late(random)
    year, style = template.year, template.date_style
    last = calendar.monthrange(int(year), month)[1]
    day = random.randint(3, 27)
    targets = (
        f"{month}月底前",
        f"{year}年{month}月底前",
        f"{year}年{month}月{last}日前",
        f"{month}月{last}日前",
    )
    actuals = (f"{done}月", f"{year}年{done}月", f"{year}年{done}月{day}日", f"{done}月{day}日")
    return Outcome(targets[style], actuals[style], share, reason)


def _zero(random: Random, template: Template, measure: Measure, _unlucky: bool) -> Outcome:  # noqa: FBT001
    none = figure(template, measure, Decimal(0))
    said = spoken(measure, Decimal(0))
    sign = random.choice(("", "=", template.comparator[1]))
    return Outcome(sign + none, none, Decimal(1), None, said, said)


def _tier(random: Random, template: Template, measure: Measure, unlucky: bool) -> Outcome:  # noqa: FBT001
    if unlucky:
        share = Decimal(random.choice(("0.65", "0.7", "0.75")))
        return Outcome(
            measure.words, "部分达成预期指标并具有一定效果", share, unfinished(random), ""
        )
    reached = random.choice(("达成预期指标", "达成目标")) if template.tier_words else measure.words
    return Outcome(measure.words, reached, Decimal(1))


def _given(_random: Random, template: Template, measure: Measure, _unlucky: bool) -> Outcome:  # noqa: FBT001
    year = template.year
    return Outcome(measure.words.format(year=year), measure.answer.format(year=year), Decimal(1))


def _total_cost(_random: Random, template: Template, money: Purse) -> Outcome:
    """The ceiling is the full-year budget, what was spent is what the fund table says."""
    scale = -template.money_decimals - (4 if template.money_unit == "元" else 0)
    ceiling, spent = (Decimal(n).scaleb(scale) for n in (money.total.budget, money.total.executed))
    decimals = max(2, -scale) if template.pad else -scale
    unit = "" if template.unit_style == "name" else "万元"
    unit = f"({unit})" if template.unit_style == "bracket" else unit
    texts = [f"{nearest(value, decimals)}{unit}" for value in (ceiling, spent)]
    said = [f"{nearest(value, -scale)}万元" for value in (ceiling, spent)]
    return Outcome(template.comparator[1] + texts[0], texts[1], Decimal(1), None, said[1], said[0])


WAYS = {
    "more": _more,
    "less": _less,
    "month": _month,
    "zero": _zero,
    "tier": _tier,
    "given": _given,
}
