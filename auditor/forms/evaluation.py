"""One extracted form: ``evaluation/1`` of contracts.md as dataclasses.

Every value is the printed string without white space, or None for a blank cell.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from itertools import chain
from operator import attrgetter
from typing import Any

SCHEMA = "evaluation/1"
AMOUNTS = ("initial_budget", "full_year_budget", "executed")

FUND_FIELDS = (
    "kind", "label", "initial_budget", "full_year_budget", "executed", "weight", "rate", "score",
    "reason", "parent",
)  # fmt: skip
FUND_CELLS = FUND_FIELDS[2:9]
INDICATOR_CELLS = (
    "level1", "level2", "level3", "target", "actual", "weight", "score", "review_score",
    "deviation",
)  # fmt: skip
FORM_CELLS = (
    "title", "year", "project", "department", "unit", "leader", "phone", "money_unit",
    "goal_expected", "goal_actual", "total_label", "total_weight", "total_score", "grade",
)  # fmt: skip

_BEFORE_FUNDS, _AFTER_ROWS = 8, 10  # form cells printed above the funds, and below the indicators
_HEAD, _FOOT = attrgetter(*FORM_CELLS[:_BEFORE_FUNDS]), attrgetter(*FORM_CELLS[_AFTER_ROWS:])
_FUND = attrgetter(*FUND_FIELDS)
_FORM_TEXTS = attrgetter(*FORM_CELLS)
_FUND_TEXTS = attrgetter("label", *FUND_CELLS)
_INDICATOR_TEXTS = attrgetter(*INDICATOR_CELLS)


@dataclass(slots=True)
class Fund:
    """A row of the fund table; ``parent`` is the index of the row it is a part of."""

    kind: str
    label: str | None = None
    initial_budget: str | None = None
    full_year_budget: str | None = None
    executed: str | None = None
    weight: str | None = None
    rate: str | None = None
    score: str | None = None
    reason: str | None = None
    parent: int | None = None

    def __reduce__(self) -> tuple[Any, ...]:  # half the time and fewer bytes than slot by slot
        return Fund, _FUND(self)


@dataclass(slots=True)
class Indicator:
    """A row of the indicator table; merged level cells are filled down."""

    level1: str | None = None
    level2: str | None = None
    level3: str | None = None
    target: str | None = None
    actual: str | None = None
    weight: str | None = None
    score: str | None = None
    review_score: str | None = None
    deviation: str | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        return Indicator, _INDICATOR_TEXTS(self)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A cell whose layout left more than one reading; ``readings[0]`` is the one taken."""

    cell: str
    reason: str
    readings: tuple[str | None, ...]

    def as_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {"cell": self.cell, "reason": self.reason, "readings": list(self.readings)}


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A filled cell inside a form that no field, label or furniture accounts for."""

    text: str
    place: dict[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {"text": self.text, "place": self.place}


@dataclass(slots=True)
class Evaluation:
    """One form. ``unknown`` names keys that the input did not carry at all: no blank cell."""

    file: str
    form: int
    title: str | None = None
    year: str | None = None
    project: str | None = None
    department: str | None = None
    unit: str | None = None
    leader: str | None = None
    phone: str | None = None
    money_unit: str | None = None
    funds: list[Fund] = field(default_factory=list)
    goal_expected: str | None = None
    goal_actual: str | None = None
    indicators: list[Indicator] = field(default_factory=list)
    total_label: str | None = None
    total_weight: str | None = None
    total_score: str | None = None
    grade: str | None = None
    missing_columns: list[str] = field(default_factory=list)
    missing_rows: list[str] = field(default_factory=list)
    confidence: float = 1.0
    doubts: list[Doubt] = field(default_factory=list)
    unplaced: list[Unplaced] = field(default_factory=list)
    locators: dict[str, dict[str, Any]] = field(default_factory=dict)
    unknown: frozenset[str] = frozenset()

    def __reduce__(self) -> tuple[Any, ...]:
        return Evaluation, _EVALUATION(self)

    def cells(self) -> Iterator[tuple[str, str | None]]:
        """Every cell as (JSON Pointer, printed text or None), in printed order."""
        for name in FORM_CELLS[:_AFTER_ROWS]:
            yield f"/{name}", getattr(self, name)
        for number, fund in enumerate(self.funds):
            yield f"/funds/{number}/label", fund.label
            for name in FUND_CELLS:
                yield f"/funds/{number}/{name}", getattr(fund, name)
        for number, row in enumerate(self.indicators):
            for name in INDICATOR_CELLS:
                yield f"/indicators/{number}/{name}", getattr(row, name)
        for name in FORM_CELLS[_AFTER_ROWS:]:
            yield f"/{name}", getattr(self, name)

    def texts(self) -> Iterator[str]:
        """The printed text of every filled cell, in no order."""
        rows = chain(map(_FUND_TEXTS, self.funds), map(_INDICATOR_TEXTS, self.indicators))
        return filter(None, chain(_FORM_TEXTS(self), chain.from_iterable(rows)))

    def printed(self) -> tuple[Any, ...]:
        """All that is printed, with None for blank cells: equal for equal forms."""
        funds = tuple(map(_FUND_TEXTS, self.funds))
        return _FORM_TEXTS(self), funds, tuple(map(_INDICATOR_TEXTS, self.indicators))

    def as_dict(self) -> dict[str, Any]:
        """The form as contracts.md prints it, keys in the contract's order."""
        return {
            "source": {"file": self.file, "form": self.form},
            **dict(zip(FORM_CELLS[:_BEFORE_FUNDS], _HEAD(self), strict=True)),
            "funds": [dict(zip(FUND_FIELDS, _FUND(row), strict=True)) for row in self.funds],
            "goal_expected": self.goal_expected,
            "goal_actual": self.goal_actual,
            "indicators": [
                dict(zip(INDICATOR_CELLS, _INDICATOR_TEXTS(row), strict=True))
                for row in self.indicators
            ],
            **dict(zip(FORM_CELLS[_AFTER_ROWS:], _FOOT(self), strict=True)),
            "missing_columns": self.missing_columns,
            "missing_rows": self.missing_rows,
            "confidence": self.confidence,
            "doubts": [doubt.as_dict() for doubt in self.doubts],
            "unplaced": [cell.as_dict() for cell in self.unplaced],
            "locators": self.locators,
        }


_EVALUATION = attrgetter(*(own.name for own in fields(Evaluation)))
