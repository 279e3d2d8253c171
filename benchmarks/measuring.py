"""What every benchmark has in common: clocks, processes, and where its table is kept.

A benchmark is a module with ``measure(...) -> list[Section]`` and a click command made by
:func:`command`. It prints its tables, puts each between its marks in a page of docs/, and writes JSON
where it is asked to. ``python -m benchmarks.suite`` runs them all.
"""

import json
import os
import platform
import statistics
import subprocess
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import click

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
SAMPLED = 0.1  # seconds between two looks at the memory of a process tree

# An installed package has its bytecode. Where Python is told not to keep any, a checkout is compiled
# by every process, which takes longer than it then runs.
ENVIRONMENT = {
    name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
}


@dataclass(frozen=True, slots=True)
class Section:
    """One table: ``mark`` names its place in ``page``; ``data`` are the figures behind it."""

    page: str
    mark: str
    made: str
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]
    data: Any = None
    after: Sequence[str] = field(default=())

    def lines(self) -> list[str]:
        """The table in Markdown, under a line that says how it was made."""
        return [
            f"Made by `{self.made}` on {machine()}.",
            "",
            f"| {' | '.join(self.columns)} |",
            f"|{'---|' * len(self.columns)}",
            *(f"| {' | '.join(map(shown, row))} |" for row in self.rows),
            *(["", *self.after] if self.after else []),
        ]

    def publish(self) -> None:
        """Puts the table between its marks."""
        path = DOCS / self.page
        opening, closing = f"<!-- {self.mark} -->", f"<!-- end of {self.mark} -->"
        text = path.read_text("utf-8")
        before, after = text.split(opening)[0], text.split(closing)[1]
        path.write_text(before + "\n".join([opening, *self.lines(), closing]) + after, "utf-8")


def machine() -> str:
    """The machine and the Python of a run."""
    return f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"


def shown(value: object) -> str:
    """A figure as a table prints it: three digits that tell something."""
    if value is None:
        return ""
    if not isinstance(value, float):
        return f"{value:,}" if isinstance(value, int) else str(value)
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def clocked(work: Callable[[], Any], repeats: int = 1) -> tuple[float, float, Any]:
    """Median wall and CPU seconds of ``repeats`` runs in this process, and the last result."""
    walls, cpus, result = [], [], None
    for _run in range(repeats):
        wall, cpu = time.perf_counter(), time.process_time()
        result = work()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return statistics.median(walls), statistics.median(cpus), result


@dataclass(frozen=True, slots=True)
class Usage:
    """A whole command: wall and CPU seconds, peak MiB of its process tree, exit code."""

    wall: float
    cpu: float
    peak: float
    code: int


def process(command: Sequence[str], *, sample: bool = False) -> Usage:
    """Runs a command to its end.

    ``cpu`` counts the children that it waited for. ``peak`` is its own resident memory, or with
    ``sample`` the proportional set size of the whole tree, so that shared pages count once (Linux).
    Without ``sample`` it is never below the memory of the process that asks: a child begins as it.
    """
    start, peak = time.perf_counter(), 0.0
    child = subprocess.Popen(
        list(command),
        cwd=ROOT,
        env=ENVIRONMENT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    done = 0
    while sample and not done:
        peak = max(peak, memory(tree(child.pid)) / 1024)
        time.sleep(SAMPLED)
        done, status, usage = os.wait4(child.pid, os.WNOHANG)
    if not done:
        _pid, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)  # it is waited for already
    wall = time.perf_counter() - start
    cpu = usage.ru_utime + usage.ru_stime
    return Usage(wall, cpu, peak or usage.ru_maxrss / 1024, child.returncode)


def tree(pid: int) -> list[int]:
    """A process and everything below it."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    except OSError:
        return []
    return [pid, *(below for child in children for below in tree(int(child)))]


def memory(pids: Iterable[int]) -> int:
    """Proportional set size of processes, in KiB."""
    total = 0
    for pid in pids:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
        except OSError:
            continue
        total += next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
    return total


def command(measure: Callable[..., list[Section]], *options: Any) -> click.Command:
    """The command of a benchmark; ``options`` are click's, named as ``measure``'s parameters."""

    @click.command(help=(measure.__doc__ or "").splitlines()[0])
    @click.option("--write/--no-write", default=True, help="write the tables into docs/")
    @click.option("--json", "target", type=click.Path(path_type=Path), help="JSON of the figures")
    def run(*, write: bool, target: Path | None, **given: Any) -> None:
        sections = measure(**given)
        for section in sections:
            click.echo("\n".join(["", *section.lines()]))
            if write:
                section.publish()
        if target is not None:
            listed = [asdict(section) for section in sections]
            target.write_text(json.dumps(listed, ensure_ascii=False, indent=1), "utf-8")

    for option in reversed(options):
        run = option(run)
    return run
