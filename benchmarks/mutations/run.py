"""The mutation benchmark: ``python -m benchmarks.mutations.run [--forms N] [--seed S]``.

Audits clean forms, harmless changes of them and slips in them, and counts what was said. With
``--examples`` it also writes a form for each false alarm and each miss, to be looked at.
"""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from copy import deepcopy
from pathlib import Path
from random import Random

import click
from rich.console import Console
from rich.progress import track

from auditor.findings.model import Finding
from auditor.forms.evaluation import Evaluation
from auditor.rulebook.loading import load
from benchmarks.mutations.forms import generate, printed
from benchmarks.mutations.harmless import HARMLESS, Harmless
from benchmarks.mutations.judging import (
    BY_BATCH,
    Tally,
    already,
    findings_of,
    judge,
    new_findings,
    rule_ids,
    submission,
    touched_cells,
)
from benchmarks.mutations.slips import BATCH_SLIPS, SLIPS, BatchSlip, Mutated, Slip
from benchmarks.mutations.tables import Group, Noise, Results, markdown, show
from benchmarks.mutations.templates import Template

Keep = Callable[[str, Evaluation, Sequence[Finding], Mutated | None], None]
REGIONAL = 40  # clean forms that are handed in at every region
TOGETHER = 6  # forms of one small submission
SUBMISSIONS = 12


def nothing(
    _name: str, _form: Evaluation, _found: Sequence[Finding], _mutated: Mutated | None
) -> None:
    """Keeps no example."""


def examples(folder: Path) -> Keep:
    """Keeps up to three forms for each name: the form, what was found, what was declared."""
    folder.mkdir(parents=True, exist_ok=True)
    kept: dict[str, int] = {}

    def keep(
        name: str, form: Evaluation, found: Sequence[Finding], mutated: Mutated | None
    ) -> None:
        kept[name] = kept.get(name, 0) + 1
        if kept[name] > 3:
            return
        told = {
            "findings": [[f.rule, f.severity, f.cells, f.message] for f in found],
            "declared_cells": mutated.cells if mutated else None,
            "truth": mutated.truth if mutated else None,
            "evaluation": form.as_dict(),
        }
        text = json.dumps(told, ensure_ascii=False, indent=1)
        (folder / f"{name}.{kept[name]}.json").write_text(text, "utf-8")

    return keep


def run(
    forms: Sequence[Evaluation],
    keep: Keep = nothing,
    command: str = "",
    slips: Sequence[Slip] = SLIPS,
    changes: Sequence[Harmless] = HARMLESS,
) -> Results:
    """Every operator on every form it applies to."""
    before = findings_of(forms)
    clean = Noise("clean", "干净表", len(forms))
    counted = {form.file: Counter[str]() for form in forms}
    _count(clean, forms, before, keep, counted)
    quiet = [
        _harmless(change, forms, before, keep, counted)
        for change in track(changes, "harmless", transient=True)
    ]
    tallies = [
        _slip(slip, forms, before, keep, counted) for slip in track(slips, "slips", transient=True)
    ]
    together, batches = _batches(forms)
    return Results(command, len(forms), clean, together, quiet, [*tallies, *batches], counted)


def _count(
    noise: Noise,
    forms: Sequence[Evaluation],
    found: Sequence[Sequence[Finding]],
    keep: Keep,
    counted: dict[str, Counter[str]],
) -> None:
    for form, told in zip(forms, found, strict=True):
        counted[form.file].update(("right", *(f.severity for f in told)))
        noise.findings.update((f.severity, f.rule) for f in told)
        for f in told:
            if f.severity != "advice":
                keep(f"{noise.name}.{f.rule}", form, [f], None)


def _harmless(
    change: Harmless,
    forms: Sequence[Evaluation],
    before: Sequence[list[Finding]],
    keep: Keep,
    counted: dict[str, Counter[str]],
) -> Noise:
    made = [
        (n, change.make(Random(f"{change.name} {form.file}"), form)) for n, form in enumerate(forms)
    ]
    there = [(n, form) for n, form in made if form is not None]
    noise = Noise(change.name, change.said, len(there))
    after = findings_of([form for _n, form in there])
    news = [new_findings(before[n], told) for (n, _form), told in zip(there, after, strict=True)]
    _count(noise, [form for _n, form in there], news, keep, counted)
    return noise


def _tally(slip: Slip | BatchSlip) -> Tally:
    return Tally(slip.name, slip.said, slip.rules, there=bool(rule_ids() & set(slip.rules)))


