"""What the forms of a submission say of each other, from their texts and numbers alone.

It is worked out before the facts of any form, so that these can be built a few forms at a time, and
from a summary of each, so that the forms themselves may lie packed.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from auditor.facts import likeness
from auditor.facts.form_summary import LEAST_TEXT, FormSummary
from auditor.facts.numbers import printed
from auditor.facts.texts import phrases
from auditor.forms.evaluation import Evaluation
from auditor.forms.text_budget import shortened

_LEAST_NAME = 6
_TEXT_ALIKE, _ROWS_ALIKE, _SERIES = 0.85, 2 / 3, 60
_LEAST_ROWS = 2
_OTHER = 0.35
_AGREEING = 5
_EXCELLENT, _FULL = Decimal(90), Decimal(100)
_MOST_FULL = Decimal("0.8")


@dataclass(frozen=True, slots=True)
class Compared:
    """For each form its year and the columns that other forms decide, and the row about all."""

    years: list[int | None]
    columns: list[Mapping[str, Any]]
    whole: dict[str, Any]


def compare(forms: Sequence[Evaluation]) -> Compared:
    """Compare the forms of a submission; those of their indicators among the columns."""
    summaries = [FormSummary.of(shortened(form)) for form in forms]
    years = _agreed_years(summaries)
    for number, year in enumerate(years):
        if year is not None and summaries[number].year is None:
            summaries[number] = FormSummary.of(shortened(forms[number]), year)
    facts: list[dict[str, Any]] = [{} for _year in years]
    _years(facts, years)
    _duplicates(forms, summaries, facts, years)
    _clones(summaries, facts)
    _narratives(summaries, facts)
    _foreign(summaries, facts)
    _off_topic(summaries, facts)
    _scoring_habits(summaries, facts)
    _totals(summaries, facts)
    return Compared(years, _shared(facts), _whole(summaries))


def _agreed_years(summaries: Sequence[FormSummary]) -> list[int | None]:
    """Each form's budget year; a form that prints none takes the one that its file agrees on."""
    by_file: dict[str, set[int]] = {}
    for form in summaries:
        if form.year is not None:
            by_file.setdefault(form.file, set()).add(form.year)
    agreed = {file: next(iter(found)) for file, found in by_file.items() if len(found) == 1}
    return [agreed.get(form.file) if form.year is None else form.year for form in summaries]


def _shared(facts: list[dict[str, Any]]) -> list[Mapping[str, Any]]:
    """The same columns, but equal ones as one object: of most forms others say nothing."""
    known: dict[Hashable, Mapping[str, Any]] = {}
    return [known.setdefault(tuple(own.items()), own) for own in facts]


