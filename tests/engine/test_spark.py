"""Spark gives what DuckDB gives, from and to any file system, also when a worker is killed."""

import json
import os
import shutil
import signal
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from auditor.engine import rule_runner
from auditor.facts import fact_tables
from auditor.pipeline import choose, extract
from tests.cli.test_cli import EXAMPLES, run

pyspark = pytest.importorskip("pyspark", reason="pyspark is not installed (auditor[spark])")
pytest.importorskip("pyarrow", reason="pyarrow is not installed (auditor[spark])")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("java") is None, reason="Java is not installed"),
    pytest.mark.filterwarnings("ignore"),
]


@pytest.fixture(scope="module")
def session():
    from auditor.engine import spark

    made = spark.session("local[2,4]")
    yield made
    made.stop()


def test_every_rule_gives_the_same_rows_on_spark(session):
    from auditor.engine import spark
    from benchmarks.forms import forms
    from benchmarks.spark_equality import same

    choice = choose()
    parameters = choice.profile.parameters
    facts = fact_tables.build(forms(0, 120), fact_tables.Norms.of(parameters))
    ours = rule_runner.run(choice.rules, facts, parameters)
    theirs = spark.run(choice.rules, facts, parameters, session)
    assert len(ours.hits) > 100
    assert theirs.errors == []
    assert same(ours, theirs) == 0


def files() -> list[tuple[str, str]]:
    return [(path.stem, str(path)) for path in sorted(EXAMPLES.glob("*.docx"))]


def told(rows) -> Counter:
    return Counter((r["file"], r["form"], r["rule"], r["cell"], r["fingerprint"]) for r in rows)


def expected(paths) -> Counter:
    from auditor.api import audit

    found: Counter = Counter()
    for path in paths:
        for report in audit(path).reports:
            form = report.evaluation
            found.update(
                (form.file, form.form, f.rule, f.cells[0] if f.cells else "", f.fingerprint)
                for f in report.findings
            )
    return found


def test_the_job_reads_a_list_and_writes_parquet(session, tmp_path):
    from auditor.scale import job

    output = str(tmp_path / "out")
    broken = tmp_path / "坏.docx"
    broken.write_bytes(b"PK\x03\x04")
    job.run(session, [*files(), ("坏", str(broken))], output, "national")
    rows = session.read.parquet(f"{output}/findings").collect()
    assert told(rows) == expected([path for _s, path in files()])
    problems = [
        json.loads(r["problems"]) for r in session.read.parquet(f"{output}/forms").collect()
    ]
    assert [p[0]["code"] for p in problems if p] == ["damaged"]


def test_the_job_reads_other_file_systems(session, tmp_path):
    from auditor.scale import job

    source = EXAMPLES / "卫生服务中心.docx"
    pairs = [("甲", f"file://{source}")]
    rows = job.findings(job.read(session, pairs)).collect()
    assert {r["rule"] for r in rows} >= {"X02", "C06", "X10"}
    import fsspec

    with fsspec.open("memory://表.docx", "wb") as stream:
        stream.write(source.read_bytes())
    row = job._row("甲", "memory://表.docx")  # memory is that of one process
    assert len(json.loads(row["forms"])) == 3


def test_a_list_names_submissions_or_takes_folders():
    from auditor.scale import job

    assert job.listed(["甲\t/a/b.docx\n", "/c/d/e.xlsx", "", "  "]) == [
        ("甲", "/a/b.docx"),
        ("/c/d", "/c/d/e.xlsx"),
    ]


def test_a_killed_worker_changes_nothing(session, tmp_path):
    """A Python worker of Spark is killed while it reads; the task is tried again."""
    from auditor.scale import job

    listed = [(f"{n}", path) for n in range(12) for _s, path in files()]
    killed: list[int] = []

    def kill() -> None:
        for _n in range(600):
            for entry in Path("/proc").iterdir():
                if not entry.name.isdigit():
                    continue
                try:
                    command = (entry / "cmdline").read_bytes()
                    parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
                    inside = (
                        b"pyspark.daemon" in command
                        and b"pyspark.daemon" in Path(f"/proc/{parent}/cmdline").read_bytes()
                    )
                except (OSError, ValueError):
                    continue
                if inside:
                    time.sleep(0.3)
                    try:
                        os.kill(int(entry.name), signal.SIGKILL)
                    except ProcessLookupError:
                        continue
                    killed.append(int(entry.name))
                    return
            time.sleep(0.02)

    if not Path("/proc").is_dir():
        pytest.skip("worker processes are found through /proc")
    killer = threading.Thread(target=kill)
    killer.start()
    rows = job.findings(job.read(session, listed)).collect()
    killer.join()
    assert killed
    one = expected([path for _s, path in files()])
    assert told(rows) == Counter({key: count * 12 for key, count in one.items()})


def test_check_runs_its_rules_on_spark():
    source = str(EXAMPLES / "卫生服务中心.docx")
    by = [
        run("check", source, "--format", "json", *engine) for engine in ((), ("--engine", "spark"))
    ]
    assert by[1].returncode == 1, by[1].stderr.decode()[-500:]
    assert json.loads(by[0].stdout) == json.loads(by[1].stdout)


def test_a_form_survives_being_kept():
    from auditor.forms.reading_cache import from_plain, to_plain

    for form in extract([str(path) for path in EXAMPLES.glob("*.txt")]).evaluations:
        assert from_plain(json.loads(json.dumps(to_plain(form)))) == form
