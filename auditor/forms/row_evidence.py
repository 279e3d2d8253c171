"""What speaks for the roles of a row: the features that ``evidence.yaml`` weighs.

A row's features depend on how its cells look, not on their words, and rows of one template look
alike in every form: so they are told once per distinct look (a memo) and not once per row.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

from auditor.forms import titles
from auditor.forms import vocabulary as words
from auditor.forms.rows import Row
from auditor.forms.signs import BY_NAME, Sign, sign
from auditor.resources import vocabulary

_MANY = 8  # no feature counts further
_PAIR_CELLS = (2, 4, 6)
_LOWER = re.compile(r"[（(][^（()）]{1,8}[)）]|[A-Da-d]")
_TOLD = frozenset({"number", "percent", "mark", "value", "date", "operator"})
_GRADES = frozenset("优良中差")
_AMOUNT_COLUMNS = frozenset({"initial_budget", "full_year_budget", "executed", "rate"})
_BOTH_TABLES = frozenset({"weight", "score"})
_TITLE_CELLS = 3
_MANY_HEADS = 4
_TWO = 2
_KINDS = {
    "number": "figures", "percent": "figures", "mark": "marks", "text": "texts", "label": "labels",
    "unit": "labels", "answer": "labels", "level": "levels", "value": "values", "date": "values",
    "operator": "values",
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """All of a text that the role of its row depends on; equal looks are one object.

    ``told`` is its sign without the text; ``own`` are the features that it adds by itself.
    """

    told: Sign
    own: tuple[tuple[str, float], ...]
    title: float  # whether it may be a form's title, 0 to 1
    year_line: bool
    note: bool
    body: bool  # whether it ends as names of bodies do: 局, 中心
    tiny: bool
    grade: bool
    lower: bool  # whether it may stand in the lower half of a header
    opens_parts: bool

    @property
    def kind(self) -> str:
        """The kind of the text."""
        return self.told.kind

    @property
    def short(self) -> bool:
        """Whether the text can be a label at all."""
        return self.told.short


Looks = tuple[Look, ...]
Features = tuple[tuple[str, float], ...]
Add = Callable[[str, float], None]
_Rest = tuple["Features", float, bool, bool, bool, bool, bool, bool, bool]  # a look's other fields


@lru_cache(maxsize=4096)
def look(text: str) -> Look:
    """How a text looks."""
    told = sign(text)
    bare, short, figure = told.text, told.short, told.figure
    key = (
        _of_text(text, told),
        0.0 if figure else titles.title_likeness(bare),
        not figure and titles.is_year_line(bare),
        not figure and titles.is_note(bare),
        short and bare.endswith(_bodies()),
        len(bare) < 3,  # noqa: PLR2004
        bare in _GRADES,
        short or told.kind in ("unit", "operator") or _LOWER.fullmatch(bare) is not None,
        short and words.opens_parts(bare),
    )
    return _look(told.kind, tuple(told.labels.items()), key)


@lru_cache(maxsize=4096)
def _look(kind: str, labels: tuple[tuple[str, tuple[str, float]], ...], rest: _Rest) -> Look:
    return Look(Sign.of("", kind, dict(labels)), *rest)


@cache
def _bodies() -> tuple[str, ...]:
    return tuple(vocabulary()["labels"]["bodies"])


def _of_text(text: str, told: Sign) -> Features:
    """The features that a cell adds to its row by itself."""
    found: dict[str, float] = {_KINDS[told.kind]: 1.0}
    if told.figure:
        return tuple(found.items())
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


def features(row: Row, own: Looks, above: Looks | None, below: Looks | None) -> Features:
    """What speaks for the roles of a row that holds text, between its neighbours."""
    halves = above is not None and len(above) > 1 and all(map(_is_head, above))
    lower = halves and all(o.lower for o in own)
    follows = below if below and len(own) > 1 and all(map(_is_head, own)) else ()
    return _features(own, lower, follows, min(2, len(row.above)), _stands_left(row, own[0]))


def _is_head(own: Look) -> bool:
    return own.told.short or own.told.kind == "unit"


@lru_cache(maxsize=4096)
def _features(
    own: Looks,
    lower: bool,  # noqa: FBT001 - a part of the key
    below: Looks,
    covered: int,
    left: bool,  # noqa: FBT001 - a part of the key
) -> Features:
    """The features by look: ``lower`` half of a header, ``below`` where it is a header at all."""
    told: dict[str, float] = {}
    for cell in own:
        for name, count in cell.own:
            told[name] = told.get(name, 0.0) + count

    def add(name: str, count: float) -> None:
        if count:
            told[name] = told.get(name, 0.0) + min(count, _MANY)

    _line_features(add, own)
    _shape_features(add, own)
    if labelled := [o.told for o in own if o.told.labels and o.kind == "label"]:
        _column_features(add, labelled, own)
        _goal_features(add, labelled, own)
        _label_features(add, labelled, own)
    add("sums", left and _is_sums(own))
    add("covered", covered)
    if below:
        _header_shape(add, own, below)
    add("lower", lower)
    return tuple(told.items())


def _line_features(add: Add, own: Looks) -> None:
    """What a row of few cells may be: a title, a year, a note."""
    if len(own) == 1:
        add("lone", 1)
        add("year_line", own[0].year_line)
        add("note", own[0].note)
    if len(own) <= _TITLE_CELLS:
        add("title", max(o.title for o in own))


def _header_shape(add: Add, own: Looks, below: Looks) -> None:
    """A row of nothing but short labels, by what stands in the row below it."""
    figures = sum(o.told.figure or o.kind == "mark" for o in below)
    answers = sum(o.kind in ("value", "date", "operator", "answer") for o in below)
    names = sum(o.short for o in below)
    texts = sum(o.kind == "text" for o in below)
    many = len(own) >= _MANY_HEADS
    add("over_amounts", many and figures >= 3 and names <= 2 and not answers)  # noqa: PLR2004
    add("over_answers", many and names >= 1 and (answers + figures) >= 2 and names + answers >= 3)  # noqa: PLR2004
    levels = any(o.kind == "level" for o in own)
    add("over_texts", len(own) <= 4 and 0 < texts == len(below) <= 2 and not levels)  # noqa: PLR2004


def _shape_features(add: Add, own: Looks) -> None:
    """What the kinds of the cells say, whatever their words are."""
    add("bodies", sum(o.body for o in own[1::2]))
    turns = len(own) in _PAIR_CELLS and all(o.short for o in own[::2])
    add("pairs", turns and not all(o.short and o.tiny for o in own))
    if len(own) >= _MANY_HEADS and all(map(_is_head, own)):
        add("heads", len(own))
    add("graded", len(own) == _TWO and own[0].short and own[1].grade)
    free = not any("sections" in o.told.labels for o in own)
    if len(own) == _TWO and all(o.short for o in own) and free:
        add("two_heads", 1)
    if not any(o.kind in _TOLD for o in own):
        add("wordy", min(2, len(own) - 1))


def _column_features(add: Add, labelled: Sequence[Sign], own: Looks) -> None:
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
        label.short and value.told.figure and label.told.meant("columns.funds") in _AMOUNT_COLUMNS
        for label, value in pairwise(own)
    ))  # fmt: skip


def _goal_features(add: Add, labelled: Sequence[Sign], own: Looks) -> None:
    named = {s.named("goals") for s in labelled} - {None}
    add("goal_head", len(named))
    add("goal_head_like", len({s.meant("goals") for s in labelled} - named - {None}))
    if len(own) > 2:  # noqa: PLR2004
        others = [o for o in own if o.told.meant("sections") is None or o.told.named("goals")]
        add("two_heads", len(others) == 2 and all(o.short for o in others))  # noqa: PLR2004
    told = sum(
        1 for label, value in pairwise(own)
        if label.short and label.told.meant("goals") and value.kind == "text"
    )  # fmt: skip
    alone = len(own) == 1 and own[0].told.named("goals") is not None  # its text was left blank
    add("goal_pair", len(own) <= 4 and (told or 0.7 * alone))  # noqa: PLR2004


def _label_features(add: Add, labelled: Sequence[Sign], own: Looks) -> None:
    for o in own[:2]:
        found = o.told.labels.get("funds")
        if found and o.short:
            add("fund_label" if found[1] == BY_NAME else "fund_label_like", 1)
            break
        if o.opens_parts:
            add("fund_label_like", 1)
            break
    totals = [s for s in labelled if "total" in s.labels]
    if totals:
        add("total" if any(s.named("total") for s in totals) else "total_like", 1)
    add("subtotal", any("subtotal" in s.labels for s in labelled))
    add("grade", any(o.short and o.told.meant("grade") for o in own[:3:2]))
    for section in ("funds", "goals", "indicators"):
        found_here = [s.labels["sections"][1] for s in labelled if s.meant("sections") == section]
        add(
            f"section_{section}", max((1.0 if f == BY_NAME else 0.5 for f in found_here), default=0)
        )
    block = own[0].told.labels.get("blocks")
    if block and own[0].short and not any(o.kind in _TOLD for o in own):
        add("block" if block[1] == BY_NAME else "block_like",
            block[1] == BY_NAME or len(own) == 2)  # noqa: PLR2004  # fmt: skip


def _stands_left(row: Row, first: Look) -> bool:
    """Whether a row begins where sums begin: at the left edge, below no level that reaches down."""
    if row.spans_known:
        return len(row.above) <= 1
    return row.dense or row.filled()[0].column <= 1 or not first.short


def _is_sums(own: Looks) -> bool:
    """At most one label, then one to three figures, then perhaps a grade."""
    rest = own[1:] if own[0].short else own
    marks = ("mark",) if "total" in own[0].told.labels else ()
    figures = [o for o in rest if o.kind == "number"]
    others = [o for o in rest if o.kind not in ("number", *marks) and not o.grade]
    return 0 < len(figures) <= 3 and not others  # noqa: PLR2004
