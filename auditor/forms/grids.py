"""Grids to evaluations: the rows of a form are told apart by their labels, its columns by headers.

Column numbers mean nothing (producers add and drop grid columns); what counts is which header a
cell stands under. A form begins at its 项目名称 and ends where the next one begins.
"""

import itertools
import re
from dataclasses import replace
from itertools import pairwise

from auditor.forms import headers, ragged, titles
from auditor.forms import vocabulary as words
from auditor.forms.building import add_fund, add_indicator, doubt, put
from auditor.forms.evaluation import AMOUNTS, FUND_CELLS, INDICATOR_CELLS, Evaluation
from auditor.forms.headers import GOALS, LEVELS, Columns
from auditor.forms.rows import Extent, Row, below
from auditor.intake.document import Cell
from auditor.language import _

_GRADES = frozenset("优良中差")


def read(file: str, rows: list[Row]) -> list[Evaluation]:
    """Every form among ``rows``, in order; [] when there is none."""
    starts = _starts(rows)
    forms: list[Evaluation] = []
    floor = 0
    ends = [titles.body_end(rows, titles.head(rows, b, a + 1)) for a, b in pairwise(starts)]
    for start, end in zip(starts, [*ends, len(rows)][: len(starts)], strict=True):
        reader = _FormReader(Evaluation(file, len(forms) + 1))
        reader.head([rows[number] for number in titles.head(rows, start, floor)])
        reader.body(rows[start:end])
        if reader.is_form():
            form = reader.finish()
            if forms:
                titles.carry_year(form, forms[-1])
            forms.append(form)
            floor = start + 1
    return forms


def _starts(rows: list[Row]) -> list[int]:
    """The rows that begin a form: 项目名称 and its value, in two cells or, at the top, in one."""
    starts: list[int] = []
    for number, row in enumerate(rows):
        filled = row.filled()
        if any(words.header_field(cell.text) == "project" for cell in filled):
            starts.append(number)
        elif filled and words.inline_pairs(filled[0].text)[:1]:
            name, _value = words.inline_pairs(filled[0].text)[0]
            if name == "project" and _free_for_form(
                rows[starts[-1] if starts else number : number]
            ):
                starts.append(number)
    return starts


def _free_for_form(since: list[Row]) -> bool:
    """Whether the form above, if any, has come to its indicators: before that no other begins."""
    return not since or any(headers.columns(row, "indicators", loosely=False) for row in since)


