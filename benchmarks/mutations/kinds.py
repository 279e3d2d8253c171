"""The kinds of projects that clean forms are about, read from kinds.yaml."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

SECTIONS = (
    "quantity", "quality", "time", "cost", "economic", "social", "ecological", "sustainable",
)  # fmt: skip
_VALUE = "{value}"  # what a phrase of kinds.yaml writes as @


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing a project is measured by.

    ``way`` says how it is met: ``more`` is better, ``less`` is better, a ``month`` kept, ``zero``
    of it happened, a target in words (``tier``), or ``given`` as it stands with its ``answer``.
    """

    name: str
    way: str
    unit: str = ""
    low: int = 0
    high: int = 0
    decimals: int = 0
    words: str = ""
    answer: str = ""
    phrase: str = _VALUE


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of project; an ``internal`` one serves the office itself and no outsiders."""

    name: str
    internal: bool
    projects: tuple[str, ...]
    department: str
    unit: str
    purpose: str
    measures: dict[str, tuple[Measure, ...]]
    satisfaction: Measure


@cache
def kinds() -> tuple[Kind, ...]:
    """All kinds, in the order of the file."""
    text = (Path(__file__).parent / "kinds.yaml").read_text("utf-8")
    return tuple(_kind(item) for item in yaml.safe_load(text))


@cache
def uncommon(*, internal: bool) -> tuple[tuple[str, Measure], ...]:
    """(section, measure) of indicators that are written in less usual ways.

    Those that are about outsiders are not for ``internal`` projects.
    """
    text = (Path(__file__).parent / "uncommon.yaml").read_text("utf-8")
    return tuple(
        (row["s"], Measure(row["n"], "given", words=row["t"], answer=row["a"], phrase=row["p"]))
        for row in yaml.safe_load(text)
        if not (internal and row.get("o"))
    )


def _kind(item: dict[str, Any]) -> Kind:
    return Kind(
        name=item["kind"],
        internal=item.get("internal", False),
        projects=tuple(item["projects"]),
        department=item["department"],
        unit=item["unit"],
        purpose=item["purpose"],
        measures={name: tuple(_measure(row) for row in item[name]) for name in SECTIONS},
        satisfaction=_measure({"u": "%", "r": [85, 95], "d": 1} | item["satisfaction"]),
    )


def _measure(row: dict[str, Any]) -> Measure:
    phrase = row["p"].replace("@", _VALUE)
    if "t" in row:
        return Measure(row["n"], "tier", words=row["t"], phrase=phrase)
    if row.get("z"):
        return Measure(row["n"], "zero", unit=row["u"], phrase=phrase)
    if "m" in row:
        return Measure(row["n"], "month", low=row["m"][0], high=row["m"][1], phrase=phrase)
    way = "less" if "max" in row else "more"
    low, high = row.get("max") or row["r"]
    return Measure(row["n"], way, row["u"], low, high, row.get("d", 0), phrase=phrase)


def plain(value: Decimal, decimals: int) -> str:
    """A number with so many decimals."""
    return f"{value:.{decimals}f}"
