"""The pieces of a text that lost its rows, between bars or white space, in reading order.

Labels that a line break cut into pieces are put together again.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from auditor.forms import vocabulary as words
from auditor.forms.signs import Sign, sign
from auditor.intake.document import Line, Place

_BARS = re.compile(r"[|｜│┃]")
_JOINED = 4  # pieces that a label may be broken into
_POINTED = re.compile(r"[（(]\d+(\.\d+)?分?[)）]")


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of text, or a blank cell, with its place."""

    text: str
    place: Place

    @property
    def told(self) -> Sign:
        """What it may be."""
        return sign(self.text)


def tokens_of(lines: Sequence[Line]) -> list[Token]:
    """The pieces of some lines: between bars where there are any, else between white space."""
    barred = sum(bool(_BARS.search(line.text)) for line in lines) * 2 > sum(
        bool(line.text.strip()) for line in lines
    )
    found: list[Token] = []
    for line in lines:
        pieces = _between_bars(line.text) if barred else line.text.split()
        found += [
            Token(words.squeeze(piece), line.place._replace(column=number))
            for number, piece in enumerate(pieces, 1)
        ]
    return _joined(found)


def _between_bars(text: str) -> list[str]:
    """The cells of a line; a bar alone is a blank one."""
    if not text.strip():
        return []
    pieces = [piece.strip() for piece in _BARS.split(text.strip())]
    if pieces and not pieces[-1]:
        pieces.pop()
    if len(pieces) > 1 and not pieces[0]:
        pieces.pop(0)
    return pieces or [""]


def _joined(tokens: list[Token]) -> list[Token]:
    """Labels that were broken into pieces put together again."""
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        size = next(
            (length for length in range(_JOINED, 1, -1) if _is_broken(tokens[at : at + length])), 1
        )
        text = "".join(piece.text for piece in tokens[at : at + size])
        found.append(Token(text, tokens[at].place))
        at += size
    return found


def _is_broken(pieces: Sequence[Token]) -> bool:
    """Whether pieces are one label.

    The whole is listed, and its first piece is not, or means the same, or is a label elsewhere
    only, as 年度 is before 指标值.
    """
    if not all(piece.text for piece in pieces) or len(pieces) < 2:  # noqa: PLR2004
        return False
    whole, first = sign("".join(piece.text for piece in pieces)), pieces[0].told
    families = [family for family in _NAMES if whole.named(family)]
    pointed = any(_POINTED.fullmatch(piece.text) for piece in pieces[1:])
    if not families or (pointed and not {"level1", "level2"} & set(families)):
        return False
    lead = sign("".join(piece.text for piece in pieces[:-1]))
    if any(lead.named(family) and pieces[-1].told.named(family) for family in families):
        return False  # 执行率 and 得分 are two, though 执行率得分 is a label too
    elsewhere = not any(first.named(family) for family in families)
    return not _is_named(first) or any(
        piece.told.named(family) == whole.named(family)
        for piece in (pieces if elsewhere else pieces[:1])
        for family in families
    )


_NAMES = ("header", "sections", "goals", "columns.funds", "columns.indicators", "level1", "level2",
          "total")  # fmt: skip


def _is_named(told: Sign) -> bool:
    return any(told.named(family) for family in _NAMES)
