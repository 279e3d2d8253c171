"""``auditor gate``: the same verdicts as Great Expectations results, for pipelines that run it."""

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from auditor.cli import config_file, options, past_decisions
from auditor.cli.check import exit_code
from auditor.cli.exits import Exit
from auditor.cli.output_guard import refuse_overwriting
from auditor.facts.fact_tables import Norms, build
from auditor.json_text import indented
from auditor.language import _
from auditor.part_audit import of_built
from auditor.pipeline import audit, without_failing

if TYPE_CHECKING:
    from collections.abc import Callable

FORMATS = ("terminal", "json", "markdown")


@click.command(
    "gate",
    cls=config_file.Configured,
    help=_("以 Great Expectations 检查：表的结构，再逐条规则；结论与 check 相同。"),
)
@options.paths
@click.option(
    "--format", "format_", type=click.Choice(FORMATS), default="terminal", show_default=True,
    help=_("输出格式；json 是 Great Expectations 的验证结果"),
)  # fmt: skip
@options.output
@click.option(
    "--context", "folder", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
    help=_("已有的 Great Expectations 项目：其中以事实表命名的套件一起运行"),
)  # fmt: skip
@click.option("--docs", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
              help=_("生成 Data Docs（打开时要联网取样式）"))  # fmt: skip
@click.option("--offline-docs", is_flag=True, help=_("去掉 Data Docs 里要联网的部分"))
@options.rule_choice
@options.fail_on
@past_decisions.options
@options.jobs
@options.quiet
@config_file.options
@options.lang
def command(
    paths: tuple[str, ...],
    format_: str,
    output: Path | None,
    folder: Path | None,
    docs: Path | None,
    offline_docs: bool,
    profile: str,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    rules_dir: Path | None,
    fail_on: str,
    waivers: Path | None,
    no_waivers: bool,
    baseline: Path | None,
    today: dt.date,
    jobs: int | None,
    quiet: bool,
) -> int:
    refuse_overwriting(
        {"--output": output, "--docs": docs},
        (*paths, waivers, baseline, rules_dir),
    )
    try:
        from auditor.gate import checkpoint, submission
    except ImportError as error:
        said = _("auditor gate 需要 Great Expectations：pip install great-expectations（{why}）")
        click.echo(said.format(why=error), err=True)
        return Exit.FAILED
    choice = options.chosen(profile, select, ignore, rules_dir)
    past = past_decisions.Past.read(paths, waivers, baseline, today, no_waivers=no_waivers)
    extraction = options.read(paths, quiet=quiet, jobs=jobs)
    norms = Norms.of(choice.profile.parameters)
    try:
        facts = build(extraction.evaluations, norms)
    except Exception:  # noqa: BLE001 - some form is to blame, and the others are audited
        extraction = without_failing(extraction, choice)
        facts = build(extraction.evaluations, norms)
    result = audit(extraction, choice, judge=of_built(facts))
    past.lay_over(result, choice, quiet=quiet)
    for problem in result.problems:
        click.echo(f"{problem.file}: {problem.code}: {problem.message}", err=True)
    from auditor.api import Result
    from auditor.reporting import gate as told

    outcome = checkpoint.Outcome()  # of an empty submission: nothing was judged, nothing failed
    if result.reports:
        tables = submission.of(Result(result, choice, facts, fail_on))
        outcome = checkpoint.run(tables, folder, docs)
    if docs is not None and result.reports:
        _told_of_docs(docs, offline=offline_docs, quiet=quiet)
    summary = told.Summary(result, choice, outcome.structure, outcome.not_run, outcome.own, fail_on)
    written: dict[str, Callable[[], str]] = {
        "terminal": summary.text,
        "markdown": summary.markdown,
        "json": lambda: indented(_whole(summary, outcome.results), str),
    }  # fmt: skip
    options.emit(written[format_](), output)
    if outcome.not_run or outcome.structure:
        return Exit.FAILED
    if not result.reports:
        return Exit.UNREADABLE
    code = exit_code(result, fail_on)
    return Exit.FINDINGS if code == Exit.CLEAN and outcome.own else code


def _whole(summary: Any, results: list[dict[str, Any]]) -> dict[str, Any]:
    """The library's validation results, and apart from them what is no fault of a form."""
    return {
        "success": summary.passed,
        "gate": {
            "forms": len(summary.audit.reports),
            "rules_not_run": summary.not_run,
            "structure": summary.structure,
            "own": summary.own,
            "problems": [problem.as_dict() for problem in summary.audit.problems],
        },
        "validation_results": results,
    }


def _told_of_docs(docs: Path, *, offline: bool, quiet: bool) -> None:
    from auditor.gate.checkpoint import without_network

    if offline:
        count = without_network(docs)
        said = _("Data Docs：{docs}，{n} 页，不联网").format(docs=docs / "index.html", n=count)
    else:
        said = _(
            "Data Docs：{docs}。打开时会向公共网站取脚本、样式和字体；不想联网用 --offline-docs"
        ).format(docs=docs / "index.html")
    if not quiet:
        click.echo(said, err=True)
