"""Read an indicator's name: the unit it states, a count or a rate, and whether it is vague."""

import re
import unicodedata
from functools import lru_cache

from auditor.facts import texts
from auditor.quantities.parsing import parse, unit_named
from auditor.quantities.quantity import Unit

_ITEMS_ADDED = re.compile(r"\d\D{1,12}[+＋]\d")


def name_unit(name: str) -> str | None:
    """The canonical unit in the brackets of a name."""
    unit = _unit_in_brackets(name)
    return unit.name if unit else None


def _unit_in_brackets(name: str) -> Unit | None:
    """The unit that a name carries in its last brackets: 维护设备数量（个）."""
    for inner in reversed(texts.bracketed(name)):
        if (unit := unit_named(inner)) is not None:
            return unit
    return None


@lru_cache(maxsize=4096)
def ending(name: str) -> str | None:
    """Rate or count, by how a name ends; a rate at the end wins over a count inside."""
    bare = texts.without_notes(name)
    if bare.endswith(texts.words("not_rates")):
        return None
    if bare.endswith(texts.words("rate_endings")):
        return "rate"
    return "count" if bare.endswith(texts.words("count_endings")) else None


def conflict(name: str, unit: Unit | None) -> str | None:
    """How the name and the target's unit contradict each other, or None."""
    if unit is None or not name or unit.dimension.startswith("?"):
        return None
    own = _unit_in_brackets(name)
    if own is not None and "/" in own.dimension + unit.dimension:
        return None  # 人均经费（元/人）: a price may be printed in either way
    if own is not None and own.dimension != unit.dimension:
        return "bracket"
    percent = unit.dimension == "percent"
    if ending(name) == "rate" and unit.dimension.startswith("count:"):
        return "rate"
    if own is not None or not percent or ending(name) == "rate":
        return None
    if ending(name) == "count":
        return "count"
    if _ITEMS_ADDED.search(name):
        return "number"
    handled = texts.has_word(name, "handling") or "满意" in name
    incident = texts.has_word(name, "incidents")
    return "incident" if incident and not handled else None


def bounded(name: str, unit: Unit | None) -> bool:
    """A percentage that cannot pass 100%: 覆盖率, 合格率; not 增长率."""
    percent = unit is not None and unit.dimension == "percent"
    return percent and not texts.has_word(name, "growth")


@lru_cache(maxsize=4096)
def is_vague(target: str | None) -> bool:
    """Whether a whole target is a word like 提高, 持续改善 or 优: nothing to measure by."""
    if target is None or parse(target).kind not in ("text", "tier", "grade"):
        return False
    vague = texts.words("vague")
    bare = target
    while bare not in vague:
        rest = next(
            (bare.removeprefix(m) for m in texts.words("modifiers") if bare.startswith(m)), bare
        )
        if rest == bare or not rest:
            return False
        bare = rest
    return True


@lru_cache(maxsize=4096)
def key(name: str) -> str:
    """A name for comparing: units in brackets and punctuation left out, other brackets kept."""
    narrow = unicodedata.normalize("NFKC", name)
    for inner in texts.bracketed(narrow):
        if unit_named(inner) is not None:
            narrow = narrow.replace(f"({inner})", "")
    return re.sub(r"[\s,，、。.;；:：“”\"']", "", narrow)
