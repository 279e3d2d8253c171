"""What a printed text may be: its kind, and the labels that it is by name, by stem or nearly.

Everything that tells one text from another is asked here once per distinct text; what it is worth
is weighed elsewhere (``rules/vocabulary/evidence.yaml``).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from auditor.forms import vocabulary as words
from auditor.quantities.parsing import parse, unit_named
from auditor.resources import vocabulary

BY_NAME, BY_STEM = 1.0, 0.6
_LABEL_LENGTH = 20  # longer text is no label
_NUMBER = re.compile(r"[+-]?(?:[\d,，]*+\.\d++|[\d,，]*\d)")
_PERCENT = re.compile(r"[+-]?(?:[\d,，]*+\.\d++|[\d,，]*\d)[%％]")
_DIGIT = re.compile(r"\d")
_OPERATORS = re.compile(r"[≥≤=＝<>≧≦＜＞═﹦]{1,2}")
_SENTENCE = re.compile(r"[。；，,;！？]")
_NOTE_END = re.compile(r"[（(][^（()）]*[)）]$")


@dataclass(frozen=True, slots=True)
class Sign:
    """A text without white space, its kind (evidence.yaml, ``kinds``), and its labels by family.

    ``labels`` maps a family (header, sections, goals, funds, total …) to (key, strength).
    """

    text: str
    kind: str
    labels: Mapping[str, tuple[str, float]]
    short: bool  # whether it can be a label at all
    figure: bool  # whether it is a bare number or percentage

    @classmethod
    def of(cls, text: str, kind: str, labels: Mapping[str, tuple[str, float]]) -> "Sign":
        """The sign of a text of that kind."""
        return cls(text, kind, labels, kind in ("label", "level"), kind in ("number", "percent"))

    def named(self, family: str) -> str | None:
        """The key in a family that the text is by name."""
        found = self.labels.get(family)
        return found[0] if found and found[1] == BY_NAME else None

    def meant(self, family: str) -> str | None:
        """The key in a family that the text is by name or by stem."""
        found = self.labels.get(family)
        return found[0] if found else None


_BLANK = Sign.of("", "blank", {})


@lru_cache(maxsize=4096)
def sign(text: str) -> Sign:
    """What a text may be."""
    bare = words.squeeze(text)
    if not bare:
        return _BLANK
    kind = _kind(bare)
    labels = _labels(bare) if kind in ("label", "text", "unit") else {}
    if kind == "unit" and any(strength == BY_NAME for _key, strength in labels.values()):
        kind = "label"  # 年度 is a unit of time, and the label of the year
    if kind == "label" and ("level1" in labels or "level2" in labels):
        kind = "level"
    return Sign.of(bare, kind, labels)


def _kind(bare: str) -> str:
    if _NUMBER.fullmatch(bare):
        return "number"
    if _PERCENT.fullmatch(bare):
        return "percent"
    if bare in _marks():
        return "mark"
    if _OPERATORS.fullmatch(bare) or words.is_nature(bare):
        return "operator"
    told = parse(bare).kind if len(bare) <= _LABEL_LENGTH else "text"
    if told in ("number", "range") and _DIGIT.search(bare):  # 一级 is no number here
        return "value"
    if told == "date":
        return "date"
    if told in ("tier", "grade"):
        return "answer"
    if len(words.plain(bare)) > _LABEL_LENGTH or _SENTENCE.search(bare):
        return "text"
    return "unit" if unit_named(bare) is not None else "label"


@cache
def _marks() -> frozenset[str]:
    return frozenset(mark for mark in vocabulary()["words"]["marks"] if not mark.isalpha())


_FAMILIES = ("header", "sections", "goals")


@cache
def _listed() -> dict[str, dict[str, str]]:
    """Every listed label: name to key, by family."""
    labels, columns, levels = (vocabulary()[name] for name in ("labels", "columns", "levels"))
    listed = {family: _names(labels[family]) for family in _FAMILIES}
    listed["header"] = {
        **dict.fromkeys(labels["other_header"], "other"),
        **dict.fromkeys(labels["year"], "year"),
        **listed["header"],
    }
    listed |= {name: dict.fromkeys(labels[name], name) for name in ("total", "grade")}
    listed["blocks"] = dict.fromkeys(labels["blocks"], "block")
    listed["funds"] = _names(labels["funds"])
    listed |= {f"columns.{table}": _names(columns[table]) for table in ("funds", "indicators")}
    listed |= {level: _names(levels[level]) for level in ("level1", "level2")}
    return listed


def _names(listed: Mapping[str, list[str]]) -> dict[str, str]:
    return {name: key for key, names in listed.items() for name in names}


@cache
def _index() -> dict[str, tuple[tuple[str, str], ...]]:
    """Every listed label to its (family, key), so that a text is looked up once."""
    found: dict[str, list[tuple[str, str]]] = {}
    for family, names in _listed().items():
        for name, key in names.items():
            found.setdefault(name, []).append((family, key))
    return {name: tuple(places) for name, places in found.items()}


@cache
def _stems() -> dict[str, tuple[tuple[str, re.Pattern[str]], ...]]:
    stems = dict(vocabulary()["labels"]["stems"])
    stems |= {
        f"columns.{table}": lines for table, lines in vocabulary()["columns"]["stems"].items()
    }
    return {
        family: tuple((key, re.compile(stem)) for key, stem in lines)
        for family, lines in stems.items()
    }


def _labels(bare: str) -> dict[str, tuple[str, float]]:
    plain = words.plain(bare)
    found = _by_name(bare, plain)
    if len(plain) > _LABEL_LENGTH or _SENTENCE.search(plain):
        return found
    for family, lines in _stems().items():
        if family not in found:
            text = words.fund_label(bare) if family == "funds" else plain
            key = next((key for key, stem in lines if stem.search(text)), None)
            if key is not None:
                found[family] = (key, BY_STEM)
    return found


def _by_name(bare: str, plain: str) -> dict[str, tuple[str, float]]:
    """The families that list a text, each by the form of its name that it compares."""
    whole, fund, level = bare.strip("：:"), words.fund_label(bare), words.level_core(bare)
    compared = {"funds": (fund,), "level1": (level,), "level2": (level,)}
    found: dict[str, tuple[str, float]] = {}
    for name in dict.fromkeys((whole, plain, fund, level)):
        for family, key in _index().get(name, ()):
            if name in compared.get(family, (whole, plain)):
                found.setdefault(family, (key, BY_NAME))
    return found


@cache
def all_labels() -> tuple[str, ...]:
    """Every label that the vocabulary lists."""
    return tuple(_index())


@cache
def _headers() -> re.Pattern[str]:
    names = {
        name
        for family in ("sections", "goals", "columns.funds", "columns.indicators")
        for name in _listed()[family]
    }
    return re.compile(f"(?:{'|'.join(map(re.escape, sorted(names, key=len, reverse=True)))}){{2,}}")


def is_labels_only(text: str) -> bool:
    """Whether a text is several headers in a row and nothing else."""
    return bool(_headers().fullmatch(text))


@lru_cache(maxsize=8_192)
def likeness(text: str, family: str) -> tuple[tuple[str, float], ...]:
    """The keys of a family whose labels are like a text, with how alike (0 to 1), best first."""
    from rapidfuzz import fuzz, process

    plain = words.plain(text)
    if not plain:
        return ()
    names = _listed()[family]
    best: dict[str, float] = {}
    for name, score, _place in process.extract(plain, list(names), scorer=fuzz.ratio, limit=12):
        key = names[name]
        best[key] = max(best.get(key, 0.0), score / 100)
    return tuple(sorted(best.items(), key=lambda pair: -pair[1]))
