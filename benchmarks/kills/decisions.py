"""Decisions under kill -9: ``python -m benchmarks.kills.decisions --rounds 100``.

First two processes make 500 decisions each on one file at the same time. Then rounds of two such
processes, and of two reviews by prompts side by side, are killed (SIGKILL) at random moments. What a
process had confirmed must be in the file, unless the other session decided the same finding anew; the
file may hold no more than the one decision that each was about to confirm. Figures go to
docs/reliability.md.
"""

import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import click

from auditor.findings.decisions import Decisions
from benchmarks.measuring import ROOT, Section

DECIDER = """
import sys
from pathlib import Path
from auditor.findings.decisions import Decision, Decisions
held = Decisions.read(Path(sys.argv[1]))
for number in range(int(sys.argv[3])):
    name = f"{int(sys.argv[2]) * 10**6 + number:016x}"
    held.decide(Decision(name, reason=f"理由{number}"))
    print(name, flush=True)
"""


class Process:
    """A process whose lines are kept."""

    def __init__(self, command: list[str], answers: str = "") -> None:
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        self._writer = threading.Thread(target=self._write, args=(answers.encode(),))
        self._writer.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        self.lines.extend(line.decode().rstrip("\n") for line in self.process.stdout)

    def _write(self, answers: bytes) -> None:
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(answers)
            self.process.stdin.flush()
        except OSError:
            pass

    def end(self, *, kill: bool) -> str:
        """Kills it or waits; what it said on standard error."""
        if kill:
            self.process.send_signal(signal.SIGKILL)
        assert self.process.stderr is not None
        said = self.process.stderr.read().decode()
        self.process.wait()
        self._reader.join()
        self._writer.join()
        return said


def deciders(folder: Path, count: int, kill: random.Random | None) -> Counter[str]:
    """Two processes that decide at the same time on one file."""
    file = folder / "auditor-waivers.yaml"
    made = [Process([sys.executable, "-c", DECIDER, str(file), str(n), str(count)]) for n in (1, 2)]
    if kill is not None:
        time.sleep(kill.uniform(0.2, 2.0))
    said = [process.end(kill=kill is not None) for process in made]
    confirmed = {line for process in made for line in process.lines}
    saved = _saved(file)
    if saved is None:
        return Counter(torn=1)
    ahead = len(saved.keys() - confirmed)
    faults = sum("Error" in text for text in said)
    return Counter(
        confirmed=len(confirmed), lost=len(confirmed - saved.keys()), ahead=ahead,
        unasked=max(0, ahead - 2), faults=faults,
    )  # fmt: skip


def reviews(folder: Path, chance: random.Random) -> Counter[str]:
    """Two reviews side by side on one file, killed together."""
    file = folder / "auditor-waivers.yaml"
    command = [sys.executable, "-c", "from auditor.cli import main; main()", "review", "--plain",
               "--waivers", str(file), str(ROOT / "examples")]  # fmt: skip
    made = [Process(command, _answers(chance, name)) for name in "甲乙"]
    time.sleep(chance.uniform(0.8, 4.0))
    for process in made:
        process.end(kill=True)
    saved = _saved(file)
    if saved is None:
        return Counter(torn=1)
    told = [_confirmed(process.lines) for process in made]
    lost = {
        name
        for name in {*told[0], *told[1]}
        if saved.get(name) not in {one.get(name) for one in told if name in one}
    }
    # Each may have had one on disk that it had not confirmed yet, also over one of the other's.
    known = {(name, said) for one in told for name, said in one.items()}
    ahead = {name for name, said in saved.items() if (name, said) not in known}
    overtaken = lost & ahead
    return Counter(
        confirmed=sum(map(len, told)), lost=len(lost - overtaken), ahead=len(ahead),
        unasked=max(0, len(ahead) - 2),
    )  # fmt: skip


def _answers(chance: random.Random, name: str) -> str:
    """Accept, waive with a reason, ask, go on: two hundred of them."""
    made: list[str] = []
    for number in range(200):
        choice = chance.choice(("1", "2", "2", "3", "4", "5"))
        made += [choice, f"理由{name}{number}"] if choice == "2" else [choice]
    return "".join(f"{answer}\n" for answer in made)


def _confirmed(lines: list[str]) -> dict[str, str]:
    words = [line.split(" ", 3) for line in lines if line.startswith("已记录 ")]
    return {word[1]: " ".join(word[2:]) for word in words if len(word) > 2}


def _saved(file: Path) -> dict[str, str] | None:
    """What the file holds; None when it is torn."""
    try:
        return {d.fingerprint: f"{d.decision} {d.reason}".rstrip() for d in Decisions.read(file)}
    except Exception:  # noqa: BLE001 - counted
        return None


@click.command()
@click.option("--rounds", default=100, show_default=True)
@click.option("--decisions", "count", default=500, show_default=True)
@click.option("--write/--no-write", default=True, help="write docs/reliability.md")
def main(rounds: int, count: int, *, write: bool) -> None:
    """Kills and counts."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "both").mkdir()
        both = deciders(folder / "both", count, None)
        killed: Counter[str] = Counter()
        reviewed: Counter[str] = Counter()
        for seed in range(rounds):
            chance = random.Random(seed)
            for part in ("d", "r"):
                (folder / f"{part}{seed}").mkdir()
            killed += deciders(folder / f"d{seed}", count, chance)
            reviewed += reviews(folder / f"r{seed}", chance)
    told = (
        ("confirmed", "decisions confirmed"), ("lost", "of them lost"),
        ("ahead", "saved and not yet confirmed (at most one a process)"),
        ("unasked", "saved and never asked for"), ("torn", "torn files"),
    )  # fmt: skip
    section = Section(
        "reliability.md", "kills", f"python -m benchmarks.kills.decisions --rounds {rounds}",
        ("", f"two processes × {count} decisions, not killed", f"the same, killed {rounds} times",
         f"two reviews side by side, killed {rounds} times"),
        [(words, both[key], killed[key], reviewed[key]) for key, words in told],
        after=("Two processes at a time on one decisions file.",),
    )  # fmt: skip
    click.echo("\n".join(section.lines()))
    if write:
        section.publish()
    bad = sum(c["lost"] + c["torn"] + c["unasked"] for c in (both, killed, reviewed))
    sys.exit(1 if bad or both["confirmed"] != 2 * count else 0)


if __name__ == "__main__":
    main()
