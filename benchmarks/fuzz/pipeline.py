"""Hostile evaluations through the whole pipeline: ``python -m benchmarks.fuzz.pipeline``.

Every field, type and length; markup, formulas, escapes, marks that turn text around, workflow commands,
template syntax. They are read as records, audited, and written in every format of a report and as
marked copies; each document is opened by another library. What must never happen: an exception, a form
that is neither in the audit nor a problem, an invalid document, a live formula, a command, a control
character. Figures go to docs/reliability.md.
"""

import csv
import io
import json
import os
import platform
import random
import re
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import click

from auditor.auditing import Choice, Extraction, audit, choose
from auditor.findings.personal import masked
from auditor.forms.reading import evaluations
from auditor.intake.document import Document
from auditor.intake.records import read_json
from auditor.reporting import outputs
from auditor.reporting.markup.copies import mark
from auditor.reporting.material import Material
from auditor.reporting.terminal import print_audit
from auditor.schemas import load
from tests.building import material_of
from tests.rendering import render
from tests.rendering.examples import TEMPLATE_OF, forms_of

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reliability.md"
MARKS = ("<!-- pipeline -->", "<!-- end of pipeline -->")
SCHEMAS = ROOT / ".schemas"
TOGETHER = 25  # evaluations in an audit
PRINTED = 10  # batches in a PDF
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
XML_INVALID = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
PIECES = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "]]>", "<!--", "&amp;&#0;", "</td></table>",
    "=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "'=1", '=HYPERLINK("http://x")',
    "\u202e倒\u202c", "\u200b", "\ufeff", "\x00", "\x1b[31m", "\x07\x08", "\ud800", "\udfff", "\uffff", "\ufdd0", "\x85",
    "::error::%0A", "##vso[task.complete]", "::set-output name=x::y", "%0D%0A", "\r\n\r\n", "\u2028\u2029",
    "{{ 7*7 }}", "{% raw %}", "${jndi:ldap://x}", "{0}{}", "%s%n", "{executed.__class__}", "\\", "\\n", '"', "'",
    "| a | b |\n|---|", "[x](javascript:1)", "`" * 3, "# ", "* * *", "<https://x>", "~~~", "$$", "_" * 5,
    "长" * 400, "1" * 60, "9" * 400, "-0.00", "1e400", "NaN", "Infinity", "１２３，４５６．００", "−5%", "5％", "∞", "½",
    "≥≤=100%", "100%%", "1,2,3", "0x10", "..", "/", "—", "年", "2021年13月45日", "13800000000", "110101199001011234",
    "../../etc/passwd", "C:\\con", "a\0b", "é\u0301\u0301", "👩‍👩‍👧‍👦", "🏴" * 20, "\U0010fffe", " ", "\u3000", "",
    "项目完成率", "完成", "优", "未完工", "提高", "3个", "95%", "95.00%", "10万元", "≥3场", "12月底前", "无", "总分", "100",
)  # fmt: skip
NORMAL = {
    "project": ["道路养护", "培训经费"], "department": ["示例局"], "unit": ["示例中心"], "year": ["2021", "2022"],
    "title": ["项目支出绩效自评表"], "goal_expected": ["完成养护10公里。"], "goal_actual": ["已完成养护10公里。"],
    "total_score": ["100", "95.5", "90"], "total_weight": ["100"], "total_label": ["总分"], "grade": ["优"],
    "label": ["年度资金总额", "当年财政拨款"], "initial_budget": ["10", "100.00"], "full_year_budget": ["10", "90.5"],
    "executed": ["10", "0", "8.75"], "rate": ["100%", "0", "87.5%"], "weight": ["10", "5"], "score": ["10", "9.5", "11"],
    "level1": ["产出指标", "效益指标", "满意度指标"], "level2": ["数量指标", "质量指标"], "level3": ["养护里程", "满意度"],
    "target": ["≥10公里", "100%", "12月"], "actual": ["10公里", "5", "100%"], "deviation": ["无", None], "reason": [None],
    "money_unit": ["万元"], "leader": [None], "phone": [None], "review_score": [None],
}  # fmt: skip
FUND = (
    "label",
    "initial_budget",
    "full_year_budget",
    "executed",
    "weight",
    "rate",
    "score",
    "reason",
)
ROW = (
    "level1",
    "level2",
    "level3",
    "target",
    "actual",
    "weight",
    "score",
    "review_score",
    "deviation",
)
HEAD = ("title", "year", "project", "department", "unit", "leader", "phone", "money_unit", "goal_expected",
        "goal_actual", "total_label", "total_weight", "total_score", "grade")  # fmt: skip


