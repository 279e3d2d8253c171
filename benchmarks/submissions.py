"""Whole submissions through one command: ``python -m benchmarks.submissions --sizes 10,1000,20000``.

Folders of mixed files (docx, xlsx, html, json, pdf, doc, xls), a form in each, every second form with
a slip; ``auditor check`` over each folder as a process: wall and CPU seconds, peak memory of the whole
tree, and whether one and two jobs give the same bytes. Also how long it takes to end after Ctrl-C, and
what is left then. LibreOffice makes the pdf, doc and xls files; without it they are docx. Linux only.

Files are made once and kept in ``--folder``: twenty thousand take some minutes.
"""

import hashlib
import json
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import click

from benchmarks.forms import form
from benchmarks.measuring import ROOT, Section, command, process, tree

sys.path.insert(0, str(ROOT))
from tests.rendering import office, render
from tests.rendering.layout import TEMPLATES

CHECK = [sys.executable, "-c", "from auditor.cli import main; main()", "check", "--quiet"]
PAGE = "performance.md"
# Of fifty files. What clerks hand in: mostly Word, some Excel, few of the rest.
MIX = ("docx",) * 26 + ("xlsx",) * 10 + ("html",) * 5 + ("json",) * 5 + ("pdf", "pdf", "doc", "xls")
CONVERTED = {"pdf": "docx", "doc": "docx", "xls": "xlsx"}
TOGETHER = 50


def name(number: int, suffix: str) -> str:
    return f"单位{number // 100:03}/表{number:05}.{suffix}"


def write(number: int, folder: Path) -> None:
    """One file of the mix, or what LibreOffice will convert into it."""
    suffix = MIX[number % len(MIX)]
    suffix = CONVERTED.get(suffix, suffix)
    made, template = form(number), TEMPLATES[number % len(TEMPLATES)]
    target = folder / name(number, suffix)
    if suffix == "json":
        target.write_text(json.dumps([made.as_dict()], ensure_ascii=False), "utf-8")
        return
    draw = {"docx": render.to_docx, "xlsx": render.to_xlsx, "html": render.to_html}[suffix]
    target.write_bytes(draw([made], template))


def write_many(numbers: range, folder: Path) -> None:
    for number in numbers:
        write(number, folder)


def convert(numbers: list[int], suffix: str, folder: Path) -> None:
    """Has LibreOffice convert some files and puts them in their places."""
    with tempfile.TemporaryDirectory() as there:
        sources = [folder / name(number, CONVERTED[suffix]) for number in numbers]
        office.convert(sources, suffix, Path(there))
        for source in sources:
            made = Path(there) / f"{source.stem}.{suffix}"
            if made.exists():
                made.rename(source.with_suffix(f".{suffix}"))
                source.unlink()


def submission(folder: Path, files: int) -> Path:
    """A folder of so many files, made if it is not there."""
    target = folder / f"{files}"
    made = folder / f"{files}.made"
    if made.exists():
        return target
    for number in range(0, files, 100):
        (target / name(number, "x")).parent.mkdir(parents=True, exist_ok=True)
    chunks = [range(start, min(start + 200, files)) for start in range(0, files, 200)]
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(write_many, chunks, [target] * len(chunks)))
    if office.available():
        for suffix in CONVERTED:
            numbers = [n for n in range(files) if MIX[n % len(MIX)] == suffix]
            for start in range(0, len(numbers), TOGETHER):
                convert(numbers[start : start + TOGETHER], suffix, target)
    made.write_text("", "utf-8")
    return target


def checked(folder: Path, output: Path, jobs: int) -> dict[str, Any]:
    usage = process(
        [*CHECK, str(folder), "--format", "json", "-o", str(output), "--jobs", str(jobs)],
        sample=True,
    )
    whole = json.loads(output.read_bytes())
    return {
        "jobs": jobs, "wall": usage.wall, "cpu": usage.cpu, "peak": usage.peak, "code": usage.code,
        "forms": whole["summary"]["forms"], "problems": len(whole["problems"]),
        "findings": sum(len(report["findings"]) for report in whole["reports"]),
        "hash": hashlib.sha256(output.read_bytes()).hexdigest(),
    }  # fmt: skip


def interrupted(folder: Path, output: Path) -> tuple[float, int]:
    """Seconds from Ctrl-C to the end, and how many processes or files stay behind."""
    with subprocess.Popen(
        [*CHECK, str(folder), "--format", "json", "-o", str(output), "--jobs", "2"],
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        # A shell ignores Ctrl-C for what it runs in the background, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - no threads
    ) as child:  # fmt: skip
        time.sleep(4)
        below = tree(child.pid)
        start = time.monotonic()
        child.send_signal(signal.SIGINT)
        child.wait(timeout=60)
        took = time.monotonic() - start
    time.sleep(0.5)
    return took, sum(map(alive, below)) + output.exists()


def alive(pid: int) -> bool:
    """Whether a process still runs; one that has ended and was not waited for does not."""
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text("utf-8")
    except OSError:
        return False


def measure(sizes: str, folder: Path | None) -> list[Section]:
    """Folders of mixed files through one command, from files to findings."""
    rows, data = [], []
    with tempfile.TemporaryDirectory() as there:
        kept = folder or Path(there)
        output = Path(there) / "findings.json"
        listed = [int(size) for size in sizes.split(",")]
        for size in listed:
            made = submission(kept, size)
            runs = [checked(made, output, jobs) for jobs in (2, 1)]
            data.append({"files": size, "runs": runs})
            same = runs[0]["hash"] == runs[1]["hash"]
            rows += [
                [size, run["jobs"], run["wall"], run["cpu"], size / run["wall"], run["peak"],
                 run["findings"], run["problems"], "yes" if same else "NO"]
                for run in runs
            ]  # fmt: skip
            click.echo(str(rows[-2:]), err=True)
        took, left = interrupted(kept / str(listed[-1]), Path(there) / "never.json")
    return [Section(
        PAGE, "submissions", "python -m benchmarks.submissions`, `auditor check` as a process, `one run",
        ("files", "jobs", "s", "CPU, s", "files per second", "peak MiB of the tree", "findings",
         "problems", "same bytes with 1 and 2 jobs"),
        rows, data,
        [f"Ctrl-C in the middle of the largest: ended after {took:.1f} s, {left} processes or files left."],
    )]  # fmt: skip


if __name__ == "__main__":
    command(
        measure,
        click.option("--sizes", default="10,1000,20000", show_default=True),
        click.option("--folder", type=click.Path(path_type=Path), help="where files are kept"),
    )()
