"""``auditor explain``: a rule's page in the terminal."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.cli import config_file, options
from auditor.language import _, chosen, pick
from auditor.pipeline import about_cell
from auditor.rulebook.model import Rule

if TYPE_CHECKING:
    from rich.console import Console

_EXAMPLES = 2  # of each kind: the page of the rule has them all


@click.command(
    "explain",
    cls=config_file.Configured,
    help=_("解释一条规则，或一张表的一格：哪些等式用到它、哪些不成立、试过什么。"),
)
@click.argument("rule", metavar="RULE|FILE#FORM", shell_complete=options.rule_words)
@click.argument("cell", required=False)
@options.own_rules
@config_file.options
@options.lang
def command(rule: str, cell: str | None, rules_dir: Path | None) -> None:
    if cell is not None:
        click.echo("\n".join(_about(rule, cell, rules_dir)))
        return
    choice = options.chosen("national", (rule,), (), rules_dir)
    for number, found in enumerate(choice.rules):
        click.echo("\n" * bool(number), nl=False)
        _print(found, tuple(choice.rulebook.rules.values()))


def _about(source: str, cell: str, rules_dir: Path | None) -> list[str]:
    """The equations of one cell: FILE#2 /funds/0/rate."""
    name, _mark, number = source.rpartition("#")
    if not name or not number.isdigit():
        raise click.BadParameter(_("请写成 文件#第几张表，例如 a.docx#1"))
    extraction = options.read((name,), quiet=True, jobs=None)
    forms = [form for form in extraction.evaluations if form.form == int(number)]
    if not forms:
        said = extraction.problems[0].message if extraction.problems else _("没有这张表")
        raise click.BadParameter(f"{source}: {said}")
    if cell not in {known for known, _text in forms[0].cells()}:
        raise click.BadParameter(_("没有这一格：{cell}").format(cell=cell))
    return about_cell(forms[0], cell, options.chosen("national", (), (), rules_dir))


def _print(rule: Rule, rules: Sequence[Rule]) -> None:
    """The page of a rule: what it checks in words, why, examples from a form, its SQL last."""
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    from auditor.findings import basis, cell_names
    from auditor.reporting import rule_words
    from auditor.reporting.rule_pages import body

    console = Console(highlight=False, soft_wrap=False)
    levels = "/".join(dict.fromkeys(cell_names.severity(level) for _when, level in rule.severity))
    console.print(f"{rule.id} {pick(rule.title)}", style="bold", markup=False)
    told = {
        "": f"{levels}  {rule.name}",
        _("检查什么："): rule_words.check(rule),
        _("为什么："): pick(rule.why),
        _("怎么改："): pick(rule.remedy),
        _("何时误报："): _("；").join(rule.false_alarms[chosen()] or [_("未见")]),
        _("依据："): _("；").join(basis.lines(rule.basis, equation=rule.equation is not None)),
    }
    for label, text in told.items():
        console.print(f"{label}{text}", markup=False)
    _print_examples(rule, console)
    beside = rule_words.neighbours(rule, rules)
    if beside:
        listed = _("；").join(f"{other.id} {pick(other.title)}" for other in beside)
        console.print("\n" + _("相邻的规则：") + listed, markup=False)
    console.print("\n" + _("写法（给写规则的人）："), style="bold", markup=False)
    console.print(Padding(Text(body(rule)), (0, 0, 0, 2)))
    if rule.applies:
        console.print(_("适用条件（括号内是不适用的原因）："), markup=False)
        for reason, when in rule.applies:
            console.print(Padding(Text(f"{when}    ({reason})"), (0, 0, 0, 2)))
    console.print(_("规则文件：") + rule.file, markup=False, soft_wrap=True)
    console.print(_("全部示例：") + f"docs/rules/{rule.id}.md", markup=False)


def _print_examples(rule: Rule, console: "Console") -> None:
    """Some examples of each kind as they would stand on a form."""
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    from auditor.reporting import rule_words

    headings = {"flag": _("反例："), "pass": _("正例："), "not_applicable": _("不适用：")}
    shown = [(kind, entry) for kind in headings for entry in rule.examples[kind][:_EXAMPLES]]
    for kind, entry in shown:
        console.print(f"\n{headings[kind]}", style="bold", markup=False)
        for lines, rows in rule_words.excerpts(entry["given"]):
            for line in lines:
                console.print(Padding(line, (0, 0, 0, 2)), markup=False)
            if rows:
                table = Table(padding=(0, 1, 0, 0), box=None, header_style="dim")
                for header in rows[0]:
                    table.add_column(Text(header))
                for row in rows[1:]:
                    table.add_row(*map(Text, row))
                console.print(Padding(table, (0, 0, 0, 2)))
