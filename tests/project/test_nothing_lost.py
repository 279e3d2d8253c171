"""Nothing submitted is changed, nothing decided is lost, one bad file or form stops nothing."""

import json
import os
import stat
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from auditor import output_files
from auditor.cli import check
from auditor.findings import history
from auditor.findings.decisions import Decision, Decisions
from auditor.reporting.outputs import FORMATS
from tests.cli.test_cli import run

EXAMPLES = Path(__file__).parents[2] / "examples"
FORM = EXAMPLES / "卫生服务中心.docx"
RECORD = {"project": "甲", "funds": [], "indicators": []}


@pytest.fixture
def submitted(tmp_path):
    folder = tmp_path / "报送"
    folder.mkdir()
    (folder / "表.docx").write_bytes(FORM.read_bytes())
    return folder


def here(*arguments: str) -> int:
    """The exit code of ``auditor check`` in this process, which starts in no time."""
    return int(check.command.main([*arguments], standalone_mode=False) or 0)


def audited(*arguments: str) -> tuple[dict, subprocess.CompletedProcess]:
    done = run("check", *arguments, "--format", "json")
    return json.loads(done.stdout or b"{}"), done


# --- outputs --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["json", "html", "xlsx", "docx", "csv"])
def test_no_report_is_written_over_the_form(submitted, name):
    form = submitted / "表.docx"
    before = form.read_bytes()
    done = run("check", str(form), "--format", name, "-o", str(form))
    assert done.returncode == 2
    assert "会覆盖" in done.stderr.decode()
    assert form.read_bytes() == before


def test_the_form_is_known_by_whatever_name_and_option(submitted, tmp_path):
    form = submitted / "表.docx"
    before = form.read_bytes()
    symbolic, hard = tmp_path / "链接.json", tmp_path / "硬链接.json"
    symbolic.symlink_to(form)
    os.link(form, hard)
    for option, value in (
        ("-o", symbolic), ("-o", hard), ("-o", tmp_path / "报送" / ".." / "报送" / "表.docx"),
        ("--history", form), ("--resume", hard), ("--mark", submitted),
    ):  # fmt: skip
        done = run("check", str(submitted), option, str(value))
        assert done.returncode == 2, option
        assert done.stdout == b""
    for command in (["extract", str(form)], ["baseline", str(form)], ["diff", str(form), str(form)],
                    ["gate", str(form)]):  # fmt: skip
        assert run(*command, "-o", str(hard)).returncode == 2, command
    assert run("check", str(form), "-o", str(tmp_path), "--format", "docx").returncode in (0, 1)
    assert run("check", str(form), "-o", str(submitted), "--format", "docx").returncode == 2
    assert form.read_bytes() == before


def test_decisions_are_not_written_into_a_form(submitted, tmp_path):
    empty = submitted / "空.txt"
    empty.write_text("", "utf-8")
    add = ["waivers", "add", "0" * 16, "--reason", "因", "--from", str(submitted)]
    assert run(*add, "--waivers", str(empty)).returncode == 2
    assert run("review", "--plain", str(submitted), "--waivers", str(empty)).returncode == 2
    assert empty.read_bytes() == b""
    held = Decisions.read(submitted / "决定.yaml")
    held.decide(Decision("0" * 16, reason="因"))
    with held.changing():
        held.drop("0" * 16)
    assert run("check", str(submitted), "-q").stderr.decode().count("决定.yaml") == 1  # passed over


def test_two_outputs_are_not_one_file(submitted, tmp_path):
    same = str(tmp_path / "x")
    assert run("check", str(submitted), "-o", same, "--history", same).returncode == 2


def test_a_full_disk_leaves_the_old_report_or_none(tmp_path):
    def torn():
        yield "<html>"
        raise OSError(28, "No space left on device")

    target = tmp_path / "r.html"
    with pytest.raises(OSError, match="No space"):
        output_files.write(target, torn())
    assert list(tmp_path.iterdir()) == []
    target.write_text("old", "utf-8")
    with pytest.raises(OSError, match="No space"):
        output_files.write(target, torn())
    assert [(path.name, path.read_text("utf-8")) for path in tmp_path.iterdir()] == [
        ("r.html", "old")
    ]


def test_a_link_stays_a_link_and_rights_stay(tmp_path):
    real, link = tmp_path / "real", tmp_path / "link"
    real.write_text("old", "utf-8")
    real.chmod(0o640)
    link.symlink_to(real)
    output_files.write(link, "new")
    assert link.is_symlink()
    assert real.read_text("utf-8") == "new\n"
    assert stat.S_IMODE(real.stat().st_mode) == 0o640


