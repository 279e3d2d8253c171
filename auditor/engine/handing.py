"""Handing fact columns to the database: each distinct value once, and which row has which.

A Python object costs the database a microsecond, a column of codes next to nothing, because NumPy's
memory is read as it lies. A few rows travel as plain lists: importing NumPy would take longer than
the whole audit.
"""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from auditor.engine.duck import SMALL
from auditor.facts.building import Facts, Table
from auditor.facts.numbers import storable
from auditor.facts.schema import DECIMAL, TEXT, Column, tables

if TYPE_CHECKING:
    import duckdb

POSITION = "position"
_ARRAYS = "arrays"  # the name under which the database sees the columns of codes
_WORDS = 64  # a column with so few texts is compared by their numbers, which takes half as long


def source(
    connection: "duckdb.DuckDBPyConnection", table: Table, names: Collection[str]
) -> tuple[str, list[Any]]:
    """A table expression over the columns in ``names`` and ``position``, and its parameters."""
    columns = [column for column in tables()[table.name] if column.name in names]
    return _lists(table, columns) if len(table) < SMALL else _codes(connection, table, columns)


def _lists(table: Table, columns: list[Column]) -> tuple[str, list[Any]]:
    listed, values = [f"unnest($1::INTEGER[]) AS {POSITION}"], [list(range(len(table)))]
    for column in columns:
        kind, bound = _bound(column, table.columns[column.name])
        values.append(bound)
        listed.append(f'unnest(${len(values)}::{kind}) AS "{column.name}"')
    return f"(SELECT {', '.join(listed)} WHERE {len(table)} > 0)", values


def _codes(
    connection: "duckdb.DuckDBPyConnection", table: Table, columns: list[Column]
) -> tuple[str, list[Any]]:
    import numpy as np

    arrays = {POSITION: np.arange(len(table), dtype=np.int32)}
    listed, values = [POSITION], []
    for column in columns:
        own = table.columns[column.name]
        places = {value: place for place, value in enumerate(dict.fromkeys(own), 1)}
        arrays[column.name] = np.fromiter(map(places.__getitem__, own), np.int32, len(own))
        kind, bound = _bound(column, list(places))
        if column.type == TEXT:
            kind = _words(bound)
        values.append(bound)
        listed.append(f'(${len(values)}::{kind})["{column.name}"] AS "{column.name}"')
    connection.register(_ARRAYS, arrays)
    return f"(SELECT {', '.join(listed)} FROM {_ARRAYS})", values  # noqa: S608 - our own names


def _bound(column: Column, values: list[Any]) -> tuple[str, list[Any]]:
    """The SQL type of a list of values, and the list; decimals go as texts, which lose no digit."""
    if column.type != DECIMAL:
        return f"{column.type}[]", values
    return f"VARCHAR[]::{DECIMAL}[]", [
        None if (kept := storable(value)) is None else str(kept) for value in values
    ]


def _words(texts: list[str | None]) -> str:
    """The SQL type of a list of texts: an enumeration in the order of texts, if they are few."""
    known = sorted(text for text in texts if text is not None)
    if not 0 < len(known) <= _WORDS:
        return f"{TEXT}[]"
    quoted = ", ".join("'" + text.replace("'", "''") + "'" for text in known)
    return f"{TEXT}[]::ENUM({quoted})[]"


def store(connection: "duckdb.DuckDBPyConnection", facts: Facts) -> None:
    """The fact tables as tables of the database, all columns of them."""
    for name, table in facts.items():
        rows, values = source(connection, table, {column.name for column in tables()[name]})
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM {rows}", values)  # noqa: S608
