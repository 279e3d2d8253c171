"""Executes the examples of rules, ours and a bureau's: what ``auditor rules test`` does."""

import json
from collections.abc import Iterable, Iterator

from auditor.engine import precedence, running
from auditor.engine.outcomes import Hit
from auditor.facts import building
from auditor.findings.wording import due
from auditor.forms.evaluation import Evaluation
from auditor.forms.records import read_records
from auditor.intake.records import read_json
from auditor.rulebook.examples import FLAG, NOT_APPLICABLE, Example, examples
from auditor.rulebook.loading import DEFAULT_PROFILE, Rulebook
from auditor.rulebook.model import Rule


def failures(rules: Iterable[Rule], rulebook: Rulebook) -> Iterator[tuple[Example, str]]:
    """Each example that does not turn out as its file says, with what happened instead."""
    parameters = rulebook.profiles[DEFAULT_PROFILE].parameters
    for rule in rules:
        for example in examples(rule):
            fault = _fault(example, parameters)
            if fault is not None:
                yield example, fault


def _fault(example: Example, parameters: dict[str, str]) -> str | None:
    form = _form(example)
    if not isinstance(form, Evaluation):
        return form
    outcomes = running.run([example.rule], building.build([form]), parameters)
    if outcomes.errors:
        return outcomes.errors[0].message
    hits = precedence.settle(outcomes.hits, [form])
    reason = outcomes.reasons.get(example.rule.id, {}).get(0)
    if example.kind == FLAG:
        return _flag_fault(example, hits)
    if hits:
        return f"found {hits[0].cells} where nothing is wrong"
    if example.kind == NOT_APPLICABLE:
        applied = outcomes.applied.get(example.rule.id, 0)
        if applied:
            return "applies, though the example says it does not"
        if reason is not None and example.because not in (None, reason):
            return f"does not apply because of {reason}, not {example.because}"
        return None
    return None if outcomes.applied.get(example.rule.id) else f"does not apply: {reason}"


def _form(example: Example) -> Evaluation | str:
    text = json.dumps(example.evaluation(), ensure_ascii=False)
    parsed = read_json(text)
    assert parsed is not None
    form = next(iter(read_records("example", parsed)))
    return form if isinstance(form, Evaluation) else form.message


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
