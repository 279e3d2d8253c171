"""Data that another system extracted: JSON, JSON Lines, CSV and TSV. Parsed, not understood."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from auditor.intake.document import Broken, Cell, Grid, Place, Records, Sheet
from auditor.intake.problems import Unreadable
from auditor.language import _

SCHEMA = "evaluation/1"
_DOUBLED = "(doubled key)"
_COLUMNS = 2  # of a table, at least
_CELLS, _LOOKED_AT = 4, 200  # cells in a line that parts them by commas; lines looked at
_SHOWN = 40  # characters of a key in a message


def read_json(text: str) -> Records | None:
    """Evaluations of an ``evaluation/1`` document, a bare list, one object, or JSON Lines.

    Returns None when the text does not begin like JSON. Numbers keep their printed digits. A broken
    line of JSON Lines, or a record with a key twice, costs no other record.

    Raises:
        Unreadable: ``damaged`` with line and column where the JSON breaks off.
    """
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        return _records(_parsed(text))
    except Unreadable as unreadable:
        lines = [line for line in text.split("\n") if line.strip()]
        if unreadable.code == "damaged" and sum(map(_is_object, lines)) * 2 >= len(lines) > 1:
            return _json_lines(text)
        raise


def separator(text: str, suffix: str) -> str | None:
    """What parts the cells of each line; None where it is no comma, semicolon or tab.

    Nearly all lines have equally many of it, whatever the file is called. Tabs tell only where the
    suffix does: a text dump may have them, too.
    """
    named = {".csv": ",", ".tsv": "\t"}.get(suffix)
    lines = [line for line in text.split("\n", _LOOKED_AT)[:_LOOKED_AT] if line.strip()]
    for sign in ",;":
        (count, often), *_rest = Counter(line.count(sign) for line in lines).most_common(1) or [
            (0, 0)
        ]
        if count + 1 >= _CELLS and often * 5 >= len(lines) * 4:
            return sign
    return named


def read_csv(text: str, separator: str) -> Sheet | Grid | None:
    """A table with a header row, or the rows of a form; None when there is no second column.

    A header names most columns. The first row of a form is its title, or a label and a value.
    """
    reader = csv.reader(io.StringIO(text), delimiter=separator)
    filled = [(line, row) for line, row in _lines(reader) if any(cell.strip() for cell in row)]
    width = max((len(row) for _line, row in filled), default=0)
    if width < _COLUMNS:
        return None
    header = filled[0][1]
    if sum(bool(name.strip()) for name in header) * 2 <= width:
        return _grid(filled)
    return Sheet(
        tuple(name.strip() for name in header),
        tuple(
            tuple((row[c].strip() or None) if c < len(row) else None for c in range(len(header)))
            for _n, row in filled[1:]
        ),
        tuple(Place(line=n) for n, _row in filled[1:]),
    )


def _grid(rows: list[tuple[int, list[str]]]) -> Grid:
    """The rows of a form that a spreadsheet saved as text: covered cells are blank."""
    cells = (
        Cell(number, column, text, Place(line=line, column=column + 1))
        for number, (line, row) in enumerate(rows)
        for column, text in enumerate(row)
    )
    return Grid(tuple(cells), spans_known=False)


def _lines(reader: Any) -> Iterator[tuple[int, list[str]]]:
    """Each row with the line that it begins on: a quoted cell may hold line breaks."""
    before = 0
    for row in reader:
        yield before + 1, row
        before = reader.line_num


def _parsed(text: str, line: int = 1) -> Any:
    """A JSON text that begins on a line of its file.

    Raises:
        Unreadable: ``damaged``, with line and column.
    """
    try:
        # Digits stay as printed: a float would make 100.0 of 100.00, and 0.1 a binary fraction.
        return json.loads(text, parse_float=_Printed, parse_int=_Printed, object_pairs_hook=_object)
    except RecursionError as error:
        raise Unreadable("damaged", _("JSON 嵌套过深")) from error
    except json.JSONDecodeError as error:
        said = _("JSON 在第 {line} 行第 {column} 列处中断：{why}").format(
            line=line + error.lineno - 1, column=error.colno, why=error.msg
        )
        raise Unreadable("damaged", said) from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; one with a key twice names it under :data:`_DOUBLED`."""
    made = dict(pairs)
    if len(made) < len(pairs):
        keys = [key for key, _value in pairs]
        made[_DOUBLED] = next(key for key in keys if keys.count(key) > 1)
    return made


def _standing(item: Any) -> Any:
    """A record, or why it cannot be taken."""
    key = _doubled(item)
    if key is None:
        return item
    said = _("键 {key} 出现了两次，不知以哪一个为准")
    return Broken("bad-evaluation", said.format(key=key[:_SHOWN]))


def _doubled(value: Any) -> str | None:
    """The first key that stands twice in one object, however deep."""
    if isinstance(value, dict):
        if _DOUBLED in value:
            return str(value[_DOUBLED])
        value = list(value.values())
    if isinstance(value, list):
        return next((key for entry in value if (key := _doubled(entry)) is not None), None)
    return None


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
        twice = _standing({_DOUBLED: value[_DOUBLED]} if _DOUBLED in value else {})
        if isinstance(twice, Broken):
            raise Unreadable(twice.code, twice.message)
        value = value["evaluations"]
    items = value if isinstance(value, list) else [value]
    return Records(tuple(map(_standing, items)), tuple(None for _item in items))


def _json_lines(text: str) -> Records:
    items: list[Any] = []
    numbers: list[int | None] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            items.append(_standing(_parsed(line, number)))
        except Unreadable as unreadable:
            items.append(Broken(unreadable.code, unreadable.message))
        numbers.append(number)
    return Records(tuple(items), tuple(numbers))


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False
