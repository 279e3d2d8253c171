"""Faults of wording: instructions left, misspellings, repetition, brackets, personal data."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from auditor.facts.texts import has, listed, phrases, positions, words

_ID_CARD = re.compile(
    r"(?<!\d)[1-9]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx](?!\d)"
)
_MOBILE = re.compile(r"(?<![\dA-Za-z.-])1[3-9]\d{9}(?![\d.]|元|吨|万|立方|千瓦|度)")
_REPEATED = re.compile(r"([\u4e00-\u9fff]{4,})[、，,]?\1|([的了])\2(?!确|解|然)")
_STAMMER = re.compile(r"([\u4e00-\u9fff]{3})\1")  # 服务中服务中心
_STOPS_MET = re.compile(r"[，,；;。、：]{2}")
_BEFORE_ETC = re.compile(r"、等(?!级|次|候|待|于|额|同|效|离|值|高|分|着)")
_TWO_WIDTHS = re.compile(r"（[^（）()]{0,80}\)|\([^（）()]{0,80}）")
_DATE = re.compile(
    r"(?<![\d.])(?:(?P<y>(?:19|20)\d\d)[年./-])?(?P<m>\d{1,2})月(?:(?P<d>\d{1,2})[日号])?"
)
_LEAST_DATE = (("y", 2000), ("m", 1), ("d", 1))  # 2000: a leap year, where none is named
_STOPS = re.compile(r"[，。；、,;！!？?：:\n]")
_LONG, _SHORT = 80, 4
_OPENING, _CLOSING = "（(【[", "）)】]"
_PAIRS = (("(", ")"), ("“", "”"), ("《", "》"), ("【", "】"))
_NARRATIVES = ("goal_expected", "goal_actual", "deviation")
_ANSWERS = ("goal_expected", "goal_actual", "deviation", "target", "actual", "level3")
_STRAY_START = re.compile(r"^[:：、;；,，。.]|[:：、;；,，]$")
_CUT_NAME = re.compile(r"(?:率|数|性|量|度)?[(（][^)）]*$")


@lru_cache(maxsize=16_384)
def columns(role: str, text: str, *, beside_date: bool) -> Mapping[str, Any]:
    """The columns of one text that tell what is wrong with its wording.

    ``beside_date``: the other side of the indicator is a date, so 13月 is one that cannot be.
    """
    narrow = unicodedata.normalize("NFKC", text)
    typo = _typo(text)
    return {
        "instruction": _instruction(text) if role in _ANSWERS else None,
        "typo": typo[0] if typo else None,
        "typo_meant": typo[1] if typo else None,
        "repeated": _repeated(text) if role in _NARRATIVES else None,
        "punctuation_slip": _punctuation_slip(text) if role in _NARRATIVES else None,
        "unbalanced": _unbalanced(narrow) if role in _NARRATIVES else None,
        "run_on": role in _NARRATIVES and _run_on(text),
        "stray_symbol": role == "level3" and _stray(narrow),
        "personal_data": _personal(narrow) if role in _ANSWERS else None,
        "invalid_date": _invalid_date(narrow, alone=beside_date) if role in _ANSWERS else None,
    }


def _instruction(text: str) -> str | None:
    """An instruction in brackets, at the head of a cell, or as good as all of it."""
    if not has(text, "instructions"):
        return None
    for phrase in phrases("instructions"):
        if phrase not in text:
            continue
        alone = len(text) <= 2 * len(phrase)
        leading = text.startswith(phrase) and len(phrase) > _SHORT
        if alone or leading or any(_bracketed(text[:at]) for at in positions(text, phrase)):
            return phrase
    return None


def _bracketed(before: str) -> bool:
    """Whether a bracket is open at the end of a stretch of text."""
    last = max(before.rfind(sign) for sign in _OPENING)
    return last >= 0 and last > max(before.rfind(sign) for sign in _CLOSING)


def _typo(text: str) -> tuple[str, str] | None:
    """The first known misspelling that is not part of its own correction."""
    known: dict[str, str] = listed("phrases", "typos")
    if not has(text, "typos"):
        return None
    fitting: dict[str, str] = listed("phrases", "typo_not_after")
    for wrong, right in known.items():
        for at in positions(text, wrong):
            before = text[max(0, at - 1) : at]
            whole = text[max(0, at - len(right)) : at + len(wrong) + len(right)]
            if (before and before in fitting.get(wrong, "")) or right in whole:
                continue
            return wrong, right
    return None


def _repeated(text: str) -> str | None:
    if found := _REPEATED.search(text):
        return found.group()
    stammered = (found for found in _STAMMER.finditer(text) if len(set(found[1])) > 1)
    return next((found.group() for found in stammered if not has(found[1], "said_twice")), None)


def _punctuation_slip(text: str) -> str | None:
    """Two stops that meet, 、 before 等, or a bracket of one width closed by one of the other."""
    for pattern in (_STOPS_MET, _BEFORE_ETC, _TWO_WIDTHS):
        if found := pattern.search(text):
            return found.group()
    return None


def _unbalanced(narrow: str) -> str | None:
    """The first kind of bracket that opens and closes unequally often; 1) and a) are items."""
    plain = re.sub(r"(?<![(\w])(?:\d{1,2}|[a-z])\)", "", narrow)
    for opening, closing in _PAIRS:
        if plain.count(opening) != plain.count(closing):
            return opening + closing
    return None


def _run_on(text: str) -> bool:
    return any(len(part) > _LONG for part in _STOPS.split(text))


def _stray(narrow: str) -> bool:
    return bool(_STRAY_START.search(narrow)) or bool(_CUT_NAME.search(narrow))


def _personal(narrow: str) -> str | None:
    """What kind of personal data stands in a text; the data itself is never repeated."""
    if _ID_CARD.search(narrow):
        return "身份证号"
    return "手机号码" if _MOBILE.search(narrow) else None


def _invalid_date(narrow: str, *, alone: bool) -> str | None:
    """A month above 12 or a day that no such month has; 6个月 and 18月龄 are no dates."""
    for found in _DATE.finditer(narrow):
        # 18月 may be an age or a count, but not where the whole cell answers a date.
        bare_month = found["d"] is None and found["y"] is None and not alone
        year, month, day = (int(found[part] or least) for part, least in _LEAST_DATE)
        lunar = narrow[: found.start()].endswith(words("lunar"))
        age = narrow[found.end() :].startswith("龄")
        if not bare_month and not lunar and not age and not _exists(year, month, day):
            return found.group()
    return None


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
