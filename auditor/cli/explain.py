"""``auditor explain``: a rule's page in the terminal."""

import json
from pathlib import Path

import click

from auditor.cli import options
from auditor.language import _, chosen, pick
from auditor.pipeline import about_cell
from auditor.rulebook.model import Rule


@click.command(
    "explain", help=_("解释一条规则，或一张表的一格：哪些等式用到它、哪些不成立、试过什么。")
)
@click.argument("rule", metavar="RULE|FILE#FORM")
@click.argument("cell", required=False)
@options.own_rules
@options.lang
def command(rule: str, cell: str | None, rules_dir: Path | None) -> None:
    if cell is not None:
        click.echo("\n".join(_about(rule, cell, rules_dir)))
        return
    choice = options.chosen("national", (rule,), (), rules_dir)
    click.echo("\n\n".join(_page(found) for found in choice.rules))


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


def _page(rule: Rule) -> str:
    from auditor.findings import basis, cell_names
    from auditor.reporting.rule_pages import body

    levels = "/".join(dict.fromkeys(cell_names.severity(level) for _when, level in rule.severity))
    alarms = rule.false_alarms[chosen()] or [_("未见")]
    parts = [
        f"{rule.id} {rule.name}  {levels}",
        pick(rule.title),
        "",
        _("检查什么：") + body(rule),
        _("为什么：") + pick(rule.why),
        _("怎么改：") + pick(rule.remedy),
        _("依据：") + _("；").join(basis.lines(rule.basis, equation=rule.equation is not None)),
        _("何时误报：") + _("；").join(alarms),
    ]
    if rule.applies:
        conditions = [f"  {when}    ({reason})" for reason, when in rule.applies]
        parts += [_("适用条件（括号内是不适用的原因）："), *conditions]
    if rule.supersedes:
        replaced = ", ".join(entry["rule"] for entry in rule.supersedes)
        parts.append(_("代替：") + replaced)
    headings = {"flag": _("反例："), "pass": _("正例："), "not_applicable": _("不适用：")}
    for kind, heading in headings.items():
        for entry in rule.examples[kind]:
            parts.append(heading + json.dumps(entry["given"], ensure_ascii=False))
    parts.append(_("规则文件：") + rule.file)
    return "\n".join(parts)
