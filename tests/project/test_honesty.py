"""No rule knows the seeds: neither their names nor their wording, and none fires because of a name."""

import re
from copy import deepcopy
from pathlib import Path

import pytest

from auditor.pipeline import extract
from tests.building import audited
from tests.project.test_seeds import name

ROOT = Path(__file__).parents[2]
LEAST = 8  # characters of a phrase that cannot be common language


@pytest.fixture(scope="module")
def forms():
    folder = ROOT.parent / "shared" / "seeds"
    if not folder.is_dir():
        pytest.skip("the real documents are not beside this checkout (../shared/seeds)")
    return extract([str(folder)]).evaluations


def logic():
    """Everything that decides: code, vocabulary, and rules without their examples."""
    for path in sorted((ROOT / "auditor").rglob("*.py")):
        yield path, path.read_text("utf-8")
    for path in sorted((ROOT / "rules").rglob("*.yaml")):
        yield path, path.read_text("utf-8").partition("\nexamples:")[0]


def phrases(form):
    """Names of the form, and every clause of its narratives that is long enough to be its own."""
    yield from filter(None, (form.project, form.department, form.unit, form.leader, form.phone))
    for text in (form.goal_expected, form.goal_actual, *(r.deviation for r in form.indicators)):
        yield from (part for part in re.split(r"[，。；、：,;]", text or "") if len(part) >= LEAST)


def test_no_name_and_no_phrase_of_a_seed_stands_in_rules_vocabulary_or_code(forms):
    own = {phrase for form in forms for phrase in phrases(form) if len(phrase) >= 4}
    found = {(path.name, p) for path, text in logic() for p in own if p in text}
    assert found == set()


def renamed(form, number):
    other = deepcopy(form)
    other.department, other.unit = "示例厅", f"示例单位{number}"
    other.leader, other.phone = None, None
    for field in ("goal_expected", "goal_actual"):
        text = getattr(form, field)
        for own in filter(None, (form.unit, form.department)):
            text = text.replace(own, "本单位") if text else text
        setattr(other, field, text)
    other.file = f"其他{form.file.rsplit('/', 1)[-1][:3]}.txt"
    return other


def test_a_rule_that_fires_on_a_seed_fires_when_its_names_are_changed(forms):
    alone = {"C07", "K02", "K03", "K04", "K08", "Q22"}  # these compare units or speak of them
    before = {
        (name(f), finding.rule)
        for f, report in zip(forms, audited(*forms).reports, strict=True)
        for finding in report.findings
    }
    others = [renamed(form, number) for number, form in enumerate(forms)]
    after = {
        (name(f), finding.rule)
        for f, report in zip(forms, audited(*others).reports, strict=True)
        for finding in report.findings
    }
    assert {entry for entry in before ^ after if entry[1] not in alone} <= {
        entry
        for entry in before ^ after
        if entry[1] in ("C05", "V01")  # what C07 replaced
    }