def test_a_device_is_written_to():
    done = run("check", str(FORM), "--format", "json", "-o", "/dev/stdout")
    assert json.loads(done.stdout)["schema"] == "findings/1"


@pytest.mark.skipif(sys.platform == "win32", reason="file systems of other systems")
def test_no_space_at_all_is_said_and_leaves_nothing():
    done = run("check", str(FORM), "--format", "html", "-o", "/dev/full")
    assert done.returncode == 2


# --- decisions ------------------------------------------------------------------------------


def test_waivers_added_at_the_same_time_are_all_kept(tmp_path):
    file = tmp_path / "auditor-waivers.yaml"
    prints = [f"{n:016x}" for n in range(16)]

    def add(fingerprint: str) -> int:
        return run(
            "waivers", "add", fingerprint, "--reason", "因", "--waivers", str(file)
        ).returncode

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(add, prints)) == {0}
    assert {decision.fingerprint for decision in Decisions.read(file)} == set(prints)


def test_audits_kept_at_the_same_time_are_all_kept(tmp_path):
    file = tmp_path / "历史.duckdb"

    def keep(_n: int) -> int:
        return run("check", str(FORM), "-q", "--history", str(file)).returncode

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(keep, range(4))) == {1}
    assert [row[0] for row in history.asked(file, "rounds")[1]] == [1, 2, 3, 4]


# --- inputs ---------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="no named pipes in folders")
def test_a_pipe_is_not_opened_and_is_named(submitted):
    os.mkfifo(submitted / "管道.docx")
    (submitted / "断链.docx").symlink_to(submitted / "没有.docx")
    told, done = audited(str(submitted))
    assert len(told["reports"]) == 3
    assert "管道.docx" in done.stderr.decode()
    assert [(p["file"][-7:], p["code"]) for p in told["problems"]] == [("断链.docx", "missing")]
    told, _done = audited(str(submitted / "管道.docx"))
    assert [p["code"] for p in told["problems"]] == ["unknown-type"]


def test_half_a_character_costs_its_own_cell_and_nothing_else(tmp_path):
    bad = {**RECORD, "project": "乙\ud800", "goal_actual": "完成\x00\ufffe"}
    (tmp_path / "a.json").write_text(json.dumps([RECORD, bad]), "utf-8")
    told, done = audited(str(tmp_path / "a.json"))
    assert done.returncode in (0, 1)
    assert [r["project"] for r in told["reports"]] == ["甲", "乙[U+D800]"]
    extracted = json.loads(run("extract", str(tmp_path / "a.json")).stdout)["evaluations"][1]
    assert extracted["goal_actual"] == "完成[U+0000][U+FFFE]"
    assert [doubt["cell"] for doubt in extracted["doubts"]] == ["/project", "/goal_actual"]
    for name in FORMATS:
        if name != "pdf":
            assert run("check", str(tmp_path / "a.json"), "--format", name).returncode in (0, 1), (
                name
            )


def test_a_broken_line_costs_its_own_record(tmp_path):
    lines = [json.dumps({**RECORD, "project": name}) for name in "甲乙丙"]
    lines.insert(1, '{"project": "坏",')
    lines.append('{"project": "双", "project": "双2", "funds": [], "indicators": []}')
    lines.append('{"project": "深", "funds": [{"label": "a", "label": "b"}], "indicators": []}')
    (tmp_path / "a.jsonl").write_text("\n".join(lines), "utf-8")
    told, done = audited(str(tmp_path / "a.jsonl"))
    assert [r["project"] for r in told["reports"]] == ["甲", "乙", "丙"]
    assert [(p["file"].rpartition(":")[2], p["code"]) for p in told["problems"]] == [
        ("2", "damaged"), ("5", "bad-evaluation"), ("6", "bad-evaluation"),
    ]  # fmt: skip
    assert "project" in told["problems"][1]["message"]
    assert "label" in told["problems"][2]["message"]
    assert done.returncode == 3


def test_a_document_with_two_lists_is_refused(tmp_path):
    (tmp_path / "a.json").write_text('{"evaluations": [], "evaluations": []}', "utf-8")
    told, _done = audited(str(tmp_path / "a.json"))
    assert [p["code"] for p in told["problems"]] == ["bad-evaluation"]


