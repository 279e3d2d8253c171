"""Load fact columns into DuckDB.

Each distinct value is sent once, with an array of codes that says which row has which value: a
Python object costs the database a microsecond, a NumPy array of codes almost nothing. Few rows
(``FEW_ROWS``) go as plain lists, because importing NumPy would take longer than the audit.
"""

from collections import defaultdict
from collections.abc import Collection
from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING, Any

from auditor.engine.duckdb_connection import FEW_ROWS
from auditor.facts.fact_tables import Facts, Table
from auditor.facts.numbers import storable
from auditor.facts.schema import DECIMAL, TEXT, Column, tables

if TYPE_CHECKING:
    import duckdb

POSITION = "position"
# The database keeps decimals of up to 18 digits as scaled 64-bit integers: exact, and compared and
# added in a fraction of the time that 128 bits take.
_NARROW_SCALE = 6
NARROW = f"DECIMAL(18,{_NARROW_SCALE})"
_MOST_NARROW = 10**9
_ARRAYS = "arrays"  # the name under which the database sees the columns of codes
_WORDS = 64  # a column with so few texts is compared by their numbers, which takes half as long


def source(
    connection: "duckdb.DuckDBPyConnection",
    table: Table,
    names: Collection[str],
    *,
    narrow: bool = True,
) -> tuple[str, list[Any]]:
    """A table expression over the columns in ``names`` and ``position``, and its parameters.

    ``narrow``: decimals may have a narrower type than the schema names, where all of a column fit.
    """
    columns = [column for column in tables()[table.name] if column.name in names]
    if len(table) < FEW_ROWS:
        return _lists(table, columns)
    return _codes(connection, table, columns, narrow=narrow)


def _lists(table: Table, columns: list[Column]) -> tuple[str, list[Any]]:
    listed, values = [f"unnest($1::INTEGER[]) AS {POSITION}"], [list(range(len(table)))]
    for column in columns:
        kind, bound = _bound(column, table.columns[column.name])
        values.append(bound)
        listed.append(f'unnest(${len(values)}::{kind}) AS "{column.name}"')
    return f"(SELECT {', '.join(listed)} WHERE {len(table)} > 0)", values


def _codes(
    connection: "duckdb.DuckDBPyConnection", table: Table, columns: list[Column], *, narrow: bool
) -> tuple[str, list[Any]]:
    import numpy as np

    arrays = {POSITION: np.arange(len(table), dtype=np.int32)}
    listed, values = [POSITION], []
    for column in columns:
        own = table.columns[column.name]
        places: dict[Any, int] = defaultdict(count(1).__next__)  # a new value gets the next number
        arrays[column.name] = np.fromiter(map(places.__getitem__, own), np.int32, len(own))
        kind, bound = _bound(column, list(places), narrow=narrow)
        if column.type == TEXT:
            kind = _words(bound)
        values.append(bound)
        listed.append(f'(${len(values)}::{kind})["{column.name}"] AS "{column.name}"')
    connection.register(_ARRAYS, arrays)
    return f"(SELECT {', '.join(listed)} FROM {_ARRAYS})", values  # noqa: S608 - our own names


def _bound(column: Column, values: list[Any], *, narrow: bool = False) -> tuple[str, list[Any]]:
    """The SQL type of a list of values, and the list; decimals go as texts, which lose no digit."""
    if column.type != DECIMAL:
        return f"{column.type}[]", values
    kept = [storable(value) for value in values]
    type_ = NARROW if narrow and all(map(_is_narrow, kept)) else DECIMAL
    return f"VARCHAR[]::{type_}[]", [None if value is None else str(value) for value in kept]


def _is_narrow(value: Decimal | None) -> bool:
    """Whether a value is one of a scaled 64-bit integer, sums of many such included."""
    if value is None:
        return True
    exponent = value.as_tuple().exponent
    return abs(value) < _MOST_NARROW and isinstance(exponent, int) and exponent >= -_NARROW_SCALE


def _words(texts: list[str | None]) -> str:
    """The SQL type of a list of texts: an enumeration in the order of texts, if they are few."""
    known = sorted(text for text in texts if text is not None)
    if not 0 < len(known) <= _WORDS:
        return f"{TEXT}[]"
    quoted = ", ".join("'" + text.replace("'", "''") + "'" for text in known)
    return f"{TEXT}[]::ENUM({quoted})[]"


def store(connection: "duckdb.DuckDBPyConnection", facts: Facts) -> None:
    """The fact tables as tables of the database, all columns of them, typed as in the schema."""
    for name, table in facts.items():
        rows, values = source(
            connection, table, {column.name for column in tables()[name]}, narrow=False
        )
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM {rows}", values)  # noqa: S608
