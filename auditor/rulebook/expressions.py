"""Rule expressions: DuckDB SQL over documented columns, checked by sqlglot when a rule loads.

What could mean different things on different engines is refused here: division (facts carry the
ratios), ``trim``, regular expressions. A misspelt column is named with its nearest neighbour.
"""

from difflib import get_close_matches
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.optimizer.annotate_types import annotate_types

from auditor.facts.schema import Column
from auditor.rulebook.model import Equation, Expression

_LOGIC = (exp.And, exp.Or, exp.Not, exp.Paren, exp.Case, exp.If)
_COMPARING = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is, exp.In, exp.Between)
_ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Neg, exp.Abs, exp.Least, exp.Greatest, exp.Coalesce)
_VALUES = (
    exp.Column,
    exp.Identifier,
    exp.Literal,
    exp.Boolean,
    exp.Null,
    exp.Parameter,
    exp.Placeholder,
    exp.Var,
)
_PARAMETERS = (exp.Parameter, exp.Placeholder)  # $name, by version of sqlglot
_TEXTUAL = (exp.Length, exp.Contains, exp.StartsWith, exp.EndsWith)
_QUERYING = (
    exp.Select, exp.From, exp.Join, exp.Table, exp.TableAlias, exp.Alias, exp.Where, exp.Group,
    exp.Having, exp.With, exp.CTE, exp.Star, exp.Count, exp.Sum, exp.Min, exp.Max, exp.Distinct,
    exp.Cast, exp.DataType, exp.DataTypeParam, exp.Subquery, exp.Exists,
)  # fmt: skip
_ALLOWED = (*_LOGIC, *_COMPARING, *_ARITHMETIC, *_VALUES, *_TEXTUAL)
_RELATIONS: dict[type[exp.Binary], str] = {exp.EQ: "=", exp.LTE: "<=", exp.GTE: ">="}
_OPERATORS: dict[type[exp.Binary], str] = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/"}
_FAMILIES = {
    "VARCHAR": "text",
    "TEXT": "text",
    "BOOLEAN": "truth",
    "INT": "number",
    "INTEGER": "number",
    "DECIMAL": "number",
    "DOUBLE": "number",
    "BIGINT": "number",
}


class ExpressionFault(Exception):
    """An expression that cannot be used, and why."""


def check_predicate(sql: str, columns: tuple[Column, ...], parameters: set[str]) -> None:
    """Accepts a condition over one table.

    Raises:
        ExpressionFault: it does not parse, names an unknown column or parameter, uses something
            that is not allowed, compares texts with numbers, or is no condition.
    """
    tree = _parse(sql)
    _check_names(tree, columns, parameters)
    _check_nodes(tree, _ALLOWED)
    _check_types(tree, columns)


def parse_equation(sql: str, columns: tuple[Column, ...], parameters: set[str]) -> Equation:
    """Two sides with =, <= or >= between them, made of columns, numbers, + - * / least greatest.

    Raises:
        ExpressionFault: as for :func:`check_predicate`, or a text stands where a number must.
    """
    tree = _parse(sql)
    _check_names(tree, columns, parameters)
    relation = _RELATIONS.get(type(tree)) if isinstance(tree, exp.Binary) else None
    if relation is None or not isinstance(tree, exp.Binary):
        raise ExpressionFault("an equation needs =, <= or >= between its two sides")
    types = {column.name: column.type for column in columns}
    return Equation(sql, relation, _side(tree.left, types), _side(tree.right, types))


def columns_in(sql: str) -> list[str]:
    """The columns that a condition names, in order of appearance."""
    found = [column.name for column in _parse(sql).find_all(exp.Column, bfs=False)]
    return list(dict.fromkeys(found))


def check_query(sql: str, tables: dict[str, tuple[Column, ...]], parameters: set[str]) -> None:
    """Accepts a SELECT over fact tables that returns form_id and row_id.

    Raises:
        ExpressionFault: it is no such SELECT, or names an unknown table or parameter.
    """
    tree = _parse(sql, whole=True)
    if not isinstance(tree, exp.Select):
        raise ExpressionFault("a query must be one SELECT")
    _check_nodes(tree, (*_ALLOWED, *_QUERYING))
    if any(clause.args.get("recursive") for clause in tree.find_all(exp.With)):
        raise ExpressionFault("WITH RECURSIVE is not allowed in a rule: it may never end")
    local = {cte.alias for cte in tree.find_all(exp.CTE)}
    for table in tree.find_all(exp.Table):
        if table.db or table.catalog or table.name not in {*tables, *local}:
            raise ExpressionFault(_unknown("table", table.name, set(tables)))
    known = {c.name for columns in tables.values() for c in columns}
    aliases = {alias.alias for alias in tree.find_all(exp.Alias)}
    for column in tree.find_all(exp.Column):
        if column.name not in known | aliases:
            raise ExpressionFault(_unknown("column", column.name, known))
    _check_parameters(tree, parameters)
    missing = {"form_id", "row_id"} - {select.alias_or_name for select in tree.selects}
    if missing:
        raise ExpressionFault(f"a query must return {' and '.join(sorted(missing))}")


