"""Hostile text is harmless and legible in every report, and people in it are masked."""

import csv
import io
import json

import jsonschema
import openpyxl
import pytest
from lxml import etree

from auditor.reporting import outputs
from auditor.reporting.report_input import ReportInput
from tests.building import form, fund, material, row, text_of
from tests.cli.test_cli import run
from tests.conftest import fetched_schema

FORMATS = sorted(set(outputs.FORMATS) - {"pdf"})
HOSTILE = (
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "\u202eمخفي\u202c abc",
    "长" * 10_000,
    "::error::%0A",
    "| a | [x](javascript:1) `**",
    "a\x00\x1b[31mb\x07",
    "{{ 7*7 }}{% raw %}",
)


def hostile() -> ReportInput:
    forms = [
        form(
            project=text, unit=text, department=text, goal_actual=text, title=text,
            funds=[fund(budget="10", executed="5", rate="90%", label=text)],
            indicators=[row(level3=text, target=text, actual=text, deviation=text, score="11")],
            source={"file": f"{number}{text[:80]}.json", "form": 1},
        )
        for number, text in enumerate(HOSTILE)
    ]  # fmt: skip
    return material(*forms)


@pytest.mark.parametrize("name", FORMATS)
def test_hostile_text_breaks_no_format(name):
    made = outputs.whole(name, hostile())
    text = text_of(made)
    if name not in ("json", "jsonl"):  # they hold what the form holds, escaped
        for unseen in ("\u202e", "\x00", "\x1b", "\x07"):
            assert unseen not in text
    if name == "sarif":
        jsonschema.Draft7Validator(json.loads(fetched_schema("sarif-2.1.0.json"))).validate(
            json.loads(made)
        )


def test_hostile_text_is_text_in_html():
    page = outputs.whole("html", hostile())
    tree = etree.HTML(page)
    assert len(tree.xpath("//script")) == 1
    assert "[U+202E]" in page
    assert "<script>alert(1)</script>" in "".join(tree.xpath("//td//text()"))
    assert "{{ 7*7 }}" in page


def test_hostile_text_is_no_formula_in_a_sheet():
    made = outputs.whole("csv", hostile())
    cells = [c for line in csv.reader(io.StringIO(made)) for c in line]
    assert not [c for c in cells if c[:1] in "=@" and len(c) > 1]
    assert any(cell.startswith("'=cmd|'") for cell in cells)
    book = openpyxl.load_workbook(io.BytesIO(outputs.whole("xlsx", hostile())))
    kinds = {cell.data_type for sheet in book for line in sheet for cell in line}
    assert "f" not in kinds


def test_hostile_text_begins_no_workflow_command():
    lines = outputs.whole("github", hostile()).splitlines()
    assert all(
        line.startswith(("::error file=", "::warning file=", "::notice file=")) for line in lines
    )


def test_hostile_text_is_text_in_markdown():
    made = outputs.whole("markdown", hostile())
    assert "<script>" not in made
    assert r"\[x\](javascript:1)" in made
    assert not [line for line in made.splitlines() if line.startswith("=")]


PERSON = {"leader": "张三丰", "phone": "13800138000"}


def person() -> list:
    return [
        form(project="甲", **PERSON, goal_actual="联系电话13912345678，已完成",
             funds=[fund(budget="13800138000", executed="5", rate="90%")],
             indicators=[row(deviation="经办人 010-12345678", score="9")])
    ]  # fmt: skip


@pytest.mark.parametrize("name", FORMATS)
def test_names_and_numbers_of_people_are_masked(name):
    text = text_of(outputs.whole(name, material(*person())))
    for secret in ("张三丰", "13912345678", "010-12345678"):
        assert secret not in text, secret
    if name in ("json", "html", "markdown"):
        assert "张**" in text.replace("\\", "")
        assert "13800138000" in text  # the amount is an amount


def test_names_are_shown_when_asked_for(tmp_path):
    source = tmp_path / "form.json"
    source.write_text(
        json.dumps({"project": "甲", "funds": [], "indicators": [], **PERSON}), "utf-8"
    )
    for options, shown in (((), False), (("--personal",), True)):
        done = run("check", str(source), "--format", "html", *options)
        assert ("张三丰" in done.stdout.decode()) is shown
