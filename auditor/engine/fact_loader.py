"""Load fact columns into DuckDB.

Columns go as NumPy arrays. Decimals and texts are arrays of strings, in which equal values are one
object; the database casts them. Of columns with few values it gets codes and a list of the values,
which it compares faster. Few rows (``FEW_ROWS``) go as plain lists, because importing NumPy would
take longer than the audit.
"""

import re
from collections import defaultdict
from collections.abc import Collection
from itertools import count
from typing import TYPE_CHECKING, Any

from auditor.engine.duckdb_connection import FEW_ROWS
from auditor.facts.fact_tables import Facts, Table
from auditor.facts.numbers import storable
from auditor.facts.schema import BOOLEAN, DECIMAL, TEXT, WHOLE_DIGITS, Column, tables

if TYPE_CHECKING:
    import duckdb

POSITION = "position"
# The database keeps decimals of up to 18 digits as scaled 64-bit integers: exact, and compared and
# added in a fraction of the time that 128 bits take. What is narrow leaves room for sums of many.
NARROW = "DECIMAL(18,6)"
_BEYOND_NARROW = re.compile(r"\d{10}|\.\d{7}|E")  # in decimals as texts
_ARRAYS = "arrays"  # the name under which the database sees them
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
    return _arrays(connection, table, columns, narrow=narrow)


def _lists(table: Table, columns: list[Column]) -> tuple[str, list[Any]]:
    listed, values = [f"unnest($1::INTEGER[]) AS {POSITION}"], [list(range(len(table)))]
    for column in columns:
        kind, bound = _bound(column, table.columns[column.name])
        values.append(bound)
        sent = f"VARCHAR[]::{kind}" if column.type == DECIMAL else kind
        listed.append(f'unnest(${len(values)}::{sent}[]) AS "{column.name}"')
    return f"(SELECT {', '.join(listed)} WHERE {len(table)} > 0)", values


def _arrays(
    connection: "duckdb.DuckDBPyConnection", table: Table, columns: list[Column], *, narrow: bool
) -> tuple[str, list[Any]]:
    import numpy as np

    arrays = {POSITION: np.arange(len(table), dtype=np.int32)}
    listed, values = [POSITION], []
    for column in columns:
        own = table.columns[column.name]
        name = f'"{column.name}"'
        if column.type == BOOLEAN and (flags := _flags(own)) is not None:
            arrays[column.name] = np.frombuffer(flags, bool)
            listed.append(name)
            continue
        places: dict[Any, int] = defaultdict(count().__next__)  # a new value gets the next number
        codes = np.fromiter(map(places.__getitem__, own), np.int32, len(own))
        kind, bound = _bound(column, list(places), narrow=narrow)
        if column.type == DECIMAL or (column.type == TEXT and len(bound) > _WORDS):
            arrays[column.name] = np.array(bound, object)[codes]
            listed.append(f"{name}::{kind} AS {name}")
        else:
            arrays[column.name] = codes + 1  # lists of the database begin at 1
            values.append(bound)
            type_ = _words(bound) if column.type == TEXT else f"{kind}[]"
            listed.append(f"(${len(values)}::{type_})[{name}] AS {name}")
    connection.register(_ARRAYS, arrays)
    return f"(SELECT {', '.join(listed)} FROM {_ARRAYS})", values  # noqa: S608 - our own names


def forget(connection: "duckdb.DuckDBPyConnection") -> None:
    """Lets go of the arrays that a connection was handed; the table expression is void then."""
    connection.unregister(_ARRAYS)


def _bound(column: Column, values: list[Any], *, narrow: bool = False) -> tuple[str, list[Any]]:
    """The SQL type of values, and the values; decimals go as texts, which lose no digit."""
    if column.type != DECIMAL:
        return column.type, values
    texts = [None if value is None else str(value) for value in values]
    joined = " ".join(filter(None, texts))
    if "E+" in joined or max(map(len, filter(None, texts)), default=0) > WHOLE_DIGITS:
        texts = [None if (kept := storable(value)) is None else str(kept) for value in values]
    return NARROW if narrow and not _BEYOND_NARROW.search(joined) else DECIMAL, texts


def _flags(values: list[bool | None]) -> bytes | None:
    """A byte for each flag; None if one of them is null."""
    try:
        return bytes(values)  # type: ignore[arg-type]
    except TypeError:
        return None


def _words(texts: list[str | None]) -> str:
    """The SQL type of a list of few texts: an enumeration in the order of texts."""
    known = sorted(text for text in texts if text is not None)
    if not known:
        return f"{TEXT}[]"
    quoted = ", ".join("'" + text.replace("'", "''") + "'" for text in known)
    return f"{TEXT}[]::ENUM({quoted})[]"


def store(connection: "duckdb.DuckDBPyConnection", facts: Facts) -> None:
    """The fact tables as tables of the database, all columns of them, typed as in the schema."""
    for name, table in facts.items():
        rows, values = source(
            connection, table, {column.name for column in tables()[name]}, narrow=False
        )
        connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM {rows}", values)  # noqa: S608
    forget(connection)
