"""What lies inside an archive, within limits: names as Chinese tools write them, nesting, bombs.

Nothing is unpacked to disk, so a path inside an archive can lead nowhere.
"""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from auditor.intake.archive import member, open_zip
from auditor.intake.problems import Unreadable
from auditor.language import _

MAX_DEPTH = 3
MAX_FILES = 2000
MAX_TOTAL = 1024 * 1024 * 1024
_UTF8_FLAG = 0x800
_SKIPPED = ("__MACOSX/", ".", "~$", "Thumbs.db", "desktop.ini")


@dataclass(slots=True)
class Budget:
    """What may still be unpacked of one archive, nested ones included."""

    files: int = MAX_FILES
    size: int = MAX_TOTAL


def members(raw: bytes) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    """The files of a zip archive with their names as they were meant, in the archive's order.

    Raises:
        Unreadable: ``damaged`` when the archive is cut off.
    """
    with open_zip(raw) as archive:
        for info in archive.infolist():
            name = clean(real_name(info))
            base = name.rsplit("/", 1)[-1]
            if (
                not info.is_dir()
                and base
                and not base.startswith(_SKIPPED)
                and (not name.startswith(_SKIPPED))
            ):
                yield name, info


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


def content(raw: bytes, info: zipfile.ZipInfo, budget: Budget) -> bytes:
    """The bytes of a member, charged to the budget before they are unpacked.

    Raises:
        Unreadable: ``too-large``, ``encrypted`` or ``damaged``.
    """
    budget.files -= 1
    budget.size -= info.file_size
    if budget.files < 0:
        raise Unreadable("too-large", _("压缩包里的文件超过 {n} 个").format(n=MAX_FILES))
    if budget.size < 0:
        raise Unreadable("too-large", _("压缩包解压后超过 1 GiB"))
    with zipfile.ZipFile(BytesIO(raw)) as archive:
        return member(archive, info.filename)
