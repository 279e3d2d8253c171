"""What texts say that a rule may want to know: words of cause, placeholders, years, names."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from auditor.forms.evaluation import Evaluation
from auditor.quantities.parsing import parse
from auditor.resources import vocabulary

_PLACEHOLDER = re.compile(
    r"(?<![A-Za-z0-9])[XxＸｘ]{2,}(?![A-Za-z0-9])"
    r"|20[XxＸｘ×╳]{2}|[×╳]{2,}|(?<![\d*])[*＊]{2,}(?![\d*])|〔\s*〕|〔[XxＸｘ×*]+〕"
)
_DOCUMENT_NUMBER = re.compile(r"[〔\[【（(]\s*(?:19|20)\d\d\s*[〕\]】）)]")
# A year that only serves as a yardstick is none of the form's: 较2022年增长.
_YEAR = re.compile(r"(?<![\d较比对自从与同])((?:19|20)\d\d)年(?!建|以来|起|版)")
_OPENING_YEAR = re.compile(r"(?:^|[^\w、，,])((?:19|20)\d\d)年(?P<rest>度|全年|[，,].{0,8})")
_PART_OF_YEAR = re.compile(r"(?<!\d)1月?[-—–~～至到](?P<last>[2-9]|1[01])月(?:份|底|末)?")
_CLAUSE = re.compile(r"[，。；,;\n]")
_BRACKET = re.compile(r"[（(]([^（()）]*)[)）]")
_CLAUSE_LENGTH = 200  # characters; a longer clause would make many phrases costly
_RESULTS = ("goal_actual", "actual")
NARRATIVES = ("goal_expected", "goal_actual")


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A phrase in a text, with what stands before and after it in its own clause."""

    phrase: str
    before: str
    after: str


@cache
def words(name: str) -> tuple[str, ...]:
    """A word list of ``rules/vocabulary/words.yaml``."""
    return tuple(vocabulary()["words"][name])


@cache
def phrases(name: str) -> tuple[str, ...]:
    """A list of phrases of ``rules/vocabulary/phrases.yaml``."""
    return tuple(vocabulary()["phrases"][name])


def listed(file: str, name: str) -> Any:
    """What ``rules/vocabulary/<file>.yaml`` has under a name, where that is no plain list."""
    return vocabulary()[file][name]


def clauses(text: str) -> list[str]:
    """A text cut where one statement ends; 、 only lists what the same words deny or affirm."""
    return _CLAUSE.split(text)


def positions(text: str, phrase: str) -> Iterator[int]:
    """Where a phrase begins in a text, every time."""
    at = text.find(phrase)
    while at >= 0:
        yield at
        at = text.find(phrase, at + len(phrase))


def occurrences(text: str, name: str) -> Iterator[Occurrence]:
    """Every phrase of the list ``name`` that a text holds, in the order of the list."""
    if not has(text, name):
        return
    for phrase in phrases(name):
        for at in positions(text, phrase):
            end = at + len(phrase)
            before = clauses(text[max(0, at - _CLAUSE_LENGTH) : at])[-1]
            yield Occurrence(phrase, before, clauses(text[end : end + _CLAUSE_LENGTH])[0])


def negated(before: str) -> bool:
    """Whether what leads up to a phrase denies it: 未出现."""
    return has_word(before, "negations")


def unnegated(text: str, name: str) -> bool:
    """Whether a text holds a phrase of the list that its clause does not deny."""
    return any(not negated(found.before) for found in occurrences(text, name))


def about_budget(text: str | None, name: str) -> bool:
    """Whether a clause of a text holds a phrase of the list and speaks of the budget."""
    return any(
        has(clause, name) and mentions([clause], "budget_words") for clause in clauses(text or "")
    )


def has(text: str, name: str) -> bool:
    """Whether a text holds a phrase of the list ``name``."""
    return _any_phrase(name).search(text) is not None


def has_word(text: str, name: str) -> bool:
    """Whether a text holds a word of the list ``name``."""
    return _any_word(name).search(text) is not None


