"""The tables that parsing goes by, from ``rules/vocabulary/``, made ready once."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from auditor.quantities.quantity import Unit
from auditor.resources import vocabulary


@dataclass(frozen=True, slots=True)
class Tables:
    """Lookups by printed text; comparators and units are tried longest first."""

    units: dict[str, Unit]
    before: dict[str, str]
    after: dict[str, str]
    marks: frozenset[str]
    tiers: dict[str, str]
    grades: frozenset[str]
    natures: tuple[str, ...]


@cache
def tables() -> Tables:
    """Units, multipliers, comparison signs and marks from the shipped vocabulary, loaded once."""
    words = vocabulary()["words"]
    comparators = vocabulary()["comparators"]
    tiers: dict[str, list[str]] = words["tiers"]
    return Tables(
        units=_units(vocabulary()["units"]),
        before=_longest_first(comparators["before"]),
        after=_longest_first(comparators["after"]),
        marks=frozenset(words["marks"]),
        tiers={word: tier for tier, listed in tiers.items() for word in listed},
        grades=frozenset(words["grades"]),
        natures=tuple(vocabulary()["labels"]["qualitative"]),
    )


def _units(by_dimension: dict[str, dict[str, dict[str, object]]]) -> dict[str, Unit]:
    units: dict[str, Unit] = {}
    for dimension, listed in by_dimension.items():
        for name, entry in listed.items():
            own = f"count:{name}" if dimension == "count" else dimension
            factor = Decimal(str(entry.get("factor", 1)))
            also = entry.get("also", [])
            for text in (name, *(also if isinstance(also, list) else [])):
                units.setdefault(text, Unit(text, name, own, factor))
    return units


def _longest_first(listed: dict[str, list[str]]) -> dict[str, str]:
    pairs = [(glyph, meaning) for meaning, glyphs in listed.items() for glyph in glyphs]
    return dict(sorted(pairs, key=lambda pair: -len(pair[0])))
