"""Evaluations that another system extracted as JSON records.

Values stay as printed. A wrong type is a problem of that one evaluation, named by its path.
"""

from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Any

from auditor.forms import vocabulary as words
from auditor.forms.evaluation import (
    FORM_CELLS,
    FUND_FIELDS,
    INDICATOR_CELLS,
    Doubt,
    Evaluation,
    Fund,
    Indicator,
    Unplaced,
)
from auditor.forms.parts import nest
from auditor.intake import limits
from auditor.intake.document import Broken, Records
from auditor.intake.problems import Problem
from auditor.intake.records import is_number
from auditor.language import _
from auditor.schemas import load

_MAX_EXPONENT = 40
_KEYS = frozenset(
    (*FORM_CELLS, "source", "funds", "indicators", "missing_columns", "missing_rows", "confidence",
     "doubts", "unplaced", "locators")
)  # fmt: skip


def read_records(file: str, records: Records) -> Iterator[Evaluation | Problem]:
    """Each record as an evaluation, or as the problem that names its first fault."""
    for number, (item, line) in enumerate(zip(records.items, records.lines, strict=True), 1):
        where = f"{file}:{line}" if line else f"{file}#{number}"
        if isinstance(item, Broken):
            yield Problem(where, item.code, item.message)
        elif not _is_small(item):
            said = _("这条记录的值超过 {n} 个：请拆分").format(n=limits.MAX_RECORD_CELLS)
            yield Problem(where, "too-large", said)
        elif (fault := _fault(item)) is not None:
            yield Problem(where, "bad-evaluation", fault)
        else:
            yield _evaluation(file, number, item)


def _is_small(item: Any) -> bool:
    """Whether a record has so few values that checking and auditing it takes no long time."""
    left = limits.MAX_RECORD_CELLS
    waiting = [item]
    while waiting and left >= 0:
        value = waiting.pop()
        left -= 1
        if isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
    return left >= 0


def unknown_keys(records: Records) -> set[str]:
    """Keys of evaluations that ``evaluation/1`` does not know: ignored, and worth one note."""
    found: set[str] = set()
    for item in records.items:
        if isinstance(item, dict):
            found |= {key for key in item if key not in _KEYS}
            for table, known in (("funds", FUND_FIELDS), ("indicators", INDICATOR_CELLS)):
                rows = item.get(table)
                for row in rows if isinstance(rows, list) else ():
                    if isinstance(row, dict):
                        found |= {f"{table}.{key}" for key in row if key not in known}
    return found


@cache
def _validator() -> Any:
    from jsonschema import Draft202012Validator, validators

    def is_text(_checker: Any, value: object) -> bool:
        return isinstance(value, str) and not is_number(value)

    def is_numeric(_checker: Any, value: object) -> bool:
        return is_number(value)

    def is_integer(_checker: Any, value: object) -> bool:
        return is_number(value) and str(value).isdigit()

    checker = Draft202012Validator.TYPE_CHECKER.redefine_many(
        {"string": is_text, "number": is_numeric, "integer": is_integer}
    )
    schema = load("evaluation")
    # Bounds of numbers are checked when they are read: here a number is still its printed digits.
    schema = _without_bounds({**schema["$defs"]["evaluation"], "$defs": schema["$defs"]})
    extend: Any = validators.extend
    return extend(Draft202012Validator, type_checker=checker)(schema)


