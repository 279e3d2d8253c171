"""Mutated files through the reader: ``python benchmarks/fuzz/run.py [--files N] [--only docx]``.

Byte flips, truncation, swapped and repeated parts, giant numbers, deep nesting; in zip-based formats
the parts themselves are mutated and packed again, so that the parsers behind the zip are reached.
Every file goes through the worker crew that ``auditor extract`` uses. What must never happen: the parent
stops, a worker is over its time, a file gives neither a form nor a problem. Writes
``docs/reliability.md``.
"""

import importlib.util
import io
import os
import platform
import random
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import click

from auditor.intake import office as second
from auditor.intake import scan
from auditor.intake.files import Entry, Found, _opened
from auditor.intake.workers import HUNG, Crew
from auditor.language import use
from auditor.pipeline import _lost, read_one

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
from tests.rendering import office, render  # noqa: E402
from tests.rendering.examples import FOLDER, TEMPLATE_OF, forms_of  # noqa: E402

PAGE = ROOT / "docs" / "reliability.md"
COUNTS = {"docx": 1.0, "xlsx": 1.0, "html": 1.0, "pdf": 1.0, "txt": 1.0, "zip": 1.0,
          "doc": 0.1, "xls": 0.1, "json": 0.1, "7z": 0.1, "rtf by LibreOffice": 0.01,
          "doc by LibreOffice": 0.01, "png by OCR": 0.02}  # fmt: skip
LIMIT = 20.0  # seconds a file may take here
SLOW = {"doc by LibreOffice": 60.0, "rtf by LibreOffice": 60.0, "png by OCR": 180.0}
OFFICE = 15.0  # of them for LibreOffice itself


@dataclass
class Tally:
    """What became of the files of one format."""

    files: int = 0
    forms: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    crashed: int = 0
    hung: int = 0
    nothing: int = 0
    seconds: float = 0.0


def sources() -> dict[str, list[bytes]]:
    """Sound files of every format to start from."""
    made: dict[str, list[bytes]] = {suffix: [] for suffix in COUNTS}
    for stem, template in TEMPLATE_OF.items():
        for suffix in ("docx", "xlsx", "txt", "json"):
            made[suffix].append((FOLDER / f"{stem}.{suffix}").read_bytes())
        made["html"].append(render.to_html(forms_of(stem), template))
    if office.available():
        with tempfile.TemporaryDirectory() as folder:
            for source, suffix in (("docx", "pdf"), ("docx", "doc"), ("xlsx", "xls")):
                office.convert(
                    [FOLDER / f"{s}.{source}" for s in TEMPLATE_OF], suffix, Path(folder)
                )
                made[suffix] = [(Path(folder) / f"{s}.{suffix}").read_bytes() for s in TEMPLATE_OF]
        made["doc by LibreOffice"] = made["doc"]
        if second.program() is not None:
            with tempfile.TemporaryDirectory() as folder:
                office.convert([FOLDER / f"{s}.docx" for s in TEMPLATE_OF], "rtf", Path(folder))
                rich = [(Path(folder) / f"{s}.rtf").read_bytes() for s in TEMPLATE_OF]
                made["rtf by LibreOffice"] = rich
    if scan.available():
        made["png by OCR"] = [_picture(raw) for raw in made["pdf"]]
    if importlib.util.find_spec("py7zr"):
        made["7z"] = [_seven(raw, made["txt"][0]) for raw in made["docx"][:2]]
    for raw in made["docx"][:2]:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("甲/表.docx", raw)
            archive.writestr("乙.txt", made["txt"][0])
        made["zip"].append(stream.getvalue())
    return {suffix: listed for suffix, listed in made.items() if listed}


def _seven(form: bytes, text: bytes) -> bytes:
    import py7zr

    stream = io.BytesIO()
    with py7zr.SevenZipFile(stream, "w") as archive:
        archive.writestr(form, "甲/表.docx")
        archive.writestr(text, "乙.txt")
    return stream.getvalue()


def _picture(pdf: bytes) -> bytes:
    """The first page as a scanner would send it; a part of it would hold no form."""
    import cv2
    import pypdfium2

    pixels = pypdfium2.PdfDocument(pdf)[0].render(scale=110 / 72).to_numpy()
    return bytes(cv2.imencode(".png", pixels)[1])


