"""``auditor waivers``: what is waived, by whom, why and until when."""

import datetime as dt
from dataclasses import asdict
from pathlib import Path

import click

from auditor.cli import options, past_decisions
from auditor.cli.audit_source import audit_of
from auditor.cli.exits import Exit
from auditor.cli.output_guard import refuse_overwriting
from auditor.findings import waivers as waiving
from auditor.findings.decisions import ATTRIBUTES, Decision, DecisionFault
from auditor.findings.model import Audit
from auditor.json_text import indented
from auditor.language import _


@click.group("waivers", help=_("列出、添加、终止豁免，或从填好的 Excel 报告读回处理意见。"))
@options.lang
def command() -> None: ...


@command.command("list", help=_("列出豁免；给出提交的文件时说明每条用到、到期、未用到还是对不上。"))
@click.argument("paths", nargs=-1, metavar="[PATH...]")
@past_decisions.waiver_file
@past_decisions.today
@click.option("--format", "format_", type=click.Choice(("terminal", "json")), default="terminal",
              show_default=True, help=_("输出格式"))  # fmt: skip
@options.lang
def list_(paths: tuple[str, ...], waivers: Path | None, today: dt.date, format_: str) -> None:
    decisions = past_decisions.read(waivers or past_decisions.beside(paths or (".",)))
    if paths:
        audit, rules = audit_of(paths)
        listed = past_decisions.states(waiving.apply(audit, decisions, today, rules))
    else:
        held = decisions.waivers().values()
        listed = {
            _("有效"): tuple(w for w in held if w.holds(today)),
            _("到期"): tuple(w for w in held if not w.holds(today)),
        }
    if format_ == "json":
        told = [{"state": word, **asdict(w)} for word, group in listed.items() for w in group]
        click.echo(indented(told))
        return
    for word, group in listed.items():
        for waiver in group:
            click.echo(f"{word}  {past_decisions.line(waiver)}")
    click.echo("  ".join(f"{word} {len(group)}" for word, group in listed.items()))


@command.command("add", help=_("豁免一条发现：要有理由。指纹见 findings.json 或 Excel 报告。"))
@click.argument("fingerprint")
@click.option("--reason", required=True, help=_("为什么可以不改"))
@click.option("--from", "source", multiple=True, metavar="PATH",
              help=_("提交的文件或 findings.json：核对指纹，填上规则和项目"))  # fmt: skip
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD",
              help=_("豁免的最后一天"))  # fmt: skip
@past_decisions.who
@past_decisions.waiver_file
@past_decisions.today
@options.lang
def add(
    fingerprint: str, reason: str, source: tuple[str, ...], until: dt.datetime | None, who: str,
    waivers: Path | None, today: dt.date,
) -> None:  # fmt: skip
    file = waivers or past_decisions.beside(source or (".",))
    refuse_overwriting({"--waivers": file}, source)
    rule = project = ""
    if source:
        audit, _rules = audit_of(source)
        rule, project = _named(audit, fingerprint)
    last = until.date().isoformat() if until else ""
    decision = Decision(
        fingerprint, rule=rule, project=project, reason=reason, who=who, when=today.isoformat(),
        until=last,
    )  # fmt: skip
    decisions = past_decisions.read(file)
    try:
        decisions.decide(decision)
    except DecisionFault as fault:
        raise click.UsageError(fault.message) from fault
    click.echo(f"{file}: {past_decisions.line(decision)}")
    _advise(file)


def _named(audit: Audit, fingerprint: str) -> tuple[str, str]:
    """The rule and the project of a finding."""
    told = [(f, r.project) for r in audit.reports for f in r.findings]
    told += [(entry.finding, None) for entry in audit.batch]
    for finding, project in told:
        if finding.fingerprint == fingerprint:
            return finding.rule, project or ""
    raise click.BadParameter(_("没有指纹为 {name} 的发现").format(name=fingerprint))


@command.command("expire", help=_("终止一条豁免：昨天是它的最后一天。"))
@click.argument("fingerprint")
@past_decisions.waiver_file
@past_decisions.today
@options.lang
def expire(fingerprint: str, waivers: Path | None, today: dt.date) -> None:
    file = waivers or past_decisions.beside((".",))
    decisions = past_decisions.read(file)
    try:
        decisions.expire(fingerprint, today - dt.timedelta(days=1))
    except KeyError as error:
        raise click.BadParameter(_("没有豁免 {name}").format(name=fingerprint)) from error
    click.echo(f"{file}: {past_decisions.line(decisions.waivers()[fingerprint])}")


@command.command("import", help=_("读回填好的 Excel 报告：处理意见（接受、豁免、待问）和理由。"))
@click.argument("workbook", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@past_decisions.who
@past_decisions.waiver_file
@past_decisions.today
@options.lang
def import_(workbook: Path, who: str, waivers: Path | None, today: dt.date) -> int:
    from auditor.reporting.opinions import Opinions, WorkbookFault

    file = waivers or past_decisions.beside((str(workbook),))
    refuse_overwriting({"--waivers": file}, (workbook,))
    decisions = past_decisions.read(file)
    try:
        filled = Opinions.read(workbook)
    except WorkbookFault as fault:
        raise click.UsageError(f"{workbook}: {fault}") from fault
    opinions = filled.decisions(who, today)
    decisions.decide(*(one for one in opinions if decisions.get(one.fingerprint) != one))
    for row, why in filled.faults:
        click.echo(
            _("{file} 第 {row} 行：{why}").format(file=workbook.name, row=row, why=why), err=True
        )
    told = _("读入 {taken} 条，{faults} 行有误，{open_} 行未填")
    click.echo(told.format(taken=filled.taken, faults=len(filled.faults), open_=filled.blank))
    _advise(file)
    return Exit.UNREADABLE if filled.faults else Exit.CLEAN


def _advise(file: Path) -> None:
    """In a git checkout: how two people's files merge without losing a line."""
    if any((folder / ".git").exists() for folder in file.resolve().parents):
        attributes = file.with_name(".gitattributes")
        known = attributes.read_text("utf-8") if attributes.exists() else ""
        if ATTRIBUTES.strip() not in known:
            said = _("提示：在 {file} 写上 {line}，两个人的豁免合并时一条也不会丢")
            click.echo(said.format(file=attributes, line=ATTRIBUTES.strip()), err=True)
