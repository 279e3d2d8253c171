"""Grids to evaluations: the rows of a form are told apart by their labels, its columns by headers.

Column numbers mean nothing (producers add and drop grid columns); what counts is which header a
cell stands under. A form begins at its 项目名称 and ends where the next one begins.
"""

import re
from dataclasses import replace
from itertools import pairwise

from auditor.forms import vocabulary as words
from auditor.forms.building import BOOKED, add_fund, add_indicator, put
from auditor.forms.evaluation import Evaluation
from auditor.forms.rows import Extent, Row, below, extents
from auditor.intake.document import Cell

_LEVELS = ("level1", "level2")
_YEAR = re.compile(r"(20\d\d)年")
_GRADES = frozenset("优良中差")
_NATIONAL_FUNDS = (*BOOKED, "weight", "rate", "score")
_NATIONAL_INDICATORS = (
    "level1", "level2", "level3", "target", "actual", "weight", "score", "deviation",
)  # fmt: skip
_GOALS = ("goal_expected", "goal_actual")
_TITLE_ROWS = 8


def read(file: str, rows: list[Row]) -> list[Evaluation]:
    """Every form among ``rows``, in order; [] when there is none."""
    starts = [number for number, row in enumerate(rows) if _starts_form(row)]
    forms: list[Evaluation] = []
    for start, end in pairwise([*starts, len(rows)]):
        reader = _FormReader(Evaluation(file, len(forms) + 1))
        reader.title_block(rows[max(0, start - _TITLE_ROWS) : start])
        reader.body(rows[start:end])
        if reader.is_form():
            forms.append(reader.finish())
    return forms


def _starts_form(row: Row) -> bool:
    return any(words.header_field(cell.text) == "project" for cell in row.filled())


