"""What a user sees, whole: ``reports/samples/`` are the reports of ``examples/``.

``python -m tests.test_snapshots`` writes them anew; read the difference before committing.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "reports" / "samples"
PAGES = ROOT / "tests" / "snapshots"
SHOWN = {
    SAMPLES / "terminal-80-zh.txt": ["check", "examples", "--advice"],
    SAMPLES / "terminal-80-en.txt": ["check", "examples", "--lang", "en"],
    SAMPLES / "findings.json": ["check", "examples", "--format", "json"],
    SAMPLES / "evaluation.json": ["extract", "examples/卫生服务中心.docx"],
    PAGES / "explain-X02.txt": ["explain", "X02"],
    PAGES / "rules.txt": ["rules"],
}


def shown(arguments: list[str]) -> str:
    done = subprocess.run(
        [sys.executable, "-c", "from auditor.cli import main; main()", *arguments],
        capture_output=True, check=False, cwd=ROOT,
        env={**os.environ, "COLUMNS": "80", "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    text = done.stdout.decode()
    text = text.replace(str(ROOT) + os.sep, "")
    if arguments[-1] == "json":
        audit = json.loads(text)
        audit["tool"]["rulebook"] = "…"  # changes with every rule
        return json.dumps(audit, ensure_ascii=False, indent=1) + "\n"
    lines = [line.rstrip() for line in text.splitlines() if not line.startswith("auditor 0")]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("path", SHOWN, ids=lambda path: path.name)
def test_what_the_user_sees_is_what_was_reviewed(path):
    assert shown(SHOWN[path]) == path.read_text("utf-8")


if __name__ == "__main__":
    for path, arguments in SHOWN.items():
        path.write_text(shown(arguments), "utf-8")
