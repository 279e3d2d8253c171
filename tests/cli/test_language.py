"""English is whole: every string is translated, and no Chinese of ours is left in English output."""

import ast
import gettext
import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

PACKAGE = Path(__file__).parents[2] / "auditor"
REPORTS = PACKAGE.parent / "reports"
LOCALE = PACKAGE / "locale" / "en" / "LC_MESSAGES"
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def trees():
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path, ast.parse(path.read_text("utf-8"))


def in_templates() -> set[str]:
    texts = [path.read_text("utf-8") for path in sorted(REPORTS.rglob("*.j2"))]
    return {found for text in texts for found in re.findall(r'\b_\("([^"]+)"\)', text)}


def wrapped() -> set[str]:
    return in_templates() | {
        node.args[0].value
        for _path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "_"
        and isinstance(node.args[0], ast.Constant)
    }


def catalogue():
    with (LOCALE / "auditor.po").open("rb") as file:
        return read_po(file, locale="en")


def test_every_string_has_its_english_and_no_translation_is_left_over():
    translated = {message.id for message in catalogue() if message.id and message.string}
    assert translated == wrapped()


def test_the_compiled_catalogue_is_that_of_its_source():
    made = io.BytesIO()
    write_mo(made, catalogue())
    made.seek(0)
    fresh = gettext.GNUTranslations(made)
    with (LOCALE / "auditor.mo").open("rb") as file:
        kept = gettext.GNUTranslations(file)
    assert {text: kept.gettext(text) for text in wrapped()} == {
        text: fresh.gettext(text) for text in wrapped()
    }


def test_placeholders_survive_translation():
    for message in catalogue():
        if message.id:
            fields = re.compile(r"\{\w+\}")
            assert sorted(fields.findall(message.id)) == sorted(fields.findall(message.string))


def test_no_sentence_to_the_user_is_outside_the_catalogue():
    """A Chinese literal with a sentence in it must be wrapped; single words of the form may stand."""
    loose = []
    for path, tree in trees():
        inside = {
            id(part)
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "_"
            for part in ast.walk(node)
        }
        docs = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, (ast.Module, ast.FunctionDef, ast.ClassDef))
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        loose += [
            (path.name, node.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in inside | docs
            and len(CHINESE.findall(node.value)) > 5
            and re.search(r"[，。：；]", node.value)
            and path.name != "schema.py"  # documentation of columns, in English, with their terms
        ]
    assert loose == []


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["check", "--help"], ["extract", "--help"], ["rules", "--help"], ["explain", "-h"],
     ["check", "nowhere"], ["check", "x", "--select", "Z9"], ["rules"], ["rules", "test"]],
    ids=" ".join,
)  # fmt: skip
def test_no_chinese_of_ours_is_left_in_english_output(arguments):
    done = subprocess.run(
        [sys.executable, "-c", "from auditor.cli import main; main()", *arguments],
        capture_output=True, check=False, env={**os.environ, "AUDITOR_LANG": "en"},
    )  # fmt: skip
    text = (done.stdout + done.stderr).decode()
    ours = [line for line in text.splitlines() if CHINESE.search(line)]
    # The form's own words (年初预算, 产出指标 …) are what a rule is about and stay as they are.
    assert [line for line in ours if len(CHINESE.findall(line)) > 24] == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["check", "--help"],
        ["check", "x", "--bogus"],
        ["check"],
        ["nothing"],
        ["check", "x", "--format", "y"],
    ],
    ids=" ".join,
)
def test_chinese_is_whole_too(arguments):
    done = subprocess.run(
        [sys.executable, "-c", "from auditor.cli import main; main()", *arguments],
        capture_output=True,
        check=False,
        env=dict(os.environ),
    )
    text = (done.stdout + done.stderr).decode()
    for english in ("Usage", "Error", "Options", "Show this", "No such", "Invalid", "Missing"):
        assert english not in text, text
