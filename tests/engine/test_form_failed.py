"""A form that makes a stage fail is a problem of its own; every other form is audited, exit 4."""

import json
import os
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from auditor import part_audit
from auditor.cli import check, gate, report_output
from auditor.diagnosis import cause_messages
from auditor.facts import batch, narrative
from auditor.findings import finding_messages
from auditor.forms import packed_forms
from auditor.forms.packed_forms import PackedForms
from auditor.part_audit import by_workers, here, judge_part
from auditor.pipeline import FORM_FAILED, Extraction, audit, choose
from auditor.reporting import outputs, pages, terminal
from benchmarks.forms import forms
from tests.building import audited, form, fund, row
from tests.engine.test_part_audit import told

CHOICE = choose()
MADE = forms(3, 12)
BAD = 7
SOUND = [form for number, form in enumerate(MADE) if number != BAD]


def failing(real, place: int = 0):
    """A function that raises when it is about the bad form, and else does what it did."""

    def fails(*arguments, **options):
        form = arguments[place]
        project = getattr(form, "project", None) or getattr(form, "name", None)
        if project == MADE[BAD].project:
            raise ValueError("from deep inside")
        return real(*arguments, **options)

    return fails


@pytest.mark.parametrize(
    ("where", "name", "place", "stage"),
    [
        (narrative, "columns", 0, "算出各项事实"),
        (batch, "shortened", 0, "相互比较"),
        (finding_messages, "_finding", 1, "写出问题"),
        (part_audit.precedence, "rests_on_doubt", 1, "运行规则"),
    ],
)
@pytest.mark.parametrize("size", [1, 5, 500])
def test_the_others_are_audited_as_if_it_were_not_there(
    monkeypatch, where, name, place, stage, size
):
    expected = told(audit(Extraction(SOUND), CHOICE))
    monkeypatch.setattr(where, name, failing(getattr(where, name), place))
    result = audit(Extraction(MADE), CHOICE, judge=here(size=size))
    (problem,) = result.problems
    assert (problem.file, problem.code) == (MADE[BAD].file, FORM_FAILED)
    assert stage in problem.message
    assert "from deep inside" in problem.message
    assert [r.project for r in result.reports] == [form.project for form in SOUND]
    if stage == "相互比较":  # then nothing of it can be compared with the others either
        assert told(result) | {"problems": [], "summary": 0} == expected | {
            "summary": 0,
            "problems": [],
        }


def test_a_cause_that_fails_costs_its_form(monkeypatch):
    monkeypatch.setattr(cause_messages, "explain", failing_for_a_system(cause_messages.explain))
    result = audit(Extraction(MADE), CHOICE)
    assert ["推断原因" in p.message for p in result.problems] == [True]
    assert len(result.reports) == len(SOUND)


def failing_for_a_system(real):
    def fails(hits, system):
        if system.form.project == MADE[BAD].project:
            raise RecursionError
        return real(hits, system)

    return fails


def dies_of(project, judging_, part):
    """What a worker does whose process ends over one form."""
    if any(form.project == project for form in part.forms):
        os._exit(139)
    return judge_part(judging_, part)


@pytest.mark.parametrize("kept", [list, PackedForms])
def test_a_worker_that_dies_while_it_judges_costs_one_form(monkeypatch, kept):
    monkeypatch.setattr(part_audit, "TOGETHER", 5)
    monkeypatch.setattr(packed_forms, "TOGETHER", 5)
    task = partial(dies_of, MADE[BAD].project)
    result = audit(Extraction(kept(MADE)), CHOICE, judge=by_workers(2, here(), task))
    assert ["子进程中止" in p.message for p in result.problems] == [True]
    assert [r.project for r in result.reports] == [form.project for form in SOUND]


def test_a_rule_that_joins_sees_all_sound_forms(monkeypatch):
    rule = next(rule for rule in CHOICE.rules if rule.table == "forms" and rule.flag)
    lonely = "SELECT form_id, row_id FROM forms WHERE (SELECT count(*) FROM forms) <> 11"
    joining = replace(CHOICE, rules=(replace(rule, query=lonely, flag=None, cells=["/project"]),))
    monkeypatch.setattr(narrative, "columns", failing(narrative.columns))
    result = audit(Extraction(MADE), joining)
    assert len(result.reports) == len(SOUND)
    assert all(report.findings == [] for report in result.reports)


@pytest.fixture
def submitted(tmp_path):
    path = tmp_path / "forms.json"
    path.write_text(json.dumps([form.as_dict() for form in MADE], ensure_ascii=False), "utf-8")
    return path


def checked(path: Path, *options: str) -> int:
    return check.command.main([str(path), *options], standalone_mode=False)


@pytest.mark.parametrize(
    "name", [report_output.TERMINAL, *(n for n in outputs.FORMATS if n != "pdf")]
)
def test_a_form_that_a_format_cannot_take_is_left_out_of_it(monkeypatch, submitted, tmp_path, name):
    function = outputs._function

    def fails(called):
        def guarded(material):
            if any(report.project == MADE[BAD].project for report in material.audit.reports):
                raise ValueError("from deep inside")
            return function(called)(material)

        return guarded

    monkeypatch.setattr(outputs, "_function", fails)
    monkeypatch.setattr(terminal, "_report", failing(terminal._report))
    target = tmp_path / f"r.{name}"
    assert checked(submitted, "--format", name, "-o", str(target)) == 4
    assert target.stat().st_size > 0


def test_a_fault_of_a_whole_format_is_no_forms_fault(monkeypatch, submitted, tmp_path):
    monkeypatch.setattr(pages, "html", lambda _material: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        checked(submitted, "--format", "html", "-o", str(tmp_path / "r.html"))
    assert not (tmp_path / "r.html").exists()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_gate_goes_on_without_it_too(monkeypatch, submitted, tmp_path):
    monkeypatch.setattr(narrative, "columns", failing(narrative.columns))
    target = tmp_path / "gate.json"
    code = gate.command.main(
        [str(submitted), "--format", "json", "-o", str(target)], standalone_mode=False
    )
    assert code == 4
    assert json.loads(target.read_text("utf-8"))["gate"]["forms"] == len(SOUND)


def test_a_marked_copy_that_fails_costs_no_other(monkeypatch, tmp_path):
    from auditor.reporting.markup import copies
    from tests.building import material_of

    examples = Path(__file__).parents[2] / "examples"
    one = material_of(examples / "卫生服务中心.docx", examples / "园林绿化养护所.docx")
    real = copies._marked
    monkeypatch.setattr(
        copies, "_marked", lambda source, pairs: 1 / 0 if "卫生" in source else real(source, pairs)
    )
    made = list(copies.mark(one, tmp_path / "out"))
    assert [(copy.failed, copy.target is not None) for copy in made] == [
        (True, False),
        (False, True),
    ]


def test_a_figure_that_no_column_holds_fails_no_rule():
    huge = form(
        money_unit="万元",
        funds=[fund(budget="1" * 17, executed="1" * 17), *[fund("part", executed="9" * 17)] * 60],
        indicators=[
            row(level2="成本指标", level3="成本", actual="9" * 17 + "万元") for _n in range(9)
        ],
    )
    result = audited(huge, *SOUND)
    assert result.rule_errors == []
    assert result.problems == []
    assert len(result.reports) == 1 + len(SOUND)
