"""The gate: the same verdicts in the library's format, and what is no form's fault kept apart."""

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import yaml

import auditor
from tests.building import form, fund, row
from tests.test_cli import EXAMPLES, run

gx = pytest.importorskip("great_expectations")
from auditor.auditing import choose, extract  # noqa: E402
from auditor.gate import ExpectRuleToHold, checkpoint, suite, tables  # noqa: E402
from auditor.gate.submission import of  # noqa: E402

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.filterwarnings("ignore")


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


def test_check_and_gate_agree_on_every_finding(facts, outcome):
    assert of_gate(outcome) == of_check(facts.submission.audit)
    assert set(outcome.rules) == {rule.id for rule in choose().rules}
    assert outcome.structure == []
    assert outcome.not_run == {}


def test_check_and_gate_agree_on_the_real_documents(seeds):
    real = tables(str(seeds))
    assert of_gate(checkpoint.run(real)) == of_check(real.submission.audit)


def test_check_and_gate_agree_on_generated_forms():
    from benchmarks.rules_at_scale import forms

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
    assert "未能运行: Z01" in run("gate", str(source), "--rules", str(folder)).stdout.decode()


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
    assert done.returncode in (3, 4)
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
    assert (
        "自己的套件不通过"
        in run("gate", source, "--context", str(tmp_path), "--select", "X01").stdout.decode()
    )


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


# --- the library ----------------------------------------------------------------------------


def test_the_call_takes_paths_evaluations_mappings_and_frames():
    import pandas as pd

    path = EXAMPLES / "卫生服务中心.docx"
    forms = extract([str(path)]).evaluations
    by_path = auditor.audit(path)
    assert [f.rule for r in by_path.reports for f in r.findings] == by_path.findings[
        "rule"
    ].tolist()
    for source in (str(path), [path], forms, [f.as_dict() for f in forms]):
        assert (
            auditor.audit(source).findings["fingerprint"].tolist()
            == by_path.findings["fingerprint"].tolist()
        )
    flat = pd.DataFrame(
        {"项目名称": ["甲", "甲"], "三级指标": ["培训场次", "培训人数"], "年度指标值": ["≥3场", "≥30人"],
         "实际完成值": ["3场", "30人"], "分值": [50, 50.0], "得分": [50, float("nan")],
         "funds.total.full_year_budget": [10.0, 10.0], "funds.total.executed": [5.0, 5.0],
         "funds.total.rate": ["90%", "90%"]}
    )  # fmt: skip
    result = auditor.audit(flat)
    assert "X01" in set(result.findings["rule"])
    assert not result.ok
    assert result.reports[0].evaluation.indicators[0].weight == "50"
    assert result.reports[0].evaluation.indicators[1].score is None


def test_the_result_says_what_the_exit_code_says(tmp_path):
    clean = form(project="好的", indicators=[row(weight="100", score="100")])
    assert auditor.audit(clean, select=["X"]).ok
    wrong = form(project="错的", funds=[fund(budget="10", executed="5", rate="90%")])
    result = auditor.audit([clean, wrong])
    assert not result.ok
    assert auditor.audit(wrong, select=["X"], fail_on="never").ok
    assert not auditor.audit("/no/such/file").ok
    assert auditor.audit("/no/such/file").problems[0].code == "missing"
    fingerprint = auditor.audit(wrong, select=["X01"]).findings["fingerprint"][0]
    file = tmp_path / "w.yaml"
    file.write_text(f"- {{fingerprint: {fingerprint}, reason: 批复}}\n", "utf-8")
    waived = auditor.audit(wrong, select=["X01"], waivers=file)
    assert waived.ok
    assert waived.findings["waived"].tolist() == ["批复"]
    for strange in (3, [1], [wrong, "path"]):
        with pytest.raises(TypeError):
            auditor.audit(strange)


def test_the_examples_in_the_docstrings_are_true(monkeypatch):
    import doctest

    import auditor.api
    import auditor.gate

    monkeypatch.chdir(ROOT)
    for module in (auditor.api, auditor.gate):
        assert doctest.testmod(module).failed == 0


def test_importing_the_library_loads_nothing_heavy():
    script = "import auditor, sys; print(sorted({m.split('.')[0] for m in sys.modules} & {'pandas','duckdb','great_expectations','click','rich','yaml'}))"
    assert (
        subprocess.run([sys.executable, "-c", script], capture_output=True, check=True).stdout
        == b"[]\n"
    )


def test_a_system_pipes_evaluations_in_and_findings_out():
    forms = extract([str(EXAMPLES / "卫生服务中心.docx")]).evaluations
    lines = "\n".join(json.dumps(f.as_dict(), ensure_ascii=False) for f in forms)
    done = run("check", "-", "--format", "jsonl", "--quiet", stdin=lines.encode())
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1
    assert [t["report"]["project"] for t in told[:-1]] == [f.project for f in forms]
    assert told[-1]["summary"]["forms"] == 3
    assert done.stderr == b""


