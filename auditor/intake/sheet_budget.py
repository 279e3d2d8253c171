"""How much a worksheet may hold: few bytes can stand for many cells, or for much text in each."""

from dataclasses import dataclass

from auditor.intake.limits import MAX_SHEET_CELLS, MAX_SHEET_TEXT
from auditor.intake.problems import Unreadable
from auditor.language import _


@dataclass(slots=True)
class SheetBudget:
    """How many cells and characters a worksheet may still hold before it is refused."""

    cells: int = MAX_SHEET_CELLS
    text: int = MAX_SHEET_TEXT

    def charge(self, text: str) -> None:
        """One more cell.

        Raises:
            Unreadable: ``too-large``.
        """
        self.cells -= 1
        self.text -= len(text)
        if self.cells < 0 or self.text < 0:
            raise Unreadable("too-large", _("工作表的单元格或文字过多：请拆分"))
