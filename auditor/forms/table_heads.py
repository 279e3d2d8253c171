"""The headers of a table: the header rows of a form as one text for each column, left to right.

A header may be printed in two halves, an upper one over several columns and lower ones below it.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import comb
from operator import sub

from auditor.forms import vocabulary as words
from auditor.forms.rows import OPEN_END, Extent, Row, extents, moved
from auditor.forms.signs import sign
from auditor.intake.document import Cell

_PARENTS = 3  # upper headers that may have several lower ones each
_MOST_WAYS = 4_000  # to set two halves below each other: no form has so wide a header


@dataclass(slots=True)
class Head:
    """A header: its texts (whole, lower half, upper half), where it stands, and its cells."""

    texts: tuple[str, ...]
    extent: Extent
    cells: tuple[Cell, ...]

    @property
    def text(self) -> str:
        """The header as printed."""
        return self.texts[0]


def heads_of(rows: Sequence[Row]) -> list[Head]:
    """The headers that one or more header rows print, left to right.

    A cell that is merged down beside the data is the label of the section and heads no column.
    """
    heads: list[Head] = []
    for number, printed in enumerate(rows):
        row = printed
        if number and not row.spans_known:
            upper = _spread(heads, rows[number - 1], row)
            heads, row = (upper, row) if upper is not heads else _fitted(heads, row)
        tallest = max(len(rows) - number, min((cell.rowspan for cell in row.filled()), default=1))
        cells = [
            cell for cell in row.cells
            if (words.squeeze(cell.text) or number) and cell.rowspan <= tallest
        ]  # fmt: skip
        spread = extents(cells, spans_known=row.spans_known)
        found = [
            Head((words.squeeze(cell.text),), extent, (cell,))
            for cell, extent in zip(cells, spread, strict=True)
        ]
        heads = found if number == 0 else _joined(heads, found, row)
    return sorted(heads, key=lambda head: head.extent.start)


@dataclass(frozen=True, slots=True)
class _Fit:
    """Two rows of headers set below each other; ``widened`` span several columns of the lower."""

    upper: list[Head]
    lower: Row
    as_printed: bool = False
    widened: tuple[Head, ...] = ()

    def goes(self) -> tuple[int, int, bool, bool, bool]:
        """How many columns have a known name then, and what decides between equals."""
        joined = _joined(self.upper, _heads(self.lower), self.lower)
        single = {head.text for head in self.upper if not _is_wide(head)}
        names = max(_names(joined, single, f"columns.{table}") for table in ("funds", "indicators"))
        wide = [head.extent for head in self.upper if _is_wide(head)]
        under = sum(e.start <= c.column < e.end for e in wide for c in self.lower.filled())
        section = any(sign(head.text).named("sections") is not None for head in self.widened)
        return names, under, self.as_printed, not self.widened, not section


def _fitted(upper: list[Head], lower: Row) -> tuple[list[Head], Row]:
    """Two halves of a header whose source left out covered cells, set below each other.

    Lower cells may stand further right, and an upper header may span several of them. They stand
    where most columns have a known name then.
    """
    if not upper or lower.dense or not words.squeeze(lower.cells[0].text):
        return upper, lower
    ordered = sorted(upper, key=lambda head: head.extent.start)
    best = max(_ways(ordered, lower), key=_Fit.goes)
    return best.upper, best.lower


def _ways(upper: list[Head], lower: Row) -> Iterator[_Fit]:
    """The ways to set them: as printed, moved to the right, or below some of the upper headers."""
    yield _Fit(upper, lower, as_printed=True)
    filled = lower.filled()
    for by in range(1, upper[-1].extent.start - filled[-1].column + 1):
        yield _Fit(upper, moved(lower, by))
    printed_wide = any(map(_is_wide, upper))  # by blank cells: then no other is wide
    for several in range(1, min(_PARENTS, len(filled), len(upper)) + 1):
        if comb(len(upper), several) * comb(len(filled) - 1, several - 1) > _MOST_WAYS:
            return
        for parents in combinations(range(len(upper)), several):
            for cuts in combinations(range(1, len(filled)), several - 1):
                counts = dict(zip(parents, map(sub, (*cuts, len(filled)), (0, *cuts)), strict=True))
                fit = _below_parents(upper, lower, counts)
                if fit is not None and not (printed_wide and fit.widened):
                    yield fit


def _below_parents(upper: Sequence[Head], lower: Row, counts: Mapping[int, int]) -> _Fit | None:
    """The lower cells below some upper headers, so many each; None where there is no room."""
    heads: list[Head] = []
    columns: list[int] = []
    by = 0
    for number, head in enumerate(upper):
        width = head.extent.end - head.extent.start if _is_wide(head) else 1
        grown = max(width, counts.get(number, 0))
        start = head.extent.start + by
        end = OPEN_END if head.extent.end == OPEN_END and grown == 1 else start + grown
        heads.append(Head(head.texts, Extent(start, end), head.cells))
        columns += range(start, start + counts.get(number, 0))
        by += grown - width
    if heads[-1].extent.start > len(lower.cells):
        return None
    placed = zip(lower.filled(), columns, strict=True)
    row = replace(lower, cells=tuple(c._replace(column=column) for c, column in placed))
    widened = [n for n, head in enumerate(heads) if _is_wide(head) and not _is_wide(upper[n])]
    return _Fit(heads, row, widened=tuple(upper[n] for n in widened))


def _is_wide(head: Head) -> bool:
    return head.extent.start + 1 < head.extent.end < OPEN_END


def _names(heads: Sequence[Head], single: Collection[str], family: str) -> int:
    """How many columns the headers name.

    What both halves say together counts twice. A lower half below one of the ``single`` headers
    that has a name of its own speaks against it, and so does a name that two columns have. What
    spans several columns is the name of none.
    """
    found: dict[str, int] = {}
    against = 0
    for head in heads:
        told = [sign(text).named(family) for text in head.texts]
        whole = told[0] if len(told) > 1 else None
        if head.texts[-1] not in single:
            told.pop()
        elif len(told) > 1 and told[-1] and not whole:
            against += 1
        name = next(filter(None, told), None)
        if name is not None:
            against += name in found
            found[name] = max(found.get(name, 0), 2 if whole else 1)
    return sum(found.values()) - against


def _heads(row: Row) -> list[Head]:
    cells = row.filled()
    spread = extents(cells, spans_known=row.spans_known)
    return [
        Head((words.squeeze(cell.text),), extent, (cell,))
        for cell, extent in zip(cells, spread, strict=True)
    ]


def _spread(upper: list[Head], above: Row, row: Row) -> list[Head]:
    """Upper headers where the source lost how many columns each spans.

    A lower row that has more cells tells it: a blank one stands below a header of one column, a run
    of filled ones below a header that spans as many.
    """
    extra = len(row.cells) - len(above.cells)
    if extra <= 0:
        return upper
    by_start = {head.extent.start: head for head in upper}
    spread: list[Head] = []
    column, lower = 0, [bool(words.squeeze(cell.text)) for cell in row.cells]
    for cell in above.cells:
        run = 1
        while extra and lower[column] and column + run < len(lower) and lower[column + run]:
            run, extra = run + 1, extra - 1
        if (head := by_start.get(cell.column)) is not None:
            spread.append(Head(head.texts, Extent(column, column + run), head.cells))
        column += run
        if column >= len(lower):
            break
    return spread


def _joined(upper: list[Head], lower: list[Head], row: Row) -> list[Head]:
    """Upper and lower halves as one; a blank or a note below leaves the upper as it is."""
    result: list[Head] = []
    taken: set[int] = set()
    for head in upper:
        under = [
            (n, low) for n, low in enumerate(lower)
            if head.extent.start <= low.extent.start < head.extent.end
        ]  # fmt: skip
        taken |= {n for n, _low in under}
        own = [low for _n, low in under if low.text and not _is_note(low.text)]
        if not own:
            notes = tuple(cell for _n, low in under for cell in low.cells)
            result.append(Head(head.texts, head.extent, (*head.cells, *notes)))
            continue
        for low in own:
            end = min(low.extent.end, head.extent.end) if not row.spans_known else low.extent.end
            texts = (head.text + low.text, low.text, head.text)
            result.append(Head(texts, Extent(low.extent.start, end), (*head.cells, *low.cells)))
    result += [low for n, low in enumerate(lower) if n not in taken and low.text]
    return result


def _is_note(text: str) -> bool:
    return words.plain(text) == "" or text[0] in "（(" or (text.isascii() and len(text) == 1)
