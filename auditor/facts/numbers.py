"""Printed numbers as exact values with the interval that their digits may stand for."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from auditor.facts.schema import SCALE, WHOLE_DIGITS
from auditor.quantities.parsing import parse

_UNIT = Decimal(1).scaleb(-SCALE)
_LIMIT = Decimal(10) ** WHOLE_DIGITS


@dataclass(frozen=True, slots=True)
class Number:
    """An exact value between ``lo`` and ``hi``."""

    value: Decimal
    lo: Decimal
    hi: Decimal

    def scaled(self, factor: Decimal) -> "Number":
        """The number times an exact factor above zero."""
        return Number(self.value * factor, self.lo * factor, self.hi * factor)


ZERO = Number(Decimal(0), Decimal(0), Decimal(0))


def storable(value: Decimal | None) -> Decimal | None:
    """A figure, or None for a sum or product that a fact column cannot hold.

    What no column holds is judged by no rule: a form with such a figure must not fail the others.
    """
    return None if value is None or abs(value) >= _LIMIT else value


def column_decimals(texts: Iterable[str | None]) -> int:
    """The finest printed decimals of a column: a bare integer beside decimals counts as such."""
    return _finest(tuple(texts))


@lru_cache(maxsize=1024)  # a form asks for the same column several times
def _finest(texts: tuple[str | None, ...]) -> int:
    return max([parse(text).decimals for text in texts], default=0)


@lru_cache(maxsize=4096)
def printed(text: str | None, decimals: int = 0) -> Number | None:
    """The number in a cell, half a unit of its last decimal either way; None if it is none.

    ``decimals`` are the finest of its column: they are what a bare integer is taken to have.
    """
    quantity = parse(text)
    if quantity.kind != "number" or quantity.value is None or quantity.step is None:
        return None
    step = quantity.step
    if quantity.decimals == 0 and decimals and step == 1:
        step = Decimal(1).scaleb(-decimals)
    half = step / 2
    return fitting(Number(quantity.value, quantity.value - half, quantity.value + half))


def fitting(number: Number) -> Number | None:
    """The number, or None when a fact column cannot hold it exactly."""
    for part in (number.value, number.lo, number.hi):
        exponent = part.as_tuple().exponent
        if abs(part) >= _LIMIT or not isinstance(exponent, int) or -exponent > SCALE:
            return None
    return number


@lru_cache(maxsize=4096)
def points(text: str | None) -> Number | None:
    """Assigned points, exact when they are whole or half; 99.55分 is 99.55.

    10.0 was given as ten; 33.3 may have been 33.33.
    """
    number = printed(text.removesuffix("分") if text else text)
    if number is not None and not (number.value * 2) % 1:
        return Number(number.value, number.value, number.value)
    return number


def total(numbers: Iterable[Number]) -> Number:
    """The sum, with the operands' intervals carried through."""
    value = lo = hi = Decimal(0)
    for number in numbers:
        value, lo, hi = value + number.value, lo + number.lo, hi + number.hi
    return Number(value, lo, hi)


@lru_cache(maxsize=4096)
def ratio(numerator: Decimal | Fraction, denominator: Decimal | Fraction) -> Decimal | None:
    """An exact quotient, kept to the 12 decimals of a fact column; None when it has no value."""
    if not denominator:
        return None
    (above, below), (by, of) = numerator.as_integer_ratio(), denominator.as_integer_ratio()
    result = Decimal(_rounded(above * of * 10**SCALE, below * by)) * _UNIT
    return result if abs(result) < _LIMIT else None


def _rounded(dividend: int, divisor: int) -> int:
    """A quotient of whole numbers to the nearest whole one, a half to the even one."""
    if divisor < 0:
        dividend, divisor = -dividend, -divisor
    whole, rest = divmod(dividend, divisor)
    return whole + (rest * 2 > divisor or (rest * 2 == divisor and whole % 2))


def spread(name: str, number: Number | None) -> dict[str, Decimal | None]:
    """The columns ``name``, ``name_lo`` and ``name_hi``."""
    if number is None:
        return {name: None, f"{name}_lo": None, f"{name}_hi": None}
    return {name: number.value, f"{name}_lo": number.lo, f"{name}_hi": number.hi}
