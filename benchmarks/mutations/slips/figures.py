"""Numbers in cells of the generated forms, and the same numbers in their narratives."""

import re
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from auditor.forms.evaluation import Evaluation, Indicator

_FIGURE = re.compile(r"(≥|≤|>=|<=|=|)([\d.]+)(\(?)([^\d()]*)\)?")
_NAMED = re.compile(r"（([^（）]+)）$")
_MONTH = re.compile(r"(?:(\d{4})年)?(\d{1,2})月(?:(\d{1,2})日)?(底)?前?$")


@dataclass(frozen=True, slots=True)
class Figure:
    """A printed value: comparator, digits, unit and whether the unit stands in brackets."""

    sign: str
    digits: str
    unit: str
    bracket: bool

    @property
    def value(self) -> Decimal:
        """The number."""
        return Decimal(self.digits)

    def text(
        self, digits: str | None = None, unit: str | None = None, sign: str | None = None
    ) -> str:
        """The cell again, with another number, unit or comparator."""
        unit = self.unit if unit is None else unit
        shown = f"({unit})" if self.bracket and unit else unit
        return (
            (self.sign if sign is None else sign)
            + (self.digits if digits is None else digits)
            + shown
        )

    def scaled(self, factor: Decimal) -> str:
        """The cell with its number multiplied, at the printed decimals."""
        places = len(self.digits.partition(".")[2])
        return self.text(f"{self.value * factor:.{places}f}")


def figure(text: str | None) -> Figure | None:
    """The figure of a cell, None for words, dates and blanks."""
    match = _FIGURE.fullmatch(text or "")
    if not match or match[4].startswith("月"):
        return None
    return Figure(match[1], match[2], match[4], bool(match[3]))


def pair(row: Indicator) -> tuple[Figure, Figure] | None:
    """Target and actual where both are figures."""
    target, actual = figure(row.target), figure(row.actual)
    return (target, actual) if target and actual else None


def more(row: Indicator) -> tuple[Figure, Figure] | None:
    """Target and actual of a row where more is better and something was to be reached."""
    both = pair(row)
    return both if both and both[0].sign in {"≥", ">="} and both[0].value > 0 else None


def less(row: Indicator) -> tuple[Figure, Figure] | None:
    """Target and actual of a row with a ceiling that is not nothing."""
    both = pair(row)
    return both if both and both[0].sign in {"≤", "<="} and both[0].value > 0 else None


def month(text: str | None) -> tuple[str | None, int, str | None] | None:
    """Year, month and day of a date cell."""
    match = _MONTH.fullmatch(text or "")
    return (match[1], int(match[2]), match[3]) if match else None


def unit_of(row: Indicator, cell: Figure) -> str:
    """The unit of a figure, from the name where the cell has none."""
    named = _NAMED.search(row.level3 or "")
    return cell.unit or (named[1] if named else "")


def retell(form: Evaluation, row: Indicator, new: str) -> str | None:
    """The narrative with another figure for this row; None where it does not tell it just once."""
    old, now = figure(row.actual), figure(new)
    text = form.goal_actual or ""
    if old is None or now is None:
        return None
    for spoken in (_plain(old), old.digits):
        pattern = re.compile(rf"(?<![\d.]){re.escape(spoken + unit_of(row, old))}(?![/\d])")
        if len(pattern.findall(text)) == 1:
            return pattern.sub(_plain(now) + unit_of(row, now), text)
    return None


def _plain(cell: Figure) -> str:
    if "." not in cell.digits:
        return cell.digits
    return cell.digits.rstrip("0").rstrip(".")


def swapped(random: Random, digits: str) -> str | None:
    """Two neighbouring digits exchanged; the first digit stays no zero."""
    return _one_of(random, digits, [
        digits[:n] + digits[n + 1] + digits[n] + digits[n + 2 :]
        for n in range(len(digits) - 1)
        if digits[n].isdigit() and digits[n + 1].isdigit()
    ])  # fmt: skip


def wrong(random: Random, digits: str) -> str | None:
    """One digit replaced by another."""
    places = [n for n, sign in enumerate(digits) if sign.isdigit()]
    options = [digits[:n] + d + digits[n + 1 :] for n in places for d in "123456789"]
    return _one_of(random, digits, options)


def lost(random: Random, digits: str) -> str | None:
    """One digit left out."""
    whole = len(digits.partition(".")[0])
    options = [digits[:n] + digits[n + 1 :] for n in range(whole) if whole > 1]
    return _one_of(random, digits, options)


def doubled(random: Random, digits: str) -> str | None:
    """One digit typed twice."""
    whole = len(digits.partition(".")[0])
    return _one_of(random, digits, [digits[:n] + digits[n] + digits[n:] for n in range(whole)])


def _one_of(random: Random, digits: str, options: list[str]) -> str | None:
    good = [text for text in options if _is_other(text, digits)]
    return random.choice(good) if good else None


def _is_other(text: str, digits: str) -> bool:
    leading_zero = text.startswith("0") and not text.startswith("0.") and text != "0"
    return not leading_zero and Decimal(text) != Decimal(digits)