class _FormReader:
    """Walks the rows of one form; ``state`` is the section that the last row belonged to."""

    def __init__(self, form: Evaluation) -> None:
        self.form = form
        self.state = "header"
        self.fund_columns: dict[str, Extent] = {}
        self.goal_columns: dict[str, Extent] = {}
        self.columns: dict[str, Extent] = {}
        self.goals: dict[str, list[Cell]] = {name: [] for name in _GOALS}
        self.filled_down: dict[str, Cell | None] = {}
        self.labels_seen: set[str] = set()
        self.totals_seen = False
        self.total_above = False

    def title_block(self, rows: list[Row]) -> None:
        lines: list[Cell] = []
        for row in reversed(rows):
            filled = row.filled()
            if len(filled) > 1:  # a row of the form before this one
                break
            lines[:0] = filled
        titles = [cell for cell in lines if words.is_title(cell.text)]
        if titles:
            self.form.title = put(self.form, "/title", titles[-1])
            lines = lines[lines.index(titles[-1]) :]
        for cell in lines:
            if found := _YEAR.search(words.squeeze(cell.text)):
                self.form.year = found.group(1)
                self.form.locators["/year"] = cell.place.as_dict()

    def body(self, rows: list[Row]) -> None:
        skip = False
        for row, following in zip(rows, [*rows[1:], None], strict=True):
            if skip:
                skip = False
            elif row.filled():
                skip = self._row(row, following)

    def is_form(self) -> bool:
        return bool(self.form.indicators or self.form.funds)

    def finish(self) -> Evaluation:
        form = self.form
        for name, pieces in self.goals.items():
            text = "".join(words.squeeze(piece.text) for piece in pieces)
            if text:
                setattr(form, name, text)
                form.locators[f"/{name}"] = pieces[0].place.as_dict()
        form.missing_columns = [
            *(f"funds.{name}" for name in _NATIONAL_FUNDS if name not in self.fund_columns),
            *(name for name in _NATIONAL_INDICATORS if name not in self.columns),
        ]
        present = {
            "department": "department" in self.labels_seen,
            "unit": "unit" in self.labels_seen,
            "funds": bool(form.funds),
            "goals": bool(self.goal_columns),
            "total": self.totals_seen or self.total_above,
            "grade": "grade" in self.labels_seen,
        }
        form.missing_rows = [name for name, there in present.items() if not there]
        return form

    def _row(self, row: Row, following: Row | None) -> bool:
        """Reads one row; True when it also used up the row that follows."""
        filled = row.filled()
        columns, used_next = _indicator_header(row, following)
        if columns:
            self.columns, self.state = columns, "indicators"
            return used_next
        if self.state != "indicators" and (funds := _key_value_funds(row)):
            self.fund_columns, self.state = funds, "funds"
            self._money_unit(filled)
            add_fund(self.form, None, below(row, funds, from_above=frozenset()))
        elif self.state != "indicators" and (funds := _named_columns(row, "funds", BOOKED, 2)):
            self.fund_columns, self.state = funds, "funds"
            self._money_unit(filled)
        elif self.state != "indicators" and (goals := _goal_columns(row)):
            self.goal_columns, self.state = goals, "goals"
        elif self._header_pairs(row) or self._grade(filled) or self._total_above(row):
            pass
        elif self.state == "funds":
            self._fund(row)
        elif self.state == "goals":
            self._goal(row)
        elif self.state == "indicators":
            self._indicator(row)
        return False

    def _money_unit(self, cells: list[Cell]) -> None:
        for cell in cells:
            if self.form.money_unit is None and (unit := words.money_unit(cell.text)):
                self.form.money_unit = unit
                self.form.locators["/money_unit"] = cell.place.as_dict()

    def _header_pairs(self, row: Row) -> bool:
        """项目名称 … 实施单位 …: each label takes the filled cell up to the next label."""
        found = False
        for number, cell in enumerate(row.cells):
            name = words.header_field(cell.text)
            if name is None or name in self.labels_seen:
                continue
            found = True
            self.labels_seen.add(name)
            for value in row.cells[number + 1 :]:
                if words.header_field(value.text):
                    break
                if words.squeeze(value.text):
                    setattr(self.form, name, put(self.form, f"/{name}", value))
                    break
        return found

    def _total_above(self, row: Row) -> bool:
        """自评总分 with its value, printed above the tables instead of below them."""
        filled = row.filled()
        if self.state != "header" or self.totals_seen:
            return False
        for label, value in pairwise(filled):
            if words.is_total_label(label.text) and re.match(r"\d", words.squeeze(value.text)):
                self.form.total_label = put(self.form, "/total_label", label)
                self.form.total_score = put(self.form, "/total_score", value)
                self.total_above = True
                return True
        return False

    def _fund(self, row: Row) -> None:
        first = min(extent.start for extent in self.fund_columns.values())
        labels = [
            cell
            for cell in row.filled()
            if cell.column < first and words.section(cell.text) != "funds"
        ]
        self._money_unit([c for c in row.filled() if words.section(c.text) == "funds"])
        values = below(row, self.fund_columns, from_above=frozenset())
        values = {name: cell for name, cell in values.items() if cell.column >= first}
        if labels:
            add_fund(self.form, labels[-1], values)

    def _goal(self, row: Row) -> None:
        found = below(row, self.goal_columns, from_above=frozenset())
        if len(row.cells) == 1 and words.section(row.cells[0].text) is None:
            found = {"goal_actual": row.cells[0]}  # a paragraph of the narrative, torn off
        for name, cell in found.items():
            self.goals[name].append(cell)

    def _grade(self, filled: list[Cell]) -> bool:
        for number, cell in enumerate(filled):
            if self.state == "indicators" and words.is_grade_label(cell.text):
                self.labels_seen.add("grade")
                if number + 1 < len(filled):
                    self.form.grade = put(self.form, "/grade", filled[number + 1])
                return True
        return False

    def _indicator(self, row: Row) -> None:
        values = below(row, self.columns, from_above=frozenset(_LEVELS))
        filled = {name for name, cell in values.items() if words.squeeze(cell.text)}
        if self._is_total(row, filled):
            self._total(row, values)
        elif self.totals_seen:
            return
        elif row.gap and not filled & {"target", "actual", "weight", "score"}:
            self._torn(values)
        elif filled - {"level1", "level2"} or (filled and not row.spans_known):
            add_indicator(self.form, _whole_target(self._with_levels(values)))

    def _is_total(self, row: Row, filled: set[str]) -> bool:
        if self.totals_seen:
            return False
        if words.is_total_label(row.filled()[0].text):
            return True
        own = {cell.column for cell in row.filled()}
        return bool(own) and filled <= {"weight", "score", "review_score"} and "score" in filled

    def _total(self, row: Row, values: dict[str, Cell]) -> None:
        self.totals_seen = True
        filled = row.filled()
        if words.is_total_label(filled[0].text):
            self.form.total_label = put(self.form, "/total_label", filled[0])
            filled = filled[1:]
        weight, score = values.get("weight"), values.get("score")
        placed = [c for c in (weight, score) if c is not None and words.squeeze(c.text)]
        if not row.spans_known and not (weight in filled and score in filled):
            # Merges are lost and the row is shorter than its header: go by order.
            numbers = [c for c in filled if re.search(r"\d", c.text)]
            weight, score = (numbers[0], numbers[1]) if len(numbers) > 1 else (None, None)
            if len(numbers) == 1:
                score = numbers[0]
        elif not placed:
            score = next((c for c in filled if re.search(r"\d", c.text)), None)
        self.form.total_weight = put(self.form, "/total_weight", weight)
        self.form.total_score = put(self.form, "/total_score", score)
        for cell in filled:
            if words.squeeze(cell.text) in _GRADES:
                self.form.grade = put(self.form, "/grade", cell)
                self.labels_seen.add("grade")

    def _with_levels(self, values: dict[str, Cell]) -> dict[str, Cell | None]:
        """Merged level cells go on downwards until the next one; a new level 1 ends level 2."""
        complete: dict[str, Cell | None] = dict(values)
        for name in _LEVELS:
            cell = values.get(name)
            if cell is not None and words.squeeze(cell.text):
                if name == "level1" and cell is not self.filled_down.get("level1"):
                    self.filled_down["level2"] = None
                self.filled_down[name] = cell
            complete[name] = self.filled_down.get(name)
        return complete

    def _torn(self, values: dict[str, Cell]) -> None:
        """A page break cut the row above in two: what stands here is the rest of its cells."""
        number = len(self.form.indicators) - 1
        if number < 0:
            return
        above = self.form.indicators[number]
        for name, cell in values.items():
            if rest := words.squeeze(cell.text):
                joined = (getattr(above, name) or "") + rest
                setattr(above, name, joined)
                if name in _LEVELS and (first := self.filled_down.get(name)):
                    self.filled_down[name] = replace(first, text=joined)


