"""What a user types and sees: exit codes, streams, languages, narrow and poor terminals."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import pytest

from auditor.forms.evaluation import FORM_CELLS
from auditor.schemas import load
from tests.building import form, fund, row

EXAMPLES = Path(__file__).parents[2] / "examples"
CLEAN = form(project="好的", indicators=[row()])
WRONG = form(project="错的", funds=[fund(budget="10", executed="5", rate="90%")])
ODD = form(project="奇怪", indicators=[row(actual="≥3场")])
QUIET = form(project="提示", indicators=[row(weight="40", score="40")])


def run(*arguments: str, stdin: bytes = b"", **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-c", "from auditor.cli import main; main()", *arguments],
        input=stdin, capture_output=True, check=False,
        env={**os.environ, "COLUMNS": "80", **environment},
    )  # fmt: skip


def save(folder: Path, *forms) -> str:
    path = folder / "forms.json"
    records = [f.as_dict() for f in forms]
    for record in records:
        del record["source"]
    # What a form does not know must stay unknown on the way through the file.
    for record, sheet in zip(records, forms, strict=True):
        for key in sheet.unknown & set(FORM_CELLS):
            del record[key]
        if "fund_parts" in sheet.unknown:
            del record["missing_rows"]
    path.write_text(json.dumps(records, ensure_ascii=False), "utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("forms", "options", "code"),
    [
        ([CLEAN], ["--select", "X"], 0),
        ([WRONG], ["--select", "X01"], 1),
        ([WRONG], ["--select", "X01", "--fail-on", "never"], 0),
        ([ODD], ["--select", "D08"], 0),
        ([ODD], ["--select", "D08", "--fail-on", "warning"], 1),
        ([QUIET], ["--select", "W06", "--fail-on", "warning"], 0),
        ([QUIET], ["--select", "W06", "--fail-on", "advice"], 1),
        ([WRONG], ["--ignore", "X01,F,S,X06"], 0),
    ],
)
def test_exit_0_and_1_follow_fail_on(tmp_path, forms, options, code):
    assert run("check", save(tmp_path, *forms), *options).returncode == code


@pytest.mark.parametrize(
    "arguments",
    [
        [], ["check"], ["check", "x", "--format", "nothing"], ["check", "x", "--select", "Z99"],
        ["check", "x", "--profile", "atlantis"], ["nothing"], ["schema", "nothing"],
        ["explain", "Z99"], ["check", "x", "--rules", "/nowhere/at/all"],
    ],
)  # fmt: skip
def test_exit_2_is_wrong_usage_and_says_what_is_wrong(arguments):
    done = run(*arguments)
    assert done.returncode == 2, done.stdout
    assert done.stderr


def test_exit_2_is_an_output_that_cannot_be_written(tmp_path):
    target = str(tmp_path / "no" / "such" / "folder.json")
    done = run("check", save(tmp_path, CLEAN), "--format", "json", "-o", target)
    assert done.returncode == 2
    assert target in done.stderr.decode()
    assert run("check", save(tmp_path, CLEAN), "-o", target).returncode == 2


def test_exit_2_is_a_rule_file_that_does_not_load(tmp_path):
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "bad.yaml").write_text("id: X", "utf-8")
    done = run("check", save(tmp_path, CLEAN), "--rules", str(tmp_path / "rules"))
    assert done.returncode == 2
    assert "bad.yaml" in done.stderr.decode()


def test_exit_3_is_an_input_that_could_not_be_read_though_others_were_audited(tmp_path):
    done = run("check", save(tmp_path, WRONG), "nowhere.docx", "--format", "json")
    assert done.returncode == 3
    result = json.loads(done.stdout)
    assert [problem["code"] for problem in result["problems"]] == ["missing"]
    assert len(result["reports"]) == 1
    assert "nowhere.docx: missing: " in done.stderr.decode()


def test_exit_4_is_a_rule_that_could_not_run_and_no_finding(tmp_path):
    folder = tmp_path / "rules"
    folder.mkdir()
    # Sound SQL by every check, but too large for the numbers it meets.
    (folder / "Z01-overflow.yaml").write_text(
        (EXAMPLES.parent / "rules/funds/F05-exec-exceeds-budget.yaml")
        .read_text("utf-8")
        .replace("id: F05", "id: Z01")
        .replace("exec-exceeds-budget", "overflow")
        .replace(
            "flag: executed_lo > full_year_budget_hi",
            "flag: executed * executed * executed * executed > full_year_budget",
        ),
        "utf-8",
    )
    sheet = form(funds=[fund(budget="99999999999", executed="99999999999", rate="100%")])
    done = run("check", save(tmp_path, sheet), "--rules", str(folder), "--format", "json")
    assert done.returncode == 4, done.stderr.decode()
    result = json.loads(done.stdout)
    assert [error["rule"] for error in result["rule_errors"]] == ["Z01"]
    assert "Z01" not in [finding["rule"] for finding in result["reports"][0]["findings"]]


def test_ctrl_c_ends_with_130(tmp_path):
    # A shell starts its background jobs deaf to Ctrl-C, and children inherit that.
    hearing = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    process = subprocess.Popen(
        [sys.executable, "-c", f"{hearing}; from auditor.cli import main; main()", "check", "-"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    process.stdin.write(b" " * (1 << 20))  # more than a pipe holds: the child reads by now
    process.stdin.flush()
    time.sleep(1)  # and has taken the rest, and waits for more
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=10) == 130
    assert "已中断" in process.stderr.read().decode()


def test_standard_input_is_read_and_a_stream_of_lines_comes_out(tmp_path):
    content = Path(save(tmp_path, WRONG, CLEAN)).read_bytes()
    done = run("check", "-", "--format", "jsonl", "--select", "X01", stdin=content)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["report"]["verdict"] for line in lines[:-1]] == ["return", "pass"]
    assert lines[-1]["summary"]["forms"] == 2


def test_json_keeps_its_schema_and_stands_alone_on_standard_output():
    done = run("check", str(EXAMPLES), "--format", "json")
    jsonschema.validate(json.loads(done.stdout), load("findings"))
    done = run("extract", str(EXAMPLES))
    jsonschema.validate(json.loads(done.stdout), load("evaluation"))


def test_what_extract_prints_is_audited_like_the_file_itself(tmp_path):
    (tmp_path / "e.json").write_bytes(run("extract", str(EXAMPLES / "卫生服务中心.docx")).stdout)
    through = json.loads(run("check", str(tmp_path / "e.json"), "--format", "json").stdout)
    direct = json.loads(
        run("check", str(EXAMPLES / "卫生服务中心.docx"), "--format", "json").stdout
    )
    assert through["reports"] == direct["reports"]


def test_a_gbk_console_a_pipe_and_no_colour_get_the_whole_report():
    path = str(EXAMPLES / "农业技术推广站.docx")
    done = run("check", path, PYTHONIOENCODING="gbk", NO_COLOR="1")
    text = done.stdout.decode("gbk")
    assert "退回修改" in text
    assert "\x1b[" not in text
    assert "[1]" in text


def test_no_line_is_wider_than_80_columns():
    from rich.cells import cell_len

    text = run("check", str(EXAMPLES), "--advice").stdout.decode()
    assert [line for line in text.splitlines() if cell_len(line.rstrip()) > 80] == []


def test_quiet_prints_the_summary_alone():
    text = run("check", str(EXAMPLES), "--quiet").stdout.decode()
    assert "汇总" in text
    assert "改法" not in text


def test_advice_is_counted_and_shown_on_request():
    path = str(EXAMPLES / "园林绿化养护所.docx")
    assert "另有" in run("check", path).stdout.decode()
    shown = run("check", path, "--advice").stdout.decode()
    assert "另有" not in shown
    assert "单项分值过重" in shown


def test_a_fitting_profile_is_suggested_and_named_when_chosen(tmp_path):
    sheet = form(department="上海市某某局", indicators=[row()])
    done = run("check", save(tmp_path, sheet))
    assert "--profile shanghai" in done.stderr.decode()
    done = run("check", save(tmp_path, sheet), "--profile", "shanghai", "--format", "json")
    assert json.loads(done.stdout)["tool"]["profile"] == "shanghai"
    assert b"--profile" not in done.stderr


@pytest.mark.slow
def test_rules_are_listed_tested_and_explained():
    assert "exec-rate-mismatch" in run("rules", "--select", "X01").stdout.decode()
    assert run("rules", "test").returncode == 0
    page = run("explain", "exec-rate-wrong-base").stdout.decode()
    for heading in ("检查什么", "为什么", "怎么改", "依据", "何时误报", "反例", "正例", "不适用"):
        assert heading in page


def test_a_bureaus_own_rules_are_tested_on_their_own(tmp_path):
    source = EXAMPLES.parent / "rules/execution/X05-exec-budget-zero.yaml"
    own = source.read_text("utf-8").replace("id: X05", "id: Z05")
    (tmp_path / "Z05.yaml").write_text(own.replace('budget: "8"', 'budget: "0"'), "utf-8")
    done = run("rules", "test", str(tmp_path))
    assert done.returncode == 1
    assert "Z05 pass 1: found" in done.stdout.decode()
    assert "1 条规则" in done.stdout.decode()


def test_schemas_are_printed():
    for name in ("evaluation", "findings", "rule"):
        jsonschema.Draft202012Validator.check_schema(json.loads(run("schema", name).stdout))


def test_output_goes_to_the_file_asked_for(tmp_path):
    target = tmp_path / "out.json"
    done = run("check", str(EXAMPLES), "--format", "json", "-o", str(target))
    assert done.stdout == b""
    assert json.loads(target.read_text("utf-8"))["schema"] == "findings/1"
    target = tmp_path / "out.txt"
    run("check", str(EXAMPLES), "-o", str(target))
    assert "汇总" in target.read_text("utf-8")


def test_nothing_submitted_is_changed():
    def contents():
        return {path: path.read_bytes() for path in EXAMPLES.rglob("*") if path.is_file()}

    before = contents()
    run("check", str(EXAMPLES))
    assert contents() == before


def test_a_file_name_without_a_suffix_is_a_file_where_there_are_no_pages(tmp_path):
    source = save(tmp_path, WRONG)
    for name in ("json", "csv", "terminal"):
        assert run("check", source, "--format", name, "-o", str(tmp_path / name)).returncode == 1
        assert (tmp_path / name).is_file()


def test_a_broken_waiver_or_baseline_file_is_told_before_any_form_is_read(tmp_path):
    broken = tmp_path / "broken"
    broken.write_text("{", "utf-8")
    for option in ("--waivers", "--baseline"):
        done = run("check", "nowhere.docx", option, str(broken))
        assert done.returncode == 2
        assert "broken" in done.stderr.decode()
