"""Make text valid as it comes in: what no text may hold is spelt out as [U+D800].

Half a character (a lone surrogate), NUL and Unicode's noncharacters stop databases, XML writers and
encoders. A value that held one says so in a doubt.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from auditor.intake.document import Document, Flow, Grid, Part, Records, Sheet

_PLANES = "".join(f"\\U{plane:04x}fffe-\\U{plane:04x}ffff" for plane in range(17))
_INVALID = re.compile(f"[\0\ud800-\udfff\ufdd0-\ufdef{_PLANES}]")
SPELT = re.compile(r"\[U\+(?:0000|D[89A-F]..|FD[DE].|[0-9A-F]{1,2}?FFF[EF])\]")


def valid(document: Document) -> Document:
    """The document with every text valid; ``spelt_out`` tells whether any was not."""
    found = False

    def spell(text: str) -> str:
        nonlocal found
        if _INVALID.search(text) is None:
            return text
        found = True
        return _INVALID.sub(lambda match: f"[U+{ord(match[0]):04X}]", text)

    parts = tuple(_part(part, spell) for part in document.parts)
    return replace(document, parts=parts, spelt_out=True) if found else document


def _part(part: Part, spell: Callable[[str], str]) -> Part:
    """A part with all its texts spelt; the same object where nothing had to be."""
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
        cells=tuple(replace(cell, text=spell(cell.text)) for cell in part.cells),
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
