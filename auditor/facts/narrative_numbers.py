"""Which indicator a stated number speaks of, and whether the two agree.

Unit, then noun phrase: the words around the number must hold most of the indicator's name, and no
other indicator may come near it. Where several numbers could be meant, nobody is contradicted.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from itertools import chain
from typing import Any

from auditor.facts import direction as directions
from auditor.facts.statements import Statement, statements
from auditor.facts.texts import bracketed, has_word, words
from auditor.forms.evaluation import Evaluation, Indicator
from auditor.quantities.parsing import parse, unit_named
from auditor.quantities.quantity import Quantity

_SURE, _ENOUGH, _MARGIN = 0.6, 0.42, 0.15
_LEAST_PAIRS = 2
# The rate that is named just before a number: 问卷回收率80% is none of satisfaction.
_RATE_NAMED = re.compile(r"([\u4e00-\u9fff](?:率|度|比例|占比|比重))(?:达到了?|达|为|是|:)?$")


@dataclass(frozen=True, slots=True)
class Told:
    """What a narrative says of one indicator.

    ``agreement`` is agrees, rounded (the coarser print of the two), conflicts, or None where no
    single number speaks of it; ``met`` says whether the stated number reaches the target.
    """

    statement: Statement
    agreement: str
    met: bool | None
    sure: bool


@lru_cache(maxsize=4096)
def pairs(name: str) -> frozenset[str]:
    """The telling pairs of characters of a name, without units and words that all names have."""
    return pairs_of_text(name)


def pairs_of_text(name: str) -> frozenset[str]:
    """As :func:`pairs`, for long texts, which hardly come twice and are many to remember."""
    narrow = unicodedata.normalize("NFKC", name)
    for inner in bracketed(narrow):
        if unit_named(inner) is not None:
            narrow = narrow.replace(f"({inner})", "")
    for word in words("empty_parts"):
        narrow = narrow.replace(word, " ")
    chunks = re.findall(r"[\u4e00-\u9fffA-Za-z0-9]+", narrow)
    return frozenset(chain.from_iterable(map(str.__add__, chunk, chunk[1:]) for chunk in chunks))


def coverage(name: str, context: str) -> float:
    """The share of a name's pairs of characters that a context holds."""
    wanted = pairs(name)
    return sum(map(context.__contains__, wanted)) / len(wanted) if wanted else 0.0


def told(
    text: str | None,
    indicators: Sequence[Indicator],
    side: str,
    ways: Sequence[str | None],
    form_year: int | None,
) -> dict[int, Told]:
    """What a text says of each indicator, against its ``target`` or ``actual`` side."""
    if not text:
        return {}
    stated = statements(text)
    result = side == "actual"
    usable = [s for s in stated if not (result and (s.vague or s.planned))]
    numbers = {n: _number(row, side) for n, row in enumerate(indicators)}
    owners = [_owner(s, usable, indicators, numbers) for s in usable]
    sound = [_is_of(s, owner, indicators) for s, owner in zip(usable, owners, strict=True)]
    usable = [s for s, good in zip(usable, sound, strict=True) if good]
    owners = [owner for owner, good in zip(owners, sound, strict=True) if good]
    unowned = [s for s, owner in zip(usable, owners, strict=True) if owner is None]
    found: dict[int, Told] = {}
    for n, row in enumerate(indicators):
        owned = [
            (statement, owner[1])
            for statement, owner in zip(usable, owners, strict=True)
            if owner is not None and owner[0] == n
        ]
        mine, value = [statement for statement, _sure in owned], numbers[n]
        if not mine or value is None:
            continue
        agreement = _agreement(mine, unowned, value)
        if agreement is None:
            continue
        sure = any(certain for _statement, certain in owned)
        best = mine[0]
        target = parse(row.target)
        met = None
        if target.kind == "number" and _same_unit(target, best.quantity):
            said = best.quantity
            met = directions.attained(target, said, ways[n], form_year)
        found[n] = Told(best, agreement, met, sure)
    return found


def _is_of(
    statement: Statement, owner: tuple[int, bool] | None, indicators: Sequence[Indicator]
) -> bool:
    """Whether nothing near a number says that it is of another time, part or kind.

    What the indicator's own name says does not count: 演练 in 安全演练次数.
    """
    name = (indicators[owner[0]].level3 or "") if owner else ""
    if any(word not in name for word in statement.elsewhen):
        return False
    other = _RATE_NAMED.search(statement.before)
    return owner is None or other is None or other[1] in name


def rows(
    form: Evaluation, made: Sequence[dict[str, Any]], form_year: int | None
) -> Iterator[dict[str, Any]]:
    """The table ``told``: one row per cell of which a narrative states a number."""
    ways = [facts["direction"] for facts in made]
    number = 0
    for side, text_cell in (("actual", "/goal_actual"), ("target", "/goal_expected")):
        text = getattr(form, text_cell.removeprefix("/"))
        for n, said in told(text, form.indicators, side, ways, form_year).items():
            facts, row = made[n], form.indicators[n]
            yield {
                "row_id": number,
                "cell": f"{facts['cell']}/{side}",
                "subject": row.level3,
                "side": side,
                "own": getattr(row, side),
                "target_text": row.target,
                "told": said.statement.text,
                "text_cell": text_cell,
                "agreement": said.agreement,
                "met": said.met,
                "sure": said.sure,
                "scored": facts["scored"],
                "full_marks": facts["scored"] and facts["score"] == facts["weight"],
                "score_cell": f"{facts['cell']}/score",
            }
            number += 1
    yield from _execution(form, number)


