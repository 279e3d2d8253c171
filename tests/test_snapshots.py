"""What a user sees of ``examples/``, whole: the terminal report in both languages, and the JSON.

``python -m tests.test_snapshots`` writes the snapshots anew; read the difference before committing.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "snapshots"
ROOT = Path(__file__).parents[1]
SHOWN = {
    "terminal-80-zh.txt": ["check", "examples", "--advice"],
    "terminal-80-en.txt": ["check", "examples", "--lang", "en"],
    "findings.json": ["check", "examples", "--format", "json"],
    "evaluation.json": ["extract", "examples/卫生服务中心.docx"],
    "explain-X02.txt": ["explain", "X02"],
    "rules.txt": ["rules"],
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


@pytest.mark.parametrize("name", SHOWN)
def test_what_the_user_sees_is_what_was_reviewed(name):
    assert shown(SHOWN[name]) == (FOLDER / name).read_text("utf-8")


if __name__ == "__main__":
    for name, arguments in SHOWN.items():
        (FOLDER / name).write_text(shown(arguments), "utf-8")
