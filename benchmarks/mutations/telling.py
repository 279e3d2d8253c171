"""Goal and narrative of a clean form: they say what the table says."""

from decimal import Decimal
from random import Random

from benchmarks.mutations.amounts import Purse
from benchmarks.mutations.kinds import Kind
from benchmarks.mutations.rows import Planned
from benchmarks.mutations.templates import Template, nearest

_CHANGES = {
    "raised": ("年中根据工作需要追加预算{n}{u}。", "经批准，年中追加预算{n}{u}用于扩大实施范围。"),
    "cut": ("年中按照过紧日子要求压减预算{n}{u}。", "年中根据财政统筹安排调减预算{n}{u}。"),
    "new": ("该项目年初未安排预算，年中根据上级文件下达并追加预算{n}{u}。",),
    "carried": ("上年结转资金{n}{u}纳入本年预算统一使用。",),
}
_FRUGAL = (
    "通过公开招标节约资金，结余部分已按规定交回财政。",
    "余款为合同约定的质量保证金，按约定于次年支付。",
)
# Numbers that say nothing of the table: documents, plans, order, ages, telephones.
_HARMLESS = (
    "",
    "",
    "项目依据财预〔2020〕10号文件开展自评。",
    "项目纳入“十四五”规划重点任务，安排2个批次组织实施。",
    "日常问题通过12345热线受理并及时办结。",
    "第三季度接受了1次专项检查，检查意见均已整改到位。",
    "项目由3名专职人员负责日常管理。",
)


def goal(random: Random, kind: Kind, planned: list[Planned]) -> str:
    """What the project set out to do this year."""
    promised = [item.promised for item in _told(planned, random)]
    opening = random.choice(("通过项目实施，{}。", "本项目旨在{}。", "{}。")).format(kind.purpose)
    if random.random() < 0.25:
        return (
            opening
            + "".join(f"{number}.{text}；" for number, text in enumerate(promised, 1))[:-1]
            + "。"
        )
    return f"{opening}{random.choice(('年度计划', '本年度计划', '全年'))}{'，'.join(promised)}。"


def narrative(
    random: Random, template: Template, planned: list[Planned], money: Purse, project: str
) -> str:
    """What became of it: the same figures as in the table."""
    told = [item.told for item in planned if item.told]
    numbered = random.random() < 0.25
    opening = random.choice(
        (
            "{year}年，项目按照年初方案组织实施。",
            "{year}年度已按计划开展各项工作。",
            "全年围绕年度目标开展工作，{project}实施情况如下。",
        )
    ).format(year=template.year, project=project)
    if numbered:
        body = "".join(f"{number}.{text}；" for number, text in enumerate(told, 1))[:-1] + "。"
    else:
        cut = max(1, len(told) // 2)
        parts = ("，".join(told[:cut]), "，".join(told[cut:]))
        body = (
            random.choice(("实际", "全年累计", ""))
            + "。".join(part for part in parts if part)
            + "。"
        )
    return opening + body + _spending(random, template, money) + random.choice(_HARMLESS)


def _told(planned: list[Planned], random: Random) -> list[Planned]:
    """The rows the goal speaks of: those of the output, and some of the others."""
    real = [item for item in planned if item.promised]
    return [p for p in real if p.section in {"quantity", "quality"} or random.random() < 0.5]


def _spending(random: Random, template: Template, money: Purse) -> str:
    """What the narrative says of the money; a change or a rest is always explained."""
    total, unit = money.total, template.money_unit
    told = ""
    if money.change in _CHANGES:
        changed = abs(total.budget - total.initial)
        told = random.choice(_CHANGES[money.change]).format(n=template.money(changed), u=unit)
    if money.frugal or random.random() < 0.5:
        rate = nearest(total.rate(), 2)
        shown = "100" if rate == Decimal(100) and total.executed == total.budget else f"{rate}"
        told += (
            f"项目全年预算{template.money(total.budget)}{unit}，"
            f"实际支出{template.money(total.executed)}{unit}，预算执行率{shown}%。"
        )
    return told + (random.choice(_FRUGAL) if money.frugal else "")
