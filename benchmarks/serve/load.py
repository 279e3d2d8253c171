"""Thirty units submit at once: ``python -m benchmarks.serve.load [--submissions 30] [--write]``.

Each uploads twenty files. While all of it is taken and audited, other visitors ask for pages; what
they wait is measured, with the memory of the server and its workers.
"""

import shutil
import tempfile
import threading
import time
from pathlib import Path

import click

from benchmarks.measuring import ROOT, Section, memory, tree
from benchmarks.serve.house import Clerk, House, audited

PATIENCE = 600  # seconds for all audits
SOURCES = sorted((ROOT / "examples").glob("*.docx"))


def files(folder: Path, submission: int, count: int) -> list[Path]:
    """``count`` files with a name of their own."""
    made = []
    for number in range(count):
        source = SOURCES[(submission + number) % len(SOURCES)]
        copy = folder / f"{submission:02}-{number:02}-{source.name}"
        shutil.copyfile(source, copy)
        made.append(copy)
    return made


class Rush:
    """Units that submit at once, visitors who ask for pages, and somebody who weighs the server."""

    def __init__(self, house: House, batches: list[list[Path]]) -> None:
        self._house, self._batches = house, batches
        self.links: list[str | None] = [None] * len(batches)
        self.waits: list[float] = []
        self.peak = 0.0
        self._over = threading.Event()

    def run(self) -> tuple[float, float, int]:
        """When all was confirmed, when all was audited, and how many were."""
        began = time.perf_counter()
        watchers = [threading.Thread(target=task) for task in (self._look, self._look, self._weigh)]
        clerks = [
            threading.Thread(target=self._hand_in, args=(number,))
            for number in range(len(self.links))
        ]
        for thread in (*watchers, *clerks):
            thread.start()
        for thread in clerks:
            thread.join()
        confirmed = time.perf_counter() - began
        done = self._all_audited(began)
        finished = time.perf_counter() - began
        self._over.set()
        for thread in watchers:
            thread.join()
        return confirmed, finished, done

    def _hand_in(self, number: int) -> None:
        clerk = Clerk(self._house)
        for _again in range(200):  # a page that is full asks to come back
            self.links[number] = clerk.upload(self._batches[number])
            if self.links[number] is not None:
                return
            time.sleep(0.5)

    def _look(self) -> None:
        clerk = Clerk(self._house)
        while not self._over.is_set():
            known = [link for link in self.links if link is not None]
            self.waits.extend(clerk.page(path)[0] for path in ("/", *known[:3]))
            time.sleep(0.05)

    def _weigh(self) -> None:
        while not self._over.is_set():
            self.peak = max(self.peak, memory(tree(self._house.process.pid)) / 1024)
            time.sleep(0.2)

    def _all_audited(self, began: float) -> int:
        clerk, done = Clerk(self._house), 0
        while done < len(self.links) and time.perf_counter() - began < PATIENCE:
            done = sum(link is not None and audited(clerk.page(link)[1]) for link in self.links)
            time.sleep(0.3)
        return done


def measure(submissions: int, count: int, jobs: int) -> Section:
    """Everything at once, until the last audit is done."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "data").mkdir()
        batches = [files(folder, number, count) for number in range(submissions)]
        house = House(folder / "data", jobs)
        try:
            rush = Rush(house, batches)
            confirmed, finished, done = rush.run()
        finally:
            house.kill()
    waits = sorted(rush.waits)
    rows = [
        ("uploads confirmed", f"{sum(link is not None for link in rush.links)} of {submissions}"),
        ("audited", f"{done} of {submissions} ({submissions * count} files)"),
        ("all confirmed after, s", confirmed),
        ("all audited after, s", finished),
        ("pages asked for meanwhile", len(waits)),
        ("median answer, ms", 1000 * waits[len(waits) // 2]),
        ("95th percentile, ms", 1000 * waits[int(0.95 * len(waits))]),
        ("slowest, ms", 1000 * waits[-1]),
        ("memory of the server and its workers, MB, at most", rush.peak),
    ]
    made = f"python -m benchmarks.serve.load --submissions {submissions} --files {count} --write"
    return Section("performance.md", "serve", made, ("the page under load", ""), rows)


@click.command()
@click.option("--submissions", default=30, show_default=True, help="How many at once.")
@click.option("--files", "count", default=20, show_default=True, help="Files of each.")
@click.option("--jobs", default=2, show_default=True, help="Audits at once.")
@click.option("--write", is_flag=True, help="Write the table into its page.")
def main(submissions: int, count: int, jobs: int, write: bool) -> None:  # noqa: FBT001
    section = measure(submissions, count, jobs)
    click.echo("\n".join(section.lines()))
    if write:
        section.publish()


if __name__ == "__main__":
    main()