def evaluation(chance: random.Random) -> Any:
    """One hostile record; how hostile is a matter of chance."""
    rate = chance.choice((0.02, 0.1, 0.4, 0.9))

    def text(name: str) -> Any:
        if chance.random() < rate:
            made = "".join(chance.choices(PIECES, k=chance.choice((1, 1, 2, 3, 8))))
            return made * chance.choice((1, 1, 1, 1, 50)) if len(made) < 20 else made
        if chance.random() < rate / 200:
            return chance.choice((None, 0, -1, 1.5, 10**30, True, [], {}, ["x"], {"a": 1}))
        return chance.choice(NORMAL[name])

    made = {name: text(name) for name in HEAD}
    made["money_unit"] = (
        chance.choice(("万元", "元", None)) if chance.random() < 0.98 else text("unit")
    )
    made["funds"] = [
        {name: text(name) for name in FUND}
        | {"kind": "total" if n == 0 else chance.choice(("part", "current_year"))}
        for n in range(chance.choice((0, 1, 2, 5)))
    ]
    made["indicators"] = [
        {name: text(name) for name in ROW} for _n in range(chance.choice((0, 1, 3, 8, 30)))
    ]
    if chance.random() < 0.5:
        made["missing_rows"], made["missing_columns"] = [], []
    if chance.random() < rate / 16:
        made[chance.choice((*HEAD, "funds", "indicators"))] = chance.choice(
            (None, [], {}, 5, "x", [1], [None], [[]])
        )
    if chance.random() < rate / 2:
        made["source"] = {
            "file": "".join(chance.choices(PIECES, k=2)) or "x",
            "form": chance.choice((1, 2, 99)),
        }
    if chance.random() < rate / 2:
        made["doubts"] = [{"cell": chance.choice(("/project", "/nowhere", "")), "reason": text("project") or "x",
                           "readings": ["a"]}]  # fmt: skip
    return made


def audited(records: list[Any]) -> tuple[Material, int]:
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
    return Material(result, {rule.id: rule for rule in choice.rules}), lost


@cache
def _choice() -> Choice:
    return choose()


# --- each format, opened by another library ------------------------------------------------------


def _json(made: str) -> None:
    _validator("findings").validate(json.loads(made))


@cache
def _validator(name: str) -> Any:
    from jsonschema import Draft7Validator, Draft202012Validator

    if name == "sarif":
        return Draft7Validator(json.loads((SCHEMAS / "sarif-2.1.0.json").read_bytes()))
    return Draft202012Validator(load(name))


def _jsonl(made: str) -> None:
    for line in made.split("\n"):
        assert json.loads(line)["schema"] == "findings/1"


def _legible(made: str) -> None:
    found = CONTROLS.search(
        made.replace("\n", "").replace("\t", "").replace("\r", "").removeprefix("\ufeff")
    )
    assert found is None, f"control character {found[0]!r}"


def _markdown(made: str) -> None:
    _legible(made)
    assert "<script" not in re.sub(r"\\.", "", made)


def _html(made: str) -> None:
    from lxml import html

    _legible(made)
    tree = html.document_fromstring(made)
    assert len(tree.xpath("//script")) == 1
    handlers = [
        name
        for node in tree.iter()
        if isinstance(node.tag, str)
        for name in node.attrib
        if name.startswith("on")
    ]
    assert not handlers, handlers
    assert not [
        link for link in tree.xpath("//@href | //@src") if not link.startswith(("#", "data:"))
    ]


