"""Reading layouts that nobody has seen: ``python -m benchmarks.layouts.run [--forms N]``.

*Grammar*: forms composed of many templates, half of them in words that no vocabulary lists.
*Ablation*: every entry of the vocabulary taken out in turn, a form that prints it read again.
"""

import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from random import Random

import click

from auditor.findings.model import Finding
from auditor.forms.document_reader import evaluations
from auditor.forms.evaluation import Evaluation
from auditor.intake import excel, text, web, word
from auditor.intake.document import Document
from auditor.intake.files import Found, read
from benchmarks.layouts.ablation import measure as measure_ablation
from benchmarks.layouts.grammar import Composed, choices, compose
from benchmarks.layouts.labels import Words
from benchmarks.layouts.measuring import Tally, compare
from benchmarks.measuring import Section, command
from benchmarks.mutations.forms import generate
from benchmarks.mutations.judging import findings_of
from benchmarks.mutations.slips import SLIPS
from tests.rendering import office, render

FORMATS = ("docx", "xlsx", "html", "tab rows", "cell lines", "pipes", "markdown", "bars")
_SHARES = (33, 20, 20, 8, 6, 5, 4, 4)
_PDF_EVERY = 20
_COVER = 0.08
_TWO = 0.15
_SLIPPED = 0.3
HALVES = ("known", "withheld")
_GRADE_COMPARED = ("error",)


@dataclass(slots=True)
class Case:
    """One file: what is printed in it and what has to come out."""

    number: int
    half: str
    suffix: str
    composed: list[Composed]
    slips: list[tuple[str, ...]]  # rules that the planted slip of each form must wake
    raw: bytes = b""


@dataclass(slots=True)
class Outcome:
    """What a half of the forms came to."""

    tally: Tally = field(default_factory=Tally)
    by_format: dict[str, Tally] = field(default_factory=dict)
    clean: int = 0
    accused: int = 0
    planted: int = 0
    found: int = 0
    said: list[str] = field(default_factory=list)


def case(number: int) -> Case:
    """The file with a number, always the same one."""
    random = Random(f"layout {number}")
    half = HALVES[number % 2]
    share = 0.0 if half == "known" else random.choice((0.25, 0.5, 1.0))
    chosen = choices(random)
    words = Words(random, share)
    suffix = random.choices(FORMATS, _SHARES)[0]
    if number % _PDF_EVERY in (0, 1):
        suffix = "pdf"
    made = Case(number, half, suffix, [], [])
    for place in range(2 if random.random() < _TWO else 1):
        clean = generate(number * 2 + place)
        slipped, rules = _with_slip(random, clean)
        made.composed.append(compose(random, slipped, words, chosen))
        made.slips.append(rules)
    if suffix != "pdf":
        made.raw = _drawn(made, cover=random.random() < _COVER)
    return made


def _with_slip(random: Random, clean: Evaluation) -> tuple[Evaluation, tuple[str, ...]]:
    if random.random() >= _SLIPPED:
        return clean, ()
    for slip in random.sample(SLIPS, len(SLIPS)):
        mutated = slip.make(random, clean)
        if mutated is not None and set(slip.rules) & _of_errors():
            return mutated.form, slip.rules
    return clean, ()


def _of_errors() -> set[str]:
    from auditor.rulebook.loading import load

    return {
        rule.id
        for rule in load().rules.values()
        if any(severity == "error" for _when, severity in rule.severity)
    }


def _drawn(made: Case, *, cover: bool) -> bytes:
    pages, width = [c.page for c in made.composed], made.composed[0].width
    if cover:
        pages = [_cover(made, width), *pages]
    if made.suffix == "docx":
        return render.draw_docx(pages, width)
    if made.suffix == "xlsx":
        return render.draw_xlsx(pages, width)
    if made.suffix == "html":
        return render.draw_html(pages)
    if made.suffix == "cell lines":
        return render.draw_cell_lines(pages).encode()
    if made.suffix == "markdown":
        return render.draw_markdown(pages).encode()
    if made.suffix == "bars":
        return render.draw_bars(pages).encode()
    rows = render.draw_tab_rows(pages, width)
    if made.suffix == "pipes":
        lines = rows.split("\n")
        rows = "\n".join(f"| {line.replace(chr(9), ' | ')} |" if chr(9) in line else line
                         for line in lines)  # fmt: skip
    return rows.encode()


def _cover(made: Case, width: int) -> "render.Page":
    page = render.Page(["附件1", "绩效自评项目清单"])
    for row in (("序号", "项目", "自评得分"), *(
        (str(n), c.wanted.project, c.wanted.total_score) for n, c in enumerate(made.composed, 1)
    )):  # fmt: skip
        page.add(0, 1, row[0])
        page.add(1, width - 2, row[1])
        page.add(width - 1, 1, row[2])
        page.end_row()
    return page


def _pdfs(cases: Sequence[Case]) -> None:
    """Fills in the bytes of the PDF files; without LibreOffice they are docx files."""
    if not office.available():
        for made in cases:
            made.suffix, made.raw = (
                "docx",
                render.draw_docx([c.page for c in made.composed], made.composed[0].width),
            )
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sources = []
        for made in cases:
            path = folder / f"{made.number:06}.docx"
            path.write_bytes(
                render.draw_docx([c.page for c in made.composed], made.composed[0].width)
            )
            sources.append(path)
        for start in range(0, len(sources), 50):
            office.convert(sources[start : start + 50], "pdf", folder)
        for made, path in zip(cases, sources, strict=True):
            made.raw = path.with_suffix(".pdf").read_bytes()


