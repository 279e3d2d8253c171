"""Any folder of files through ``extract`` and ``check``: ``python -m benchmarks.corpora DIR [DIR …]``.

Meant for the test documents of other parsers' projects, which are as odd as files get. Each file is
read by a worker of its own and timed by its parent; then ``auditor check`` goes over each folder as a
user would start it. What must never happen: a crash, a file that is neither in a report nor in a
problem nor in a note, a file over its limit by more than a second, a reader's own fault, noise on
standard error. None of the files enters this repository. Figures go to docs/reliability.md.
"""

import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import click

from auditor.intake.files import Entry, Found, find
from auditor.intake.limits import SECONDS
from auditor.intake.workers import HUNG, Crew
from auditor.language import use
from auditor.pipeline import _lost, read_one
from benchmarks.measuring import Section

NOTE = re.compile(r".*：.*|.*: [a-z-]+: .*|.*--profile .*")  # what a user is told, line by line


@dataclass
class Tally:
    """What became of the files of one folder."""

    name: str
    files: int = 0
    forms: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    passed_over: int = 0
    crashed: int = 0
    hung: int = 0
    late: int = 0
    lost: list[str] = field(default_factory=list)
    slowest: float = 0.0
    check: str = ""
    noise: list[str] = field(default_factory=list)
    memory: int = 0


class Reader:
    """One worker; a file at a time, timed."""

    def __init__(self) -> None:
        self.crew: Crew[Entry, object] = Crew(read_one, 1, use, ("zh",))

    def read(self, entry: Entry) -> tuple[str, object, float]:
        """The name of a file, what came of it, and the seconds that it took."""
        start = time.monotonic()
        result = next(self.crew.map([entry]))
        name = entry.name if isinstance(entry, Found) else entry[0]
        return name, result, time.monotonic() - start


def extracted(folder: Path, tally: Tally, jobs: int) -> None:
    """Every file read, and what became of it."""
    readers = [Reader() for _n in range(jobs)]
    free = list(readers)

    def one(entry: Entry) -> tuple[str, object, float]:
        reader = free.pop()
        try:
            return reader.read(entry)
        finally:
            free.append(reader)

    with ThreadPoolExecutor(jobs) as pool:
        for name, result, seconds in pool.map(one, _entries(folder)):
            lost = result if isinstance(result, str) else None
            forms, problems, notes = _lost(name, lost) if lost else result
            tally.files += 1
            tally.forms += len(forms)
            tally.codes.update(problem.code for problem in problems)
            tally.passed_over += bool(notes) and not forms and not problems
            tally.crashed += lost not in (None, HUNG)
            tally.hung += lost == HUNG
            tally.late += seconds > SECONDS + 1
            tally.slowest = max(tally.slowest, seconds)
            if not forms and not problems and not notes:
                tally.lost.append(name)
            if lost or seconds > SECONDS / 6 or any(p.code == "reader-failed" for p in problems):
                click.echo(
                    f"  {name}: {lost or ''} {seconds:.1f} s {[p.message for p in problems][:1]}"
                )
    for reader in readers:
        reader.crew.close()


def _entries(folder: Path) -> Iterator[Entry]:
    yield from find((str(folder),))


def checked(folder: Path, tally: Tally, jobs: int) -> None:
    """``auditor check`` over the folder: its exit code, its document, its standard error."""
    with tempfile.TemporaryDirectory() as name:
        target = Path(name) / "out.json"
        command = [sys.executable, "-c", "from auditor.cli import main; main()", "check", str(folder),
                   "--format", "json", "-o", str(target), "--jobs", str(jobs)]  # fmt: skip
        done = subprocess.run(command, capture_output=True, check=False)
        told = json.loads(target.read_bytes()) if target.exists() else None
    tally.memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    tally.check = f"exit {done.returncode}" if told else f"exit {done.returncode}, no document"
    lines = done.stderr.decode("utf-8", "replace").splitlines()
    tally.noise = [line for line in lines if not NOTE.fullmatch(line)]
    if told is not None:
        names = {report["source"]["file"] for report in told["reports"]}
        names |= {problem["file"] for problem in told["problems"]}
        said = "\n".join([*names, *lines])
        # The same form met through two formats of one file is one form: 表.docx beside 表.xlsx.
        stems = {Path(name).with_suffix("") for name in names}
        tally.lost += [
            name
            for name in _names(folder)
            if name not in said
            and Path(name).with_suffix("") not in stems
            and name not in tally.lost
        ]


def _names(folder: Path) -> Iterator[str]:
    for entry in find((str(folder),)):
        yield entry.name if isinstance(entry, Found) else entry[0]


COLUMNS = (
    "files of", "files", "forms", "problems by code", "passed over", "workers lost", "stopped at the limit",
    "over it by more than 1 s", "lost without a word", "slowest, s", "check", "noise on stderr, lines",
    "peak MiB of a process",
)  # fmt: skip


def row(tally: Tally) -> tuple[object, ...]:
    """A line of the table."""
    codes = ", ".join(f"{code} {n}" for code, n in tally.codes.most_common())
    return (
        tally.name, tally.files, tally.forms, codes, tally.passed_over, tally.crashed, tally.hung, tally.late,
        len(tally.lost), f"{tally.slowest:.1f}", tally.check, len(tally.noise), tally.memory,
    )  # fmt: skip


@click.command()
@click.argument("folders", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--jobs", default=os.cpu_count() or 1, show_default=True)
@click.option("--write/--no-write", default=True, help="write docs/reliability.md")
def main(folders: tuple[Path, ...], jobs: int, *, write: bool) -> None:
    """Goes over the folders and fails if anything was lost."""
    tallies = []
    for folder in folders:
        tally = Tally(folder.name.replace("+", "/"))
        extracted(folder, tally, jobs)
        checked(folder, tally, jobs)
        tallies.append(tally)
        for line in [*tally.lost[:5], *tally.noise[:5]]:
            click.echo(f"  {line[:300]}")
    files = sum(tally.files for tally in tallies)
    section = Section(
        "reliability.md", "corpora", "python -m benchmarks.corpora DIR …", COLUMNS, [row(tally) for tally in tallies],
        after=(f"{files:,} files, members of archives included: the test documents of these projects, as their "
               "repositories had them.",),
    )  # fmt: skip
    click.echo("\n".join(section.lines()))
    if write:
        section.publish()
    bad = sum(
        t.late + len(t.lost) + len(t.noise) + t.codes["reader-failed"] + t.crashed for t in tallies
    )
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
