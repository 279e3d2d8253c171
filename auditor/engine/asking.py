"""Asking the database for the verdicts of all rules, a table in each thread.

The database needs no Python while it plans and runs, and for a few forms planning is nearly all of
the work: the tables together take little longer than the largest (docs/adr/0004-start-up.md).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from threading import Thread
from typing import TYPE_CHECKING, Any

from auditor.engine import duck, handing, sql
from auditor.engine.tallying import Columns, Tally, columns, tallies
from auditor.facts.building import Table
from auditor.facts.schema import tables
from auditor.rulebook.model import Rule

if TYPE_CHECKING:
    import duckdb

_WORD = re.compile(r"\w+")


class Asked:
    """The rules of one table, and what the database answers."""

    def __init__(
        self, name: str, rules: Sequence[Rule], parameters: Mapping[str, str], connection: Any
    ) -> None:
        self.name, self.rules = name, rules
        known = tables()[name]
        self._verdicts = {
            rule.id: f'{sql.verdict(rule, known, parameters)} AS "{rule.id}"' for rule in rules
        }
        self._connection: duckdb.DuckDBPyConnection = connection
        self._answer: Columns | Exception = ()
        self._thread: Thread | None = None

    def ask(self, table: Table, *, stored: bool) -> None:
        """Begins to ask, of a table that is ``stored`` already or is handed over with it."""

        def keep() -> None:
            self._answer = self._attempt(table, stored=stored, narrow=True)

        self._thread = Thread(target=keep)
        self._thread.start()

    def answers(
        self, table: Table, forms: int, *, stored: bool
    ) -> Iterator[tuple[Rule, Tally | str]]:
        """The tally of each rule, or what the database said of it: rule by rule if one fails.

        A product may overflow a narrow decimal; then all are asked again with wide ones.
        """
        assert self._thread is not None
        self._thread.join()
        ids = table.columns["form_id"]
        if isinstance(self._answer, duck.core().Error) and not stored:
            self._answer = self._attempt(table, stored=stored, narrow=False)
        if not isinstance(self._answer, Exception):
            yield from zip(self.rules, tallies(self._answer, ids, forms), strict=True)
            return
        if not isinstance(self._answer, duck.core().Error):
            raise self._answer
        for rule in self.rules:
            try:
                found = self._columns([rule], table, stored=stored, narrow=False)
                yield rule, next(tallies(found, ids, forms))
            except duck.core().Error as error:
                yield rule, str(error).splitlines()[0]

    def _attempt(self, table: Table, *, stored: bool, narrow: bool) -> Columns | Exception:
        """The verdicts of all rules, or the error that stopped them."""
        try:
            return self._columns(self.rules, table, stored=stored, narrow=narrow)
        except Exception as error:  # noqa: BLE001 - raised again where the answer is taken
            return error

    def _columns(
        self, rules: Sequence[Rule], table: Table, *, stored: bool, narrow: bool
    ) -> Columns:
        verdicts = ", ".join(self._verdicts[rule.id] for rule in rules)
        source, values = (
            (table.name, [])
            if stored
            else handing.source(
                self._connection, table, set(_WORD.findall(verdicts)), narrow=narrow
            )
        )
        query = f"SELECT {handing.POSITION}, {verdicts} FROM {source}"  # noqa: S608 - checked rules
        return columns(self._connection.execute(query, values), len(table))


def by_table(
    rules: Sequence[Rule],
    parameters: Mapping[str, str],
    connection: "duckdb.DuckDBPyConnection",
    *,
    forms: int,
) -> list[Asked]:
    """The rules of each table, but for those that are queries, with a cursor for each.

    Up to some hundred ``forms`` planning with care costs more than it saves, and for a few so do
    further threads.
    """
    members: dict[str, list[Rule]] = {}
    for rule in rules:
        if rule.query is None:
            members.setdefault(rule.table, []).append(rule)
    cursors = [connection.cursor() for _name in members]
    if not duck.is_locked(connection):  # it is when it was judged before
        if forms < duck.SMALL:
            connection.execute("SET threads = 1")
        if forms < duck.PLANNED:
            for cursor in cursors:
                cursor.execute("PRAGMA disable_optimizer")
    return [
        Asked(name, own, parameters, cursor)
        for (name, own), cursor in zip(members.items(), cursors, strict=True)
    ]
