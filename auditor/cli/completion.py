"""``auditor completion SHELL``: a script for a shell to complete commands, options and rules."""

import os
import shlex
from typing import ClassVar

import click
from click.shell_completion import (
    CompletionItem,
    ShellComplete,
    add_completion_class,
    get_completion_class,
)

from auditor.cli import options
from auditor.language import _

SHELLS = ("bash", "zsh", "fish", "powershell")
VARIABLE = "_AUDITOR_COMPLETE"

_POWERSHELL = """\
Register-ArgumentCompleter -Native -CommandName %(prog_name)s -ScriptBlock {
    param($word, $commandAst, $cursor)
    $typed = $commandAst.ToString()
    $env:COMP_WORDS = $typed.Substring(0, [Math]::Min($cursor, $typed.Length))
    $env:COMP_INCOMPLETE = $word
    $env:%(complete_var)s = 'powershell_complete'
    %(prog_name)s | ForEach-Object {
        $value, $help = $_ -split "`t", 2
        if (-not $help) { $help = $value }
        [System.Management.Automation.CompletionResult]::new(
            $value, $value, 'ParameterValue', $help)
    }
    Remove-Item Env:COMP_WORDS, Env:COMP_INCOMPLETE, Env:%(complete_var)s
}
"""


@add_completion_class
class PowerShell(ShellComplete):
    """PowerShell, which click does not know."""

    name: ClassVar[str] = "powershell"
    source_template: ClassVar[str] = _POWERSHELL

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words before the one that is being typed, and that one."""
        words = shlex.split(os.environ.get("COMP_WORDS", ""), posix=False)[1:]
        unfinished = os.environ.get("COMP_INCOMPLETE", "")
        if unfinished and words and words[-1] == unfinished:
            words.pop()
        return words, unfinished

    def format_completion(self, item: CompletionItem) -> str:
        """One line: the word, a tab, what it is."""
        return f"{item.value}\t{item.help or item.value}"


@click.command("completion", help=_("打印让命令行自动补全的脚本：命令、选项、规则编号和地区设置。"))
@click.argument("shell", type=click.Choice(SHELLS))
@options.lang
def command(shell: str) -> None:
    found = get_completion_class(shell)
    assert found is not None  # one of SHELLS
    root = click.get_current_context().find_root().command
    click.echo(found(root, {}, "auditor", VARIABLE).source())
