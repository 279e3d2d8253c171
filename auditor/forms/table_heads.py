"""The headers of a table: the header rows of a form as one text for each column, left to right.

A header may be printed in two halves, an upper one over several columns and lower ones below it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from auditor.forms import vocabulary as words
from auditor.forms.rows import OPEN_END, Extent, Row, extents, moved
from auditor.forms.signs import sign
from auditor.intake.document import Cell

_APART = 3  # lower halves that need not stand beside each other


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
    """Two rows of headers set below each other; ``widened`` spans several columns of the lower."""

    upper: list[Head]
    lower: Row
    as_printed: bool = False
    widened: Head | None = None

    def goes(self) -> tuple[int, int, bool, bool, bool]:
        """How many columns have a known name then, and what decides between equals."""
        joined = _joined(self.upper, _heads(self.lower), self.lower)
        single = {head.text for head in self.upper if not _is_wide(head)}
        names = max(_names(joined, single, f"columns.{table}") for table in ("funds", "indicators"))
        wide = [head.extent for head in self.upper if _is_wide(head)]
        under = sum(e.start <= c.column < e.end for e in wide for c in self.lower.filled())
        section = self.widened is not None and sign(self.widened.text).named("sections") is not None
        return names, under, self.as_printed, self.widened is None, not section


def _fitted(upper: list[Head], lower: Row) -> tuple[list[Head], Row]:
    """Two halves of a header whose source left out covered cells, set below each other.

    Lower cells may stand further right, and an upper header may span as many columns as the lower
    row has. They stand where most columns have a known name then.
    """
    if lower.dense or not words.squeeze(lower.cells[0].text):
        return upper, lower
    size, end = len(lower.filled()), lower.filled()[-1].column
    last = max(head.extent.start for head in upper)
    ways = [_Fit(upper, lower, as_printed=True)]
    ways += [_Fit(upper, moved(lower, by)) for by in range(1, last - end + 1)]
    if size <= _APART:
        ways += [
            _Fit(upper, _at(lower, columns)) for columns in combinations(range(last + 1), size)
        ]
    if size == end + 1 < len(lower.cells):
        ways += [
            _Fit(_widened(upper, head, size), moved(lower, head.extent.start), widened=head)
            for head in upper
        ]
    best = max(ways, key=_Fit.goes)
    return best.upper, best.lower


def _at(row: Row, columns: Sequence[int]) -> Row:
    cells = zip(row.filled(), columns, strict=True)
    return replace(row, cells=tuple(cell._replace(column=column) for cell, column in cells))


def _widened(heads: Sequence[Head], one: Head, width: int) -> list[Head]:
    """Headers of which one spans so many columns, so that those behind it stand further right."""
    found = []
    for head in heads:
        start, end = head.extent.start, head.extent.end
        if head is one:
            end = start + width
        elif start > one.extent.start:
            start, end = start + width - 1, end + width - 1
        found.append(Head(head.texts, Extent(start, end), head.cells))
    return found


def _is_wide(head: Head) -> bool:
    return head.extent.start + 1 < head.extent.end < OPEN_END


def _names(heads: Sequence[Head], single: Collection[str], family: str) -> int:
    """How many columns the headers name.

    What both halves say together counts twice. A lower half below one of the ``single`` headers
    that has a name of its own speaks against it; what spans several columns is the name of none.
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
