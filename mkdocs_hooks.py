"""What the documentation site takes from the code: commands, library, schemas, pages of the root.

``docs/`` links to files of the repository (``../rules/…``). The site has no repository beside it,
so these files are copied into it and the links follow them.
"""

import importlib
import inspect
import json
import re
from pathlib import Path
from typing import Any

import click
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parent
_OUTSIDE = re.compile(r"\]\(((?:\.\./)+)([^)#\s]+)(#[^)]*)?\)")
_COPIED = "source"
_SHIM = "https://unpkg.com/iframe-worker/shim"
# Pages of the root that are pages of the site too, with the name that they have there.
_PAGES = {"ARCHITECTURE.md": "architecture.md", "CONTRIBUTING.md": "contributing.md",
          "CHANGELOG.md": "changelog.md", "benchmarks/README.md": "benchmarks.md"}  # fmt: skip


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds the pages made from the code, those of the root, and files that pages link to."""
    made = {"commands.md": commands(), "api.md": library(), "schemas.md": schemas(),
            "adr/README.md": decisions()}  # fmt: skip
    made |= {page: _of_root(name) for name, page in _PAGES.items()}
    for name, text in made.items():
        files.append(File.generated(config, name, content=text))
    for path in sorted(_linked(files, made)):
        files.append(File.generated(config, f"{_COPIED}/{path}", abs_src_path=str(ROOT / path)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001 - mkdocs' signature
    """Links to files of the repository become links to their copies; to folders, their names."""
    up = "../" * page.file.src_uri.count("/")

    def inside(found: re.Match[str]) -> str:
        path = _outside(page.file.src_uri, found[1], found[2])
        if path is None:
            return found[0]
        if path in _PAGES:
            return f"]({up}{_PAGES[path]}{found[3] or ''})"
        if path.startswith("docs/"):
            below = path.removeprefix("docs/")
            below += "/README.md" if (ROOT / path).is_dir() else ""
            return f"]({up}{below}{found[3] or ''})"
        return f"]({up}{_COPIED}/{path})" if (ROOT / path).is_file() else f"]({up}index.md)"

    return _OUTSIDE.sub(inside, markdown)


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:  # noqa: ARG001 - mkdocs' signature
    """The search of a page opened from a folder needs a script: our copy, not the network's."""
    up = "../" * page.file.src_uri.count("/")
    return output.replace(_SHIM, f"{up}javascripts/iframe-worker.js")


def _outside(page: str, steps: str, path: str) -> str | None:
    """The path in the repository of a link that leaves docs/, else None."""
    folder = page.count("/")
    return path if steps.count("../") > folder else None


def _linked(files: Files, made: dict[str, str]) -> set[str]:
    texts = {file.src_uri: file.content_string for file in files if file.is_documentation_page()}
    found = {
        path
        for page, text in (texts | made).items()
        for link in _OUTSIDE.finditer(text)
        if (path := _outside(page, link[1], link[2])) is not None
    }
    return {path for path in found - set(_PAGES) if (ROOT / path).is_file() and path[:5] != "docs/"}


def _of_root(name: str) -> str:
    """A page from outside docs/ as if it stood there: its links are from the root."""
    text = (ROOT / name).read_text("utf-8")
    folder = (ROOT / name).parent

    def from_docs(found: re.Match[str]) -> str:
        path = (folder / found[1]).resolve().relative_to(ROOT)
        return f"](../{path.as_posix()}{found[2] or ''})"

    return re.sub(r"\]\((?!https?:|#|mailto:)([^)#]+)(#[^)]*)?\)", from_docs, text)


# --- made from the code -------------------------------------------------------------------------


def commands() -> str:
    """Every command with its arguments and options."""
    from auditor import language

    language.use("en")  # before the commands are imported: their help is made then
    try:
        group = importlib.import_module("auditor.cli.main").group()
        said = "Made from the code. `auditor COMMAND --help` says the same, in Chinese by default."
        parts = ["# Commands", "", said]
        with click.Context(group, info_name="auditor") as context:
            for name in group.list_commands(context):
                command = group.get_command(context, name)
                assert command is not None
                parts += _command(command, f"auditor {name}", context)
        return "\n".join(parts) + "\n"
    finally:
        language.use("zh")


def _command(command: click.Command, name: str, above: click.Context) -> list[str]:
    context = click.Context(command, info_name=name.rsplit(maxsplit=1)[-1], parent=above)
    arguments = [p.make_metavar(context) for p in command.params if isinstance(p, click.Argument)]
    parts = ["", f"## {name}", "", command.help or "", "", "```text",
             " ".join([name, "[OPTIONS]", *arguments]), "```"]  # fmt: skip
    records = [p.get_help_record(context) for p in command.params if isinstance(p, click.Option)]
    told = [(names, said) for record in records if record for names, said in [record]]
    if told:
        parts += ["", "| option | |", "|---|---|"]
        parts += [f"| `{names.replace('|', ' | ')}` | {_cell(said)} |" for names, said in told]
    if isinstance(command, click.Group):
        for below in command.list_commands(context):
            found = command.get_command(context, below)
            if found is not None:
                parts += _command(found, f"{name} {below}", context)
    return parts


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")


def library() -> str:
    """The public names of the package, from their docstrings."""
    import auditor

    parts = ["# The Python library", "", "Made from the code.", ""]
    module = inspect.getdoc(inspect.getmodule(auditor.audit)) or ""
    parts += ["```pycon", module.split("\n\n", 1)[1], "```"]
    for name in auditor.__all__:
        parts += _entry(f"auditor.{name}", getattr(auditor, name))
    return "\n".join(parts) + "\n"


def _entry(name: str, thing: Any) -> list[str]:
    if not callable(thing):
        return []
    parts = ["", f"## `{name}`", "", "```python", f"{name}{inspect.signature(thing)}", "```", "",
             _doc(thing)]  # fmt: skip
    if inspect.isclass(thing):
        for member, value in vars(thing).items():
            public = not member.startswith("_") and (callable(value) or hasattr(value, "__get__"))
            if public and inspect.getdoc(value):
                parts += ["", f"**`.{member}`** — {_doc(value)}"]
    return parts


def _doc(thing: Any) -> str:
    return re.sub(r":\w+:`([^`]+)`", r"`\1`", (inspect.getdoc(thing) or "").replace("``", "`"))


def schemas() -> str:
    """The published JSON Schemas, as ``auditor schema`` prints them."""
    from auditor.schemas import load

    parts = ["# JSON Schemas", "", "`auditor schema NAME` prints one of these."]
    for name in ("evaluation", "findings", "rule"):
        text = json.dumps(load(name), ensure_ascii=False, indent=1)
        parts += ["", f"## {name}", "", "```json", text, "```"]
    return "\n".join(parts) + "\n"


def decisions() -> str:
    """The list of decisions, from their headings."""
    parts = ["# Decisions", "", "What was decided, why, and what was measured.", ""]
    for path in sorted((ROOT / "docs" / "adr").glob("0*.md")):
        title = path.read_text("utf-8").split("\n", 1)[0].removeprefix("# ")
        parts.append(f"- [{title}]({path.name})")
    return "\n".join(parts) + "\n"
