"""What is wrong with a rulebook as a whole: what ``auditor rules lint`` says.

Every flag example of every rule is audited with all rules. A rule that never gets a word in is
unreachable, two rules that accuse one cell for one fault overlap, two that expect different values
in it contradict each other. Faults of a single file are found when it loads.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from auditor.facts.context import Context
from auditor.findings.model import Finding
from auditor.pipeline import Choice, Extraction, audit
from auditor.rule_testing import forms_of
from auditor.rulebook.examples import FLAG, Example, examples
from auditor.rulebook.loading import DEFAULT_PROFILE, Rulebook
from auditor.rulebook.model import Rule

UNREACHABLE, OVERLAP, CONTRADICTION = "unreachable", "overlap", "contradiction"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of the rulebook: its kind, the rules and the example that show it."""

    kind: str
    rules: tuple[str, ...]
    example: str
    message: str


def lint(rules: Iterable[Rule], rulebook: Rulebook) -> Iterator[Fault]:
    """Faults between rules, each pair once."""
    listed = tuple(rules)
    seen: set[tuple[str, tuple[str, ...]]] = set()
    heard: set[str] = set()
    for rule in listed:
        for example in examples(rule):
            if example.kind != FLAG:
                continue
            found = _findings(example, rulebook)
            heard |= {finding.rule for finding in found}
            for fault in _between(example, found, rulebook):
                if (fault.kind, fault.rules) not in seen:
                    seen.add((fault.kind, fault.rules))
                    yield fault
    for rule in listed:
        if rule.id not in heard and not rule.told_by:
            said = "no example of it survives the rules that supersede it"
            yield Fault(UNREACHABLE, (rule.id,), f"{rule.id} flag", said)


def _findings(example: Example, rulebook: Rulebook) -> list[Finding]:
    profile = rulebook.profiles[example.profile or DEFAULT_PROFILE]
    choice = Choice(rulebook, profile, tuple(rulebook.rules.values()))
    forms, _fault = forms_of([example.evaluation(), *example.group("beside")])
    context = Context(forms_of(example.group("previous"))[0], forms_of(example.group("roster"))[0])
    done = audit(Extraction(forms), choice, context=context)
    return done.reports[0].findings + [entry.finding for entry in done.batch]


def _between(example: Example, found: list[Finding], rulebook: Rulebook) -> Iterator[Fault]:
    """Pairs of findings on one cell that are not told apart by precedence or by ``beside``."""
    grave = [f for f in found if f.severity != "advice" and f.folded_into is None and f.cells]
    for n, one in enumerate(grave):
        for other in grave[n + 1 :]:
            pair = tuple(sorted((one.rule, other.rule)))
            if one.cells[0] != other.cells[0] or one.rule == other.rule:
                continue
            if other.rule in rulebook.rules[one.rule].beside:
                continue
            if one.rule in rulebook.rules[other.rule].beside:
                continue
            if one.expected and other.expected and one.expected != other.expected:
                said = f"{one.cells[0]} should be {one.expected} and {other.expected}"
                yield Fault(CONTRADICTION, pair, example.name, said)
            else:
                yield Fault(OVERLAP, pair, example.name, f"both accuse {one.cells[0]}")
