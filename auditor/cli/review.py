"""``auditor review``: going through a submission finding by finding."""

import datetime as dt
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from auditor.cli import config_file, options, past_decisions
from auditor.cli.audit_source import audit_of
from auditor.cli.exits import Exit
from auditor.cli.output_guard import refuse_overwriting
from auditor.findings import personal as people
from auditor.language import _
from auditor.reporting.report_input import ReportInput
from auditor.review.session import Session


@click.command(
    "review",
    cls=config_file.Configured,
    help=_("逐条审阅：接受、豁免（写理由）、待问；每个决定立即存盘，随时可退出再来。"),
)
@options.paths
@click.option("--plain", is_flag=True, help=_("用编号问答，适合读屏软件和脚本"))
@click.option(
    "--profile", default="national", show_default=True, metavar="NAME", help=_("地区设置")
)
@options.own_rules
@click.option("--personal", is_flag=True, help=_("不遮盖姓名、电话和证件号码"))
@past_decisions.who
@past_decisions.waiver_file
@past_decisions.today
@config_file.options
@options.lang
def command(
    paths: tuple[str, ...], plain: bool, profile: str, rules_dir: Path | None, personal: bool,
    who: str, waivers: Path | None, today: dt.date,
) -> int:  # fmt: skip
    file = waivers or past_decisions.beside(paths)
    refuse_overwriting({"--waivers": file}, (*paths, rules_dir))
    decisions = past_decisions.read(file)
    audit, rules = audit_of(paths, profile, rules_dir)
    material = ReportInput(audit if personal else people.masked(audit), rules)
    session = Session.begun(material, decisions, who, today)
    if not session.items:
        click.echo(_("没有要审的发现"))
        return Exit.UNREADABLE if audit.problems else Exit.CLEAN
    if plain:
        from auditor.review.plain import run

        run(session, _typed(), _said)
    else:
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            raise click.UsageError(_("不在终端里：请用 --plain"))
        from auditor.review.app import Review

        Review(session).run()
    click.echo(f"{decisions.file}: {len(decisions)}", err=True)
    return Exit.CLEAN


def _typed() -> Iterator[str]:
    """Lines as they are typed; the end of the input ends them."""
    while line := sys.stdin.readline():
        yield line.rstrip("\n")


def _said(text: str) -> None:
    click.echo(text)
    sys.stdout.flush()
