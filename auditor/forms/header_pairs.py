"""The header of a form: labels and values in turn, or in one cell, whatever they are called."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from auditor.forms import titles
from auditor.forms import vocabulary as words
from auditor.forms.evaluation import Evaluation
from auditor.forms.evaluation_builder import doubt, put
from auditor.forms.ledger import Ledger
from auditor.forms.rows import Row
from auditor.forms.signs import BY_NAME, Sign, likeness, sign
from auditor.intake.document import Cell
from auditor.language import _
from auditor.resources import vocabulary

_FIELDS = ("project", "department", "unit", "leader", "phone")
_GUESSED = ("project", "department", "unit")  # what an unknown label may stand for
_PHONE = re.compile(r"[\d\-－—()（）+ ]{7,20}")
_NAME_LENGTHS = (2, 3, 4)
_FIGURE = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Pair:
    """A label and what stands behind it; the value is None where nothing does."""

    label: Cell
    value: Cell | None
    told: Sign

    @property
    def text(self) -> str:
        """The value without white space."""
        return words.squeeze(self.value.text) if self.value else ""


def pairs_of(row: Row) -> list[Pair]:
    """The labels of a row with their values."""
    pairs: list[Pair] = []
    cells = [cell for cell in row.cells if words.squeeze(cell.text) or row.spans_known]
    position = 0
    while position < len(cells):
        label = cells[position]
        told = sign(label.text)
        if not told.text or (not told.short and "header" not in told.labels):
            position += 1
            continue
        value = cells[position + 1] if position + 1 < len(cells) else None
        last = position + 2 == len(cells)
        if value is not None and _is_label(value, told, certain=row.spans_known or last):
            pairs.append(Pair(label, None, told))
            position += 1
            continue
        if value is not None and row.dense:
            value = _rest(cells[position + 1 :])
        pairs.append(Pair(label, value if value and words.squeeze(value.text) else None, told))
        position += 2
        while position < len(cells) and not _follows(cells[position], row):
            position += 1
    return pairs


def _is_label(cell: Cell, before: Sign, *, certain: bool) -> bool:
    """Whether a cell is itself a label, so that the one before it has no value.

    ``certain``: a blank value would be there as a cell of its own, or nothing follows.
    """
    told = sign(cell.text)
    if told.named("header") is not None:
        return True
    name = told.meant("header") if told.short else None
    return name is not None and (
        (not certain and name != before.meant("header") and "header" in before.labels)
        or told.text.endswith(("：", ":"))
    )


def _follows(cell: Cell, row: Row) -> bool:
    """Whether the next pair begins at a cell: any filled one, in dense rows a known label."""
    told = sign(cell.text)
    return bool(told.text) and (not row.dense or "header" in told.labels)


def _rest(cells: Sequence[Cell]) -> Cell:
    """In dense rows spaces part the words of a value as they part the cells."""
    own = [cells[0]]
    for cell in cells[1:]:
        if "header" in sign(cell.text).labels:
            break
        own.append(cell)
    return own[0]._replace(text="".join(cell.text for cell in own))


class HeaderReader:
    """Collects the pairs of a form and settles what each is."""

    def __init__(self, form: Evaluation, ledger: Ledger) -> None:
        self.form, self.ledger = form, ledger
        self.seen: set[str] = set()
        self._unknown: list[Pair] = []

    def read(self, row: Row) -> None:
        """Takes what a row says by labels that are known by name or stem; keeps the rest."""
        inline = [(cell, words.inline_pairs(cell.text)) for cell in row.filled()]
        if any(pairs for _cell, pairs in inline):
            for cell, pairs in inline:
                self._inline(cell, pairs)
            if all(pairs for _cell, pairs in inline):
                return
        for pair in pairs_of(row):
            if self.ledger.what(pair.label) is None:
                self._pair(pair)

    def _inline(self, cell: Cell, pairs: Sequence[tuple[str, str]]) -> None:
        if pairs:
            self.ledger.label(cell)
        for name, value in pairs:
            if name == "year" and self.form.year is None:
                titles.year_from(self.form, value, cell)
            elif name != "year" and name not in self.seen:
                self._set(name, cell._replace(text=value))

    def _pair(self, pair: Pair) -> None:
        name = pair.told.meant("header")
        if name == "other":
            self.ledger.furniture(pair.label, pair.value)
        elif name == "year":
            self.ledger.label(pair.label)
            if pair.value is not None and self.form.year is None:
                titles.year_from(self.form, pair.value.text, pair.value)
            self.ledger.furniture(pair.value)
        elif name is not None and name not in self.seen:
            self.ledger.label(pair.label)
            self._set(name, pair.value)
        elif name is not None:
            self._again(name, pair)
        elif pair.told.meant("grade") and pair.value is not None and self.form.grade is None:
            self.ledger.label(pair.label)
            self.seen.add("grade")
            self.form.grade = put(self.form, "/grade", pair.value, self.ledger)
        elif _is_total(pair) and self.form.total_score is None:
            self.seen.add("total")
            self.form.total_label = put(self.form, "/total_label", pair.label, self.ledger)
            self.form.total_score = put(self.form, "/total_score", pair.value, self.ledger)
        elif pair.told.meant("sections") is None or name is not None:
            self._unknown.append(pair)

    def _again(self, name: str, pair: Pair) -> None:
        """A second label for the same field (中央主管部门, 地方主管部门): another reading of it."""
        self.ledger.label(pair.label)
        self.ledger.field(pair.value)
        taken = getattr(self.form, name)
        if pair.text and pair.text != taken:
            said = _("表头有两格都像这一栏，另一格是“{label}”：请核对")
            doubt(self.form, f"/{name}", said.format(label=pair.told.text), (taken, pair.text))

    def _set(self, name: str, value: Cell | None) -> None:
        self.seen.add(name)
        setattr(self.form, name, put(self.form, f"/{name}", value, self.ledger))

    def settle(self) -> None:
        """Gives the labels that nobody knows to the fields that are still missing.

        By how like they are to known labels, else by place and by what the value looks like; the
        value is always in doubt.
        """
        missing = [name for name in _FIELDS if name not in self.seen]
        for pair in list(self._unknown):
            alike = next(((key, a) for key, a in likeness(pair.told.text, "header")
                          if key in missing and a >= _alike()), None)  # fmt: skip
            if alike is not None and pair.told.short:
                self._guess(alike[0], pair)
                missing.remove(alike[0])
        for name in (n for n in _GUESSED if n in missing):
            found = next((p for p in self._unknown if self._may_be(name, p)), None)
            if found is not None:
                self._guess(name, found)
        self._person()
        for pair in self._unknown:
            if pair.told.labels.get("blocks", ("", 0))[1] == BY_NAME:
                self.ledger.furniture(pair.label, pair.value)

    def _person(self) -> None:
        """A telephone number behind an unknown label, and the name that stands beside one."""
        if "phone" not in self.seen:
            phone = next((p for p in self._unknown if _PHONE.fullmatch(p.text)), None)
            if phone is not None:
                self._guess("phone", phone)
        if "phone" in self.seen and "leader" not in self.seen:
            named = (p for p in self._unknown if len(p.text) in _NAME_LENGTHS and p.told.short)
            leader = next((p for p in named if sign(p.text).short), None)
            if leader is not None:
                self._guess("leader", leader)

    def _may_be(self, name: str, pair: Pair) -> bool:
        text = pair.text
        if not text or _FIGURE.fullmatch(text) or sign(text).kind not in ("label", "text"):
            return False
        if name == "project":
            return True
        return text.endswith(_bodies()) and not any(
            p.text == text for p in self._unknown if p is not pair
        )

    def _guess(self, name: str, pair: Pair) -> None:
        self._unknown.remove(pair)
        self.ledger.label(pair.label)
        self._set(name, pair.value)
        said = _("标签“{label}”不认识，按位置和内容当作这一栏：请核对")
        doubt(self.form, f"/{name}", said.format(label=pair.told.text), (pair.text or None, None))


def _is_total(pair: Pair) -> bool:
    return (
        pair.told.short
        and pair.told.meant("total") is not None
        and pair.value is not None
        and re.match(r"\d", pair.text) is not None
    )


@cache
def _bodies() -> tuple[str, ...]:
    return tuple(vocabulary()["labels"]["bodies"])


@cache
def _alike() -> float:
    value: float = vocabulary()["evidence"]["weights"]["alike"]
    return value
