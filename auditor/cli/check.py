"""``auditor check``: audit forms and report what is wrong in which cell."""

from pathlib import Path

import click

from auditor.auditing import Choice, Extraction, audit, suggested_profile
from auditor.auditing import roster as listed_projects
from auditor.cli import options
from auditor.cli.exits import Exit
from auditor.engine.duck import Opening
from auditor.facts.batch import Context
from auditor.findings.model import LEVELS, Audit
from auditor.language import _, pick

FORMATS = ("terminal", "json", "jsonl")


@click.command("check", help=_("审核绩效自评表，逐项目报告哪一格错了、应当是多少。"))
@options.paths
@click.option(
    "--format", "format_", type=click.Choice(FORMATS), default="terminal", show_default=True,
    help=_("输出格式"),
)  # fmt: skip
@options.output
@options.rule_choice
@click.option(
    "--fail-on", type=click.Choice((*LEVELS, "never")), default="error", show_default=True,
    help=_("出现这一级或更高的问题时返回 1"),
)  # fmt: skip
@click.option("--advice", is_flag=True, help=_("终端报告中也逐条显示提示"))
@click.option(
    "--previous",
    multiple=True,
    metavar="PATH",
    help=_("上一年度的自评表，用来核对结转和目标"),
)
@click.option(
    "--roster",
    multiple=True,
    metavar="PATH",
    help=_("项目清单（项目名称、全年执行数），用来核对有无缺漏"),
)
@options.jobs
@options.quiet
@options.lang
def command(
    paths: tuple[str, ...],
    format_: str,
    output: Path | None,
    profile: str,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    rules_dir: Path | None,
    fail_on: str,
    advice: bool,
    previous: tuple[str, ...],
    roster: tuple[str, ...],
    jobs: int | None,
    quiet: bool,
) -> int:
    choice = options.chosen(profile, select, ignore, rules_dir)
    opening = Opening()
    extraction = options.read(paths, quiet=quiet, jobs=jobs)
    last_year = options.read(previous, quiet=True, jobs=jobs) if previous else Extraction()
    listed = listed_projects(roster) if roster else Extraction()
    extraction.problems += last_year.problems + listed.problems
    context = Context(last_year.evaluations, listed.evaluations)
    result = audit(extraction, choice, opening, context)
    if format_ == "terminal":
        titles = {rule.id: pick(rule.title) for rule in choice.rules}
        _terminal(result, titles, output, advice=advice, quiet=quiet)
    else:
        from auditor.reporting import machine

        text = (
            machine.findings_json(result)
            if format_ == "json"
            else "\n".join(machine.findings_lines(result))
        )
        options.emit(text, output)
    elsewhere = format_ != "terminal" or output is not None
    _tell(result, extraction, choice, problems=elsewhere, quiet=quiet)
    return exit_code(result, fail_on)


def exit_code(result: Audit, fail_on: str) -> Exit:
    """0, 1, 3 or 4, the gravest that applies in the order 4, 3, 1."""
    if result.rule_errors:
        return Exit.FAILED
    if result.problems:
        return Exit.UNREADABLE
    worst = result.worst()
    if fail_on != "never" and worst and LEVELS.index(worst) <= LEVELS.index(fail_on):
        return Exit.FINDINGS
    return Exit.CLEAN


def _terminal(
    result: Audit, titles: dict[str, str], target: Path | None, *, advice: bool, quiet: bool
) -> None:
    from rich.console import Console

    from auditor.reporting.terminal import print_audit

    if target is None:
        print_audit(Console(), result, titles, advice=advice, quiet=quiet)
        return
    try:
        with target.open("w", encoding="utf-8") as file:
            console = Console(file=file, width=100)
            print_audit(console, result, titles, advice=advice, quiet=quiet)
    except OSError as error:
        raise click.FileError(str(target), hint=error.strerror or str(error)) from error


def _tell(
    result: Audit, extraction: Extraction, choice: Choice, *, problems: bool, quiet: bool
) -> None:
    """On standard error: what could not be read, and a profile that would fit better.

    ``problems`` is false where the report on standard output shows them already.
    """
    if problems:
        for problem in result.problems:
            click.echo(f"{problem.file}: {problem.code}: {problem.message}", err=True)
        for error in result.rule_errors:
            click.echo(f"{error['rule']}: {error['message']}", err=True)
    fitting = suggested_profile(extraction.evaluations, choice.rulebook)
    if not quiet and fitting and fitting != choice.profile.name:
        click.echo(_("这些表可用地区设置：--profile {name}").format(name=fitting), err=True)
