"""``--mark``: marked copies of the submitted files, each told on standard error."""

from pathlib import Path

import click

from auditor.language import _
from auditor.reporting.material import Material


def mark_copies(material: Material, folder: Path) -> None:
    """Writes the copies and says what became of each file.

    Raises:
        click.ClickException: a submitted file would be written over, or the folder is unwritable.
    """
    from auditor.reporting.markup.copies import Overwrites, mark

    try:
        for copy in mark(material, folder):
            told = f" ({copy.said})" if copy.said else ""
            target = copy.target if copy.target is not None else "—"
            click.echo(
                _("批注：{source} → {target}").format(source=copy.source, target=target) + told,
                err=True,
            )
    except Overwrites as error:
        raise click.BadParameter(str(error), param_hint="--mark") from error
    except OSError as error:
        raise click.FileError(str(folder), hint=error.strerror or str(error)) from error
