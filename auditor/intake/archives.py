"""What lies inside an archive, within limits: names as Chinese tools write them, nesting, bombs.

Nothing is unpacked to disk, so a path inside an archive can lead nowhere. Zip is read here; 7z and
rar by their own modules, which need the extra ``auditor[archives]``.
"""

import importlib
import importlib.util
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from auditor.intake.limits import MAX_FILES, MAX_MEMBER, MAX_RATIO, MAX_TOTAL
from auditor.intake.office_package import member, open_zip
from auditor.intake.problems import Unreadable
from auditor.language import _

MARKS = (b"PK", b"7z\xbc\xaf\x27\x1c", b"Rar!")  # how the files that are opened begin
KINDS = frozenset({"zip", "7z", "rar"})
_MODULES = {"7z": ("sevenzip", "py7zr"), "rar": ("rar", "rarfile")}
_SMALL = 4096  # bytes; a smaller archive may well hold much of the same letter
_UTF8_FLAG = 0x800
_SKIPPED = ("__MACOSX/", ".", "~$", "Thumbs.db", "desktop.ini")


@dataclass(slots=True)
class Budget:
    """What may still be unpacked of one archive, nested ones included."""

    files: int = MAX_FILES
    size: int = MAX_TOTAL

    def charge(self, size: int) -> None:
        """One more file of ``size`` bytes, before it is unpacked.

        Raises:
            Unreadable: ``too-large`` when the limits are reached.
        """
        self.files -= 1
        self.size -= size
        if self.files < 0:
            raise Unreadable("too-large", _("压缩包里的文件超过 {n} 个").format(n=MAX_FILES))
        if self.size < 0:
            raise Unreadable("too-large", _("压缩包解压后超过 1 GiB"))

    def spent(self) -> bool:
        """Whether nothing more may be unpacked."""
        return self.files < 0 or self.size < 0


Member = tuple[str, "bytes | Unreadable"]


def contents(raw: bytes, kind: str, budget: Budget) -> Iterator[Member]:
    """The files of an archive with their names as they were meant; an unreadable one as its error.

    Raises:
        Unreadable: ``damaged`` or ``encrypted`` as a whole, ``needs-extra`` without its library.
    """
    if kind == "zip":
        yield from _zip_contents(raw, budget)
        return
    module, library = _MODULES[kind]
    if importlib.util.find_spec(library) is None:
        said = _("压缩格式 {kind} 要装 auditor[archives] 才能读：请安装，或改存为 .zip 提交")
        raise Unreadable("needs-extra", said.format(kind=kind))
    reader: Any = importlib.import_module(f"auditor.intake.{module}")
    yield from reader.contents(raw, budget)


def _zip_contents(raw: bytes, budget: Budget) -> Iterator[Member]:
    with open_zip(raw) as archive:
        for info in archive.infolist():
            name = clean(real_name(info))
            if info.is_dir() or not wanted(name):
                continue
            try:
                budget.charge(info.file_size)
                content: bytes | Unreadable = member(archive, info.filename)
            except Unreadable as unreadable:
                content = unreadable
            yield name, content


def wanted(name: str) -> bool:
    """Whether a member is a file that somebody handed in, not what a system leaves behind."""
    base = name.rsplit("/", 1)[-1]
    return bool(base) and not base.startswith(_SKIPPED) and not name.startswith(_SKIPPED)


def refuse_bomb(size: int, packed: int) -> None:
    """Refuses what would unpack to far more than it is.

    Raises:
        Unreadable: ``too-large``.
    """
    if size > MAX_RATIO * max(packed, _SMALL):
        raise Unreadable("too-large", _("内容解压后过大（{size} 字节）").format(size=size))


def refuse_large(size: int) -> None:
    """Refuses a single member that is larger than any form.

    Raises:
        Unreadable: ``too-large``.
    """
    if size > MAX_MEMBER:
        raise Unreadable("too-large", _("内容解压后过大（{size} 字节）").format(size=size))


def real_name(info: zipfile.ZipInfo) -> str:
    """A name without the UTF-8 flag is in the maker's code page: UTF-8 if it fits, else GBK."""
    if info.flag_bits & _UTF8_FLAG:
        return info.filename
    try:
        original = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return original.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename


def clean(name: str) -> str:
    """A member's name without drive letters, leading slashes and steps upwards."""
    pieces = name.replace("\\", "/").split("/")
    return "/".join(p for p in pieces if p not in ("", ".", "..") and not p.endswith(":"))
