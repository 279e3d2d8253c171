"""How fast the review answers keys at 10,000 findings: ``python -m benchmarks.review_keys``.

Half of the findings are decided already, so that the file which each decision writes anew is long.
"""

import asyncio
import datetime as dt
import os
import platform
import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import click

from auditor.auditing import Extraction, audit, choose
from auditor.findings.decisions import Decisions
from auditor.reporting.material import Material
from auditor.review.app import Review
from auditor.review.session import Filter, Session
from benchmarks.forms import forms as generated

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
MARKS = ("<!-- keys -->", "<!-- end of keys -->")
KEYS = ("a", "j", "n", "k", "u", "pagedown", "i", "f", "f", "f", "f", "f")
DAY = dt.date(2025, 3, 1)


def large(folder: Path, findings: int, projects: int = 100) -> Session:
    """A session of so many findings, every second one decided."""
    choice = choose()
    result = audit(Extraction(generated(0, projects)), choice)
    material = Material(result, {rule.id: rule for rule in choice.rules})
    file = folder / "auditor-waivers.yaml"
    file.write_text(
        "".join(
            f'- {{fingerprint: {n:016x}, rule: X01, reason: "理由{n}", who: "甲", when: 2025-03-01}}\n'
            for n in range(0, findings, 2)
        ),
        "utf-8",
    )
    session = Session.begun(material, Decisions.read(file), "甲", DAY)
    own = [item for item in session.items if item.project is not None]
    session.items = sorted(
        (
            replace(
                own[n % len(own)], told=replace(own[n % len(own)].told, fingerprint=f"{n:016x}")
            )
            for n in range(findings)
        ),
        key=lambda item: item.project or 0,
    )
    session.narrow(Filter())
    return session


def timed(session: Session, rounds: int, keys: tuple[str, ...] = KEYS) -> list[float]:
    """Seconds from each key until the screen is drawn."""
    spent: list[float] = []

    async def go() -> None:
        app = Review(session)
        async with app.run_test(size=(120, 40)) as pilot:
            await pilot.pause()
            for key in keys * rounds:
                start = time.perf_counter()
                await pilot.press(key)
                await pilot.pause()
                spent.append(time.perf_counter() - start)

    asyncio.run(go())
    return spent


@click.command()
@click.option("--findings", default=10_000, show_default=True)
@click.option("--write/--no-write", default=True, help="write docs/performance.md")
def main(findings: int, *, write: bool) -> None:
    """Presses keys and writes how long they took."""
    with tempfile.TemporaryDirectory() as name:
        session = large(Path(name), findings)
        waiting = statistics.median(timed(session, 40, ("x",)))
        spent = sorted(timed(session, 10))
    lines = [
        f"Made by `python -m benchmarks.review_keys` on {platform.machine()}, {os.cpu_count()} cores, Python "
        f"{platform.python_version()}: {len(spent)} keys (accept, ask, undo, move, next open, filter) in a review of "
        f"{findings:,} findings, half of them decided, by Textual's test harness at 120x40. A key that does nothing takes {1000 * waiting:.0f} ms there: that is the harness waiting, and part of the first column.",
        "",
        "| | ms | ms without the waiting |",
        "|---|---|---|",
        *(
            f"| {word} | {1000 * value:.0f} | {1000 * (value - waiting):.0f} |"
            for word, value in (
                ("median", statistics.median(spent)),
                ("95 of 100 within", spent[int(len(spent) * 0.95)]),
                ("slowest", spent[-1]),
            )
        ),
    ]
    click.echo("\n".join(lines))
    if write:
        text = PAGE.read_text("utf-8")
        before, after = text.split(MARKS[0])[0], text.split(MARKS[1])[1]
        PAGE.write_text(before + "\n".join([MARKS[0], *lines, MARKS[1]]) + after, "utf-8")


if __name__ == "__main__":
    main()
