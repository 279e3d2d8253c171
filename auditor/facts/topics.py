"""What a form is about: the words of its goal, its result, its name and its indicators compared.

A word is answered where another text holds it, its letters in order within a short stretch
(公厕 in 公共厕所), or a word of the same meaning. Words that every evaluation uses say nothing.
Nothing here proves a fault; whatever rests on it is advice.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import Any

from auditor.facts import texts
from auditor.facts.segmentation import tagged
from auditor.forms.evaluation import Evaluation

_TELLING = ("n", "v", "j", "l", "i", "z", "s", "t")
_CLAUSE = re.compile(r"[，,。；;！!？?：:\n]|\d{1,2}[、.．)）](?=\D)|[（(]\d{1,2}[)）]")
_ENOUGH, _SHOWN = 4, 3
# A goal speaks in more general words than a result, so that it may share less with the rest.
_STRANGE = {"/goal_actual": 0.2, "/goal_expected": 0.15}
_LEAST_WORD, _LEAST_PART = 2, 3
_OTHER_TASKS, _MOST_TASKS = 2, 5
_APART, _STOPS = 3, "，。；;,"
_HEAD, _LONG, _LONG_PART = 6, 60, 4
_DIGIT = re.compile(r"\d")
_PLANNED = re.compile(r"^(?:本年度?|年度|全年|今年)?(?:计划|拟|将|预计)?")


def columns(form: Evaluation) -> dict[str, Any]:
    """The columns of a form that compare what its texts are about."""
    goal, result, name = form.goal_expected or "", form.goal_actual or "", _subject(form)
    names = "\n".join(row.level3 or "" for row in form.indicators)
    if not form.indicators or not names.strip():
        return dict.fromkeys(
            ("off_topic_cell", "off_topic_words", "task_silent", "name_part_silent")
        )
    cell, said = _off_topic(name, goal, result, names)
    return {
        "off_topic_cell": cell,
        "off_topic_words": said,
        "task_silent": _task_silent(goal, f"{result}\n{names}") if result else None,
        "name_part_silent": _name_part_silent(name, f"{goal}\n{result}\n{names}"),
    }


def _subject(form: Evaluation) -> str:
    """The project's name without its year and the words that all projects bear."""
    bare = re.sub(r"(?:19|20)\d\d年?度?|[（(][^（()）]*+[)）]", "", form.project or "")
    ends = "|".join(map(re.escape, texts.phrases("project_endings")))
    while (shorter := re.sub(rf"(?:{ends})$", "", bare)) != bare and shorter:
        bare = shorter
    return bare


@lru_cache(maxsize=1024)
def content_words(text: str) -> tuple[str, ...]:
    """The words of a text that tell what it is about, each once, in order."""
    empty = _empty_words()
    found = (
        word for word, tag in tagged(text)
        if tag.startswith(_TELLING) and len(word) >= _LEAST_WORD and word not in empty
    )  # fmt: skip
    return tuple(dict.fromkeys(found))


@cache
def _empty_words() -> frozenset[str]:
    return frozenset(texts.phrases("empty_topic_words"))


def answered(word: str, text: str) -> bool:
    """Whether a text holds a word, its letters in order close together, or a synonym of it."""
    if word in text or any(other in text for other in _synonyms().get(word, ())):
        return True
    if len(word) > _LEAST_PART:
        return any(word[at : at + 2] in text for at in range(0, len(word) - 1, 2))
    return _stands_spread(word, text)


@cache
def _synonyms() -> dict[str, tuple[str, ...]]:
    groups: list[list[str]] = texts.listed("phrases", "synonyms")
    return {word: tuple(group) for group in groups for word in group}


def _stands_spread(word: str, text: str) -> bool:
    """公厕 in 公共厕所: the letters in order, at most two others between them, and no stop."""
    ends = {at + 1 for at in texts.positions(text, word[0])}
    for letter in word[1:]:
        ends = {at + 1 for end in ends for at in _next_letters(text, end) if text[at] == letter}
    return bool(ends)


