"""The templates in ``reports/``: how a report looks and what it says around the findings.

A bureau changes a report without touching Python: ``--templates DIR`` holds files of these names,
and what it does not hold comes from the tool's own folder. A name that a template misspells is an
error with its line, never a blank in a report.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from auditor.language import _, chosen
from auditor.resources import ResourceError, folder

if TYPE_CHECKING:
    from jinja2 import Environment

_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>|~#!])")
_START = re.compile(r"^(\s*)([-+=]|\d+[.)])")


def rendered(name: str, own: Path | None, **values: Any) -> str:
    """The template ``name`` with ``values``.

    Raises:
        ResourceError: the template is missing, is broken or names something that does not exist.
    """
    from jinja2 import TemplateError, TemplateNotFound

    try:
        return _environment(own).get_template(name).render(lang=chosen(), **values)
    except TemplateNotFound as error:
        raise ResourceError(_("没有模板 {name}").format(name=error)) from error
    except TemplateError as error:
        line = getattr(error, "lineno", None) or _line(error)
        said = _("模板 {name} 第 {line} 行有误：{why}")
        raise ResourceError(said.format(name=name, line=line or "?", why=error)) from error


def found(name: str, own: Path | None) -> Path:
    """A file of ``reports/`` (a style, a letter, a layout), the bureau's own first.

    Raises:
        ResourceError: neither folder has it.
    """
    for place in folders(own):
        if (place / name).exists():
            return place / name
    raise ResourceError(_("没有模板 {name}").format(name=name))


def folders(own: Path | None) -> Iterator[Path]:
    """The folders that are searched for a template, in order: the bureau's own, then ours."""
    if own is not None:
        yield own
    yield folder("reports")


def _line(error: BaseException) -> int | None:
    """The line of the template that an error of its expressions came from."""
    trace, line = error.__traceback__, None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename.endswith(".j2"):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


@cache
def _environment(own: Path | None) -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    made = Environment(
        loader=FileSystemLoader([str(place) for place in folders(own)]),
        autoescape=select_autoescape(enabled_extensions=("html.j2",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.globals["_"] = _
    made.filters["md"] = markdown
    return made


def markdown(text: str) -> str:
    """``text`` as it reads, inside a line of Markdown or a cell of its tables."""
    single = " ".join(str(text).split())
    escaped = _MARKDOWN.sub(r"\\\1", single).replace("&", "&amp;")
    return _START.sub(r"\1\\\2", escaped)
