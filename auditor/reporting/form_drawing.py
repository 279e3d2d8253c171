"""A form drawn as it was filled in: header, funds, goals, indicators, total; faulty cells marked.

The printed rows and columns of the national template; a column that the form does not have is left
out. Level cells that repeat down the rows are one cell with a span, as on paper.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from auditor.findings import cell_names
from auditor.findings.model import LEVELS, Finding
from auditor.forms.evaluation import Evaluation
from auditor.reporting.visible_text import legible

_NUMBERS = frozenset(
    {"initial_budget", "full_year_budget", "executed", "weight", "rate", "score", "review_score"}
)
_HEAD = ("project", "department", "unit", "leader", "phone", "year", "money_unit")
_GOALS = ("goal_expected", "goal_actual")
_FOOT = ("total_weight", "total_score", "grade")
_LEVELS = ("level1", "level2")


@dataclass(frozen=True, slots=True)
class Shown:
    """A drawn cell; ``marks`` are the numbers of the findings that accuse it, ``level`` the worst.

    ``span`` is the number of rows it goes down; 0 when the cell above covers it.
    """

    pointer: str
    text: str
    marks: tuple[int, ...] = ()
    level: str | None = None
    number: bool = False
    span: int = 1

    @property
    def id(self) -> str:
        """The pointer as a part of an anchor: funds-0-rate."""
        return self.pointer.strip("/").replace("/", "-") or "form"


@dataclass(frozen=True, slots=True)
class Table:
    """Headers, and rows of as many cells."""

    headers: tuple[str, ...]
    rows: tuple[tuple[Shown, ...], ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A whole form; ``head``, ``goals`` and ``foot`` are labels with their cells."""

    title: str
    head: tuple[tuple[str, Shown], ...]
    funds: Table
    goals: tuple[tuple[str, Shown], ...]
    indicators: Table
    foot: tuple[tuple[str, Shown], ...]

    def cells(self) -> Iterator[Shown]:
        """Every drawn cell."""
        for group in (self.head, self.goals, self.foot):
            yield from (cell for _label, cell in group)
        for table in (self.funds, self.indicators):
            for row in table.rows:
                yield from row


def marks_of(findings: Sequence[Finding]) -> dict[str, list[tuple[int, str]]]:
    """The findings that accuse each cell, as (number, severity); waived ones accuse nobody."""
    marks: dict[str, list[tuple[int, str]]] = {}
    for number, finding in enumerate(findings, 1):
        if finding.waived is None:
            for pointer in finding.cells:
                marks.setdefault(pointer, []).append((number, finding.severity))
    return marks


def draw(form: Evaluation, findings: Sequence[Finding]) -> Drawn:
    """``form`` with the cells that ``findings`` accuse marked by the findings' numbers from 1."""
    marks = marks_of(findings)
    names = cell_names.form_cells()

    def cell(pointer: str, text: str | None, *, number: bool = False) -> Shown:
        found = marks.get(pointer, [])
        worst = min((level for _n, level in found), key=LEVELS.index, default=None)
        return Shown(pointer, legible(text or ""), tuple(n for n, _level in found), worst, number)

    def single(wanted: tuple[str, ...]) -> tuple[tuple[str, Shown], ...]:
        kept = [name for name in wanted if getattr(form, name) is not None or f"/{name}" in marks]
        return tuple(
            (names[name], cell(f"/{name}", getattr(form, name), number=name.startswith("total_")))
            for name in kept
        )

    def table(key: str, columns: dict[str, str]) -> Table:
        rows = getattr(form, key)
        used = [
            name
            for name in columns
            if any(getattr(row, name) is not None for row in rows)
            or any(f"/{key}/{number}/{name}" in marks for number in range(len(rows)))
        ]
        drawn = [
            tuple(
                cell(f"/{key}/{n}/{name}", getattr(row, name), number=name in _NUMBERS)
                for name in used
            )
            for n, row in enumerate(rows)
        ]
        spanned = [used.index(name) for name in _LEVELS if name in used and key == "indicators"]
        return Table(tuple(columns[name] for name in used), tuple(_spanned(drawn, spanned)))

    return Drawn(
        title=legible(form.title or ""),
        head=single(_HEAD),
        funds=table("funds", cell_names.fund_columns()),
        goals=single(_GOALS),
        indicators=table("indicators", cell_names.indicator_columns()),
        foot=single(_FOOT),
    )


def _spanned(rows: list[tuple[Shown, ...]], columns: list[int]) -> list[tuple[Shown, ...]]:
    """Equal unmarked cells below each other become one; a change of an outer level ends a span."""
    drawn = [list(row) for row in rows]
    for depth, column in enumerate(columns):
        start = 0
        for number in range(1, len(rows) + 1):
            same = number < len(rows) and all(
                _joins(rows[start][outer], rows[number][outer]) for outer in columns[: depth + 1]
            )
            if same:
                drawn[number][column] = _covered(rows[number][column], 0)
            else:
                drawn[start][column] = _covered(rows[start][column], number - start)
                start = number
    return [tuple(row) for row in drawn]


def _joins(above: Shown, below: Shown) -> bool:
    return bool(above.text) and above.text == below.text and not below.marks


def _covered(cell: Shown, span: int) -> Shown:
    return Shown(cell.pointer, cell.text, cell.marks, cell.level, cell.number, span)
