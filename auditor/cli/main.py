"""``auditor``: the group that finds its commands, sets the language and turns faults into exits."""

import importlib
import os
import sys

import click

from auditor import language
from auditor.cli.exits import Exit
from auditor.garbage import collect_seldom
from auditor.intake.problems import WorkerLost
from auditor.language import _
from auditor.resources import ResourceError
from auditor.rulebook.model import RuleFault
from auditor.version import __version__

_COMPLETION = "_AUDITOR_COMPLETE"
COMMANDS = (
    "check", "extract", "report", "review", "waivers", "baseline", "diff", "history", "gate",
    "explain", "rules", "schema", "serve", "config", "init", "completion",
)  # fmt: skip


class _Commands(click.Group):
    """Imports a command's module only when the command is wanted."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        cmd_name: str,
    ) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"auditor.cli.{cmd_name}")
        command: click.Command = module.command
        return command


def group() -> click.Group:
    """The command ``auditor`` with all its commands, in the language in use."""

    @click.group(
        cls=_Commands,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
        help=_("审核项目支出绩效自评表：哪一格错了、应当是多少、可能怎么错的。"),
    )
    @click.option(
        "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version,
        help=_("显示版本和规则的标识"),
    )  # fmt: skip
    @click.option(
        "--lang", type=click.Choice(language.LANGUAGES), default=None, expose_value=False,
        help=_("语言：zh 中文（默认），en 英文"),
    )  # fmt: skip
    def commands() -> None: ...

    return commands


def _version(ctx: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    """Prints the version of the tool and the hash that names the state of its rules."""
    if not wanted:
        return
    from auditor.rulebook.loading import load

    rulebook = load()
    said = _("规则 {hash}（{n} 条）").format(hash=rulebook.hash, n=len(rulebook.rules))
    click.echo(f"auditor {__version__}, {said}")
    ctx.exit()


def main() -> None:  # noqa: C901 - one clause per way to end
    """Entry point of the ``auditor`` script."""
    for stream in (sys.stdout, sys.stderr):
        # A console that cannot show a character (GBK and ∕) shows ? and goes on.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    collect_seldom()
    if _COMPLETION in os.environ:  # a shell asks: one of them is known to our own module only
        importlib.import_module("auditor.cli.completion")
    language.use(_language(sys.argv[1:]))
    try:
        code = group().main(prog_name="auditor", standalone_mode=False) or Exit.CLEAN
        sys.stdout.flush()
        sys.exit(code)
    except click.exceptions.Abort:
        _say(_("已中断"))
        sys.exit(Exit.INTERRUPTED)
    except KeyboardInterrupt:
        _say(_("已中断"))
        sys.exit(Exit.INTERRUPTED)
    except click.ClickException as error:
        error.show()
        sys.exit(Exit.USAGE)
    except RuleFault as fault:
        _say(_("规则文件有误：{fault}").format(fault=fault))
        sys.exit(Exit.USAGE)
    except (ResourceError, WorkerLost) as error:
        _say(str(error))
        sys.exit(Exit.FAILED)
    except BrokenPipeError:
        # The reader of our output has gone (| head): nobody is left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(Exit.CLEAN)
    except OSError as error:
        _say(_("写不出：{why}").format(why=error.strerror or error))
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(Exit.USAGE)
    except Exception as error:
        if os.environ.get("AUDITOR_DEBUG"):
            raise
        said = _("工具出错，不是表的问题：{error}（设 AUDITOR_DEBUG=1 看细节）")
        _say(said.format(error=repr(error)))
        sys.exit(Exit.FAILED)


def _say(text: str) -> None:
    click.echo(text, err=True)


def _language(arguments: list[str]) -> str:
    """The language of help and messages, before any option is parsed: --lang, else AUDITOR_LANG."""
    chosen = os.environ.get("AUDITOR_LANG", "zh")
    for position, argument in enumerate(arguments):
        if argument.startswith("--lang="):
            chosen = argument.partition("=")[2]
        elif argument == "--lang" and position + 1 < len(arguments):
            chosen = arguments[position + 1]
    return chosen if chosen in language.LANGUAGES else "zh"
