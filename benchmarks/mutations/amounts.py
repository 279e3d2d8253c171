"""The fund table of a clean form: parts add up, rates and the score follow."""

from dataclasses import dataclass
from decimal import Decimal
from random import Random

from auditor.forms.evaluation import Fund
from benchmarks.mutations.templates import Template, nearest

ROWS: dict[str, tuple[tuple[str, str, int | None], ...]] = {
    "usual": (
        ("total", "年度资金总额", None),
        ("current_year", "其中：当年财政拨款", 0),
        ("carried_over", "上年结转资金", 0),
        ("other", "其他资金", 0),
    ),
    "short": (
        ("total", "年度资金总额：", None),
        ("current_year", "其中：财政拨款", 0),
        ("other", "其他资金", 0),
    ),
    "accounts": (
        ("total", "总额", None),
        ("current_year", "其中：财政资金", 0),
        ("part", "财政专户管理资金", 0),
        ("part", "单位资金", 0),
    ),
    "levels": (
        ("total", "年度资金总额", None),
        ("part", "其中：中央补助", 0),
        ("part", "省级资金", 0),
        ("part", "县级资金", 0),
        ("other", "其他资金", 0),
    ),
    "nested": (
        ("total", "年度资金总额", None),
        ("current_year", "其中：当年财政拨款", 0),
        ("part", "其中：一般公共预算", 1),
        ("part", "政府性基金预算", 1),
        ("other", "其他资金", 0),
    ),
}


@dataclass(frozen=True, slots=True)
class Money:
    """Amounts of one row in units of the last printed decimal."""

    initial: int
    budget: int
    executed: int

    def rate(self) -> Decimal:
        """Per cent of the full-year budget that was spent."""
        return Decimal(100 * self.executed) / self.budget if self.budget else Decimal(0)


@dataclass(frozen=True, slots=True)
class Purse:
    """The fund rows of a form, and why they are what they are."""

    rows: list[Fund]
    total: Money
    score: Decimal
    change: str
    carried: int
    frugal: bool


def purse(random: Random, template: Template) -> Purse:
    """A fund table."""
    labels = ROWS[template.fund_rows]
    change = random.choices(("none", "raised", "cut", "new", "carried"), (58, 14, 12, 5, 11))[0]
    if change == "carried" and template.fund_rows != "usual":
        change = "none"
    total, carried = _total(random, template, change)
    money = _parts(random, total, carried, len(labels), template.fund_rows)
    rows = [_row(template, label, cells) for label, cells in zip(labels, money, strict=True)]
    score = template.rounded(Decimal(template.profile.execution * total.executed) / total.budget)
    head = rows[0]
    head.rate = rate(template, total.rate())
    if template.scored:
        head.weight, head.score = (
            template.score(Decimal(template.profile.execution)),
            template.score(score),
        )
        dash = random.choice(("-", "—", None))
        for row in rows[1:]:
            row.weight = row.score = dash
    frugal = total.rate() < 90
    return Purse(rows, total, score, change, carried, frugal)


def rate(template: Template, percent: Decimal) -> str:
    """A rate as this form prints it."""
    decimals = template.rate_decimals
    if percent == 100 and template.rate_sign and decimals < 2:
        decimals = 0
    return f"{nearest(percent, decimals)}{template.rate_sign}"


def _total(random: Random, template: Template, change: str) -> tuple[Money, int]:
    """Amounts of the total, and what of them was carried over from last year."""
    size = 10**template.money_decimals * (10_000 if template.money_unit == "元" else 1)
    tens = size * 10 if template.money_decimals < 4 else size
    planned = random.randrange(2, 240) * tens + (
        random.randrange(tens) if random.random() < 0.6 else 0
    )
    carried = planned * random.randrange(3, 15) // 100 if change == "carried" else 0
    shares = {"raised": random.randrange(106, 165), "cut": random.randrange(62, 97)}
    budget = planned * shares.get(change, 100) // 100 + carried
    initial = 0 if change == "new" else planned
    spent = random.choices(("all", "most", "less"), (40, 45, 15))[0]
    if spent == "all" and change == "cut":
        spent = "most"
    share = {"all": 1000, "most": random.randrange(930, 999), "less": random.randrange(830, 899)}
    executed = min(budget, max(1, budget * share[spent] // 1000 + carried % 7))
    if spent == "most" and executed == budget:
        executed -= 1
    return Money(initial, budget, executed), carried


def _parts(random: Random, total: Money, carried: int, count: int, rows: str) -> list[Money]:
    """The total and its parts, in printed order."""
    second = random.choice((0, 0, 10, 25, 40)) if count > 1 and not carried else 0
    other = _share(total, second)
    first = Money(
        total.initial - other.initial,
        total.budget - other.budget - carried,
        total.executed - other.executed - min(carried, total.executed),
    )
    nothing = Money(0, 0, 0)
    if rows == "nested":
        fund = _share(first, random.choice((0, 20)))
        rest = Money(
            first.initial - fund.initial, first.budget - fund.budget, first.executed - fund.executed
        )
        return [total, first, rest, fund, other]
    parts = [first, *[nothing] * (count - 2)]
    if carried:
        parts[1] = Money(0, carried, min(carried, total.executed))
    if second:
        parts[-1] = other
    return [total, *parts]


def _share(money: Money, percent: int) -> Money:
    return Money(
        *(value * percent // 100 for value in (money.initial, money.budget, money.executed))
    )


def _row(template: Template, label: tuple[str, str, int | None], money: Money) -> Fund:
    kind, text, parent = label
    row = Fund(kind=kind, label=text, parent=parent)
    if money.budget == 0 and kind != "total":
        blank = template.money(0) if template.no_money == "0" else template.no_money
        row.initial_budget = row.full_year_budget = row.executed = blank
        row.rate = blank if template.no_money != "0" else rate(template, Decimal(0))
        return row
    row.initial_budget = template.money(money.initial)
    row.full_year_budget = template.money(money.budget)
    row.executed = template.money(money.executed)
    row.rate = rate(template, money.rate())
    return row
