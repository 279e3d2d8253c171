"""``auditor.audit`` for programs, and the pipe for systems: the same as the command."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import auditor
from auditor.pipeline import extract
from tests.building import form, fund, row
from tests.cli.test_cli import EXAMPLES, run

ROOT = Path(__file__).parents[2]


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


@pytest.mark.filterwarnings("ignore:module 'sre_:DeprecationWarning")  # by Great Expectations
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
