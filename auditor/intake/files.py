"""From the paths a user gives to documents: folders walked, archives opened."""

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from auditor.intake import archives, kinds
from auditor.intake.document import Document
from auditor.intake.problems import Unreadable
from auditor.language import _

STANDARD_INPUT = "-"
MAX_BYTES = 512 * 1024 * 1024
INSIDE = "!/"  # between an archive and what lies in it: 包.zip!/表.docx
_HEAD = 8

WAIVERS, BASELINE = "auditor-waivers.yaml", "auditor-baseline.json"  # ours, beside a submission

# What an office leaves beside the real files, and what we do.
_PROGRAM = ".py"  # lies beside data in a pipeline, and is no submission
_SKIPPED_NAMES = ("~$", ".", "Thumbs.db", "desktop.ini", WAIVERS, BASELINE)


@dataclass(frozen=True, slots=True)
class Found:
    """A file to read: the path as the user would name it, and where its bytes are.

    ``content`` holds the bytes of what lies in an archive or came from standard input.
    """

    name: str
    path: Path | None
    content: bytes | None = None

    def head(self) -> bytes:
        """Its first bytes; none when it cannot be opened."""
        if self.content is not None:
            return self.content[:_HEAD]
        try:
            with open(self.path or os.devnull, "rb") as file:  # noqa: PTH123 - path may be absent
                return file.read(_HEAD)
        except OSError:
            return b""

    def contents(self) -> bytes | None:
        """Its bytes; None when it cannot be read, which its reader will tell."""
        if self.content is not None:
            return self.content
        try:
            return self.path.read_bytes() if self.path is not None else None
        except OSError:
            return None


Entry = Found | tuple[str, Unreadable]


def find(paths: tuple[str, ...]) -> Iterator[Entry]:
    """Every file below the given paths in a stable order; what cannot be found yields its error.

    Archives are looked into, also archives in archives.
    """
    for given in paths:
        if given == STANDARD_INPUT:
            yield from _opened(Found(given, None, sys.stdin.buffer.read()))
            continue
        path = Path(given)
        if path.is_dir():
            yield from _folder(path)
        elif path.exists():
            yield from _opened(Found(given, path))
        else:
            yield given, Unreadable("missing", _("没有这个文件或文件夹：请检查路径"))


def _folder(root: Path) -> Iterator[Entry]:
    refused: list[tuple[str, Unreadable]] = []
    empty = True

    def no_entry(error: OSError) -> None:
        refused.append((str(error.filename), _no_permission()))

    for folder, folders, names in os.walk(root, onerror=no_entry):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__MACOSX")))
        for name in sorted(names):
            if not name.startswith(_SKIPPED_NAMES) and not name.endswith(_PROGRAM):
                path = Path(folder) / name
                empty = False
                yield from _opened(Found(str(path), path))
    yield from refused
    if empty and not refused:
        yield str(root), Unreadable("no-form", _("文件夹里没有文件：请确认路径"))


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
    if kinds.kind(raw) in archives.KINDS:
        yield from _inside(found.name, raw, archives.Budget(), 1)
    else:
        yield found


def _inside(name: str, raw: bytes, budget: archives.Budget, depth: int) -> Iterator[Entry]:
    if depth > archives.MAX_DEPTH:
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
            elif content.startswith(archives.MARKS) and kinds.kind(content) in archives.KINDS:
                yield from _inside(full, content, budget, depth + 1)
            else:
                yield Found(full, None, content)
    except Unreadable as unreadable:
        yield name, unreadable
        return
    if empty:
        yield name, Unreadable("no-form", _("压缩包里没有文件"))


def read(found: Found) -> Document:
    """The document in a file.

    Raises:
        Unreadable: with the problem code of contracts.md and what to do about it.
    """
    raw = _bytes(found)
    if not raw.strip():
        raise Unreadable("empty", _("文件是空的：请重新导出"))
    return Document(found.name, kinds.parts(raw, found.name))


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
    if found.path is None:
        return found.content or b""
    try:
        if found.path.stat().st_size > MAX_BYTES:
            raise Unreadable("too-large", _("文件超过 512 MiB：请拆分后提交"))
        return found.path.read_bytes()
    except PermissionError as error:
        raise _no_permission() from error
    except OSError as error:
        raise Unreadable("damaged", _("读不出：{why}").format(why=error.strerror)) from error


def _no_permission() -> Unreadable:
    return Unreadable("no-permission", _("没有读取权限：请检查文件权限"))
