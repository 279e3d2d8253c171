"""What CI runs: the script behind the GitHub action and the GitLab template, and the hooks."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.cli.test_cli import EXAMPLES, run

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


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
