"""Get an audit from what the user names: submitted files, or a saved ``findings/1`` file."""

from collections.abc import Sequence
from pathlib import Path

import click

from auditor.cli import options
from auditor.findings.model import SCHEMA, Audit
from auditor.findings.saved_findings import UnreadableFindings, read
from auditor.pipeline import audit
from auditor.rulebook.model import Rule

_HEAD = 400


def audit_of(
    paths: Sequence[str], profile: str = "national", rules_dir: Path | None = None
) -> tuple[Audit, dict[str, Rule]]:
    """The audit of the files, or the saved one, with the rules in force."""
    choice = options.chosen(profile, (), (), rules_dir)
    rules = {rule.id: rule for rule in choice.rules}
    if len(paths) == 1 and (text := _saved(Path(paths[0]))) is not None:
        try:
            return read(text), rules
        except UnreadableFindings as fault:
            raise click.UsageError(f"{paths[0]}: {fault}") from fault
    extraction = options.read(paths, quiet=True, jobs=None)
    for problem in extraction.problems:
        click.echo(f"{problem.file}: {problem.code}: {problem.message}", err=True)
    return audit(extraction, choice), rules


def _saved(path: Path) -> str | None:
    """The text of a file that begins as a saved audit does."""
    if not path.is_file():
        return None
    with path.open("rb") as file:
        if SCHEMA.encode() not in file.read(_HEAD):
            return None
    return path.read_text(encoding="utf-8")
