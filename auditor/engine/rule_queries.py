"""Ask DuckDB for the verdicts of all rules, one query and one thread per fact table.

DuckDB needs no Python lock while it plans and runs. For a few forms planning is most of the work,
so all tables together take little longer than the largest (docs/adr/0004-start-up.md).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from threading import Thread
from typing import TYPE_CHECKING, Any

from auditor.engine import duckdb_connection, fact_loader, sql
from auditor.engine.verdict_tally import Columns, Tally, columns, tallies
from auditor.facts.fact_tables import Table
from auditor.facts.schema import tables
from auditor.rulebook.model import Rule

if TYPE_CHECKING:
    import duckdb

_WORD = re.compile(r"\w+")


class TableQuery:
    """The rules of one table, and what the database answers."""

    def __init__(
        self, name: str, rules: Sequence[Rule], parameters: Mapping[str, str], connection: Any
    ) -> None:
        self.name, self.rules = name, rules
        known = tables()[name]
        self._verdicts = {
            rule.id: f'({sql.verdict(rule, known, parameters)})::TINYINT AS "{rule.id}"'
            for rule in rules
        }
        self._connection: duckdb.DuckDBPyConnection = connection
        self._answer: Columns | Exception = ()
        self._thread: Thread | None = None

    def ask(self, table: Table, *, stored: bool) -> None:
        """Begins to ask, of a table that is ``stored`` already or is handed over with it.

        Of a table without a row there is nothing to ask.
        """
        if not len(table):
            self._answer = [()] * len(self.rules)
            return

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
        if self._thread is not None:
            self._thread.join()
        ids = table.columns["form_id"]
        if isinstance(self._answer, duckdb_connection.core().Error) and not stored:
            self._answer = self._attempt(table, stored=stored, narrow=False)
        if not isinstance(self._answer, Exception):
            yield from zip(self.rules, tallies(self._answer, ids, forms), strict=True)
            return
        if not isinstance(self._answer, duckdb_connection.core().Error):
            raise self._answer
        for rule in self.rules:
            try:
                found = self._columns([rule], table, stored=stored, narrow=False)
                yield rule, next(tallies(found, ids, forms))
            except duckdb_connection.core().Error as error:
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
            else fact_loader.source(
                self._connection, table, set(_WORD.findall(verdicts)), narrow=narrow
            )
        )
        query = f"SELECT {fact_loader.POSITION}, {verdicts} FROM {source}"  # noqa: S608 - checked rules
        try:
            return columns(self._connection.execute(query, values), len(table))
        finally:
            fact_loader.forget(self._connection)


def by_table(
    rules: Sequence[Rule],
    parameters: Mapping[str, str],
    database: duckdb_connection.Database,
    *,
    forms: int,
) -> list[TableQuery]:
    """The rules of each table, but for those that are queries."""
    members: dict[str, list[Rule]] = {}
    for rule in rules:
        if rule.query is None:
            members.setdefault(rule.table, []).append(rule)
    cursors = database.cursors(list(members), forms)
    return [
        TableQuery(name, own, parameters, cursor)
        for (name, own), cursor in zip(members.items(), cursors, strict=True)
    ]
