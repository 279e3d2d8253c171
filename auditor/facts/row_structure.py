"""What the rows of an indicator table are to each other: parents, parts, the execution rate.

Which cells a row must have follows from the template: from its own neighbours, not from a list.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from auditor.facts.numbers import points
from auditor.facts.texts import words
from auditor.forms.evaluation import Indicator
from auditor.forms.vocabulary import level_kind, opens_parts

_VALUES = ("target", "actual")
_POINTS = ("weight", "score")
_NUMBERED = re.compile(r"^指标\d*[：:.、]?|^[★☆*]+")


def not_due(rows: Sequence[Indicator]) -> list[frozenset[str]]:
    """For each row the cells that its template gives it no value in.

    A row of 决策 or 过程 has no target or actual value unless another such row does. A parent
    carries the points of the rows below it, which carry the values.
    """
    parents, parts = _families(rows)
    process = [level_kind("level1", row.level1) == "process" for row in rows]
    told = {
        name: any(here and getattr(row, name) for here, row in zip(process, rows, strict=True))
        for name in _VALUES
    }
    found: list[frozenset[str]] = []
    for number, row in enumerate(rows):
        missing: set[str] = set()
        if process[number] or is_execution(row):
            missing |= {name for name in _VALUES if is_execution(row) or not told[name]}
        if number in parents:
            missing |= set(_VALUES)
        if number in parts:
            missing |= set(_POINTS)
        found.append(frozenset(missing))
    return found


def _families(rows: Sequence[Indicator]) -> tuple[set[int], set[int]]:
    """Numbers of parent rows, and of the rows that are parts of one."""
    parents: set[int] = set()
    parts: set[int] = set()
    at = 0
    while at < len(rows):
        below = at + 1
        while below < len(rows) and _is_part(rows[below]):
            below += 1
        if below > at + 1 and _may_be_parent(rows[at], rows[at + 1]):
            parents.add(at)
            parts |= set(range(at + 1, below))
        at = below
    return parents, parts


def _is_part(row: Indicator) -> bool:
    """A row with values and without points."""
    return not any(getattr(row, name) for name in _POINTS) and any(
        getattr(row, name) for name in _VALUES
    )


def _may_be_parent(row: Indicator, first: Indicator) -> bool:
    """A row with points and without values, or one whose next row begins with 其中."""
    pointed = any(points(getattr(row, name)) is not None for name in _POINTS)
    return pointed and (
        not any(getattr(row, name) for name in _VALUES) or opens_parts(first.level3 or "")
    )


def counted_above(rows: Sequence[Indicator]) -> frozenset[int]:
    """The rows whose points a parent carries already: a sum over the table counts them once."""
    found: set[int] = set()
    for at, row in enumerate(rows):
        whole = points(row.weight)
        opened = at + 1 < len(rows) and opens_parts(rows[at + 1].level3 or "")
        if whole is None or whole.value <= 0 or at in found or not opened:
            continue
        added = Decimal(0)
        for below in range(at + 1, len(rows)):
            part = points(rows[below].weight)
            if part is None or (added := added + part.value) > whole.value:
                break
            if added == whole.value:
                found |= set(range(at + 1, below + 1))
                break
    return frozenset(found)


def is_execution(row: Indicator) -> bool:
    """Whether a row of the indicator table scores the execution rate of the budget."""
    return (
        _names_execution(row.level3) or _names_execution(row.level2) or _names_execution(row.level1)
    )


@lru_cache(maxsize=4096)
def _names_execution(text: str | None) -> bool:
    if text is None:
        return False
    bare = _NUMBERED.sub("", re.sub(r"[（(][^（()）]*[)）]", "", text))
    return bare.removesuffix("指标") in words("execution_rows")
