"""A form as a system of equations: those of the rulebook that apply to it, bound to its cells.

An equation speaks of columns of a fact row; here each column knows its cells, so that a cell can be
given another text and every equation judged again, with the same exact intervals as in the audit.
"""

from bisect import bisect_left
from collections import ChainMap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from auditor.engine import intervals
from auditor.engine.outcomes import Outcomes
from auditor.facts.fact_tables import Facts
from auditor.findings.finding_messages import cell_text
from auditor.forms.evaluation import FORM_CELLS, Evaluation
from auditor.quantities.parsing import parse
from auditor.rulebook.model import Equation, Rule, columns_of

Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Bound:
    """An equation of one fact row; ``cells`` are those behind each of its columns.

    ``causes`` are the slips that its rule names: no other is looked for.
    """

    rule: str
    equation: Equation
    row: Mapping[str, Any]
    cells: Mapping[str, tuple[str, ...]]
    truncated: str = "pass"
    causes: tuple[str, ...] = ()

    @property
    def result(self) -> str | None:
        """The cell that the equation computes: its left side, if that is a single printed cell."""
        if self.equation.left[0] != "column":
            return None
        cells = self.cells[self.equation.left[1]]
        return cells[0] if len(cells) == 1 else None

    def touched(self) -> set[str]:
        """Every cell that the equation rests on."""
        return {cell for cells in self.cells.values() for cell in cells}


@dataclass(slots=True)
class System:
    """The equations of one form and the printed text of its cells."""

    form: Evaluation
    bound: list[Bound]
    parameters: Mapping[str, str]
    tried: int = 0
    _broken: frozenset[int] | None = field(default=None)
    _by_cell: dict[str, list[int]] | None = field(default=None)

    def text(self, cell: str, changed: Texts | None = None) -> str | None:
        """A cell as printed, or as changed."""
        return (changed or {}).get(cell, cell_text(self.form, cell))

    def value(self, cell: str, changed: Texts | None = None) -> Decimal | None:
        """The number in a cell."""
        text = self.text(cell, changed)
        return parse(text.removesuffix("分")).value if text else None

    def broken(self, changed: Texts | None = None) -> frozenset[int]:
        """The equations that do not hold, by number; a value that was cut off is no break."""
        if not changed:
            if self._broken is None:
                self._broken = frozenset(
                    n for n, bound in enumerate(self.bound) if not self.holds(bound, {})
                )
            return self._broken
        self.tried += 1
        touched = {n for cell in changed for n in self._resting_on().get(cell, ())}
        return (self.broken() - touched) | {
            n for n in touched if not self.holds(self.bound[n], changed)
        }

    def _resting_on(self) -> Mapping[str, Sequence[int]]:
        """The equations that rest on each cell, by number: a change concerns no others."""
        if self._by_cell is None:
            self._by_cell = {}
            for n, bound in enumerate(self.bound):
                for cell in bound.touched():
                    self._by_cell.setdefault(cell, []).append(n)
        return self._by_cell

    def holds(self, bound: Bound, changed: Texts) -> bool:
        """Whether an equation holds, with the changed cells in it."""
        judged = intervals.judge(bound.equation, self._row(bound, changed), self.parameters)
        cut = judged == intervals.TRUNCATED and bound.truncated == "pass"
        return cut or judged in (intervals.HOLDS, intervals.UNDECIDED)

    def exact(self, bound: Bound, changed: Texts) -> bool:
        """Whether an equation holds without any value being cut off."""
        judged = intervals.judge(bound.equation, self._row(bound, changed), self.parameters)
        return judged == intervals.HOLDS

    def gap(self, bound: Bound) -> Fraction:
        """By how much the two sides of an equation differ; 0 where one of them is unknown."""
        sides = intervals.sides(bound.equation, bound.row, self.parameters)
        return sides[1].value - sides[0].value if sides else Fraction(0)

    def due(self, bound: Bound, changed: Texts) -> Fraction | None:
        """What the right side of an equation gives."""
        row = self._row(bound, changed)
        span = intervals.evaluate(bound.equation.right, row, self.parameters)
        return span.value if span else None

    def factor(self, bound: Bound, column: str, cell: str) -> Decimal:
        """How much of a column one printed unit of a cell is: 0.01 for a rate in percent."""
        printed = self.value(cell)
        own = bound.row.get(column)
        if len(bound.cells[column]) == 1 and printed and own:
            return Decimal(own / printed)
        return Decimal("0.01") if column == "rate" else Decimal(1)

    def _row(self, bound: Bound, changed: Texts) -> Mapping[str, Any]:
        row: ChainMap[str, Any] | None = None
        for column, cells in bound.cells.items():
            for cell in cells:
                if cell not in changed:
                    continue
                row = ChainMap({}, bound.row) if row is None else row  # type: ignore[arg-type]
                self._shift(row, bound, column, cell, changed)
        return bound.row if row is None else row

    def _shift(
        self, row: ChainMap[str, Any], bound: Bound, column: str, cell: str, changed: Texts
    ) -> None:
        """Moves a column, with its interval, by what the cell gained."""
        new, old = self.value(cell, changed), self.value(cell)
        if new is None or row.get(column) is None:
            row[column] = row[f"{column}_lo"] = row[f"{column}_hi"] = None
            return
        gained = (new - (old or Decimal(0))) * self.factor(bound, column, cell)
        for name in (column, f"{column}_lo", f"{column}_hi"):
            if row.get(name) is not None:
                row[name] += gained


@dataclass(frozen=True, slots=True)
class Case:
    """What an audit knows when its findings are diagnosed."""

    forms: Sequence[Evaluation]
    facts: Facts
    outcomes: Outcomes
    rules: Mapping[str, Rule]
    parameters: Mapping[str, str]
    bands: tuple[tuple[str, Decimal], ...]

    def systems(self, numbers: Sequence[int]) -> dict[int, System]:
        """The systems of some forms, by their number."""
        made = {number: System(self.forms[number], [], self.parameters) for number in numbers}
        for rule_id, judged in self.outcomes.judged.items():
            positions = judged()
            rule = self.rules[rule_id]
            equation = rule.equation
            assert equation is not None
            named = tuple(dict.fromkeys(columns_of(equation.left) + columns_of(equation.right)))
            table = self.facts[rule.table]
            form_ids: list[int] = table.columns["form_id"]
            for number, system in made.items():
                first, last = (bisect_left(form_ids, n) for n in (number, number + 1))
                inside = positions[bisect_left(positions, first) : bisect_left(positions, last)]
                system.bound += [_bind(rule, equation, named, table.row(n)) for n in inside]
        return made


def _bind(rule: Rule, equation: Equation, named: Iterable[str], row: Mapping[str, Any]) -> Bound:
    """The equation on a row, with the cells of each of the columns it has."""
    cells = {name: _cells(rule.table, row, name) for name in named}
    return Bound(rule.id, equation, row, cells, rule.truncated, tuple(rule.causes))


def _cells(table: str, row: Mapping[str, Any], column: str) -> tuple[str, ...]:
    listed = row.get(f"{column}_cells")
    if isinstance(listed, str):
        return tuple(listed.split())
    if table == "forms":
        return (f"/{column}",) if column in FORM_CELLS else ()
    if table == "levels":
        return (f"{row['cell']}/level1",) if column == "stated" else ()
    return (f"{row['cell']}/{column}",)