# --- integrations ---------------------------------------------------------------------------


def ci(tmp_path, **settings) -> subprocess.CompletedProcess:
    command = tmp_path / "auditor"
    command.write_text(
        f"#!/bin/sh\nexec {sys.executable} -c 'from auditor.cli import main; main()' \"$@\"\n",
        "utf-8",
    )
    command.chmod(0o755)
    return subprocess.run(
        ["bash", str(ROOT / "integrations" / "gate.sh")], cwd=tmp_path, capture_output=True, check=False,
        env={**os.environ, "AUDITOR_COMMAND": str(command), **settings},
    )  # fmt: skip


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_the_ci_script_makes_every_report_and_keeps_the_exit_code(tmp_path):
    source = str(EXAMPLES / "卫生服务中心.docx")
    page, output = tmp_path / "page.md", tmp_path / "out"
    done = ci(tmp_path, AUDITOR_PATHS=source, AUDITOR_ANNOTATE="github", AUDITOR_OUTPUT=str(output),
              GITHUB_STEP_SUMMARY=str(page), GITHUB_OUTPUT=str(tmp_path / "o"))  # fmt: skip
    assert done.returncode == 1, done.stderr.decode()
    assert sorted(p.name for p in output.iterdir()) == [
        "findings.json", "junit.xml", "report.html", "report.sarif", "summary.md",
    ]  # fmt: skip
    assert b"::error file=" in done.stdout
    assert "退回修改" in page.read_text("utf-8")
    assert (tmp_path / "o").read_text("utf-8") == "exit-code=1\n"
    done = ci(
        tmp_path,
        AUDITOR_PATHS=f"{source} /no/such",
        AUDITOR_ANNOTATE="gitlab",
        AUDITOR_FAIL_ON="never",
    )
    assert done.returncode == 3
    assert json.loads((tmp_path / "auditor-report" / "gl-code-quality.json").read_text("utf-8"))
    run("baseline", source, "-o", str(tmp_path / "b.json"))
    assert (
        ci(tmp_path, AUDITOR_PATHS=source, AUDITOR_BASELINE=str(tmp_path / "b.json")).returncode
        == 0
    )
    assert ci(tmp_path, AUDITOR_PATHS="").returncode != 0


def test_the_action_and_the_template_call_the_script_that_is_tested():
    action = yaml.safe_load((ROOT / "integrations" / "github" / "action.yml").read_text("utf-8"))
    steps = action["runs"]["steps"]
    assert steps[-1]["run"] == '"$GITHUB_ACTION_PATH/../gate.sh"'
    script = (ROOT / "integrations" / "gate.sh").read_text("utf-8")
    assert all(name in script for name in steps[-1]["env"])
    head, template = yaml.safe_load_all(
        (ROOT / "integrations" / "gitlab" / "auditor.gitlab-ci.yml").read_text("utf-8")
    )
    assert "paths" in head["spec"]["inputs"]
    assert template["auditor"]["script"] == ["integrations/gate.sh"]
    assert not any(
        "${{" in str(step.get("run", "")) for step in steps
    )  # nothing of an input is code


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_the_pre_commit_hook_fails_a_commit_with_an_error(tmp_path):
    pytest.importorskip("pre_commit")
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    (hook,) = [h for h in hooks if h["id"] == "auditor-check"]
    # The hook as a repository's own, so that no environment is built: its entry is what is tested.
    entry = hook["entry"].replace(
        "auditor", f"{sys.executable} -c 'from auditor.cli import main; main()'", 1
    )
    config = {
        "repos": [{"repo": "local", "hooks": [{**hook, "entry": entry, "language": "system"}]}]
    }
    (tmp_path / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config), "utf-8")
    shutil.copy(EXAMPLES / "卫生服务中心.docx", tmp_path / "a.docx")
    (tmp_path / "note.md").write_text("x", "utf-8")
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    subprocess.run(["git", "add", "-A"], cwd=tmp_path, check=True)
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "run", "--all-files"], cwd=tmp_path, capture_output=True, check=False,
        env={**os.environ, "PRE_COMMIT_HOME": str(tmp_path / "home")},
    )  # fmt: skip
    assert done.returncode == 1, done.stderr.decode()
    assert "退回修改" in done.stdout.decode()


def test_an_audit_that_was_made_becomes_tables(facts):
    result = auditor.audit(EXAMPLES / "卫生服务中心.docx")
    made = of(result)
    assert made.submission.audit is result.audit
    assert len(made["forms"]) == 3
    assert made["forms"].attrs["version"]
