"""Flat tables: a row per indicator, the project's columns repeated or merged down beside it.

Headers compete for the keys of an evaluation as those of a form do: by name, by stem, by the kinds
of the cells below them, and by whether a column changes within a project. Two header rows are one.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from auditor.forms import vocabulary as words
from auditor.forms.columns import TARGET_PARTS, kind_weight
from auditor.forms.evaluation import (
    AMOUNTS,
    FORM_CELLS,
    FUND_FIELDS,
    INDICATOR_CELLS,
    Evaluation,
    Fund,
    Indicator,
    Unplaced,
)
from auditor.forms.form_reader import confidence
from auditor.forms.rows import Row, rows_of
from auditor.forms.signs import BY_NAME, Sign, sign
from auditor.forms.table_heads import heads_of
from auditor.intake.document import Cell, Grid, Place, Sheet

_FUND_KINDS = ("total", "current_year", "carried_over", "other")
_FUND_KEYS = frozenset(f"funds.{kind}.{name}" for kind in _FUND_KINDS for name in FUND_FIELDS[1:9])
_OF_ROWS = frozenset((*INDICATOR_CELLS, *TARGET_PARTS))
_OF_FORM = frozenset((*FORM_CELLS, *_FUND_KEYS))
_ENGLISH = frozenset((*FORM_CELLS, *_FUND_KEYS, *INDICATOR_CELLS))
OF_INDICATORS = frozenset({"project", "level3", "target"})
_LOOKED_AT = 60  # rows that tell what a column holds
_NAMED, _STEM = 10.0, 6.0
_STEADY, _CHANGING = 3.0, -6.0
_MOST_HEADERS = 2


@dataclass(frozen=True, slots=True)
class FlatTable:
    """Headers (each with the texts it may be read by) over rows of texts with their places."""

    headers: tuple[tuple[str, ...], ...]
    rows: tuple[tuple[str | None, ...], ...]
    places: tuple[tuple[Place, ...], ...]


def flat_table(part: Sheet | Grid) -> FlatTable | None:
    """A part that is a table of records, or None."""
    if isinstance(part, Sheet):
        places = tuple((place,) * len(part.header) for place in part.places)
        rows = tuple(tuple(map(_squeezed, row)) for row in part.rows)
        return FlatTable(tuple((name,) for name in part.header), rows, places)
    if not part.spans_known:
        return None
    filled = (row for row in rows_of((part,)) if row.filled())
    top = list(islice(filled, _MOST_HEADERS + 1))
    likely = [d for d in range(1, min(len(top), _MOST_HEADERS + 1)) if _names_project(top[:d])]
    if not likely:
        return None
    whole = [*top, *filled]
    tables = (_of_grid(whole, depth) for depth in likely)
    return next((table for table in tables if columns(table) is not None), None)


def _names_project(rows: Sequence[Row]) -> bool:
    """Whether header rows name projects and something of indicators, as no form does in one."""
    told = [sign(cell.text) for row in rows for cell in row.filled()]
    return any(s.meant("header") == "project" or s.text in _ENGLISH for s in told) and any(
        s.meant("columns.indicators") or s.text in _ENGLISH for s in told
    )


def whole_table(part: Sheet | Grid) -> FlatTable | None:
    """A part as a table of records whatever its headers are, its first row over the others."""
    if isinstance(part, Sheet):
        return flat_table(part)
    rows = [row for row in rows_of((part,)) if row.filled()]
    return _of_grid(rows, 1) if len(rows) > 1 else None


def _of_grid(rows: Sequence[Row], depth: int) -> FlatTable:
    heads = heads_of(rows[:depth])
    starts = {head.extent.start: number for number, head in enumerate(heads)}
    lines: list[tuple[str | None, ...]] = []
    places: list[tuple[Place, ...]] = []
    for row in rows[depth:]:
        own: dict[int, Cell] = {}
        for cell in (*row.cells, *row.above):
            if cell.column in starts and starts[cell.column] not in own:
                own[starts[cell.column]] = cell
        if not own:
            continue
        first = next(iter(own.values())).place
        lines.append(tuple(_squeezed(own[n].text) if n in own else None for n in range(len(heads))))
        places.append(tuple(own[n].place if n in own else first for n in range(len(heads))))
    return FlatTable(tuple(head.texts for head in heads), tuple(lines), tuple(places))


def _squeezed(text: str | None) -> str | None:
    return (words.squeeze(str(text)) or None) if text is not None else None


def columns(table: FlatTable, needed: frozenset[str] = OF_INDICATORS) -> dict[int, str] | None:
    """What each column means, or None where one that is needed is not there."""
    offers = [
        (score, number, key)
        for number, texts in enumerate(table.headers)
        for key, score in _offers(table, number, texts)
    ]
    taken: dict[int, str] = {}
    for _score, number, key in sorted(offers, key=lambda offer: (-offer[0], offer[1])):
        if number not in taken and key not in taken.values():
            taken[number] = key
    return dict(sorted(taken.items())) if needed <= set(taken.values()) else None


def _offers(table: FlatTable, number: int, texts: Sequence[str]) -> Iterator[tuple[str, float]]:
    """The keys that a column may be, with the evidence for each."""
    if texts[0] in _ENGLISH:
        yield texts[0], 2 * _NAMED
        return
    strengths: dict[str, float] = {}
    for text in texts:
        for key, strength in _by_words(sign(text)):
            strengths[key] = max(strengths.get(key, 0.0), strength)
    changes = _changes(table, number) if len(strengths) > 1 else None
    for key, strength in strengths.items():
        yield key, strength + _fitness(table, number, key, changes=changes)


def _by_words(told: Sign) -> Iterator[tuple[str, float]]:
    plain = words.plain(told.text)
    if (named := words.flat_names().get(plain)) is not None:
        yield named, _NAMED + 1
    for family in ("header", "goals", "columns.funds", "columns.indicators", "total", "grade"):
        found = told.labels.get(family)
        if found is None or found[0] in ("other", "open"):
            continue
        strength = _NAMED if found[1] == BY_NAME else _STEM
        if family == "columns.funds":
            if found[0] in (*AMOUNTS, "rate"):
                yield f"funds.total.{found[0]}", strength
        elif family == "total":
            yield "total_score", strength - 2
        else:
            yield found[0], strength


def _fitness(table: FlatTable, number: int, key: str, *, changes: bool | None) -> float:
    """How well the cells of a column go with a key."""
    told = [sign(row[number] or "") for row in table.rows[:_LOOKED_AT]]
    told = [s for s in told if s.text]
    kinds = 0.0
    if told and key in _OF_ROWS:
        kinds = sum(kind_weight("indicators", key, s) for s in told) / len(told)
    elif told and key in ("goal_expected", "goal_actual"):
        kinds = 2 * sum(s.kind == "text" for s in told) / len(told)
    if changes is None:
        return kinds
    if key in _OF_FORM:
        return kinds + (_CHANGING if changes else _STEADY)
    return kinds + (_STEADY if changes else 0.0)


def _changes(table: FlatTable, number: int) -> bool | None:
    """Whether a column changes within a project; None where no project has two rows."""
    project = next(
        (n for n, texts in enumerate(table.headers)
         if any(sign(text).meant("header") == "project" for text in texts)),
        None,
    )  # fmt: skip
    if project is None:
        return None
    told = False
    for first, second in itertools.pairwise(table.rows[:_LOOKED_AT]):
        if second[project] in (None, first[project]):
            told = True
            if first[number] != second[number] and second[number] is not None:
                return True
    return False if told else None


def read(file: str, table: FlatTable, named: dict[int, str]) -> Iterator[Evaluation]:
    """One evaluation per project: rows that follow each other with the same project and unit."""
    present = set(named.values())
    lines = [
        ({key: row[number] for number, key in named.items()}, row, places)
        for row, places in zip(table.rows, table.places, strict=True)
        if any(row[number] for number in named)
    ]
    at = {key: number for number, key in named.items()}
    groups = itertools.groupby(
        lines, key=lambda line: tuple(line[0].get(k) for k in ("project", "unit", "year"))
    )
    for number, (_key, group) in enumerate(groups, 1):
        rows = list(group)
        form = Evaluation(file, number)
        first, _row, places = rows[0]
        for name in present & set(FORM_CELLS):
            setattr(form, name, first[name])
        _funds(form, first, present)
        _money_unit(form, table, named)
        _set_places(form, places, at)
        for values, _texts, where in rows:
            _indicator(form, values, where, at)
        form.missing_columns += [
            name for name in (*INDICATOR_CELLS[:7], "deviation") if name not in present
        ]
        form.unknown = frozenset(name for name in FORM_CELLS if name not in present)
        form.unplaced = list(_unplaced(rows, named, table))
        form.confidence = confidence(form)
        yield form


def _set_places(form: Evaluation, places: Sequence[Place], at: dict[str, int]) -> None:
    """What all rows of a project repeat stands in its first row."""
    for name in FORM_CELLS:
        if name in at and getattr(form, name) is not None:
            form.locators[f"/{name}"] = places[at[name]].as_dict()
    for number, fund in enumerate(form.funds):
        for cell in FUND_FIELDS[1:9]:
            key = f"funds.{fund.kind}.{cell}"
            if key in at and getattr(fund, cell) is not None:
                form.locators[f"/funds/{number}/{cell}"] = places[at[key]].as_dict()


def _indicator(
    form: Evaluation,
    values: dict[str, str | None],
    places: Sequence[Place],
    at: dict[str, int],
) -> None:
    cells = {name: values.get(name) for name in INDICATOR_CELLS}
    parts = [values.get(name) for name in TARGET_PARTS[:2]]
    before = [part for part in parts if part and not words.is_nature(part)]
    pieces = [piece for piece in (*before, cells["target"], values.get("target_unit")) if piece]
    cells["target"] = pieces[0] if len(set(pieces)) == 1 else "".join(pieces) or None
    for name, text in cells.items():
        key = name if name in at else next((p for p in TARGET_PARTS if p in at), None)
        if text is not None and key is not None:
            pointer = f"/indicators/{len(form.indicators)}/{name}"
            form.locators[pointer] = places[at[key]].as_dict()
    form.indicators.append(Indicator(**cells))


def _unplaced(
    rows: Sequence[tuple[dict[str, str | None], Sequence[str | None], Sequence[Place]]],
    named: dict[int, str],
    table: FlatTable,
) -> Iterator[Unplaced]:
    """The filled cells of columns that mean nothing here and are none of no interest."""
    left = [
        number
        for number, texts in enumerate(table.headers)
        if number not in named and not any(_is_other(sign(text)) for text in texts)
    ]
    for _values, row, places in rows:
        for number in left:
            if text := row[number]:
                yield Unplaced(text, places[number].as_dict())


def _is_other(told: Sign) -> bool:
    families = ("header", "columns.funds", "columns.indicators")
    return any(told.meant(family) == "other" for family in families)


def _money_unit(form: Evaluation, table: FlatTable, named: dict[int, str]) -> None:
    """The unit of the amounts, where only their headers tell it: 年初预算数（万元）."""
    if form.money_unit is not None:
        return
    units = {
        unit
        for number, key in named.items()
        if key.rpartition(".")[2] in AMOUNTS
        for text in table.headers[number][:1]
        if (unit := words.money_unit(text)) is not None
    }
    if len(units) == 1:
        form.money_unit = units.pop()


def _funds(form: Evaluation, values: dict[str, str | None], present: set[str]) -> None:
    for kind in _FUND_KINDS:
        cells = {
            name: values[key]
            for name in FUND_FIELDS[1:9]
            if (key := f"funds.{kind}.{name}") in present
        }
        if any(cells.values()):
            fund = Fund(kind=kind, parent=0 if form.funds else None)
            for name, text in cells.items():
                setattr(fund, name, text)
            form.funds.append(fund)
    for name in FUND_FIELDS[2:8]:
        if not any(key.endswith(f".{name}") for key in present if key.startswith("funds.")):
            form.missing_columns.append(f"funds.{name}")
    if not any(key.startswith("funds.") for key in present):
        form.missing_rows.append("funds")
    elif not any(key.startswith("funds.current_year") for key in present):
        form.missing_rows.append("fund_parts")
