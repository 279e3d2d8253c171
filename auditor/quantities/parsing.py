"""From printed text to :class:`Quantity`: table-driven, without guessing or repairing anything."""

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

from auditor.quantities.quantity import BLANK, Quantity, Span, Unit
from auditor.quantities.tables import tables

_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
_CHINESE = re.compile(r"[零〇一二两三四五六七八九十百]+")
# Longest first: 千万 is no 千 of 万.
_MULTIPLIERS = {"百万": 1_000_000, "千万": 10_000_000, "千": 1000, "万": 10_000, "亿": 10**8}
_SLASHES = str.maketrans({"∕": "/", "⁄": "/", "÷": "/", "╱": "/"})
_RANGE_JOIN = re.compile(r"&&|且|[~～–—-]|至|到")
_MAX_DIGITS = 24
_LONGEST = 500  # characters; no quantity is longer, notes in brackets included
_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}

_FULL_DATE = re.compile(r"((?:19|20)\d\d)[年./-](\d{1,2})[月./-](\d{1,2})[日号]?")
# Not with a dot: 2012.05 is an amount before it is a month.
_YEAR_MONTH = re.compile(r"((?:19|20)\d\d)[年/-](\d{1,2})月?(份|底|末)?")
_YEAR = re.compile(r"((?:19|20)\d\d)年(度|底|末)?")
_MONTH_DAY = re.compile(r"(\d{1,2})月(\d{1,2})[日号]?")
_MONTH = re.compile(r"(\d{1,2})月(份|底|末|初|中旬|上旬|下旬)?")
_TIMES = re.compile(r"(\d{1,3})[*×xX](\d{1,3})(小时)?")
_NO_UNIT = frozenset("内前后上下底初末中以多余几左右")  # 3年内, 12月前: more than a unit
_BEFORE = re.compile(r"(之?前|以前|前?完成|前?到位)+$")
_NOTE = re.compile(r"\([^()]*\)$")
_ABOUT = ("余", "多")
_MONTH_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def normalise(text: str) -> str:
    """Full-width forms made narrow, slash glyphs made one, white space taken out."""
    return "".join(unicodedata.normalize("NFKC", text).translate(_SLASHES).split())


@lru_cache(maxsize=4096)
def parse(text: str | None) -> Quantity:
    """The quantity that ``text`` prints; every text has one (``text`` at the least)."""
    if text is None or not (plain := normalise(text)):
        return BLANK
    if len(plain) > _LONGEST:
        return Quantity(text, "text")
    known = tables()
    plain = next((plain.removeprefix(w) for w in known.natures if plain.startswith(w)), plain)
    if text in known.marks or plain in known.marks:
        return Quantity(text, "mark")
    if plain in known.grades:
        return Quantity(text, "grade", tier=plain)
    if plain in known.tiers:
        return Quantity(text, "tier", tier=known.tiers[plain])
    return (
        _product(text, plain)
        or _date(text, plain)
        or _number(text, plain)
        or _range(text, plain)
        or _noted(text, plain)
        or Quantity(text, "text")
    )


def unit_named(text: str) -> Unit | None:
    """The unit that ``text`` is the name of, and nothing more: 个, %, 万元/年."""
    return _unit(normalise(text))


def _comparator(plain: str) -> tuple[str | None, str]:
    known = tables()
    if plain.startswith(tuple(known.before)):
        glyph = next(glyph for glyph in known.before if plain.startswith(glyph))
        return known.before[glyph], plain[len(glyph) :]
    if plain.endswith(tuple(known.after)):
        for glyph, meaning in known.after.items():
            if plain.endswith(glyph) and len(plain) > len(glyph):
                return meaning, plain[: -len(glyph)]
    return None, plain


def _number(text: str, plain: str) -> Quantity | None:
    comparator, rest = _comparator(plain)
    found = _leading_number(rest)
    if found is None:
        return None
    value, decimals, rest = found
    multiplier, rest = _multiplier(rest)
    if multiplier == 1 and _unit(rest) is None and rest.startswith("(") and rest.endswith(")"):
        multiplier, inner = _multiplier(rest[1:-1])  # 0.5(万平方米)
        rest = inner if multiplier != 1 else rest
    about = rest.startswith(_ABOUT)
    rest = rest[about:]
    unit = _unit(rest) or _unknown_unit(rest)
    if rest and unit is None and not (multiplier != 1 and rest.startswith("/")):
        return None
    if multiplier != 1 and unit is None and rest:  # 3万/年: the 元 is missing
        unit = _unit("元" + rest)
        unit = unit and Unit(rest, rest, f"?{rest}", Decimal(1))
    return Quantity(
        text,
        "number",
        comparator=comparator,
        value=value * multiplier,
        decimals=decimals,
        step=_step(value, decimals, about=about) * multiplier,
        unit=unit,
        scaled_without_unit=multiplier != 1 and (unit is None or unit.dimension.startswith("?")),
    )


def _step(value: Decimal, decimals: int, *, about: bool) -> Decimal:
    """One unit of the last printed decimal; 12000余人 is known to its last digit but zeros."""
    if not about or not value:
        return Decimal(1).scaleb(-decimals)
    exponent = value.normalize().as_tuple().exponent
    return Decimal(2).scaleb(exponent if isinstance(exponent, int) else 0)


def _product(text: str, plain: str) -> Quantity | None:
    """7*24小时: round the clock. A number, but comparable with its like alone, not with hours."""
    found = _TIMES.fullmatch(plain)
    if found is None:
        return None
    unit = Unit(plain, plain, f"?{plain}", Decimal(1))
    value = Decimal(found[1]) * Decimal(found[2])
    return Quantity(text, "number", value=value, step=Decimal(1), unit=unit)


