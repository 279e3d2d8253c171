"""``--mark``: marked copies of the submitted files, each told on standard error."""

from pathlib import Path

import click

from auditor.cli import options
from auditor.intake.problems import Problem
from auditor.language import _
from auditor.pipeline import FORM_FAILED
from auditor.reporting.report_input import ReportInput


def mark_copies(material: ReportInput, folder: Path) -> list[Problem]:
    """Writes the copies and says what became of each file; the files that failed as problems.

    Raises:
        click.ClickException: a submitted file would be written over, or the folder is unwritable.
    """
    from auditor.reporting.markup.copies import Overwrites, mark

    problems: list[Problem] = []
    try:
        for copy in mark(material, folder):
            told = f" ({copy.said})" if copy.said else ""
            target = copy.target if copy.target is not None else "—"
            click.echo(
                _("批注：{source} → {target}").format(source=copy.source, target=target) + told,
                err=True,
            )
            if copy.failed:
                problems.append(Problem(copy.source, FORM_FAILED, copy.said))
    except Overwrites as error:
        raise click.BadParameter(str(error), param_hint="--mark") from error
    except OSError as error:
        raise options.unwritable(folder, error) from error
    return problems
