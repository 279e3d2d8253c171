"""``auditor schema``: the published JSON Schemas."""

import click

from auditor.cli import options
from auditor.json_text import indented
from auditor.language import _
from auditor.schemas import NAMES, load


@click.command("schema", help=_("打印 JSON Schema：evaluation、findings 或 rule。"))
@click.argument("name", type=click.Choice(NAMES))
@options.lang
def command(name: str) -> None:
    click.echo(indented(load(name)))
