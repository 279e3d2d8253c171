"""LibreOffice reads what the first parser gives up on, and never outlives who started it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import anydoc
import pytest

from auditor.forms.document_reader import evaluations
from auditor.intake import office
from auditor.intake.files import Found, read
from auditor.intake.problems import Unreadable
from auditor.pipeline import extract
from tests.rendering import office as maker
from tests.rendering.examples import FOLDER, forms_of

installed = pytest.mark.skipif(office.program() is None, reason="LibreOffice is not installed")


def give_up(_raw):
    raise anydoc.UnsupportedError("not this one")


@installed
@pytest.mark.parametrize("suffix", ["doc", "rtf"])
def test_what_the_first_parser_cannot_read_the_second_reads_the_same(tmp_path, monkeypatch, suffix):
    maker.convert([FOLDER / "卫生服务中心.docx"], suffix, tmp_path)
    path = tmp_path / f"卫生服务中心.{suffix}"
    first = extract([str(path)]).evaluations
    monkeypatch.setattr(anydoc, "to_document", give_up)
    second, problems, _notes = evaluations(read(Found(str(path), path)))
    assert problems == []
    assert [dict(f.cells()) for f in second] == [dict(f.cells()) for f in first]
    assert [dict(f.cells()) for f in second] == [dict(f.cells()) for f in forms_of("卫生服务中心")]


@pytest.mark.parametrize("program", [None, Path("/bin/false")])
def test_without_a_second_reader_or_when_it_fails_too_the_file_is_damaged(monkeypatch, program):
    monkeypatch.setattr(anydoc, "to_document", give_up)
    monkeypatch.setattr(office, "program", lambda: program)
    with pytest.raises(Unreadable) as refused:
        read(Found("a.rtf", None, b"{\\rtf1 text}"))
    assert refused.value.code == "damaged"


def test_a_second_reader_that_hangs_is_stopped(monkeypatch, tmp_path):
    slow = tmp_path / "slow"
    slow.write_text("#!/bin/sh\nexec sleep 600\n")
    slow.chmod(0o755)
    monkeypatch.setattr(office, "program", lambda: slow)
    monkeypatch.setattr(office, "SECONDS", 0.5)
    start = time.monotonic()
    assert office.converted(b"{\\rtf1}", "rtf") is None
    assert time.monotonic() - start < 10


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the tie is Linux's")
def test_it_ends_when_the_worker_that_started_it_is_killed(tmp_path):
    slow = tmp_path / "slow"
    slow.write_text("#!/bin/sh\nexec sleep 600\n")
    slow.chmod(0o755)
    script = (
        "from pathlib import Path; from auditor.intake import office; "
        f"office.program = lambda: Path({str(slow)!r}); office.converted(b'x', 'rtf')"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen([sys.executable, "-c", script], env=environment) as worker:
        children = Path(f"/proc/{worker.pid}/task/{worker.pid}/children")
        child = _until(lambda: children.read_text().split()[:1])[0]
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        assert _until(lambda: not _runs(child))


def _runs(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _until(happened):
    for _n in range(200):
        if result := happened():
            return result
        time.sleep(0.05)
    raise AssertionError("it did not happen within ten seconds")
