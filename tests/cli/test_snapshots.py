"""What a user sees, whole: ``reports/samples/`` are the reports of ``examples/``.

``python -m tests.cli.test_snapshots`` writes them anew; read the difference before committing.
"""

import io
import json
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "reports" / "samples"
PAGES = ROOT / "tests" / "snapshots"
FINDINGS = SAMPLES / "findings.json"
SHOWN = {
    SAMPLES / "terminal-80-zh.txt": (80, ["check", "examples", "--advice"]),
    SAMPLES / "terminal-80-en.txt": (80, ["check", "examples", "--lang", "en"]),
    SAMPLES / "terminal-160-zh.txt": (160, ["check", "examples"]),
    FINDINGS: (80, ["check", "examples", "--format", "json"]),
    SAMPLES / "evaluation.json": (80, ["extract", "examples/卫生服务中心.docx"]),
    PAGES / "explain-X02.txt": (80, ["explain", "X02"]),
    PAGES / "rules.txt": (80, ["rules"]),
}
# Made from the saved findings by `auditor report`; a PDF depends on the browser and is not kept.
REPORTS = {
    "report.md": ["--format", "markdown"],
    "report.html": ["--format", "html"],
    "report-en.html": ["--format", "html", "--lang", "en"],
    "report.xlsx": ["--format", "xlsx"],
    "letters.docx": ["--format", "docx", "--date", "2025年3月20日"],
    "findings.csv": ["--format", "csv"],
    "findings.jsonl": ["--format", "jsonl"],
    "findings.sarif": ["--format", "sarif"],
    "junit.xml": ["--format", "junit"],
    "github.txt": ["--format", "github"],
    "gitlab.json": ["--format", "gitlab"],
}
MARKED = ("卫生服务中心.docx", "卫生服务中心.xlsx")


def auditor(arguments: list[str], width: int = 80, given: bytes = b"") -> bytes:
    done = subprocess.run(
        [sys.executable, "-c", "from auditor.cli import main; main()", *arguments],
        capture_output=True, check=False, cwd=ROOT, input=given,
        env={**os.environ, "COLUMNS": str(width), "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr.decode()
    return done.stdout


def shown(width: int, arguments: list[str]) -> str:
    text = auditor(arguments, width).decode()
    text = text.replace(str(ROOT) + os.sep, "")
    if arguments[-1] == "json":
        audit = json.loads(text)
        audit["tool"]["rulebook"] = "…"  # changes with every rule
        return json.dumps(audit, ensure_ascii=False, indent=1) + "\n"
    lines = [line.rstrip() for line in text.splitlines() if not line.startswith("auditor 0")]
    return "\n".join(lines) + "\n"


def reported(arguments: list[str]) -> bytes:
    """A report made from the saved findings, or from the English ones."""
    lang = arguments[arguments.index("--lang") :] if "--lang" in arguments else []
    findings = shown(80, ["check", "examples", *lang, "--format", "json"]) if lang else ""
    given = findings.encode() or FINDINGS.read_bytes()
    return auditor(["report", "-", *arguments], given=given)


def marked(name: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        auditor(["check", f"examples/{name}", "--mark", folder, "--quiet"])
        return (Path(folder) / name).read_bytes()


def content(raw: bytes, name: str) -> object:
    """What a report holds: the parts of an office file; a page without the size of its charts."""
    if name.endswith((".docx", ".xlsx")):
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            return {member: archive.read(member) for member in archive.namelist()}
    text = raw.decode()
    # How wide a chart's labels are depends on the fonts of the machine.
    return re.sub(r"<svg.*?</svg>", "<svg/>", text, flags=re.DOTALL) if "html" in name else text


@pytest.mark.parametrize("path", SHOWN, ids=lambda path: path.name)
def test_what_the_user_sees_is_what_was_reviewed(path):
    assert shown(*SHOWN[path]) == path.read_text("utf-8")


@pytest.mark.parametrize("name", REPORTS)
def test_the_reports_of_the_examples_are_those_that_were_reviewed(name):
    assert content(reported(REPORTS[name]), name) == content((SAMPLES / name).read_bytes(), name)


@pytest.mark.parametrize("name", MARKED)
def test_the_marked_copies_of_the_examples_are_those_that_were_reviewed(name):
    assert content(marked(name), name) == content((SAMPLES / "marked" / name).read_bytes(), name)


def write() -> None:
    for path, (width, arguments) in SHOWN.items():
        path.write_text(shown(width, arguments), "utf-8")
    for name, arguments in REPORTS.items():
        (SAMPLES / name).write_bytes(reported(arguments))
    (SAMPLES / "marked").mkdir(exist_ok=True)
    for name in MARKED:
        (SAMPLES / "marked" / name).write_bytes(marked(name))


if __name__ == "__main__":
    write()
