"""Numbers that a narrative states: 为失独家庭购买保险1100（人） says 1100 人 of 购买保险.

Years, document numbers, ordinals, ages, item numbers and dates are no statements. What the words
around a number make vague (近, 余, 以上, 计划) or old (上年, 同比) is marked, not dropped.
"""

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache

from auditor.facts.texts import has_word, held, words
from auditor.quantities.parsing import parse
from auditor.quantities.quantity import Quantity
from auditor.quantities.tables import tables

_SENTENCE = re.compile(r"[。；;！!？?\n]|(?<=\D)\.(?=\D)|\d{1,2}[、.．](?=\D)|[（(]\d{1,2}[)）]")
_CLAUSE = re.compile(r"[，,：:]")
_PLAN_BREAK = re.compile(r"[，,。；]")
_SAYS_NOTHING = re.compile(r"\W|共|计|达到|达|为")
_BEFORE, _AFTER, _PLAN_NEAR = 40, 16, 12
# Units that stand behind numbers for other reasons too: years, days of a month, ages, points.
_NO_STATEMENT = frozenset("年日时度点分级月方头尾对升斤克米") | {"t", "m", "h", "s", "L", "g"}


@dataclass(frozen=True, slots=True)
class Statement:
    """A number with its unit, what stands before and after it, and the sentence it stands in."""

    text: str
    quantity: Quantity
    before: str
    after: str
    sentence: int
    vague: bool
    elsewhen: tuple[str, ...]
    planned: bool
    upper: Decimal | None = None


@cache
def _pattern() -> re.Pattern[str]:
    units = sorted(
        (unit for unit in tables().units if unit not in _NO_STATEMENT and "(" not in unit),
        key=len,
        reverse=True,
    )
    listed = "|".join(re.escape(unit) for unit in units)
    number = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
    return re.compile(
        rf"(?<![\d.,第a-zA-Z〔\[/])(?:(?P<low>{number})[-—–~～至](?=\d))?"
        rf"(?P<number>{number})(?P<about>[余多])?(?P<scale>万|亿|千万|百万)?"
        rf"(?:\((?P<inner>{listed})\)?|(?P<plain>{listed}))(?!/)"
    )


@lru_cache(maxsize=1024)
def statements(text: str) -> tuple[Statement, ...]:
    """Every number with a unit that a text states, in order."""
    narrow = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    cuts = [0, *(m.end() for m in _SENTENCE.finditer(narrow)), len(narrow)]
    found = list(_pattern().finditer(narrow))
    made = []
    for number, match in enumerate(found):
        sentence = bisect_right(cuts, match.start()) - 1
        start, end = cuts[sentence], cuts[sentence + 1]
        left = max(start, found[number - 1].end() if number else 0, match.start() - _BEFORE)
        right = min(end, found[number + 1].start() if number + 1 < len(found) else end)
        before, after = narrow[left : match.start()], narrow[match.end() : right][:_AFTER]
        if (statement := _statement(match, before, after, sentence)) is not None:
            made.append(statement)
    return tuple(made)


def _statement(match: re.Match[str], before: str, after: str, sentence: int) -> Statement | None:
    unit = match["inner"] or match["plain"]
    text = f"{match['number']}{match['scale'] or ''}{unit}"
    quantity = parse(text)
    if quantity.kind != "number" or before.endswith(words("counters")):
        return None
    clause = _CLAUSE.split(before)[-1] + match.group() + _CLAUSE.split(after)[0]
    nearly = before.endswith(words("nearly")) or after.startswith(words("at_least"))
    return Statement(
        text=match.group() if match["low"] else text,
        quantity=quantity,
        before=_near(before),
        after=_CLAUSE.split(after)[0],
        sentence=sentence,
        vague=nearly or match["about"] is not None,
        elsewhen=held(clause, "elsewhen"),
        planned=_planned(before) or after.startswith(words("planned_after")),
        upper=parse(match["low"]).value if match["low"] else None,
    )


def _near(before: str) -> str:
    """The clause that leads up to a number, with the one before it where it says nothing."""
    clauses = _CLAUSE.split(before)
    said = _SAYS_NOTHING.sub("", clauses[-1])
    return clauses[-1] if len(said) > 1 else ",".join(clauses[-2:])


def _planned(before: str) -> bool:
    """计划培训10场: a plan, no result; but 按计划 and 计划生育 speak of no plan of their own."""
    near = _PLAN_BREAK.split(before)[-1][-_PLAN_NEAR:]
    for word in words("not_planned"):
        near = near.replace(word, "")
    return has_word(near, "planned")
