"""The options that a bureau sets once: ``auditor.toml``, or ``[tool.auditor]`` in pyproject.toml.

The file is looked for in the folder of the first path and in every folder above it. What stands on
the command line comes before it, and its paths are relative to its own folder.

A submission is not trusted. A file inside an audited folder counts only for someone who stands in
that folder, and templates, which are programs, come from a file at or above the current folder.
"""

import os
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import click

from auditor import language
from auditor.findings.model import LEVELS
from auditor.intake.files import CONFIG
from auditor.language import _

F = TypeVar("F", bound=Callable[..., Any])
PROJECT = "pyproject.toml"
_SECTION = "tool.auditor"
_LONGEST = 1 << 20  # bytes; no configuration is longer
_LANGUAGE = "lang"
READ = "auditor.config"  # in the meta of a context: the file that was read


@dataclass(frozen=True, slots=True)
class Key:
    """One key of the file: the option that it sets, and what kind of value it takes.

    ``kind`` is text, texts, flag, number, path or paths; ``among`` are the values that it may have.
    """

    parameter: str
    kind: str
    among: tuple[str, ...] = ()


KEYS: Mapping[str, Key] = {
    "profile": Key("profile", "text"),
    "rules": Key("rules_dir", "path"),
    "templates": Key("templates", "path"),
    "select": Key("select", "texts"),
    "ignore": Key("ignore", "texts"),
    "fail-on": Key("fail_on", "text", (*LEVELS, "never")),
    "waivers": Key("waivers", "path"),
    "baseline": Key("baseline", "path"),
    "previous": Key("previous", "paths"),
    "roster": Key("roster", "paths"),
    "advice": Key("advice", "flag"),
    "jobs": Key("jobs", "number"),
    _LANGUAGE: Key(_LANGUAGE, "text", tuple(language.LANGUAGES)),
}
_KINDS: Mapping[str, tuple[type, ...]] = {
    "text": (str,), "path": (str,), "texts": (list, str), "paths": (list, str), "flag": (bool,),
    "number": (int,),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Setting:
    """A value of the file, ready for click, and the line that it stands on."""

    value: Any
    line: int


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of one file by their keys; none where no file was found."""

    file: Path | None = None
    settings: Mapping[str, Setting] = field(default_factory=dict)

    def defaults(self) -> dict[str, Any]:
        """The values by the names of click's parameters."""
        return {KEYS[key].parameter: setting.value for key, setting in self.settings.items()}


class ConfigFault(click.UsageError):
    """The file cannot be taken: with file, line and what to do."""

    def __init__(self, file: Path, line: int, message: str) -> None:
        super().__init__(f"{file}:{line}: {message}")


def found(start: Path) -> Path | None:
    """The nearest configuration file for a path: from a file's folder, or above a folder, upwards.

    It may lie in the folder itself for someone who stands there.
    """
    here = start.resolve()
    inside = here.is_dir() and not _stands_in(here)
    for folder in here.parents if inside else (here, *here.parents):
        own, project = folder / CONFIG, folder / PROJECT
        if own.is_file():
            return own
        if project.is_file() and _section(project) is not None:
            return project
    return None


def _stands_in(folder: Path) -> bool:
    """Whether the current folder is this one or below it."""
    current = Path.cwd().resolve()
    return folder == current or folder in current.parents


def read(file: Path) -> Config:
    """The settings of a file.

    Raises:
        ConfigFault: it is no TOML, or a key, a type, a value or a path is wrong.
    """
    import tomllib

    text = _text(file)
    try:
        whole = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise ConfigFault(file, int(line[1]) if line else 1, str(error)) from error
    of_project = file.name == PROJECT
    table = whole.get("tool", {}).get("auditor", {}) if of_project else whole
    lines = _lines(text, _SECTION if of_project else "")
    return Config(
        file,
        {key: _setting(file, key, value, lines.get(key, 1)) for key, value in table.items()},
    )


def _setting(file: Path, key: str, value: Any, line: int) -> Setting:
    known = KEYS.get(key)
    if known is None:
        import difflib

        near = difflib.get_close_matches(key, KEYS, 1, 0.5)
        said = _("没有 {key} 这一项").format(key=key)
        said += _("，是不是 {near}").format(near=near[0]) if near else ""
        raise ConfigFault(file, line, said + _("；现有：{keys}").format(keys=", ".join(KEYS)))
    listed = isinstance(value, list) and not all(isinstance(entry, str) for entry in value)
    wrong = isinstance(value, bool) and known.kind != "flag"
    if wrong or listed or not isinstance(value, _KINDS[known.kind]):
        said = _("{key} 应是{kind}，这里是 {value}")
        kind = kinds()[known.kind]
        raise ConfigFault(file, line, said.format(key=key, kind=kind, value=repr(value)))
    if known.among and value not in known.among:
        said = _("{key} 只能是 {among}，这里是 {value}")
        among = ", ".join(known.among)
        raise ConfigFault(file, line, said.format(key=key, among=among, value=value))
    if isinstance(value, int) and known.kind == "number" and value < 1:
        raise ConfigFault(file, line, _("{key} 至少是 1").format(key=key))
    return Setting(_ready(file, key, known, value, line), line)


def _ready(file: Path, key: str, known: Key, value: Any, line: int) -> Any:
    """A value as click's option takes it; a path is that beside the file."""
    if known.kind in ("texts", "paths"):
        value = [value] if isinstance(value, str) else value
    if known.kind == "path":
        return _beside(file, key, value, line)
    if known.kind == "paths":
        return tuple(str(_beside(file, key, entry, line)) for entry in value)
    return tuple(value) if known.kind == "texts" else value


def _beside(file: Path, key: str, value: str, line: int) -> Path:
    path = file.parent / value
    if not path.exists():
        said = _("{key} 指的 {path} 不在：请检查路径").format(key=key, path=path)
        raise ConfigFault(file, line, said)
    return path


def meanings() -> dict[str, str]:
    """What each key sets."""
    return {
        "profile": _("地区设置"),
        "rules": _("自定规则的文件夹"),
        "templates": _("报告模板的文件夹"),
        "select": _("只用这些规则"),
        "ignore": _("不用这些规则"),
        "fail-on": _("出现这一级或更高的问题时返回 1"),
        "waivers": _("豁免文件"),
        "baseline": _("基线文件"),
        "previous": _("上一年度的自评表"),
        "roster": _("项目清单"),
        "advice": _("逐条列出提示"),
        "jobs": _("进程数"),
        _LANGUAGE: _("语言"),
    }


def kinds() -> dict[str, str]:
    """What the kinds of values are called."""
    return {
        "text": _("一段文字"), "path": _("一个路径"), "texts": _("一列文字"),
        "paths": _("一列路径"), "flag": "true / false", "number": _("一个整数"),
    }  # fmt: skip


def _text(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return opened.read(_LONGEST).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigFault(file, 1, _("读不出：{why}").format(why=error)) from error


def _section(project: Path) -> Any:
    """``[tool.auditor]`` of a pyproject.toml; None where it has none, or is no concern of ours."""
    import tomllib

    try:
        return tomllib.loads(_text(project)).get("tool", {}).get("auditor")
    except (ConfigFault, tomllib.TOMLDecodeError):
        return None


def _lines(text: str, section: str) -> dict[str, int]:
    """The line of each key in a section (``""``: before the first)."""
    found_: dict[str, int] = {}
    inside = section == ""
    for number, line in enumerate(text.splitlines(), 1):
        if head := re.match(r"\s*\[+\s*([\w.\-\"' ]+?)\s*\]+", line):
            inside = head[1].replace('"', "") == section
            if section == "" and "=" not in line:
                found_.setdefault(head[1].split(".")[0], number)
        elif inside and (key := re.match(r"\s*[\"']?([\w-]+)[\"']?\s*=", line)):
            found_.setdefault(key[1], number)
    return found_


# --- commands -----------------------------------------------------------------------------------


def options(function: F) -> F:
    """--config FILE and --no-config, for a command of the class :class:`Configured`."""
    for option in (
        click.option("--no-config", is_flag=True, expose_value=False, help=_("不用设置文件")),
        click.option("--config", type=click.Path(exists=True, dir_okay=False), metavar="FILE",
                     expose_value=False, help=_("用这个设置文件（不给就向上找 auditor.toml）")),
    ):  # fmt: skip
        function = option(function)
    return function


class Configured(click.Command):
    """A command whose options take their defaults from the configuration file."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click's, with the settings of the file as defaults."""
        given, _rest, _order = self.make_parser(ctx).parse_args(args=list(args))
        if not given.get("help"):
            config = in_force(given, self._first_path(given))
            self._take(ctx, config, quiet=bool(given.get("quiet")))
        return super().parse_args(ctx, args)

    def _first_path(self, given: Mapping[str, Any]) -> str:
        """What the command is about: its first argument, else the folder at hand."""
        names = [one.name for one in self.params if isinstance(one, click.Argument)]
        listed = given.get(names[0] or "") if names else None
        first = listed[0] if isinstance(listed, tuple | list) and listed else listed
        return first if isinstance(first, str) else "."

    def _take(self, ctx: click.Context, config: Config, *, quiet: bool) -> None:
        if config.file is None:
            return
        own = {parameter.name for parameter in self.params}
        defaults = config.defaults()
        ctx.meta[READ] = config.file
        ctx.default_map = {name: value for name, value in defaults.items() if name in own}
        _use_language(defaults.get(_LANGUAGE))
        if not quiet:
            click.echo(_("设置文件：{file}").format(file=config.file), err=True)


def in_force(given: Mapping[str, Any], first: str) -> Config:
    """The configuration for a command line, parsed, that is about the path ``first``.

    Raises:
        ConfigFault: the file cannot be taken.
    """
    if given.get("no_config"):
        return Config()
    named = given.get("config")
    if named is not None:
        return read(Path(named)) if Path(named).is_file() else Config()  # else click tells
    file = found(Path(first))
    return _without_programs(read(file)) if file is not None else Config()


def _without_programs(config: Config) -> Config:
    """Refuses templates of a file that nobody named and that lies where the user does not stand."""
    setting = config.settings.get("templates")
    if setting is not None and config.file is not None and not _stands_in(config.file.parent):
        said = _("模板能运行程序，只认当前文件夹或上级文件夹的设置；信得过就用 --config {file}")
        raise ConfigFault(config.file, setting.line, said.format(file=config.file))
    return config


def _use_language(wanted: str | None) -> None:
    """The file's language, where neither the command line nor the environment names one."""
    told = any(word == "--lang" or word.startswith("--lang=") for word in sys.argv[1:])
    if wanted is not None and not told and "AUDITOR_LANG" not in os.environ:
        language.use(wanted)
