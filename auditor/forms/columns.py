"""Header rows to columns: which logical column each header stands for, by all evidence at once.

A header that the vocabulary lists says so itself. Any other is weighed by its stem, by how like it
is to known ones, by the kinds of the cells below it, by its place among the others, and by the
form's own arithmetic; headers compete for columns. Where a second assignment is nearly as good,
both readings are kept.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from auditor.forms import arithmetic
from auditor.forms import vocabulary as words
from auditor.forms.rows import Extent, Row, below
from auditor.forms.signs import BY_NAME, Sign, likeness, sign
from auditor.forms.table_heads import Head, heads_of
from auditor.resources import vocabulary

NATIONAL = {
    "funds": ("initial_budget", "full_year_budget", "executed", "weight", "rate", "score"),
    "indicators": (
        "level1", "level2", "level3", "target", "actual", "weight", "score", "deviation",
    ),
}  # fmt: skip
LABEL = "label"  # the column of a fund table that names its rows
_BEAM = 48
_LOOKED_AT = 8  # data rows whose cells tell what a column holds
_COUNTED = 6
_CLOSE = 12  # assignments that arithmetic is asked about


@dataclass(slots=True)
class Columns:
    """Where each column of a table stands.

    ``open`` are headers that no column takes; ``other`` those of columns that evaluation/1 has no
    place for. ``second`` names, for a column whose header could as well be another one, where that
    other one stands (None: nowhere). ``by_arithmetic`` are columns that the form's equations told.
    """

    table: str
    named: dict[str, Extent] = field(default_factory=dict)
    heads: dict[str, Head] = field(default_factory=dict)
    open: list[Head] = field(default_factory=list)
    other: list[Head] = field(default_factory=list)
    second: dict[str, list[Extent | None]] = field(default_factory=dict)
    by_arithmetic: frozenset[str] = frozenset()
    width: int = 0
    straight: bool = False  # in text: most rows stand right below their headers
    shifts: frozenset[int] = frozenset()  # in text: by how much rows begin further left
    listed: frozenset[str] = frozenset()  # then: levels whose certain names are all listed ones

    def __bool__(self) -> bool:
        return bool(self.named)

    def missing(self) -> list[str]:
        """What the national template has and this one does not."""
        return [name for name in NATIONAL[self.table] if name not in self.named]


def columns_of(table: str, header: Sequence[Row], data: Sequence[Row]) -> Columns:
    """The columns of a table by its header rows and the rows below them."""
    heads = [
        head
        for head in heads_of(header)
        if not _is_section(table, head) or _stands_over_data(head, header, data)
    ]
    heads = [head for head in heads if not _is_section_beside(table, head, heads)]
    made = Columns(table, width=len(header[0].cells) if header else 0)
    named = [_named(table, head) for head in heads]
    known = [name for name in named if name is not None]
    if len(known) == len(heads) and len(set(known)) == len(known):
        for head, name in zip(heads, known, strict=True):
            made.named[name], made.heads[name] = head.extent, head
        return made
    _Assignment(table, heads, data).fill(made)
    return made


def _is_section(table: str, head: Head) -> bool:
    """Whether a header cell is the label of its section and heads no column."""
    told = sign(head.text)
    family = f"columns.{table}"
    if len(head.texts) > 1 and any(family in sign(text).labels for text in head.texts):
        return False
    section = told.meant("sections")
    if told.named("sections") is not None:
        return told.named(family) is None
    heads_none = told.meant(family) is None
    return section == "goals" or (section in ("funds", "indicators") and heads_none)


def _stands_over_data(head: Head, header: Sequence[Row], data: Sequence[Row]) -> bool:
    """Whether cells of their own stand below what is named like a section: then it is a header."""
    if not data or not header[-1].spans_known:
        return False
    filled = sum(
        any(words.squeeze(c.text) for c in below(row, {"": head.extent}, from_above=_NONE).values())
        for row in data[:_LOOKED_AT]
    )
    return filled * 2 > min(len(data), _LOOKED_AT)


_NONE: frozenset[str] = frozenset()


def _is_section_beside(table: str, head: Head, heads: Sequence[Head]) -> bool:
    """绩效指标 heads a column only where no other header is the name of that column."""
    name = _named(table, head)
    return sign(head.text).named("sections") is not None and any(
        other.extent.start > head.extent.start and name is not None and _named(table, other) == name
        for other in heads
    )


def _named(table: str, head: Head) -> str | None:
    for text in head.texts:
        if (name := sign(text).named(f"columns.{table}")) is not None:
            return name
    return None


@cache
def _evidence() -> dict[str, dict[str, Any]]:
    evidence: dict[str, dict[str, Any]] = vocabulary()["evidence"]
    return evidence


def kind_weight(table: str, column: str, told: Sign) -> float:
    """How much the kind of a cell speaks for a column (evidence.yaml, ``kinds``)."""
    kinds: Mapping[str, float] = _evidence()["kinds"][table].get(column, {})
    if told.kind == "level" and column in ("level1", "level2"):
        return kinds["level"] if column in told.labels else kinds["label"]
    return kinds.get(told.kind, 0.0)


_State = tuple[float, tuple[str | None, ...]]


class _Assignment:
    """The competition of headers for columns."""

    def __init__(self, table: str, heads: Sequence[Head], data: Sequence[Row]) -> None:
        self.table, self.heads = table, heads
        self.weights: Mapping[str, float] = _evidence()["weights"]
        self.order: Sequence[str] = _evidence()["order"][table]
        self.expected: Mapping[str, float] = _evidence()["expected"][table]
        self.rows = data
        self.scores = sum(
            sign(head.text).meant(f"columns.{table}") in ("score", "review_score") for head in heads
        )
        self.cells = self._below(data[:_LOOKED_AT])
        self.options = [self._options(number) for number in range(len(heads))]

    def _below(self, data: Sequence[Row]) -> list[list[Sign]]:
        extents_ = {str(n): head.extent for n, head in enumerate(self.heads)}
        own = {id(cell) for head in self.heads for cell in head.cells}
        found: list[list[Sign]] = [[] for _head in self.heads]
        for row in data:
            for name, cell in below(row, extents_, from_above=frozenset(extents_)).items():
                if id(cell) not in own:
                    found[int(name)].append(sign(cell.text))
        return found

    def _options(self, number: int) -> list[tuple[float, str | None]]:
        """What a header may be, with the evidence for it: columns, ``other``, or none of them."""
        head, weights = self.heads[number], self.weights
        label: dict[str | None, float] = {}
        for text in head.texts:
            found = sign(text).labels.get(f"columns.{self.table}")
            if found is not None and found[0] != "open":
                strength = weights["named"] if found[1] == BY_NAME else weights["stem"]
                if sign(text).named("sections") is not None:
                    strength = weights["near"]  # 绩效指标 is more often the label of the section
                label[found[0]] = max(label.get(found[0], 0.0), strength)
        if not label:
            for name, alike in likeness(head.text, f"columns.{self.table}"):
                if alike >= weights["alike"]:
                    label[name] = weights["near"] * alike
        kinds = {name: self._kinds(number, name) for name in self.order}
        options: list[tuple[float, str | None]] = [
            (label.get(name, 0.0) + kinds[name], name) for name in self.order
        ]
        if label.get("score", 0) >= weights["stem"] and self.scores > 1:
            options = [
                (value + (label["score"] - 1 if name == "review_score" else 0), name)
                for value, name in options
            ]
        options = [(value, name) for value, name in options if value > 0]
        ordinal = weights["ordinal"] if self._is_ordinal(number) else 0.0
        options.append((max(label.get("other", 0.0), ordinal), "other"))
        options.append((weights["unknown"], None))
        return sorted(options, key=lambda entry: -entry[0])

    def _is_ordinal(self, number: int) -> bool:
        """Whether the cells below a header count the rows."""
        texts = [told.text for told in self.cells[number]]
        return len(texts) > 2 and texts == [str(n) for n in range(1, len(texts) + 1)]  # noqa: PLR2004

    def _kinds(self, number: int, name: str) -> float:
        told = self.cells[number]
        if not told:
            return 0.0
        values = [kind_weight(self.table, name, s) for s in told]
        return self.weights["mostly"] * _COUNTED * sum(values) / len(values)

    def ranked(self) -> list[_State]:
        """Assignments of all headers, best first."""
        states: list[_State] = [(0.0, ())]
        for options in self.options:
            grown: list[_State] = []
            for score, taken in states:
                for own, name in options:
                    if name in (None, "other"):
                        grown.append((score + own, (*taken, name)))
                    elif name not in taken:
                        grown.append((score + own + self._step(taken, name), (*taken, name)))
            grown.sort(key=lambda state: -state[0])
            states = grown[:_BEAM]
        left = [(score - self._lacking(taken), taken) for score, taken in states]
        return sorted(left, key=lambda state: -state[0])

    def _lacking(self, taken: Sequence[str | None]) -> float:
        """What the columns that an assignment leaves out speak against it."""
        lost = sum(cost for name, cost in self.expected.items() if name not in taken)
        two = "review_score" in taken and "weight" not in taken
        return lost + (self.weights["two_scores"] if two else 0.0)

    def _step(self, taken: Sequence[str | None], name: str | None) -> float:
        """Whether a column stands behind the last one before it in the usual order."""
        before = next((own for own in reversed(taken) if own in self.order), None)
        if before is None or name is None:
            return 0.0
        apart = self.order.index(name) - self.order.index(before)
        return self.weights["in_order"] * (1 if apart > 0 else -1)

    def fill(self, made: Columns) -> None:
        """Takes the best assignment and notes what is nearly as good."""
        if not self.heads:
            return
        plain = self.ranked()
        told = sorted(
            ((score + self._sums(taken), taken) for score, taken in self._open_to_sums(plain)),
            key=lambda state: -state[0],
        )
        best_score, best = told[0]
        self._take(made, best)
        close = [t for score, t in told[1:] if best_score - score < self.weights["sure"]]
        made.second = _seconds(best, close, self.heads)
        confirmed = self._confirmed(best)
        for number, name in enumerate(best):
            if name in (None, "other", LABEL) or self._says(number, name):
                continue
            if name in confirmed:
                made.second.pop(str(name), None)
                made.by_arithmetic |= {str(name)}
            elif None not in made.second.setdefault(str(name), []):
                made.second[str(name)].append(None)  # a header in unknown words may be any other

    def _take(self, made: Columns, best: Sequence[str | None]) -> None:
        for number, (head, name) in enumerate(zip(self.heads, best, strict=True)):
            if name == "other":
                made.other.append(head)
            elif name == LABEL:
                continue  # the rows' own labels stand below it
            elif name is None:
                if sign(head.text).named("sections") is None and self.cells[number]:
                    made.open.append(head)
            else:
                made.named[name], made.heads[name] = head.extent, head

    def _says(self, number: int, name: str | None) -> bool:
        """Whether the words of a header say by name or by stem that it is this column."""
        family = f"columns.{self.table}"
        said = {sign(text).meant(family) for text in self.heads[number].texts}
        return name in said or (name == "review_score" and "score" in said)

    def _confirmed(self, best: Sequence[str | None]) -> frozenset[str]:
        """The columns that the form's equations tell, whatever their headers say."""
        if self.table == "funds" and self._sums(best) >= self.weights["arithmetic"]:
            return frozenset({"full_year_budget", "executed", "rate"})
        return frozenset()

    def _open_to_sums(self, plain: list[_State]) -> list[_State]:
        """The assignments among which equations may choose: what labels say is kept to."""
        best = plain[0][1]
        family = f"columns.{self.table}"
        told = [any(family in sign(text).labels for text in head.texts) for head in self.heads]
        return [
            (score, taken)
            for score, taken in plain
            if all(taken[n] == best[n] for n, known in enumerate(told) if known)
        ][:_CLOSE]

    def _sums(self, taken: Sequence[str | None]) -> float:
        columns = {
            name: head.extent
            for name, head in zip(taken, self.heads, strict=True)
            if name not in (None, "other")
        }
        hold: Callable[..., float] = arithmetic.HOLDING[self.table]
        return self.weights["arithmetic"] * hold(self.rows, columns)


# Two names of one thing: where they are exchanged, the target reads the same.
TARGET_PARTS = ("target_nature", "target_operator", "target_unit")  # columns that make a target
_BEFORE_VALUE = frozenset(TARGET_PARTS[:2])


def _seconds(
    best: Sequence[str | None], others: Sequence[Sequence[str | None]], heads: Sequence[Head]
) -> dict[str, list[Extent | None]]:
    """For each column that others read from elsewhere, where."""
    found: dict[str, list[Extent | None]] = {}
    for other in others:
        for place, name in enumerate(best):
            if other[place] == name or {other[place], name} <= _BEFORE_VALUE:
                continue
            for column in (name, other[place]):
                if column in (None, "other", LABEL):
                    continue
                at = other.index(column) if column in other else None
                extent = heads[at].extent if at is not None else None
                listed = found.setdefault(str(column), [])
                if extent not in listed:
                    listed.append(extent)
    return found
