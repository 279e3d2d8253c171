"""Make text valid as it comes in: what no text may hold is spelt out as [U+D800].

Half a character (a lone surrogate), NUL and Unicode's noncharacters stop databases, XML writers and
encoders. A value that held one says so in a doubt.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from auditor.intake.document import Document, Flow, Grid, Part, Records, Sheet

_PLANES = "".join(f"\\U{plane:04x}fffe-\\U{plane:04x}ffff" for plane in range(17))
_INVALID = re.compile(f"[\0\ud800-\udfff\ufdd0-\ufdef{_PLANES}]")
SPELT = re.compile(r"\[U\+(?:0000|D[89A-F]..|FD[DE].|[0-9A-F]{1,2}?FFF[EF])\]")


def valid(document: Document) -> Document:
    """The document with every text valid; ``spelt_out`` tells whether any was not."""
    if not any(_INVALID.search("".join(_texts(part))) for part in document.parts):
        return document
    parts = tuple(_part(part, _spell) for part in document.parts)
    return replace(document, parts=parts, spelt_out=True)


def _spell(text: str) -> str:
    return _INVALID.sub(lambda match: f"[U+{ord(match[0]):04X}]", text)


def _texts(part: Part) -> Iterator[str]:
    """Every text of a part."""
    if isinstance(part, Records):
        yield from _texts_in(part.items)
    elif isinstance(part, Sheet):
        yield from part.header
        yield from (text for row in part.rows for text in row if text)
    elif isinstance(part, Flow):
        yield from (line.text for line in part.lines)
    else:
        yield from (cell.text for cell in part.cells)
        yield from (line.text for line in part.lines)


def _texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
        yield from _texts_in(list(value.values()))
    elif isinstance(value, list | tuple):
        for entry in value:
            yield from _texts_in(entry)


def _part(part: Part, spell: Callable[[str], str]) -> Part:
    """A part with all its texts spelt."""
    if isinstance(part, Records):
        return replace(part, items=tuple(_value(item, spell) for item in part.items))
    if isinstance(part, Sheet):
        rows = tuple(tuple(text and spell(text) for text in row) for row in part.rows)
        return replace(part, header=tuple(map(spell, part.header)), rows=rows)
    if isinstance(part, Flow):
        return replace(part, lines=tuple(replace(e, text=spell(e.text)) for e in part.lines))
    assert isinstance(part, Grid)
    return replace(
        part,
        cells=tuple(cell._replace(text=spell(cell.text)) for cell in part.cells),
        lines=tuple(replace(line, text=spell(line.text)) for line in part.lines),
    )


def _value(value: Any, spell: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return spell(value)
    if isinstance(value, dict):
        return {spell(key): _value(entry, spell) for key, entry in value.items()}
    if isinstance(value, list):
        return [_value(entry, spell) for entry in value]
    return value
