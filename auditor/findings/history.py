"""Every audit kept in one DuckDB file: rounds, trends per unit and rule, repeat offenders.

The tables are those of ``migrations/*.sql``; a file that an older version wrote is brought up to
date when it is opened, one that a newer version wrote is refused.
"""

import datetime as dt
import shutil
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

from auditor import output_files
from auditor.facts import funds
from auditor.facts.numbers import points
from auditor.file_locks import locked
from auditor.findings.model import Audit, Report
from auditor.language import _

_MIGRATIONS = Path(__file__).parent / "migrations"
_PLACES = Decimal("0.000001")
_PATIENCE = 60.0  # seconds that an audit just made waits for others to be kept

QUERIES: Mapping[str, str] = {
    "rounds": """
        SELECT audit, audited_on, source, profile, forms, "return", explain, pass,
               errors, warnings, advice, waived
        FROM (SELECT audit, count(*) AS forms,
                     count(*) FILTER (verdict = 'return') AS "return",
                     count(*) FILTER (verdict = 'explain') AS explain,
                     count(*) FILTER (verdict = 'pass') AS pass
              FROM forms GROUP BY audit)
        JOIN audits USING (audit)
        LEFT JOIN (SELECT audit,
                     count(*) FILTER (severity = 'error' AND NOT waived) AS errors,
                     count(*) FILTER (severity = 'warning' AND NOT waived) AS warnings,
                     count(*) FILTER (severity = 'advice' AND NOT waived) AS advice,
                     count(*) FILTER (waived) AS waived
              FROM findings GROUP BY audit) USING (audit)
        ORDER BY audit""",
    "units": """
        SELECT unit, audit, audited_on, count(DISTINCT number) AS forms,
               count(*) FILTER (severity = 'error' AND NOT waived) AS errors,
               count(*) FILTER (severity = 'warning' AND NOT waived) AS warnings
        FROM forms LEFT JOIN findings USING (audit, number) JOIN audits USING (audit)
        GROUP BY unit, audit, audited_on ORDER BY unit, audit""",
    "rules": """
        SELECT rule, audit, audited_on, count(*) AS findings, count(DISTINCT number) AS forms
        FROM findings JOIN audits USING (audit) WHERE NOT waived
        GROUP BY rule, audit, audited_on ORDER BY rule, audit""",
    "offenders": """
        SELECT unit, rule, count(DISTINCT audit) AS rounds, count(*) AS findings,
               count(DISTINCT project) AS projects, max(audited_on) AS latest
        FROM findings JOIN forms USING (audit, number) JOIN audits USING (audit)
        WHERE NOT waived AND severity <> 'advice'
        GROUP BY unit, rule HAVING count(DISTINCT audit) > 1
        ORDER BY rounds DESC, findings DESC, unit, rule""",
}


class HistoryFault(Exception):
    """The history file cannot be used: it is another kind of file, or of a newer version."""


@contextmanager
def opened(file: Path) -> Iterator[Any]:
    """A connection that only reads; a history of an older version is brought up to date before.

    Raises:
        HistoryFault: it is not there, is something else, or is newer than this tool.
        OSError: it is of an older version and cannot be written.
    """
    if not file.exists():
        raise HistoryFault(_("没有这个文件：{file}").format(file=file))
    with closing(_connected(file, read_only=True)) as connection:
        version = _version(connection, file)
    if not version:
        raise HistoryFault(_("不是审核历史：{why}").format(why=file))
    if version < len(migrations()):
        with changed(file):
            pass
    with closing(_connected(file, read_only=True)) as connection:
        yield connection


@contextmanager
def changed(file: Path) -> Iterator[Any]:
    """A connection to a copy of the history that takes its place when the block ends.

    So readers never wait, and a kill or a full disk leaves the history as it was.

    Raises:
        HistoryFault: it is something else, or is newer than this tool.
        OSError: it cannot be written, or another process has been changing it for long.
    """
    with locked(file, _PATIENCE), output_files.beside(file) as copy:
        if file.exists():
            shutil.copyfile(file, copy)
        try:
            with closing(_connected(copy)) as connection:
                _migrate(connection, file)
                yield connection
                _write_out(connection)
        finally:
            Path(f"{copy}.wal").unlink(missing_ok=True)


def _write_out(connection: Any) -> None:
    """Moves what the log still holds into the file: closing would not say that it cannot.

    Raises:
        OSError: there is no space.
    """
    import duckdb

    try:
        connection.execute("CHECKPOINT")
    except duckdb.Error as error:
        raise OSError(str(error).splitlines()[0]) from error


