"""``auditor rules``: the rules in force, and the test of their examples."""

from pathlib import Path

import click

from auditor import output_files
from auditor.cli import options
from auditor.cli.exits import Exit
from auditor.cli.output_guard import refuse_overwriting
from auditor.json_text import indented
from auditor.language import _, chosen, pick
from auditor.pipeline import Choice
from auditor.rulebook.model import Rule

_BRIEF = 60  # characters of a value that a difference shows


@click.group(
    "rules",
    invoke_without_command=True,
    help=_("列出规则；rules test 运行规则的示例，rules lint 查规则之间的毛病。"),
)
@options.rule_choice
@options.lang
@click.pass_context
def command(
    ctx: click.Context,
    profile: str,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    rules_dir: Path | None,
) -> None:
    if ctx.invoked_subcommand is not None:
        return
    from rich.console import Console
    from rich.table import Table

    from auditor.findings import cell_names

    choice = options.chosen(profile, select, ignore, rules_dir)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold underline")
    for header in (_("编号"), _("名称"), _("级别"), _("检查什么")):
        table.add_column(header, overflow="fold")
    for rule in choice.rules:
        levels = dict.fromkeys(level for _when, level in rule.severity)
        shown = choice.profile.severities.get(rule.id) or "/".join(
            cell_names.severity(level) for level in levels
        )
        table.add_row(rule.id, rule.name, shown, pick(rule.title))
    Console().print(table)
    click.echo(_("{n} 条规则，地区设置 {profile}").format(n=len(choice.rules), profile=profile))


@command.command("lint", help=_("查规则之间的毛病：永远轮不到的、重叠的、互相矛盾的。"))
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@options.lang
def lint(folder: Path | None) -> int:
    from auditor.rule_linting import lint as faults_of

    choice = options.chosen("national", (), (), folder)
    faults = list(faults_of(_below(choice, folder), choice.rulebook))
    for fault in faults:
        click.echo(f"{fault.kind}: {' '.join(fault.rules)}: {fault.message} ({fault.example})")
    click.echo(
        _("{rules} 条规则，{faults} 处毛病").format(rules=len(choice.rules), faults=len(faults))
    )
    return Exit.FINDINGS if faults else Exit.CLEAN


@command.command("pages", help=_("把每条规则的说明页写进一个文件夹。"))
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@options.own_rules
@options.lang
def pages(folder: Path, rules_dir: Path | None) -> None:
    from auditor.reporting.rule_pages import pages as pages_of

    refuse_overwriting({"FOLDER": folder}, (rules_dir,))
    choice = options.chosen("national", (), (), rules_dir)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in pages_of(choice.rules):
            output_files.write(folder / name, text)
    except OSError as error:
        raise options.unwritable(folder, error) from error


@command.command("diff", help=_("与另一个版本的规则文件夹比：新增、删去、改动了哪些规则。"))
@click.argument("old", type=click.Path(exists=True, file_okay=False, path_type=Path))
@options.own_rules
@click.option("--format", "format_", type=click.Choice(("terminal", "json")), default="terminal",
              show_default=True, help=_("输出格式"))  # fmt: skip
@options.lang
def diff(old: Path, rules_dir: Path | None, format_: str) -> None:
    from auditor.rulebook.comparison import ADDED, CHANGED, REMOVED, differences

    found = differences(old, rules_dir, chosen())
    if format_ == "json":
        click.echo(indented([each.as_dict() for each in found], str))
        return
    signs = {ADDED: "+", REMOVED: "-", CHANGED: "~"}
    for each in found:
        click.echo(f"{signs[each.kind]} {each.name}  {each.title}")
        for key, (before, after) in each.keys.items():
            click.echo(f"    {key}: {_brief(before)} → {_brief(after)}")
    counts = [sum(each.kind == kind for each in found) for kind in (ADDED, REMOVED, CHANGED)]
    said = _("新增 {added}，删去 {removed}，改动 {changed}（其中影响结果的 {matters}）")
    matters = sum(each.kind == CHANGED and each.matters for each in found)
    click.echo(said.format(added=counts[0], removed=counts[1], changed=counts[2], matters=matters))


def _brief(value: object) -> str:
    text = "—" if value is None else str(value).replace("\n", " ")
    return text if len(text) <= _BRIEF else text[: _BRIEF - 1] + "…"


def _below(choice: Choice, folder: Path | None) -> list[Rule]:
    """The rules of a folder, or all."""
    return [
        rule
        for rule in choice.rules
        if folder is None or folder.resolve() in Path(rule.file).resolve().parents
    ]


@command.command("test", help=_("运行规则文件里的示例；给出文件夹时只运行其中的规则。"))
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@options.lang
def test(folder: Path | None) -> int:
    from auditor.rule_testing import failures
    from auditor.rulebook.examples import examples

    choice = options.chosen("national", (), (), folder)
    rules = _below(choice, folder)
    failed = list(failures(rules, choice.rulebook))
    for example, fault in failed:
        click.echo(f"{example.name}: {fault}")
    total = sum(1 for rule in rules for _example in examples(rule))
    click.echo(
        _("{rules} 条规则，{total} 个示例，{failed} 个不符").format(
            rules=len(rules), total=total, failed=len(failed)
        )
    )
    return Exit.FINDINGS if failed else Exit.CLEAN
