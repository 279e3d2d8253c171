"""The configuration file: what a bureau sets once holds, and what is wrong in it is said with its line."""

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "农业技术推广站.docx"


@pytest.fixture
def submission(tmp_path):
    """A folder of a bureau with one submitted file two folders below."""
    below = tmp_path / "2025" / "提交"
    below.mkdir(parents=True)
    shutil.copy(EXAMPLE, below)
    return tmp_path


def run(*arguments, cwd=None, **environment):
    return subprocess.run(
        [sys.executable, "-m", "auditor", *map(str, arguments)],
        capture_output=True, text=True, encoding="utf-8", cwd=cwd, check=False,
        env={**os.environ, **environment},
    )  # fmt: skip


def write(folder, text, name="auditor.toml"):
    (folder / name).write_text(text, "utf-8")


def rules_told(done):
    told = json.loads(done.stdout)
    return {finding["rule"] for report in told["reports"] for finding in report["findings"]}


def test_the_nearest_file_above_the_path_sets_the_defaults(submission):
    write(submission, 'select = ["X"]\n')
    done = run("check", submission / "2025", "--format", "json")
    assert {rule[0] for rule in rules_told(done)} == {"X"}
    assert str(submission / "auditor.toml") in done.stderr
    write(submission / "2025", 'select = "T"\n')
    done = run("check", submission / "2025" / "提交", "--format", "json")
    assert {rule[0] for rule in rules_told(done)} == {"T"}


def test_the_command_line_comes_before_the_file(submission):
    write(submission, 'select = ["X"]\nfail-on = "never"\n')
    assert run("check", submission / "2025", "-q").returncode == 0
    assert run("check", submission / "2025", "-q", "--fail-on", "error").returncode == 1
    told = rules_told(run("check", submission / "2025", "--select", "T", "--format", "json"))
    assert {rule[0] for rule in told} == {"T"}
    assert run("check", submission / "2025", "-q", "--no-config").returncode == 1


def test_a_submission_cannot_bring_a_configuration(submission):
    inside = submission / "2025"
    write(inside, 'ignore = ["X", "T"]\n')
    told = rules_told(run("check", inside, "--format", "json"))
    assert {rule[0] for rule in told} > {"X"}
    told = rules_told(run("check", ".", "--format", "json", cwd=inside))
    assert not {rule[0] for rule in told} & {"X", "T"}


def test_templates_are_taken_only_from_where_the_user_stands(submission, tmp_path_factory):
    (submission / "模板").mkdir()
    write(submission, 'templates = "模板"\n')
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    done = run("check", submission / "2025", "-q", cwd=elsewhere)
    assert done.returncode == 2
    assert "auditor.toml:1:" in done.stderr
    assert "--config" in done.stderr
    file = submission / "auditor.toml"
    assert run("check", submission / "2025", "-q", "--config", file, cwd=elsewhere).returncode == 1
    assert run("check", "2025", "-q", cwd=submission).returncode == 1


def test_a_section_of_pyproject_serves_as_well(submission):
    write(
        submission, '[project]\nname = "x"\n\n[tool.auditor]\nfail-on = "never"\n', "pyproject.toml"
    )
    assert run("check", submission / "2025", "-q").returncode == 0


def test_a_pyproject_without_a_section_is_passed_by(submission):
    write(submission, 'fail-on = "never"\n')
    write(submission / "2025", '[project]\nname = "x"\n', "pyproject.toml")
    assert run("check", submission / "2025" / "提交", "-q").returncode == 0


def test_a_path_is_that_beside_the_file(submission):
    (submission / "规则").mkdir()
    write(submission, 'rules = "规则"\n')
    assert run("check", submission / "2025", "-q", cwd=submission / "2025").returncode == 1


def test_the_language_of_the_file_is_spoken_unless_another_is_asked_for(submission):
    write(submission, 'lang = "en"\n')
    assert "configuration: " in run("check", submission / "2025").stderr
    assert "设置文件：" in run("--lang", "zh", "check", submission / "2025").stderr


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('profile = "national"\nselct = ["X"]\n', 2, "是不是 select"),
        ('\njobs = "2"\n', 2, "应是一个整数"),
        ("jobs = 0\n", 1, "至少是 1"),
        ("select = [1]\n", 1, "应是一列文字"),
        ("advice = 1\n", 1, "应是true / false"),
        ('fail-on = "eror"\n', 1, "只能是 error, warning, advice, never"),
        ('\n\nrules = "没有"\n', 3, "不在：请检查路径"),
        ("[x]\nprofile = 1\n", 1, "没有 x 这一项"),
        ('profile = "a\n', 1, "line 1"),
    ],
)  # fmt: skip
def test_a_fault_is_said_with_file_line_and_what_to_do(submission, text, line, said):
    write(submission, text)
    done = run("check", submission / "2025", "-q")
    assert done.returncode == 2
    assert f"{submission / 'auditor.toml'}:{line}:" in done.stderr
    assert said in done.stderr


