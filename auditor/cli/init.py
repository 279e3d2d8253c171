"""``auditor init``: a commented configuration and an entry for pre-commit, where there are none."""

from pathlib import Path

import click

from auditor import output_files
from auditor.cli import config_file, options
from auditor.intake.files import CONFIG
from auditor.language import _, chosen
from auditor.version import __version__

PRE_COMMIT = ".pre-commit-config.yaml"
_EXAMPLES = {
    "profile": '"national"', "rules": '"规则"', "templates": '"模板"', "select": '["X", "T"]',
    "ignore": '["P03"]', "fail-on": '"error"', "waivers": '"auditor-waivers.yaml"',
    "baseline": '"auditor-baseline.json"', "previous": '["上年"]', "roster": '["项目清单.xlsx"]',
    "advice": "true", "jobs": "2", "lang": '"zh"',
}  # fmt: skip
_HOOK = """\
  - repo: local
    hooks:
      - id: auditor-check
        name: auditor check
        entry: auditor check --quiet
        language: python
        additional_dependencies: ["auditor=={version}"]
        files: \\.(docx|doc|wps|xlsx|xls|et|ods|odt|rtf|pdf|html?|mht|txt|zip)$
        types: [file]
        require_serial: true
"""


@click.command("init", help=_("在文件夹里写一份带说明的设置文件和 pre-commit 设置；已有的不动。"))
@click.argument(
    "folder", type=click.Path(file_okay=False, exists=True, path_type=Path), default="."
)
@options.lang
def command(folder: Path) -> None:
    hook = _HOOK.format(version=__version__)
    for name, text in ((CONFIG, commented()), (PRE_COMMIT, f"repos:\n{hook}")):
        target = folder / name
        if target.exists():
            click.echo(_("已有 {file}，没有动").format(file=target))
            if name == PRE_COMMIT and "auditor-check" not in target.read_text("utf-8"):
                click.echo(_("请把这一段加到 repos: 之下：") + f"\n{hook}")
            continue
        try:
            output_files.write(target, text)
        except OSError as error:
            raise options.unwritable(target, error) from error
        click.echo(_("写了 {file}").format(file=target))


def commented() -> str:
    """Every key with what it does, commented out, so that nothing changes until someone decides."""
    kinds, about = config_file.kinds(), config_file.meanings()
    lines = [
        f"# {_('auditor 的设置：去掉行首的 # 就生效；命令行上写的优先；路径相对于这个文件。')}",
        "",
    ]
    for key, known in config_file.KEYS.items():
        among = f"：{' / '.join(known.among)}" if known.among else ""
        stop = "：" if chosen() == "zh" else ": "
        lines += [
            f"# {about[key]}{stop}{kinds[known.kind]}{among}",
            f"# {key} = {_EXAMPLES[key]}",
            "",
        ]
    return "\n".join(lines).rstrip("\n") + "\n"