def held(text: str, name: str) -> tuple[str, ...]:
    """The words of the list ``name`` that a text holds, in the order of the list."""
    return tuple(word for word in words(name) if word in text) if has_word(text, name) else ()


def mentions(texts: list[str], name: str) -> bool:
    """Whether any text holds a word of the list ``name``."""
    sought = _any_word(name)
    return any(sought.search(text) for text in texts)


@cache
def _any_phrase(name: str) -> re.Pattern[str]:
    return _any_of(phrases(name))


@cache
def _any_word(name: str) -> re.Pattern[str]:
    return _any_of(words(name))


def _any_of(listed: tuple[str, ...]) -> re.Pattern[str]:
    """All of a list as one pattern: four to eight times as fast as a search for each."""
    return re.compile("|".join(map(re.escape, listed)) or r"(?!)")


def blank_reason(text: str | None) -> bool:
    """Whether a reason cell gives no reason: empty, a dash, 无."""
    return text is None or text in words("blank_reasons")


def results(form: Evaluation) -> list[str]:
    """The result and all reasons: where the cause of a shortfall may be told."""
    own = [form.goal_actual, *(row.deviation for row in form.indicators)]
    own += [row.reason for row in form.funds]
    return [text for text in own if text]


def narratives(form: Evaluation) -> list[str]:
    """Goals, result and reasons: where a change of the budget may be told."""
    return [*results(form), *([form.goal_expected] if form.goal_expected else [])]


@lru_cache(maxsize=4096)
def without_notes(name: str) -> str:
    """An indicator's name without brackets at its end and without punctuation around it."""
    bare = unicodedata.normalize("NFKC", name).strip(":：、;；。. ")
    while (shorter := re.sub(r"\([^()]*\)$", "", bare)) != bare and shorter:
        bare = shorter.strip(":：、;；。. ")
    return bare


@lru_cache(maxsize=4096)
def bracketed(name: str) -> tuple[str, ...]:
    """What stands in brackets in an indicator's name."""
    return tuple(_BRACKET.findall(unicodedata.normalize("NFKC", name)))


def years(text: str | None) -> list[int]:
    """Years that a text names, document numbers left out."""
    if not text:
        return []
    return [int(year) for year in _YEAR.findall(_DOCUMENT_NUMBER.sub("", text))]


def completion_year(text: str | None, form_year: int | None) -> int | None:
    """A year before the form's of which a result tells.

    2021年完成 is one, 于2021年底全部完成 too, and 2021年度 at the head of a sentence.
    2012年建成后 tells of the founding, 〔2021〕5号 is a document, 2020年完成的项目 are what the
    work is about. A text that also tells of its own year tells of a project of several years.
    """
    if not text or form_year is None:
        return None
    plain = _DOCUMENT_NUMBER.sub("", text)
    if re.search(rf"{form_year}年(?!\d)", plain) or _of_several_years(plain):
        return None
    tells_own_year = str(form_year) in plain or has_word(plain, "own_year")
    if not tells_own_year and (year := _finished_before(plain, form_year)) is not None:
        return year
    for found in _OPENING_YEAR.finditer(plain):
        after = plain[found.start("rest") :][:8]
        if int(found[1]) < form_year and not has_word(after, "history"):
            return int(found[1])
    return None


def _finished_before(text: str, form_year: int) -> int | None:
    """The first year before that of the form in which a text says something was finished."""
    for found in _finished_in().finditer(text):
        object_of_work = text[found.end() :].startswith(words("objects_of_work"))
        year, since = int(found["year"]), text[found.end() - 2 : found.end() + 2]
        if year < form_year and not object_of_work and not since.startswith(words("founding")):
            return year
    return None


def _of_several_years(text: str) -> bool:
    return has_word(text, "several_years")