def _next_letters(text: str, start: int) -> Iterator[int]:
    """Up to three places from ``start`` on, the last of them at the first stop."""
    for at in range(start, min(start + _APART, len(text))):
        yield at
        if text[at] in _STOPS:
            return


def _answers_any(text: str, words: Sequence[str]) -> bool:
    return any(answered(word, text) for word in words)


def _answers_more(text: str, words: Sequence[str], share: float) -> bool:
    """Whether a text answers more than a share of words; the first few often decide."""
    count = 0
    for word in words:
        count += answered(word, text)
        if count / len(words) > share:
            return True
    return False


def _off_topic(name: str, goal: str, result: str, names: str) -> tuple[str | None, str | None]:
    """The one of result and goal that shares hardly a word with the rest of the form."""
    sides = (
        ("/goal_actual", result, f"{name}\n{goal}\n{names}"),
        ("/goal_expected", goal, f"{name}\n{result}\n{names}"),
    )
    for cell, text, rest in sides:
        words = content_words(text)
        telling = len(words) >= _ENOUGH
        if telling and not _answers_more(rest, words, _STRANGE[cell]) and content_words(rest):
            return cell, "、".join(words[:_SHOWN])
    return None, None


def _task_silent(goal: str, rest: str) -> str | None:
    """Tasks of the goal that neither result nor indicators answer, where they answer others."""
    told = [(clause, objects) for clause in _tasks(goal) if (objects := _objects(clause))]
    silent = [clause for clause, objects in told if not _answers_any(rest, objects)]
    others = len(told) - len(silent)
    if not silent or others < min(_OTHER_TASKS, len(silent)):
        return None
    return "”“".join(silent[:_MOST_TASKS])


def _tasks(goal: str) -> Iterator[str]:
    """The clauses of a goal that promise to buy, build or do something, or a number of it."""
    for clause in _CLAUSE.split(goal):
        bare = _PLANNED.sub("", clause.strip())
        begins = texts.has(bare[:_HEAD], "task_verbs")
        counts = _DIGIT.search(bare) is not None and "%" not in bare
        aims = texts.has(bare[:_HEAD], "aim_words") or texts.has(bare, "measured_otherwise")
        if len(bare) <= _LONG and (begins or counts) and not aims:
            yield bare


def _objects(clause: str) -> tuple[str, ...]:
    """What a task is done to: its content words without the verbs of doing and those served."""
    other = {*texts.phrases("task_verbs"), *texts.words("outsiders")}
    return tuple(word for word in content_words(clause) if word not in other)


def _name_part_silent(name: str, rest: str) -> str | None:
    """A part of a name of several tasks of which the form never speaks.

    What comes first is often said in other words throughout, what is added to it seldom is; so a
    first part counts only where it is of words like 预算 and 绩效, which have no other words.
    """
    first, *others = _parts(name)
    if not others:
        return None
    silent = [part for part in others if len(part) >= _LONG_PART and _unspoken(part, rest)]
    if not content_words(first) and _unspoken(first, rest):
        silent.append(first)
    return silent[0] if len(silent) == 1 else None


def _unspoken(part: str, rest: str) -> bool:
    """Whether nothing of a part of a name stands anywhere else in the form."""
    words = content_words(part) or tuple(
        word for word, _tag in tagged(part)
        if len(word) >= _LEAST_WORD and word not in texts.phrases("words_of_all_names")
    )  # fmt: skip
    return bool(words) and not _answers_any(rest, words)


def _parts(name: str) -> list[str]:
    """A name cut at 及, 和, 、 where these stand as words of their own: not in 和谐."""
    parts = [""]
    for word, _tag in tagged(name):
        if word in texts.phrases("joins_of_names"):
            parts.append("")
        else:
            parts[-1] += word
    return parts