def _without_bounds(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {
            key: _without_bounds(value)
            for key, value in schema.items()
            if key not in ("minimum", "maximum")
        }
    if isinstance(schema, list):
        return [_without_bounds(value) for value in schema]
    return schema


def _fault(item: Any) -> str | None:
    """The first thing wrong with a record: its path, what is expected and what was found."""
    from jsonschema.exceptions import best_match

    error = best_match(_validator().iter_errors(item))
    if error is None:
        return _beyond_bounds(item) or _wrong_parent(item["funds"])
    path = "/" + "/".join(str(step) for step in error.absolute_path) if error.absolute_path else ""
    if error.validator == "required":
        missing = next(key for key in error.validator_value if key not in error.instance)
        return _("{path} 缺少必填的 {key}").format(path=path or _("这条记录"), key=missing)
    found = _type_name(error.instance)
    expected = error.validator_value
    if isinstance(expected, list):
        expected = " | ".join("null" if kind is None else str(kind) for kind in expected)
    return _("{path} 应为 {expected}，实际是 {found}").format(
        path=path or _("这条记录"), expected=expected, found=found
    )


def _beyond_bounds(value: Any, path: str = "") -> str | None:
    """The first number that no form can print, or that the schema's bounds leave out."""
    if isinstance(value, dict):
        children = [(f"{path}/{key}", entry) for key, entry in value.items()]
    elif isinstance(value, list):
        children = [(f"{path}/{number}", entry) for number, entry in enumerate(value)]
    else:
        limits = {"/confidence": (0, 1), "/source/form": (1, 10**9)}
        if is_number(value):
            low, high = limits.get(path, (-(10**_MAX_EXPONENT), 10**_MAX_EXPONENT))
            number = Decimal(value)
            huge = number.adjusted() > _MAX_EXPONENT or number.adjusted() < -_MAX_EXPONENT
            if huge or not low <= number <= high:
                return _("{path} 的数 {value} 超出范围").format(path=path, value=value[:40])
        return None
    faults = (_beyond_bounds(entry, where) for where, entry in children)
    return next((fault for fault in faults if fault), None)


def _wrong_parent(rows: list[dict[str, Any]]) -> str | None:
    """A parent must be another row, and no row may be part of itself through others."""
    parents = [None if r.get("parent") is None else int(r["parent"]) for r in rows]
    for number in range(len(rows)):
        seen, at = set(), number
        while (above := parents[at]) is not None:
            if above in seen or above == number or not 0 <= above < len(rows):
                return _("/funds/{n}/parent 指向的行 {parent} 不对").format(n=number, parent=above)
            seen.add(above)
            at = above
    return None


def _type_name(value: Any) -> str:
    if value is None:
        return "null"
    if is_number(value):
        return f"number {value}"
    if isinstance(value, str):
        return f"string “{value[:40]}”"
    names = {bool: "boolean", list: "array", dict: "object"}
    return names.get(type(value), type(value).__name__)


def _text(value: Any) -> str | None:
    """A value as printed: numbers by their shortest decimal text, strings without white space."""
    if value is None:
        return None
    if is_number(value):
        shortest = Decimal(value).normalize()
        return f"{shortest:f}" if shortest else "0"
    return words.squeeze(str(value)) or None


def _evaluation(file: str, number: int, item: dict[str, Any]) -> Evaluation:
    source = item.get("source") or {}
    form = Evaluation(source.get("file", file), int(source.get("form", number)))
    for name in FORM_CELLS:
        setattr(form, name, _text(item.get(name)))
    kinds = [
        row.get("kind") or words.fund_kind(str(row.get("label") or "")) for row in item["funds"]
    ]
    total = kinds.index("total") if "total" in kinds else None
    for kind, row in zip(kinds, item["funds"], strict=True):
        fund = Fund(kind=kind)
        for name in FUND_FIELDS[1:-1]:
            setattr(fund, name, _text(row.get(name)))
        parent = row.get("parent", None if kind == "total" else total)
        fund.parent = None if parent is None else int(parent)
        form.funds.append(fund)
    if total is not None:
        unplaced = [n for n, row in enumerate(item["funds"]) if "parent" not in row]
        nest(form.funds, total, unplaced)
    for row in item["indicators"]:
        form.indicators.append(
            Indicator(**{name: _text(row.get(name)) for name in INDICATOR_CELLS})
        )
    form.missing_columns = [*(item.get("missing_columns") or []), *_absent_columns(item)]
    form.missing_rows = list(item.get("missing_rows") or [])
    form.confidence = float(item.get("confidence", 1.0))
    form.doubts = [
        Doubt(doubt["cell"], doubt["reason"], tuple(doubt["readings"]))
        for doubt in item.get("doubts", [])
    ]
    form.unplaced = [
        Unplaced(cell["text"], _plain(cell.get("place") or {})) for cell in item.get("unplaced", [])
    ]
    form.locators = _plain(item.get("locators", {}))
    form.unknown = frozenset(_untold(item))
    return form


def _untold(item: dict[str, Any]) -> Iterator[str]:
    """What a record says nothing of: keys it lacks, and what its template may not have at all.

    Without ``missing_rows`` whatever is null may be missing from the template.
    """
    yield from (name for name in FORM_CELLS if name not in item)
    if item.get("missing_rows") is None:
        yield from (name for name in FORM_CELLS if name in item and item[name] is None)
        if not item["funds"]:
            yield "funds"
        yield "fund_parts"


def _absent_columns(item: dict[str, Any]) -> list[str]:
    """Columns that the other system's template has not: no row carries the key.

    Without ``missing_columns`` a column without any value may be missing too.
    """
    listed = set(item.get("missing_columns") or [])
    told = item.get("missing_columns") is not None
    absent = []
    for table, prefix, names in (
        ("funds", "funds.", FUND_FIELDS[2:8]),
        ("indicators", "", (*INDICATOR_CELLS[:7], "deviation")),
    ):
        rows = item[table]
        absent += [
            prefix + name
            for name in names
            if rows
            and prefix + name not in listed
            and not any(name in row and (told or row[name] is not None) for row in rows)
        ]
    return absent


def _plain(value: Any) -> Any:
    """Parsed JSON with its printed numbers as numbers again."""
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_plain(entry) for entry in value]
    if is_number(value):
        return int(value) if str(value).lstrip("-").isdigit() else float(value)
    return value
