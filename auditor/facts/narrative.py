"""What goal and result say as a whole: copied, unfinished, late, silent, contradictory."""

import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from auditor.facts import texts
from auditor.facts.likeness import common_share
from auditor.facts.narrative_numbers import coverage, pairs
from auditor.facts.statements import statements
from auditor.facts.texts import phrases
from auditor.forms.evaluation import Evaluation, Indicator
from auditor.quantities.parsing import parse

_ITEM = re.compile(r"(?:^|\D)(\d{1,2})[、.．)）](?=\D)|[（(](\d{1,2}|[一二三四五六七八九十])[)）]")
_CHINESE_COUNT = re.compile(r"[一二两三四五六七八九十百千][个台次场项人名家套条件份期批座间所]")
_SENTENCES = re.compile(r"[。；;\n]")
_NEAR = 0.8
_LONG, _SHORT_GOAL = 60, 15
_WINDOW, _SAME = 10, 0.75
_NAMED, _UNCOVERED = 4, 0.2


def columns(form: Evaluation, made: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The columns of a form that come from its goal and its result."""
    goal, result = form.goal_expected or "", form.goal_actual or ""
    unfinished = _told_unfinished(result)
    return {
        "goal_likeness": _likeness(goal, result),
        "result_numbers": bool(re.search(r"\d", result) or _CHINESE_COUNT.search(result)),
        "result_long": len(result) > _LONG,
        "goal_short": bool(goal)
        and not statements(goal)
        and (len(goal) < _SHORT_GOAL or _names_spending(form)),
        "goal_items": _items(goal),
        "result_items": max(_items(result), len(re.findall(r"[；;。]", result))),
        "goal_uncovered": _uncovered(form),
        "superior_words": _superior(form),
        "action_missing": _action_missing(form),
        "unfinished": unfinished,
        "unfinished_full_cells": _full_cells(made) if unfinished else "",
        "delayed": _told_delay(result),
        "lost_points": any(
            f["scored"] and f["score"] is not None and f["score"] < f["weight"] for f in made
        ),
        "reason_given": any(f["reason_blank"] is False for f in made),
        "contradiction": _contradiction(result),
        "smooth": _first(result, phrases("smooth")),
        "trouble_cell": _trouble(form, made),
        "rows_mentioned": _mentioned(form, made, result),
        "added_cell": _reason_cell(form, "added_words"),
        "returned_cell": _reason_cell(form, "returned_words"),
    }


def _first(text: str, listed: Sequence[str]) -> str | None:
    return next((phrase for phrase in listed if phrase in text), None)


def _told_unfinished(result: str) -> str | None:
    """A phrase like 建设中 at the end of its clause; 未完工项目已完工 and 建设中心 are none."""
    for found in texts.occurrences(result, "unfinished"):
        inside = found.phrase.endswith("中") and found.after and not found.after.startswith("、")
        elsewhere = texts.has(found.before, "others_work")
        finished = texts.has(found.after, "finished_after")
        if not (inside or elsewhere or finished or texts.negated(found.before[-4:])):
            return found.phrase
    return None


def _told_delay(result: str) -> str | None:
    """A delay that is admitted: not denied, nor zero, nor somebody else's, nor made good."""
    late = [part for part in _SENTENCES.split(result) if not texts.has(part, "made_good")]
    for found in (found for part in late for found in texts.occurrences(part, "delayed")):
        foreign = found.after.startswith(phrases("delay_subjects"))
        if not foreign and not texts.negated(found.before):
            return found.phrase
    return None


def _likeness(goal: str, result: str) -> Decimal | None:
    """How alike goal and result are, 0 to 1; below 0.8 an upper bound, which costs less."""
    if not goal or not result:
        return None
    bound = common_share(goal, result)
    if bound < _NEAR:
        return Decimal(str(bound))
    from rapidfuzz import fuzz

    return Decimal(round(fuzz.ratio(goal, result) * 100)) / 10_000


def _names_spending(form: Evaluation) -> bool:
    """A goal that says no more than the project's name and 经费 or 使用."""
    goal, name = form.goal_expected or "", form.project or ""
    rest = goal.replace(name, "") if name else goal
    return rest != goal and rest.strip("。，的") in phrases("bare_spending")


def _items(text: str) -> int:
    """How many numbered items a text has: 1、 2. （3）."""
    return len({found[1] or found[2] for found in _ITEM.finditer(f" {text}")})


def _uncovered(form: Evaluation) -> str | None:
    """A number promised in the goal of which no indicator speaks."""
    if not form.goal_expected or not form.indicators:
        return None
    for statement in statements(form.goal_expected):
        phrase = re.split(r"[，,：:、]", statement.before)[-1]
        if set(statement.elsewhen) - set(phrases("still_promised")) or len(phrase) < _NAMED:
            continue
        if any(statement.quantity.value == parse(row.target).value for row in form.indicators):
            continue
        around = f"{statement.before} {statement.after}"
        if max(coverage(row.level3 or "", around) for row in form.indicators) < _UNCOVERED:
            return f"{phrase}{statement.text}"
    return None


def _superior(form: Evaluation) -> str | None:
    """Words of a higher authority's goal in that of a county, town or school."""
    unit = f"{form.department or ''}{form.unit or ''}"
    low = texts.has(unit.replace("自治区", ""), "lower_units")
    return _first(form.goal_expected or "", phrases("superior_words")) if low else None


def _action_missing(form: Evaluation) -> str | None:
    """What the project is by its name, where nothing else in the form speaks of it."""
    name = form.project or ""
    said = [form.goal_expected or "", form.goal_actual or ""]
    said += [row.level3 or "" for row in form.indicators]
    whole = "".join(said)
    if not form.indicators or not any(said[:2]):
        return None
    synonyms = texts.listed("phrases", "action_synonyms")
    named = [action for action in phrases("actions") if action in name]
    told = any(word in whole for action in named for word in synonyms[action])
    return named[0] if named and not told else None


def _full_cells(made: Sequence[dict[str, Any]]) -> str:
    """Scores of quality, timeliness and benefit rows, if every one of them has full marks."""
    rows = [
        f for f in made
        if f["scored"]
        and (f["level2_kind"] in ("quality", "timeliness") or f["level1_kind"] == "benefit")
    ]  # fmt: skip
    if not rows or any(f["score"] != f["weight"] for f in rows):
        return ""
    return " ".join(f"{f['cell']}/score" for f in rows)


def _contradiction(result: str) -> str | None:
    """已建成 and 建设中 of the same thing, both as printed."""
    if not (texts.has(result, "finished_now") and texts.has(result, "not_finished")):
        return None
    for done in phrases("finished_now"):
        for undone in phrases("not_finished"):
            at, other = result.find(done), result.find(undone)
            if at < 0 or other < 0:
                continue
            accepted = "验收" in undone and "验收" not in done
            one, two = _object(result, at), _object(result, other)
            if not accepted and one and two and len(one & two) >= _SAME * min(len(one), len(two)):
                return f"{done}…{undone}" if at < other else f"{undone}…{done}"
    return None


def _object(text: str, at: int) -> frozenset[str]:
    """Telling pairs of characters just before a phrase, in its own clause."""
    return pairs(texts.clauses(text[max(0, at - _WINDOW) : at])[-1])


def _trouble(form: Evaluation, made: Sequence[dict[str, Any]]) -> str | None:
    """A reason cell that reports a delay or fault which the result denies."""
    for facts, row in zip(made, form.indicators, strict=True):
        text = row.deviation or ""
        lost = facts["score"] is not None and facts["weight"] is not None
        lost = lost and facts["score"] < facts["weight"]
        if lost and not facts["reason_blank"] and texts.unnegated(text, "trouble"):
            return f"{facts['cell']}/deviation"
    return None


def _mentioned(form: Evaluation, made: Sequence[dict[str, Any]], result: str) -> int | None:
    """How many scored rows the result speaks of; None where there is nothing to compare."""
    rows = [
        row for row, facts in zip(form.indicators, made, strict=True)
        if facts["scored"] and not facts["is_satisfaction"] and pairs(row.level3 or "")
    ]  # fmt: skip
    if not result or not rows:
        return None
    narrow = re.sub(r"\s+", "", unicodedata.normalize("NFKC", result))
    return sum(_speaks_of(row, narrow) for row in rows)


def _speaks_of(row: Indicator, result: str) -> bool:
    return any(pair in result for pair in pairs(row.level3 or ""))


def _reason_cell(form: Evaluation, listed: str) -> str | None:
    """The reason or result that tells of a change of the budget."""
    if texts.about_budget(form.goal_actual, listed):
        return "/goal_actual"
    for n, row in enumerate(form.indicators):
        if texts.about_budget(row.deviation, listed):
            return f"/indicators/{n}/deviation"
    for n, fund in enumerate(form.funds):
        if texts.about_budget(fund.reason, listed):
            return f"/funds/{n}/reason"
    return None
