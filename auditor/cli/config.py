"""``auditor config``: which settings are in force for a path, and where each comes from."""

import os
from pathlib import Path
from typing import Any

import click

from auditor.cli import config_file, options
from auditor.cli.config_file import KEYS, Config
from auditor.json_text import indented
from auditor.language import _, chosen
from auditor.rulebook.loading import DEFAULT_PROFILE

_DEFAULTS = {"profile": DEFAULT_PROFILE, "fail-on": "error", "lang": "zh"}


@click.command("config", help=_("列出对一个文件或文件夹生效的设置，各来自哪里。"))
@click.argument("path", type=click.Path(exists=True, path_type=Path), default=".")
@click.option("--config", "named", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              metavar="FILE", help=_("用这个设置文件（不给就向上找 auditor.toml）"))  # fmt: skip
@click.option("--format", "format_", type=click.Choice(("terminal", "json")), default="terminal",
              show_default=True, help=_("输出格式"))  # fmt: skip
@options.lang
def command(path: Path, named: Path | None, format_: str) -> None:
    config = config_file.in_force({"config": named and str(named)}, str(path))
    rows = [_row(key, config) for key in KEYS]
    if format_ == "json":
        names = ("key", "value", "from")
        click.echo(indented([dict(zip(names, row, strict=True)) for row in rows], str))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold underline")
    for header in (_("项"), _("值"), _("来自")):
        table.add_column(header, overflow="fold")
    for key, value, source in rows:
        table.add_row(key, _shown(value), source)
    Console().print(table)
    if config.file is None:
        click.echo(_("没有设置文件；auditor init 写一个"))


def _row(key: str, config: Config) -> tuple[str, Any, str]:
    """A key, its value, and where the value comes from."""
    if key == "lang" and "AUDITOR_LANG" in os.environ:
        return key, chosen(), "AUDITOR_LANG"
    setting = config.settings.get(key)
    if setting is None:
        return key, _DEFAULTS.get(key), _("默认")
    return key, setting.value, f"{config.file}:{setting.line}"


def _shown(value: Any) -> str:
    if value is None:
        return "—"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)
