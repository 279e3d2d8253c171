"""Forms from running text: what a PDF leaves when a tool prints its words in drawing order.

There is no grid. Sections are found by their labels, rows by their closing weight and score, and
cells by weighing every way to cut a row: a cell is a number with its unit, a known word, or text,
and the gaps that the producer printed speak for a border. Where two cuts stay equally good, the
cells concerned become doubts.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from rapidfuzz.distance import Levenshtein

from auditor.forms import titles
from auditor.forms import vocabulary as words
from auditor.forms.evaluation import Evaluation, Unplaced
from auditor.forms.evaluation_builder import add_indicator, doubt, put
from auditor.forms.flow_cuts import ROW_ATOMS, Atom, cut
from auditor.forms.flow_funds import read_funds
from auditor.forms.flow_goals import read_goals
from auditor.forms.form_reader import confidence, is_furniture
from auditor.forms.ledger import Ledger
from auditor.forms.signs import all_labels, sign
from auditor.intake.document import Cell, Flow, Line, Place
from auditor.language import _
from auditor.resources import vocabulary

_NUMBER = re.compile(r"\d+(\.\d+)?")
_CUT = re.compile(r"\d{1,2}")
_TITLE_LINES = 6
_LABEL_ATOMS = 8
_CLIPPED_LENGTH = 6
_FLOW_CONFIDENCE = 0.9


def read(file: str, flow: Flow) -> list[Evaluation]:
    """Every form in the text, in order; [] when there is none."""
    lines = flow.lines
    starts = [n for n, line in enumerate(lines) if _begins_form(line)]
    forms: list[Evaluation] = []
    for start, end in pairwise([*starts, len(lines)]):
        form = Evaluation(file, len(forms) + 1, confidence=_FLOW_CONFIDENCE)
        _title(form, [line for line in lines[:start] if line.text.strip()][-_TITLE_LINES:])
        _body(form, lines[start:end])
        form.unplaced = list(_unplaced(form, lines[start:end]))
        form.confidence = min(_FLOW_CONFIDENCE, confidence(form))
        if form.funds or form.indicators:
            if forms:
                titles.carry_year(form, forms[-1])
            forms.append(form)
    return forms


def _unplaced(form: Evaluation, lines: tuple[Line, ...]) -> Iterator[Unplaced]:
    """The pieces of a form's lines that are in no value, no label and no listed furniture."""
    told = [value for _cell, value in form.cells()]
    told += [reading for known in form.doubts for reading in known.readings]
    known = "\0".join([*(value for value in told if value), *all_labels()])
    for line in lines:
        for piece in line.text.split():
            bare = words.squeeze(piece).strip("（）()：:")
            if bare and bare not in known and not is_furniture(sign(piece)):
                yield Unplaced(words.squeeze(piece), line.place.as_dict())


def _begins_form(line: Line) -> bool:
    first = line.text.split(None, 1)[:1]
    named = [name for name, _value in words.inline_pairs(line.text.lstrip())[:1]]
    return named == ["project"] or (bool(first) and words.header_field(first[0]) == "project")


def _title(form: Evaluation, lines: list[Line]) -> None:
    titles.read_title(form, [_cell([line.text], line.place) for line in lines])


def _cell(texts: list[str], place: Place) -> Cell:
    return Cell(0, 0, "".join(texts), place)


def _cell_of(atoms: list[Atom]) -> Cell | None:
    return _cell([atom.text for atom in atoms], atoms[0].place) if atoms else None


def _atoms(lines: tuple[Line, ...]) -> Iterator[Atom]:
    before = "gap"
    for line in lines:
        pieces = line.text.split()
        for piece in pieces:
            yield Atom(piece, line.place, before)
            before = "space"
        before = "line" if pieces else "gap"


def _body(form: Evaluation, lines: tuple[Line, ...]) -> None:
    atoms = list(_atoms(lines))
    funds = _find(atoms, "funds", 0)
    goals = _find(atoms, "goals", funds.stop)
    marks = _find(atoms, "indicators", goals.stop) or _first_header(atoms, goals.stop)
    _header(form, atoms[: funds.start])
    read_funds(form, atoms[funds.start : goals.start])
    read_goals(form, _lines_between(lines, atoms, goals.stop, marks.start))
    _indicators(form, atoms[marks.stop :])
    _doubt_unread(form)
    form.missing_rows = [
        *(name for name in ("department", "unit") if f"/{name}" not in form.locators),
        *(["grade"] if form.grade is None else []),
    ]


