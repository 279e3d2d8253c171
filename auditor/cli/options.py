"""Options that several commands share, and what they lead to."""

import sys
from collections.abc import Callable, Sequence
from itertools import chain
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any, TypeVar

import click

from auditor import output_files
from auditor.findings.model import LEVELS
from auditor.language import LANGUAGES, _, pick
from auditor.pipeline import (
    Choice,
    Extraction,
    UnknownProfile,
    UnknownRule,
    choose,
    extract,
)

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from auditor.forms.reading_cache import ReadingCache

F = TypeVar("F", bound=Callable[..., Any])
_FEW = 3
_IN_MEMORY = 16 * 1024 * 1024  # bytes of a result; a longer one waits on disk


def paths(function: F) -> F:
    """PATH…: files, folders, and - for standard input."""
    return click.argument("paths", nargs=-1, required=True, metavar="PATH...")(function)


def output(function: F) -> F:
    """Adds --output FILE."""
    return click.option(
        "--output", "-o", type=click.Path(dir_okay=False, path_type=Path),
        help=_("写入文件，而不是标准输出"),
    )(function)  # fmt: skip


def report_look(function: F) -> F:
    """--output, --date, --templates, --advice, --personal and --mark."""
    for option in (
        click.option("--mark", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
                     help=_("把批注写进提交文件的副本，放到这个文件夹；提交的文件本身不动")),
        click.option("--personal", is_flag=True, help=_("不遮盖姓名、电话和证件号码")),
        click.option("--advice", is_flag=True, help=_("终端报告和反馈意见中也逐条列出提示")),
        click.option("--templates", type=click.Path(exists=True, file_okay=False, path_type=Path),
                     metavar="DIR", help=_("本单位的报告模板；没有的用自带的")),
        click.option("--date", default="", metavar="TEXT", help=_("报告上印的日期，不给就不印")),
        click.option("--output", "-o", type=click.Path(path_type=Path), metavar="PATH",
                     help=_("写入文件；html、markdown、docx 也可以是文件夹，逐项目或逐单位一份")),
    ):  # fmt: skip
        function = option(function)
    return function


def fail_on(function: F) -> F:
    """--fail-on."""
    return click.option(
        "--fail-on", type=click.Choice((*LEVELS, "never")), default="error", show_default=True,
        help=_("出现这一级或更高的问题时返回 1"),
    )(function)  # fmt: skip


def lang(function: F) -> F:
    """Adds --lang. ``main`` reads it before parsing; it stands here so that --help shows it."""
    return click.option(
        "--lang", type=click.Choice(LANGUAGES), default=None, expose_value=False,
        help=_("语言：zh 中文（默认），en 英文"),
    )(function)  # fmt: skip


def quiet(function: F) -> F:
    """--quiet."""
    return click.option("--quiet", "-q", is_flag=True, help=_("不显示进度和逐项报告"))(function)


def jobs(function: F) -> F:
    """--jobs N."""
    return click.option(
        "--jobs", type=click.IntRange(min=1), default=None, metavar="N",
        help=_("读取和审核用的进程数（默认用全部处理器）"),
    )(function)  # fmt: skip


def own_rules(function: F) -> F:
    """--rules DIR."""
    return click.option(
        "--rules", "rules_dir", type=click.Path(path_type=Path), metavar="DIR",
        help=_("另加一个文件夹里的自定规则"),
    )(function)  # fmt: skip


def rule_words(
    _ctx: click.Context, _parameter: click.Parameter, word: str
) -> list["CompletionItem"]:
    """For the shell: ids and names of rules that begin as ``word``, or its part behind a comma."""
    from click.shell_completion import CompletionItem

    before, comma, last = word.rpartition(",")
    return [
        CompletionItem(f"{before}{comma}{name}", help=pick(rule.title))
        for rule in choose().rules
        for name in (rule.id, rule.name)
        if name.lower().startswith(last.lower())
    ]


