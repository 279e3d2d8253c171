"""7z archives by py7zr: into memory, in portions, never more than the headers said."""

import io
from collections.abc import Iterator
from typing import Any

import py7zr
from py7zr.io import Py7zIO, WriterFactory

from auditor.intake.archives import Budget, Member, clean, refuse_bomb, refuse_large, wanted
from auditor.intake.problems import Unreadable
from auditor.language import _

_PORTION = 64 * 1024 * 1024  # unpacked at once: a solid archive is read again for each portion


def contents(raw: bytes, budget: Budget) -> Iterator[Member]:
    """The files of the archive; see :func:`auditor.intake.archives.contents`."""
    portion: list[Any] = []
    for info in _listed(raw):
        name = clean(info.filename)
        if not wanted(name):
            continue
        try:
            budget.charge(info.uncompressed)
            refuse_large(info.uncompressed)
        except Unreadable as unreadable:
            yield from _unpacked(raw, portion)  # first what came before
            portion = []
            yield name, unreadable
            if budget.spent():
                return
            continue
        portion.append(info)
        if sum(one.uncompressed for one in portion) > _PORTION:
            yield from _unpacked(raw, portion)
            portion = []
    yield from _unpacked(raw, portion)


def _listed(raw: bytes) -> list[Any]:
    try:
        with py7zr.SevenZipFile(io.BytesIO(raw)) as archive:
            locked = archive.password_protected
            infos = [info for info in archive.list() if info.is_file and not info.is_symlink]
    except py7zr.PasswordRequired as error:
        raise Unreadable("encrypted", _("文件有密码：请去掉密码后再提交")) from error
    except Exception as error:  # py7zr lets through what a broken header raises
        raise Unreadable("damaged", _("7z 压缩包损坏或不完整：请重新打包")) from error
    if locked:
        raise Unreadable("encrypted", _("文件有密码：请去掉密码后再提交"))
    refuse_bomb(sum(info.uncompressed for info in infos), len(raw))
    return infos


def _unpacked(raw: bytes, infos: list[Any]) -> Iterator[Member]:
    if not infos:
        return
    sizes = {info.filename: info.uncompressed for info in infos}
    made = _Memory(sizes)
    failed: Unreadable | None = None
    try:
        with py7zr.SevenZipFile(io.BytesIO(raw)) as archive:
            archive.extract(targets=list(sizes), factory=made)
    except Unreadable as unreadable:
        failed = unreadable
    except Exception as error:  # noqa: BLE001 - as above
        code = "too-large" if isinstance(error, MemoryError) else "damaged"
        failed = Unreadable(code, _("7z 压缩包损坏或不完整：请重新打包"))
    for info in infos:
        stream = made.streams.get(info.filename)
        whole = stream is not None and stream.size() == info.uncompressed
        if whole and stream is not None and (failed is None or failed.code == "too-large"):
            yield clean(info.filename), stream.getvalue()
        elif failed is None and info.uncompressed == 0:
            yield clean(info.filename), b""
        else:
            said = failed or Unreadable("damaged", _("7z 压缩包损坏或不完整：请重新打包"))
            yield clean(info.filename), said


class _Stream(Py7zIO):
    """A member in memory; more bytes than its header said end the unpacking."""

    def __init__(self, limit: int) -> None:
        self._bytes, self._limit = io.BytesIO(), limit

    def write(self, s: bytes | bytearray) -> int:
        if self._bytes.tell() + len(s) > self._limit:
            raise Unreadable("too-large", _("压缩包的内容比目录里写的大"))
        return self._bytes.write(s)

    def read(self, size: int | None = None) -> bytes:
        return self._bytes.read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._bytes.seek(offset, whence)

    def flush(self) -> None:
        self._bytes.flush()

    def size(self) -> int:
        return self._bytes.getbuffer().nbytes

    def getvalue(self) -> bytes:
        """All of it."""
        return self._bytes.getvalue()


class _Memory(WriterFactory):
    """Makes the streams that py7zr writes to."""

    def __init__(self, sizes: dict[str, int]) -> None:
        self._sizes = sizes
        self.streams: dict[str, _Stream] = {}

    def create(self, filename: str) -> _Stream:
        self.streams[filename] = _Stream(self._sizes.get(filename, 0))
        return self.streams[filename]
