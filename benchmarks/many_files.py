"""A zip of many mixed files through ``auditor extract``: ``python benchmarks/many_files.py ARCHIVE``.

Prints the wall time, the peak memory of the whole process tree (proportional set size, so that pages
that the workers share count once) and how long the command takes to end after Ctrl-C. Without
ARCHIVE it makes one of 1,000 files from ``examples/``; Linux only.
"""

import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import click

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
from tests.rendering import office, render  # noqa: E402
from tests.rendering.examples import FOLDER, TEMPLATE_OF, forms_of  # noqa: E402

EXTRACT = [sys.executable, "-c", "from auditor.cli import main; main()", "extract", "--jobs", "2"]


def sources() -> list[tuple[str, bytes]]:
    """The examples in every format that can be made here."""
    made = []
    for stem, template in TEMPLATE_OF.items():
        made += [(s, (FOLDER / f"{stem}.{s}").read_bytes()) for s in ("docx", "xlsx", "txt")]
        made.append(("html", render.to_html(forms_of(stem), template)))
    if office.available():
        with tempfile.TemporaryDirectory() as folder:
            for source, suffix in (("docx", "pdf"), ("docx", "doc"), ("xlsx", "xls")):
                listed = [FOLDER / f"{stem}.{source}" for stem in TEMPLATE_OF]
                office.convert(listed, suffix, Path(folder))
            made += [(p.suffix[1:], p.read_bytes()) for p in sorted(Path(folder).iterdir())]
    return made


def write_archive(path: Path, files: int) -> None:
    listed = sources()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(files):
            suffix, raw = listed[number % len(listed)]
            archive.writestr(f"单位{number // 50:02}/表{number:04}.{suffix}", raw)


def tree(pid: int) -> list[int]:
    """A process and everything below it."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    except OSError:
        return []
    return [pid, *(below for child in children for below in tree(int(child)))]


def memory(pids: list[int]) -> int:
    """Proportional set size of processes, in KiB."""
    total = 0
    for pid in pids:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
        except OSError:
            continue
        total += next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
    return total


def whole(archive: Path, output: Path) -> tuple[float, float]:
    """Seconds and peak MiB of one extraction."""
    start, peak = time.monotonic(), 0
    with subprocess.Popen([*EXTRACT, "--output", str(output), str(archive)], cwd=ROOT) as process:
        while process.poll() is None:
            peak = max(peak, memory(tree(process.pid)))
            time.sleep(0.2)
    return time.monotonic() - start, peak / 1024


def interrupted(archive: Path, output: Path) -> tuple[float, int]:
    """Seconds from Ctrl-C to the end, and how many processes or files stay behind."""
    process = subprocess.Popen(
        [*EXTRACT, "--output", str(output), str(archive)], cwd=ROOT, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    time.sleep(4)
    below = tree(process.pid)
    start = time.monotonic()
    process.send_signal(signal.SIGINT)
    process.wait(timeout=60)
    took = time.monotonic() - start
    time.sleep(0.5)
    return took, sum(map(alive, below)) + output.exists()


def alive(pid: int) -> bool:
    """Whether a process still runs; one that has ended and was not waited for does not."""
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text("utf-8")
    except OSError:
        return False


@click.command()
@click.argument("archive", required=False, type=click.Path(path_type=Path))
@click.option("--files", default=1000, show_default=True)
def main(archive: Path | None, files: int) -> None:
    """Measures one archive."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if archive is None:
            archive = folder / "submission.zip"
            write_archive(archive, files)
        seconds, peak = whole(archive, folder / "forms.json")
        took, left = interrupted(archive, folder / "never.json")
        click.echo(f"{files} files: {seconds:.1f} s, peak {peak:.0f} MiB")
        click.echo(f"Ctrl-C: ended after {took:.2f} s, {left} processes or files left")


if __name__ == "__main__":
    main()
