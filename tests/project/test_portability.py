"""Windows and macOS: what a Linux machine can check for them; the rest runs in the workflow."""

import os
import re
import subprocess
import sys
from pathlib import Path, PureWindowsPath

import pytest

from auditor.cli import past_decisions
from auditor.intake import workers

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
FORM = EXAMPLES / "农业技术推广站.docx"
FORBIDDEN = re.compile(r'[<>:"|?*\\]')
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
# Modules of Python that Windows does not have.
UNIX_ONLY = ("grp", "termios", "syslog", "readline", "crypt")


def tracked():
    done = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, encoding="utf-8",
        check=False,
    )  # fmt: skip
    return [name for name in done.stdout.split("\0") if name] if done.returncode == 0 else []


def run(*arguments, flags=(), encoding="utf-8", **environment):
    return subprocess.run(
        [sys.executable, *flags, "-m", "auditor", *map(str, arguments)], capture_output=True,
        check=False, env={**os.environ, **environment}, cwd=ROOT, encoding=encoding,
    )  # fmt: skip


def test_every_name_can_be_checked_out_on_windows_and_on_a_disk_that_ignores_case():
    names = tracked()
    if not names:
        pytest.skip("this is no git checkout")
    parts = {part for name in names for part in name.split("/")}
    assert {part for part in parts if FORBIDDEN.search(part) or part.endswith((" ", "."))} == set()
    assert {part for part in parts if RESERVED.fullmatch(part)} == set()
    assert len({name.lower() for name in names}) == len(names)
    assert max(len(str(PureWindowsPath(name))) for name in names) < 160


@pytest.fixture
def without_unix(tmp_path):
    """A Python, and all that it starts, in which modules that Windows lacks cannot be imported."""
    (tmp_path / "sitecustomize.py").write_text(
        f"import sys\nfor name in {UNIX_ONLY!r}:\n    sys.modules[name] = None\n", "utf-8"
    )
    return {"PYTHONPATH": os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])}


def test_an_audit_needs_no_module_that_windows_lacks(without_unix):
    plain = run("check", EXAMPLES, "--format", "json")
    done = run("check", EXAMPLES, "--format", "json", "--jobs", "2", **without_unix)
    assert done.stdout == plain.stdout
    assert done.returncode == plain.returncode == 1


def test_workers_start_by_spawn_and_need_no_module_that_windows_lacks(without_unix, samples):
    done = run("extract", samples / "sh.pdf", "--format", "json", **without_unix)
    assert done.returncode == 0, done.stderr


def test_a_limit_of_memory_that_macos_refuses_costs_only_the_limit(monkeypatch):
    resource = pytest.importorskip("resource")

    def refused(_which, _limits):
        raise ValueError("current limit exceeds maximum limit")

    monkeypatch.setattr(resource, "setrlimit", refused)
    workers._limit_memory()


def test_who_decides_is_asked_where_no_name_is_known(monkeypatch):
    monkeypatch.delenv("AUDITOR_WHO", raising=False)

    def unknown():
        raise ImportError("No module named 'pwd'")

    monkeypatch.setattr(past_decisions.getpass, "getuser", unknown)
    assert past_decisions._me() == ""


@pytest.mark.parametrize("page", ["cp936", "cp437", "ascii"])
def test_a_console_of_another_code_page_shows_what_it_can_and_nothing_fails(page):
    done = run("check", FORM, encoding=page, PYTHONIOENCODING=page, PYTHONUTF8="0")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "X" in done.stdout or "?" in done.stdout
    if page == "cp936":
        assert "退回修改" in done.stdout


def test_no_file_is_opened_in_the_encoding_of_the_desk(tmp_path):
    warnings = ("-X", "warn_default_encoding", "-W", "error::EncodingWarning:auditor")
    output = tmp_path / "报告.html"
    done = run("check", EXAMPLES, "--format", "html", "-o", output, flags=warnings)
    assert done.returncode == 1, done.stderr
    assert "EncodingWarning" not in done.stderr
    assert "绩效" in output.read_text("utf-8")


def test_a_file_that_an_office_holds_open_is_a_problem_and_costs_nothing_else(tmp_path):
    held, other = tmp_path / "开着.docx", tmp_path / "好的.docx"
    held.write_bytes(FORM.read_bytes())
    other.write_bytes(FORM.read_bytes())
    held.chmod(0)
    if os.access(held, os.R_OK):
        pytest.skip("this user may read every file")
    done = run("check", tmp_path, "--format", "json")
    assert done.returncode == 3
    assert '"no-permission"' in done.stdout
    assert "好的.docx" in done.stdout
