"""Named slips of the hand: the other texts that a printed number may have been meant to be.

Each is one small function from a text to candidates; the codes are those of contracts.md, their
priors and wordings stand in ``rules/vocabulary/causes.yaml``.
"""

import re
from collections.abc import Callable, Collection, Iterator
from decimal import Decimal
from itertools import pairwise

from auditor.resources import vocabulary

_DIGITS = "0123456789"
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_POWERS = (4, -4, 1, -1, 2, -2, 3, -3)

Slip = Callable[[str], Iterator[str]]


def swapped(number: str) -> Iterator[str]:
    """Two digits next to each other exchanged: 229.12 for 292.12."""
    places = [n for n, char in enumerate(number) if char in _DIGITS]
    for one, other in pairwise(places):
        if number[one] != number[other]:
            chars = list(number)
            chars[one], chars[other] = chars[other], chars[one]
            yield "".join(chars)


def wrong(number: str) -> Iterator[str]:
    """One digit another one: 96.4 for 92.4."""
    for n, char in enumerate(number):
        if char in _DIGITS:
            yield from (number[:n] + d + number[n + 1 :] for d in _DIGITS if d != char)


def lost(number: str) -> Iterator[str]:
    """A digit left out, put back."""
    for n in range(len(number) + 1):
        yield from (number[:n] + digit + number[n:] for digit in _DIGITS)


def doubled(number: str) -> Iterator[str]:
    """A digit typed twice, taken out."""
    for n in range(1, len(number)):
        if number[n] in _DIGITS and number[n] == number[n - 1]:
            yield number[:n] + number[n + 1 :]


def scaled(number: str) -> Iterator[str]:
    """Another power of ten: 元 for 万元, or the decimal point moved."""
    value = Decimal(number.replace(",", ""))
    for power in _POWERS:
        moved = value.scaleb(power)
        yield f"{moved.normalize():f}"


SLIPS: dict[str, Slip] = {
    "digits-swapped": swapped,
    "unit-scale": scaled,
    "digit-doubled": doubled,
    "digit-wrong": wrong,
    "digit-lost": lost,
}


def candidates(text: str, codes: Collection[str] = tuple(SLIPS)) -> Iterator[tuple[str, str]]:
    """(code, other text) for every slip among ``codes`` in a text's number; each text once."""
    found = _NUMBER.search(text)
    if found is None:
        return
    seen = {found.group()}
    for code in filter(codes.__contains__, SLIPS):
        for number in SLIPS[code](found.group()):
            if number not in seen and _well_formed(number):
                seen.add(number)
                yield code, text[: found.start()] + number + text[found.end() :]


def _well_formed(number: str) -> bool:
    whole = number.partition(".")[0]
    return bool(_NUMBER.fullmatch(number)) and not (len(whole) > 1 and whole.startswith("0"))


def prior(code: str) -> float:
    """How likely a slip is, before anything is known of the form; 0 to 1."""
    likely: float = vocabulary()["causes"][code]["prior"]
    return likely


def wording(code: str, *, known: bool = True) -> dict[str, str]:
    """What a slip is called in front of a person, in every language.

    ``known``: the figure that was meant is known; some slips have other words where it is not.
    """
    entry: dict[str, str] = vocabulary()["causes"][code]
    ending = "" if known or "zh_open" not in entry else "_open"
    return {language: entry[f"{language}{ending}"] for language in ("zh", "en")}