def _leading_number(rest: str) -> tuple[Decimal, int, str] | None:
    rest = rest.removeprefix("¥")
    if rest.startswith("百分之"):
        after = rest.removeprefix("百分之")
        found = _leading_number(after + "%" * bool(_CHINESE.fullmatch(after)))
        return (found[0], found[1], "%") if found and found[2] in ("", "%") else None
    if match := _NUMBER.match(rest):
        digits = match.group().replace(",", "")
        if len(digits) > _MAX_DIGITS:
            return None
        return Decimal(digits), len(digits.partition(".")[2]), rest[match.end() :]
    if (match := _CHINESE.match(rest)) and (value := _chinese(match.group())) is not None:
        after = rest[match.end() :]
        if _unit(after) is not None:  # 三台 is a number, 一般 is a word
            return Decimal(value), 0, after
    return None


def _chinese(text: str) -> int | None:
    """一百二十 is 120; None for what is no number below a thousand."""
    total = current = 0
    for char in text:
        if char in _DIGITS:
            current = _DIGITS[char]
        else:
            total += (current or 1) * (10 if char == "十" else 100)
            current = 0
    return total + current


def _multiplier(rest: str) -> tuple[int, str]:
    for word, factor in _MULTIPLIERS.items():
        if rest.startswith(word) and rest not in tables().units:
            after = rest[len(word) :]
            if not after or after.startswith("/") or _unit(after) is not None:
                return factor, after
    return 1, rest


def _unit(rest: str) -> Unit | None:
    """The unit that ``rest`` names whole: 个, (%), 万元/人/年, 元/人·月."""
    if not rest:
        return None
    bare = rest
    if bare.startswith("(") and bare.endswith(")"):
        bare = bare[1:-1]
    units = tables().units
    if bare in units:
        return units[bare]
    parts = re.split(r"[/·*、每]", bare)
    if len(parts) == 1 or not parts[0]:
        return None
    members = [units.get(part) for part in parts]
    if any(member is None for member in members):
        return None
    known = [member for member in members if member is not None]
    dimension = "/".join([known[0].dimension, *(member.name for member in known[1:])])
    return Unit(bare, "/".join(member.name for member in known), dimension, known[0].factor)


def _unknown_unit(rest: str) -> Unit | None:
    """A short measure word that no table has (120榀): a number still, comparable with its like."""
    bare = rest[1:-1] if rest.startswith("(") and rest.endswith(")") else rest
    if re.fullmatch(r"[\u4e00-\u9fff]{1,2}", bare) and _NO_UNIT.isdisjoint(bare):
        return Unit(bare, bare, f"?{bare}", Decimal(1))
    return None


def _range(text: str, plain: str) -> Quantity | None:
    """Both ends of ≥1月&&≤12月 or 5-6名; the unit of either end serves both."""
    for match in _RANGE_JOIN.finditer(plain):
        left, right = plain[: match.start()], plain[match.end() :]
        high = _number(right, right)
        low = _number(left, left)
        if low is None or high is None or low.value is None or high.value is None:
            continue
        same = low.unit is None or high.unit is None or low.unit.dimension == high.unit.dimension
        if not same or low.value > high.value:
            continue
        return Quantity(
            text,
            "range",
            value=low.value,
            upper=high.value,
            decimals=high.decimals,
            step=high.step,
            unit=high.unit or low.unit,
        )
    return None


def _noted(text: str, plain: str) -> Quantity | None:
    """A number with a note in brackets behind it: 13次(含线上2次), 100%(50/50)."""
    bare = _NOTE.sub("", plain)
    if bare == plain or not bare:
        return None
    return _date(text, bare) or _number(text, bare) or _range(text, bare)


def _date(text: str, plain: str) -> Quantity | None:
    """A day, month or year; 12月前 and 12月底之前 mean by the end of December."""
    comparator, bare = _comparator(plain)
    bare = _BEFORE.sub("", bare)
    span: Span | None = None
    value: Decimal | None = None
    if match := _FULL_DATE.fullmatch(bare):
        span = _days(int(match[1]), int(match[2]), int(match[3]))
    elif match := _YEAR_MONTH.fullmatch(bare):
        span = _month(int(match[1]), int(match[2]))
    elif match := _YEAR.fullmatch(bare):
        span = Span(int(match[1]), (1, 1), (12, 31))
    elif match := _MONTH_DAY.fullmatch(bare):
        span = _days(None, int(match[1]), int(match[2]))
    elif match := _MONTH.fullmatch(bare):
        span = _month(None, int(match[1]))
        value = Decimal(match[1])
    if span is None or (comparator is not None and value is not None):
        return None  # ≥6月 is a duration, not the month of June
    months = tables().units["月"] if value is not None else None
    step = Decimal(1) if value is not None else None
    return Quantity(text, "date", comparator, value=value, step=step, unit=months, span=span)


def _month(year: int | None, month: int) -> Span | None:
    if not 1 <= month <= len(_MONTH_DAYS):
        return None
    return Span(year, (month, 1), (month, _MONTH_DAYS[month - 1]))


def _days(year: int | None, month: int, day: int) -> Span | None:
    if not 1 <= month <= len(_MONTH_DAYS) or not 1 <= day <= _MONTH_DAYS[month - 1]:
        return None
    return Span(year, (month, day), (month, day))