@cache
def _finished_in() -> re.Pattern[str]:
    """2019年12月底前已全部完成: a year, the time of the year, and that it was finished then."""
    ends, times = "|".join(words("finished")), "|".join(words("times_of_year"))
    said = "|".join(words("how_finished"))
    day = r"(?:\d{1,2}月)?+(?:\d{1,2}日)?+"
    return re.compile(
        rf"(?<![\d较比据照对自与])(?P<year>(?:19|20)\d\d)年{day}"
        rf"(?:{times}){{0,3}}+(?:{said}){{0,3}}+(?:{ends})"
    )


def rows(form: Evaluation, form_year: int | None) -> Iterator[dict[str, Any]]:
    """The table ``texts``: one row per text that a person wrote."""
    carried = carries_over(form)
    for number, (cell, role, text) in enumerate(_written(form)):
        placeholder = _placeholder(text)
        monitoring = next(iter(held(text, "monitoring")), None)
        if monitoring is None and role in _RESULTS:
            monitoring = _part_of_year(text)
        year = _other_year(role, text, form_year)
        yield {
            "row_id": number,
            "cell": cell,
            "role": role,
            "text": text,
            "placeholder": placeholder,
            "answered_beside": placeholder is not None and _answered_beside(form, cell, role),
            "monitoring": monitoring,
            "other_year": year,
            "form_year": form_year,
            "carried_over": carried,
            "beside_date": _beside_date(form, cell, role),
        }


def _answered_beside(form: Evaluation, cell: str, role: str) -> bool:
    """Whether what a name leaves open, as templates print it, stands in the target cell."""
    return role == "level3" and bool(
        re.search(r"\d", form.indicators[int(cell.split("/")[2])].target or "")
    )


def _part_of_year(text: str) -> str | None:
    """1-7月, where the text never speaks of a later month."""
    found = _PART_OF_YEAR.search(text)
    if found is None:
        return None
    last = int(found["last"])
    later = any(int(month) > last for month in re.findall(r"(?<!\d)(\d{1,2})月", text))
    told = later or has_word(text, "whole_year")
    return None if told else found.group()


def _beside_date(form: Evaluation, cell: str, role: str) -> bool:
    """Whether the other side of a target or actual value is a date."""
    if role not in ("target", "actual"):
        return False
    row = form.indicators[int(cell.split("/")[2])]
    return parse(row.actual if role == "target" else row.target).span is not None


@lru_cache(maxsize=4096)
def _placeholder(text: str) -> str | None:
    """The first placeholder; a masked name (李××) or a size (DN200××) is none."""
    for found in _PLACEHOLDER.finditer(text):
        before = text[found.start() - 1 : found.start()]
        after = text[found.end() :]
        masked = before in listed("words", "surnames") and not after.startswith(words("bodies"))
        sized = before.isascii() and before.isalnum()
        crossed = found.group()[0] in "×╳*＊"
        model = re.match(r"型|号|[-－]\d", after) is not None
        if model:
            continue
        if not (crossed and before and (masked or sized)):
            return found.group()
    return None


def _other_year(role: str, text: str, form_year: int | None) -> int | None:
    if role == "goal_actual":
        return completion_year(text, form_year)
    if role not in ("target", "actual") or form_year is None:
        return None
    span = parse(text).span
    named = [span.year] if span and span.year else years(text)
    return next((year for year in named if year != form_year), None)


def carries_over(form: Evaluation) -> bool:
    """Whether the project has money carried over, or says in its name that it runs over years."""
    amounts = [parse(f.full_year_budget).value for f in form.funds if f.kind == "carried_over"]
    return any(amount for amount in amounts) or "跨年" in (form.project or "")


def _written(form: Evaluation) -> Iterator[tuple[str, str, str]]:
    for name in ("title", "project", "department", "unit", *NARRATIVES):
        if text := getattr(form, name):
            yield f"/{name}", name, text
    for number, row in enumerate(form.indicators):
        for name in ("level3", "target", "actual", "deviation"):
            if text := getattr(row, name):
                yield f"/indicators/{number}/{name}", name, text
