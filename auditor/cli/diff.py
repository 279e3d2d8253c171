"""``auditor diff``: what became of the findings of one round in the next."""

from pathlib import Path

import click

from auditor.cli import config_file, options
from auditor.cli.audit_source import audit_of
from auditor.cli.exits import Exit
from auditor.cli.output_guard import refuse_overwriting
from auditor.findings.rounds import NEW, compare
from auditor.language import _


@click.command(
    "diff",
    cls=config_file.Configured,
    help=_("对照两轮报送：哪些问题已改、仍有、新增，哪些数字变了。"),
)
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option(
    "--format", "format_", type=click.Choice(("terminal", "markdown", "xlsx", "json")),
    default="terminal", show_default=True, help=_("输出格式"),
)  # fmt: skip
@options.output
@click.option("--fail-on-new", is_flag=True, help=_("有新增的问题时返回 1"))
@click.option(
    "--profile", default="national", show_default=True, metavar="NAME", help=_("地区设置")
)
@options.own_rules
@config_file.options
@options.lang
def command(
    old: str, new: str, format_: str, output: Path | None, fail_on_new: bool, profile: str,
    rules_dir: Path | None,
) -> int:  # fmt: skip
    refuse_overwriting({"--output": output}, (old, new, rules_dir))
    before, rules = audit_of((old,), profile, rules_dir)
    after, _rules = audit_of((new,), profile, rules_dir)
    pairs = compare(before, after)
    from auditor.reporting import rounds

    if format_ == "terminal":
        from rich.console import Console

        rounds.print_rounds(Console(), pairs, rules)
    elif format_ == "xlsx":
        options.emit(rounds.as_xlsx(pairs, rules), output)
    else:
        text = rounds.as_json(pairs) if format_ == "json" else rounds.as_markdown(pairs, rules)
        options.emit(text, output)
    found_new = any(pair.count(NEW) for pair in pairs)
    return Exit.FINDINGS if fail_on_new and found_new else Exit.CLEAN