def _find(atoms: list[Atom], section: str, start: int) -> range:
    """The atoms that print a section's label, letter below letter perhaps; empty when absent."""
    for first in range(start, len(atoms)):
        text = ""
        for last in range(first, min(first + _LABEL_ATOMS, len(atoms))):
            text += atoms[last].text
            if words.section(text) == section:
                return range(first, last + 1)
    return range(start, start)


def _first_header(atoms: list[Atom], start: int) -> range:
    """Without a label of the section, it begins at its first column header."""
    for number in range(start, len(atoms)):
        if words.column("indicators", atoms[number].text) in ("level1", "level2"):
            return range(number, number)
    return range(start, start)


def _doubt_unread(form: Evaluation) -> None:
    """A section without anything in it was not read: nothing is concluded from its absence."""
    reason = _("文本没有表格线，这一部分读不出来：请提交原始文件")
    if not form.indicators:
        doubt(form, "/indicators", reason, (None,))
    if not form.funds:
        doubt(form, "/funds", reason, (None,))
    for name in ("goal_expected", "goal_actual"):
        if getattr(form, name) is None and "goals" not in form.missing_rows:
            doubt(form, f"/{name}", reason, (None,))


def _lines_between(lines: tuple[Line, ...], atoms: list[Atom], start: int, end: int) -> list[Line]:
    if start >= end:
        return []
    first, last = atoms[start].place.line, atoms[end - 1].place.line
    return [
        line
        for line in lines
        if first is not None
        and last is not None
        and line.place.line is not None
        and first <= line.place.line <= last
    ]


def _told_apart(atoms: list[Atom]) -> Iterator[Atom]:
    """项目名称：甲 as two atoms, the label and its value."""
    for atom in atoms:
        pairs = [pair for pair in words.inline_pairs(atom.text) if pair[0] != "year"][:1]
        if pairs:
            label = atom.text[: -len(pairs[0][1])]
            yield Atom(label, atom.place, atom.before)
            yield Atom(pairs[0][1], atom.place, "space")
        else:
            yield atom


def _header(form: Evaluation, atoms: list[Atom]) -> None:
    name: str | None = None
    values: dict[str, list[Atom]] = {}
    for atom in _told_apart(atoms):
        field = words.header_field(atom.text)
        if field is not None and field not in values:
            name = field
            values[name] = []
        elif name is not None:
            values[name].append(atom)
    for field, pieces in values.items():
        setattr(form, field, put(form, f"/{field}", _cell_of(pieces)))


# --- indicators -----------------------------------------------------------------------------


def _indicators(form: Evaluation, atoms: list[Atom]) -> None:
    start = _after_header(atoms)
    end = next(
        (n for n in range(start, len(atoms)) if words.is_total_label(atoms[n].text)), len(atoms)
    )
    _total(form, atoms[end:])
    levels: dict[str, list[Atom]] = {}
    rest = atoms[start:end]
    while rest:
        closing = _closing(rest)
        if closing is None:
            break
        before, weight, score = rest[:closing], rest[closing], rest[closing + 1]
        body = _levels(form, before, levels)
        name, target, actual = cut(form, body)
        add_indicator(
            form,
            {
                "level1": _cell_of(levels.get("level1", [])),
                "level2": _cell_of(levels.get("level2", [])),
                "level3": _cell_of(name),
                "target": _cell_of(target),
                "actual": _cell_of(actual),
                "weight": _cell_of([weight]),
                "score": _cell_of([score]),
            },
            Ledger(),
        )
        rest = _cut_figures(form, rest[closing + 2 :])
    _reason(form, rest)
    if any(_NUMBER.fullmatch(atom.text) for atom in rest):
        reason = _("文本没有表格线，最后几行没有切分开：请提交原始文件")
        text = words.squeeze("".join(atom.text for atom in rest))
        doubt(form, "/indicators", reason, (None, text))
        if form.indicators:
            last = f"/indicators/{len(form.indicators) - 1}/deviation"
            doubt(form, last, reason, (text, None))


def _cut_figures(form: Evaluation, rest: list[Atom]) -> list[Atom]:
    """Digits alone on the line below weight and score: a narrow cell may have cut a figure."""
    cut = []
    while rest and rest[0].before == "line" and _CUT.fullmatch(rest[0].text):
        cut.append(rest.pop(0))
    if not cut:
        return rest
    row, pointer = form.indicators[-1], f"/indicators/{len(form.indicators) - 1}"
    reason = _("文本里一个数可能被窄格切成两行：请提交原始文件")
    for name in ("weight", "score"):
        told = getattr(row, name)
        doubt(form, f"{pointer}/{name}", reason, (told, *(told + atom.text for atom in cut)))
    return rest


