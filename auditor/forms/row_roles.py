"""What each row of a document is: the sequence of roles that has the most evidence for it.

A row's features (labels by name and by stem, kinds of its cells, its make) and the steps from row
to row are weighed by ``rules/vocabulary/evidence.yaml``; the best sequence as a whole is taken
(Viterbi), so that no single label decides. A row between a fund header and goals with amounts in it
is a fund row whatever its label.
"""

import re
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from itertools import pairwise

from auditor.forms import titles
from auditor.forms import vocabulary as words
from auditor.forms.rows import Row
from auditor.forms.signs import BY_NAME, Sign, sign
from auditor.resources import vocabulary

_UNNAMED_STEP = -6.0
_MANY = 8  # no feature counts further
_PAIR_CELLS = (2, 4, 6)
_LOWER = re.compile(r"[（(][^（()）]{1,8}[)）]|[A-Da-d]")
_TOLD = frozenset({"number", "percent", "mark", "value", "date", "operator"})
_GRADES = frozenset("优良中差")
_AMOUNT_COLUMNS = frozenset({"initial_budget", "full_year_budget", "executed", "rate"})
_BOTH_TABLES = frozenset({"weight", "score"})


Signs = list[Sign]
Features = dict[str, float]
Add = Callable[[str, float], None]


def row_roles(rows: Sequence[Row]) -> list[str]:
    """The role of every row, as evidence.yaml names them; a blank row is ``other``."""
    model = _model()
    back: list[list[int] | None] = []
    before = [0.0] * len(model.names)
    first = True
    above: Signs | None = None
    signs = [[sign(cell.text) for cell in row.filled()] for row in rows]
    for row, own, below in zip(rows, signs, _next_filled(signs), strict=True):
        if not own:
            back.append(None)
            continue
        told = features(row, own, above, below)
        emitted = model.emitted(told)
        now, came = model.stepped(before, emitted, first=first)
        back.append(came)
        before, first, above = now, False, own
    return _path(model, rows, before, back)


def _path(
    model: "_Model", rows: Sequence[Row], last: Sequence[float], back: list[list[int] | None]
) -> list[str]:
    """The best sequence, followed back from its last role."""
    role = max(range(len(last)), key=last.__getitem__)
    roles = ["other"] * len(rows)
    for number in range(len(rows) - 1, -1, -1):
        came = back[number]
        if came is not None:
            roles[number] = model.names[role]
            role = came[role]
    return roles


_FAR = 10.0  # a role so much less likely than the likeliest is not followed further
_NEVER = -1e9


class _Model:
    """The weights of evidence.yaml by number of role, as the innermost loops want them."""

    def __init__(self) -> None:
        rows: dict[str, dict[str, float]] = vocabulary()["evidence"]["rows"]
        steps: dict[str, dict[str, float]] = vocabulary()["evidence"]["steps"]
        self.names = tuple(rows)
        self._bias = [own.get("bias", 0.0) for own in rows.values()]
        self._speaks: dict[str, list[tuple[int, float]]] = {}
        for number, own in enumerate(rows.values()):
            for feature, weight in own.items():
                self._speaks.setdefault(feature, []).append((number, weight))
        told = {
            name: steps["anywhere"] | {name: 0.0} | steps.get(name, {})
            for name in (*self.names, "start")
        }
        # To each role, from every role.
        self._steps = [
            [told[source].get(name, _UNNAMED_STEP) for source in self.names] for name in self.names
        ]
        self._starts = [told["start"].get(name, _UNNAMED_STEP) for name in self.names]

    def emitted(self, told: Features) -> list[float]:
        """The evidence that a row's features are for each role."""
        scores = self._bias.copy()
        for feature, count in told.items():
            for number, weight in self._speaks.get(feature, ()):
                scores[number] += weight * count
        return scores

    def stepped(
        self, before: Sequence[float], emitted: Sequence[float], *, first: bool
    ) -> tuple[list[float], list[int]]:
        """The best score of each role at this row, and the role before it that it comes from."""
        least = max(emitted) - _FAR
        alive = max(before) - _LOST
        sources = [(n, score) for n, score in enumerate(before) if score > alive]
        now, came = [_NEVER] * len(emitted), [0] * len(emitted)
        for number, own in enumerate(emitted):
            if own < least:
                continue
            if first:
                now[number] = own + self._starts[number]
                continue
            steps = self._steps[number]
            best, at = _NEVER, 0
            for source, score in sources:
                total = score + steps[source]
                if total > best:
                    best, at = total, source
            now[number], came[number] = best + own, at
        return now, came