def _slip(
    slip: Slip,
    forms: Sequence[Evaluation],
    before: Sequence[list[Finding]],
    keep: Keep,
    counted: dict[str, Counter[str]],
) -> Tally:
    tally = _tally(slip)
    tally.cause, tally.decidable = slip.cause, slip.decidable
    made = [
        (n, slip.make(Random(f"{slip.name} {form.file}"), form)) for n, form in enumerate(forms)
    ]
    there = [(n, mutated) for n, mutated in made if mutated is not None]
    after = findings_of([mutated.form for _n, mutated in there])
    for (n, mutated), told in zip(there, after, strict=True):
        news = new_findings(before[n], told, mutated)
        fresh = any(f.rule in slip.rules for f in news)
        if not fresh and already(slip, mutated, before[n]):
            tally.unjudged += 1
            continue
        result = judge(slip, mutated, news, touched_cells(forms[n], mutated), tally)
        counted[forms[n].file].update(("slips", result))
        if result != "caught" and tally.there:
            keep(f"{result}.{slip.name}", mutated.form, news, mutated)
    return tally


def _batches(forms: Sequence[Evaluation]) -> tuple[Noise, list[Tally]]:
    """Small submissions of one year: what rules on batches say of clean ones and of slips."""
    clean = Noise("clean submissions", "干净表成批提交，只计批次规则")
    tallies = [_tally(slip) for slip in BATCH_SLIPS]
    for number in range(min(SUBMISSIONS, len(forms) // TOGETHER)):
        seeds = [int(Path(form.file).stem) for form in forms[number * TOGETHER :][:TOGETHER]]
        together = tuple(generate(seed, "2023") for seed in seeds)
        before = _by_batch_rules(together)
        clean.forms += len(together)
        clean.findings.update((severity, rule) for rule, _form, severity, _said in before)
        for slip, tally in zip(BATCH_SLIPS, tallies, strict=True):
            mutated = slip.make(Random(f"{slip.name} {number}"), together)
            if mutated is None:
                continue
            tally.applied += 1
            news = _by_batch_rules(mutated.forms) - before
            hit = any(rule in slip.rules and n in mutated.accused for rule, n, *_said in news)
            tally.caught += hit
            tally.missed += not hit
    return clean, tallies


def _by_batch_rules(forms: Sequence[Evaluation]) -> set[tuple[str, int, str, str]]:
    """(rule, number of the form, severity, message) for every finding of a rule on batches."""
    done = submission(forms)
    found = {
        (f.rule, n, f.severity, f.message)
        for n, report in enumerate(done.reports)
        for f in report.findings
        if f.rule.startswith(BY_BATCH)
    }
    sources = {(form.file, form.form): n for n, form in enumerate(forms)}
    for entry in done.batch:
        if entry.finding.rule.startswith(BY_BATCH):
            for told in entry.forms:
                source = told["source"]
                n, told_once = sources[source["file"], source["form"]], entry.finding
                found.add((told_once.rule, n, told_once.severity, told_once.message))
    return found


def by_template(results: Results, made: Sequence[tuple[Evaluation, Template]]) -> list[Group]:
    """The results by kind of template and by kind of fund table."""
    named: dict[str, list[Counter[str]]] = {}
    for form, template in made:
        for name in (f"template {template.region}", f"fund table {template.fund_rows}"):
            named.setdefault(name, []).append(results.by_form[form.file])
    return [Group.of(name, members) for name, members in sorted(named.items())]


def by_region(made: Sequence[tuple[Evaluation, Template]]) -> list[Group]:
    """Forms handed in at each region of which there is a profile, on a template that it uses."""
    groups = []
    for name, profile in sorted(load().profiles.items()):
        own = [form for form, template in made if (template.region == "hubei") == (name == "hubei")]
        place = profile.match[0] if profile.match else ""
        placed = [_placed(form, place) for form in own[:REGIONAL]]
        groups.append(Group.of(f"region {name}", list(run(placed).by_form.values())))
    return groups


def _placed(form: Evaluation, place: str) -> Evaluation:
    """The form as one of a department of that place."""
    copy = deepcopy(form)
    copy.department = f"{place}{copy.department or ''}".replace("湖北省", "")
    copy.unit = f"{place}{copy.unit or ''}".replace("湖北省", "")
    return copy


@click.command()
@click.option("--forms", "count", default=200, show_default=True, help="How many clean forms.")
@click.option("--seed", default=1, show_default=True, help="Where the forms start.")
@click.option("--markdown", "page", type=click.Path(path_type=Path), help="Write this page.")
@click.option("--examples", "folder", type=click.Path(path_type=Path), help="Keep forms here.")
def main(count: int, seed: int, page: Path | None, folder: Path | None) -> None:
    """Measures how many slips are caught and how many alarms are false."""
    made = [printed(seed * 10_000 + number) for number in range(count)]
    forms = [form for form, _template in made]
    command = f"python -m benchmarks.mutations.run --forms {count} --seed {seed}"
    if page:
        command += f" --markdown {page}"
    results = run(forms, examples(folder) if folder else nothing, command)
    show(results, Console())
    if page:
        groups = [*by_template(results, made), *by_region(made)]
        page.write_text(markdown(results, groups), "utf-8")


if __name__ == "__main__":
    main()
