"""What the forms of a submission say of each other, from their texts and numbers alone.

It is worked out before the facts of any form, so that these can be built a few forms at a time.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from decimal import Decimal
from typing import Any

from auditor.facts import indicators, likeness, naming
from auditor.facts.design import is_satisfaction
from auditor.facts.numbers import column_decimals, printed
from auditor.facts.telling import pairs_of_text
from auditor.facts.texts import phrases
from auditor.forms.evaluation import Evaluation, Indicator
from auditor.forms.vocabulary import level_kind

_LEAST_TEXT, _LEAST_NAME = 30, 6
_TEXT_ALIKE, _ROWS_ALIKE, _SERIES = 0.85, 2 / 3, 60
_LEAST_ROWS = 2
_OWN, _OTHER = 0.12, 0.35
_AGREEING = 5
_EXCELLENT, _FULL = Decimal(90), Decimal(100)
_MOST_FULL = Decimal("0.8")


def columns(forms: Sequence[Evaluation], years: Sequence[int | None]) -> list[dict[str, Any]]:
    """For each form the columns that other forms decide; those of its indicators among them."""
    facts: list[dict[str, Any]] = [{} for _form in forms]
    _years(facts, years)
    _duplicates(forms, facts, years)
    _clones(forms, facts)
    _narratives(forms, facts)
    _foreign(forms, facts)
    _off_topic(forms, facts)
    _scoring_habits(forms, facts, years)
    return facts


def totals(forms: Sequence[Evaluation]) -> dict[str, Any]:
    """What the totals of a submission say together."""
    known = [total.value for form in forms if (total := printed(form.total_score)) is not None]
    full = sum(total == _FULL for total in known)
    return {
        "forms": len(forms),
        "totals": len(known),
        "all_excellent": bool(known) and all(total >= _EXCELLENT for total in known),
        "mostly_full": bool(known) and full >= _MOST_FULL * len(known),
        "full_totals": full,
    }


def _years(facts: list[dict[str, Any]], years: Sequence[int | None]) -> None:
    """The year of all other forms, where a single form has another."""
    known = Counter(year for year in years if year is not None)
    common, count = known.most_common(1)[0] if known else (None, 0)
    odd = sum(known.values()) - count
    for own, year in zip(facts, years, strict=True):
        alone = year is not None and year != common and odd == 1 and count >= _AGREEING
        own["batch_year"] = common if alone else None


def _key(form: Evaluation) -> str | None:
    return form.unit or form.department


def _duplicates(
    forms: Sequence[Evaluation], facts: list[dict[str, Any]], years: Sequence[int | None]
) -> None:
    first: dict[Hashable, list[int]] = defaultdict(list)
    for number, form in enumerate(forms):
        if form.project and _key(form):
            first[form.project, form.unit, form.department, years[number]].append(number)
    for numbers in first.values():
        if len(numbers) > 1:
            for number in numbers:
                other = next(n for n in numbers if n != number)
                facts[number]["duplicate_source"] = f"{forms[other].file}#{forms[other].form}"
                facts[number]["duplicate_group"] = numbers[0]
                names = [[r.level3 for r in forms[n].indicators] for n in (number, other)]
                facts[number]["duplicate_same"] = names[0] == names[1]


def _related(one: Evaluation, other: Evaluation) -> bool:
    """Projects of one series: 访视经费-东村 and 访视经费-西村."""
    from rapidfuzz import fuzz

    return bool(fuzz.ratio(one.project or "", other.project or "") >= _SERIES)


def _clones(forms: Sequence[Evaluation], facts: list[dict[str, Any]]) -> None:
    sets: dict[int, frozenset[Hashable]] = {
        number: frozenset(
            (naming.key(row.level3), row.target, row.weight)
            for row in form.indicators
            if row.level3 and indicators.is_scored(row) and not _generic(row)
        )
        for number, form in enumerate(forms)
    }
    twins = likeness.alike_sets(sets, _LEAST_ROWS, _ROWS_ALIKE)
    different = {a: b for a, b in twins.items() if forms[a].project != forms[b].project}
    _tell(forms, facts, different, "clone")


def _generic(row: Indicator) -> bool:
    """Rows that many projects rightly share: satisfaction and deadlines."""
    timed = level_kind("level2", row.level2) == "timeliness"
    return timed or is_satisfaction(row) or indicators.is_cost(row)


def _tell(
    forms: Sequence[Evaluation], facts: list[dict[str, Any]], twins: dict[int, int], name: str
) -> None:
    grouped = likeness.groups(twins)
    for number, other in twins.items():
        facts[number][f"{name}_project"] = forms[other].project or f"#{forms[other].form}"
        facts[number][f"{name}_group"] = grouped[number]
        facts[number][f"{name}_series"] = _related(forms[number], forms[other])


def _narratives(forms: Sequence[Evaluation], facts: list[dict[str, Any]]) -> None:
    """Results, and then goals, that are almost those of another project."""
    for name in ("goal_actual", "goal_expected"):
        texts = {
            number: text.replace(form.project or "\0", "")
            for number, form in enumerate(forms)
            if len(text := getattr(form, name) or "") >= _LEAST_TEXT
        }
        twins = likeness.nearly_equal(texts, _TEXT_ALIKE)
        fresh = {
            a: b
            for a, b in twins.items()
            if forms[a].project != forms[b].project and "narrative_project" not in facts[a]
        }
        for number in fresh:
            facts[number]["narrative_cells"] = f"/{name}"
        _tell(forms, facts, fresh, "narrative")


def _foreign(forms: Sequence[Evaluation], facts: list[dict[str, Any]]) -> None:
    """Names of other projects and units of the submission in a form's own texts."""
    units = {form.unit for form in forms} - {form.department for form in forms}
    names = {form.project for form in forms} | units
    long = sorted(name for name in names if name and len(name) >= _LEAST_NAME)
    texts = {n: f"{f.goal_expected or ''}\n{f.goal_actual or ''}" for n, f in enumerate(forms)}
    for number, held in likeness.mentions(texts, long).items():
        form = forms[number]
        own = f"{form.project or ''}\n{form.unit or ''}\n{form.department or ''}"
        strange = [
            name
            for name in held
            if name not in own
            and not _contains_own(name, form)
            and not _is_partner(name, texts[number])
        ]
        if strange:
            result = strange[0] in (form.goal_actual or "")
            facts[number]["foreign_name"] = strange[0]
            facts[number]["foreign_cells"] = "/goal_actual" if result else "/goal_expected"