def _parse(sql: str, *, whole: bool = False) -> Any:
    try:
        text = sql if whole else f"SELECT {sql}"
        statements = sqlglot.parse(text, read="duckdb")
        hidden = any(token.comments for token in sqlglot.tokenize(text, read="duckdb"))
    except (sqlglot.errors.SqlglotError, RecursionError) as error:
        first = str(error).splitlines()[0]
        raise ExpressionFault(f"cannot be parsed: {first}") from error
    if len(statements) != 1 or statements[0] is None:
        raise ExpressionFault("must be one statement, without a semicolon")
    if hidden:
        raise ExpressionFault("comments are not allowed: what follows a rule would be part of one")
    tree = statements[0]
    if whole:
        return tree
    expressions = tree.expressions
    if len(expressions) != 1 or len([a for a in tree.args.values() if a]) > 1:
        raise ExpressionFault("must be one expression")
    return expressions[0]


def _check_nodes(tree: Any, allowed: tuple[Any, ...]) -> None:
    for node in tree.walk():
        if not isinstance(node, allowed):
            raise ExpressionFault(f"{node.sql(dialect='duckdb')!r} is not allowed in a rule")


def _check_names(tree: Any, columns: tuple[Column, ...], parameters: set[str]) -> None:
    known = {column.name for column in columns}
    for column in tree.find_all(exp.Column):
        if column.table or column.name not in known:
            raise ExpressionFault(_unknown("column", column.sql(), known))
    _check_parameters(tree, parameters)


def _check_parameters(tree: Any, parameters: set[str]) -> None:
    for parameter in tree.find_all(*_PARAMETERS):
        if parameter.name not in parameters:
            raise ExpressionFault(_unknown("parameter", parameter.name, parameters))


def _unknown(what: str, name: str, known: set[str]) -> str:
    near = get_close_matches(name, sorted(known), n=1, cutoff=0.5)
    return f"unknown {what} {name!r}" + (f"; did you mean {near[0]!r}?" if near else "")


def _check_types(tree: Any, columns: tuple[Column, ...]) -> None:
    types = {column.name: column.type for column in columns}
    for column in tree.find_all(exp.Column):
        column.type = exp.DataType.build(types[column.name], dialect="duckdb")
    for node in tree.find_all(*_COMPARING):
        sides = [_family(side) for side in _operands(node)]
        known = {family for family in sides if family}
        if len(known) > 1:
            raise ExpressionFault(
                f"{node.sql(dialect='duckdb')!r} compares {' with '.join(sorted(known))}"
            )
    if _family(tree) not in (None, "truth"):
        raise ExpressionFault(f"{tree.sql(dialect='duckdb')!r} is no condition")


def _operands(node: Any) -> list[Any]:
    if isinstance(node, exp.In):
        return [node.this, *node.expressions]
    if isinstance(node, exp.Between):
        return [node.this, node.args["low"], node.args["high"]]
    if isinstance(node, exp.Is):
        return [node.this]
    return [node.left, node.right] if isinstance(node, exp.Binary) else []


def _family(node: Any) -> str | None:
    """text, number or truth; None where it cannot be told (a parameter, null)."""
    if isinstance(node, exp.Paren):
        return _family(node.this)
    if isinstance(node, (*_LOGIC[:3], *_COMPARING, exp.Contains, exp.StartsWith, exp.EndsWith)):
        return "truth"
    if isinstance(node, exp.Literal):
        return "text" if node.is_string else "number"
    if isinstance(node, exp.Boolean):
        return "truth"
    if isinstance(node, exp.Column) and node.type is not None:
        return _FAMILIES.get(node.type.this.name)
    if isinstance(node, (exp.Add, exp.Sub, exp.Mul, exp.Neg, exp.Abs, exp.Length)):
        return "number"
    if isinstance(node, (exp.Least, exp.Greatest, exp.Coalesce)):
        return _family(node.this)
    annotated: Any = annotate_types(node.copy()).type
    return _FAMILIES.get(annotated.this.name) if annotated is not None else None


def _side(node: Any, types: dict[str, str]) -> Expression:
    if isinstance(node, exp.Paren):
        return _side(node.this, types)
    if isinstance(node, exp.Column):
        if not types[node.name].startswith(("DECIMAL", "INTEGER")):
            raise ExpressionFault(f"{node.name!r} is no number")
        return ["column", node.name]
    if isinstance(node, exp.Literal) and not node.is_string:
        return ["number", node.name]
    if isinstance(node, _PARAMETERS):
        return ["parameter", node.name]
    if isinstance(node, exp.Binary) and type(node) in _OPERATORS:
        return [_OPERATORS[type(node)], _side(node.left, types), _side(node.right, types)]
    if isinstance(node, (exp.Least, exp.Greatest)):
        name = "least" if isinstance(node, exp.Least) else "greatest"
        return [name, *(_side(part, types) for part in (node.this, *node.expressions))]
    raise ExpressionFault(f"{node.sql(dialect='duckdb')!r} is not allowed in an equation")
