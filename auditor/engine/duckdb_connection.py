"""The embedded DuckDB, without what of its package an audit never uses.

``import duckdb`` spends 50 ms on a relational API, data source adapters and the package's metadata,
a sixth of the time that one form takes (docs/adr/0004-start-up.md). The compiled core alone answers
SQL; where it is not importable on its own, the whole package is.
"""

import importlib
from collections.abc import Sequence
from threading import Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

FEW_FORMS = 100  # further threads cost more than they save
FEW_ROWS = 200  # NumPy takes longer to load than plain lists take to go over
PLANNED = 1_000  # forms; for fewer the database's optimizer takes longer than it saves


def core() -> Any:
    """The module that has ``connect`` and ``Error``."""
    try:
        return importlib.import_module("_duckdb")
    except ImportError:
        return importlib.import_module("duckdb")


# Rules are checked when they load (rulebook/expressions.py); this is the second wall behind it.
_CLOSED = {"enable_external_access": "false", "python_enable_replacements": "false"}
# Arrays of objects hold texts: no look at the first thousand decides otherwise.
_TEXTS = {"pandas_analyze_sample": "0"}


def connect() -> "duckdb.DuckDBPyConnection":
    """A database in memory that reads no file, loads no extension and asks no network."""
    connection: duckdb.DuckDBPyConnection = core().connect(config=_CLOSED | _TEXTS)
    return connection


def lock(connection: "duckdb.DuckDBPyConnection") -> None:
    """Lets no statement change the settings of a database from here on; again changes nothing."""
    if not is_locked(connection):
        connection.execute("SET lock_configuration = true")


def is_locked(connection: "duckdb.DuckDBPyConnection") -> bool:
    """Whether the settings of a database can no longer be changed."""
    found = connection.execute("SELECT current_setting('lock_configuration')").fetchone()
    return found is not None and bool(found[0])


class Database:
    """A database for one run of rules: it opens in a thread of its own while files are read.

    Opening takes 10 to 40 ms of which none needs Python, so the second core does it for nothing.
    """

    def __init__(self) -> None:
        self._opened: list[duckdb.DuckDBPyConnection] = []
        self._cursors: dict[str, duckdb.DuckDBPyConnection] = {}
        self._thread = Thread(target=self._open)
        self._thread.start()

    def _open(self) -> None:
        self._opened.append(connect())

    def connection(self) -> "duckdb.DuckDBPyConnection":
        """The connection itself."""
        self._thread.join()
        if not self._opened:  # it failed in the thread: fail here, where somebody is told
            self._open()
        return self._opened[0]

    def cursors(self, names: Sequence[str], forms: int) -> list["duckdb.DuckDBPyConnection"]:
        """A connection of its own for each fact table.

        The number of ``forms`` that are judged first decides how it plans: up to some hundred forms
        planning with care costs more than it saves, and for a few so do further threads.
        """
        connection = self.connection()
        new = {name: connection.cursor() for name in names if name not in self._cursors}
        if not is_locked(connection):  # it is when forms were judged before
            if forms < FEW_FORMS:
                connection.execute("SET threads = 1")
            if forms < PLANNED:
                for cursor in new.values():
                    cursor.execute("PRAGMA disable_optimizer")
            lock(connection)
        self._cursors |= new
        return [self._cursors[name] for name in names]

    def close(self) -> None:
        """Closes what is open; who asks again gets a new database."""
        for connection in (*self._cursors.values(), *self._opened):
            connection.close()
        self._cursors.clear()
        self._opened.clear()