def _whole_target(values: dict[str, Cell | None]) -> dict[str, Cell | None]:
    """A target printed in three columns is one: operator, value, unit."""
    nature, unit = values.pop("target_nature", None), values.pop("target_unit", None)
    pieces = [piece for piece in (nature, values.get("target"), unit) if piece is not None]
    if (nature is not None or unit is not None) and any(words.squeeze(p.text) for p in pieces):
        marks = {words.squeeze(piece.text) for piece in pieces}
        text = marks.pop() if len(marks) == 1 else "".join(piece.text for piece in pieces)
        values["target"] = replace(values.get("target") or pieces[0], text=text)
    return values


def _key_value_funds(row: Row) -> dict[str, Extent]:
    """预算数: 100  执行数: 90: headers beside their values instead of above them."""
    filled = row.filled()
    spread = extents(filled, spans_known=row.spans_known)
    found: dict[str, Extent] = {}
    for (label, _extent), (value, extent) in pairwise(zip(filled, spread, strict=True)):
        name = words.column("funds", label.text)
        if name is not None and re.match(r"-?[\d.]", words.squeeze(value.text)):
            found[name] = extent
    return found if len(set(found) & set(BOOKED)) >= len(BOOKED) - 1 else {}


def _named_columns(
    row: Row, table: str, needed: tuple[str, ...], at_least: int
) -> dict[str, Extent]:
    filled = row.filled()
    names = [words.column(table, cell.text) for cell in filled]
    if len(set(names) & set(needed)) < at_least:
        return {}
    named: dict[str, Extent] = {}
    for name, extent in zip(names, extents(filled, spans_known=row.spans_known), strict=True):
        if name is not None:
            named.setdefault(name, extent)
    return named


def _goal_columns(row: Row) -> dict[str, Extent]:
    filled = row.filled()
    spread = extents(filled, spans_known=row.spans_known)
    named = {words.goal_field(c.text): e for c, e in zip(filled, spread, strict=True)}
    found = {name: extent for name, extent in named.items() if name is not None}
    return found if len(found) == len(_GOALS) else {}


def _narrower(cell: Cell, above: Extent, row: Row) -> Extent:
    """The extent of a lower header cell; where merges are lost, as far as the one above reaches."""
    if row.spans_known:
        return Extent(cell.column, cell.column + cell.colspan)
    later = [c.column for c in row.filled() if c.column > cell.column]
    return Extent(cell.column, min([above.end, *later]))


def _indicator_header(row: Row, following: Row | None) -> tuple[dict[str, Extent], bool]:
    """Columns of the indicator table, and whether the header had a second row (年度 / 指标值)."""
    needed = ("level2", "level3", "target", "actual")
    named = _named_columns(row, "indicators", needed, 2)
    if not named or following is None:
        return named, False
    spread = extents(row.filled(), spans_known=row.spans_known)
    joined: dict[str, Extent] = {}
    lower = following.filled()
    for cell in lower:
        for top, extent in zip(row.filled(), spread, strict=True):
            name = words.column("indicators", top.text + cell.text) or words.column(
                "indicators", cell.text
            )
            if name and extent.overlap(cell, spans_known=following.spans_known):
                joined[name] = _narrower(cell, extent, following)
    if lower and len(joined) == len(lower):
        return {**named, **joined}, True
    return named, False
