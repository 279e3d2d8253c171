"""Evaluations to fact tables: column lists, ready for DuckDB, or pandas DataFrames for the API."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from auditor.facts import forms, funds, indicators, texts
from auditor.facts.schema import tables
from auditor.forms.evaluation import Evaluation

if TYPE_CHECKING:
    import pandas as pd

NATIONAL_BANDS = (
    ("优", Decimal(90)),
    ("良", Decimal(80)),
    ("中", Decimal(60)),
    ("差", Decimal(0)),
)


@dataclass(slots=True)
class Table:
    """One fact table as equally long column lists, in the order of its schema."""

    name: str
    columns: dict[str, list[Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.columns = {column.name: [] for column in tables()[self.name]}

    def add(self, row: dict[str, Any]) -> None:
        """Appends a row; a column that it does not name is null."""
        for name, values in self.columns.items():
            values.append(row.get(name))

    def __len__(self) -> int:
        return len(self.columns["form_id"])

    def row(self, number: int) -> dict[str, Any]:
        """The row at a position, as a mapping."""
        return {name: values[number] for name, values in self.columns.items()}

    def to_pandas(self) -> "pd.DataFrame":
        """The table as a DataFrame; numbers stay exact decimals."""
        import pandas as pd

        return pd.DataFrame(self.columns)


Facts = dict[str, Table]


def build(
    evaluations: Sequence[Evaluation],
    bands: tuple[tuple[str, Decimal], ...] = NATIONAL_BANDS,
) -> Facts:
    """All fact tables of a submission; ``form_id`` is the position in ``evaluations``."""
    facts = {name: Table(name) for name in tables()}
    years = _years(evaluations)
    for form_id, form in enumerate(evaluations):
        year = years[form_id]
        key = {"form_id": form_id}
        facts["forms"].add(forms.row(form, bands) | key)
        for row in funds.rows(form):
            facts["fund_lines"].add(row | key)
        for row in indicators.rows(form, year):
            facts["indicators"].add(row | key)
        for row in forms.level_rows(form):
            facts["levels"].add(row | key)
        for row in texts.rows(form, year):
            facts["texts"].add(row | key)
    return facts


def _as_year(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"(19|20)[0-9]{2}", text) else None


def _years(evaluations: Sequence[Evaluation]) -> list[int | None]:
    """Each form's budget year; a form that prints none takes the one that its file agrees on."""
    own = [_as_year(f.year) for f in evaluations]
    by_file: dict[str, Counter[int]] = {}
    for form, year in zip(evaluations, own, strict=True):
        if year is not None:
            by_file.setdefault(form.file, Counter())[year] += 1
    agreed = {file: next(iter(found)) for file, found in by_file.items() if len(found) == 1}
    return [
        year if year is not None else agreed.get(form.file)
        for form, year in zip(evaluations, own, strict=True)
    ]
