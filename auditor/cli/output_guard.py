"""Refuse, before any work, to write over a file that the command reads."""

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import click

from auditor.cli.config_file import READ
from auditor.intake import own_outputs
from auditor.intake.files import regular_files
from auditor.language import _

_HEAD_AND_TAIL = 1 << 20  # bytes of a file that are looked at to tell one of our own
_FOLDER = "--mark"
_Identity = tuple[int, int]


def refuse_overwriting(
    outputs: Mapping[str, Path | None], inputs: Iterable[str | Path | None], pages: str = ""
) -> None:
    """Refuses an output that is an input, by whatever name, or two outputs that are one file.

    ``outputs`` are paths by the option that names them; ``pages`` is the suffix of the files that
    an output folder gets, if only such are written into it. A file that the command would not read
    because this tool has written it may be written again.

    Raises:
        click.BadParameter: names the option and the file.
    """
    given = {option: path for option, path in outputs.items() if path is not None}
    _refuse_twins(given)
    there = {option: path for option, path in given.items() if path.exists()}
    if not there:
        return
    config = click.get_current_context().meta.get(READ)
    read = [path for path in (*inputs, config) if path is not None]
    files = [file for path in read for file in _read_files(str(path))]
    for option, path in there.items():
        for file in files:
            if _would_touch(path, file, pages):
                said = _("{path} 会覆盖要读的 {file}：请给另一个名字")
                raise click.BadParameter(said.format(path=path, file=file), param_hint=option)


def _refuse_twins(given: Mapping[str, Path]) -> None:
    seen: dict[str, str] = {}
    for option, path in given.items():
        if option == _FOLDER:
            continue  # reports may go into the same folder as the copies
        place = os.path.normcase(path.resolve())
        if place in seen:
            said = _("与 {other} 是同一个文件：{path}").format(other=seen[place], path=path)
            raise click.BadParameter(said, param_hint=option)
        seen[place] = option


def _read_files(given: str) -> Iterator[Path]:
    """The files that are read for an input: those of ours in a folder are passed over."""
    whole_folder = Path(given).is_dir()
    for file in regular_files(given):
        if not (whole_folder and _is_ours(file)):
            yield file


def _is_ours(file: Path) -> bool:
    try:
        return file.stat().st_size <= _HEAD_AND_TAIL * 64 and own_outputs.is_own(file.read_bytes())
    except OSError:
        return False


def _would_touch(output: Path, file: Path, pages: str) -> bool:
    """Whether writing to an output, a file or a folder, may change an input."""
    target = _identity(output)
    if not output.is_dir():
        return target == _identity(file)
    if pages:
        return file.suffix.lower() == pages and target == _identity(file.resolve().parent)
    return any(target == _identity(parent) for parent in file.resolve().parents)


def _identity(path: Path) -> _Identity | None:
    """What a file is known by, whatever it is called: links and letter case do not hide it."""
    try:
        told = path.stat()
    except OSError:
        return None
    return told.st_dev, told.st_ino
