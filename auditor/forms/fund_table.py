"""The fund table: its rows, what kind of source each is, and which is the total."""

import re
from collections.abc import Mapping, Sequence

from auditor.forms import vocabulary as words
from auditor.forms.arithmetic import figure, sums_hold
from auditor.forms.cell_placement import place, placed_columns
from auditor.forms.column_doubts import doubt_columns, doubt_ways
from auditor.forms.columns import LABEL, Columns
from auditor.forms.evaluation import AMOUNTS, FUND_CELLS, Evaluation
from auditor.forms.evaluation_builder import add_fund, add_to_place, doubt, set_parents
from auditor.forms.ledger import Ledger
from auditor.forms.rows import Row, extents
from auditor.forms.signs import BY_NAME, sign
from auditor.intake.document import Cell
from auditor.language import _

_AMOUNT_COLUMNS = frozenset({*AMOUNTS, "rate"})


class FundTable:
    """Reads the rows of a fund table one by one and settles their kinds at the end."""

    def __init__(self, form: Evaluation, ledger: Ledger) -> None:
        self.form, self.ledger = form, ledger
        self.columns = Columns("funds")
        self.unit_cells: list[Cell] = []

    def head(self, rows: Sequence[Row], data: Sequence[Row]) -> None:
        """Takes the header rows; ``data`` are the rows below them."""
        self.columns = placed_columns("funds", rows, data, labelled=True)
        for row in rows:
            self.unit_cells += row.filled()
            self.ledger.label(*(cell for cell in row.filled() if not self._is_open(cell)))

    def _is_open(self, cell: Cell) -> bool:
        return any(cell in head.cells for head in self.columns.open)

    def pairs(self, row: Row) -> None:
        """预算数: 100  执行数: 90: headers beside their values instead of above them."""
        filled = row.filled()
        spread = extents(filled, spans_known=row.spans_known)
        values: dict[str, Cell] = {}
        number = 0
        while number + 1 < len(filled):
            name = sign(filled[number].text).meant("columns.funds")
            value = filled[number + 1]
            if name in _AMOUNT_COLUMNS and re.match(r"-?[\d.]", words.squeeze(value.text)):
                values[name] = value
                self.columns.named[name] = spread[number + 1]
                self.ledger.label(filled[number])
                number += 2
            else:
                number += 1
        self.columns.straight = True
        self.unit_cells += filled
        if filled and filled[0] not in values.values():
            self.ledger.label(filled[0])
        add_fund(self.form, None, values, self.ledger)

    def row(self, row: Row) -> None:
        """Read one row of the fund table: its label, and the cell below each header."""
        if not self.columns:
            return
        first = min(extent.start for extent in self.columns.named.values())
        placed = place(row, self.columns, labelled=True)
        row = placed.row or row
        values = {name: cell for name, cell in placed.cells.items() if name != LABEL}
        if row.spans_known:
            values = {name: cell for name, cell in values.items() if cell.column >= first}
        label = placed.cells.get(LABEL) or self._label(row, first, values)
        booked = any(words.squeeze(values[n].text) for n in FUND_CELLS[:6] if n in values)
        if label is None and not booked:
            return
        pointer = f"/funds/{len(self.form.funds)}"
        add_fund(self.form, label, values, self.ledger)
        doubt_columns(self.form, pointer, self.columns, row, values)
        doubt_ways(self.form, pointer, placed.cells, placed.others, FUND_CELLS)
        if label is None:
            doubt(self.form, f"{pointer}/label", _("这一行金额没有名目"), (None, ""))

    def _label(self, row: Row, first: int, values: Mapping[str, Cell]) -> Cell | None:
        taken = [id(cell.place) for cell in values.values()]
        before = [
            cell
            for cell in row.filled()
            if (cell.column < first or not row.spans_known)
            and id(cell.place) not in taken
            and not sign(cell.text).figure
            and sign(cell.text).kind not in ("mark", "value")
        ]
        sections = [c for c in before if sign(c.text).named("sections") == "funds"]
        self.unit_cells += sections
        self.ledger.label(*sections)
        own = [cell for cell in before if cell not in sections]
        if not own:
            return None
        # A label of the section that nobody knows stands left of the rows' own labels.
        self.ledger.label(*(c for c in own[:-1] if sign(c.text).meant("sections") or c.rowspan > 1))
        return own[-1]

    def settle(self) -> None:
        """Names the kind of each row and what it is part of."""
        settle_kinds(self.form)


def settle_kinds(form: Evaluation) -> None:
    """Names the kind of each fund row; the total by its label, else by place and sums."""
    if not form.funds:
        return
    told = [sign(fund.label or "").labels.get("funds") for fund in form.funds]
    sure = {found[0]: "" for found in told if found and found[1] == BY_NAME}
    for fund, found in zip(form.funds, told, strict=True):
        if not found or found[0] == "total":
            continue
        # A stem names one row: what is like it further down is a part.
        if found[1] == BY_NAME or sure.setdefault(found[0], fund.label or "") == fund.label:
            fund.kind = found[0]
    named = [n for n, found in enumerate(told) if found == ("total", BY_NAME)]
    like = [n for n, found in enumerate(told) if found and found[0] == "total"]
    total = named[0] if named else like[0] if like else _total_by_sums(form, told)
    if total is not None:
        form.funds[total].kind = "total"
    set_parents(form)


def _total_by_sums(form: Evaluation, told: Sequence[tuple[str, float] | None]) -> int | None:
    """The first row, where its label is none of a source and the rows below are its parts."""
    if told[0] is not None and told[0][0] != "part":
        return None
    first = form.funds[0]
    if first.label is not None and words.opens_parts(first.label):
        return None
    if len(form.funds) == 1:
        return 0
    if _adds_up(form):
        add_to_place(form, "/funds/0/label", told_by="sums")
        return 0
    if not words.opens_parts(form.funds[1].label or ""):
        said = _("名目“{label}”不认识，按位置当作年度资金总额：请核对")
        reason = said.format(label=first.label or "")
        doubt(form, "/funds/0/kind", reason, ("total", "part"))
    return 0


def _adds_up(form: Evaluation) -> bool:
    """Whether the first row is the sum of the others, in every amount that tells."""
    held = []
    for name in AMOUNTS:
        whole = figure(getattr(form.funds[0], name))
        parts = [figure(getattr(fund, name)) for fund in form.funds[1:]]
        known = [part for part in parts if part is not None]
        if whole and known:
            held.append(sums_hold(known, whole))
    return bool(held) and all(held)
