"""Write a report to its destination: the terminal, standard output, a file or a folder."""

import io
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor import output_files
from auditor.cli import options
from auditor.intake.problems import Problem
from auditor.language import _
from auditor.part_audit import Failure
from auditor.pipeline import failed
from auditor.reporting.outputs import FORMATS, pages, pieces
from auditor.reporting.report_input import ReportInput
from auditor.resources import ResourceError

if TYPE_CHECKING:
    from auditor.findings.model import Report

TERMINAL = "terminal"
CHOICES = (TERMINAL, *FORMATS)
_FILE_WIDTH = 100  # columns of a terminal report in a file


def deliver(name: str, material: ReportInput, target: Path | None, *, quiet: bool) -> list[Problem]:
    """Writes the report called ``name`` to ``target``, or to standard output.

    A form that makes the format fail is left out of the report and is one of the problems that are
    returned.

    Raises:
        click.ClickException: the target cannot be written, or the format cannot go there.
    """
    try:
        _deliver(name, material, target, quiet=quiet)
    except (click.ClickException, OSError, ResourceError):
        raise
    except Exception as error:
        sound, problems = _without_failing(name, material)
        if not problems:
            raise
        click.echo(_("{name} 报告出错：{why}").format(name=name, why=repr(error)), err=True)
        _deliver(name, sound, target, quiet=quiet)
        return problems
    return []


def suffix_of_pages(name: str) -> str:
    """How the files end that a format writes into a folder; empty where it writes none."""
    return FORMATS[name].suffix if name in FORMATS else ""


def _without_failing(name: str, material: ReportInput) -> tuple[ReportInput, list[Problem]]:
    """The material without the forms of which the format cannot be made alone, as problems."""
    problems: list[Problem] = []
    kept: list[Report] = []
    for report in material.audit.reports:
        alone = replace(material.audit, reports=[report], batch=[], problems=[], rule_errors=[])
        try:
            _made(name, replace(material, audit=alone))
            kept.append(report)
        except ResourceError:
            raise
        except Exception as error:  # noqa: BLE001 - told as this form's problem
            problems.append(failed(report.evaluation, Failure(name, repr(error))))
    # An entry of the batch may tell what the form tells that is left out.
    batch = material.audit.batch if not problems else []
    for report in kept if problems else ():
        for finding in report.findings:
            finding.folded_into = None
    told = [*material.audit.problems, *problems]
    audit = replace(material.audit, reports=kept, batch=batch, problems=told)
    return replace(material, audit=audit), problems


def _made(name: str, material: ReportInput) -> None:
    """Makes a report and forgets it."""
    if name == TERMINAL:
        from rich.console import Console

        from auditor.reporting.terminal import print_audit

        print_audit(Console(file=io.StringIO(), width=_FILE_WIDTH), material, quiet=False)
    else:
        for _piece in pieces(name, material):
            pass


def _deliver(name: str, material: ReportInput, target: Path | None, *, quiet: bool) -> None:
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


def _folder(name: str, material: ReportInput, target: Path) -> None:
    if FORMATS[name].pages is None:
        said = _("{name} 写成一个文件：请给 --output 一个文件名，不是文件夹")
        raise click.BadParameter(said.format(name=name), param_hint="--output")
    try:
        target.mkdir(parents=True, exist_ok=True)
        for file, contents in pages(name, material):
            output_files.write(target / file, contents)
    except OSError as error:
        raise options.unwritable(target, error) from error


def _whole(name: str, material: ReportInput, target: Path | None) -> None:
    if target is None and FORMATS[name].binary and sys.stdout.isatty():
        raise click.BadParameter(
            _("{name} 不是文字，不能显示在终端：请用 --output 文件名").format(name=name),
            param_hint="--format",
        )
    options.emit(pieces(name, material), target)


def _terminal(material: ReportInput, target: Path | None, *, quiet: bool) -> None:
    from rich.console import Console

    from auditor.reporting.terminal import print_audit

    console = Console() if target is None else Console(file=io.StringIO(), width=_FILE_WIDTH)
    with console.capture() as captured:
        print_audit(console, material, quiet=quiet)
    if target is None:
        console.file.write(captured.get())
    else:
        options.emit(captured.get(), target)