_LOST = 30.0  # a path so far behind the best never catches up


@cache
def _model() -> _Model:
    return _Model()


def _next_filled(rows: Sequence[Signs]) -> list[Signs | None]:
    """For each row the next one that holds text."""
    found: list[Signs | None] = []
    after: Signs | None = None
    for row in reversed(rows):
        found.append(after)
        after = row or after
    return found[::-1]


def features(row: Row, signs: Signs, above: Signs | None, below: Signs | None) -> Features:
    """What speaks for the roles of a row that holds text, between its neighbours."""
    told: Features = {}
    for cell in row.filled():
        for name, count in _of_text(cell.text):
            told[name] = told.get(name, 0.0) + count

    def add(name: str, count: float) -> None:
        if count:
            told[name] = told.get(name, 0.0) + min(count, _MANY)

    _line_features(add, signs)
    short = [s.short or s.kind == "unit" for s in signs]
    labelled = [s for s in signs if s.labels and s.kind == "label"]
    _shape_features(add, signs, short)
    if labelled:
        _column_features(add, labelled, signs)
        _goal_features(add, labelled, signs)
        _label_features(add, labelled, signs)
    add("sums", _is_sums(signs) and _stands_left(row))
    add("covered", min(2, len(row.above)))
    _neighbour_features(add, signs, short, above, below)
    return told


def _neighbour_features(
    add: Add, signs: Signs, short: list[bool], above: Signs | None, below: Signs | None
) -> None:
    if all(short) and len(signs) > 1 and below is not None:
        _header_shape(add, signs, below)
    if above is not None and len(above) > 1:
        add("lower", _is_lower(signs, above))


def _line_features(add: Add, signs: Signs) -> None:
    """What a row of few cells may be: a title, a year, a note."""
    if len(signs) == 1:
        add("lone", 1)
        add("year_line", titles.is_year_line(signs[0].text))
        add("note", titles.is_note(signs[0].text))
    if len(signs) <= _TITLE_CELLS:
        add("title", max(titles.title_likeness(s.text) for s in signs))


_TITLE_CELLS = 3
_KINDS = {
    "number": "figures", "percent": "figures", "mark": "marks", "text": "texts", "label": "labels",
    "unit": "labels", "answer": "labels", "level": "levels", "value": "values", "date": "values",
    "operator": "values",
}  # fmt: skip


@lru_cache(maxsize=16_384)
def _of_text(text: str) -> tuple[tuple[str, float], ...]:
    """The features that a cell adds to its row by itself."""
    told = sign(text)
    found: dict[str, float] = {_KINDS[told.kind]: 1.0}
    header = told.labels.get("header")
    if header is not None and header[1] == BY_NAME and header[0] != "other":
        found["header"] = 1.0
    elif header is not None and (header[0] == "other" or told.short):
        found["header_like"] = 0.5 if header[0] == "other" else 1.0
    if words.money_line(text) is not None:
        found["money_line"] = 1.0
    if pairs := len(words.inline_pairs(text)):
        found["inline"] = float(pairs)
    if told.kind != "text" and titles.is_signature(told.text):
        found["signature"] = 1.0
        found.pop("header_like", None)
    return tuple(found.items())


def _header_shape(add: Add, signs: Signs, below: Signs) -> None:
    """A row of nothing but short labels, by what stands in the row below it."""
    figures = sum(s.figure or s.kind == "mark" for s in below)
    answers = sum(s.kind in ("value", "date", "operator", "answer") for s in below)
    names = sum(s.short for s in below)
    texts = sum(s.kind == "text" for s in below)
    many = len(signs) >= _MANY_HEADS
    add("over_amounts", many and figures >= 3 and names <= 2 and not answers)  # noqa: PLR2004
    add("over_answers", many and names >= 1 and (answers + figures) >= 2 and names + answers >= 3)  # noqa: PLR2004
    levels = any(s.kind == "level" for s in signs)
    add("over_texts", len(signs) <= 4 and 0 < texts == len(below) <= 2 and not levels)  # noqa: PLR2004


_MANY_HEADS = 4
_TWO = 2


def _shape_features(add: Add, signs: Signs, short: list[bool]) -> None:
    """What the kinds of the cells say, whatever their words are."""
    add("bodies", sum(s.short and s.text.endswith(_bodies()) for s in signs[1::2]))
    turns = len(signs) in _PAIR_CELLS and all(s.short for s in signs[::2])
    add("pairs", turns and not all(s.short and len(s.text) < 3 for s in signs))  # noqa: PLR2004
    if len(signs) >= _MANY_HEADS and all(short):
        add("heads", len(signs))
    add("graded", len(signs) == _TWO and signs[0].short and signs[1].text in _GRADES)
    free = not any("sections" in s.labels for s in signs)
    if len(signs) == _TWO and all(s.short for s in signs) and free:
        add("two_heads", 1)
    if not any(s.kind in _TOLD for s in signs):
        add("wordy", min(2, len(signs) - 1))