def _after_header(atoms: list[Atom]) -> int:
    """How many atoms print column headers: the longest run that is headers and nothing else."""
    names = sorted(
        (name for listed in vocabulary()["columns"]["indicators"].values() for name in listed),
        key=len,
        reverse=True,
    )
    text, reached = "", 0
    for number, atom in enumerate(atoms[:40], 1):
        text += atom.text
        rest = text
        while name := next((name for name in names if rest.startswith(name)), None):
            rest = rest[len(name) :]
        if not rest:
            reached = number
    return reached


def _closing(atoms: list[Atom]) -> int | None:
    """Where the next row's weight and score stand: two bare numbers that end a line.

    Before them there must be room for a name, a target and an actual value.
    """
    for number in range(len(atoms) - 1):
        ends_line = number + 2 == len(atoms) or atoms[number + 2].before != "space"
        pair = all(_NUMBER.fullmatch(atoms[n].text) for n in (number, number + 1))
        if pair and ends_line and atoms[number + 1].before == "space" and number >= ROW_ATOMS:
            return number
    return None


def _levels(form: Evaluation, before: list[Atom], levels: dict[str, list[Atom]]) -> list[Atom]:
    """Takes the level labels off the front of a row; what stands before them ends the row above."""
    position = next((n for n in range(len(before)) if _label(before, n) is not None), None)
    if position is None:
        position = _end_of_reason(form, before)
        _reason(form, before[:position])
        return before[position:]
    _reason(form, before[:position])
    while (found := _label(before, position)) is not None:
        level, length = found
        follows = _label(before, position + length)
        label = before[position : position + length]
        if level == "either":  # 成本指标 is a first level where a second one follows it
            level = "level1" if follows is not None else "level2"
        if level == "level1":
            levels.pop("level2", None)
        levels[level] = label
        position += length
    return before[position:]


def _end_of_reason(form: Evaluation, before: list[Atom]) -> int:
    """Without a label between them, a reason ends at the first gap, if points were lost above."""
    if not form.indicators or form.indicators[-1].weight == form.indicators[-1].score:
        return 0
    gaps = [n for n in range(1, len(before)) if before[n].before == "gap"]
    if before and before[0].before == "line" and gaps:
        return gaps[0]
    return 0


def _reason(form: Evaluation, atoms: list[Atom]) -> None:
    if atoms and form.indicators:
        pointer = f"/indicators/{len(form.indicators) - 1}/deviation"
        form.indicators[-1].deviation = put(form, pointer, _cell_of(atoms))


def _label(atoms: list[Atom], position: int) -> tuple[str, int] | None:
    """The level label that begins at an atom, and over how many atoms it is printed."""
    best: tuple[str, int] | None = None
    text = ""
    for length in range(1, min(5, len(atoms) - position) + 1):
        atom = atoms[position + length - 1]
        if length > 1 and atom.before == "space":
            break
        text += atom.text
        first, second = words.listed_level("level1", text), words.listed_level("level2", text)
        if text.endswith("指标") or length > 1 or second == "satisfaction":
            if first and second and text.endswith("指标"):
                best = ("either", length) if first == "cost" else ("level1", length)
            elif first:
                best = ("level1", length)
            elif second or _clipped(text):
                best = ("level2", length)
    if best and best[0] == "level1" and atoms[position].before == "space":
        return None
    return best


def _clipped(text: str) -> bool:
    """A second-level name with one character lost or wrong (满意度标): still the label."""
    return len(text) >= _CLIPPED_LENGTH and any(
        Levenshtein.distance(text, f"{name}指标") <= 1 for name in words.level_names("level2")
    )


def _total(form: Evaluation, atoms: list[Atom]) -> None:
    if not atoms:
        form.missing_rows.append("total")
        return
    form.total_label = put(form, "/total_label", _cell_of(atoms[:1]))
    numbers = []
    for atom in atoms[1:]:
        if not _NUMBER.fullmatch(atom.text):
            if atom.text in vocabulary()["words"]["grades"]:
                form.grade = put(form, "/grade", _cell_of([atom]))
            break
        numbers.append(atom)
    if len(numbers) > 1:
        form.total_weight = put(form, "/total_weight", _cell_of(numbers[:1]))
        form.total_score = put(form, "/total_score", _cell_of(numbers[1:2]))
    elif numbers:
        form.total_score = put(form, "/total_score", _cell_of(numbers))
