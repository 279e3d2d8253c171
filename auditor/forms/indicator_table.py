"""The indicator table: its rows, the sums between and below them, and the row of totals."""

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from auditor.forms import vocabulary as words
from auditor.forms.arithmetic import figure, sums_hold
from auditor.forms.cell_placement import Placed, place, placed_columns
from auditor.forms.column_doubts import doubt_columns, doubt_ways, uncertain
from auditor.forms.columns import TARGET_PARTS, Columns
from auditor.forms.evaluation import INDICATOR_CELLS, Evaluation
from auditor.forms.evaluation_builder import add_indicator, add_to_place, doubt, put
from auditor.forms.ledger import Ledger
from auditor.forms.rows import Row, below
from auditor.forms.signs import BY_NAME, sign
from auditor.intake.document import Cell
from auditor.language import _

LEVELS = ("level1", "level2")
_ROUNDING = Decimal("0.1")
_SUMMED = frozenset({"weight", "score", "review_score"})
_GRADES = frozenset("优良中差")
_ANSWERS = frozenset({"target", "actual", "weight", "score"})
_PLACEHOLDER = re.compile(r"[.…·。]{2,}|指标\d*[:：.、]?|[（(]\d+(\.\d+)?分?[)）]")


@dataclass(slots=True)
class Sum:
    """A row of sums: its label, its cells, and how many indicators stand above it."""

    row: Row
    label: Cell | None
    weight: Cell | None
    score: Cell | None
    above: int


