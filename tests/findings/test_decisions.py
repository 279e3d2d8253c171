"""Decisions and waivers: nothing decided is lost, nothing is decided silently."""

import datetime as dt
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.findings.decisions import ACCEPT, ATTRIBUTES, DecisionFault, Decisions
from tests.cli.test_cli import EXAMPLES, run
from tests.findings.decided_examples import DAY, ONE, TWO, decision


def test_a_decision_is_one_line_and_comes_back(tmp_path):
    file = tmp_path / "w.yaml"
    made = [
        decision(rule="X01", project="甲：乙, {丙}", reason='说"明"\n二 # 三'),
        decision(TWO, decision=ACCEPT, reason=""),
    ]
    decisions = Decisions.read(file)
    for one in made:
        decisions.decide(one)
    assert list(Decisions.read(file)) == made
    entries = [x for x in file.read_text("utf-8").splitlines() if not x.startswith("#")]
    assert len(entries) == 2


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.sampled_from([ONE, TWO, "a" * 16, "b" * 16]), st.sampled_from(["decide", "forget", "expire"]),
                          st.text(min_size=1, max_size=30).filter(lambda t: t.strip())), max_size=12))  # fmt: skip
def test_whatever_is_decided_is_what_is_read_back(tmp_path, steps):
    file = tmp_path / "w.yaml"
    file.unlink(missing_ok=True)
    decisions, expected = Decisions.read(file), {}
    for fingerprint, action, reason in steps:
        if action == "forget":
            with decisions.changing():
                decisions.drop(fingerprint)
            expected.pop(fingerprint, None)
        elif action == "decide":
            decisions.decide(decision(fingerprint, reason=reason))
            expected[fingerprint] = reason
        elif fingerprint in expected:
            decisions.expire(fingerprint, DAY)
    read = {d.fingerprint: d.reason for d in Decisions.read(file)}
    assert read == {k: v.strip() for k, v in expected.items()}
    assert {d.fingerprint for d in decisions} == set(expected)


HAND = f"""# 我的说明，别动
waivers:
  # 第一条
  - fingerprint: {ONE}
    rule: X01
    reason: 两行写的
      理由
    until: 2025-12-31

  - {{fingerprint: {TWO}, reason: 一行}}
"""


def test_what_people_write_by_hand_is_read_and_their_comments_stay(tmp_path):
    file = tmp_path / "w.yaml"
    file.write_text(HAND, "utf-8")
    decisions = Decisions.read(file)
    assert [(d.fingerprint, d.reason, d.until) for d in decisions] == [
        (ONE, "两行写的 理由", "2025-12-31"), (TWO, "一行", ""),
    ]  # fmt: skip
    decisions.decide(decision("a" * 16))
    with decisions.changing():
        decisions.drop(ONE)
    text = file.read_text("utf-8")
    assert "# 我的说明，别动" in text
    assert "# 第一条" in text
    assert [d.fingerprint for d in Decisions.read(file)] == [TWO, "a" * 16]


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        (f"- {{fingerprint: {ONE}, reason: a\n", 2, 1, "YAML"),
        (f"- fingerprint: {ONE}\n  reason: a\n bad: b\n", 3, 2, "YAML"),
        (f"- {{fingerprint: {ONE}, reason: a}}\n- {{fingerprint: {TWO}}}\n", 2, 3, "理由"),
        (f"- {{fingerprint: {ONE}, reason: '  '}}\n", 1, 3, "理由"),
        ("- {reason: a}\n", 1, 3, "fingerprint"),
        ("- {fingerprint: xyz, reason: a}\n", 1, 3, "fingerprint"),
        (f"- {{fingerprint: {ONE}, reson: a}}\n", 1, 35, "reson"),
        (f"- {{fingerprint: {ONE}, reason: a, until: 2025-13-01}}\n", 1, 3, "until"),
        (f"- {{fingerprint: {ONE}, decision: maybe}}\n", 1, 3, "maybe"),
        ("hello: world\n", 1, 1, "清单"),
        ("- just text\n", 1, 3, "决定"),
        (
            f"# x\n<<<<<<< HEAD\n- {{fingerprint: {ONE}, reason: a}}\n=======\n>>>>>>> b\n",
            2,
            1,
            "合并冲突",
        ),
    ],
)
def test_a_broken_file_is_told_by_line_and_column(tmp_path, text, line, column, said):
    file = tmp_path / "w.yaml"
    file.write_text(text, "utf-8")
    with pytest.raises(DecisionFault, match=said) as fault:
        Decisions.read(file)
    assert (fault.value.line, fault.value.column) == (line, column)
    done = run("check", str(EXAMPLES / "卫生服务中心.docx"), "--waivers", str(file))
    assert done.returncode == 2
    assert f"{file}:{line}:{column}: " in done.stderr.decode()


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n", "waivers:\n", "[]\n"])
def test_a_file_without_decisions_is_no_fault(tmp_path, text):
    file = tmp_path / "w.yaml"
    file.write_text(text, "utf-8")
    assert list(Decisions.read(file)) == []


def test_a_waiver_without_a_reason_is_refused_and_nothing_is_written(tmp_path):
    file = tmp_path / "w.yaml"
    decisions = Decisions.read(file)
    with pytest.raises(DecisionFault):
        decisions.decide(decision(reason="  "))
    assert not file.exists()


def test_a_file_that_cannot_be_written_changes_nothing(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("x", "utf-8")
    decisions = Decisions.read(tmp_path / "w.yaml")
    decisions.decide(decision())
    decisions.file = blocked / "below.yaml"
    with pytest.raises(OSError, match="file"):
        decisions.decide(decision(TWO))
    assert [d.fingerprint for d in decisions] == [ONE]


def git(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", *arguments],
        cwd=folder, capture_output=True, check=False, text=True,
    )  # fmt: skip


def test_two_peoples_files_merge_with_git_and_none_is_lost(tmp_path):
    file = tmp_path / "auditor-waivers.yaml"
    prints = [f"{n:016x}" for n in range(40)]
    (tmp_path / ".gitattributes").write_text(ATTRIBUTES, "utf-8")
    base = Decisions.read(file)
    for fingerprint in prints[:5]:
        base.decide(decision(fingerprint))
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "base")
    for branch, mine in (("one", prints[5:20]), ("two", prints[20:])):
        git(tmp_path, "checkout", "-q", "-b", branch, "main")
        decisions = Decisions.read(file)
        for fingerprint in mine:
            decisions.decide(decision(fingerprint, who=branch))
        decisions.expire(prints[0], DAY if branch == "one" else DAY - dt.timedelta(days=9))
        git(tmp_path, "commit", "-qam", branch)
    merged = git(tmp_path, "merge", "-q", "--no-edit", "one")
    assert merged.returncode == 0, merged.stdout + merged.stderr
    after = Decisions.read(file)
    assert {d.fingerprint for d in after} == set(prints)
    assert after.get(prints[0]).until == "2025-02-20"  # both ended it: the earlier end holds
