"""Nothing heavy is loaded before it is needed, and floats stay out of money and scores."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from auditor import resources
from tests.rendering.examples import FOLDER

HEAVY = {
    "pandas", "numpy", "great_expectations", "sqlglot", "openpyxl", "yaml", "jsonschema",
    "rapidfuzz", "babel", "pyspark",
}  # fmt: skip
PACKAGE = Path(__file__).parents[2] / "auditor"


def loaded_after(code: str) -> set[str]:
    script = (
        f"{code}\nimport sys, json\nprint(json.dumps(sorted(m.split('.')[0] for m in sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, cwd=PACKAGE.parent
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


def check(path: str) -> str:
    return (
        "import sys\n"
        f"sys.argv = ['auditor', 'check', {path!r}, '--quiet']\n"
        "from auditor.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass"
    )


def test_one_docx_is_audited_without_anything_heavy():
    path = str(FOLDER / "卫生服务中心.docx")
    loaded_after(check(path))  # the rulebook is checked once, with sqlglot, and remembered
    assert loaded_after(check(path)) & HEAVY == set()


def test_help_loads_no_engine():
    loaded = loaded_after("from auditor.cli import main")
    assert loaded & (HEAVY | {"duckdb", "_duckdb", "lxml", "rich"}) == set()


@pytest.mark.parametrize("folder", ["facts", "engine", "quantities", "findings", "diagnosis"])
def test_no_float_is_made_in_a_money_or_score_path(folder):
    floats = []
    for path in (PACKAGE / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            if called and node.func.id == "float":
                floats.append((path.name, node.lineno))
    assert floats == []


def test_a_cache_that_cannot_be_written_costs_time_and_nothing_else(tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("no folder", "utf-8")
    monkeypatch.setenv("AUDITOR_CACHE", str(blocked / "below"))
    assert resources.remembered("x", [], lambda: {"made": 1}) == {"made": 1}


def test_a_damaged_cache_is_made_anew(tmp_path, monkeypatch):
    monkeypatch.setenv("AUDITOR_CACHE", str(tmp_path))
    assert resources.remembered("x", [], lambda: [1]) == [1]
    (kept,) = tmp_path.iterdir()
    kept.write_text("{broken", "utf-8")
    assert resources.remembered("x", [], lambda: [2]) == [2]
    assert resources.remembered("x", [], lambda: [3]) == [2]
