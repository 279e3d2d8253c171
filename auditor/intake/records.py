"""Data that another system extracted: JSON, JSON Lines, CSV and TSV. Parsed, not understood."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from auditor.intake.document import Place, Records, Sheet
from auditor.intake.problems import Unreadable
from auditor.language import _

SCHEMA = "evaluation/1"


def read_json(text: str) -> Records | None:
    """Evaluations of an ``evaluation/1`` document, a bare list, one object, or JSON Lines.

    Returns None when the text does not begin like JSON. Numbers keep their printed digits.

    Raises:
        Unreadable: ``damaged`` with line and column where the JSON breaks off.
    """
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        return _records(_parse(text))
    except RecursionError as error:
        raise Unreadable("damaged", _("JSON 嵌套过深")) from error
    except json.JSONDecodeError as error:
        lines = [line for line in text.split("\n") if line.strip()]
        if len(lines) > 1 and _is_object(lines[0]):
            return _json_lines(text)
        raise _broken(error, error.lineno) from error


def read_csv(text: str, separator: str | None = None) -> Sheet | None:
    """A table with a header row; None when the text has no second column."""
    first = text.lstrip("\n").split("\n", 1)[0]
    chosen = separator or max(",\t;", key=first.count)
    if not first.count(chosen):
        return None
    reader = csv.reader(io.StringIO(text), delimiter=chosen)
    filled = [(line, row) for line, row in _lines(reader) if any(cell.strip() for cell in row)]
    if not filled:
        return None
    header = filled[0][1]
    width = len(header)
    return Sheet(
        tuple(name.strip() for name in header),
        tuple(
            tuple((row[c].strip() or None) if c < len(row) else None for c in range(width))
            for _n, row in filled[1:]
        ),
        tuple(Place(line=n) for n, _row in filled[1:]),
    )


def _lines(reader: Any) -> Iterator[tuple[int, list[str]]]:
    """Each row with the line that it begins on: a quoted cell may hold line breaks."""
    before = 0
    for row in reader:
        yield before + 1, row
        before = reader.line_num


def _parse(text: str) -> Any:
    # Digits stay as printed: a float would turn 100.00 into 100.0 and 0.1 into a binary fraction.
    return json.loads(text, parse_float=_Printed, parse_int=_Printed)


class _Printed(str):
    """A JSON number by its printed digits, told apart from a JSON string."""

    __slots__ = ()


def is_number(value: object) -> bool:
    """Whether a parsed value stood as a number (not a string) in the JSON."""
    return isinstance(value, _Printed)


def _records(value: Any) -> Records:
    if isinstance(value, dict) and isinstance(value.get("evaluations"), list):
        schema = value.get("schema", SCHEMA)
        if schema != SCHEMA:
            raise Unreadable(
                "bad-evaluation",
                _("schema 是 {found}，本工具读取 {known}").format(found=schema, known=SCHEMA),
            )
        value = value["evaluations"]
    items = value if isinstance(value, list) else [value]
    return Records(tuple(items), tuple(None for _item in items))


def _json_lines(text: str) -> Records:
    items: list[Any] = []
    numbers: list[int | None] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            items.append(_parse(line))
        except json.JSONDecodeError as error:
            raise _broken(error, number) from error
        numbers.append(number)
    return Records(tuple(items), tuple(numbers))


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def _broken(error: json.JSONDecodeError, line: int) -> Unreadable:
    return Unreadable(
        "damaged",
        _("JSON 在第 {line} 行第 {column} 列处中断：{why}").format(
            line=line, column=error.colno, why=error.msg
        ),
    )
