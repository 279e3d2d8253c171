"""JSON as it is written for programs: indented by two, letters as they are.

orjson writes the bytes that ``json.dumps`` with an indent does, many times as fast; the standard
library's writes indented text in pure Python.
"""

from collections.abc import Callable
from typing import Any

import orjson


def indented(value: Any, other: Callable[[Any], Any] | None = None) -> str:
    """A value as JSON; ``other`` says what stands for a value that JSON does not know.

    A ``Decimal`` is written as the number that a float of it prints.

    Raises:
        TypeError: a value that neither JSON nor ``other`` knows.
    """
    return _dumped(value, other).decode()


def _dumped(value: Any, other: Callable[[Any], Any] | None = None) -> bytes:
    return orjson.dumps(value, default=other or _number, option=orjson.OPT_INDENT_2)


def indented_within(value: Any, depth: int) -> bytes:
    """A value as :func:`indented` writes it inside so many lists, in UTF-8."""
    for _level in range(depth):
        value = [value]
    text = _dumped(value)
    # Each list adds a bracket, a line break and the indent of its level, and takes them back.
    opening = depth * 2 + depth * (depth + 1)
    closing = depth * 2 + depth * (depth - 1)
    return text[opening : len(text) - closing]


def _number(value: Any) -> orjson.Fragment:
    return orjson.Fragment(repr(float(value)).encode())
