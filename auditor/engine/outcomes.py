"""What the engine says of a rule on a row, before anyone words it."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any

from auditor.engine.hit_values import figures, pointers
from auditor.engine.intervals import sides
from auditor.rulebook.model import Rule

Figures = tuple[str | None, str | None, str | None]


@dataclass(slots=True)
class Hit:
    """A rule that does not hold on a row: the raw matter of a finding.

    ``row`` is the fact row, ``parameters`` are what the profile gave the rule; ``figures`` are what
    was reported, what is expected and their difference, from the rule's equation or from a query.
    ``count`` is how many rows a finding stands for where a rule speaks once per form.
    """

    rule: Rule
    form_id: int
    row: Mapping[str, Any]
    severity: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    figures: Figures | None = None
    count: int = 1
    _cells: list[str] | None = None
    _evidence: list[str] | None = None

    @property
    def cells(self) -> list[str]:
        """The cells accused, as JSON Pointers; the most suspect first."""
        if self._cells is None:
            self._cells = pointers(self.rule.cells, self.row)
        return self._cells

    @property
    def evidence(self) -> list[str]:
        """Other cells that show it."""
        if self._evidence is None:
            listed = pointers(self.rule.evidence or [], self.row)
            self._evidence = [cell for cell in listed if cell not in self.cells]
        return self._evidence

    def join(self, other: "Hit") -> None:
        """Takes over the cells of a hit of the same rule on another row."""
        cells, evidence = (*self.cells, *other.cells), (*self.evidence, *other.evidence)
        self._cells, self._evidence = list(dict.fromkeys(cells)), list(dict.fromkeys(evidence))
        self.count += 1

    @property
    def reported(self) -> str | None:
        """The left side, as the form prints it."""
        return self._figures()[0]

    @property
    def expected(self) -> str | None:
        """The right side, printed likewise."""
        return self._figures()[1]

    @property
    def difference(self) -> str | None:
        """Left less right."""
        return self._figures()[2]

    def _figures(self) -> Figures:
        if self.figures is None:
            equation = self.rule.equation
            both = sides(equation, self.row, self.parameters) if equation else None
            self.figures = figures(self.rule, self.row, *both) if both else (None, None, None)
        return self.figures


@dataclass(frozen=True, slots=True)
class RuleError:
    """A rule that could not run: a fault of the tool, never of a form."""

    rule: str
    message: str


class Reasons(Mapping[int, str]):
    """Why a rule applied to no row of some forms: ``names`` by how far its nearest row came.

    ``furthest`` is asked when the first reason is: most are never looked at.
    """

    def __init__(self, furthest: Callable[[], Mapping[int, int]], names: Sequence[str]) -> None:
        self._ask, self._names = furthest, names

    @cached_property
    def _furthest(self) -> Mapping[int, int]:
        return self._ask()

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
    its denominator. ``judged[rule]()`` are the positions of rows on which an equation was judged.
    """

    forms: int = 0
    hits: list[Hit] = field(default_factory=list)
    reasons: dict[str, Mapping[int, str]] = field(default_factory=dict)
    passed: dict[str, int] = field(default_factory=dict)
    applied: dict[str, int] = field(default_factory=dict)
    errors: list[RuleError] = field(default_factory=list)
    judged: dict[str, Callable[[], Sequence[int]]] = field(default_factory=dict)

    def not_applicable(self) -> list[int]:
        """For each form how many rules did not apply to it."""
        counts = Counter(chain.from_iterable(self.reasons.values()))
        return [counts[form_id] for form_id in range(self.forms)]