@cache
def _bodies() -> tuple[str, ...]:
    return tuple(vocabulary()["labels"]["bodies"])


def _column_features(add: Add, labelled: Signs, signs: Signs) -> None:
    for table, name in (("columns.funds", "fund_head"), ("columns.indicators", "indicator_head")):
        named: set[str] = set()
        like: set[str] = set()
        for s in labelled:
            found = s.labels.get(table)
            if found and found[0] not in ("other", "open", *_BOTH_TABLES):
                (named if found[1] == BY_NAME else like).add(found[0])
        if name == "fund_head":
            named, like = named & _AMOUNT_COLUMNS, like & _AMOUNT_COLUMNS
        add(name, len(named))
        add(f"{name}_like", len(like - named))
    points = {s.meant("columns.indicators") for s in labelled} & _BOTH_TABLES
    add("points_head", len(points))
    add("fund_pair", sum(
        label.short and value.figure and label.meant("columns.funds") in _AMOUNT_COLUMNS
        for label, value in pairwise(signs)
    ))  # fmt: skip


def _goal_features(add: Add, labelled: Signs, signs: Signs) -> None:
    named = {s.named("goals") for s in labelled} - {None}
    add("goal_head", len(named))
    add("goal_head_like", len({s.meant("goals") for s in labelled} - named - {None}))
    if len(signs) > 2:  # noqa: PLR2004
        others = [s for s in signs if s.meant("sections") is None or s.named("goals")]
        add("two_heads", len(others) == 2 and all(s.short for s in others))  # noqa: PLR2004
    told = sum(
        1 for label, value in pairwise(signs)
        if label.short and label.meant("goals") and value.kind == "text"
    )  # fmt: skip
    alone = len(signs) == 1 and signs[0].named("goals") is not None  # its text was left blank
    add("goal_pair", len(signs) <= 4 and (told or 0.7 * alone))  # noqa: PLR2004


def _label_features(add: Add, labelled: Signs, signs: Signs) -> None:
    first = signs[0]
    for s in signs[:2]:
        found = s.labels.get("funds")
        if found and s.short:
            add("fund_label" if found[1] == BY_NAME else "fund_label_like", 1)
            break
        if s.short and words.opens_parts(s.text):
            add("fund_label_like", 1)
            break
    totals = [s for s in labelled if "total" in s.labels]
    if totals:
        add("total" if any(s.named("total") for s in totals) else "total_like", 1)
    add("subtotal", any("subtotal" in s.labels for s in labelled))
    add("grade", any(s.short and s.meant("grade") for s in signs[:3:2]))
    for section in ("funds", "goals", "indicators"):
        found_here = [s.labels["sections"][1] for s in labelled if s.meant("sections") == section]
        add(
            f"section_{section}", max((1.0 if f == BY_NAME else 0.5 for f in found_here), default=0)
        )
    block = first.labels.get("blocks")
    if block and first.short and not any(s.kind in _TOLD for s in signs):
        add("block" if block[1] == BY_NAME else "block_like",
            block[1] == BY_NAME or len(signs) == 2)  # noqa: PLR2004  # fmt: skip


def _stands_left(row: Row) -> bool:
    """Whether a row begins where sums begin: at the left edge, below no level that reaches down."""
    if row.spans_known:
        return len(row.above) <= 1
    first = row.filled()[0]
    return row.dense or first.column <= 1 or not sign(first.text).short


def _is_sums(signs: Signs) -> bool:
    """At most one label, then one to three figures, then perhaps a grade."""
    rest = signs[1:] if signs[0].short else signs
    marks = ("mark",) if "total" in signs[0].labels else ()
    figures = [s for s in rest if s.kind == "number"]
    others = [s for s in rest if s.kind not in ("number", *marks) and s.text not in _GRADES]
    return 0 < len(figures) <= 3 and not others  # noqa: PLR2004


def _is_lower(signs: Signs, above: Signs) -> bool:
    """Whether a row may be the lower half of a header: short texts and notes below short texts."""
    short = all(
        s.short or s.kind in ("unit", "operator") or _LOWER.fullmatch(s.text) for s in signs
    )
    return short and len(above) > 1 and all(s.short or s.kind == "unit" for s in above)
