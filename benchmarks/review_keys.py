"""How fast the review answers keys at 10,000 findings: ``python -m benchmarks.review_keys``.

Half of the findings are decided already, so that the file which each decision writes anew is long.
"""

import asyncio
import datetime as dt
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click

from auditor.findings.decisions import Decisions
from auditor.pipeline import Extraction, audit, choose
from auditor.reporting.report_input import ReportInput
from auditor.review.app import Review
from auditor.review.session import Filter, Session
from benchmarks.forms import forms as generated
from benchmarks.measuring import Section, command

KEYS = ("a", "j", "n", "k", "u", "pagedown", "i", "f", "f", "f", "f", "f")
DAY = dt.date(2025, 3, 1)
PICKED: dict[str, Callable[[list[float]], float]] = {
    "median": statistics.median,
    "95 of 100 within": lambda times: times[int(len(times) * 0.95)],
    "slowest": lambda times: times[-1],
}


def large(folder: Path, findings: int, projects: int = 100) -> Session:
    """A session of so many findings, every second one decided."""
    choice = choose()
    result = audit(Extraction(generated(0, projects)), choice)
    material = ReportInput(result, {rule.id: rule for rule in choice.rules})
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
    begun = Session(material, session.decisions, "甲", DAY, session.items)
    begun.narrow(Filter())
    return begun


def timed(session: Session, rounds: int, keys: tuple[str, ...] = KEYS) -> list[tuple[float, float]]:
    """Of each key the seconds of work until the screen is drawn, and those until the harness knows."""
    spent: list[tuple[float, float]] = []

    async def go() -> None:
        app = Review(session)
        async with app.run_test(size=(120, 40)) as pilot:
            await pilot.pause()
            for key in keys * rounds:
                start, worked = time.perf_counter(), time.process_time()
                await pilot.press(key)
                await pilot.pause()
                spent.append((time.process_time() - worked, time.perf_counter() - start))

    asyncio.run(go())
    return spent


def measure(findings: int) -> list[Section]:
    """How long a key of the review takes."""
    with tempfile.TemporaryDirectory() as name:
        session = large(Path(name), findings)
        waiting = statistics.median(whole for _work, whole in timed(session, 40, ("x",)))
        spent = timed(session, 10)
    rows = [
        [word, *(1000 * pick(sorted(times)) for times in zip(*spent, strict=True))]
        for word, pick in PICKED.items()
    ]
    return [Section(
        "performance.md", "keys",
        f"python -m benchmarks.review_keys`, {len(spent)} keys (accept, ask, undo, move, next open, filter) in a review of "
        f"{findings:,} findings, half of them decided, by `Textual's test harness at 120x40",
        ("", "ms of work", "ms in the harness"), rows, rows,
        ["The work is the processor's time from the key to the drawn screen; a decision also waits for the disk. The harness looks every "
         f"20 ms whether the process has come to rest; a key that does nothing takes {1000 * waiting:.0f} ms there."],
    )]  # fmt: skip


if __name__ == "__main__":
    command(measure, click.option("--findings", default=10_000, show_default=True))()
