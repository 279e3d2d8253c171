"""The gate: the same verdicts in the library's format, and what is no form's fault kept apart."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

import auditor
from tests.building import form, fund
from tests.cli.test_cli import EXAMPLES, run

gx = pytest.importorskip("great_expectations")
from auditor.gate import ExpectRuleToHold, checkpoint, suite, tables  # noqa: E402
from auditor.gate.submission import of  # noqa: E402
from auditor.pipeline import choose  # noqa: E402
from auditor.reporting.gate import Summary  # noqa: E402

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]


@pytest.fixture(scope="module")
def facts():
    return tables(sorted(EXAMPLES.glob("*.docx")))


@pytest.fixture(scope="module")
def outcome(facts):
    return checkpoint.run(facts)


def of_check(audit) -> Counter:
    """(rule, file, form, cells, severity, fingerprint) of every finding that check reports."""
    return Counter(
        (f.rule, r.evaluation.file, r.evaluation.form, tuple(f.cells), f.severity, f.fingerprint)
        for r in audit.reports
        for f in r.findings
    )


def of_gate(outcome) -> Counter:
    return Counter(
        (rule, f["file"], f["form"], tuple(f["cells"]), f["severity"], f["fingerprint"])
        for rule, details in outcome.rules.items()
        for f in details["findings"]
        if f["form_id"] >= 0
    )


def text_of(sheet, *, not_run=None, own=()) -> str:
    """What the command prints for a form, and for what the checkpoint said besides."""
    result = auditor.audit(sheet)
    return Summary(result.audit, result.choice, (), not_run or {}, own, "error").text()


def test_check_and_gate_agree_on_every_finding(facts, outcome):
    assert of_gate(outcome) == of_check(facts.submission.audit)
    assert set(outcome.rules) == {rule.id for rule in choose().rules}
    assert outcome.structure == []
    assert outcome.not_run == {}


def test_check_and_gate_agree_on_the_real_documents(seeds):
    real = tables(str(seeds))
    assert of_gate(checkpoint.run(real)) == of_check(real.submission.audit)


def test_check_and_gate_agree_on_generated_forms():
    from benchmarks.forms import forms

    made = tables(forms(0, 60))
    assert of_gate(checkpoint.run(made)) == of_check(made.submission.audit)


def test_results_are_the_librarys_and_complete(outcome):
    types = Counter(e["expectation_config"]["type"] for r in outcome.results for e in r["results"])
    assert types["expect_rule_to_hold"] == len(choose().rules)
    assert {"expect_table_columns_to_match_set", "expect_column_values_to_not_be_null",
            "expect_column_values_to_be_in_set", "expect_column_values_to_be_between",
            "expect_compound_columns_to_be_unique", "expect_column_values_to_be_of_type"} <= set(types)  # fmt: skip
    one = next(
        e
        for r in outcome.results
        for e in r["results"]
        if e["expectation_config"]["kwargs"].get("rule") == "X02"
    )
    assert one["success"] is False
    assert one["expectation_config"]["meta"]["severity"] == "error"
    assert one["expectation_config"]["severity"] == "critical"
    assert "basis" in one["expectation_config"]["meta"]
    (finding,) = one["result"]["details"]["findings"]
    assert finding["cells"] == ["/funds/0/rate"]
    json.dumps(outcome.results, default=str)


def test_a_broken_rule_is_an_error_of_the_gate_and_no_failed_form(tmp_path):
    folder = tmp_path / "rules"
    folder.mkdir()
    rule = (ROOT / "rules/funds/F05-exec-exceeds-budget.yaml").read_text("utf-8")
    for old, new in (
        ("id: F05", "id: Z01"),
        ("exec-exceeds-budget", "overflow"),
        (
            "flag: executed_lo > full_year_budget_hi",
            "flag: executed * executed * executed * executed > full_year_budget",
        ),
    ):
        rule = rule.replace(old, new)
    (folder / "Z01-overflow.yaml").write_text(rule, "utf-8")
    large = form(funds=[fund(budget="99999999999", executed="99999999999", rate="100%")])
    source = tmp_path / "form.json"
    source.write_text(json.dumps([large.as_dict()], ensure_ascii=False), "utf-8")
    check = run("check", str(source), "--rules", str(folder), "-q")
    done = run("gate", str(source), "--rules", str(folder), "--format", "json")
    assert (check.returncode, done.returncode) == (4, 4), done.stderr.decode()
    told = json.loads(done.stdout)["gate"]
    assert list(told["rules_not_run"]) == ["Z01"]
    assert "未能运行: Z01" in text_of(large, not_run=told["rules_not_run"])


def test_a_missing_column_is_told_apart_from_a_failed_form(facts):
    lacking = {name: facts[name] for name in facts}
    lacking["fund_lines"] = facts["fund_lines"].drop(columns=["rate"])
    from auditor.gate.submission import Tables

    broken = checkpoint.run(Tables(facts.submission, lacking))
    assert any("expect_table_columns_to_match_set" in entry for entry in broken.structure)
    assert any("column=rate" in name for name in broken.not_run)
    assert of_gate(broken) == of_check(facts.submission.audit)


def test_an_empty_batch_is_told_apart_from_a_clean_one(tmp_path):
    empty = tmp_path / "空.json"
    empty.write_text("[]", "utf-8")
    done = run("gate", str(empty))
    assert done.returncode == 3
    assert "没有一张自评表" in done.stdout.decode()
    assert "不通过" in done.stdout.decode()


def test_a_frame_of_no_submission_is_no_failed_form(facts):
    bare = facts["forms"].copy()
    bare.attrs.clear()
    from auditor.gate.submission import Tables

    lost = checkpoint.run(Tables(facts.submission, {**facts, "forms": bare}))
    assert "S03" in lost.not_run


def test_own_suites_run_in_the_same_checkpoint(tmp_path):
    context = gx.get_context(mode="file", project_root_dir=str(tmp_path))
    from great_expectations.expectations import core as gxe

    context.suites.add(
        gx.ExpectationSuite(
            name="forms.own",
            expectations=[gxe.ExpectColumnValuesToBeInSet(column="year", value_set=["1999"])],
        )
    )
    context.suites.add(
        gx.ExpectationSuite(
            name="ours@fund_lines", expectations=[gxe.ExpectColumnValuesToNotBeNull(column="kind")]
        )
    )
    source = str(EXAMPLES / "卫生服务中心.docx")
    done = run(
        "gate",
        source,
        "--context",
        str(tmp_path),
        "--format",
        "json",
        "--select",
        "X01",
        "--fail-on",
        "never",
    )
    assert done.returncode == 1, done.stderr.decode()
    told = json.loads(done.stdout)
    assert ["expect_column_values_to_be_in_set" in entry for entry in told["gate"]["own"]] == [True]
    assert "自己的套件不通过" in text_of(form(), own=told["gate"]["own"])


def test_waivers_and_baselines_hold_at_the_gate(tmp_path):
    source = tmp_path / "提交"
    source.mkdir()
    (source / "表.docx").write_bytes((EXAMPLES / "卫生服务中心.docx").read_bytes())
    assert run("gate", str(source), "--select", "X02").returncode == 1
    run("baseline", str(source))
    baseline = str(source / "auditor-baseline.json")
    assert run("gate", str(source), "--select", "X02", "--baseline", baseline).returncode == 0


def test_an_expectation_runs_in_a_context_of_the_users_own(facts):
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    batch = (
        context.data_sources.add_pandas("mine").add_dataframe_asset("x").add_batch_definition_whole_dataframe("y")
        .get_batch(batch_parameters={"dataframe": facts["fund_lines"]})
    )  # fmt: skip
    assert batch.validate(ExpectRuleToHold(rule="X02")).success is False
    assert batch.validate(ExpectRuleToHold(rule="X05")).success is True
    raised = batch.validate(ExpectRuleToHold(rule="NONE"))
    assert checkpoint._raised(raised.exception_info)
    assert {
        e.rule for e in suite("fund_lines").expectations if isinstance(e, ExpectRuleToHold)
    } == {rule.id for rule in choose().rules if rule.table == "fund_lines"}


def test_the_example_pipeline_runs():
    done = subprocess.run(
        [sys.executable, "examples/gate/pipeline.py", "examples/卫生服务中心.docx"],
        cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr.decode()
    assert "error X02 examples/卫生服务中心.docx#2" in done.stdout.decode()


def test_data_docs_say_our_expectation_in_words_and_can_do_without_the_network(tmp_path):
    docs = tmp_path / "docs"
    source = str(EXAMPLES / "卫生服务中心.docx")
    done = run("gate", source, "--docs", str(docs), "--select", "X")
    assert "公共网站" in done.stderr.decode()
    pages = "".join(p.read_text("utf-8") for p in docs.rglob("*.html"))
    assert "执行率误用年初预算" in pages
    assert "https://" in pages
    run("gate", source, "--docs", str(docs), "--select", "X", "--offline-docs")
    import re

    for page in docs.rglob("*.html"):
        assert not re.search(
            r"<(script|link|img)[^>]+(src|href)=[\"']https?:", page.read_text("utf-8")
        )


def test_without_the_library_check_works_and_gate_says_what_to_install(tmp_path):
    code = (
        "import sys; sys.modules['great_expectations'] = None\nfrom auditor.cli import main\nmain()"
    )
    source = str(EXAMPLES / "卫生服务中心.docx")
    done = [
        subprocess.run([sys.executable, "-c", code, name, source], capture_output=True, check=False)
        for name in ("check", "gate")
    ]
    assert [d.returncode for d in done] == [1, 4]
    assert "pip install great-expectations" in done[1].stderr.decode()


def test_an_audit_that_was_made_becomes_tables(facts):
    result = auditor.audit(EXAMPLES / "卫生服务中心.docx")
    made = of(result)
    assert made.submission.audit is result.audit
    assert len(made["forms"]) == 3
    assert made["forms"].attrs["version"]
