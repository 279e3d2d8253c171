"""The forms of a document: rows with their roles, cut into forms, each read by its sections."""

from collections.abc import Sequence
from itertools import pairwise

from auditor.forms import titles
from auditor.forms import vocabulary as words
from auditor.forms.evaluation import Evaluation, Unplaced
from auditor.forms.evaluation_builder import doubt
from auditor.forms.fund_table import FundTable
from auditor.forms.goals import GOALS, Goals
from auditor.forms.header_pairs import HeaderReader
from auditor.forms.indicator_table import IndicatorTable
from auditor.forms.ledger import Ledger
from auditor.forms.row_roles import row_roles
from auditor.forms.rows import Row
from auditor.forms.signs import Sign, sign
from auditor.intake import limits
from auditor.intake.document import Cell
from auditor.language import _

_TOP = frozenset({"title", "heading", "pairs"})
_LINE = 16  # a line above the title is no longer than this
_TABLES = frozenset({"fund_header", "fund_pairs", "indicator_header", "goal_header", "goal_pair"})


def read(file: str, rows: Sequence[Row]) -> list[Evaluation]:
    """Every form among ``rows``, in order; [] when there is none."""
    return [form for form, _ledger in read_with_ledger(file, rows)]


def read_with_ledger(
    file: str, rows: Sequence[Row]
) -> list[tuple[Evaluation, tuple[Ledger, Sequence[Row]]]]:
    """The same, each form with what became of its cells and the rows that are its own."""
    roles = row_roles(rows)
    found: list[tuple[Evaluation, tuple[Ledger, Sequence[Row]]]] = []
    for start, end in _spans(rows, roles):
        reader = _FormReader(Evaluation(file, len(found) + 1), rows[start:end], roles[start:end])
        form = reader.read()
        if form.indicators or form.funds:
            if found:
                titles.carry_year(form, found[-1][0])
            found.append((form, (reader.ledger, reader.rows)))
    return found


def _spans(rows: Sequence[Row], roles: Sequence[str]) -> list[tuple[int, int]]:
    """Where each form begins and ends: a title or header pairs below a finished form begin one."""
    starts: list[int] = []
    tables: set[str] = set()
    for number, role in enumerate(roles):
        if role in _TABLES:
            if not starts:
                starts.append(_top(rows, roles, number, 0))
            tables.add(role)
        elif starts and _begins_another(rows[number], role, tables):
            if _leads_to_table(roles, number):
                starts.append(_top(rows, roles, number, starts[-1] + 1))
                tables = set()
        elif role == "pairs" and not starts and _leads_to_table(roles, number):
            starts.append(_top(rows, roles, number, 0))
    return list(pairwise([*starts, len(rows)]))


def _begins_another(row: Row, role: str, tables: set[str]) -> bool:
    """Whether a title, or a header that names a project, stands below a finished form."""
    named = role == "title" or (role == "pairs" and _names_project(row))
    return named and _finished(tables)


def _finished(tables: set[str]) -> bool:
    return "indicator_header" in tables or len(tables) > 1


def _names_project(row: Row) -> bool:
    return any(sign(cell.text).meant("header") == "project" for cell in row.filled()) or any(
        name == "project" for cell in row.filled() for name, _value in words.inline_pairs(cell.text)
    )


def _leads_to_table(roles: Sequence[str], start: int) -> bool:
    """Whether a table follows before anything that ends a form."""
    for role in roles[start:]:
        if role in _TABLES:
            return True
        if role in ("indicator", "fund_row"):
            return False
    return False


def _top(rows: Sequence[Row], roles: Sequence[str], number: int, floor: int) -> int:
    """The first row of the form whose title, header or table is at ``number``."""
    top, titled = number, roles[number] == "title"
    while (
        top > floor
        and number - top < titles.REACH
        and _is_above(rows[top - 1], roles[top - 1], titled=titled)
    ):
        top -= 1
        titled = titled or roles[top] == "title"
    while top < number and not rows[top].filled():
        top += 1
    return top


def _is_above(row: Row, role: str, *, titled: bool) -> bool:
    """Whether a row belongs to the form below it: above its title only a short line does."""
    filled = row.filled()
    if not filled:
        return True
    if not titled:
        return role in _TOP
    return role == "heading" and len(filled) == 1 and len(words.squeeze(filled[0].text)) <= _LINE


