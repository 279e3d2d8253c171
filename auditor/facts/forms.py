"""The tables ``forms`` and ``levels``: what is true of a form as a whole, and of its levels."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from auditor.facts import row_structure, texts
from auditor.facts.design import is_satisfaction
from auditor.facts.gaps import gaps
from auditor.facts.indicators import is_placeholder
from auditor.facts.numbers import Number, column_decimals, points, printed, spread, total
from auditor.forms.evaluation import Evaluation, Indicator
from auditor.forms.vocabulary import level_kind
from auditor.quantities.parsing import parse

_GOALS = {"goal_expected": "goals", "goal_actual": "goals"}
_HEADER = ("project", "department", "unit")
_SUBTYPES = {"quantity": "数量指标", "quality": "质量指标", "timeliness": "时效指标"}
_MAIN_LEVELS = {"output": "产出指标", "benefit": "效益指标"}
_STATED = re.compile(r"[（(](?P<a>\d+(?:\.\d+)?)[分%％]?[)）]|(?<!\d)(?P<b>\d++(?:\.\d++)?)分$")
_YEAR = re.compile(r"20\d\d年|二[〇○零][〇○零一二三四五六七八九]{2}年")
_LETTERS = 2
_FULL = Decimal(100)


def row(form: Evaluation, bands: tuple[tuple[str, Decimal], ...]) -> dict[str, Any]:
    """The facts of one form; ``bands`` are (grade, least score), best first."""
    totals = _totals(form)
    return {
        "row_id": 0,
        "cell": "",
        **_read(form),
        **_header(form),
        **_fund_table(form),
        **_levels(form),
        **totals,
        **_grade(form, bands, totals["score_sum"]),
    }


def _read(form: Evaluation) -> dict[str, Any]:
    """Which parts of the form were wholly read, so that what they lack is missing."""
    unread = gaps(form)
    parts = ("header", "goals", "funds", "rows", "total", "grade")
    return {f"{name}_read": not getattr(unread, name) for name in parts}


def _header(form: Evaluation) -> dict[str, Any]:
    told = set(form.missing_rows) | form.unknown
    blank = [f"/{name}" for name in _HEADER if not getattr(form, name) and name not in told]
    goals = [
        f"/{name}"
        for name, block in _GOALS.items()
        if getattr(form, name) is None and block not in told and name not in told
    ]
    return {
        "title": form.title,
        **_title(form.title),
        "title_year": bool(_YEAR.search(form.title or "")),
        "year": form.year,
        "title_known": not {"title", "year"} <= form.unknown,
        "project": form.project,
        "department": form.department,
        "unit": form.unit,
        "header_blank_cells": " ".join(blank),
        "goals_told": "goals" not in told and not _GOALS.keys() <= form.unknown,
        "goal_blank_cells": " ".join(goals),
    }


def _title(title: str | None) -> dict[str, Any]:
    """The accepted name of the form that a title is one or two letters away from."""
    nothing = {"title_suggestion": None, "title_name": None}
    if not title:
        return nothing
    bare = re.sub(r"[（(][^（()）]*+[)）]|(?:19|20)\d\d年?度?|\s", "", title).removesuffix("表")
    known = tuple(name.removesuffix("表") for name in texts.phrases("form_names"))
    if bare.endswith(known):
        return nothing
    from rapidfuzz.distance import Levenshtein

    best = [
        (Levenshtein.distance(bare[-length:], name), -len(name), name, bare[-length:])
        for name in known
        for length in range(len(name) - _LETTERS, len(name) + _LETTERS + 1)
    ]
    distance, _length, name, found = min(best)
    near = 0 < distance <= _LETTERS
    return {"title_suggestion": f"{name}表", "title_name": f"{found}表"} if near else nothing


def _fund_table(form: Evaluation) -> dict[str, Any]:
    told = set(form.missing_rows) | form.unknown
    totals = sum(fund.kind == "total" for fund in form.funds)
    return {
        "fund_table": "funds" not in told,
        "fund_totals": totals,
        "fund_parts": len(form.funds) - totals,
        "parts_expected": "fund_parts" not in told,
    }


def counted(form: Evaluation) -> list[tuple[int, Indicator]]:
    """The indicators that count: a weight above 0, or any text where the form has no weights."""
    rows = [(n, r) for n, r in enumerate(form.indicators) if not is_placeholder(r)]
    if "weight" in form.missing_columns:
        return rows
    return [(n, r) for n, r in rows if (weight := printed(r.weight)) and weight.value > 0]


def _levels(form: Evaluation) -> dict[str, Any]:
    rows = [row for _number, row in counted(form)]
    kinds = [level_kind("level1", row.level1) for row in rows]
    satisfied = [row for row in rows if is_satisfaction(row)]
    present = {level_kind("level2", row.level2) for row in rows}
    missing = [name for kind, name in _SUBTYPES.items() if kind not in present]
    served = [form.project or "", form.goal_expected or ""]
    return {
        "rows": len(rows),
        "levels_known": bool(rows) and None not in kinds and "process" not in kinds,
        "outputs": kinds.count("output"),
        "benefits": kinds.count("benefit"),
        "satisfactions": len(satisfied),
        "serves_outsiders": texts.mentions(list(map(_without_aims, served)), "outsiders"),
        "missing_levels": "、".join(
            name for kind, name in _MAIN_LEVELS.items() if kind not in kinds
        ),
        "subtypes_known": bool(present - {None}),
        "missing_subtypes": "、".join(missing),
    }


def _without_aims(text: str) -> str:
    """A text without wishes for people in general: 增强群众获得感 serves nobody in particular."""
    for aim in texts.phrases("general_aims"):
        text = text.replace(aim, "")
    return text


def _totals(form: Evaluation) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "total_told": not {"total_label", "total"} & form.unknown,
        "total_label": form.total_label,
    }
    # A bare 100 beside scores like 9.6 was added up as finely as they are.
    scores = [fund.score for fund in form.funds] + [row.score for row in form.indicators]
    finest = {"total_weight": 0, "total_score": column_decimals(scores)}
    for name, decimals in finest.items():
        text = getattr(form, name)
        facts |= spread(name, _printed_points(text, decimals))
        facts[f"{name}_text"] = text
        facts[f"{name}_blank"] = text is None
    for name in ("weight", "score"):
        number, cells, complete = _sum(form, name)
        facts |= spread(f"{name}_sum", number)
        facts[f"{name}_sum_cells"] = " ".join(cells)
        facts[f"{name}s_complete"] = complete
    facts["weight_gap_in_total"] = _gap_in_total(facts)
    facts["total_rounded"] = _is_rounding(form.total_score, facts["score_sum"])
    return facts


def _printed_points(text: str | None, decimals: int = 0) -> Number | None:
    """A printed total, which may have been rounded: 99.55分 is 99.55."""
    return printed(text.removesuffix("分") if text else text, decimals)


def _is_rounding(text: str | None, due: Decimal | None) -> bool:
    """Whether a total without decimals is the whole number nearest to what it should be."""
    number = _printed_points(text)
    return due is not None and number is not None and number.lo <= due <= number.hi


def _sum(form: Evaluation, name: str) -> tuple[Number | None, list[str], bool]:
    """The sum over the execution rate and all indicators, and whether every operand is known.

    Each point counts once: a parent carries those of its parts, and a row of the table that scores
    the execution rate may repeat those of the fund table.
    """
    again = row_structure.counted_above(form.indicators)
    rows = [
        (n, row)
        for n, row in enumerate(form.indicators)
        if not is_placeholder(row) and n not in again
    ]
    entries = [] if _execution_in_table(form, rows) else _of_execution(form, name)
    scored_in_table = any(
        row_structure.is_execution(row) and points(getattr(row, name)) is not None
        for _n, row in rows
    )
    execution = scored_in_table or (bool(entries) and points(entries[0][1]) is not None)
    entries += [(f"/indicators/{n}/{name}", getattr(row, name)) for n, row in rows]
    numbers: list[Number] = []
    cells: list[str] = []
    complete = (
        execution
        and bool(rows)
        and name not in form.missing_columns
        and not gaps(form).rows
        and not any(doubt.cell == "/funds/0/kind" for doubt in form.doubts)
    )
    decimals = column_decimals(text for _cell, text in entries)
    for cell, text in entries:
        is_row = cell.startswith("/indicators")
        number = points(text)
        if number is not None and name == "score":
            number = _earned(form, cell, number, decimals)
        if number is not None:
            numbers.append(number)
            cells.append(cell)
        elif is_row and (
            parse(text).kind not in ("blank", "mark")
            or (name == "score" and _has(form, cell, "weight"))
            or (name == "weight" and _has(form, cell, "score"))
        ):
            complete = False
    return (total(numbers) if numbers else None), cells, complete


def _of_execution(form: Evaluation, name: str) -> list[tuple[str, str | None]]:
    return [
        (f"/funds/{n}/{name}", getattr(fund, name))
        for n, fund in enumerate(form.funds)
        if fund.kind == "total"
    ]


def _execution_in_table(form: Evaluation, rows: Sequence[tuple[int, Indicator]]) -> bool:
    """Whether the points of the execution rate in the indicator table are those of the fund table.

    They are where the weights make 100, or the stated total, without those of the fund table.
    """
    own = [points(row.weight) for _n, row in rows if row_structure.is_execution(row)]
    if not any(own):
        return False
    weights = [weight.value for _n, row in rows if (weight := points(row.weight)) is not None]
    again = [weight.value for _c, text in _of_execution(form, "weight")
             if (weight := points(text)) is not None]  # fmt: skip
    stated = _printed_points(form.total_weight)
    whole = stated.value if stated is not None else _FULL
    without, both = sum(weights, Decimal(0)), sum([*weights, *again], Decimal(0))
    return abs(without - whole) <= abs(both - whole)


def _earned(form: Evaluation, cell: str, number: Number, decimals: int) -> Number:
    """A score for adding up: full marks are exact, others as fine as their column is printed."""
    _empty, table, row, _name = cell.split("/")
    weight = points(getattr(form, table)[int(row)].weight)
    if weight is not None and weight.value == number.value:
        return Number(number.value, number.value, number.value)
    half = min(number.hi - number.value, Decimal(1).scaleb(-decimals) / 2)
    return Number(number.value, number.value - half, number.value + half)


def _has(form: Evaluation, cell: str, name: str) -> bool:
    """Whether the same row has a number above 0 in the other column."""
    number = printed(getattr(form.indicators[int(cell.split("/")[2])], name))
    return number is not None and number.value > 0


def _gap_in_total(facts: dict[str, Any]) -> bool:
    """The total was reckoned as if the weights made 100: Σ + (100 - Σw)."""
    weights = facts["weight_sum"]
    if facts["total_score"] is None or facts["score_sum"] is None or weights in (None, _FULL):
        return False
    gap = _FULL - weights
    low, high = facts["score_sum_lo"] + gap, facts["score_sum_hi"] + gap
    return bool(facts["total_score_lo"] <= high and facts["total_score_hi"] >= low)


def _grade(
    form: Evaluation, bands: tuple[tuple[str, Decimal], ...], own: Decimal | None
) -> dict[str, Any]:
    """The grade, and those due for the printed total and for the sum of the scores, ``own``."""
    score = _printed_points(form.total_score)

    def grade(value: Decimal) -> str | None:
        return next((name for name, least in bands if value >= least), None)

    return {
        "grade": form.grade,
        "grade_follows_sum": _letter(form.grade) is not None
        and own is not None
        and _letter(form.grade) == grade(own),
        "grade_letter": _letter(form.grade),
        "grade_told": "grade" not in {*form.missing_rows, *form.unknown},
        "due_grade_lo": grade(score.lo) if score else None,
        "due_grade_hi": grade(score.hi) if score else None,
    }


def _letter(grade: str | None) -> str | None:
    names: dict[str, list[str]] = texts.listed("words", "grade_names")
    chosen = re.search(r"[■☑√✓]\s*([优良中差])", grade or "")
    bare = re.sub(r"[（(][^（()）]*+[)）]|[级等]$", "", grade or "") or None
    grade = chosen[1] if chosen else bare
    return next((letter for letter, also in names.items() if grade in (letter, *also)), grade)


def level_rows(form: Evaluation) -> Iterator[dict[str, Any]]:
    """The table ``levels``: one row per first level, with the weight that its cell prints."""
    rows = [(n, r) for n, r in enumerate(form.indicators) if not is_placeholder(r)]
    groups: dict[str | None, list[tuple[int, Indicator]]] = {}
    for entry in rows:
        groups.setdefault(entry[1].level1, []).append(entry)
    for number, (level1, members) in enumerate(groups.items()):
        first = members[0][0]
        stated = _STATED.search(level1) if level1 else None
        weights = [(n, weight) for n, row in members if (weight := points(row.weight)) is not None]
        text = (stated["a"] or stated["b"]) if stated else None
        sums = total(weight for _n, weight in weights) if weights else None
        yield {
            "row_id": number,
            "cell": f"/indicators/{first}",
            "level1": level1,
            **spread("stated", points(text)),
            "stated_text": text,
            "stated_blank": False,
            **spread("weight_sum", sums),
            "weight_sum_cells": " ".join(f"/indicators/{n}/weight" for n, _w in weights),
            "rows": len(members),
        }
