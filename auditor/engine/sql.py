"""Checked rules to DuckDB SQL: one verdict column per rule, one statement per fact table.

A verdict is a small integer: -n, the nth condition of ``applies`` does not hold; 0, the rule holds;
n, it does not, with the nth severity. For equations the SQL is a sieve that lets every broken
equation through and a few sound ones: sums are compared as the decimals they are, products and
quotients in binary floating point with some slack. What passes is decided by exact rationals in
:mod:`auditor.engine.intervals`. No float ever decides anything.
"""

import re
from collections.abc import Mapping

from auditor.facts.schema import Column
from auditor.rulebook.model import Equation, Expression, Rule

_PARAMETER = re.compile(r"\$(\w+)")
_SLACK = "1e-9"


def verdict(rule: Rule, columns: tuple[Column, ...], parameters: Mapping[str, str]) -> str:
    """The SQL expression of a rule's verdict on a row of its table."""
    names = {column.name for column in columns}
    cases = [
        f"WHEN ({condition}) IS NOT TRUE THEN {-number}"
        for number, (_reason, condition) in enumerate(rule.applies, 1)
    ]
    broken = _broken(rule, names)
    grades = [
        f"WHEN ({broken})" + (f" AND ({condition})" if condition else "") + f" THEN {number}"
        for number, (condition, _severity) in enumerate(rule.severity, 1)
    ]
    return with_parameters(f"CASE {' '.join(cases + grades)} ELSE 0 END", parameters)


def with_parameters(sql: str, parameters: Mapping[str, str]) -> str:
    """SQL with the profile's values in place of ``$name``."""

    def value(match: re.Match[str]) -> str:
        text = parameters[match.group(1)]
        if re.fullmatch(r"-?\d+(\.\d+)?", text):
            return text
        return "'" + text.replace("'", "''") + "'"

    return _PARAMETER.sub(value, sql)


def _broken(rule: Rule, names: set[str]) -> str:
    if rule.flag is not None:
        return rule.flag
    if rule.equation is None:
        return "FALSE"
    return _sieve(rule.equation, names)


def _sieve(equation: Equation, names: set[str]) -> str:
    """True for every row on which the equation may be broken.

    Products and quotients are bounded as if no operand were below zero, which keeps the SQL short;
    a row that has such an operand passes the sieve untried.
    """
    multiplied = _multiplied(equation.left) + _multiplied(equation.right)
    cast = "::DOUBLE" if multiplied else ""
    left_low, left_high = _bounds(equation.left, names, cast)
    right_low, right_high = _bounds(equation.right, names, cast)
    if multiplied:  # the left side is mostly one column: cheap to say twice
        left_low += f" + {_SLACK} * (1 + abs({left_low}))"
        left_high += f" - {_SLACK} * (1 + abs({left_high}))"
    above = f"({left_low}) > ({right_high})"
    below = f"({left_high}) < ({right_low})"
    tests = {"<=": [above], ">=": [below], "=": [above, below]}[equation.relation]
    tests += [f"{name} < 0" for name in dict.fromkeys(multiplied)]
    return f"({' OR '.join(tests)})"


def _multiplied(expression: Expression, *, inside: bool = False) -> list[str]:
    """The columns that stand inside a product or a quotient."""
    if expression[0] == "column":
        return [expression[1]] if inside else []
    within = inside or expression[0] in ("*", "/")
    parts = [part for part in expression[1:] if isinstance(part, list)]
    return [name for part in parts for name in _multiplied(part, inside=within)]


def _bounds(expression: Expression, names: set[str], cast: str) -> tuple[str, str]:
    """SQL of the least and greatest value of one side, each operand with a cast or none."""
    kind = expression[0]
    if kind == "column":
        name = expression[1]
        if f"{name}_lo" in names:
            return f"{name}_lo{cast}", f"{name}_hi{cast}"
        return f"{name}{cast}", f"{name}{cast}"
    if kind in ("number", "parameter"):
        text = expression[1] if kind == "number" else f"${expression[1]}"
        return f"{text}{cast}", f"{text}{cast}"
    sides = [_bounds(part, names, cast) for part in expression[1:]]
    if kind in ("least", "greatest"):
        lows, highs = (", ".join(part) for part in zip(*sides, strict=True))
        return f"{kind}({lows})", f"{kind}({highs})"
    (a, b), (c, d) = sides
    if kind == "+":
        return f"({a} + {c})", f"({b} + {d})"
    if kind == "-":
        return f"({a} - {d})", f"({b} - {c})"
    a, c = f"greatest({a}, 0)", f"greatest({c}, 0)"
    if kind == "*":
        return f"({a} * {c})", f"({b} * {d})"
    # A divisor that may be zero gives null, which passes no sieve: such a row is never decided.
    return f"({a} / nullif({d}, 0))", f"({b} / nullif({c}, 0))"