def _execution(form: Evaluation, number: int) -> Iterator[dict[str, Any]]:
    """The execution rate that the result states, where the fund table prints another."""
    place = next((n for n, fund in enumerate(form.funds) if fund.kind == "total"), None)
    rate = parse(form.funds[place].rate) if place is not None else None
    said = [
        s
        for s in statements(form.goal_actual or "")
        if s.quantity.unit is not None
        and s.quantity.unit.name == "%"
        and s.before.endswith(words("execution_rate"))
        and not has_word(s.before, "other_money")
        and not (s.vague or set(s.elsewhen) - {"预算"})
    ]
    if rate is None or rate.kind != "number" or not rate.value or len(said) != 1:
        return
    if rate.unit is None and rate.value <= 1:
        return  # a fraction, or one per cent
    printed = replace(rate, unit=said[0].quantity.unit)
    equal = _within_a_step(said[0].quantity, printed)
    yield {
        "row_id": number,
        "cell": f"/funds/{place}/rate",
        "subject": "预算执行率",
        "side": "rate",
        "own": rate.text,
        "told": said[0].text,
        "text_cell": "/goal_actual",
        "agreement": "agrees" if equal else "conflicts",
        "sure": True,
        "scored": True,
        "full_marks": False,
    }


def _within_a_step(one: Quantity, other: Quantity) -> bool:
    """Whether two prints of a rate can be one rate, rounded or cut."""
    if one.value is None or other.value is None or one.step is None or other.step is None:
        return True
    return abs(one.value - other.value) <= max(one.step, other.step)


def _number(row: Indicator, side: str) -> Quantity | None:
    """The side's number with its unit, or the other side's unit where it prints none."""
    own, other = parse(getattr(row, side)), parse(row.target if side == "actual" else row.actual)
    lasts = other.kind in ("number", "range")  # ≥6月 is a duration, 11月 a date
    if side == "actual" and own.kind == "date" and own.value is not None and lasts:
        own = parse(f"{own.value}个月")
    if own.kind != "number" or own.value is None:
        return None
    unit = own.unit or other.unit or _bracket_unit(row.level3 or "")
    return Quantity(own.text, "number", None, own.value, None, own.decimals, own.step, unit)


def _bracket_unit(name: str) -> Any:
    units = [unit_named(inner) for inner in bracketed(name)]
    return next((unit for unit in units if unit is not None), None)


def _same_unit(one: Quantity, other: Quantity) -> bool:
    if one.unit is None or other.unit is None:
        return False
    return one.unit.dimension == other.unit.dimension


def _owner(
    statement: Statement,
    usable: Sequence[Statement],
    rows: Sequence[Indicator],
    numbers: dict[int, Quantity | None],
) -> tuple[int, bool] | None:
    """The indicator that a statement speaks of, and whether its name leaves no doubt."""
    alike = [n for n, q in numbers.items() if q is not None and _same_unit(q, statement.quantity)]
    if not alike:
        return None
    # What follows a number may already speak of the next thing: it counts where nothing precedes.
    best, number, next_best = _best(alike, rows, statement.before)
    if best < _SURE:
        best, number, next_best = _best(alike, rows, f"{statement.before} {statement.after}")
    if best < _ENOUGH or best - next_best < _MARGIN:
        return None
    several = len(pairs(rows[number].level3 or "")) >= _LEAST_PAIRS
    if best >= _SURE and several:
        return number, True
    only_row = len(alike) == 1
    only_number = sum(_same_unit(s.quantity, statement.quantity) for s in usable) == 1
    return (number, False) if only_row and only_number else None


def _best(alike: list[int], rows: Sequence[Indicator], words_: str) -> tuple[float, int, float]:
    """The coverage of the best indicator, its number, and the coverage of the next best."""
    graded = sorted(((coverage(rows[n].level3 or "", words_), -n) for n in alike), reverse=True)
    return graded[0][0], -graded[0][1], graded[1][0] if len(graded) > 1 else 0.0


def _agreement(
    mine: Sequence[Statement], unowned: Sequence[Statement], value: Quantity
) -> str | None:
    """How the numbers said of an indicator stand to its own; None where nobody can tell."""
    own = value.base()
    said = [s.quantity.base() for s in mine]
    known = [v for v in said if v is not None]
    if own is None or not known:
        return None
    if own in known or sum(known) == own or any(_spans(s, value) for s in mine):
        return "agrees"
    others = [
        v
        for s in unowned
        if s.sentence == mine[0].sentence
        and _same_unit(s.quantity, value)
        and (v := s.quantity.base()) is not None
    ]
    if sum(known) + sum(others) == own or len(set(known)) > 1:
        return "agrees" if sum(known) + sum(others) == own else None
    if known[0] < own and others:
        return None  # a part of what the sentence lists
    return "rounded" if _rounds(mine[0].quantity, value) else "conflicts"


def _spans(statement: Statement, value: Quantity) -> bool:
    """5-6名 holds 5 and 6."""
    low, high, own = statement.upper, statement.quantity.value, value.value
    return low is not None and high is not None and own is not None and low <= own <= high


def _rounds(one: Quantity, other: Quantity) -> bool:
    """Whether the coarser of two numbers is the finer one rounded: 56% of 55.5%."""
    spans = one.interval(), other.interval()
    values = one.base(), other.base()
    if None in spans or None in values:
        return False
    (low, high), (low2, high2) = spans  # type: ignore[misc]
    first, second = values
    inside = low <= second <= high or low2 <= first <= high2  # type: ignore[operator]
    return inside and Decimal(0) not in values
