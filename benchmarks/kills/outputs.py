"""Every command that writes, killed or without space: ``python -m benchmarks.kills.outputs --runs 200``.

A run is started, and either killed (SIGKILL) at a random moment, or it writes into a file system of
1 MiB (tmpfs, root only) of which a random part is used up. Afterwards every input must be byte for
byte what it was, and every output the whole one, the old one, or absent. Figures go to
docs/reliability.md.
"""

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from auditor.findings import history
from auditor.findings.decisions import Decisions
from auditor.forms.reading_cache import ReadingCache
from auditor.reporting.outputs import FORMATS
from benchmarks.measuring import ROOT, Section

SPACE = 1024 * 1024
IN, OUT = "{in}", "{out}"  # folders that a command's arguments name
STATES = ("h.duckdb", "kept", "auditor-waivers.yaml")  # files that grow: whole in their own way


def commands() -> list[list[str]]:
    """Every command that writes, with its arguments."""
    formats = [name for name in (*FORMATS, "terminal") if name != "pdf" or shutil.which("chromium")]
    made = [["check", IN, "--format", name, "-o", f"{OUT}/r.{name}"] for name in formats]
    made += [
        ["check", IN, "--format", name, "-o", f"{OUT}/{name}"]
        for name in ("html", "markdown", "docx")
    ]
    made += [
        ["check", IN, "-q", "--mark", f"{OUT}/marked"],
        ["check", IN, "-q", "--history", f"{OUT}/h.duckdb"],
        ["check", IN, "-q", "--resume", f"{OUT}/kept"],
        ["extract", IN, "-o", f"{OUT}/e.json"],
        ["extract", IN, "--format", "jsonl", "-o", f"{OUT}/e.jsonl"],
        ["baseline", IN, "-o", f"{OUT}/b.json"],
        [
            "waivers",
            "add",
            "0123456789abcdef",
            "--reason",
            "因",
            "--waivers",
            f"{OUT}/auditor-waivers.yaml",
        ],
        ["diff", IN, IN, "--format", "xlsx", "-o", f"{OUT}/d.xlsx"],
        ["diff", IN, IN, "--format", "markdown", "-o", f"{OUT}/d.md"],
        ["gate", IN, "--format", "json", "-o", f"{OUT}/g.json"],
        ["rules", "pages", f"{OUT}/pages"],
    ]
    return made


def command(arguments: list[str], inputs: Path, out: Path) -> list[str]:
    """The process's command line."""
    filled = [a.replace(IN, str(inputs)).replace(OUT, str(out)) for a in arguments]
    return [sys.executable, "-W", "ignore", "-c", "from auditor.cli import main; main()", *filled]


def contents(folder: Path) -> dict[str, str]:
    """Every file of a folder that is not hidden, by the hash of its bytes."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not any(p.startswith(".") for p in path.relative_to(folder).parts)
    }


def judged(out: Path, whole: dict[str, str], name: str) -> Counter[str]:
    """What a run has left in its folder."""
    counted: Counter[str] = Counter()
    found = contents(out)
    for file, digest in found.items():
        if Path(file).name in STATES:
            counted["whole" if _sound(out / file) else "torn"] += 1
        elif file != "filler":
            right = digest == whole.get(file) or (file == "g.json" and _is_json(out / file))
            counted["whole" if right else "torn"] += 1
            if not right:
                click.echo(f"torn: {name}: {file}")
    counted["absent"] += sum(file not in found for file in whole)
    return counted


def _is_json(file: Path) -> bool:
    """The gate's results carry the moment of their making."""
    try:
        json.loads(file.read_bytes())
    except ValueError:
        return False
    return True


def _sound(file: Path) -> bool:
    """Whether a file that grows can be used again."""
    try:
        if file.name == "kept":
            ReadingCache(file).close()
        elif file.name == "h.duckdb":
            history.asked(file, "rounds")
        else:
            Decisions.read(file)
    except Exception as error:  # noqa: BLE001 - counted
        click.echo(f"torn: {file}: {error!r}")
        return False
    return True


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """A file system of 1 MiB at ``folder``."""
    folder.mkdir()
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SPACE}", "tmpfs", str(folder)], check=True
    )
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def killed(
    arguments: list[str], inputs: Path, out: Path, seconds: float, chance: random.Random
) -> None:
    """A run that is killed at a random moment."""
    out.mkdir()
    process = subprocess.Popen(
        command(arguments, inputs, out), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    try:
        process.wait(timeout=chance.uniform(0.4, 1.05) * seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@click.command()
@click.option("--runs", default=200, show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--write/--no-write", default=True, help="write docs/reliability.md")
def main(runs: int, seed: int, *, write: bool) -> None:
    """Kills, fills disks, and counts."""
    chance = random.Random(seed)
    made = commands()
    kills, full = Counter[str](), Counter[str]()
    can_mount = hasattr(os, "geteuid") and os.geteuid() == 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        inputs = folder / "in"
        inputs.mkdir()
        for source in ("卫生服务中心.docx", "园林绿化养护所.xlsx", "卫生服务中心.json"):
            shutil.copy(ROOT / "examples" / source, inputs)
        before = contents(inputs)
        references: list[tuple[dict[str, str], float]] = []
        for number, arguments in enumerate(made):
            out = folder / f"whole{number}"
            out.mkdir()
            start = time.monotonic()
            done = subprocess.run(command(arguments, inputs, out), capture_output=True, check=False)
            if done.returncode not in (0, 1):
                raise click.ClickException(f"{arguments}: {done.stderr.decode()}")
            references.append((contents(out), time.monotonic() - start))
        for run in range(runs):
            number = run % len(made)
            arguments, (whole, seconds) = made[number], references[number]
            out = folder / f"killed{run}"
            killed(arguments, inputs, out, seconds, chance)
            kills += judged(out, whole, " ".join(arguments[:4])) + Counter(runs=1)
            if can_mount:
                out = folder / f"full{run}"
                with small_disk(out):
                    (out / "filler").write_bytes(b"x" * chance.randint(0, SPACE - 8192))
                    done = subprocess.run(
                        command(arguments, inputs, out), capture_output=True, check=False
                    )
                    full += judged(out, whole, " ".join(arguments[:4])) + Counter(runs=1)
                    full["said so"] += done.returncode == 2
                    full["other codes"] += done.returncode not in (0, 1, 2)
                    if done.returncode not in (0, 1, 2):
                        click.echo(f"{arguments}: {done.returncode}: {done.stderr.decode()[-300:]}")
            if contents(inputs) != before:
                raise click.ClickException(f"an input changed: {arguments}")
    section = Section(
        "reliability.md", "outputs", f"python -m benchmarks.kills.outputs --runs {runs}",
        ("", "killed at a random moment", "a file system of 1 MiB, partly used up"),
        [(key, kills[key], full[key]) for key in ("runs", "whole", "absent", "torn")],
        after=(f"{len(made)} commands that write, in turn. Every input was the same, byte for byte, after every run.",),
    )  # fmt: skip
    click.echo("\n".join(section.lines()))
    if write:
        section.publish()
    sys.exit(1 if kills["torn"] + full["torn"] + full["other codes"] else 0)


if __name__ == "__main__":
    main()
