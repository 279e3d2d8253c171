"""What was handed in, as grids of cells and lines of text, each with its place in the file.

Nothing here knows what a self-evaluation form is.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple


class Place(NamedTuple):
    """Where a piece of text stands in its file; only what the format knows is set.

    Lines, rows, columns, tables and pages count from 1; ``address`` is a spreadsheet's A1 address,
    ``bbox`` left, top, right and bottom in points from the page's upper left corner.
    """

    page: int | None = None
    bbox: tuple[float, float, float, float] | None = None
    sheet: str | None = None
    address: str | None = None
    table: int | None = None
    row: int | None = None
    column: int | None = None
    line: int | None = None
    path: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The known parts only, ready for JSON; not to be changed, equal places share it."""
        return _known(self)


@lru_cache(maxsize=8192)  # forms of one template have the same places
def _known(place: Place) -> dict[str, Any]:
    named = zip(place._fields, place, strict=True)
    known: dict[str, Any] = {name: value for name, value in named if value is not None}
    if place.bbox is not None:
        known["bbox"] = list(place.bbox)
    return known


class Cell(NamedTuple):
    """One anchor cell: 0-based position, extent, text as printed (line breaks kept).

    ``confidence`` is below 1 where the text was recognised from a picture.
    """

    row: int
    column: int
    text: str
    place: Place
    rowspan: int = 1
    colspan: int = 1
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. ``spans_known`` is false where the source lost its merges (text dumps).

    ``gaps`` are the rows before which the source printed blank lines: a page break, perhaps.
    ``lines`` are those of a text dump that was taken for a table, for another reading of them.
    """

    cells: tuple[Cell, ...]
    spans_known: bool
    gaps: frozenset[int] = frozenset()
    lines: tuple["Line", ...] = ()

    def rows(self) -> Iterator[list[Cell]]:
        """The anchor cells of each row, left to right; rows without anchors are left out."""
        by_row: dict[int, list[Cell]] = {}
        for cell in self.cells:
            by_row.setdefault(cell.row, []).append(cell)
        for number in sorted(by_row):
            yield sorted(by_row[number], key=lambda cell: cell.column)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of running text, with its line break removed."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Flow:
    """Lines without a grid; an empty line is a gap that the producer printed."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Broken:
    """A record that cannot be taken, with a problem's code and message; it stands in its place."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Records:
    """Data that another system extracted: parsed JSON objects, each with its line if known.

    An item may be :class:`Broken`: the others stand alone.
    """

    items: tuple[Any, ...]
    lines: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A flat table with a header row: what a CSV file or a worksheet of records holds."""

    header: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    places: tuple[Place, ...]


Part = Grid | Flow | Records | Sheet


@dataclass(frozen=True, slots=True)
class Document:
    """One file as read: its parts in reading order. ``file`` is the path as the user gave it.

    ``spelt_out`` says that a text held characters that no text may hold, now spelt [U+0000].
    """

    file: str
    parts: tuple[Part, ...]
    notes: tuple[str, ...] = field(default=())
    spelt_out: bool = False