def test_a_very_long_text_is_judged_by_its_beginning_and_says_so(tmp_path):
    text = "未完工" * 300_000
    (tmp_path / "a.json").write_text(json.dumps({**RECORD, "goal_actual": text}), "utf-8")
    extracted = json.loads(run("extract", str(tmp_path / "a.json")).stdout)["evaluations"][0]
    assert extracted["goal_actual"] == text
    assert [doubt["cell"] for doubt in extracted["doubts"]] == ["/goal_actual"]
    told, done = audited(str(tmp_path / "a.json"))
    assert done.returncode in (0, 1)
    assert "/goal_actual" not in {c for f in told["reports"][0]["findings"] for c in f["cells"]}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"goal_actual": "长" * 2_000_001}, "/goal_actual"),
        ({"indicators": [{"level3": "x"}] * 2_001}, "2000"),
        ({"other": [1] * 50_001}, "50000"),
    ],
)
def test_a_form_past_a_limit_is_a_problem_of_its_own(tmp_path, change, said):
    (tmp_path / "a.json").write_text(json.dumps([{**RECORD, **change}, RECORD]), "utf-8")
    told, done = audited(str(tmp_path / "a.json"))
    assert [(p["code"], said in p["message"]) for p in told["problems"]] == [("too-large", True)]
    assert len(told["reports"]) == 1
    assert done.returncode == 3


def renamed(raw: Path, target: Path, change) -> Path:
    with zipfile.ZipFile(raw) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(change(name), old.read(name))
    return target


def test_part_names_in_another_case_are_the_same_parts(tmp_path):
    for source in (FORM, FORM.with_suffix(".xlsx")):
        upper = renamed(source, tmp_path / f"a{source.suffix}", str.lower)
        told, _done = audited(str(upper))
        assert not told["problems"]
        assert len(told["reports"]) == 3


def test_a_package_without_its_main_part_is_no_archive_of_files(tmp_path):
    broken = tmp_path / "a.docx"
    with zipfile.ZipFile(broken, "w") as new:
        new.writestr("[content_types].xml", "<x/>")
        new.writestr("word/styles.xml", "<x/>")
    told, _done = audited(str(broken))
    assert [(p["file"], p["code"]) for p in told["problems"]] == [(str(broken), "damaged")]


def test_a_table_of_strings_made_to_hurt_is_refused_at_once(tmp_path):
    hostile = tmp_path / "a.xlsx"
    strings = b"".join(b"<si><t>%06x</t></si>" % number for number in range(1_000_001))
    listed = (
        b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/'
        b'vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
    )
    with (
        zipfile.ZipFile(FORM.with_suffix(".xlsx")) as old,
        zipfile.ZipFile(hostile, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package,
    ):
        for name in old.namelist():
            package.writestr(name, old.read(name).replace(b"</Types>", listed))
        package.writestr("xl/sharedStrings.xml", b"<sst>" + strings + b"</sst>")
    told, _done = audited(str(hostile))
    assert [(p["code"], "文字表" in p["message"]) for p in told["problems"]] == [
        ("too-large", True)
    ]


def test_the_second_run_reads_no_file_of_the_first(submitted):
    for name in FORMATS:
        if name != "pdf":
            here(str(submitted), "--format", name, "-o", str(submitted / f"报告.{name}"))
    run("check", str(submitted), "-q", "--history", str(submitted / "历史"), "--resume",
        str(submitted / "读过"), "-o", str(submitted / "屏幕.txt"))  # fmt: skip
    run("baseline", str(submitted / "表.docx"), "-o", str(submitted / "基线"))
    run("waivers", "add", "0" * 16, "--reason", "因", "--waivers", str(submitted / "决定.yml"))
    run("check", str(submitted), "-q", "--mark", str(submitted / "批注"))
    told, done = audited(str(submitted))
    assert told["problems"] == []
    assert len(told["reports"]) == 3
    assert done.returncode == 1
    for name in (*(f"报告.{name}" for name in FORMATS if name != "pdf"), "历史", "读过", "屏幕.txt",
                 "基线", "决定.yml", "批注"):  # fmt: skip
        assert name in done.stderr.decode(), name


def test_reports_may_be_written_again_where_they_are(submitted):
    target = submitted / "报告.html"
    for _again in range(2):
        assert here(str(submitted), "--format", "html", "-o", str(target)) == 1
    target.write_text("<html><table><tr><td>项目名称</td></tr></table>", "utf-8")
    assert run("check", str(submitted), "--format", "html", "-o", str(target)).returncode == 2


def test_a_folder_of_nothing_but_reports_is_said_to_hold_no_form(submitted):
    run("check", str(submitted), "--format", "json", "-o", str(submitted / "r.json"))
    (submitted / "表.docx").unlink()
    told, done = audited(str(submitted))
    assert [p["code"] for p in told["problems"]] == ["no-form"]
    assert done.returncode == 3
