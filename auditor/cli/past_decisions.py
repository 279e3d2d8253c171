"""Apply earlier decisions to an audit: waivers and the baseline."""

import datetime as dt
import getpass
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from auditor.findings.model import Audit
from auditor.intake.files import STANDARD_INPUT, WAIVERS
from auditor.language import _
from auditor.pipeline import Choice

if TYPE_CHECKING:  # most submissions have neither waivers nor a baseline: read when there are some
    from auditor.findings.decisions import Decision, Decisions
    from auditor.findings.waivers import Standing

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Past:
    """What was decided before, read from its files before any form is."""

    decisions: "Decisions | None"
    known: frozenset[str] | None
    today: dt.date

    @classmethod
    def read(
        cls, paths: Sequence[str], waivers: Path | None, baseline: Path | None, today: dt.date,
        *, no_waivers: bool,
    ) -> "Past":  # fmt: skip
        """The waiver file that is named, or the one beside the submission, and the baseline.

        Raises:
            click.UsageError: one of them is not there or is broken.
        """
        file = waivers or beside(paths)
        if waivers is not None and not file.exists():
            said = _("没有这个文件：{file}").format(file=file)
            raise click.BadParameter(said, param_hint="--waivers")
        wanted = not no_waivers and file.exists()
        return cls(read(file) if wanted else None, _known(baseline) if baseline else None, today)

    def lay_over(self, audit: Audit, choice: Choice, *, quiet: bool) -> None:
        """Marks in ``audit`` what is waived and what the baseline knows, and says so."""
        if self.decisions is not None:
            from auditor.findings import waivers as waiving

            standing = waiving.apply(audit, self.decisions, self.today, choice.rulebook.rules)
            _tell(self.decisions.file, standing, quiet=quiet)
        if self.known is not None:
            from auditor.findings import baseline as known_before

            count = known_before.apply(audit, self.known)
            if not quiet:
                click.echo(_("基线中已有 {n} 条，不计入返回码").format(n=count), err=True)


def options(function: F) -> F:
    """--waivers, --no-waivers, --baseline and --today."""
    for option in (
        today,
        click.option("--baseline", type=click.Path(path_type=Path), metavar="FILE",
                     help=_("基线文件：其中已有的问题不计入返回码")),
        click.option("--no-waivers", is_flag=True, help=_("不用豁免文件")),
        waiver_file,
    ):  # fmt: skip
        function = option(function)
    return function


def waiver_file(function: F) -> F:
    """--waivers FILE."""
    return click.option(
        "--waivers", type=click.Path(path_type=Path), metavar="FILE",
        help=_("豁免文件（默认用提交文件旁边的 {name}）").format(name=WAIVERS),
    )(function)  # fmt: skip


def today(function: F) -> F:
    """--today DAY."""
    return click.option(
        "--today", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD", default=None,
        callback=_day, help=_("以这一天判断豁免是否到期（默认今天）"),
    )(function)  # fmt: skip


def _day(_ctx: click.Context, _parameter: click.Parameter, value: dt.datetime | None) -> dt.date:
    return value.date() if value is not None else dt.datetime.now().astimezone().date()


def who(function: F) -> F:
    """--who NAME, by default AUDITOR_WHO or the user's name."""
    return click.option(
        "--who", default=_me, metavar="NAME", help=_("谁做的决定（默认 AUDITOR_WHO 或登录名）")
    )(function)


def _me() -> str:
    if name := os.environ.get("AUDITOR_WHO"):
        return name
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # Windows has no module pwd
        return ""


def beside(paths: Sequence[str]) -> Path:
    """The waiver file of a submission: in its folder, or in the folder of its first file."""
    first = next((path for path in paths if path != STANDARD_INPUT), ".")
    folder = Path(first)
    return (folder if folder.is_dir() else folder.parent) / WAIVERS


def read(file: Path) -> "Decisions":
    """The decisions of a file; a broken one is a usage error with its place."""
    from auditor.findings.decisions import DecisionFault, Decisions

    try:
        return Decisions.read(file)
    except DecisionFault as fault:
        raise click.UsageError(str(fault)) from fault


def _known(file: Path) -> frozenset[str]:
    from auditor.findings import baseline as known_before

    try:
        return known_before.read(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, known_before.BaselineFault) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise click.BadParameter(f"{file}: {why}", param_hint="--baseline") from error


def _tell(file: Path, standing: "Standing", *, quiet: bool) -> None:
    """On standard error: nothing is waived silently, and no old waiver lies about unnoticed."""
    if not quiet:
        said = _("豁免文件 {file}：用到 {used}，到期 {expired}，未用到 {unused}，对不上 {dangling}")
        click.echo(
            said.format(
                file=file, used=len(standing.used), expired=len(standing.expired),
                unused=len(standing.unused), dangling=len(standing.dangling),
            ),
            err=True,
        )  # fmt: skip
    for word, waivers in states(standing).items():
        for waiver in waivers if word != _("用到") else ():
            click.echo(f"  {word}: {line(waiver)}", err=True)


def states(standing: "Standing") -> dict[str, "tuple[Decision, ...]"]:
    """The waivers of a file by what became of them, in words."""
    return {
        _("用到"): standing.used,
        _("到期"): standing.expired,
        _("未用到"): standing.unused,
        _("对不上"): standing.dangling,
    }


def line(decision: "Decision") -> str:
    """A decision on one line of text."""
    until = _("至 {day}").format(day=decision.until) if decision.until else ""
    parts = (decision.fingerprint, decision.rule, decision.project, decision.reason, decision.who,
             decision.when, until)  # fmt: skip
    return "  ".join(part for part in parts if part)
