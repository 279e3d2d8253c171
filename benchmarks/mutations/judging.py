"""Auditing forms in memory and judging what an audit made of a slip."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

from auditor.findings.model import Audit, Finding
from auditor.forms.evaluation import Evaluation
from auditor.pipeline import Choice, Extraction, audit, choose
from auditor.rulebook.loading import DEFAULT_PROFILE, load
from benchmarks.mutations.slips.model import Mutated, Slip, decimals, number
from benchmarks.mutations.templates import nearest

BY_BATCH = ("K", "P05", "C07")  # rules that look at other forms of the submission
_ROW = re.compile(r"^/(funds|indicators)/(\d+)(/.*)?$")
ORDER = ("error", "warning", "advice")


@cache
def rule_ids() -> frozenset[str]:
    """Catalogue ids that the rulebook has."""
    return frozenset(load().rules)


@cache
def _choice(profile: str, *, batch: bool) -> Choice:
    others = [name for name in rule_ids() if name.startswith(BY_BATCH)]
    return choose(profile, ignore=() if batch else others)


@cache
def _profiles() -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((name, profile.match) for name, profile in sorted(load().profiles.items()))


def profile_of(form: Evaluation) -> str:
    """The regional profile that the department's name speaks of, as a reviewer would choose it."""
    for name, places in _profiles():
        if any(place in (form.department or "") for place in places):
            return name
    return DEFAULT_PROFILE


def findings_of(forms: Sequence[Evaluation]) -> list[list[Finding]]:
    """Findings of each form on its own: forms are audited together, without rules on batches."""
    found: list[list[Finding]] = [[] for _ in forms]
    for profile in sorted({profile_of(form) for form in forms}):
        numbers = [n for n, form in enumerate(forms) if profile_of(form) == profile]
        done = _audit([forms[n] for n in numbers], _choice(profile, batch=False))
        for n, report in zip(numbers, done.reports, strict=True):
            found[n] = report.findings
    return found


def submission(forms: Sequence[Evaluation]) -> Audit:
    """The audit of one submission, rules on batches included."""
    return _audit(forms, _choice(DEFAULT_PROFILE, batch=True))


def _audit(forms: Iterable[Evaluation], choice: Choice) -> Audit:
    done = audit(Extraction(list(forms)), choice)
    if done.rule_errors:
        message = f"a rule could not run: {done.rule_errors[0]}"
        raise RuntimeError(message)
    return done


def new_findings(
    before: Sequence[Finding], after: Sequence[Finding], mutated: Mutated | None = None
) -> list[Finding]:
    """What is found after a change and was not found before it.

    The same rule at the same cells, or with the same fingerprint, is no news unless it became graver.
    """
    known = {(f.rule, f.severity, tuple(f.cells)) for f in before}
    prints = {(f.fingerprint, f.severity) for f in before}
    return [
        f
        for f in after
        if (f.fingerprint, f.severity) not in prints
        and (f.rule, f.severity, tuple(_old(cell, mutated) for cell in f.cells)) not in known
    ]


def _old(cell: str, mutated: Mutated | None) -> str:
    """Where a cell stood before rows were removed or added."""
    match = _ROW.match(cell)
    if mutated is None or not match:
        return cell
    moved = mutated.funds if match[1] == "funds" else mutated.indicators
    if moved is None:
        return cell
    old = moved[int(match[2])]
    return "" if old is None else f"/{match[1]}/{old}{match[3] or ''}"


@dataclass(slots=True)
class Tally:
    """What became of the applications of one operator."""

    name: str
    said: str
    rules: tuple[str, ...]
    applied: int = 0
    unjudged: int = 0
    caught: int = 0
    elsewhere: int = 0
    others: int = 0
    missed: int = 0
    there: bool = True
    severities: dict[str, int] = field(default_factory=dict)
    causes: int = 0
    cause: str | None = None
    decidable: bool = False
    repaired: int = 0
    explained: int = 0
    first: int = 0
    among: int = 0
    beside: Counter[str] = field(default_factory=Counter)


def touched_cells(form: Evaluation, mutated: Mutated) -> set[str]:
    """Cells whose text the slip changed; where rows moved, all of them."""
    after = dict(mutated.form.cells())
    if mutated.structural:
        return {"", *after}
    return {cell for cell, text in form.cells() if after[cell] != text}


def judge(
    slip: Slip, mutated: Mutated, found: Sequence[Finding], touched: set[str], tally: Tally
) -> str:
    """Counts one application and says what became of it.

    Other errors and warnings that accuse none of the ``touched`` cells stand beside the slip.
    """
    tally.applied += 1
    declared = [f for f in found if f.rule in slip.rules]
    hits = [f for f in declared if not mutated.cells or set(f.cells) & set(mutated.cells)]
    others = [f for f in found if f.rule not in slip.rules and f.severity != "advice"]
    tally.beside.update({f.rule for f in others if not set(f.cells) & touched})
    if hits:
        tally.caught += 1
        worst = min((f.severity for f in hits), key=ORDER.index)
        tally.severities[worst] = tally.severities.get(worst, 0) + 1
        _diagnosed(slip, mutated, hits, tally)
        _suspected(slip, hits, touched, tally)
        return "caught"
    if declared:
        tally.elsewhere += 1
        return "elsewhere"
    if others:
        tally.others += 1
        return "others"
    tally.missed += 1
    return "missed"


def already(slip: Slip, mutated: Mutated, before: Sequence[Finding]) -> bool:
    """Whether the form without the slip has the declared finding: the slip shows nothing then."""
    return any(f.rule in slip.rules and set(f.cells) & set(mutated.cells) for f in before)


def _diagnosed(slip: Slip, mutated: Mutated, hits: Sequence[Finding], tally: Tally) -> None:
    """Counts whether the slip's cause was named and the true text given back."""
    tally.causes += any(f.cause and f.cause["code"] == slip.cause for f in hits)
    cell = mutated.cells[0] if mutated.cells else ""
    repairs = [f.cause["repair"].get(cell) for f in hits if f.cause] + [f.expected for f in hits]
    tally.repaired += slip.decidable and any(_same(text, mutated.truth) for text in repairs)


def _suspected(slip: Slip, hits: list[Finding], touched: set[str], tally: Tally) -> None:
    """Counts whether a cell that the slip changed is the first suspect, or among the suspects."""
    caused = [f for f in hits if f.cause]
    if slip.cause is None or not caused:
        return
    tally.explained += 1
    tally.first += any(f.cells and f.cells[0] in touched for f in caused)
    named = [f.cause for f in caused if f.cause] + [
        other for f in caused if f.cause for other in f.cause["alternatives"]
    ]
    tally.among += any(
        cause["code"] == slip.cause or touched & set(cause["repair"]) for cause in named
    )


def _same(text: str | None, truth: str | None) -> bool:
    """Whether a proposed value is the true one, at the decimals of the true one."""
    if text is None or truth is None or text == truth:
        return text == truth
    return nearest(number(text), decimals(truth)) == number(truth)
