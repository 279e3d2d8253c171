"""A checkpoint per fact table: our suite, and those that the user keeps for it.

A suite of the user's belongs to a fact table by its name: ``fund_lines.own`` or ``own@fund_lines``.
"""

import html
import logging
import re
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import great_expectations as gx
from great_expectations import Checkpoint, ExpectationSuite, ValidationDefinition

from auditor import output_files
from auditor.gate.submission import Tables
from auditor.gate.suites import RULE, STRUCTURE, suite
from auditor.language import _
from auditor.reporting.templates import found

NAME = "auditor"
_SITE = "auditor_docs"
_OUTSIDE = re.compile(
    r"<script[^>]*\bsrc=[\"']https?:[^>]*>\s*</script>|<link[^>]*\bhref=[\"']https?:[^>]*>"
    r"|<img[^>]*\bsrc=[\"']https?:[^>]*>",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Outcome:
    """What the checkpoint found, apart from what our audit says.

    ``results`` are the library's validation results as JSON; ``structure`` are checks of the tables
    that failed; ``not_run`` expectations that raised, by name; ``own`` failed ones of the user's.
    """

    results: list[dict[str, Any]] = field(default_factory=list)
    structure: list[str] = field(default_factory=list)
    not_run: dict[str, str] = field(default_factory=dict)
    own: list[str] = field(default_factory=list)
    rules: dict[str, dict[str, Any]] = field(default_factory=dict)


def run(facts: Tables, folder: Path | None = None, docs: Path | None = None) -> Outcome:
    """Runs all suites over ``facts`` in a context of their own, or in the one below ``folder``.

    ``docs`` is where Data Docs are built.
    """
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    outcome = Outcome()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library's own deprecations
        context = _context(folder)
        for table, checkpoint in _checkpoints(context, facts):
            ran: Any = checkpoint.run(batch_parameters={"dataframe": facts[table]})
            for result in ran.run_results.values():
                outcome.results.append(result.to_json_dict())
                for entry in result.results:
                    _sort(entry, result.suite_name, outcome)
        if docs is not None:
            _build(context, docs)
    return outcome


def _context(folder: Path | None) -> Any:
    context: Any = (
        gx.get_context(mode="ephemeral")
        if folder is None
        else gx.get_context(mode="file", project_root_dir=str(folder))
    )
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    return context


def _checkpoints(context: Any, facts: Tables) -> Iterator[tuple[str, Checkpoint]]:
    """A checkpoint per table with our suite and the user's: one takes one DataFrame."""
    source = context.data_sources.add_or_update_pandas(NAME)
    for table in facts:
        asset = source.add_dataframe_asset(table)
        batch = asset.add_batch_definition_whole_dataframe("submission")
        ours = context.suites.add_or_update(suite(table, facts))
        definitions = [
            context.validation_definitions.add_or_update(
                ValidationDefinition(name=wanted.name, data=batch, suite=wanted)
            )
            for wanted in (ours, *_users(context, table))
        ]
        checkpoint = Checkpoint(
            name=f"{NAME}.{table}",
            validation_definitions=definitions,
            result_format="COMPLETE",
        )
        yield table, context.checkpoints.add_or_update(checkpoint)


def _users(context: Any, table: str) -> list[ExpectationSuite]:
    return [
        own
        for own in context.suites.all()
        if own.name.startswith(f"{table}.") or own.name.endswith(f"@{table}")
    ]


def _sort(entry: Any, name: str, outcome: Outcome) -> None:
    """A result to where it belongs: a rule, a check of the tables, or the user's own."""
    config = entry.expectation_config
    meta = config.meta or {}
    raised = _raised(entry.exception_info)
    if RULE in meta:
        if raised is None:
            outcome.rules[meta[RULE]] = entry.result["details"]
        else:
            outcome.not_run[meta[RULE]] = raised
        return
    told = {key: value for key, value in config.kwargs.items() if key != "batch_id"}
    words = f"{name}: {config.type} {_short(told)}"
    if raised is not None:
        outcome.not_run[words] = raised
    elif not entry.success:
        (outcome.structure if STRUCTURE in meta else outcome.own).append(words)


def _raised(info: dict[str, Any] | None) -> str | None:
    """What an expectation raised; the library keeps it flat, or by metric."""
    for told in (info or {}, *(v for v in (info or {}).values() if isinstance(v, dict))):
        if told.get("raised_exception"):
            return str(told.get("exception_message", "")).splitlines()[0]
    return None


def _short(told: dict[str, Any]) -> str:
    return ", ".join(f"{key}={str(value)[:60]}" for key, value in sorted(told.items()))


def _build(context: Any, docs: Path) -> None:
    """Data Docs in a folder, each page whole: they are built in a hidden folder and moved."""
    docs.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=output_files.TEMPORARY, dir=docs) as name:
        built = Path(name)
        _set_site(context, built)
        context.build_data_docs(site_names=[_SITE])
        for page in sorted(path for path in built.rglob("*") if path.is_file()):
            target = docs / page.relative_to(built)
            target.parent.mkdir(parents=True, exist_ok=True)
            output_files.write(target, page.read_bytes())
    _set_site(context, docs)


def _set_site(context: Any, folder: Path) -> None:
    """Says to the library where its pages are."""
    site = {
        "class_name": "SiteBuilder",
        "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
        "store_backend": {
            "class_name": "TupleFilesystemStoreBackend", "base_directory": str(folder.resolve()),
        },
    }  # fmt: skip
    known = _SITE in context.get_site_names()
    (context.update_data_docs_site if known else context.add_data_docs_site)(_SITE, site)


def _contents(docs: Path) -> str:
    """Links to all pages: the library's own list is made by a script of a public host."""
    links = []
    for page in sorted(docs.rglob("*.html")):
        name = page.relative_to(docs).as_posix()
        if name != "index.html":
            safe = html.escape(name)
            links.append(f'<li><a href="{safe}">{safe}</a></li>')
    return f"<ul>{''.join(links)}</ul>".replace("\\", "/")


def without_network(docs: Path) -> int:
    """Takes everything that a browser would fetch out of Data Docs; how many pages it changed.

    The library's pages load scripts, styles and fonts from public hosts. What is left is plain,
    complete and legible; folding and filtering in the pages is gone.
    """
    style = found("html/data-docs.css", None).read_text("utf-8")
    count = 0
    for page in sorted(docs.rglob("*.html")):
        text = page.read_text(encoding="utf-8")
        plain = _OUTSIDE.sub("", text).replace("</head>", f"<style>{style}</style></head>", 1)
        note = html.escape(_("已去掉要从网上取的脚本和样式"))
        plain = plain.replace("<body", f"<!-- {note} --><body", 1)
        if page == docs / "index.html":
            plain = re.sub(r"(<body[^>]*>)", rf"\1{_contents(docs)}", plain, count=1)
        output_files.write(page, plain)
        count += 1
    return count