def forms_in(made: Case) -> list[Evaluation]:
    """What the reader makes of a file."""
    name = f"{made.number}.{made.suffix}"
    if made.suffix == "pdf":
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            path.write_bytes(made.raw)
            return evaluations(read(Found(name, path)))[0]
    readers = {"docx": word.read, "xlsx": excel.read, "html": web.read}
    parts = readers.get(made.suffix, text.read)(made.raw)
    return evaluations(Document(name, parts))[0]


def outcome(cases: Sequence[Case], into: dict[str, Outcome]) -> None:
    """Reads and audits some files and counts what became of them."""
    pairs: list[tuple[Case, int, Evaluation, Evaluation | None]] = []
    for made in cases:
        read_back = forms_in(made)
        wanted = [c.wanted for c in made.composed]
        for place, (want, got) in enumerate(zip_longest(wanted, read_back)):
            if want is None:
                into[made.half].said.append(f"{made.number}: a form that is none")
                into[made.half].tally.cells["silent"] += 1
                continue
            pairs.append((made, place, want, got))
    truth = findings_of([want for _m, _p, want, _g in pairs])
    got_forms = [got for _m, _p, _w, got in pairs if got is not None]
    after = iter(findings_of(got_forms))
    for (made, place, want, got), before in zip(pairs, truth, strict=True):
        out = into[made.half]
        name = f"{made.number}/{place} {made.suffix}"
        by = out.by_format.setdefault(made.suffix, Tally())
        compare(want, got, by, name)
        compare(want, got, out.tally, name)
        found = next(after) if got is not None else []
        _accusations(out, name, made.slips[place], before, found)


def _accusations(
    out: Outcome, name: str, rules: tuple[str, ...], before: list[Finding], after: list[Finding]
) -> None:
    def errors(findings: list[Finding]) -> set[str]:
        return {f.rule for f in findings if f.severity == "error"}

    due = errors(before) & set(rules)
    if not rules:
        out.clean += 1
    news = errors(after) - errors(before)
    if news:
        out.accused += 1
        out.said.append(f"{name}: accused by {sorted(news)}")
    if due:
        out.planted += 1
        out.found += bool(due & errors(after))
        if not due & errors(after):
            out.said.append(f"{name}: {sorted(due)} not found")


def _worker(numbers: range) -> dict[str, Outcome]:
    into = {half: Outcome() for half in HALVES}
    cases = [case(number) for number in numbers]
    _pdfs([made for made in cases if made.suffix == "pdf"])
    outcome(cases, into)
    return into


def _merge(into: Outcome, other: Outcome) -> None:
    for name in ("clean", "accused", "planted", "found"):
        setattr(into, name, getattr(into, name) + getattr(other, name))
    into.said += other.said
    _add(into.tally, other.tally)
    for suffix, tally in other.by_format.items():
        _add(into.by_format.setdefault(suffix, Tally()), tally)


def _add(into: Tally, other: Tally) -> None:
    into.forms += other.forms
    into.whole += other.whole
    into.lost += other.lost
    into.cells.update(other.cells)
    into.examples += other.examples


def run(forms: int, jobs: int) -> dict[str, Outcome]:
    """So many files, known and withheld in turn."""
    into = {half: Outcome() for half in HALVES}
    chunks = [range(start, min(start + 100, forms)) for start in range(0, forms, 100)]
    results: Iterator[dict[str, Outcome]]
    if jobs == 1:
        results = map(_worker, chunks)
        for result in results:
            for half in HALVES:
                _merge(into[half], result[half])
        return into
    with ProcessPoolExecutor(jobs) as pool:
        for result in pool.map(_worker, chunks):
            for half in HALVES:
                _merge(into[half], result[half])
    return into


def _percent(share: float) -> str:
    return f"{100 * share:.2f}%"


def _line(name: str, tally: Tally) -> list[object]:
    right = tally.share("exact", "doubted")
    return [name, tally.forms, tally.cells.total(), _percent(right),
            _percent(tally.share("doubted")), _percent(tally.share("wrong, doubted")),
            f"{100 * tally.share('silent'):.3f}%", _percent(tally.whole / max(1, tally.forms)),
            tally.lost]  # fmt: skip


_COLUMNS = ("forms", "number", "cells", "cells right", "of these in doubt", "wrong, in doubt",
            "wrong in silence", "forms whole", "lost")  # fmt: skip


def measure(forms: int, jobs: int, examples: Path | None) -> list[Section]:
    """Grammar and ablation, as tables."""
    results = run(forms, jobs)
    rows = []
    for half, out in results.items():
        rows.append([*_line(half, out.tally), f"{out.accused} of {out.clean + out.planted}",
                     f"{out.found} of {out.planted}"])  # fmt: skip
        rows += [[*_line(f"{half}, {suffix}", tally), "", ""]
                 for suffix, tally in sorted(out.by_format.items())]  # fmt: skip
    if examples is not None:
        lines = [line for out in results.values() for line in (*out.said, *out.tally.examples)]
        examples.write_text("\n".join(lines), "utf-8")
    made = f"python -m benchmarks.layouts.run --forms {forms}"
    return [
        Section("formats.md", "layouts", made,
                (*_COLUMNS, "forms with a false error", "planted errors found"), rows, rows),
        measure_ablation(),
    ]  # fmt: skip


if __name__ == "__main__":
    command(
        measure,
        click.option("--forms", default=3000, show_default=True),
        click.option("--jobs", default=2, show_default=True),
        click.option("--examples", type=click.Path(path_type=Path), help="what went wrong, listed"),
    )()
