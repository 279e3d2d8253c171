"""Hostile texts cost no more than long ones: twice the length, about twice the steps.

Every pattern that runs over text from a form is found in the modules themselves. Steps are counted
by a model of the matcher (tests/regex_steps.py), never by a clock.
"""

import ast
import importlib
import inspect
import random
import re
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import auditor
from auditor.forms import text_budget
from auditor.intake import limits
from tests.building import form, fund, row
from tests.regex_steps import Counter, TooManySteps

# What never sees a text of a form: rules, templates, file names, our own outputs.
TRUSTED = ("auditor.cli", "auditor.rulebook", "auditor.gate", "auditor.resources", "auditor.review",
           "auditor.engine", "auditor.scale", "auditor.reporting.charts", "auditor.reporting.markup",
           "auditor.reporting.pdf", "auditor.reporting.opinions", "auditor.findings.decisions",
           "auditor.intake.own_outputs", "auditor.forms.reading_cache", "auditor.intake.part_names",
           "auditor.rule_linting", "auditor.rule_testing", "auditor.diagnosis.folding",
           "auditor.intake.excel", "auditor.findings.finding_messages", "auditor.web.migrations")  # fmt: skip
EXTRAS = ("rarfile", "py7zr", "cv2", "rapidocr", "onnxruntime", "pyspark", "weasyprint",
          "alembic", "itsdangerous", "prometheus_client", "python_multipart", "sqlalchemy", "starlette", "uvicorn")  # fmt: skip
SHORT, LONG = 150, 300  # characters
RATIO, SLACK = 2.6, 4_000


def modules():
    root = Path(auditor.__file__).parent
    for path in sorted(root.rglob("*.py")):
        name = ".".join(("auditor", *path.relative_to(root).with_suffix("").parts))
        if not name.startswith(TRUSTED) and path.stem != "__init__":
            try:
                yield importlib.import_module(name)
            except ModuleNotFoundError as missing:
                if missing.name not in EXTRAS:
                    raise


def patterns() -> dict[str, tuple[re.Pattern[str], str]]:
    """Compiled ones of the modules, and those written where they are used; and how they are used."""
    found = {}
    for module in modules():
        source = Path(inspect.getfile(module)).read_text("utf-8")
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                ways = set(re.findall(rf"\b{name}\.(\w+)\(", source))
                found[f"{module.__name__}.{name}"] = value, "" if len(ways) != 1 else ways.pop()
        for node in ast.walk(ast.parse(source)):
            called = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            if called and isinstance(node.func.value, ast.Name) and node.func.value.id == "re":
                first, way = node.args[0] if node.args else None, node.func.attr
                if (
                    isinstance(first, ast.Constant)
                    and isinstance(first.value, str)
                    and way != "compile"
                ):
                    found[f"{module.__name__}:{node.lineno}"] = re.compile(first.value), way
    return found


def steps(name: str, text: str) -> int:
    """Steps of a pattern on a text, tried from where its module tries it."""
    pattern, way = PATTERNS[name]
    counter = Counter(pattern)
    try:
        if way in ("match", "fullmatch"):
            counter.match(text, whole=way == "fullmatch")
        else:
            counter.findall(text)
    except TooManySteps:
        return sys.maxsize
    return counter.steps


PATTERNS = patterns()
PIECES = ("(", "（", ")", "((1)", "1", "11.", "1,", "1-", " ", "\n", "一", "一个", "20", "2021", "2021年", "1月",
          "率", "的", "X", "*", "×", "项目", "项目、项目", "≥1", "%", "。", "，", "；", "a", "a1", "〔", "〔 ", ".", "-",
          "+", "_", "1+", "1人+", "之前", "完成", "满意", "月底", "http://", "138")  # fmt: skip


def alphabet(pattern: re.Pattern[str]) -> list[str]:
    """Characters that a pattern names: what drives it furthest."""
    return sorted({c for c in pattern.pattern if c.isalnum() or ord(c) > 127})[:12]


def test_patterns_are_found():
    assert len(PATTERNS) > 60
    assert "auditor.facts.texts._YEAR" in PATTERNS


@pytest.mark.parametrize("name", PATTERNS)
def test_twice_the_text_needs_about_twice_the_steps(name):
    chance = random.Random(name)
    pieces = [*PIECES, *alphabet(PATTERNS[name][0])]
    pieces += ["".join(chance.choices(pieces, k=3)) for _n in range(20)]
    for piece in pieces:
        once, twice = (steps(name, (piece * length)[:length]) for length in (SHORT, LONG))
        assert twice <= once * RATIO + SLACK, (piece, once, twice)


@given(st.text("ab1(，X", max_size=12), st.sampled_from(sorted(PATTERNS)))
def test_the_model_finds_what_re_finds(text, name):
    pattern, _way = PATTERNS[name]
    assert Counter(pattern).findall(text) == [found.span() for found in pattern.finditer(text)]
    for whole, real in ((True, pattern.fullmatch), (False, pattern.match)):
        found = real(text)
        assert Counter(pattern).match(text, whole=whole) == (found and found.end())


def test_no_form_gives_more_text_to_judge_than_its_share():
    rows = [row(level3="甲" * 9_000, deviation="乙" * 90_000) for _n in range(60)]
    made = form(goal_actual="丙" * 90_000, funds=[fund(reason="丁" * 90_000)], indicators=rows)
    judged = text_budget.shortened(made)
    total = sum(len(text or "") for _cell, text in judged.cells())
    assert total <= limits.JUDGED_OF_FORM + 100 * 62 * 9
    assert len(judged.goal_actual) == limits.JUDGED_OF_NARRATIVE
    assert made.goal_actual == "丙" * 90_000
    assert text_budget.shortened(judged) is judged


@given(st.text(max_size=40))
def test_a_form_of_usual_length_is_judged_as_it_is(text):
    made = form(goal_actual=text or None)
    assert text_budget.shortened(made) is made
