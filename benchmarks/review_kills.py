"""Kills scripted reviews at random moments: ``python -m benchmarks.review_kills --reviews 200``.

A review by prompts is answered as fast as it asks, and its process is killed (SIGKILL) after a random
time. What it had confirmed on its output must be in the file, and the file may hold no more than the
one decision that it was about to confirm. Figures go to docs/reliability.md.
"""

import os
import platform
import random
import signal
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import click

from auditor.findings.decisions import Decisions

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "reliability.md"
MARKS = ("<!-- kills -->", "<!-- end of kills -->")
START = 4.0  # seconds within which a review is killed; it asks its first question after about one


@dataclass(frozen=True, slots=True)
class Outcome:
    """Decisions confirmed but not in the file, in the file but never asked for, and how many."""

    lost: set[str]
    unasked: set[str]
    confirmed: int
    ahead: int


def answers(chance: random.Random) -> list[str]:
    """Accept, waive with a reason, ask, undo, move: two hundred of them."""
    made: list[str] = []
    for number in range(200):
        choice = chance.choice(("1", "1", "2", "3", "6", "4"))
        made += [choice, f"理由{number}"] if choice == "2" else [choice]
    return made


def killed(seed: int, folder: Path) -> Outcome:
    """One review, killed at a random moment."""
    chance = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "auditor-waivers.yaml"
    command = [sys.executable, "-c", "from auditor.cli import main; main()", "review", "--plain",
               "--waivers", str(file), str(ROOT / "examples")]  # fmt: skip
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdin is not None
    assert process.stdout is not None
    written = process.stdin
    lines: list[str] = []
    reader = threading.Thread(
        target=lambda: lines.extend(x.decode().rstrip() for x in process.stdout)
    )
    reader.start()
    try:
        written.write("".join(f"{answer}\n" for answer in answers(chance)).encode())
        written.flush()
    except BrokenPipeError:
        pass
    delay = threading.Event()
    delay.wait(chance.uniform(0.8, START))
    process.send_signal(signal.SIGKILL)
    process.wait()
    reader.join()
    return judged(lines, file)


def judged(lines: list[str], file: Path) -> Outcome:
    """Compares what stood on the screen with what is in the file."""
    confirmed: dict[str, str] = {}
    for line in lines:
        words = line.split(" ", 3)
        if (line.startswith("已记录") and len(words) > 2) or (
            line.startswith("已撤销") and len(words) > 2
        ):
            confirmed[words[1]] = " ".join(words[2:])
    confirmed = {name: said for name, said in confirmed.items() if said != "open"}
    saved = {d.fingerprint: f"{d.decision} {d.reason}".rstrip() for d in Decisions.read(file)}
    differing = {k for k in confirmed.keys() | saved.keys() if confirmed.get(k) != saved.get(k)}
    # One decision may be on disk and its confirmation not yet on the screen: the last one.
    ahead = differing if len(differing) == 1 else set()
    lost = {k for k in differing - ahead if k in confirmed}
    return Outcome(lost, differing - ahead - lost, len(confirmed), len(ahead))


@click.command()
@click.option("--reviews", default=200, show_default=True)
@click.option("--write/--no-write", default=True, help="write docs/reliability.md")
def main(reviews: int, *, write: bool) -> None:
    """Kills many reviews and counts."""
    total: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        for seed in range(reviews):
            outcome = killed(seed, Path(name) / str(seed))
            total["confirmed"] += outcome.confirmed
            total["lost"] += len(outcome.lost)
            total["unasked"] += len(outcome.unasked)
            total["ahead"] += outcome.ahead
            total["before anything was decided"] += not outcome.confirmed
    lines = [
        f"`python -m benchmarks.review_kills --reviews {reviews}` on {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}: each review by prompts was killed (SIGKILL) at a random moment of its first "
        f"{START:g} seconds.",
        "",
        "| | |",
        "|---|---|",
        f"| reviews killed | {reviews} |",
        f"| of them before anything was decided | {total['before anything was decided']} |",
        f"| decisions confirmed on screen, and standing when killed | {total['confirmed']:,} |",
        f"| of them not in the file | {total['lost']} |",
        f"| saved, and the confirmation not yet on screen (at most one each) | {total['ahead']} |",
        f"| in the file and never asked for | {total['unasked']} |",
    ]
    click.echo("\n".join(lines))
    if write:
        text = PAGE.read_text("utf-8")
        before, after = text.split(MARKS[0])[0], text.split(MARKS[1])[1]
        PAGE.write_text(before + "\n".join([MARKS[0], *lines, MARKS[1]]) + after, "utf-8")


if __name__ == "__main__":
    main()
