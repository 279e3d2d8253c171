"""Build the fact tables: evaluations in, one list per column out.

The rule engine loads the lists into DuckDB; the API turns them into pandas DataFrames.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import repeat
from typing import TYPE_CHECKING, Any

from auditor.facts import (
    amounts,
    batch,
    claims,
    forms,
    funds,
    indicators,
    narrative,
    narrative_numbers,
    text_faults,
    texts,
    topics,
    weights,
)
from auditor.facts.context import Context, add_previous, covered, last_year
from auditor.facts.numbers import points
from auditor.facts.schema import tables
from auditor.facts.spelling import Spellings
from auditor.forms.evaluation import Evaluation
from auditor.forms.text_budget import shortened

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Norms:
    """What facts take from a profile: grade bands, best first, and usual spreads of the points."""

    bands: tuple[tuple[str, Decimal], ...] = (
        ("优", Decimal(90)),
        ("良", Decimal(80)),
        ("中", Decimal(60)),
        ("差", Decimal(0)),
    )
    spreads: tuple[tuple[int, ...], ...] = ((10, 50, 30, 10, 0),)

    @classmethod
    def of(cls, parameters: Mapping[str, str]) -> "Norms":
        """The norms of a profile's parameters."""
        grades = {"优": "grade_excellent", "良": "grade_good", "中": "grade_fair"}
        bands = [(grade, Decimal(parameters[name])) for grade, name in grades.items()]
        spreads = [tuple(map(int, s.split("/"))) for s in parameters["level_spreads"].split()]
        return cls((*bands, ("差", Decimal(0))), tuple(spreads))


NATIONAL = Norms()
_TOGETHER = 50  # forms whose rows become columns at once


@dataclass(slots=True)
class Table:
    """One fact table as equally long column lists, in the order of its schema."""

    name: str
    columns: dict[str, list[Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.columns = {column.name: [] for column in tables()[self.name]}

    def extend(self, rows: Sequence[dict[str, Any]]) -> None:
        """Appends rows; a column that they do not name is null."""
        for name, values in self.columns.items():
            values.extend(map(dict.get, rows, repeat(name)))

    def __len__(self) -> int:
        return len(self.columns["form_id"])

    def row(self, number: int) -> "Row":
        """The row at a position (from 0), as a mapping from column to value."""
        return Row(self.columns, number)

    def to_pandas(self) -> "pd.DataFrame":
        """The table as a DataFrame; numbers stay exact decimals."""
        import pandas as pd

        return pd.DataFrame(self.columns)


class Row(Mapping[str, Any]):
    """A row of a table as a mapping; nothing is copied, because few columns are looked at."""

    __slots__ = ("_columns", "_number")

    def __init__(self, columns: Mapping[str, list[Any]], number: int) -> None:
        self._columns, self._number = columns, number

    def __getitem__(self, name: str) -> Any:
        return self._columns[name][self._number]

    def get(self, name: str, default: Any = None) -> Any:
        """As of any mapping, without an exception for every column that is not there."""
        column = self._columns.get(name)
        return default if column is None else column[self._number]

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)


Facts = dict[str, Table]


@dataclass(frozen=True, slots=True)
class FormSurroundings:
    """What a form's facts take from outside it: its year, other forms, and last year's form."""

    year: int | None
    columns: Mapping[str, Any]
    last: Evaluation | None


def build(
    evaluations: Sequence[Evaluation],
    norms: Norms = NATIONAL,
    context: Context = Context(),  # noqa: B008 - immutable
) -> Facts:
    """All fact tables of a submission; ``form_id`` is the position in ``evaluations``."""
    surroundings, whole = compare(evaluations, context)
    return of_forms(evaluations, surroundings, norms, whole)


def compare(
    evaluations: Sequence[Evaluation], context: Context
) -> tuple[list[FormSurroundings], dict[str, Any] | None]:
    """Compare the forms of a submission with each other and with what ``context`` holds.

    For each form what its facts need of the others, and the row about the submission, which an
    empty one does not have.
    """
    if not evaluations:
        return [], None
    found = batch.compare(evaluations)
    before = context.by_project()
    last = [last_year(form, before) for form in evaluations] if before else repeat(None)
    whole = {"row_id": 0, "cell": "", **found.whole, **covered(evaluations, context.roster)}
    known = zip(found.years, found.columns, last)  # noqa: B905 - the last may be endless
    return [FormSurroundings(*own) for own in known], whole


def of_forms(
    evaluations: Sequence[Evaluation],
    beside: Sequence[FormSurroundings],
    norms: Norms,
    whole: Mapping[str, Any] | None,
) -> Facts:
    """Build the fact tables of one part of a submission; ``form_id`` counts from 0 in the part."""
    facts = {name: Table(name) for name in tables()}
    if whole is not None:
        facts["submission"].extend([{**whole, "form_id": 0}])
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in tables()}
    for form_id, (form, known) in enumerate(zip(evaluations, beside, strict=True)):
        for name, made in _rows(shortened(form), known, norms).items():
            for row in made:
                row["form_id"] = form_id
                rows[name].append(row)
        if (form_id + 1) % _TOGETHER == 0:
            _move(rows, facts)
    _move(rows, facts)
    return facts


def _rows(
    form: Evaluation, known: FormSurroundings, norms: Norms
) -> dict[str, Iterable[dict[str, Any]]]:
    """The rows of one form in every table but that of the submission."""
    made = indicators.rows(form, known.year)
    own = {**known.columns, **_form(form, made, norms)}
    for row in made:
        row["unit_rate_scored"] = own["unit_rate_scored"]
    if known.last is not None:
        add_previous(form, own, made, known.last)
    names = Spellings(form)
    return {
        "forms": [own],
        "fund_lines": funds.rows(form, made),
        "indicators": made,
        "levels": forms.level_rows(form),
        "told": narrative_numbers.rows(form, made, known.year),
        "texts": (_worded(row, names) for row in texts.rows(form, known.year)),
    }


def _move(rows: dict[str, list[dict[str, Any]]], facts: Facts) -> None:
    """Appends the rows of some forms to their tables, a column at a time."""
    for name, made in rows.items():
        facts[name].extend(made)
        made.clear()


def _worded(row: dict[str, Any], names: Spellings) -> dict[str, Any]:
    """The row of a text with what is wrong with its wording."""
    role, text = row["role"], row["text"]
    row.update(text_faults.columns(role, text, beside_date=row["beside_date"]))
    row.update(names.columns(role, text))
    return row


def _form(form: Evaluation, rows: list[dict[str, Any]], norms: Norms) -> dict[str, Any]:
    """Everything that is true of one form as a whole."""
    execution = next((points(fund.weight) for fund in form.funds if fund.kind == "total"), None)
    return {
        **forms.row(form, norms.bands),
        **narrative.columns(form, rows),
        **topics.columns(form),
        **claims.columns(form, rows),
        **weights.columns(rows, execution.value if execution else None, norms.spreads),
        **amounts.columns(form, rows),
    }