def _connected(file: Path, *, read_only: bool = False) -> Any:
    import duckdb

    try:
        return duckdb.connect(str(file), read_only=read_only)
    except duckdb.Error as error:
        why = str(error).splitlines()[0]
        raise HistoryFault(_("不是审核历史：{why}").format(why=why)) from error


def _version(connection: Any, file: Path) -> int:
    """How many migrations have run; 0 for a new or foreign database."""
    if not connection.execute(
        "SELECT 1 FROM information_schema.tables WHERE table_name = 'schema_version'"
    ).fetchall():
        return 0
    ((latest,),) = connection.execute("SELECT max(version) FROM schema_version").fetchall()
    done: int = latest or 0
    known = len(migrations())
    if done > known:
        said = _("{file} 是较新版本写的（{done}，本版本到 {known}）：请升级 auditor")
        raise HistoryFault(said.format(file=file, done=done, known=known))
    return done


def _migrate(connection: Any, file: Path) -> None:
    """Runs what is missing, each step whole or not at all."""
    done = _version(connection, file)
    connection.execute("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)")
    for version, sql in enumerate(migrations()[done:], done + 1):
        connection.execute("BEGIN")
        connection.execute(sql)
        connection.execute("INSERT INTO schema_version VALUES (?)", [version])
        connection.execute("COMMIT")


def migrations() -> list[str]:
    """The steps in order."""
    return [path.read_text("utf-8") for path in sorted(_MIGRATIONS.glob("*.sql"))]


def keep(file: Path, audit: Audit, source: str, day: dt.date) -> int:
    """Adds an audit to the history; its number.

    Raises:
        HistoryFault, OSError: as for :func:`changed`.
    """
    import pandas as pd

    with changed(file) as connection:
        ((latest,),) = connection.execute("SELECT max(audit) FROM audits").fetchall()
        number: int = (latest or 0) + 1
        connection.register("forms_", pd.DataFrame(_forms(audit, number)))
        connection.register("findings_", pd.DataFrame(_findings(audit, number)))
        connection.execute("BEGIN")
        connection.execute(
            "INSERT INTO audits VALUES (?, ?, ?, ?, ?, ?)",
            [number, day, source, audit.version, audit.rulebook, audit.profile],
        )
        if audit.reports:
            connection.execute("INSERT INTO forms BY NAME SELECT * FROM forms_")
        if any(report.findings for report in audit.reports):
            connection.execute("INSERT INTO findings BY NAME SELECT * FROM findings_")
        connection.execute("COMMIT")
    return number


def _forms(audit: Audit, number: int) -> list[dict[str, Any]]:
    rows = []
    for position, report in enumerate(audit.reports, 1):
        form = report.evaluation
        score = points(form.total_score)
        rows.append(
            {
                "audit": number, "number": position, "file": form.file, "form": form.form,
                "project": form.project, "unit": form.unit or form.department,
                "department": form.department, "year": form.year, "verdict": report.verdict(),
                "full_year_budget": _amount(report, "full_year_budget"),
                "executed": _amount(report, "executed"),
                "total_score": score and _short(score.value),
            }
        )  # fmt: skip
    return rows


def _findings(audit: Audit, number: int) -> list[dict[str, Any]]:
    return [
        {
            "audit": number, "number": position, "rule": finding.rule,
            "severity": finding.severity, "fingerprint": finding.fingerprint,
            "cell": finding.cells[0] if finding.cells else None,
            "cause": (finding.cause or {}).get("code"), "waived": finding.waived is not None,
            "points": _at_stake(finding.impact, "points"),
            "amount": _at_stake(finding.impact, "amount"),
        }
        for position, report in enumerate(audit.reports, 1)
        for finding in report.findings
    ]  # fmt: skip


def _amount(report: Report, name: str) -> Decimal | None:
    found = funds.in_ten_thousands(report.evaluation, name)
    return None if found is None else _short(found)


def _at_stake(impact: Mapping[str, Any] | None, name: str) -> Decimal | None:
    value = (impact or {}).get(name)
    return None if value is None else _short(Decimal(str(value)))


def _short(value: Decimal) -> Decimal:
    return value.quantize(_PLACES)


def asked(file: Path, query: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The columns and rows of one of :data:`QUERIES`.

    Raises:
        HistoryFault: the file is no history.
    """
    with opened(file) as connection:
        result = connection.execute(QUERIES[query])
        columns = [column[0] for column in result.description]
        rows: list[tuple[Any, ...]] = result.fetchall()
    return columns, rows