class _FormReader:
    """Walks the rows of one form; ``state`` is the section that the last row belonged to."""

    def __init__(self, form: Evaluation) -> None:
        self.form = form
        self.state = "header"
        self.fund_columns = Columns("funds")
        self.goal_columns: dict[str, Extent] = {}
        self.columns = Columns("indicators")
        self.goals: dict[str, list[Cell]] = {name: [] for name in GOALS}
        self.filled_down: dict[str, Cell | None] = {}
        self.labels_seen: set[str] = set()
        self.sections_seen: set[str] = set()
        self.money_line: Cell | None = None
        self.totals_seen = False
        self.total_above = False

    def head(self, rows: list[Row]) -> None:
        """What stands above 项目名称: title and year, and header rows that come before it."""
        titles.read_title(self.form, titles.lines(rows))
        own = titles.own(rows)
        for row in rows:
            if row in own:
                self._header_row(row)
            else:
                self._year_and_money(row)

    def _year_and_money(self, row: Row) -> None:
        if self.form.year is None and (pair := titles.year_pair(row)):
            titles.set_year(self.form, *pair)
        if self.money_line is None:
            self.money_line = titles.money_cell(row)

    def _header_row(self, row: Row) -> bool:
        """Year and unit of amounts by their labels, and the header fields."""
        self._year_and_money(row)
        inline = [(cell, words.inline_pairs(cell.text)) for cell in row.filled()]
        for cell, pairs in inline:
            for name, value in pairs:
                if name != "year" and name not in self.labels_seen:
                    self.labels_seen.add(name)
                    put_in = replace(cell, text=value)
                    setattr(self.form, name, put(self.form, f"/{name}", put_in))
        return self._header_pairs(row) or any(pairs for _cell, pairs in inline)

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
            *(f"funds.{name}" for name in self.fund_columns.missing()),
            *self.columns.missing(),
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
        titles.settle_money(form, self.money_line)
        self._doubt_unread()
        return form

    def _doubt_unread(self) -> None:
        """A section that is there but was not understood; every form has indicators."""
        reason = _("这一部分认不出它的表头和各行：请改用常用的表头")
        for table in ("funds", "indicators"):
            expected = table in self.sections_seen or table == "indicators"
            if expected and not getattr(self.form, table):
                doubt(self.form, f"/{table}", reason, (None,))
        if not self.form.indicators or ("goals" in self.sections_seen and not self.goal_columns):
            for name in GOALS:  # the rows of an unknown header may have gone into the narratives
                doubt(self.form, f"/{name}", reason, (getattr(self.form, name),))

    def _row(self, row: Row, following: Row | None) -> bool:
        """Reads one row; True when it also used up the row that follows."""
        filled = row.filled()
        self.sections_seen |= {words.section(cell.text) or "" for cell in filled}
        early = self.state != "indicators"
        goals = headers.goal_columns(row) if early else {}
        loosely = early and not goals
        columns, used_next = headers.indicator_columns(row, following, loosely=loosely)
        if columns:
            self.columns, self.state = columns, "indicators"
            return used_next
        if early and (funds := headers.key_value_funds(row)):
            self.fund_columns, self.state = funds, "funds"
            self._money_unit(filled)
            add_fund(self.form, None, below(row, funds.named, from_above=frozenset()))
        elif early and (funds := headers.columns(row, "funds", loosely=self.state == "header")):
            self.fund_columns, self.state = funds, "funds"
            self._money_unit(filled)
        elif goals:
            self.goal_columns, self.state = goals, "goals"
        elif self._header(row) or self._grade(filled) or self._total_above(row):
            pass
        elif self.state == "funds":
            self._fund(row)
        elif self.state == "goals":
            self._goal(row)
        elif self.state == "indicators":
            self._indicator(row)
        return False

    def _header(self, row: Row) -> bool:
        if self.state == "header":
            return self._header_row(row)
        if self.money_line is None and self.state != "indicators":
            self.money_line = titles.money_cell(row)
        return self._header_pairs(row)

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
                    # In dense rows spaces part the words of a value as they part the cells.
                    whole = _joined(row.cells[number + 1 :]) if row.dense else value
                    setattr(self.form, name, put(self.form, f"/{name}", whole))
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
        first = min(extent.start for extent in self.fund_columns.known().values())
        before = row.filled()[:1] if row.dense else row.filled()
        labels = [
            cell
            for cell in before
            if (cell.column < first or row.dense)
            and words.section(cell.text) != "funds"
            and not ragged.FIGURE.fullmatch(words.squeeze(cell.text))
        ]
        self._money_unit([c for c in row.filled() if words.section(c.text) == "funds"])
        values = below(row, self.fund_columns.named, from_above=frozenset())
        if row.dense and labels:
            values = ragged.placed(row, self.fund_columns, labels=1)
            first = 0
        known = {n: values[n] for n in self.fund_columns.known() if n in values}
        known = {name: cell for name, cell in known.items() if cell.column >= first}
        booked = any(words.squeeze(known[name].text) for name in AMOUNTS if name in known)
        if not labels and not booked:
            return
        pointer = f"/funds/{len(self.form.funds)}"
        add_fund(self.form, labels[-1] if labels else None, known)
        headers.doubt_open(self.form, pointer, self.fund_columns, values)
        if ragged.doubtful_fund(row, self.fund_columns):
            ragged.doubt_row(self.form, pointer, FUND_CELLS[:6])
        if not labels:
            doubt(self.form, f"{pointer}/label", _("这一行金额没有名目"), (None, ""))

    def _goal(self, row: Row) -> None:
        found = below(row, self.goal_columns, from_above=frozenset())
        if len(row.cells) == 1 and words.section(row.cells[0].text) is None:
            found = {"goal_actual": row.cells[0]}  # a paragraph of the narrative, torn off
        if row.dense:
            found = self._dense_goals(row.filled())
        for name, cell in found.items():
            self.goals[name].append(cell)

    def _dense_goals(self, filled: list[Cell]) -> dict[str, Cell]:
        """Two cells are the two narratives; of any other number the border is open."""
        cells = [cell for cell in filled if words.section(cell.text) is None]
        if len(cells) != len(GOALS) or any(self.goals.values()):
            reason = _("文本里两栏文字的分界看不出：请提交原始文件")
            for name in GOALS:
                doubt(self.form, f"/{name}", reason, ("".join(c.text for c in cells),))
        return dict(zip(GOALS, cells, strict=False))

    def _grade(self, filled: list[Cell]) -> bool:
        for number, cell in enumerate(filled):
            if self.state == "indicators" and words.is_grade_label(cell.text):
                self.labels_seen.add("grade")
                if number + 1 < len(filled):
                    self.form.grade = put(self.form, "/grade", filled[number + 1])
                return True
        return False

    def _indicator(self, row: Row) -> None:
        if row.dense and len(row.filled()) != self.columns.width:
            values = ragged.placed(row, self.columns, labels=0)
        else:
            values = below(row, self.columns.named, from_above=frozenset(LEVELS))
        filled = {name for name, cell in values.items() if words.squeeze(cell.text)}
        if self._is_total(row, filled):
            self._total(row, values)
        elif self.totals_seen:
            return
        elif row.gap and not filled & {"target", "actual", "weight", "score"}:
            self._torn(values)
        elif filled - {"level1", "level2"} or (filled and not row.spans_known):
            pointer = f"/indicators/{len(self.form.indicators)}"
            complete = _whole_target(self._with_levels(values))
            known = {name: cell for name, cell in complete.items() if name in INDICATOR_CELLS}
            add_indicator(self.form, known)
            headers.doubt_open(self.form, pointer, self.columns, complete)
            if ragged.doubtful_indicator(row, self.columns, complete):
                ragged.doubt_row(self.form, pointer, INDICATOR_CELLS[:7])

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
        self._doubt_totals(values)
        for cell in filled:
            if words.squeeze(cell.text) in _GRADES:
                self.form.grade = put(self.form, "/grade", cell)
                self.labels_seen.add("grade")

    def _doubt_totals(self, values: dict[str, Cell]) -> None:
        """What the row of totals holds below a header that nobody knows."""
        for key, (header, candidates) in self.columns.open.items():
            text = words.squeeze(values[key].text) if key in values else ""
            for name in {"weight", "score"} & set(candidates):
                taken = getattr(self.form, f"total_{name}")
                if text and text != taken:
                    reason = headers.unknown(header)
                    doubt(self.form, f"/total_{name}", reason, (taken, text))

    def _with_levels(self, values: dict[str, Cell]) -> dict[str, Cell | None]:
        """Merged level cells go on downwards until the next one; a new level 1 ends level 2."""
        complete: dict[str, Cell | None] = dict(values)
        for name in LEVELS:
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
                if name in LEVELS and (first := self.filled_down.get(name)):
                    self.filled_down[name] = replace(first, text=joined)


def _joined(cells: tuple[Cell, ...]) -> Cell:
    """All cells up to the next label as one."""
    own = list(itertools.takewhile(lambda cell: words.header_field(cell.text) is None, cells))
    return replace(own[0], text="".join(cell.text for cell in own))


def _whole_target(values: dict[str, Cell | None]) -> dict[str, Cell | None]:
    """A target printed in several columns is one: operator, value, unit.

    What kind of target it is (定性, 正向指标) is no part of the value.
    """
    parts = [values.pop(name, None) for name in ("target_nature", "target_operator")]
    unit = values.pop("target_unit", None)
    if unit is None and not any(parts):
        return values
    before = [c for c in parts if c is not None and not words.is_nature(c.text)]
    pieces = [c for c in (*before, values.get("target"), unit) if c is not None]
    pieces = [piece for piece in pieces if words.squeeze(piece.text)]
    if pieces:
        marks = {words.squeeze(piece.text) for piece in pieces}
        text = marks.pop() if len(marks) == 1 else "".join(piece.text for piece in pieces)
        values["target"] = replace(values.get("target") or pieces[0], text=text)
    return values
