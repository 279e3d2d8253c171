"""What of a form may hold a thing that seems to be missing: cells without a place, and doubts.

Absence accuses only what was wholly read. A figure that was given no place may be the total that
seems to be missing, a text the reason that seems not to be given.
"""

import re
from dataclasses import dataclass
from typing import Any

from auditor.forms.evaluation import Evaluation

_FIGURE = re.compile(r"[+-]?[\d,，.]+[%％分]?")
_SHORT = 12  # no narrative is shorter
_ROW_KEYS = ("table", "sheet", "page", "line", "row")


@dataclass(frozen=True, slots=True)
class Gaps:
    """The parts of a form that were not wholly read."""

    header: bool
    goals: bool
    funds: bool
    rows: bool
    total: bool
    grade: bool
    places: frozenset[tuple[Any, ...]]

    def row(self, place: dict[str, Any] | None) -> bool:
        """Whether a cell without a place stands in the same printed row."""
        return place is not None and row_of(place) in self.places


NONE = Gaps(
    header=False, goals=False, funds=False, rows=False, total=False, grade=False, places=frozenset()
)


def gaps(form: Evaluation) -> Gaps:
    """What of a form was not wholly read."""
    if not form.unplaced and not form.doubts:
        return NONE
    doubted = {doubt.cell for doubt in form.doubts}
    texts = [cell.text for cell in form.unplaced]
    figures = any(_FIGURE.fullmatch(text) for text in texts)
    words = [text for text in texts if not _FIGURE.fullmatch(text)]
    return Gaps(
        header=bool(words) or bool(doubted & {"/project", "/department", "/unit"}),
        goals=any(len(text) >= _SHORT for text in words)
        or bool(doubted & {"/goal_expected", "/goal_actual"}),
        funds=figures or any(cell.startswith("/funds") for cell in doubted),
        rows=bool(texts) or "/indicators" in doubted,
        total=figures or any(cell.startswith("/total") for cell in doubted),
        grade=bool(words) or "/grade" in doubted,
        places=frozenset(row_of(cell.place) for cell in form.unplaced),
    )


def row_of(place: dict[str, Any]) -> tuple[Any, ...]:
    """The printed row that a place is in, whatever the format calls it."""
    address = re.sub(r"^[A-Z]+", "", str(place.get("address", "")))
    return (*(place.get(name) for name in _ROW_KEYS), address)