class IndicatorTable:
    """Reads the rows of an indicator table one by one and settles the total at the end."""

    def __init__(self, form: Evaluation, ledger: Ledger) -> None:
        self.form, self.ledger = form, ledger
        self.columns = Columns("indicators")
        self.sums: list[Sum] = []
        self.total_seen = False
        self.grade_seen = False
        self.levels_seen = False
        self._down: dict[str, Cell | None] = {}
        self._page: int | None = None
        self._ends: dict[int, Cell | None] = {}  # the end of a torn level to the whole of it

    def head(self, rows: Sequence[Row], data: Sequence[Row]) -> None:
        """Takes the header rows; ``data`` are the rows below them."""
        self.columns = placed_columns("indicators", rows, data, labelled=False)
        opened = [cell for head in self.columns.open for cell in head.cells]
        for row in rows:
            self.ledger.label(*(cell for cell in row.filled() if cell not in opened))

    def row(self, row: Row) -> None:
        """One row: an indicator, a placeholder of the template, or the rest of a torn one."""
        if not self.columns:
            return
        self._sections(row)
        placed = place(row, self.columns, labelled=False)
        row = placed.row or row
        values = self._without_sections(placed.cells)
        self._others(row)
        filled = {name for name, cell in values.items() if words.squeeze(cell.text)}
        page, self._page = self._page, row.cells[0].place.page if row.cells else None
        over_page = page is not None and self._page is not None and self._page != page
        if filled and filled <= _SUMMED and self.form.indicators:
            self.sum(row)
        elif self._is_rest(row, filled, over_page=over_page) or (
            over_page and self._completes(values)
        ):
            self._torn(values)
        elif filled and self._is_placeholder(values, filled):
            self.ledger.furniture(*(values[name] for name in filled))
        elif filled - set(LEVELS) or (filled and not row.spans_known):
            self._add(row, values, placed)
        else:
            self._remember(values)

    def _completes(self, values: Mapping[str, Cell]) -> bool:
        """Whether the end of a level's name stands here, the beginning in the row above."""
        for name in LEVELS:
            begun, rest = self._down.get(name), values.get(name)
            if begun is None or rest is None or not words.squeeze(rest.text):
                continue
            whole = words.squeeze(begun.text) + words.squeeze(rest.text)
            parts = (words.listed_level(name, text) for text in (begun.text, rest.text))
            if words.listed_level(name, whole) and not any(parts) and self.form.indicators:
                return True
        return False

    def _is_rest(self, row: Row, filled: set[str], *, over_page: bool) -> bool:
        """Whether a row is what a page break tore off the row above it."""
        above = self.form.indicators[-1] if self.form.indicators else None
        if above is None:
            return False
        if row.gap and not filled & _ANSWERS:
            return True
        return over_page and bool(above.weight) and not filled & {"weight", "score"}

    def _sections(self, row: Row) -> None:
        for cell in (*row.cells, *row.above):
            if sign(cell.text).named("sections") == "indicators":
                self.ledger.label(cell)

    def _without_sections(self, values: Mapping[str, Cell]) -> dict[str, Cell]:
        return {
            name: cell
            for name, cell in values.items()
            if not (name in LEVELS and sign(cell.text).named("sections") and
                    "level1" not in sign(cell.text).labels)
        }  # fmt: skip

    def _others(self, row: Row) -> None:
        """Cells below headers that evaluation/1 has no place for."""
        extents_ = {str(n): head.extent for n, head in enumerate(self.columns.other)}
        self.ledger.furniture(*below(row, extents_, from_above=frozenset(extents_)).values())

    def _is_placeholder(self, values: Mapping[str, Cell], filled: set[str]) -> bool:
        """…… or 指标2： with nothing behind it: the template's own row, no indicator."""
        if filled - {"level3"} - set(LEVELS):
            return False
        text = words.squeeze(values["level3"].text) if "level3" in filled else ""
        levels = [values[name] for name in LEVELS if name in filled]
        if text and _PLACEHOLDER.fullmatch(text):
            self._remember({n: c for n, c in values.items() if n in LEVELS})
            return True
        return not text and all(_PLACEHOLDER.fullmatch(words.squeeze(cell.text)) for cell in levels)

    def _add(self, row: Row, values: Mapping[str, Cell], placed: Placed) -> None:
        pointer = f"/indicators/{len(self.form.indicators)}"
        complete = self._whole_target(self._with_levels(values))
        known = {name: cell for name, cell in complete.items() if name in INDICATOR_CELLS}
        add_indicator(self.form, known, self.ledger)
        doubt_columns(self.form, pointer, self.columns, row, complete)
        if placed.others:
            others = [self._whole_target(dict(way)) for way in placed.others]
            levels = [name for name in LEVELS if any(name in way for way in placed.others)]
            doubt_ways(self.form, pointer, known, others, [*levels, *INDICATOR_CELLS[2:]])
        elif row.dense and self._is_short(row, placed):
            self._doubt_row(pointer)

    def _is_short(self, row: Row, placed: Placed) -> bool:
        """Whether a row that lost its blank cells lacks more than levels and a reason."""
        needed = set(self.columns.named) - {"deviation", *LEVELS, "review_score"}
        return bool(needed - set(placed.cells)) or len(placed.cells) < len(row.filled())

    def _doubt_row(self, pointer: str) -> None:
        reason = _("文本里这一行的空格丢了，看不出哪一格对哪一栏：请提交原始文件")
        row = self.form.indicators[-1]
        for name in INDICATOR_CELLS[2:7]:
            doubt(self.form, f"{pointer}/{name}", reason, (getattr(row, name),))

    def _remember(self, values: Mapping[str, Cell]) -> None:
        """Level names of a row that is no indicator hold for the rows below."""
        kept = {n: c for n, c in values.items() if n in LEVELS and words.squeeze(c.text)}
        if kept:
            self._with_levels(kept)
            self.ledger.label(*kept.values())

    def _with_levels(self, values: Mapping[str, Cell]) -> dict[str, Cell | None]:
        """Merged level cells go on downwards until the next one; a new level 1 ends level 2."""
        complete: dict[str, Cell | None] = dict(values)
        for name in LEVELS:
            cell = values.get(name)
            cell = self._ends.get(id(cell.place), cell) if cell is not None else None
            if cell is not None and words.squeeze(cell.text):
                if name == "level1" and cell is not self._down.get("level1"):
                    self._down["level2"] = None
                self._down[name] = cell
            complete[name] = self._down.get(name)
        return complete

    def _torn(self, values: Mapping[str, Cell]) -> None:
        """A page break cut the row above in two: what stands here is the rest of its cells."""
        above = self.form.indicators[-1]
        for name, cell in values.items():
            if cell is self._down.get(name):
                continue  # a level that reaches down over the page break
            if name == "target_nature":
                self.ledger.label(cell)  # the kind of a target is no part of its value
            elif rest := words.squeeze(cell.text):
                field = "target" if name in TARGET_PARTS else name
                joined = (getattr(above, field) or "") + rest
                setattr(above, field, joined)
                self.ledger.field(cell)
                if name in LEVELS and (first := self._down.get(name)):
                    self._down[name] = first._replace(text=joined)
                    self._ends[id(cell.place)] = self._down[name]

    def _whole_target(self, values: dict[str, Cell | None]) -> dict[str, Cell | None]:
        """A target printed in several columns is one: operator, value, unit.

        What kind of target it is (定性, 正向指标) is no part of the value.
        """
        parts = [values.pop(name, None) for name in ("target_nature", "target_operator")]
        unit = values.pop("target_unit", None)
        if unit is None and not any(parts):
            return values
        self.ledger.field(*parts, unit)
        before = [c for c in parts if c is not None and not words.is_nature(c.text)]
        pieces = [c for c in (*before, values.get("target"), unit) if c is not None]
        pieces = [piece for piece in pieces if words.squeeze(piece.text)]
        self.ledger.field(*pieces)
        if pieces:
            marks = {words.squeeze(piece.text) for piece in pieces}
            text = marks.pop() if len(marks) == 1 else "".join(piece.text for piece in pieces)
            values["target"] = (values.get("target") or pieces[0])._replace(text=text)
        return values

    # --- sums -------------------------------------------------------------------------------

    def sum(self, row: Row) -> None:
        """A row of sums: which one it is, is settled when all rows are known."""
        entry = self._entry(row)
        self.ledger.furniture(*self._before(row.filled(), entry.label))
        self.sums.append(entry)

    def is_sum(self, row: Row) -> bool:
        """Whether the figures of a row without a label of sums are sums of two rows or more."""
        return self._sums_up(self._entry(row), least=2)

    def _entry(self, row: Row) -> Sum:
        cells = row.filled()
        label = next((cell for cell in cells if self._is_sum_label(cell)), None)
        if label is None and sign(cells[0].text).short:
            label = cells[0]
        after = cells[cells.index(label) + 1 :] if label in cells else cells
        placed = place(row, self.columns, labelled=False).cells if self.columns else {}
        weight, score = placed.get("weight"), placed.get("score")
        known = [c for c in (weight, score) if c is not None and figure(c.text) is not None]
        numbers = [cell for cell in after if re.match(r"-?\d", words.squeeze(cell.text))]
        short = len(numbers) == 1 or not all(cell in known for cell in numbers[:2])
        if not row.spans_known and short:
            known = []  # merges are lost and the row is shorter than its header: go by order
        if not known:
            weight, score = (numbers[0], numbers[1]) if len(numbers) > 1 else (None, None)
            if len(numbers) == 1:
                score = numbers[0]
        return Sum(row, label, weight, score, len(self.form.indicators))

    def _before(self, cells: Sequence[Cell], label: Cell | None) -> list[Cell]:
        """其他需要说明事项 | 无 | 总分: a block that shares the row of totals."""
        before = list(cells[: cells.index(label)]) if label in cells else []
        if before and "blocks" in sign(before[0].text).labels:
            return before
        return [cell for cell in before if "sections" in sign(cell.text).labels]

    def _is_sum_label(self, cell: Cell) -> bool:
        told = sign(cell.text)
        return told.short and ("total" in told.labels or "subtotal" in told.labels)

    def settle(self) -> None:
        """Which row of sums is the total: by its label, else by place and by what adds up."""
        if not self.sums:
            return
        total = self._total()
        for entry in self.sums:
            if entry is not total:
                self._subtotal(entry)
        if total is not None:
            self._set_total(total)

    def _total(self) -> Sum | None:
        def label(entry: Sum, strength: float) -> bool:
            if entry.label is None:
                return False
            told = sign(entry.label.text)
            found = told.labels.get("total")
            return "subtotal" not in told.labels and bool(found and found[1] >= strength)

        rows = [entry for entry in self.sums if entry.above] or self.sums
        for strength in (BY_NAME, 0.0):
            named = [entry for entry in rows if label(entry, strength)]
            if named:
                ends = [entry for entry in named if entry.above == len(self.form.indicators)]
                return (ends or named)[0]
        last = rows[-1] if rows else None
        if last is None or last.above < len(self.form.indicators):
            return None
        if last.label is not None and "subtotal" in sign(last.label.text).labels:
            return None
        return last

    def _subtotal(self, entry: Sum) -> None:
        """A sum between the levels is no indicator; one that nothing says is a sum has no place."""
        told = sign(entry.label.text).labels if entry.label is not None else {}
        if {"total", "subtotal"} & told.keys() or self._sums_up(entry):
            self.ledger.label(entry.label)
            self.ledger.furniture(entry.weight, entry.score, *entry.row.filled())

    def _sums_up(self, entry: Sum, least: int = 1) -> bool:
        """Whether a row is the sum of rows right above it, of ``least`` or more."""
        for name, cell in (("weight", entry.weight), ("score", entry.score)):
            whole = figure(cell.text) if cell is not None else None
            if not whole:
                continue  # nothing added to nothing proves no sum
            parts = [figure(getattr(row, name)) for row in self.form.indicators[: entry.above]]
            added = itertools.accumulate(part or Decimal(0) for part in reversed(parts))
            sums = itertools.islice(added, least - 1, None)
            near = min(_ROUNDING, abs(whole) / 10)  # of a figure below 1 a tenth is all of it
            return any(value and abs(value - whole) <= near for value in sums)
        return False

    def _set_total(self, entry: Sum) -> None:
        form, ledger = self.form, self.ledger
        self.total_seen = True
        form.total_label = put(form, "/total_label", entry.label, ledger)
        form.total_weight = put(form, "/total_weight", entry.weight, ledger)
        form.total_score = put(form, "/total_score", entry.score, ledger)
        self._doubt_open(entry)
        for cell in entry.row.filled():
            if words.squeeze(cell.text) in _GRADES:
                form.grade = put(form, "/grade", cell, ledger)
                self.grade_seen = True
        self._others(entry.row)
        review = place(entry.row, self.columns, labelled=False).cells.get("review_score")
        self.ledger.furniture(review)
        told = sign(entry.label.text) if entry.label is not None else None
        if told is not None and "total" not in told.labels:
            self._told_otherwise(told.text)

    def _told_otherwise(self, label: str) -> None:
        """A total whose label nobody knows: certain if it is the sum, else in doubt."""
        if self._adds_up():
            for name in ("total_label", "total_weight", "total_score"):
                add_to_place(self.form, f"/{name}", told_by="sums")
            return
        said = _("名目“{label}”不认识，按位置当作总分：请核对")
        for name in ("total_label", "total_weight", "total_score"):
            value = getattr(self.form, name)
            doubt(self.form, f"/{name}", said.format(label=label), (value, None))

    def _adds_up(self) -> bool:
        """Whether the total is the sum of the column, with the points of the execution rate."""
        execution = next((fund for fund in self.form.funds if fund.kind == "total"), None)
        held = []
        for name in ("weight", "score"):
            whole = figure(getattr(self.form, f"total_{name}"))
            parts = [figure(getattr(row, name)) for row in self.form.indicators]
            known = [part for part in parts if part is not None]
            extra = figure(getattr(execution, name)) if execution is not None else None
            if whole is not None and known:
                rest = [extra] if extra is not None else []
                held.append(sums_hold([*known, *rest], whole) or sums_hold(known, whole))
        return bool(held) and all(held)

    def _doubt_open(self, entry: Sum) -> None:
        """What the row of totals holds below a header that nobody knows, or that may be another."""
        for head in self.columns.open:
            cell = below(entry.row, {"?": head.extent}, from_above=frozenset()).get("?")
            text = words.squeeze(cell.text) if cell is not None else ""
            for name in ("weight", "score"):
                taken = getattr(self.form, f"total_{name}")
                if text and text != taken and name in self.columns.missing():
                    doubt(self.form, f"/total_{name}", uncertain(head.text), (taken, text))
        for name in ("weight", "score"):
            if name in self.columns.second:
                taken = getattr(self.form, f"total_{name}")
                other = getattr(self.form, "total_score" if name == "weight" else "total_weight")
                if taken != other:
                    said = self.columns.heads[name].text if name in self.columns.heads else ""
                    doubt(self.form, f"/total_{name}", uncertain(said), (taken, other))

    def grade(self, row: Row) -> None:
        """评分等级 and what stands behind it."""
        filled = row.filled()
        for number, cell in enumerate(filled):
            told = sign(cell.text)
            if told.short and told.meant("grade"):
                self.grade_seen = True
                self.ledger.label(cell)
                if number + 1 < len(filled):
                    self.form.grade = put(self.form, "/grade", filled[number + 1], self.ledger)
                return
        if len(filled) > 1 and words.squeeze(filled[1].text) in _GRADES:
            self.grade_seen = True
            self.ledger.label(filled[0])
            self.form.grade = put(self.form, "/grade", filled[1], self.ledger)
            said = _("标签“{label}”不认识，按位置和内容当作这一栏：请核对")
            label = words.squeeze(filled[0].text)
            doubt(self.form, "/grade", said.format(label=label), (self.form.grade, None))
