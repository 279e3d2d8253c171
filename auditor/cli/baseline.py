"""``auditor baseline``: keeps what is known today, so that the gate fails on new findings only."""

from pathlib import Path

import click

from auditor.cli import config_file, options
from auditor.cli.audit_source import audit_of
from auditor.cli.output_guard import refuse_overwriting
from auditor.file_locks import locked
from auditor.findings.baseline import document
from auditor.intake.files import BASELINE
from auditor.language import _


@click.command(
    "baseline",
    cls=config_file.Configured,
    help=_("把现有的全部问题记成基线；check --baseline 只对新问题返回 1。"),
)
@options.paths
@click.option("--output", "-o", type=click.Path(dir_okay=False, path_type=Path), default=None,
              help=_("写到哪里（默认提交文件旁边的 {name}）").format(name=BASELINE))  # fmt: skip
@click.option(
    "--profile", default="national", show_default=True, metavar="NAME", help=_("地区设置")
)
@options.own_rules
@config_file.options
@options.lang
def command(
    paths: tuple[str, ...], output: Path | None, profile: str, rules_dir: Path | None
) -> None:
    first = Path(paths[0])
    target = output or (first if first.is_dir() else first.parent) / BASELINE
    refuse_overwriting({"--output": target}, (*paths, rules_dir))
    audit, _rules = audit_of(paths, profile, rules_dir)
    with locked(target):
        options.emit(document(audit), target)
    count = sum(len(report.findings) for report in audit.reports) + len(audit.batch)
    click.echo(_("{file}：{n} 条").format(file=target, n=count), err=True)
