"""Tables by their drawn rules: what a PDF page or a scan shows, as cells with their extent.

Rules and glyphs come from anywhere, in points from the upper left corner. Rules that lie on one
line are joined and snapped; where two boxes have no rule between them they are one merged cell.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SNAP = 2.5  # rules this close are one line
GAP = 3.0  # pieces of a rule this far apart are one rule
_LINE = 0.55  # glyphs whose baselines differ by less than this share of their size are one line


@dataclass(frozen=True, slots=True)
class Stroke:
    """A horizontal or vertical rule: its position, and from where to where it runs."""

    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character (or a run that lies in one cell): centre, baseline, size, and how sure it is."""

    text: str
    x: float
    y: float
    size: float
    confidence: float = 1.0


@dataclass(slots=True)
class Box:
    """A cell of one page: its edges, its text, and the least confidence of what it holds."""

    left: float
    top: float
    right: float
    bottom: float
    text: str = ""
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Ruled:
    """A table of one page: the lines of its grid and its cells."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    boxes: tuple[Box, ...]

    @property
    def left(self) -> float:
        """The left edge of the table, in points from the left edge of the page."""
        return self.xs[0]

    @property
    def right(self) -> float:
        """The right edge of the table, in points from the left edge of the page."""
        return self.xs[-1]


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of text outside all tables."""

    text: str
    y: float
    left: float
    right: float


def read_page(
    horizontal: Iterable[Stroke], vertical: Iterable[Stroke], glyphs: Sequence[Glyph]
) -> tuple[list[Ruled], list[TextLine]]:
    """The tables of a page from top to bottom, and the lines of text outside them."""
    across, down = _joined(horizontal), _joined(vertical)
    tables = [
        table for h, v in _connected(across, down) if (table := _grid(_closed(h, v), v)) is not None
    ]
    tables.sort(key=lambda table: (table.ys[0], table.xs[0]))
    outside = _pour(tables, glyphs)
    return tables, text_lines(outside)


def text_lines(glyphs: Sequence[Glyph]) -> list[TextLine]:
    """Glyphs as lines, top to bottom, left to right."""
    lines: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda g: g.y):
        if lines and abs(lines[-1][-1].y - glyph.y) < _LINE * max(glyph.size, 1):
            lines[-1].append(glyph)
        else:
            lines.append([glyph])
    made = []
    for line in lines:
        line.sort(key=lambda g: g.x)
        text = "".join(glyph.text for glyph in line)
        made.append(TextLine(text, line[0].y, line[0].x, line[-1].x))
    return made


def _joined(strokes: Iterable[Stroke]) -> list[Stroke]:
    """Strokes snapped to common positions, pieces of one rule joined."""
    ordered = sorted(strokes, key=lambda s: s.at)
    groups: list[list[Stroke]] = []
    for stroke in ordered:
        if groups and stroke.at - groups[-1][-1].at <= SNAP:
            groups[-1].append(stroke)
        else:
            groups.append([stroke])
    joined: list[Stroke] = []
    for group in groups:
        at = sum(s.at for s in group) / len(group)
        for piece in sorted(group, key=lambda s: s.start):
            last = joined[-1] if joined else None
            if last is not None and last.at == at and piece.start - last.end <= GAP:
                joined[-1] = Stroke(at, last.start, max(last.end, piece.end))
            else:
                joined.append(Stroke(at, piece.start, piece.end))
    return joined


def _connected(across: list[Stroke], down: list[Stroke]) -> list[tuple[list[Stroke], list[Stroke]]]:
    """Rules that touch each other, directly or through others: one group is one table."""
    parent = list(range(len(across) + len(down)))

    def root(n: int) -> int:
        while parent[n] != n:
            parent[n] = parent[parent[n]]
            n = parent[n]
        return n

    for i, h in enumerate(across):
        for j, v in enumerate(down, len(across)):
            touches = h.start - GAP <= v.at <= h.end + GAP and v.start - GAP <= h.at <= v.end + GAP
            if touches:
                parent[root(i)] = root(j)
    groups: dict[int, tuple[list[Stroke], list[Stroke]]] = defaultdict(lambda: ([], []))
    for i, h in enumerate(across):
        groups[root(i)][0].append(h)
    for j, v in enumerate(down, len(across)):
        groups[root(j)][1].append(v)
    return [group for group in groups.values() if group[0] and len(group[1]) > 1]