def _xlsx(made: bytes) -> None:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(made))
    kinds = {
        cell.data_type for sheet in book.worksheets for row in sheet.iter_rows() for cell in row
    }
    assert "f" not in kinds
    assert not [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.hyperlink
                and not (cell.hyperlink.location or "").startswith(("'", "#")) and cell.hyperlink.target]  # fmt: skip


def _docx(made: bytes) -> None:
    import docx

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        read = docx.Document(io.BytesIO(made))
    _legible("".join(paragraph.text for paragraph in read.paragraphs))


def _pdf(made: bytes) -> None:
    import pypdfium2

    assert len(pypdfium2.PdfDocument(made)) > 0


def _csv(made: str) -> None:
    rows = list(csv.reader(io.StringIO(made.removeprefix("\ufeff"), newline="")))
    assert len({len(row) for row in rows}) == 1
    live = [
        c
        for row in rows
        for c in row
        if c[:1] in tuple("=@\t\r")
        or (c[:1] in "+-" and not re.fullmatch(r"[-+]?[\d.,]*[%‰]?|[-+]+", c))
    ]
    assert not live, live[:3]


def _sarif(made: str) -> None:
    told = json.loads(made)
    assert told["version"] == "2.1.0"
    if (SCHEMAS / "sarif-2.1.0.json").is_file():
        _validator("sarif").validate(told)


def _junit(made: str) -> None:
    from lxml import etree

    tree = etree.fromstring(made.encode())
    assert tree.tag == "testsuites"


def _github(made: str) -> None:
    _legible(made)
    assert all(
        line.startswith(("::error ", "::warning ", "::notice "))
        for line in made.split("\n")
        if line
    )


def _gitlab(made: str) -> None:
    assert all(
        {"description", "fingerprint", "severity", "location"} <= entry.keys()
        for entry in json.loads(made)
    )


def terminal(material: Material) -> str:
    """The report on a terminal without colours."""
    from rich.console import Console

    target = io.StringIO()
    print_audit(Console(file=target, width=100), material, quiet=False)
    return target.getvalue()


CHECKS: dict[str, Callable[[Any], None]] = {
    "json": _json, "jsonl": _jsonl, "markdown": _markdown, "html": _html, "xlsx": _xlsx, "docx": _docx, "pdf": _pdf,
    "csv": _csv, "sarif": _sarif, "junit": _junit, "github": _github, "gitlab": _gitlab, "terminal": _legible,
}  # fmt: skip


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
        _pdf(outputs.whole("pdf", audited(records)[0]))
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
    lines = [
        f"`python -m benchmarks.fuzz.pipeline --evaluations {total}` on {platform.machine()}, {os.cpu_count()} cores, Python "
        f"{platform.python_version()}, seed {seed}; {TOGETHER} evaluations an audit, {time.monotonic() - start:.0f} s.",
        "",
        "| | |",
        "|---|---|",
        f"| hostile evaluations | {counted['evaluations']:,} |",
        f"| audited | {counted['audited']:,} |",
        f"| refused as records, each a problem of its own | {counted['refused as records']:,} |",
        f"| lost without a word | {counted['lost']:,} |",
        f"| documents in {len([n for n in CHECKS if counted[n]])} formats, each opened by another library | {made:,} |",
        f"| marked copies (docx, xlsx, html) | {sum(counted[f'marked {s}'] for s in ('docx', 'xlsx', 'html')):,} |",
        f"| exceptions and invalid documents | {len(faults):,} |",
    ]
    click.echo("\n".join(lines))
    if write:
        text = PAGE.read_text("utf-8")
        before, after = text.split(MARKS[0])[0], text.split(MARKS[1])[1]
        PAGE.write_text(before + "\n".join([MARKS[0], *lines, MARKS[1]]) + after, "utf-8")
    sys.exit(1 if faults or counted["lost"] else 0)


if __name__ == "__main__":
    main()
