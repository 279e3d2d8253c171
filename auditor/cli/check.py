"""``auditor check``: audit forms and report what is wrong in which cell."""

import datetime as dt
import os
from functools import partial
from pathlib import Path
from typing import Any

import click

from auditor.cli import config_file, options, past_decisions
from auditor.cli.exits import Exit
from auditor.cli.marked_copies import mark_copies
from auditor.cli.output_guard import refuse_overwriting
from auditor.cli.report_output import CHOICES, TERMINAL, deliver, suffix_of_pages
from auditor.engine import rule_runner
from auditor.engine.duckdb_connection import Database
from auditor.facts.context import Context
from auditor.findings import personal as people
from auditor.findings.model import Audit
from auditor.intake.files import STANDARD_INPUT
from auditor.language import _
from auditor.part_audit import Runner, by_workers, here
from auditor.pipeline import FORM_FAILED, Choice, Extraction, audit, suggested_profile
from auditor.pipeline import roster as listed_projects
from auditor.reporting.report_input import ReportInput, failing


@click.command(
    "check",
    cls=config_file.Configured,
    help=_("审核绩效自评表，逐项目报告哪一格错了、应当是多少。"),
)
@options.paths
@click.option(
    "--format", "format_", type=click.Choice(CHOICES), default=TERMINAL, show_default=True,
    help=_("输出格式"),
)  # fmt: skip
@options.report_look
@options.rule_choice
@options.fail_on
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
@past_decisions.options
@click.option("--history", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help=_("把这次审核存入历史文件（DuckDB），用 auditor history 看"))  # fmt: skip
@options.resume
@click.option("--engine", type=click.Choice(("duckdb", "spark")), default="duckdb",
              show_default=True, help=_("用什么运行规则；spark 要装 auditor[spark]"))  # fmt: skip
@click.option("--watch", is_flag=True, help=_("文件一存盘就再审一遍，Ctrl-C 结束"))
@options.jobs
@options.quiet
@config_file.options
@options.lang
def command(paths: tuple[str, ...], *, watch: bool, **chosen: Any) -> int:
    if watch and (STANDARD_INPUT in paths or chosen["history"] or chosen["resume"]):
        raise click.UsageError(_("--watch 不能与标准输入、--history、--resume 一起用"))
    if not watch:
        return check(paths, **chosen)
    from auditor.cli import file_watch

    before = file_watch.state(paths)
    code = check(paths, **chosen)
    waiting = _("等文件存盘……（Ctrl-C 结束）")
    click.echo(waiting, err=True)
    for _change in file_watch.changes(paths, before):
        click.clear()
        check(paths, **chosen)
        click.echo(waiting, err=True)
    return code


def check(
    paths: tuple[str, ...],
    format_: str,
    output: Path | None,
    date: str,
    templates: Path | None,
    advice: bool,
    personal: bool,
    mark: Path | None,
    profile: str,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    rules_dir: Path | None,
    fail_on: str,
    previous: tuple[str, ...],
    roster: tuple[str, ...],
    waivers: Path | None,
    no_waivers: bool,
    baseline: Path | None,
    today: dt.date,
    history: Path | None,
    resume: Path | None,
    engine: str,
    jobs: int | None,
    quiet: bool,
) -> int:
    """One audit from its options to its report; the exit code."""
    refuse_overwriting(
        {"--output": output, "--mark": mark, "--history": history, "--resume": resume},
        (*paths, *previous, *roster, waivers, baseline, rules_dir, templates),
        suffix_of_pages(format_),
    )
    choice = options.chosen(profile, select, ignore, rules_dir)
    past = past_decisions.Past.read(paths, waivers, baseline, today, no_waivers=no_waivers)
    kept = options.kept_in(resume)
    database = Database()  # from here on nothing ends the command before it has been used
    extraction = options.read(paths, quiet=quiet, jobs=jobs, kept=kept)
    last_year = options.read(previous, quiet=True, jobs=jobs) if previous else Extraction()
    listed = listed_projects(roster) if roster else Extraction()
    extraction.problems += last_year.problems + listed.problems
    context = Context(last_year.evaluations, listed.evaluations)
    judge = (
        here(_on_spark(), size=None)
        if engine == "spark"
        else by_workers(
            jobs or os.cpu_count() or 1, here(partial(rule_runner.run, database=database))
        )
    )
    result = audit(extraction, choice, context, judge)
    past.lay_over(result, choice, quiet=quiet)
    material = ReportInput(
        result if personal else people.masked(result), {rule.id: rule for rule in choice.rules},
        date, templates, failing(fail_on), advice,
    )  # fmt: skip
    result.problems += deliver(format_, material, output, quiet=quiet)
    if mark is not None:
        result.problems += mark_copies(material, mark)
    if history is not None:
        _keep(history, result, paths, today)
    elsewhere = format_ != TERMINAL or output is not None
    _tell(result, extraction, choice, problems=elsewhere, quiet=quiet)
    return exit_code(result, fail_on)


def _on_spark() -> Runner:
    try:
        import pyspark  # noqa: F401 - only whether it is there

        from auditor.engine import spark
    except ImportError as error:
        said = _("--engine spark 需要 pip install 'auditor[spark]' 和 Java 17（{why}）")
        raise click.UsageError(said.format(why=error)) from error
    return partial(spark.run, spark=spark.session())


def _keep(file: Path, result: Audit, paths: tuple[str, ...], day: dt.date) -> None:
    from auditor.findings.history import HistoryFault, keep

    try:
        number = keep(file, result, " ".join(paths), day)
    except HistoryFault as fault:
        raise click.BadParameter(str(fault), param_hint="--history") from fault
    click.echo(_("已存入 {file}：第 {n} 轮").format(file=file, n=number), err=True)


def exit_code(result: Audit, fail_on: str) -> Exit:
    """0, 1, 3 or 4, the gravest that applies in the order 4, 3, 1."""
    if result.rule_errors or any(p.code == FORM_FAILED for p in result.problems):
        return Exit.FAILED
    if result.problems:
        return Exit.UNREADABLE
    return Exit.FINDINGS if result.fails(fail_on) else Exit.CLEAN


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
    if quiet:
        return
    fitting = suggested_profile(extraction.evaluations, choice.rulebook)
    if fitting and fitting != choice.profile.name:
        click.echo(_("这些表可用地区设置：--profile {name}").format(name=fitting), err=True)
