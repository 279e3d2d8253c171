"""Parquet: a flat table that a data team exported, read by DuckDB."""

import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

from auditor.intake.document import Part, Place, Sheet
from auditor.intake.problems import Unreadable
from auditor.language import _


def read(raw: bytes) -> tuple[Part, ...]:
    """The table as text, numbers in their shortest form.

    Raises:
        Unreadable: ``damaged`` when it is no sound Parquet file.
    """
    import duckdb

    with tempfile.TemporaryDirectory(prefix="auditor-") as folder:
        path = Path(folder) / "table.parquet"
        path.write_bytes(raw)
        connection = duckdb.connect()
        try:
            cursor = connection.execute("SELECT * FROM read_parquet($1)", [str(path)])
            header = tuple(str(entry[0]) for entry in cursor.description or ())
            rows = tuple(tuple(_text(value) for value in row) for row in cursor.fetchall())
        except duckdb.Error as error:
            raise Unreadable("damaged", _("Parquet 文件读不出：请重新导出")) from error
        finally:
            connection.close()
    return (Sheet(header, rows, tuple(Place(row=n) for n in range(1, len(rows) + 1))),)


def _text(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, (float, Decimal)):
        return f"{Decimal(str(value)).normalize():f}"
    return str(value)
