"""``auditor report``: a saved audit as any report, without auditing again."""

import sys
from pathlib import Path

import click

from auditor.cli import config_file, options
from auditor.cli.exits import Exit
from auditor.cli.marked_copies import mark_copies
from auditor.cli.output_guard import refuse_overwriting
from auditor.cli.report_output import CHOICES, deliver, suffix_of_pages
from auditor.findings import personal as people
from auditor.findings.model import Audit
from auditor.findings.saved_findings import UnreadableFindings, read
from auditor.language import _
from auditor.reporting.report_input import ReportInput, failing


@click.command(
    "report",
    cls=config_file.Configured,
    help=_("把保存的审核结果（check --format json）做成任何一种报告，不再审核。"),
)
@click.argument("findings", metavar="FINDINGS.json")
@click.option(
    "--format", "format_", type=click.Choice(CHOICES), default="terminal", show_default=True,
    help=_("输出格式"),
)  # fmt: skip
@options.report_look
@options.own_rules
@options.fail_on
@options.quiet
@config_file.options
@options.lang
def command(
    findings: str,
    format_: str,
    output: Path | None,
    date: str,
    templates: Path | None,
    advice: bool,
    personal: bool,
    mark: Path | None,
    rules_dir: Path | None,
    fail_on: str,
    quiet: bool,
) -> int:
    refuse_overwriting(
        {"--output": output, "--mark": mark},
        (findings, rules_dir, templates),
        suffix_of_pages(format_),
    )
    try:
        audit = _read(findings)
    except UnreadableFindings as error:
        click.echo(f"{findings}: {error}", err=True)
        return Exit.UNREADABLE
    rules = {rule.id: rule for rule in options.chosen("national", (), (), rules_dir).rules}
    material = ReportInput(
        audit if personal else people.masked(audit),
        rules,
        date,
        templates,
        failing(fail_on),
        advice,
    )
    problems = deliver(format_, material, output, quiet=quiet)
    if mark is not None:
        problems += mark_copies(material, mark)
    for problem in problems:
        click.echo(f"{problem.file}: {problem.code}: {problem.message}", err=True)
    return Exit.FAILED if problems else Exit.CLEAN


def _read(name: str) -> Audit:
    try:
        raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        return read(raw.decode("utf-8"))
    except OSError as error:
        raise UnreadableFindings(error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise UnreadableFindings(_("不是 UTF-8 的文字")) from error
