"""The headers of a table: the header rows of a form as one text for each column, left to right.

A header may be printed in two halves, an upper one over several columns and lower ones below it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from auditor.forms import vocabulary as words
from auditor.forms.rows import Extent, Row, extents
from auditor.intake.document import Cell


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
    for number, row in enumerate(rows):
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
        if number and not row.spans_known:
            heads = _spread(heads, rows[number - 1], row)
        heads = found if number == 0 else _joined(heads, found, row)
    return sorted(heads, key=lambda head: head.extent.start)


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
