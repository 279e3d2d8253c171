"""The fund table in running text: fewer values than columns where a cell is blank.

Every way to set a row's values into its columns is tried; the form's own arithmetic (rates, sums of
parts) says which ways hold. A way that breaks nothing but was not taken leaves a doubt.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import combinations, product
from typing import Protocol

from auditor.forms import vocabulary as words
from auditor.forms.evaluation import AMOUNTS, Doubt, Evaluation
from auditor.forms.evaluation_builder import add_fund
from auditor.forms.fund_table import settle_kinds
from auditor.forms.ledger import Ledger
from auditor.intake.document import Cell, Place
from auditor.language import _
from auditor.quantities.parsing import parse
from auditor.resources import vocabulary

_VALUE = re.compile(r"[+-]?[\d,]+(\.\d+)?[%％]?|[/—－–-]+")
_COLUMNS = (*AMOUNTS, "weight", "rate", "score")
_MAX_WAYS = 4000


class Piece(Protocol):
    """What this module needs of an atom of running text."""

    @property
    def text(self) -> str:
        """Its characters."""

    @property
    def place(self) -> Place:
        """Where it stands."""


Way = dict[str, str]  # column -> printed value


@dataclass(slots=True)
class _FundRow:
    label: Cell
    values: list[Piece]


def read_funds(form: Evaluation, atoms: Sequence[Piece]) -> None:
    """Adds the rows of the fund table, and a doubt for each cell with a second reading."""
    start = next((n for n, a in enumerate(atoms) if _opens_row(a.text)), len(atoms))
    columns = _columns("".join(atom.text for atom in atoms[:start]))
    for atom in atoms[:start]:
        if form.money_unit is None and (unit := words.money_unit(atom.text)):
            form.money_unit = unit
            form.locators["/money_unit"] = atom.place.as_dict()
    rows = _rows(atoms[start:])
    form.missing_columns += [f"funds.{name}" for name in _COLUMNS if name not in columns]
    ways = _ranked_ways(rows, columns)
    for number, row in enumerate(rows):
        taken = ways[0][1][number] if ways else {}
        cells = {
            name: Cell(0, 0, text, _place_of(row, taken, name)) for name, text in taken.items()
        }
        add_fund(form, row.label, cells, Ledger())
    settle_kinds(form)
    _doubts(form, ways)


def _opens_row(text: str) -> bool:
    return words.fund_kind(text) != "part" or text.startswith("其中")


def _columns(header: str) -> list[str]:
    """The columns that a header names, in order, however its words were broken over lines."""
    listed = vocabulary()["columns"]["funds"]
    names = {name: key for key, found in listed.items() for name in found}
    best = _most_columns(header, names, 0, {})
    return list(best) or list(_COLUMNS)


def _most_columns(
    header: str, names: dict[str, str], position: int, known: dict[int, tuple[str, ...]]
) -> tuple[str, ...]:
    """Of all ways to read the header from ``position`` on, the one that names most columns."""
    if position >= len(header):
        return ()
    if position not in known:
        best = _most_columns(header, names, position + 1, known)
        for name, key in names.items():
            if header.startswith(name, position):
                rest = _most_columns(header, names, position + len(name), known)
                if key not in rest and len(rest) + 1 > len(best):
                    best = (key, *rest)
        known[position] = best
    return known[position]


def _rows(atoms: Sequence[Piece]) -> list[_FundRow]:
    rows: list[_FundRow] = []
    label: list[Piece] = []
    for atom in atoms:
        if _VALUE.fullmatch(atom.text) and (label or rows):
            if label:
                rows.append(_FundRow(_label_cell(label), []))
                label = []
            rows[-1].values.append(atom)
        else:
            joined = "".join(a.text for a in label)
            known = words.fund_kind(joined) != "part"
            if known and words.fund_kind(joined + atom.text) == "part":
                rows.append(_FundRow(_label_cell(label), []))  # a row without any value
                label = []
            label.append(atom)
    if label:
        rows.append(_FundRow(_label_cell(label), []))
    return rows


def _label_cell(atoms: Sequence[Piece]) -> Cell:
    return Cell(0, 0, "".join(atom.text for atom in atoms), atoms[0].place)


def _place_of(row: _FundRow, way: Way, name: str) -> Place:
    order = list(way).index(name)
    return row.values[order].place if order < len(row.values) else row.label.place


def _ranked_ways(
    rows: list[_FundRow], columns: list[str]
) -> list[tuple[tuple[int, int], tuple[Way, ...]]]:
    """Joint readings of all rows, best first, each with (equations broken, oddities)."""
    per_row = [_ways([piece.text for piece in row.values], columns) for row in rows]
    total = 1
    for ways in per_row:
        total *= len(ways)
    if total > _MAX_WAYS:  # too many to weigh: keep the likeliest few of each row
        per_row = [ways[:3] for ways in per_row]
    kinds = [words.fund_kind(row.label.text) for row in rows]
    ranked = []
    for order, joint in enumerate(product(*per_row)):
        broken, held = _weigh(kinds, joint)
        odd = sum(_oddity(way, kind) for way, kind in zip(joint, kinds, strict=True))
        ranked.append((broken, odd, -held, order, joint))
    ranked.sort(key=lambda entry: entry[:4])
    return [((entry[0], entry[1]), entry[4]) for entry in ranked]


def _ways(values: list[str], columns: list[str]) -> list[Way]:
    if len(values) > len(columns):
        values = values[: len(columns)]
    ways = [dict(zip(chosen, values, strict=True)) for chosen in combinations(columns, len(values))]
    return [way for way in ways if _possible(way)] or ways[:1]


def _possible(way: Way) -> bool:
    for name, text in way.items():
        percent, number = text.endswith(("%", "％")), parse(text).value is not None
        if percent != (name == "rate") and number and (percent or name == "rate"):
            return False
        if not number and name in AMOUNTS:
            return False
    return True


def _oddity(way: Way, kind: str) -> int:
    """How unlike any form a reading is: a dash for the rate, or a total without its weight."""
    odd = sum(parse(text).kind == "mark" and name == "rate" for name, text in way.items())
    return odd + (kind == "total" and "score" in way and "weight" not in way)


def _amount(way: Way, name: str) -> Decimal | None:
    return parse(way[name]).value if name in way else None


def _weigh(kinds: list[str], joint: tuple[Way, ...]) -> tuple[int, int]:
    """How many of the form's own equations a reading breaks, and how many hold."""
    broken = held = 0
    for way in joint:
        result = _rate_holds(way)
        broken += result is False
        held += result is True
    total = next((n for n, kind in enumerate(kinds) if kind == "total"), None)
    if total is not None:
        for name in AMOUNTS:
            whole = _amount(joint[total], name)
            parts = [_amount(way, name) for n, way in enumerate(joint) if n != total]
            known = [part for part in parts if part is not None]
            if whole is not None and known:
                broken += sum(known) != whole
                held += sum(known) == whole
    return broken, held


def _rate_holds(way: Way) -> bool | None:
    rate = parse(way.get("rate"))
    executed, budget = _amount(way, "executed"), _amount(way, "full_year_budget")
    if rate.value is None or rate.step is None or executed is None or not budget:
        return None
    due = Fraction(executed) / Fraction(budget) * 100
    return abs(due - Fraction(rate.value)) < Fraction(rate.step)


def _doubts(form: Evaluation, ways: list[tuple[tuple[int, int], tuple[Way, ...]]]) -> None:
    best = ways[0] if ways else ((0, 0), ())
    others = [joint for faults, joint in ways[1:] if faults <= best[0]]
    for number in range(len(form.funds)):
        for name in _COLUMNS:
            readings = [best[1][number].get(name)]
            for joint in others:
                if (text := joint[number].get(name)) not in readings:
                    readings.append(text)
            if len(readings) > 1:
                reason = _("这一行少一个数，文本没有表格线，看不出空的是哪一格")
                form.doubts.append(Doubt(f"/funds/{number}/{name}", reason, tuple(readings)))
