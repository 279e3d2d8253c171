"""Interrupted reading goes on where it was, and gives the same bytes."""

import os
import signal
import subprocess
import sys
import time
import zipfile

import pytest

from auditor.forms.reading_cache import ReadingCache
from auditor.pipeline import extract
from tests.cli.test_cli import EXAMPLES, run

pytestmark = pytest.mark.slow


@pytest.fixture
def submission(tmp_path):
    folder = tmp_path / "提交"
    folder.mkdir()
    for number in range(30):
        for source in EXAMPLES.glob("*.docx"):
            (folder / f"{number:02}{source.name}").write_bytes(source.read_bytes())
    (folder / "坏.docx").write_bytes(b"PK\x03\x04 nothing")
    with zipfile.ZipFile(folder / "包.zip", "w") as archive:
        for source in EXAMPLES.glob("*.xlsx"):
            archive.write(source, source.name)
    return folder


def plain(extraction):
    return (
        [f.as_dict() | {"unknown": sorted(f.unknown)} for f in extraction.evaluations],
        extraction.problems,
        extraction.notes,
    )


def test_what_is_kept_is_what_was_read(submission, tmp_path):
    first = extract([str(submission)], jobs=1)
    kept = ReadingCache(tmp_path / "kept")
    second = extract([str(submission)], jobs=2, kept=kept)
    kept.close()
    again = ReadingCache(tmp_path / "kept")
    names: list[str] = []
    third = extract([str(submission)], names.append, jobs=1, kept=again)
    assert plain(first) == plain(second) == plain(third)
    assert len(names) == 30 * 3 + 1 + 3


def test_a_kept_file_is_not_read_again_and_a_changed_one_is(submission, tmp_path, monkeypatch):
    kept = ReadingCache(tmp_path / "kept")
    extract([str(submission)], jobs=1, kept=kept)
    read: list[str] = []
    from auditor import pipeline

    once = pipeline.read_one
    monkeypatch.setattr(pipeline, "read_one", lambda e: read.append(pipeline._name(e)) or once(e))
    extract([str(submission)], jobs=1, kept=kept)
    assert read == []
    changed = submission / "00卫生服务中心.docx"
    changed.write_bytes((EXAMPLES / "园林绿化养护所.docx").read_bytes() + b" ")
    (submission / "改名.docx").write_bytes((EXAMPLES / "卫生服务中心.docx").read_bytes())
    after = extract([str(submission)], jobs=1, kept=kept)
    assert read == [str(changed)]
    assert {f.file for f in after.evaluations} >= {str(submission / "改名.docx")}


@pytest.mark.parametrize("cut", [1, 7, 300, 5000])
def test_a_line_that_a_kill_cut_off_is_read_again(submission, tmp_path, cut):
    path = tmp_path / "kept"
    first = extract([str(submission)], jobs=1, kept=ReadingCache(path))
    raw = path.read_bytes()
    path.write_bytes(raw[:-cut])
    assert plain(extract([str(submission)], jobs=1, kept=ReadingCache(path))) == plain(first)
    assert path.read_bytes().endswith(b"\n")


@pytest.mark.parametrize("size", [3, 4000])
def test_a_file_of_something_else_is_refused_and_left_alone(tmp_path, size):
    path = tmp_path / "表.docx"
    path.write_bytes(raw := b"PK\x03" + os.urandom(size))
    with pytest.raises(OSError, match="不是读取记录"):
        ReadingCache(path)
    assert path.read_bytes() == raw


def test_a_file_in_use_says_who_holds_it(tmp_path, monkeypatch):
    monkeypatch.setattr("auditor.file_locks.PATIENCE", 0.1)
    kept = ReadingCache(tmp_path / "kept")
    with pytest.raises(OSError, match=f"进程 {os.getpid()}"):
        ReadingCache(tmp_path / "kept")
    kept.close()
    ReadingCache(tmp_path / "kept").close()


def test_a_killed_check_goes_on_and_gives_the_same_bytes(submission, tmp_path):
    whole = run("check", str(submission), "--format", "json").stdout
    kept = tmp_path / "kept"
    command = [sys.executable, "-c", "from auditor.cli import main; main()", "check", str(submission),
               "--format", "json", "--resume", str(kept)]  # fmt: skip
    for delay in (0.9, 1.4):
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(delay)
        child.send_signal(signal.SIGKILL)
        child.wait()
    done = run("check", str(submission), "--format", "json", "--resume", str(kept))
    assert done.stdout == whole
    assert (
        run("extract", str(submission), "--resume", str(kept)).stdout
        == run("extract", str(submission)).stdout
    )


def test_a_place_that_cannot_be_written_is_told(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("x", "utf-8")
    done = run("check", str(EXAMPLES / "卫生服务中心.docx"), "--resume", str(blocked / "x"))
    assert done.returncode == 2
