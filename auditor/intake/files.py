"""From the paths a user gives to documents: folders walked, archives opened."""

import os
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from auditor.intake import archives, kinds, own_outputs
from auditor.intake.document import Document
from auditor.intake.limits import MAX_BYTES, MAX_DEPTH
from auditor.intake.problems import PassedOver, Unreadable
from auditor.language import _

STANDARD_INPUT = "-"
INSIDE = "!/"  # between an archive and what lies in it: 包.zip!/表.docx
_HEAD = 8

# Ours, beside a submission.
WAIVERS, BASELINE, CONFIG = "auditor-waivers.yaml", "auditor-baseline.json", "auditor.toml"

# What an office leaves beside the real files, and what we do.
_PROGRAM = ".py"  # lies beside data in a pipeline, and is no submission
_SKIPPED_NAMES = ("~$", ".", "Thumbs.db", "desktop.ini", WAIVERS, BASELINE, CONFIG)


@dataclass(frozen=True, slots=True)
class Found:
    """A file to read: the path as the user would name it, and where its bytes are.

    ``content`` holds the bytes of what lies in an archive or came from standard input; ``asked`` is
    whether the user named this very file; ``seen`` is what a first look at a possible archive told.
    """

    name: str
    path: Path | None
    content: bytes | None = None
    asked: bool = False
    seen: kinds.Look | None = None

    def head(self) -> bytes:
        """Its first bytes; none when it cannot be opened."""
        if self.content is not None:
            return self.content[:_HEAD]
        try:
            with open(self.path or os.devnull, "rb") as file:  # noqa: PTH123 - path may be absent
                return file.read(_HEAD)
        except OSError:
            return b""

    def weight(self) -> int:
        """The number of bytes to read; for a zip, its unpacked size."""
        if self.seen is not None:
            return self.seen.weight
        try:
            return self.path.stat().st_size if self.path is not None else len(self.content or b"")
        except OSError:
            return 0  # its reader will tell

    def contents(self) -> bytes | None:
        """Its bytes; None when it cannot be read, which its reader will tell."""
        try:
            return _bytes(self)
        except Unreadable:
            return None


Entry = Found | tuple[str, Unreadable | PassedOver]


def find(paths: tuple[str, ...]) -> Iterator[Entry]:
    """Every file below the given paths in a stable order; what cannot be found yields its error.

    Archives are looked into, also archives in archives.
    """
    for given in paths:
        if given == STANDARD_INPUT:
            yield from _opened(Found(given, None, sys.stdin.buffer.read(MAX_BYTES + 1), asked=True))
            continue
        path = Path(given)
        if path.is_dir():
            yield from _folder(path)
        elif _is_regular(path):
            yield from _opened(Found(given, path, asked=True))
        elif path.exists():
            yield given, Unreadable("unknown-type", _("不是普通文件（管道、设备等）：没有打开"))
        else:
            yield given, Unreadable("missing", _("没有这个文件或文件夹：请检查路径"))


def _folder(root: Path) -> Iterator[Entry]:
    empty = True
    for entry in _below(root):
        empty = False
        if isinstance(entry, Path):
            yield from _opened(Found(str(entry), entry))
        else:
            yield entry
    if empty:
        yield str(root), Unreadable("no-form", _("文件夹里没有文件：请确认路径"))


def regular_files(given: str) -> Iterator[Path]:
    """The files that are opened for a path that the user gave; an archive is one file."""
    path = Path(given)
    if path.is_dir():
        yield from (entry for entry in _below(path) if isinstance(entry, Path))
    elif given != STANDARD_INPUT and _is_regular(path):
        yield path


