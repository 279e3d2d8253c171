"""A rule in words, for a finance officer: its check without SQL, its examples as form excerpts."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from auditor.findings import cell_names
from auditor.language import _, pick
from auditor.rulebook.model import Equation, Rule

_NAME = re.compile(r"[a-z_][a-z_0-9]*")
_FIELD = re.compile(r"\{(\w+)(?::\w+)?\}")
_SIGNS = {"<=": "≤", ">=": "≥", "*": "×", "/": "÷"}
_BLANK = "—"


def check(rule: Rule) -> str:
    """What a rule checks, in words: its equations by the names of the cells, else what it says."""
    if rule.equation is not None:
        own, *others = (_equation(each) for each in (rule.equation, *rule.holds))
        if own is not None and None not in others:
            told = _("、").join(text for text in others if text)
            both = _("{own} 不成立，而 {others} 成立").format(own=own, others=told)
            return both if others else own
    said = _FIELD.sub(lambda field: f"「{_named(field[1]) or '……'}」", pick(rule.message))
    return re.sub("“「(.+?)」”", r"“\1”", said)


def _equation(equation: Equation) -> str | None:
    """执行率 = 全年执行数 ÷ 全年预算数; None where a column has no name that people use."""
    names = {name: _named(name) for name in _NAME.findall(equation.text)}
    if None in names.values():
        return None
    text = _NAME.sub(lambda found: names[found[0]] or "", equation.text)
    return re.sub(r"<=|>=|[*/]", lambda found: _SIGNS[found[0]], text)


def _named(column: str) -> str | None:
    """What people call a column: that of a cell, or of the sum of its parts."""
    known = {
        **cell_names.form_cells(), **cell_names.indicator_columns(), **cell_names.fund_columns(),
        "least": _("较小者"), "greatest": _("较大者"), "reported": _("填报的数"),
        "expected": _("应有的数"), "difference": _("相差"), "count": _("个数"),
    }  # fmt: skip
    if column.startswith("parts_") and column.removeprefix("parts_") in known:
        return _("各分项{name}之和").format(name=known[column.removeprefix("parts_")])
    if column.startswith("sum_") and column.removeprefix("sum_") in known:
        return _("各行{name}之和").format(name=known[column.removeprefix("sum_")])
    return known.get(column)


def neighbours(rule: Rule, rules: Iterable[Rule]) -> list[Rule]:
    """The rules beside one: those it replaces or is told by, and the other way round."""
    own = {entry["rule"] for entry in rule.supersedes} | set(rule.told_by) | set(rule.beside)
    return [
        other
        for other in rules
        if other.id != rule.id
        and (
            other.id in own
            or rule.id in {entry["rule"] for entry in other.supersedes}
            or rule.id in other.told_by
            or rule.id in other.beside
        )
    ]


Excerpt = tuple[
    list[str], list[list[str]]
]  # lines for single cells; rows of a table, headers first


def excerpts(given: dict[str, Any]) -> Iterator[Excerpt]:
    """An example as parts of a form: what stands outside the tables, then each table."""
    names = cell_names.form_cells()
    lines = [
        f"{names.get(key, key)}：{_shown(value)}"
        for key, value in given.items()
        if not isinstance(value, list)
    ]
    if lines:
        yield lines, []
    for key, columns in (
        ("funds", cell_names.fund_columns()),
        ("indicators", cell_names.indicator_columns()),
    ):
        rows = given.get(key, [])
        used = [name for name in columns if any(name in row for row in rows)]
        if used:
            body = [[_shown(row.get(name)) for name in used] for row in rows]
            yield [], [[columns[name] for name in used], *body]


def _shown(value: Any) -> str:
    return _BLANK if value is None else str(value)
