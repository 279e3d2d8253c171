"""What became of every cell of a form: a field, a known label, listed furniture, or unplaced.

A cell is told by its place, which stays the same when its text is joined with another's.
"""

from collections.abc import Iterable, Iterator

from auditor.forms.rows import Row
from auditor.intake.document import Cell

FIELD, LABEL, FURNITURE = "field", "label", "furniture"


class Ledger:
    """The cells of one form, each with what it was found to be."""

    def __init__(self) -> None:
        self._known: dict[int, str] = {}
        self._kept: list[Cell] = []  # so that no identity is used twice

    def _note(self, cells: Iterable[Cell | None], what: str) -> None:
        for cell in cells:
            if cell is not None and self._known.get(id(cell.place)) != FIELD:
                self._known[id(cell.place)] = what
                self._kept.append(cell)

    def field(self, *cells: Cell | None) -> None:
        """These cells are values of the evaluation."""
        self._note(cells, FIELD)

    def label(self, *cells: Cell | None) -> None:
        """These cells are labels that were understood."""
        self._note(cells, LABEL)

    def furniture(self, *cells: Cell | None) -> None:
        """These cells are blocks, notes and signatures that the vocabulary lists."""
        self._note(cells, FURNITURE)

    def what(self, cell: Cell) -> str | None:
        """What a cell was found to be."""
        return self._known.get(id(cell.place))

    def unplaced(self, rows: Iterable[Row]) -> Iterator[Cell]:
        """The filled cells of some rows that are nothing yet."""
        for row in rows:
            yield from (cell for cell in row.filled() if id(cell.place) not in self._known)