def _below(root: Path) -> Iterator[Path | tuple[str, Unreadable | PassedOver]]:
    """Every file of a folder in a stable order; what is not opened yields why."""
    refused: list[tuple[str, Unreadable]] = []

    def no_entry(error: OSError) -> None:
        refused.append((str(error.filename), _no_permission()))

    for folder, folders, names in os.walk(root, onerror=no_entry):
        here = Path(folder)
        if here != root and own_outputs.MARKED_COPIES in names:
            folders.clear()
            yield folder, PassedOver(_("是带批注的副本，不重复审核"))
            continue
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__MACOSX")))
        for name in folders:
            if (here / name).is_symlink():
                yield str(here / name), PassedOver(_("是指向别处文件夹的链接，没有跟进去"))
        for name in sorted(names):
            if not name.startswith(_SKIPPED_NAMES) and not name.endswith(_PROGRAM):
                path = here / name
                yield path if _is_regular(path) else (str(path), _not_regular(path))
    yield from refused


def _is_regular(path: Path) -> bool:
    """Whether opening a path gives a file's bytes and cannot wait for anybody."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return False


def _not_regular(path: Path) -> Unreadable | PassedOver:
    if path.exists():
        return PassedOver(_("不是普通文件（管道、设备等），没有打开"))
    return Unreadable("missing", _("是一个链接，指向的文件不在了"))


def _opened(found: Found) -> Iterator[Entry]:
    """A file as it is, or what lies in it when it is an archive."""
    if not found.head().startswith(archives.MARKS):
        yield found
        return
    try:
        raw = _bytes(found)
    except Unreadable as unreadable:
        yield found.name, unreadable
        return
    seen = kinds.look(raw)
    if seen.kind in archives.KINDS:
        yield from _inside(found.name, raw, archives.Budget(), 1)
    else:
        yield replace(found, seen=seen)


def _inside(name: str, raw: bytes, budget: archives.Budget, depth: int) -> Iterator[Entry]:
    if depth > MAX_DEPTH:
        yield name, Unreadable("too-deep", _("压缩包套了三层以上：请解压后提交"))
        return
    empty = True
    try:
        for inner, content in archives.contents(raw, kinds.kind(raw), budget):
            empty = False
            full = f"{name}{INSIDE}{inner}"
            if isinstance(content, Unreadable):
                yield full, content
                if budget.spent():
                    return
            elif not content.startswith(archives.MARKS):
                yield Found(full, None, content)
            elif (seen := kinds.look(content)).kind in archives.KINDS:
                yield from _inside(full, content, budget, depth + 1)
            else:
                yield Found(full, None, content, seen=seen)
    except Unreadable as unreadable:
        yield name, unreadable
        return
    if empty:
        yield name, Unreadable("no-form", _("压缩包里没有文件"))


def read(found: Found) -> Document:
    """The document in a file.

    Raises:
        Unreadable: with the problem code of contracts.md and what to do about it.
        PassedOver: it is one of this tool's own, and nobody named it.
    """
    raw = _bytes(found)
    if not raw.strip():
        raise Unreadable("empty", _("文件是空的：请重新导出"))
    seen = found.seen or kinds.look(raw)
    if not found.asked and seen.own:
        raise PassedOver(_("是本工具写的文件，不是自评表"))
    return Document(found.name, kinds.parts(raw, found.name, seen.kind))


def contents_of(name: str) -> bytes:
    """The bytes of a file by the name its evaluations carry, also inside archives.

    Raises:
        Unreadable: it is not there any more, or cannot be read.
    """
    outer = name.split(INSIDE, maxsplit=1)[0]
    for entry in find((outer,)):
        if isinstance(entry, Found) and entry.name == name:
            return _bytes(entry)
        if not isinstance(entry, Found) and entry[0] in (name, outer):
            raise entry[1]
    raise Unreadable("missing", _("没有这个文件或文件夹：请检查路径"))


def _bytes(found: Found) -> bytes:
    too_large = Unreadable("too-large", _("文件超过 512 MiB：请拆分后提交"))
    if found.path is None:
        if len(found.content or b"") > MAX_BYTES:
            raise too_large
        return found.content or b""
    try:
        if found.path.stat().st_size > MAX_BYTES:
            raise too_large
        return found.path.read_bytes()
    except PermissionError as error:
        raise _no_permission() from error
    except OSError as error:
        raise Unreadable("damaged", _("读不出：{why}").format(why=error.strerror)) from error


def _no_permission() -> Unreadable:
    return Unreadable("no-permission", _("没有读取权限：请检查文件权限"))
