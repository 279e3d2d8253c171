"""How a form is printed: what differs between provinces, systems and clerks.

Everything here is seen on real forms (variants.md); none of it is a fault.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from random import Random

TITLES = (
    "项目支出绩效自评表",
    "财政项目支出绩效自评表",
    "部门预算项目支出绩效自评表",
    "财政项目支出绩效自评价表",
)


@dataclass(frozen=True, slots=True)
class Profile:
    """Points of the execution rate and of the levels; ``cost`` 0 when cost is part of output."""

    execution: int
    output: int
    benefit: int
    satisfaction: int
    cost: int = 0


USUAL = Profile(10, 50, 30, 10)
COST_LEVEL = Profile(10, 40, 20, 10, cost=20)
NO_SATISFACTION = Profile(10, 50, 40, 0)
HUBEI = Profile(20, 40, 30, 10)


@dataclass(frozen=True, slots=True)
class Template:
    """The choices that hold for a whole form."""

    title: str
    year: str
    region: str
    profile: Profile
    money_unit: str
    money_decimals: int
    rate_decimals: int
    rate_sign: str
    score_decimals: int
    part_decimals: int
    blank_reason: str | None
    no_money: str | None
    suffix: str
    points_in_level: bool
    comparator: tuple[str, str]
    unit_style: str
    pad: int
    tier_words: bool
    date_style: int
    slash_rows: bool
    fund_rows: str
    total_label: str
    has_grade: bool
    has_total: bool
    scored: bool
    has_reasons: bool
    grain: Decimal

    def score(self, points: Decimal) -> str:
        """Points as this form prints them: no zeros beyond the decimals that all cells have."""
        exponent = points.normalize().as_tuple().exponent
        assert isinstance(exponent, int)
        return f"{points:.{max(self.score_decimals, -exponent)}f}"

    def rounded(self, points: Decimal) -> Decimal:
        """Points at the decimals this form prints."""
        return nearest(points, max(self.score_decimals, self.part_decimals))

    def money(self, ticks: int) -> str:
        """An amount, given in units of its last printed decimal."""
        return f"{Decimal(ticks).scaleb(-self.money_decimals):.{self.money_decimals}f}"


def nearest(value: Decimal, decimals: int) -> Decimal:
    """Rounded the way people round: a half goes up."""
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def choose(random: Random, year: str, *, internal: bool) -> Template:
    """One way of printing a form."""
    region = random.choices(("national", "hubei", "shanghai", "province"), (60, 10, 15, 15))[0]
    profile = _profile(random, region, internal=internal)
    in_yuan = random.random() < 0.12
    decimals = (
        random.choice((0, 2)) if in_yuan else random.choices(range(7), (2, 2, 8, 1, 2, 1, 2))[0]
    )
    scored = region != "province" or random.random() < 0.75
    export = region == "shanghai"
    return Template(
        title=random.choice(TITLES) + ("" if random.random() < 0.4 else f"（{year}年度）"),
        year=year,
        region=region,
        profile=profile,
        money_unit="元" if in_yuan else "万元",
        money_decimals=decimals,
        rate_decimals=random.choice((0, 1, 2, 2, 2)),
        rate_sign="" if export else random.choice(("%", "%", "%", "")),
        score_decimals=2 if export else random.choice((0, 0, 0, 1, 2)),
        part_decimals=random.choice((1, 2, 2)),
        blank_reason=random.choice((None, None, None, "无", "/", "-", "—")),
        no_money=random.choice(("0", "0", None, "—", "/", "-")),
        suffix=random.choice(("指标", "指标", "指标", "")),
        points_in_level=scored and random.random() < 0.2,
        comparator=random.choice((("≥", "≤"), ("≥", "≤"), (">=", "<="))),
        unit_style="bracket" if export else random.choices(("plain", "name"), (85, 15))[0],
        pad=2 if export else 0,
        tier_words=random.random() < 0.5,
        date_style=random.randrange(4),
        slash_rows=random.random() < 0.35,
        fund_rows=_fund_rows(random, region),
        total_label=random.choice(("总分", "总分", "合计")),
        has_grade=scored and random.random() < 0.5,
        has_total=scored,
        scored=scored,
        has_reasons=random.random() > 0.06,
        grain=random.choice((Decimal(1), Decimal(1), Decimal("0.5"), Decimal(2), Decimal(5))),
    )


def _profile(random: Random, region: str, *, internal: bool) -> Profile:
    if region == "hubei":
        return HUBEI
    if internal and random.random() < 0.6:
        return NO_SATISFACTION
    return random.choices((USUAL, COST_LEVEL), (75, 25))[0]


def _fund_rows(random: Random, region: str) -> str:
    if region == "province":
        return random.choice(("levels", "nested"))
    return random.choices(("usual", "short", "accounts", "nested"), (65, 15, 12, 8))[0]
