"""The documentation: no dead link, every command runs, both READMEs say the same, every name is explained."""

import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from auditor import api
from auditor.cli.config_file import KEYS
from auditor.pipeline import choose
from auditor.schemas import load

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [
    *sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md")), ROOT / "benchmarks" / "README.md",
]  # fmt: skip
LINK = re.compile(r"\[[^\]]*\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)")
BLOCK = re.compile(r"```(?:sh|bat)\n(.*?)```", re.DOTALL)
MADE = {
    "commands.md",
    "api.md",
    "schemas.md",
    "changelog.md",
    "architecture.md",
    "contributing.md",
    "benchmarks.md",
}
RUN = [ROOT / "README.md", DOCS / "first-steps.md", DOCS / "configuration.md"]
NOT_RUN = ("serve", "--watch", "~/.bashrc", "pip install", "pytest", "review", "data/")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_link_is_dead(page):
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    dead = [
        link for link in LINK.findall(text)
        if not (page.parent / link).exists() and link not in MADE and link != "adr/README.md"
    ]  # fmt: skip
    assert dead == []


def commands(page):
    """Every command line of the tool in a page's blocks."""
    for block in BLOCK.findall(page.read_text("utf-8")):
        for line in block.replace("\\\n", " ").splitlines():
            at = re.search(r"(?:^|&& |\bbin/)(auditor [a-z][^&|>]*)", line.split(" # ")[0].strip())
            if at:
                yield at[1].strip()


ALL = [(page, line) for page in PAGES for line in commands(page)]


@pytest.mark.parametrize(("page", "line"), ALL, ids=[f"{p.stem}: {c}" for p, c in ALL])
def test_every_command_in_the_docs_is_one_that_the_tool_takes(page, line):
    _auditor, *words = shlex.split(line, posix=True)
    group = importlib.import_module("auditor.cli.main").group()
    context = click.Context(group, info_name="auditor")
    if words[:1] == ["--lang"]:
        words = words[2:]
    command = group.get_command(context, words.pop(0))
    assert command is not None, page
    while isinstance(command, click.Group) and words and words[0] in command.list_commands(context):
        command = command.get_command(context, words.pop(0))
    command.make_parser(click.Context(command, parent=context)).parse_args(words)


EXECUTED = [c for page in RUN for c in commands(page) if not any(word in c for word in NOT_RUN)]


@pytest.mark.parametrize("line", dict.fromkeys(EXECUTED))
def test_the_commands_of_the_first_steps_do_what_they_say(line, tmp_path):
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    _auditor, *words = shlex.split(line)
    words = ["examples" if word in ("PATH", "提交/") else word for word in words]
    done = subprocess.run(
        [sys.executable, "-m", "auditor", *words], cwd=tmp_path, capture_output=True, text=True,
        encoding="utf-8", check=False, env={**os.environ, "COLUMNS": "80"},
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    assert done.stdout


def outline(name):
    text = (ROOT / name).read_text("utf-8")
    return {
        "sections": len(re.findall(r"^## ", text, re.MULTILINE)),
        "blocks": [line for block in BLOCK.findall(text) for line in block.splitlines()],
        "code": sorted(set(re.findall(r"`([a-z-][^`\n]*)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL)))),
        "links": sorted(set(LINK.findall(text)) - {"README.md", "README.zh-CN.md"}),
        "figures": sorted(set(re.findall(r"\b\d{3,}\b", text))),
        "rows": len(re.findall(r"^\|", text, re.MULTILINE)),
    }  # fmt: skip


def test_both_readmes_have_the_same_sections_commands_links_and_figures():
    assert outline("README.md") == outline("README.zh-CN.md")


def test_the_readme_counts_the_rules():
    count = len(choose().rulebook.rules)
    assert f"{count} rules" in (ROOT / "README.md").read_text("utf-8")


def properties(schema):
    """Every key that a JSON Schema names."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        for value in schema.values():
            yield from properties(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from properties(value)


def test_the_glossary_explains_every_public_name():
    told = set(re.findall(r"`([\w-]+)`", (DOCS / "glossary.md").read_text("utf-8")))
    public = {*properties(load("evaluation")), *properties(load("findings")), *api.COLUMNS, *KEYS}
    structural = {"findings", "evaluations", "properties"}
    assert public - told - structural == set()


def test_the_page_on_configuration_has_every_key():
    text = (DOCS / "configuration.md").read_text("utf-8")
    assert {key for key in KEYS if f"`{key}`" not in text} == set()


def test_the_site_is_built_without_a_warning(tmp_path):
    if importlib.util.find_spec("mkdocs") is None or importlib.util.find_spec("material") is None:
        pytest.skip("the extra `docs` is not installed")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", tmp_path],
        cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    for page in ("commands", "api", "schemas", "architecture", "changelog"):
        assert (tmp_path / f"{page}.html").is_file()
    commands_page = (tmp_path / "commands.html").read_text("utf-8")
    assert "auditor check" in commands_page
    loaded = re.findall(r'<(?:script|link|img)[^>]+(?:src|href)="(https?://[^"]+)"', commands_page)
    assert loaded == []  # an intranet has no network
    assert (tmp_path / "javascripts" / "iframe-worker.js").is_file()
