"""``auditor extract``: read forms and print them as evaluation/1."""

from pathlib import Path

import click

from auditor.cli import options
from auditor.cli.exits import Exit
from auditor.cli.output_guard import refuse_overwriting
from auditor.language import _


@click.command("extract", help=_("读出绩效自评表的每一格，不作判断。"))
@options.paths
@click.option(
    "--format", "format_", type=click.Choice(("json", "jsonl")), default="json", show_default=True,
    help=_("输出格式"),
)  # fmt: skip
@options.output
@options.resume
@options.jobs
@options.quiet
@options.lang
def command(
    paths: tuple[str, ...], format_: str, output: Path | None, resume: Path | None,
    jobs: int | None, quiet: bool,
) -> int:  # fmt: skip
    refuse_overwriting({"--output": output, "--resume": resume}, paths)
    from auditor.reporting import machine

    extraction = options.read(paths, quiet=quiet, jobs=jobs, kept=options.kept_in(resume))
    text = (
        machine.evaluations_json(extraction)
        if format_ == "json"
        else "\n".join(machine.evaluations_lines(extraction))
    )
    options.emit(text, output)
    for problem in extraction.problems:
        click.echo(f"{problem.file}: {problem.code}: {problem.message}", err=True)
    return Exit.UNREADABLE if extraction.problems else Exit.CLEAN