def _closed(across: list[Stroke], down: list[Stroke]) -> list[Stroke]:
    """Adds the edge that a producer left open at a page's end: verticals run past the last rule."""
    top, bottom = min(v.start for v in down), max(v.end for v in down)
    left, right = min(v.at for v in down), max(v.at for v in down)
    closed = list(across)
    if min(h.at for h in across) - top > GAP:
        closed.append(Stroke(top, left, right))
    if bottom - max(h.at for h in across) > GAP:
        closed.append(Stroke(bottom, left, right))
    return closed


def _grid(across: list[Stroke], down: list[Stroke]) -> Ruled | None:
    xs = sorted({v.at for v in down})
    ys = sorted({h.at for h in across})
    if len(xs) < 2 or len(ys) < 2:  # noqa: PLR2004 - a box has two edges each way
        return None
    columns, rows = len(xs) - 1, len(ys) - 1
    at_x = _by_position(down)
    at_y = _by_position(across)
    parent = list(range(columns * rows))

    def root(n: int) -> int:
        while parent[n] != n:
            parent[n] = parent[parent[n]]
            n = parent[n]
        return n

    for r in range(rows):
        middle_y = (ys[r] + ys[r + 1]) / 2
        for c in range(columns):
            middle_x = (xs[c] + xs[c + 1]) / 2
            here = r * columns + c
            if c + 1 < columns and not _drawn(at_x[xs[c + 1]], middle_y):
                parent[root(here + 1)] = root(here)
            if r + 1 < rows and not _drawn(at_y[ys[r + 1]], middle_x):
                parent[root(here + columns)] = root(here)
    members: dict[int, list[int]] = defaultdict(list)
    for n in range(columns * rows):
        members[root(n)].append(n)
    boxes = []
    for group in members.values():
        r0, r1 = min(n // columns for n in group), max(n // columns for n in group)
        c0, c1 = min(n % columns for n in group), max(n % columns for n in group)
        boxes.append(Box(xs[c0], ys[r0], xs[c1 + 1], ys[r1 + 1]))
    return Ruled(tuple(xs), tuple(ys), tuple(boxes))


def _by_position(strokes: list[Stroke]) -> dict[float, list[Stroke]]:
    found: dict[float, list[Stroke]] = defaultdict(list)
    for stroke in strokes:
        found[stroke.at].append(stroke)
    return found


def _drawn(strokes: list[Stroke], at: float) -> bool:
    return any(stroke.start - GAP <= at <= stroke.end + GAP for stroke in strokes)


def _pour(tables: Sequence[Ruled], glyphs: Sequence[Glyph]) -> list[Glyph]:
    """Sets each glyph into the box around it; returns those that lie outside all tables."""
    inside: dict[int, list[Glyph]] = defaultdict(list)
    boxes: dict[int, Box] = {}
    outside: list[Glyph] = []
    finders = [_Finder(table) for table in tables]
    for glyph in glyphs:
        middle = glyph.y - glyph.size * 0.3
        box = next((b for find in finders if (b := find(glyph.x, middle)) is not None), None)
        if box is None:
            outside.append(glyph)
        else:
            boxes[id(box)] = box
            inside[id(box)].append(glyph)
    for key, members in inside.items():
        boxes[key].text = "\n".join(line.text for line in text_lines(members))
        boxes[key].confidence = min(glyph.confidence for glyph in members)
    return outside


class _Finder:
    """Finds the box of a table around a point, by the elementary boxes of its grid."""

    def __init__(self, table: Ruled) -> None:
        self.table = table
        self.by_cell: dict[tuple[int, int], Box] = {}
        for box in table.boxes:
            columns = range(
                bisect_right(table.xs, box.left) - 1, bisect_right(table.xs, box.right) - 1
            )
            rows = range(
                bisect_right(table.ys, box.top) - 1, bisect_right(table.ys, box.bottom) - 1
            )
            self.by_cell |= {(r, c): box for r in rows for c in columns}

    def __call__(self, x: float, y: float) -> Box | None:
        column = bisect_right(self.table.xs, x) - 1
        row = bisect_right(self.table.ys, y) - 1
        return self.by_cell.get((row, column))