def _is_partner(name: str, text: str) -> bool:
    """Whether a name stands as that of a partner, a payee or an object: 配合县交通运输局."""
    before = text[: text.index(name)]
    return before.endswith(phrases("partners"))


def _contains_own(name: str, form: Evaluation) -> bool:
    return any(own and own in name for own in (form.project, form.unit))


def _off_topic(forms: Sequence[Evaluation], facts: list[dict[str, Any]]) -> None:
    """A result that shares little with its own form and much with another's goal."""
    strange: dict[int, frozenset[str]] = {}
    for number, form in enumerate(forms):
        said = pairs_of_text(form.goal_actual or "")
        if len(form.goal_actual or "") < _LEAST_TEXT or not said:
            continue
        if len(said & pairs_of_text(_subject(form))) / len(said) < _OWN:
            strange[number] = said
    if not strange:
        return
    # Posting lists of what the strange ones say, and of nothing else: the texts are many.
    holders: dict[str, list[int]] = {pair: [] for said in strange.values() for pair in said}
    for number, form in enumerate(forms):
        for pair in pairs_of_text(_subject(form)) & holders.keys():
            holders[pair].append(number)
    for number, said in strange.items():
        shared = Counter(other for pair in said for other in holders[pair] if other != number)
        best = max(((count, -other) for other, count in shared.items()), default=(0, 0))
        if best[0] / len(said) >= _OTHER:
            facts[number]["off_topic_project"] = forms[-best[1]].project


def _subject(form: Evaluation) -> str:
    """What a form is about: its project, its goal, its indicators."""
    names = [row.level3 or "" for row in form.indicators]
    return "。".join([form.project or "", form.goal_expected or "", *names])


def _scoring_habits(
    forms: Sequence[Evaluation], facts: list[dict[str, Any]], years: Sequence[int | None]
) -> None:
    """How many other forms of the same unit score a cost below its ceiling like a rate."""
    by_unit: dict[str | None, set[int]] = defaultdict(set)
    for number, form in enumerate(forms):
        if _scores_as_rate(form, years[number]):
            by_unit[_key(form)].add(number)
    for number, form in enumerate(forms):
        unit = _key(form)
        facts[number]["unit_rate_scored"] = len(by_unit[unit] - {number}) if unit else 0


def _scores_as_rate(form: Evaluation, year: int | None) -> bool:
    costs = [number for number, row in enumerate(form.indicators) if indicators.is_cost(row)]
    decimals = column_decimals(row.score for row in form.indicators)
    return any(
        indicators.understood(form, number, decimals, year)["scored_as_rate"] for number in costs
    )
