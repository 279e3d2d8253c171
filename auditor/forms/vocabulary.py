"""The words that forms are recognised by, from ``rules/vocabulary/``."""

import re
from functools import cache, lru_cache

from auditor.resources import vocabulary

_TITLE_LENGTHS = range(5, 61)
_MONEY_LENGTH = 6  # 人民币万元
_NOTE = re.compile(r"[（(][^（()）]*[)）]$")


@lru_cache(maxsize=4096)  # a cell is looked at some ten times
def squeeze(text: str) -> str:
    """``text`` with all white space taken out: how every cell value is kept."""
    return "".join(text.split())


@lru_cache(maxsize=4096)  # one cell is asked for many kinds of label
def plain(text: str) -> str:
    """A label without white space, closing colon and bracketed note: 执行率(B/A) is 执行率."""
    bare = squeeze(text).strip("：:")
    while (shorter := _NOTE.sub("", bare).strip("：:")) != bare and shorter:
        bare = shorter
    return bare


@cache
def _names(file: str, group: str) -> dict[str, str]:
    listed: dict[str, list[str]] = vocabulary()[file][group]
    return {name: key for key, names in listed.items() for name in names}


def header_field(text: str) -> str | None:
    """The header field (project, department, unit, leader, phone) that a label announces."""
    return _whole(text, _names("labels", "header"))


@cache
def _inline_labels() -> tuple[re.Pattern[str], dict[str, str]]:
    listed = dict(_names("labels", "header"))
    listed |= dict.fromkeys(vocabulary()["labels"]["year"], "year")
    names = "|".join(re.escape(name) for name in sorted(listed, key=len, reverse=True))
    return re.compile(rf"(?:^|(?<=[\s；;，,|]))({names})(?:[（(][^（）()]*[)）])?[：:]"), listed


def inline_pairs(text: str) -> list[tuple[str, str]]:
    """Header fields (and ``year``) that a text names with their values: 项目名称：甲."""
    if "：" not in text and ":" not in text:
        return []
    pattern, listed = _inline_labels()
    found = list(pattern.finditer(text))
    if not found:
        return []
    ends = [*(match.start() for match in found[1:]), len(text)]
    pairs = [
        (listed[match[1]], text[match.end() : end].strip(" \t\n；;，,|"))
        for match, end in zip(found, ends, strict=True)
    ]
    return [(name, value) for name, value in pairs if value]


def section(text: str) -> str | None:
    """The section (funds, goals, indicators) that a label opens."""
    return _names("labels", "sections").get(plain(text))


def goal_field(text: str) -> str | None:
    """goal_expected or goal_actual, by the label above the text."""
    return _names("labels", "goals").get(plain(text))


def column(table: str, text: str) -> str | None:
    """The logical column of a header in the table ``funds`` or ``indicators``."""
    return _whole(text, _names("columns", table))


def flat_names() -> dict[str, str]:
    """The keys of an evaluation by the names that only flat tables use."""
    return _names("columns", "flat")


def _whole(text: str, names: dict[str, str]) -> str | None:
    return names.get(squeeze(text).strip("：:")) or names.get(plain(text))


def is_total_label(text: str) -> bool:
    """Whether a cell is the label of the row of totals."""
    return plain(text) in vocabulary()["labels"]["total"]


def is_grade_label(text: str) -> bool:
    """Whether a cell is the label of the grade."""
    return plain(text) in vocabulary()["labels"]["grade"]


def is_title(text: str) -> bool:
    """Whether a line can be the title of a self-evaluation form."""
    words = vocabulary()["labels"]
    bare = squeeze(text)
    return (
        len(bare) in _TITLE_LENGTHS
        and any(word in bare for word in words["title"])
        and not any(word in bare for word in words["title_is_not"])
        and not bare.endswith(("。", "；", ";"))
    )


def fund_label(text: str) -> str:
    """A fund row's label without 其中, colons and bracketed notes."""
    bare = plain(text)
    for prefix in vocabulary()["labels"]["funds_prefix"]:
        bare = bare.removeprefix(prefix).lstrip("：:，,、")
    return bare


def opens_parts(label: str) -> bool:
    """Whether a fund row's label begins with 其中: parts of something follow."""
    return plain(label).startswith(tuple(vocabulary()["labels"]["funds_prefix"]))


def fund_kind(label: str) -> str:
    """total, current_year, carried_over, other or part, by a fund row's label."""
    return _names("labels", "funds").get(fund_label(label), "part")


def money_unit(text: str) -> str | None:
    """The unit of amounts as a header names it: 万元 or 元, or a scale that forms rarely use."""
    bare = squeeze(text)
    scales = [*vocabulary()["labels"]["money_other"], "万元", "元"]
    return next((scale for scale in scales if scale in bare), None)


def money_line(text: str) -> str | None:
    """The unit in a cell or line that says nothing else: 单位：万元, （金额单位：元）."""
    label, colon, value = squeeze(text).strip("（）()").replace(":", "：").partition("：")
    if not colon or label not in vocabulary()["labels"]["money"]:
        return None
    return money_unit(value) if len(value) <= _MONEY_LENGTH else None


def is_nature(text: str) -> bool:
    """Whether a cell says of what kind a target is (定性, 正向指标) and is no operator."""
    return squeeze(text) in vocabulary()["labels"]["natures"]


@cache
def _level_names(level: str) -> dict[str, str]:
    kinds: dict[str, list[str]] = vocabulary()["levels"][level]
    return {name: kind for kind, names in kinds.items() for name in names}


def level_core(text: str) -> str:
    """A level's name without marks, weights in brackets and the ending 指标."""
    bare = plain(text).strip("★☆*")
    for ending in vocabulary()["levels"]["endings"]:
        if bare.endswith(ending) and bare != ending:
            return bare.removesuffix(ending)
    return bare


def listed_level(level: str, text: str) -> str | None:
    """The kind of a level's name if the vocabulary lists that very name."""
    return _level_names(level).get(level_core(text))


@lru_cache(maxsize=4096)
def level_kind(level: str, text: str | None) -> str | None:
    """The kind of a ``level1`` or ``level2`` name (output, quantity …), or None if unknown."""
    if text is None:
        return None
    if (kind := listed_level(level, text)) is not None:
        return kind
    core = level_core(text)
    endings: dict[str, list[str]] = vocabulary()["levels"].get(f"{level}_endings", {})
    return next((kind for kind, ends in endings.items() if core.endswith(tuple(ends))), None)


def level_names(level: str) -> tuple[str, ...]:
    """All known names of a level, without 指标."""
    return tuple(_level_names(level))
