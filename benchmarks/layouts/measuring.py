"""What a reading made of the cells that a printed form holds."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import TypeVar

from auditor.forms.evaluation import Evaluation, Fund, Indicator
from auditor.forms.vocabulary import squeeze

Cell = tuple[str, str | None, str | None]  # pointer, printed, read
Row = TypeVar("Row", Fund, Indicator)


@dataclass(slots=True)
class Tally:
    """Cells and forms by what became of them."""

    forms: int = 0
    whole: int = 0
    lost: int = 0
    cells: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    def share(self, *names: str) -> float:
        """The share of all cells that went one of these ways."""
        total = self.cells.total()
        return sum(self.cells[name] for name in names) / total if total else 0.0


def compare(wanted: Evaluation, read: Evaluation | None, tally: Tally, name: str) -> bool:
    """Counts the cells of one form; True when every cell was read as printed."""
    tally.forms += 1
    if read is None:
        tally.lost += 1
        tally.cells["lost"] += sum(text is not None for _cell, text in wanted.cells())
        tally.examples.append(f"{name}: lost")
        return False
    doubted = [doubt.cell for doubt in read.doubts]
    whole = True
    for cell, printed, found in cells(wanted, read):
        doubt = any(_covers(d, cell) for d in doubted)
        if _bare(printed) == _bare(found):
            tally.cells["doubted" if doubt else "exact"] += 1
            continue
        whole = False
        tally.cells["wrong, doubted" if doubt else "silent"] += 1
        said = " (in doubt)" if doubt else ""
        tally.examples.append(f"{name}: {cell} {printed!r} read as {found!r}{said}")
    tally.whole += whole
    return whole


def _covers(doubt: str, cell: str) -> bool:
    return cell == doubt or cell.startswith(f"{doubt}/") or doubt.startswith(f"{cell}/")


def _bare(text: str | None) -> str:
    return squeeze(text or "")


def cells(wanted: Evaluation, read: Evaluation) -> Iterator[Cell]:
    """Every cell that is printed or was read, with both texts; kinds of fund rows are cells too."""
    both = zip(wanted.cells(), _padded(read, wanted), strict=True)
    for (cell, printed), (_same, found) in both:
        if printed is not None or found is not None:
            yield cell, printed, found
    for number, (here, there) in enumerate(zip_longest(wanted.funds, read.funds)):
        yield (
            f"/funds/{number}/kind", here.kind if here else None, there.kind if there else None,
        )  # fmt: skip
    for number in range(len(wanted.indicators), len(read.indicators)):
        yield f"/indicators/{number}", None, read.indicators[number].level3 or "row"


def _padded(read: Evaluation, wanted: Evaluation) -> Iterator[tuple[str, str | None]]:
    """The cells of ``read``, with as many rows as ``wanted`` has."""
    copy = Evaluation(**{name: getattr(read, name) for name in Evaluation.__slots__})
    copy.funds = _cut(read.funds, len(wanted.funds), Fund(kind=""))
    copy.indicators = _cut(read.indicators, len(wanted.indicators), Indicator())
    return copy.cells()


def _cut(rows: Sequence[Row], length: int, blank: Row) -> list[Row]:
    return [*rows[:length], *[blank] * (length - len(rows))]
