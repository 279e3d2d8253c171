"""Executes the examples of rules, ours and a bureau's: what ``auditor rules test`` does."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from auditor.engine import precedence, rule_runner
from auditor.engine.outcomes import Hit
from auditor.facts import fact_tables
from auditor.facts.context import Context
from auditor.findings.finding_messages import due
from auditor.forms.evaluation import Evaluation
from auditor.forms.records import read_records
from auditor.intake.records import read_json
from auditor.rulebook.examples import FLAG, NOT_APPLICABLE, Example, examples
from auditor.rulebook.loading import DEFAULT_PROFILE, Rulebook
from auditor.rulebook.model import Rule


def failures(rules: Iterable[Rule], rulebook: Rulebook) -> Iterator[tuple[Example, str]]:
    """Each example that does not turn out as its file says, with what happened instead."""
    for rule in rules:
        for example in examples(rule):
            profile = rulebook.profiles[example.profile or DEFAULT_PROFILE]
            fault = _fault(example, profile.parameters)
            if fault is not None:
                yield example, fault


def _fault(example: Example, parameters: dict[str, str]) -> str | None:
    forms, problem = forms_of([example.evaluation(), *example.group("beside")])
    if problem is not None:
        return problem
    context = Context(forms_of(example.group("previous"))[0], forms_of(example.group("roster"))[0])
    facts = fact_tables.build(forms, fact_tables.Norms.of(parameters), context)
    outcomes = rule_runner.run([example.rule], facts, parameters)
    if outcomes.errors:
        return outcomes.errors[0].message
    settled = outcomes.hits if example.rule.told_by else precedence.settle(outcomes.hits, forms)
    hits = [hit for hit in settled if hit.form_id == 0]
    reason = outcomes.reasons.get(example.rule.id, {}).get(0)
    if example.kind == FLAG:
        return _flag_fault(example, hits)
    if hits:
        return f"found {hits[0].cells} where nothing is wrong"
    if example.kind == NOT_APPLICABLE:
        if reason is None:
            return "applies, though the example says it does not"
        if example.because not in (None, reason):
            return f"does not apply because of {reason}, not {example.because}"
        return None
    return None if reason is None else f"does not apply: {reason}"


def forms_of(records: list[dict[str, Any]]) -> tuple[list[Evaluation], str | None]:
    """The records of an example as forms, and what is wrong with the first that is none."""
    parsed = read_json(json.dumps(records, ensure_ascii=False))
    assert parsed is not None
    made = list(read_records("example", parsed))
    bad = next((form.message for form in made if not isinstance(form, Evaluation)), None)
    return [form for form in made if isinstance(form, Evaluation)], bad


def _flag_fault(example: Example, hits: list[Hit]) -> str | None:
    if not hits:
        return "finds nothing"
    hit = hits[0]
    if example.cells is not None and hit.cells != example.cells:
        return f"accuses {hit.cells}, not {example.cells}"
    if example.severity is not None and hit.severity != example.severity:
        return f"is {hit.severity}, not {example.severity}"
    expected = hit.expected if hit.rule.expected is None else due(hit)
    if example.expected is not None and expected != example.expected:
        return f"expects {expected}, not {example.expected}"
    return None
