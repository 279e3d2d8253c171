"""Where a report goes: the terminal, standard output, a file or a folder."""

import sys
from pathlib import Path

import click

from auditor.cli import options
from auditor.language import _
from auditor.reporting.material import Material
from auditor.reporting.outputs import FORMATS, pages, pieces

TERMINAL = "terminal"
CHOICES = (TERMINAL, *FORMATS)


def deliver(name: str, material: Material, target: Path | None, *, quiet: bool) -> None:
    """Writes the report called ``name`` to ``target``, or to standard output.

    Raises:
        click.ClickException: the target cannot be written, or the format cannot go there.
    """
    if name == TERMINAL:
        _terminal(material, target, quiet=quiet)
    elif target is not None and _is_folder(name, target):
        _folder(name, material, target)
    else:
        _whole(name, material, target)


def _is_folder(name: str, target: Path) -> bool:
    """A folder that is there, or a new name without a suffix where the format has pages."""
    has_pages = FORMATS[name].pages is not None
    return target.is_dir() or (has_pages and not target.exists() and not target.suffix)


def _folder(name: str, material: Material, target: Path) -> None:
    if FORMATS[name].pages is None:
        said = _("{name} 写成一个文件：请给 --output 一个文件名，不是文件夹")
        raise click.BadParameter(said.format(name=name), param_hint="--output")
    try:
        target.mkdir(parents=True, exist_ok=True)
        for file, contents in pages(name, material):
            options.write(target / file, contents)
    except OSError as error:
        raise click.FileError(str(target), hint=error.strerror or str(error)) from error


def _whole(name: str, material: Material, target: Path | None) -> None:
    if target is None and FORMATS[name].binary and sys.stdout.isatty():
        raise click.BadParameter(
            _("{name} 不是文字，不能显示在终端：请用 --output 文件名").format(name=name),
            param_hint="--format",
        )
    options.emit(pieces(name, material), target)


def _terminal(material: Material, target: Path | None, *, quiet: bool) -> None:
    from rich.console import Console

    from auditor.reporting.terminal import print_audit

    if target is None:
        print_audit(Console(), material, quiet=quiet)
        return
    try:
        with target.open("w", encoding="utf-8", errors="backslashreplace") as file:
            print_audit(Console(file=file, width=100), material, quiet=quiet)
    except OSError as error:
        raise click.FileError(str(target), hint=error.strerror or str(error)) from error