def test_an_unknown_profile_of_the_file_is_a_usage_error(submission):
    write(submission, 'profile = "hubie"\n')
    done = run("check", submission / "2025", "-q")
    assert done.returncode == 2
    assert "hubie" in done.stderr


def test_the_configuration_is_neither_read_as_a_form_nor_written_over(submission):
    write(submission, 'fail-on = "never"\n')
    assert run("check", submission / "2025", "-q").returncode == 0  # not 3: no file without a form
    done = run("check", submission / "2025", "-o", submission / "auditor.toml", "--format", "json")
    assert done.returncode == 2
    assert (submission / "auditor.toml").read_text("utf-8") == 'fail-on = "never"\n'


def test_config_tells_every_setting_and_where_it_comes_from(submission):
    write(submission, 'profile = "hubei"\nadvice = true\n')
    told = json.loads(run("config", submission / "2025", "--format", "json").stdout)
    by_key = {entry["key"]: (entry["value"], entry["from"]) for entry in told}
    assert by_key["profile"] == ("hubei", f"{submission / 'auditor.toml'}:1")
    assert by_key["advice"] == (True, f"{submission / 'auditor.toml'}:2")
    assert by_key["fail-on"] == ("error", "默认")
    assert "hubei" in run("config", submission / "2025").stdout


def test_init_writes_what_changes_nothing_and_leaves_what_is_there(submission):
    before = run("check", submission / "2025", "--format", "json").stdout
    assert run("init", submission).returncode == 0
    assert run("check", submission / "2025", "--format", "json").stdout == before
    commented = (submission / "auditor.toml").read_text("utf-8")
    uncommented = [line.removeprefix("# ") for line in commented.splitlines() if " = " in line]
    assert len(uncommented) == 13
    write(submission, "advice = true\n")
    write(submission, "repos: []\n", ".pre-commit-config.yaml")
    done = run("init", submission)
    assert "没有动" in done.stdout
    assert "auditor-check" in done.stdout
    assert (submission / "auditor.toml").read_text("utf-8") == "advice = true\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_a_shell_gets_a_script_that_calls_the_tool(shell):
    done = run("completion", shell)
    assert done.returncode == 0
    assert "_AUDITOR_COMPLETE" in done.stdout


def test_shells_complete_rules_profiles_and_options():
    words = {"COMP_WORDS": "auditor check --select X01,X0", "COMP_CWORD": "3"}
    told = run(_AUDITOR_COMPLETE="bash_complete", **words).stdout
    assert "plain,X01,X02" in told
    asked = {"COMP_WORDS": "auditor check --profile g", "COMP_INCOMPLETE": "g"}
    told = run(_AUDITOR_COMPLETE="powershell_complete", **asked).stdout
    assert told.splitlines() == ["guangxi\tguangxi"]
    asked = {"COMP_WORDS": "auditor explain X02", "COMP_INCOMPLETE": "X02"}
    assert "执行率" in run(_AUDITOR_COMPLETE="powershell_complete", **asked).stdout


def test_watching_audits_again_when_a_file_is_saved(submission):
    file = submission / "2025" / "提交" / EXAMPLE.name
    with subprocess.Popen(
        [sys.executable, "-m", "auditor", "check", str(submission), "--watch", "--select", "X"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
    ) as watching:  # fmt: skip
        assert watching.stderr is not None
        alarm = threading.Timer(
            60, watching.kill
        )  # a line that never comes must not hold the tests
        alarm.start()
        line = watching.stderr.readline()
        assert "等文件存盘" in line
        time.sleep(0.2)
        file.write_bytes(file.read_bytes())
        assert "等文件存盘" in watching.stderr.readline()
        alarm.cancel()
        watching.terminate()
        out, _err = watching.communicate(timeout=30)
    assert out.count("3 张表") == 2


def test_what_cannot_be_watched_is_refused(tmp_path):
    assert run("check", "-", "--watch").returncode == 2
    assert run("check", tmp_path, "--watch", "--resume", tmp_path / "r").returncode == 2
