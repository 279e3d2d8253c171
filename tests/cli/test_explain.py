"""``explain`` and ``rules diff``: a rule in a finance officer's words, and what a version changed."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from auditor.pipeline import choose
from auditor.reporting import rule_words
from auditor.rulebook.comparison import differences

RULES = Path(__file__).parents[2] / "rules"
ALL = choose().rulebook.rules


def run(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "auditor", *map(str, arguments)],
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("X01", "执行率 = 全年执行数 ÷ 全年预算数"),
        (
            "X02",
            "执行率 = 全年执行数 ÷ 全年预算数 不成立，而 执行率 = 全年执行数 ÷ 年初预算数 成立",
        ),
    ],
)
def test_a_check_is_told_by_the_names_of_the_cells(rule, said):
    assert rule_words.check(ALL[rule]) == said


def test_no_check_shows_sql_or_a_column():
    for rule in ALL.values():
        told = rule_words.check(rule)
        assert "{" not in told
        assert " is not null" not in told
        assert "_" not in told, rule.id


def test_examples_stand_as_parts_of_a_form():
    lines, rows = zip(*rule_words.excerpts(ALL["X02"].examples["flag"][0]["given"]), strict=True)
    assert rows[-1][0] == ["年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"]
    assert not any(lines)


def test_the_page_of_a_rule_has_words_first_and_sql_last():
    said = run("explain", "X02").stdout
    order = [said.index(text) for text in
             ("检查什么：", "为什么：", "怎么改：", "反例：", "相邻的规则：", "写法（给写规则的人）：")]  # fmt: skip
    assert order == sorted(order)
    assert "{" not in said


@pytest.mark.slow
def test_every_rule_has_a_page(capsys):
    done = run("explain", "A")
    assert done.returncode == 2
    for group in sorted({rule[0] for rule in ALL}):
        assert run("explain", group).returncode == 0


@pytest.fixture
def older(tmp_path):
    """Our rules as they might have been a version ago."""
    folder = tmp_path / "rules"
    shutil.copytree(RULES, folder)
    (folder / "execution" / "X01-exec-rate-mismatch.yaml").unlink()
    changed = folder / "execution" / "X02-exec-rate-wrong-base.yaml"
    text = changed.read_text("utf-8").replace("severity: error", "severity: warning")
    changed.write_text(text.replace('since: "0.1"', 'since: "0.0"'), "utf-8")
    extra = changed.read_text("utf-8").replace("id: X02", "id: X99")
    (folder / "execution" / "X99.yaml").write_text(extra, "utf-8")
    return folder


def test_what_a_version_changed_is_told_rule_by_rule(older):
    found = {each.name: each for each in differences(older)}
    assert {name: each.kind for name, each in found.items()} == {
        "X01": "added", "X02": "changed", "X99": "removed"
    }  # fmt: skip
    assert dict(found["X02"].keys) == {"severity": ("warning", "error"), "since": ("0.0", "0.1")}
    assert found["X02"].matters


def test_a_formal_change_matters_to_no_finding(older):
    (older / "execution" / "X99.yaml").unlink()
    changed = older / "execution" / "X02-exec-rate-wrong-base.yaml"
    text = changed.read_text("utf-8").replace("severity: warning", "severity: error")
    changed.write_text(text, "utf-8")
    found = {each.name: each.matters for each in differences(older)}
    assert found == {"X01": True, "X02": False}


def test_the_command_prints_signs_or_json(older):
    said = run("rules", "diff", older).stdout
    assert "+ X01" in said
    assert "- X99" in said
    assert "severity: warning → error" in said
    told = json.loads(run("rules", "diff", older, "--format", "json").stdout)
    assert [each["kind"] for each in told] == ["added", "changed", "removed"]
    assert run("rules", "diff", RULES).stdout.startswith("新增 0")