def profile_words(
    _ctx: click.Context, _parameter: click.Parameter, word: str
) -> list["CompletionItem"]:
    """For the shell: the profiles whose names begin as ``word``."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(name) for name in choose().rulebook.profiles if name.startswith(word)]


def rule_choice(function: F) -> F:
    """--profile, --select, --ignore and --rules."""
    for option in (
        own_rules,
        click.option("--ignore", multiple=True, metavar="RULE", shell_complete=rule_words,
                     help=_("不用这些规则，写法同上")),
        click.option("--select", multiple=True, metavar="RULE", shell_complete=rule_words,
                     help=_("只用这些规则：编号 X01、组 X 或名称，可用逗号分开")),
        click.option("--profile", default="national", show_default=True, metavar="NAME",
                     shell_complete=profile_words, help=_("地区设置")),
    ):  # fmt: skip
        function = option(function)
    return function


def chosen(
    profile: str, select: Sequence[str], ignore: Sequence[str], rules_dir: Path | None
) -> Choice:
    """The rules that the options choose; a wrong name is a usage error."""
    try:
        return choose(profile, _split(select), _split(ignore), rules_dir)
    except UnknownProfile as error:
        raise click.BadParameter(
            _("没有地区设置 {name}；现有：{known}").format(name=profile, known=error)
        ) from error
    except UnknownRule as error:
        raise click.BadParameter(_("没有规则 {name}").format(name=error)) from error


def _split(values: Sequence[str]) -> list[str]:
    return [word.strip() for value in values for word in value.split(",") if word.strip()]


def resume(function: F) -> F:
    """--resume FILE."""
    return click.option(
        "--resume", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
        help=_("已读过的文件记在这里，内容没变就不再读；中断后用同一文件接着来"),
    )(function)  # fmt: skip


def kept_in(resume: Path | None) -> "ReadingCache | None":
    """What an earlier run has read; a place that cannot be written is a usage error."""
    if resume is None:
        return None
    from auditor.forms.reading_cache import ReadingCache

    try:
        kept = ReadingCache(resume)
    except OSError as error:
        raise unwritable(resume, error) from error
    click.get_current_context().call_on_close(kept.close)
    return kept


def read(
    given: Sequence[str], *, quiet: bool, jobs: int | None, kept: "ReadingCache | None" = None
) -> Extraction:
    """Extracts, with a progress bar on standard error for more than a handful of files."""
    if quiet or not sys.stderr.isatty() or not _many(given):
        extraction = extract(given, jobs=jobs, kept=kept)
    else:
        extraction = _with_progress(given, jobs, kept)
    for note in dict.fromkeys(extraction.notes):
        click.echo(note, err=True)
    return extraction


def _many(given: Sequence[str]) -> bool:
    return len(given) > _FEW or any(Path(path).is_dir() for path in given)


def _with_progress(
    given: Sequence[str], jobs: int | None, kept: "ReadingCache | None"
) -> Extraction:
    from rich.console import Console
    from rich.progress import Progress

    from auditor.intake.files import Found, find

    total = sum(isinstance(found, Found) for found in find(tuple(given)))
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(_("读取"), total=total)

        def step(file: str) -> None:
            progress.update(task, advance=1, description=Path(file).name[:30])

        return extract(given, step, jobs, kept)


def emit(contents: output_files.Pieces, target: Path | None) -> None:
    """Writes a result, whole or in pieces, to the file asked for, or to standard output.

    Standard output, too, begins when the last piece is made: a fault leaves it empty.
    """
    if target is None:
        _print(contents)
        return
    try:
        output_files.write(target, contents)
    except OSError as error:
        raise unwritable(target, error) from error


def unwritable(target: Path, error: OSError) -> click.FileError:
    """The usage error for an output that cannot be written."""
    return click.FileError(str(target), hint=error.strerror or str(error))


def _print(contents: output_files.Pieces) -> None:
    made = output_files.pieces(contents)
    first = next(made, "")
    if isinstance(first, bytes):
        with SpooledTemporaryFile(_IN_MEMORY) as whole:
            whole.writelines(map(output_files.encoded, chain([first], made)))
            _echo(whole)
        return
    with SpooledTemporaryFile(_IN_MEMORY, "w+", encoding="utf-8", errors="backslashreplace",
                              newline="") as text:  # fmt: skip
        for piece in chain([first], made):
            text.write(piece if isinstance(piece, str) else piece.decode())
        _echo(text)
    click.echo()


def _echo(whole: IO[Any]) -> None:
    whole.seek(0)
    while block := whole.read(_IN_MEMORY):
        click.echo(block, nl=False)
