"""Handing fact columns to the database: each distinct value once, and which row has which.

A Python object costs the database a microsecond, a column of codes next to nothing, because NumPy's
memory is read as it lies. For a few forms the codes travel as plain lists: importing NumPy would
take longer than the whole audit.
"""

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

from auditor.engine.duck import SMALL
from auditor.facts.building import Facts, Table
from auditor.facts.schema import DECIMAL, tables

if TYPE_CHECKING:
    import duckdb

POSITION = "position"
_CODES = "codes"  # the name under which the database sees the columns of codes
_Codes = dict[str, Iterator[int]]


def source(
    connection: "duckdb.DuckDBPyConnection", table: Table, names: Collection[str]
) -> tuple[str, list[Any]]:
    """A table expression over the columns in ``names`` and ``position``, and its parameters."""
    codes: _Codes = {POSITION: iter(range(len(table)))}
    listed, values = [POSITION], []
    for column in tables()[table.name]:
        if column.name not in names:
            continue
        codes[column.name], distinct = _coded(table.columns[column.name])
        kind = f"{column.type}[]"
        if column.type == DECIMAL:  # by way of texts, which lose no digit
            distinct = [None if value is None else str(value) for value in distinct]
            kind = f"VARCHAR[]::{kind}"
        values.append(distinct)
        listed.append(f'(${len(values)}::{kind})["{column.name}"] AS "{column.name}"')
    if len(table) < SMALL:
        rows, bound = _bound(codes, len(table), first=len(values) + 1)
    else:
        rows, bound = _arrays(connection, codes, len(table)), []
    return f"(SELECT {', '.join(listed)} FROM {rows})", values + bound  # noqa: S608 - our names


def store(connection: "duckdb.DuckDBPyConnection", facts: Facts) -> None:
    """The fact tables as tables of the database, all columns of them."""
    for name, table in facts.items():
        rows, values = source(connection, table, {column.name for column in tables()[name]})
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM {rows}", values)  # noqa: S608


def _coded(column: list[Any]) -> tuple[Iterator[int], list[Any]]:
    """For each value the place, from 1, of its like among the distinct ones; and those."""
    places = {value: place for place, value in enumerate(dict.fromkeys(column), 1)}
    return map(places.__getitem__, column), list(places)


def _bound(codes: _Codes, rows: int, *, first: int) -> tuple[str, list[Any]]:
    unnested = ", ".join(
        f'unnest(${number}::INTEGER[]) AS "{name}"' for number, name in enumerate(codes, first)
    )
    return f"(SELECT {unnested} WHERE {rows} > 0)", [list(column) for column in codes.values()]


def _arrays(connection: "duckdb.DuckDBPyConnection", codes: _Codes, rows: int) -> str:
    import numpy as np

    arrays = {name: np.fromiter(column, np.int32, rows) for name, column in codes.items()}
    connection.register(_CODES, arrays)
    return _CODES
