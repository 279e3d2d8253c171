"""Hostile evaluations through the whole pipeline: ``python -m benchmarks.fuzz.pipeline``.

Every field, type and length; markup, formulas, escapes, marks that turn text around, workflow commands,
template syntax. They are read as records, audited, and written in every format of a report and as
marked copies; each document is opened by another library. What must never happen: an exception, a form
that is neither in the audit nor a problem, an invalid document, a live formula, a command, a control
character. Figures go to docs/reliability.md.
"""

import io
import json
import os
import random
import re
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import click

from auditor.findings.personal import masked
from auditor.forms.document_reader import evaluations
from auditor.intake.document import Document
from auditor.intake.records import read_json
from auditor.pipeline import Choice, Extraction, audit, choose
from auditor.reporting import outputs
from auditor.reporting.markup.copies import mark
from auditor.reporting.report_input import ReportInput
from benchmarks.fuzz.documents import CHECKS, terminal
from benchmarks.fuzz.hostile import PIECES, evaluation
from benchmarks.measuring import Section
from tests.building import material_of
from tests.rendering import render
from tests.rendering.examples import TEMPLATE_OF, forms_of

TOGETHER = 25  # evaluations in an audit
PRINTED = 10  # batches in a PDF
XML_INVALID = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def audited(records: list[Any]) -> tuple[ReportInput, int]:
    """The material of the records' audit, and how many are neither forms nor problems."""
    parsed = read_json(json.dumps(records))
    assert parsed is not None
    forms, problems, _notes = evaluations(Document("模糊.json", (parsed,)))
    choice = _choice()
    result = masked(audit(Extraction(forms, problems), choice))
    lost = len(records) - len(result.reports) - len(result.problems)
    failed = [p.message for p in result.problems if p.code in ("form-failed", "reader-failed")]
    assert not failed, failed
    assert not result.rule_errors, result.rule_errors
    return ReportInput(result, {rule.id: rule for rule in choice.rules}), lost


@cache
def _choice() -> Choice:
    return choose()


def copies(chance: random.Random, folder: Path) -> Counter[str]:
    """A form of the examples with hostile texts in it, as a file, marked."""
    stem = chance.choice(list(TEMPLATE_OF))
    forms = forms_of(stem)
    for form in forms:
        for row in form.indicators:
            for name in ("level3", "actual", "target", "deviation", "score"):
                if chance.random() < 0.2:
                    text = "".join(chance.choices(PIECES, k=2))
                    setattr(row, name, XML_INVALID.sub("", text) or None)
    suffix = chance.choice(("docx", "xlsx", "html"))
    made = {"docx": render.to_docx, "xlsx": render.to_xlsx, "html": render.to_html}[suffix](
        forms, TEMPLATE_OF[stem]
    )
    source = folder / f"表.{suffix}"
    source.write_bytes(made if isinstance(made, bytes) else made.encode())
    counted: Counter[str] = Counter()
    for copy in mark(material_of(source), folder / "marked"):
        assert not copy.failed, copy.said
        if copy.target is not None and copy.target.suffix == f".{suffix}":
            raw = copy.target.read_bytes()
            if suffix == "docx":
                import docx

                docx.Document(io.BytesIO(raw))
            elif suffix == "xlsx":
                import openpyxl

                openpyxl.load_workbook(io.BytesIO(raw))
            else:
                from lxml import html

                html.document_fromstring(raw)
            counted[f"marked {suffix}"] += 1
    return counted


def batch(seed: int, count: int) -> tuple[Counter[str], list[str]]:
    """Some evaluations through everything: what was made, and what failed."""
    chance = random.Random(seed)
    records = [evaluation(chance) for _n in range(count)]
    counted: Counter[str] = Counter(evaluations=count)
    faults: list[str] = []
    try:
        material, lost = audited(records)
    except Exception:  # noqa: BLE001 - counted
        return counted, [f"seed {seed}: audit: {traceback.format_exc(limit=-3)}"]
    counted["audited"] += len(material.audit.reports)
    counted["refused as records"] += len(material.audit.problems)
    counted["lost"] += lost
    for name, check in CHECKS.items():
        if name == "pdf":
            continue  # a browser prints it: many forms at once, below
        try:
            made = terminal(material) if name == "terminal" else outputs.whole(name, material)
            check(made)
            counted[name] += 1
        except Exception:  # noqa: BLE001 - counted
            faults.append(f"seed {seed}: {name}: {traceback.format_exc(limit=-3)[-900:]}")
    with tempfile.TemporaryDirectory() as folder:
        try:
            counted += copies(chance, Path(folder))
        except Exception:  # noqa: BLE001 - counted
            faults.append(f"seed {seed}: copies: {traceback.format_exc(limit=-3)[-900:]}")
    return counted, faults


def printed(seeds: Sequence[int], count: int) -> tuple[Counter[str], list[str]]:
    """The evaluations of several batches as one PDF."""
    records = []
    for seed in seeds:
        chance = random.Random(seed)
        records += [evaluation(chance) for _n in range(count)]
    try:
        CHECKS["pdf"](outputs.whole("pdf", audited(records)[0]))
    except Exception:  # noqa: BLE001 - counted
        return Counter(), [f"seeds {seeds}: pdf: {traceback.format_exc(limit=-3)[-900:]}"]
    return Counter(pdf=1), []


@click.command()
@click.option("--evaluations", "total", default=10_000, show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--jobs", default=os.cpu_count() or 1, show_default=True)
@click.option("--pdf/--no-pdf", "pdfs", default=True, help="PDF too, by a browser")
@click.option("--write/--no-write", default=True, help="write docs/reliability.md")
def main(total: int, seed: int, jobs: int, *, pdfs: bool, write: bool) -> None:
    """Goes over all and fails if anything failed."""
    start = time.monotonic()
    counted: Counter[str] = Counter()
    faults: list[str] = []
    seeds = range(seed * 1_000_000, seed * 1_000_000 + -(-total // TOGETHER))
    with ProcessPoolExecutor(jobs) as pool:
        count = min(TOGETHER, total)
        runs = [pool.submit(batch, one, count) for one in seeds]
        groups = [seeds[n : n + PRINTED] for n in range(0, len(seeds), PRINTED)]
        runs += [pool.submit(printed, group, count) for group in groups if pdfs]
        for run in runs:
            one, failed = run.result()
            counted += one
            faults += failed
            for fault in failed:
                click.echo(fault)
    made = sum(counted[name] for name in CHECKS)
    formats = len([name for name in CHECKS if counted[name]])
    marked = sum(counted[f"marked {suffix}"] for suffix in ("docx", "xlsx", "html"))
    section = Section(
        "reliability.md", "pipeline", f"python -m benchmarks.fuzz.pipeline --evaluations {total}", ("", ""),
        (
            ("hostile evaluations", counted["evaluations"]), ("audited", counted["audited"]),
            ("refused as records, each a problem of its own", counted["refused as records"]),
            ("lost without a word", counted["lost"]),
            (f"documents in {formats} formats, each opened by another library", made),
            ("of them PDF, each of many evaluations", counted["pdf"]),
            ("marked copies (docx, xlsx, html)", marked), ("exceptions and invalid documents", len(faults)),
        ),
        after=(f"Seed {seed}, {TOGETHER} evaluations an audit, {time.monotonic() - start:.0f} s.",),
    )  # fmt: skip
    click.echo("\n".join(section.lines()))
    if write:
        section.publish()
    sys.exit(1 if faults or counted["lost"] else 0)


if __name__ == "__main__":
    main()
