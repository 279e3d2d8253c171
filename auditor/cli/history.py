"""``auditor history``: rounds, trends and repeat offenders of the audits that were kept."""

import csv
import io
from pathlib import Path

import click

from auditor.cli import options
from auditor.cli.output_guard import refuse_overwriting
from auditor.findings.history import QUERIES, HistoryFault, asked
from auditor.json_text import indented
from auditor.language import _


@click.command("history", help=_("看历次审核：各轮、各单位和各规则的走势、屡次出现的问题。"))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--by", type=click.Choice(tuple(QUERIES)), default="rounds", show_default=True,
              help=_("rounds 各轮，units 各单位，rules 各规则，offenders 屡次出现的"))  # fmt: skip
@click.option(
    "--format", "format_", type=click.Choice(("terminal", "csv", "json", "html")),
    default="terminal", show_default=True, help=_("输出格式；html 有全部四张表和图"),
)  # fmt: skip
@options.output
@options.lang
def command(file: Path, by: str, format_: str, output: Path | None) -> None:
    refuse_overwriting({"--output": output}, (file,))
    try:
        if format_ == "html":
            from auditor.reporting.history import html

            options.emit(html(file), output)
            return
        columns, rows = asked(file, by)
    except HistoryFault as fault:
        raise click.UsageError(str(fault)) from fault
    if format_ == "json":
        told = [dict(zip(columns, row, strict=True)) for row in rows]
        options.emit(indented(told, str), output)
    elif format_ == "csv":
        target = io.StringIO()
        csv.writer(target, lineterminator="\n").writerows([columns, *rows])
        options.emit("\ufeff" + target.getvalue().rstrip("\n"), output)
    else:
        from rich.console import Console

        from auditor.reporting.history import table

        Console().print(table(by, columns, rows))
