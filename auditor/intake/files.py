"""From the paths a user gives to documents: folders walked, types told by content, one at a time.

Content decides the type, never the name: a picture renamed to ``.docx`` is a picture.
"""

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from auditor.intake import excel, records, text, word
from auditor.intake.archive import open_zip
from auditor.intake.document import Document, Part
from auditor.intake.problems import Unreadable
from auditor.language import _

STANDARD_INPUT = "-"
MAX_BYTES = 512 * 1024 * 1024

# What an office leaves beside the real files.
_SKIPPED_NAMES = ("~$", ".", "Thumbs.db", "desktop.ini")

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF8", "GIF"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"BM", "BMP"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!", "RAR"),
    (b"\x1f\x8b", "gzip"),
    (b"%PDF-", "PDF"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "OLE"),
    (b"PAR1", "Parquet"),
)


@dataclass(frozen=True, slots=True)
class Found:
    """A file to read: the path as the user would name it, and where its bytes are."""

    name: str
    path: Path | None


def find(paths: tuple[str, ...]) -> Iterator[Found | tuple[str, Unreadable]]:
    """Every file below the given paths in a stable order; a missing path yields its error."""
    for given in paths:
        if given == STANDARD_INPUT:
            yield Found(given, None)
            continue
        path = Path(given)
        if path.is_dir():
            yield from _folder(path)
        elif path.exists():
            yield Found(given, path)
        else:
            yield given, Unreadable("missing", _("没有这个文件或文件夹：请检查路径"))


def _folder(root: Path) -> Iterator[Found | tuple[str, Unreadable]]:
    refused: list[tuple[str, Unreadable]] = []
    empty = True

    def no_entry(error: OSError) -> None:
        refused.append((str(error.filename), _no_permission()))

    for folder, folders, names in os.walk(root, onerror=no_entry):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__MACOSX")))
        for name in sorted(names):
            if not name.startswith(_SKIPPED_NAMES):
                path = Path(folder) / name
                empty = False
                yield Found(str(path), path)
    yield from refused
    if empty and not refused:
        yield str(root), Unreadable("no-form", _("文件夹里没有文件：请确认路径"))


def read(found: Found) -> Document:
    """The document in a file.

    Raises:
        Unreadable: with the problem code of contracts.md and what to do about it.
    """
    raw = _bytes(found)
    if not raw.strip():
        raise Unreadable("empty", _("文件是空的：请重新导出"))
    return Document(found.name, _parts(raw, found.name))


def _bytes(found: Found) -> bytes:
    if found.path is None:
        return sys.stdin.buffer.read()
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


def _parts(raw: bytes, name: str) -> tuple[Part, ...]:
    if raw.startswith(b"PK"):
        return _office(raw)
    magic = next((kind for mark, kind in _MAGIC if raw.startswith(mark)), None)
    if magic is None and b"%PDF-" in raw[:1024]:
        magic = "PDF"
    if magic is not None or b"\x00" in raw[:4096].replace(b"\xff\xfe", b"")[:64:2]:
        raise Unreadable("unknown-type", _unreadable_kind(magic, name))
    return _plain(text.decode(raw), raw, Path(name).suffix.lower())


def _plain(decoded: str, raw: bytes, suffix: str) -> tuple[Part, ...]:
    if (found := records.read_json(decoded)) is not None:
        return (found,)
    separator = {".csv": ",", ".tsv": "\t"}.get(suffix)
    if separator and (sheet := records.read_csv(decoded, separator)) is not None:
        return (sheet,)
    return text.read(raw)


def _office(raw: bytes) -> tuple[Part, ...]:
    with open_zip(raw) as archive:
        names = set(archive.namelist())
    readers: tuple[tuple[str, Callable[[bytes], tuple[Part, ...]]], ...] = (
        ("word/document.xml", word.read),
        ("xl/workbook.xml", excel.read),
    )
    for member, reader in readers:
        if member in names:
            return reader(raw)
    if "[Content_Types].xml" in names:
        raise Unreadable("damaged", _("办公文档内容不完整：请用原软件打开后另存再提交"))
    raise Unreadable("unknown-type", _("压缩包暂不能读取：请解压后提交其中的文件"))


def _unreadable_kind(kind: str | None, name: str) -> str:
    suffix = Path(name).suffix
    if kind == "OLE":
        return _("旧版 .doc/.xls/.wps/.et 或加密文件：请另存为 .docx 或 .xlsx 后提交")
    if kind is None:
        return _("不认识的二进制文件：请提交 .docx、.xlsx、文本或 JSON")
    return _("内容是 {kind}，不是 {suffix}：请提交 .docx、.xlsx、文本或 JSON").format(
        kind=kind, suffix=suffix or _("可读的文件")
    )
