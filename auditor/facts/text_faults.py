"""Find faults of wording: instructions left in, typos, repetition, brackets, personal data."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from auditor.facts import numbering
from auditor.facts.segmentation import boundaries, last_word
from auditor.facts.texts import has, listed, phrases, positions, words

_ID_CARD = re.compile(
    r"(?<!\d)[1-9]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx](?!\d)"
)
_PHONE_LENGTH = 11
_MOBILE = re.compile(r"(?<![\dA-Za-z.-])1[3-9]\d{9}(?![\d.]|元|吨|万|立方|千瓦|度)")
_REPEATED = re.compile(r"([\u4e00-\u9fff]{4,})[、，,]?\1|([的了])\2(?!确|解|然)")
_STAMMER = re.compile(r"([\u4e00-\u9fff]{3})\1")  # 服务中服务中心
_RETYPED = re.compile(r"([\u4e00-\u9fff]{3})[\u4e00-\u9fff]{1,2}[、，]?\1")  # 岗位培设备、岗位培训
_STOPS_MET = re.compile(r"[，,；;。、：]{2}")
_BEFORE_ETC = re.compile(r"、等(?!级|次|候|待|于|额|同|效|离|值|高|分|着)")
_TWO_WIDTHS = re.compile(r"（[^（）()]{0,80}\)|\([^（）()]{0,80}）")
_DATE = re.compile(
    r"(?<![\d.])(?:(?P<y>(?:19|20)\d\d)[年./-])?(?P<m>\d{1,2})月(?:(?P<d>\d{1,2})[日号])?"
)
_LEAST_DATE = (("y", 2000), ("m", 1), ("d", 1))  # 2000: a leap year, where none is named
# 培训3次检查5次: a count, and the next item begins at once.
_GLUED = re.compile(
    r"\d(?:\([台次个人名户场件份套期间项处篇]\)|[台次个人名户场件份套期间项处篇])"
    r"(?![的以左右及和与或至到后前内中共余多等均数次]|全|已|并|将|为|未|参)[\u4e00-\u9fff]{2}"
)
_STOPS = re.compile(r"[，。；、,;！!？?：:\n]")
_LONG, _SHORT = 80, 4
_OPENING, _CLOSING = "（(【[", "）)】]"
_PAIRS = (("(", ")"), ("“", "”"), ("《", "》"), ("【", "】"))
_NARRATIVES = ("goal_expected", "goal_actual", "deviation")
_ANSWERS = ("goal_expected", "goal_actual", "deviation", "target", "actual", "level3")
_STRAY_START = re.compile(r"^[:：、;；,，。.]|[:：、;；,，]$")
_CUT_NAME = re.compile(r"(?:率|数|性|量|度)?[(（][^)）]*$")


@lru_cache(maxsize=4096)
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
        "numbering_mixed": numbering.mixed(text) if role in _NARRATIVES else None,
        "unbalanced": _unbalanced(narrow) if role in _NARRATIVES else None,
        "run_on": role in _NARRATIVES and _run_on(text),
        "glued_items": len(_GLUED.findall(narrow)) if role in _NARRATIVES else 0,
        "stray_symbol": role == "level3" and (_stray(narrow) or _broken_off(text)),
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
    leading: dict[str, str] = listed("phrases", "typo_not_before")
    for wrong, right in known.items():
        for at in positions(text, wrong):
            before = text[max(0, at - 1) : at]
            after = text[at + len(wrong) : at + len(wrong) + 1]
            whole = text[max(0, at - len(right)) : at + len(wrong) + len(right)]
            fits = (before and before in fitting.get(wrong, "")) or (
                after and after in leading.get(wrong, "")
            )
            if fits or right in whole:
                continue
            return wrong, right
    return None


def _repeated(text: str) -> str | None:
    if found := _REPEATED.search(text):
        return found.group()
    stammered = (found for found in _STAMMER.finditer(text) if len(set(found[1])) > 1)
    twice = (found.group() for found in stammered if not has(found[1], "said_twice"))
    return next(twice, None) or _retyped(text)


def _retyped(text: str) -> str | None:
    """A fragment that was typed again from the middle of a word: 岗位培设备、岗位培训.

    老年人保健、老年人体检 is a list: the fragment is a word at both places, or at neither.
    """
    for found in _RETYPED.finditer(text):
        cuts = boundaries(text)
        again = found.end() - len(found[1])
        if (
            found.start() in cuts
            and again in cuts
            and ((found.end(1) in cuts) != (found.end() in cuts))
        ):
            return found.group()
    return None


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


def _broken_off(name: str) -> bool:
    """A name that ends with a word that must be followed by another: 及, 和, 的."""
    return name.endswith(words("joining")) and last_word(name) in words("joining")


def _personal(narrow: str) -> str | None:
    """What kind of personal data stands in a text; the data itself is never repeated."""
    if len(narrow) < _PHONE_LENGTH:
        return None
    if _ID_CARD.search(narrow):
        return "身份证号"
    return "手机号码" if _MOBILE.search(narrow) else None


def _invalid_date(narrow: str, *, alone: bool) -> str | None:
    """A month above 12 or a day that no such month has; 6个月 and 18月龄 are no dates."""
    for found in _DATE.finditer(narrow) if "月" in narrow else ():
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