class _FormReader:
    """Walks the rows of one form by their roles."""

    def __init__(self, form: Evaluation, rows: Sequence[Row], roles: Sequence[str]) -> None:
        self.form, self.rows, self.roles = form, rows, roles
        self.ledger = Ledger()
        self.header = HeaderReader(form, self.ledger)
        self.funds = FundTable(form, self.ledger)
        self.goals = Goals(form, self.ledger)
        self.table = IndicatorTable(form, self.ledger)
        self.money_line: Cell | None = None
        self.sections: set[str] = set()
        self._in_block = False
        self._following = _following(rows, roles)

    def read(self) -> Evaluation:
        """The form."""
        self._heading()
        number = 0
        while number < len(self.rows) and not self._is_full():
            number += self._row(number)
        return self._finish()

    def _is_full(self) -> bool:
        """Whether the form has more rows than are audited: it is refused, whatever follows."""
        return len(self.form.funds) + len(self.form.indicators) > limits.MAX_ROWS

    def _heading(self) -> None:
        """Title, year and unit of amounts from the lines above the first table."""
        first = next((n for n, role in enumerate(self.roles) if role in _TABLES), len(self.roles))
        top = next((n for n, role in enumerate(self.roles) if role == "pairs"), first)
        lines = [
            row for n, (row, role) in enumerate(zip(self.rows[:first], self.roles, strict=False))
            if role in ("title", "heading") or (role in ("other", "section", "note") and n < top)
        ]  # fmt: skip
        cells = titles.lines(lines)
        titles.read_title(self.form, cells)
        for row in lines:
            for cell in row.filled():
                self.ledger.furniture(*([cell] if _is_heading_furniture(cell, cells) else []))

    def _row(self, number: int) -> int:
        """Reads a row, or a header with the rows that belong to it; how many that were."""
        row, role = self.rows[number], self.roles[number]
        if not row.filled():
            return 1
        self._sections(row)
        self._in_block = self._in_block and role == "block"
        if self.money_line is None and role not in ("indicator", "sum"):
            self.money_line = titles.money_cell(row)
            self.ledger.label(self.money_line)
        if role in ("fund_header", "indicator_header"):
            return self._table_head(number, role)
        if role == "sum" and self._is_indicator(number):
            role = "indicator"
        reader = {
            "pairs": self.header.read,
            "heading": self.header.read if "：" in _text(row) or ":" in _text(row) else None,
            "fund_row": self.funds.row,
            "fund_pairs": self.funds.pairs,
            "goal_header": self.goals.head,
            "goal_pair": self.goals.pair,
            "goal_row": self.goals.row,
            "indicator": self.table.row,
            "sum": self.table.sum,
            "grade": self.table.grade,
            "block": self._block,
            "signature": self._furniture,
            "note": self._furniture,
            "section": self._section,
        }.get(role)
        if reader is not None:
            reader(row)
        return 1

    def _is_indicator(self, number: int) -> bool:
        """Whether a name and a figure between indicators are one too: a sum there says so."""
        directly, at_last = self._following[number]
        if _is_labelled_sum(self.rows[number]):
            return False
        if directly == "indicator":
            return True
        return at_last in ("indicator", "sum") and not self.table.is_sum(self.rows[number])

    def _table_head(self, number: int, role: str) -> int:
        size = 1
        while number + size < len(self.rows) and self.roles[number + size] == "header_more":
            size += 1
        wanted = {"fund_header": "fund_row", "indicator_header": "indicator"}[role]
        data = []
        for row, own in zip(self.rows[number + size :], self.roles[number + size :], strict=True):
            if own in _TABLES:
                break
            if own == wanted:
                data.append(row)
        self._label_above(number)
        table = self.funds if role == "fund_header" else self.table
        table.head(self.rows[number : number + size], data)
        return size

    def _label_above(self, number: int) -> None:
        """A short line right above a header is the label of its table, whatever it says."""
        above = next((row for row in reversed(self.rows[:number]) if row.filled()), None)
        if above is not None and len(above.filled()) == 1:
            (cell,) = above.filled()
            if sign(cell.text).short and self.ledger.what(cell) is None:
                self.ledger.label(cell)

    def _sections(self, row: Row) -> None:
        for cell in row.filled():
            told = sign(cell.text)
            if told.short and (name := told.named("sections")):
                self.sections.add(name)

    def _section(self, row: Row) -> None:
        self.ledger.label(*row.filled())
        self.funds.unit_cells += row.filled()

    def _block(self, row: Row) -> None:
        """A block that the template adds: its label, what stands beside it, its further rows."""
        first, *_rest = row.filled()
        if "blocks" in sign(first.text).labels or self._in_block:
            self._in_block = True
            self.ledger.furniture(*row.filled())

    def _furniture(self, row: Row) -> None:
        self.ledger.furniture(*row.filled())

    def _finish(self) -> Evaluation:
        form = self.form
        self.header.settle()
        self.funds.settle()
        self.goals.settle()
        self.table.settle()
        self._money_unit()
        form.missing_columns = [
            *(f"funds.{name}" for name in self.funds.columns.missing()),
            *self.table.columns.missing(),
        ]
        present = {
            "department": "department" in self.header.seen,
            "unit": "unit" in self.header.seen,
            "funds": bool(form.funds),
            "goals": self.goals.seen,
            "total": self.table.total_seen or "total" in self.header.seen,
            "grade": self.table.grade_seen or "grade" in self.header.seen,
        }
        form.missing_rows = [name for name, there in present.items() if not there]
        if len(form.funds) == 1:  # a fund table of one row is one without sources
            form.missing_rows.append("fund_parts")
        self._doubt_unread()
        self._known_labels()
        form.unplaced = [
            Unplaced(words.squeeze(cell.text), cell.place.as_dict())
            for cell in self.ledger.unplaced(self.rows)
        ]
        self._doubt_unplaced()
        form.confidence = confidence(form)
        return form

    def _money_unit(self) -> None:
        for cell in self.funds.unit_cells:
            if self.form.money_unit is None and (unit := words.money_unit(cell.text)):
                self.form.money_unit = unit
                self.form.locators["/money_unit"] = cell.place.as_dict()
        titles.settle_money(self.form, self.money_line)

    def _doubt_unread(self) -> None:
        """A section that is there but was not understood; every form has indicators."""
        reason = _("这一部分认不出它的表头和各行：请改用常用的表头")
        for table in ("funds", "indicators"):
            expected = table in self.sections or table == "indicators"
            if expected and not getattr(self.form, table):
                doubt(self.form, f"/{table}", reason, (None,))
        if not self.form.indicators or ("goals" in self.sections and not self.goals.seen):
            for name in GOALS:  # the rows of an unknown header may have gone into the narratives
                doubt(self.form, f"/{name}", reason, (getattr(self.form, name),))

    def _known_labels(self) -> None:
        """Labels that the vocabulary lists are no values, wherever they stand."""
        for cell in list(self.ledger.unplaced(self.rows)):
            told = sign(cell.text)
            if told.short and any(told.named(family) for family in _LABELS):
                self.ledger.label(cell)
            elif is_furniture(told):
                self.ledger.furniture(cell)

    def _doubt_unplaced(self) -> None:
        """What the form seems to lack may be a cell that was given no place."""
        for name in ("department", "unit"):
            if name in self.form.missing_rows and any(
                1 < len(cell.text) <= _FIELD and sign(cell.text).kind in ("label", "text")
                for cell in self.form.unplaced
            ):
                reason = _("表里有没归位的内容，可能就是这一栏：请核对")
                doubt(self.form, f"/{name}", reason, (None,))