def _mutate_picture(raw: bytes, chance: random.Random) -> bytes:
    """What happens to paper and scanners: strips missing, stamps, turns, noise, other sizes."""
    import cv2
    import numpy as np

    pixels = cv2.imdecode(np.frombuffer(raw, np.uint8), cv2.IMREAD_COLOR)
    for _n in range(chance.randint(1, 3)):
        high, wide = pixels.shape[:2]
        top, left = chance.randrange(high), chance.randrange(wide)
        tall, broad = chance.randint(1, high // 3), chance.randint(1, wide // 3)
        kind = chance.choice(("blot", "cut", "turn", "scale", "noise", "lines"))
        if kind == "blot":
            colour = [chance.randrange(256) for _c in range(3)]
            pixels[top : top + tall, left : left + broad] = colour
        elif kind == "cut":
            pixels = pixels[min(top, high - 2) // 2 :, : max(2, wide - broad)].copy()
        elif kind == "turn":
            turn = cv2.getRotationMatrix2D((wide / 2, high / 2), chance.uniform(-8, 8), 1)
            pixels = cv2.warpAffine(pixels, turn, (wide, high), borderValue=(255, 255, 255))
        elif kind == "scale":
            share = chance.choice((0.05, 0.4, 1.2))
            pixels = cv2.resize(pixels, None, fx=share, fy=share)
            pixels = pixels if min(pixels.shape[:2]) > 8 else cv2.resize(pixels, (40, 40))
        elif kind == "noise":
            seeded = np.random.default_rng(chance.randrange(2**32))
            pixels = cv2.add(pixels, seeded.integers(0, 90, pixels.shape, dtype=np.uint8))
        else:
            for _line in range(chance.randint(1, 60)):
                end = (chance.randrange(wide), chance.randrange(high))
                cv2.line(pixels, (left, top), end, (0, 0, 0), chance.randint(1, 3))
    return bytes(cv2.imencode(".png", pixels)[1])


def _only_office(language: str) -> None:
    """A worker in which the first parser gives up on everything."""
    import anydoc

    def give_up(_raw: bytes) -> None:
        raise anydoc.MalformedError("not here")

    anydoc.to_document = give_up
    second.SECONDS = OFFICE
    use(language)


def mutate(raw: bytes, chance: random.Random) -> bytes:
    """One to four mutations of bytes, or of the parts of a zip."""
    if raw.startswith(b"\x89PNG") and chance.random() < 0.7:
        return _mutate_picture(raw, chance)
    if raw.startswith(b"PK") and chance.random() < 0.7:
        return _mutate_parts(raw, chance)
    for _n in range(chance.randint(1, 4)):
        raw = chance.choice(_MUTATIONS)(raw, chance)
    return raw


def _mutate_parts(raw: bytes, chance: random.Random) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(stream, "w") as new:
        names = old.namelist()
        victims = set(chance.sample(names, min(len(names), chance.randint(1, 3))))
        victims |= {n for n in names if n.endswith(("document.xml", "sheet1.xml", ".docx", ".txt"))}
        for name in names:
            part = old.read(name)
            if name in victims and chance.random() < 0.8:
                part = chance.choice(_MUTATIONS)(part, chance)
            if chance.random() > 0.02:
                new.writestr(name, part)
    return stream.getvalue()


def _flip(raw: bytes, chance: random.Random) -> bytes:
    changed = bytearray(raw)
    for _n in range(chance.randint(1, 24)):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _cut(raw: bytes, chance: random.Random) -> bytes:
    return raw[: chance.randrange(len(raw) + 1)]


def _drop(raw: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(raw) + 1)
    return raw[:at] + raw[at + chance.randint(1, 400) :]


def _swap(raw: bytes, chance: random.Random) -> bytes:
    a, b, c = sorted(chance.randrange(len(raw) + 1) for _n in range(3))
    return raw[:a] + raw[b:c] + raw[a:b] + raw[c:]


def _repeat(raw: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(raw) + 1)
    piece = raw[at : at + chance.randint(1, 200)]
    return raw[:at] + piece * chance.choice((2, 50, 2000)) + raw[at:]


def _giant(raw: bytes, chance: random.Random) -> bytes:
    digits = b"9" * chance.choice((20, 400, 20000))
    at = chance.randrange(len(raw) + 1)
    return raw[:at] + digits + raw[at:]


def _nest(raw: bytes, chance: random.Random) -> bytes:
    opening, closing = chance.choice(
        ((b"<table><tr><td>", b"</td></tr></table>"), (b"[", b"]"), (b"<w:tbl><w:tr><w:tc>", b""),
         (b"<div>", b"</div>"), (b'{"a":', b"}"))
    )  # fmt: skip
    depth = chance.choice((50, 2000, 50000))
    at = chance.randrange(len(raw) + 1)
    return raw[:at] + opening * depth + closing * depth + raw[at:]


def _special(raw: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(raw) + 1)
    return (
        raw[:at]
        + chance.choice((b"\x00", b"\xff\xfe", "＝∕〔XX〕".encode(), b"\r\r\n\t\t" * 99))
        + raw[at:]
    )


_MUTATIONS = (_flip, _flip, _cut, _drop, _swap, _repeat, _giant, _nest, _special)


def _tasks(suffix: str, listed: list[bytes], count: int, seed: int) -> Iterator[Entry]:
    """Mutants as the parent hands them out: it looks into archives itself."""
    chance = random.Random(f"{seed}-{suffix}")
    for number in range(count):
        raw = mutate(chance.choice(listed), chance)
        yield from _opened(Found(f"{number}.{suffix}", None, raw))


def fuzz(suffix: str, listed: list[bytes], count: int, seed: int, jobs: int) -> Tally:
    """Reads ``count`` mutants of one format."""
    tally = Tally()
    start = time.monotonic()
    prepare = _only_office if suffix.endswith("LibreOffice") else use
    limit = SLOW.get(suffix, LIMIT)
    crew: Crew[Entry, object] = Crew(read_one, jobs, prepare, ("zh",), limit)
    try:
        for _task, result in zip(
            _tasks(suffix, listed, count, seed), crew.map(_tasks(suffix, listed, count, seed)),
            strict=True,
        ):  # fmt: skip
            lost = result if isinstance(result, str) else None
            tally.hung += lost == HUNG
            tally.crashed += lost not in (None, HUNG)
            forms, problems, _notes = _lost("x", lost) if lost else result  # type: ignore[misc]
            tally.files += 1
            tally.forms += bool(forms)
            tally.codes.update(problem.code for problem in problems)
            tally.nothing += not forms and not problems
            if suffix in SLOW and tally.files % 20 == 0:
                click.echo(f"{suffix}: {tally.files}", err=True)
    finally:
        crew.close()
    tally.seconds = time.monotonic() - start
    return tally


def page(found: dict[str, Tally], seed: int, before: str) -> str:
    """The results as a page of the docs; a format that was not run keeps its row from ``before``."""
    kept = {
        line.split(" | ")[0].strip("| "): line for line in before.splitlines() if line[:2] == "| "
    }
    lines = [
        "# Reliability",
        "",
        f"Made by `python benchmarks/fuzz/run.py` on {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}; seed {seed}, limit {LIMIT:.0f} s a file. A worker that "
        "is lost costs its own file, which then has the code `damaged` or `timeout`. "
        "Slow readers have longer: "
        + ", ".join(f"{name} {seconds:.0f} s" for name, seconds in SLOW.items())
        + ".",
        "",
        "| format | mutated files | gave forms | problems by code | workers lost | over the limit | "
        "lost without a word | files/s |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for suffix in COUNTS:
        if suffix in found:
            lines.append(_row(suffix, found[suffix]))
        elif suffix in kept:
            lines.append(kept[suffix])
    return "\n".join(lines) + "\n"


def _row(suffix: str, tally: Tally) -> str:
    codes = ", ".join(f"{code} {n}" for code, n in tally.codes.most_common())
    speed = tally.files / tally.seconds
    return (
        f"| {suffix} | {tally.files} | {tally.forms} | {codes} | {tally.crashed} | {tally.hung} "
        f"| {tally.nothing} | {speed:.{0 if speed > 9 else 1}f} |"
    )


@click.command()
@click.option("--files", default=10_000, show_default=True, help="mutants of docx, xlsx, html, …")
@click.option("--only", multiple=True, help="formats to run")
@click.option("--seed", default=1, show_default=True)
@click.option("--jobs", default=os.cpu_count() or 1, show_default=True)
@click.option("--write/--no-write", default=True, help="write docs/reliability.md")
def main(files: int, only: tuple[str, ...], seed: int, jobs: int, *, write: bool) -> None:
    """Runs the mutants and fails if anything was lost."""
    found: dict[str, Tally] = {}
    for suffix, listed in sources().items():
        if (not only or suffix in only) and int(files * COUNTS[suffix]):
            found[suffix] = fuzz(suffix, listed, int(files * COUNTS[suffix]), seed, jobs)
            click.echo(f"{suffix}: {found[suffix]}")
    if write:
        PAGE.write_text(page(found, seed, PAGE.read_text("utf-8")), "utf-8")
    bad = sum(t.nothing + t.codes["reader-failed"] for t in found.values())
    if bad:
        click.echo(f"{bad} files were lost without a word or made a reader fail")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