def _whole(summaries: Sequence[FormSummary]) -> dict[str, Any]:
    """What the totals of a submission say together."""
    known = [total.value for form in summaries if (total := printed(form.total_score)) is not None]
    full = sum(total == _FULL for total in known)
    return {
        "forms": len(summaries),
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


def _duplicates(
    forms: Sequence[Evaluation],
    summaries: Sequence[FormSummary],
    facts: list[dict[str, Any]],
    years: Sequence[int | None],
) -> None:
    first: dict[Hashable, list[int]] = defaultdict(list)
    for number, form in enumerate(summaries):
        if form.project and form.filler:
            first[form.project, form.unit, form.department, years[number]].append(number)
    for numbers in first.values():
        if len(numbers) > 1:
            names = {n: [row.level3 for row in forms[n].indicators] for n in numbers}
            for number in numbers:
                other = next(n for n in numbers if n != number)
                facts[number]["duplicate_source"] = summaries[other].source
                facts[number]["duplicate_group"] = numbers[0]
                facts[number]["duplicate_same"] = names[number] == names[other]


def _related(one: FormSummary, other: FormSummary) -> bool:
    """Projects of one series: 访视经费-东村 and 访视经费-西村."""
    from rapidfuzz import fuzz

    return bool(fuzz.ratio(one.project or "", other.project or "") >= _SERIES)


def _clones(summaries: Sequence[FormSummary], facts: list[dict[str, Any]]) -> None:
    rows = {number: form.rows for number, form in enumerate(summaries)}
    twins = likeness.alike_sets(rows, _LEAST_ROWS, _ROWS_ALIKE)
    different = {a: b for a, b in twins.items() if summaries[a].project != summaries[b].project}
    _tell(summaries, facts, different, "clone")


def _tell(
    summaries: Sequence[FormSummary], facts: list[dict[str, Any]], twins: dict[int, int], name: str
) -> None:
    grouped = likeness.groups(twins)
    for number, other in twins.items():
        facts[number][f"{name}_project"] = summaries[other].name
        facts[number][f"{name}_group"] = grouped[number]
        facts[number][f"{name}_series"] = _related(summaries[number], summaries[other])


def _narratives(summaries: Sequence[FormSummary], facts: list[dict[str, Any]]) -> None:
    """Results, and then goals, that are almost those of another project."""
    for name in ("goal_actual", "goal_expected"):
        texts = {
            number: text.replace(form.project or "\0", "")
            for number, form in enumerate(summaries)
            if len(text := getattr(form, name) or "") >= LEAST_TEXT
        }
        twins = likeness.nearly_equal(texts, _TEXT_ALIKE)
        fresh = {
            a: b
            for a, b in twins.items()
            if summaries[a].project != summaries[b].project and "narrative_project" not in facts[a]
        }
        for number in fresh:
            facts[number]["narrative_cells"] = f"/{name}"
        _tell(summaries, facts, fresh, "narrative")


def _foreign(summaries: Sequence[FormSummary], facts: list[dict[str, Any]]) -> None:
    """Names of other projects and units of the submission in a form's own texts."""
    units = {form.unit for form in summaries} - {form.department for form in summaries}
    names = {form.project for form in summaries} | units
    long = sorted(name for name in names if name and len(name) >= _LEAST_NAME)
    mentioned = likeness.mentions((form.goals for form in summaries), long)
    for number, held in mentioned.items():
        form = summaries[number]
        own = f"{form.project or ''}\n{form.unit or ''}\n{form.department or ''}"
        strange = [
            name
            for name in held
            if name not in own
            and not _contains_own(name, form)
            and not _is_partner(name, form.goals)
        ]
        if strange:
            result = strange[0] in (form.goal_actual or "")
            facts[number]["foreign_name"] = strange[0]
            facts[number]["foreign_cells"] = "/goal_actual" if result else "/goal_expected"


def _is_partner(name: str, text: str) -> bool:
    """Whether a name stands as that of a partner, a payee or an object: 配合县交通运输局."""
    before = text[: text.index(name)]
    return before.endswith(phrases("partners"))


def _contains_own(name: str, form: FormSummary) -> bool:
    return any(own and own in name for own in (form.project, form.unit))


def _off_topic(summaries: Sequence[FormSummary], facts: list[dict[str, Any]]) -> None:
    """A result that shares little with its own form and much with another's goal."""
    strange = {number: form.strange for number, form in enumerate(summaries) if form.strange}
    if not strange:
        return
    # Posting lists of what the strange ones say, and of nothing else: the texts are many.
    holders: dict[str, list[int]] = {pair: [] for said in strange.values() for pair in said}
    for number, form in enumerate(summaries):
        for pair in form.subject_pairs() & holders.keys():
            holders[pair].append(number)
    for number, said in strange.items():
        shared = Counter(other for pair in said for other in holders[pair] if other != number)
        best = max(((count, -other) for other, count in shared.items()), default=(0, 0))
        if best[0] / len(said) >= _OTHER:
            facts[number]["off_topic_project"] = summaries[-best[1]].project


def _scoring_habits(summaries: Sequence[FormSummary], facts: list[dict[str, Any]]) -> None:
    """How many other forms of the same unit score a cost below its ceiling like a rate."""
    by_unit = Counter(form.filler for form in summaries if form.rate_scored)
    for own, form in zip(facts, summaries, strict=True):
        own["unit_rate_scored"] = by_unit[form.filler] - form.rate_scored if form.filler else 0


def _totals(summaries: Sequence[FormSummary], facts: list[dict[str, Any]]) -> None:
    """How many other forms of a template have a row of totals, where all but this have one."""
    by_template: dict[Hashable, list[bool]] = defaultdict(list)
    for form in summaries:
        by_template[form.template].append(form.has_total)
    for own, form in zip(facts, summaries, strict=True):
        there = by_template[form.template]
        alone = not form.has_total and sum(there) == len(there) - 1 >= _LEAST_ROWS
        own["others_with_total"] = sum(there) if alone else 0