def _following(rows: Sequence[Row], roles: Sequence[str]) -> list[tuple[str | None, str | None]]:
    """For each row the role of the next filled one, and of the next that is no unlabelled sum."""
    found: list[tuple[str | None, str | None]] = []
    directly: str | None = None
    at_last: str | None = None
    for row, role in zip(reversed(rows), reversed(roles), strict=True):
        found.append((directly, at_last))
        if row.filled():
            directly = role
            if role != "sum" or _is_labelled_sum(row):
                at_last = role
    return found[::-1]


def _is_labelled_sum(row: Row) -> bool:
    """Whether a cell says that the row is a total or a subtotal."""
    told = [sign(cell.text) for cell in row.filled()]
    return any(s.short and {"total", "subtotal"} & s.labels.keys() for s in told)


def is_furniture(told: Sign) -> bool:
    """A listed block, a dash, a note or a year: nothing that a field holds."""
    block = told.short and told.named("blocks") is not None
    said = titles.is_note(told.text) or titles.is_year_line(told.text)
    return block or said or told.kind == "mark"


_LABELS = ("header", "sections", "goals", "funds", "columns.funds", "columns.indicators", "total",
           "grade")  # fmt: skip
_FIELD = 40


def confidence(form: Evaluation) -> float:
    """The share of filled cells whose place is certain, cells in doubt and unplaced apart."""
    doubted = {known.cell for known in form.doubts}
    cells = form.cells() if doubted else ()  # without a doubt no cell is unsure
    unsure = [c for c, text in cells if text is not None and not doubted.isdisjoint(_upwards(c))]
    nowhere = doubted.difference(*map(_upwards, unsure))
    filled = sum(1 for _text in form.texts())
    total = filled + len(form.unplaced) + len(nowhere)
    return round((filled - len(unsure)) / total, 3) if total else 0.0


def _upwards(cell: str) -> list[str]:
    """A cell, its row and its table, as pointers: a doubt may be about any of them."""
    steps = cell.split("/")
    return ["/".join(steps[:end]) for end in range(2, len(steps) + 1)]


def _text(row: Row) -> str:
    return "".join(cell.text for cell in row.filled())


def _is_heading_furniture(cell: Cell, lines: Sequence[Cell]) -> bool:
    return cell in lines
