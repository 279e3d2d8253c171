"""What the engine says of a rule on a row, before anyone words it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from auditor.rulebook.model import Rule


@dataclass(slots=True)
class Hit:
    """A rule that does not hold on a row: the raw matter of a finding.

    ``row`` is the fact row; ``reported``, ``expected`` and ``difference`` come from an equation.
    ``count`` is how many rows a finding stands for where a rule speaks once per form.
    """

    rule: Rule
    form_id: int
    row: Mapping[str, Any]
    severity: str
    cells: list[str]
    evidence: list[str]
    reported: str | None = None
    expected: str | None = None
    difference: str | None = None
    count: int = 1


@dataclass(frozen=True, slots=True)
class RuleError:
    """A rule that could not run: a fault of the tool, never of a form."""

    rule: str
    message: str


class Reasons(Mapping[int, str]):
    """Why a rule applied to no row of some forms: ``names`` by how far its nearest row came."""

    __slots__ = ("_furthest", "_names")

    def __init__(self, furthest: Mapping[int, int], names: Sequence[str]) -> None:
        self._furthest, self._names = furthest, names

    def __getitem__(self, form: int) -> str:
        return self._names[-self._furthest[form]]

    def __iter__(self) -> Iterator[int]:
        return iter(self._furthest)

    def __len__(self) -> int:
        return len(self._furthest)


@dataclass(slots=True)
class Outcomes:
    """The outcome of every rule on every form.

    ``reasons[rule][form_id]`` says why a rule did not apply to any row of a form, ``no-rows`` when
    its table has none; ``passed[rule]`` and ``applied[rule]`` count rows, so that a pass rate has
    its denominator. ``judged[rule]`` are the positions of rows on which an equation was judged.
    """

    forms: int = 0
    hits: list[Hit] = field(default_factory=list)
    reasons: dict[str, Mapping[int, str]] = field(default_factory=dict)
    passed: dict[str, int] = field(default_factory=dict)
    applied: dict[str, int] = field(default_factory=dict)
    errors: list[RuleError] = field(default_factory=list)
    judged: dict[str, Sequence[int]] = field(default_factory=dict)

    def not_applicable(self) -> list[int]:
        """For each form how many rules did not apply to it."""
        counts = Counter(chain.from_iterable(self.reasons.values()))
        return [counts[form_id] for form_id in range(self.forms)]
