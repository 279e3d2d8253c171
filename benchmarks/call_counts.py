"""How many function calls four fixed pieces of work take: ``python -m benchmarks.call_counts``.

Times are noisy, calls are not: the same code on the same forms makes the same number of them. The
counts are kept in ``call_counts.json`` and compared by tests/project/test_call_counts.py, so that a slip back
shows on any machine. ``--write`` records new ones, after a change that is meant to cost or save.
"""

import cProfile
import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

RECORD = Path(__file__).with_suffix(".json")
_FORMS, _OTHERS = 48, 1_000


def documents(first: int) -> Callable[[], object]:
    """Forms in docx, three templates, to evaluations."""
    from auditor.intake import word
    from tests.rendering import render

    return _reading(first, render.to_docx, word.read)


def workbooks(first: int) -> Callable[[], object]:
    """The same forms in xlsx to evaluations."""
    from auditor.intake import excel
    from tests.rendering import render

    return _reading(first, render.to_xlsx, excel.read)


def _reading(first: int, rendered: Callable[..., bytes], read: Any) -> Callable[[], object]:
    from auditor.forms.document_reader import evaluations
    from auditor.intake.document import Document
    from benchmarks.forms import form
    from tests.rendering.layout import TEMPLATES

    files = [
        rendered([form(number)], TEMPLATES[number % len(TEMPLATES)])
        for number in range(first, first + _FORMS)
    ]
    return lambda: [evaluations(Document("form", read(raw))) for raw in files]


def judging(first: int) -> Callable[[], object]:
    """Evaluations to findings with their causes, every rule."""
    from auditor.pipeline import Extraction, audit, choose
    from benchmarks.forms import forms

    choice, made = choose(), Extraction(forms(first, _FORMS))
    return lambda: audit(made, choice)


def reporting(first: int) -> Callable[[], object]:
    """Findings to JSON and HTML."""
    from auditor.pipeline import Extraction, audit, choose
    from auditor.reporting import machine, pages
    from auditor.reporting.report_input import ReportInput
    from benchmarks.forms import forms

    choice = choose()
    made = audit(Extraction(forms(first, _FORMS)), choice)

    def work() -> object:
        material = ReportInput(made, choice.rulebook.rules)
        return machine.findings_document(material), pages.html(material)

    return work


WORK = {"documents": documents, "workbooks": workbooks, "judging": judging, "reporting": reporting}


def count(name: str) -> int:
    """Calls of one piece of work in this process; other forms before it load what is loaded once."""
    WORK[name](_OTHERS)()
    work = WORK[name](0)
    profile = cProfile.Profile()
    profile.runcall(work)
    return sum(int(entry.callcount) for entry in profile.getstats())


def counted(name: str) -> int:
    """Calls of one piece of work in a process of its own, with a fixed order of sets."""
    root = str(Path(__file__).parents[1])
    environment = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONPATH": root}
    command = [sys.executable, "-m", "benchmarks.call_counts", "--only", name]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return int(done.stdout)


def recorded() -> dict[str, Any]:
    """The counts that are kept, with the Python that made them."""
    kept: dict[str, Any] = json.loads(RECORD.read_text("utf-8"))
    return kept


def version() -> str:
    """The Python that counts: others call more or less for the same work."""
    return ".".join(platform.python_version_tuple()[:2])


@click.command()
@click.option("--only", type=click.Choice(list(WORK)), help="one of them, in this process")
@click.option("--write", is_flag=True, help="record the counts")
def main(only: str | None, *, write: bool) -> None:
    """Counts the calls and shows them beside those that are kept."""
    if only is not None:
        click.echo(count(only))
        return
    now = {name: counted(name) for name in WORK}
    before = recorded()["calls"] if RECORD.exists() else {}
    for name, calls in now.items():
        click.echo(f"{name}: {calls:,} calls, {before.get(name, 0):,} on record")
    if write:
        told = {"python": version(), "forms": _FORMS, "calls": now}
        RECORD.write_text(json.dumps(told, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
