"""Take an upload from the network to the disk, file by file, within every limit.

Nothing is parsed before it is counted, and no name of the sender chooses a place on the disk.
"""

import asyncio
import os
import re
import time
import unicodedata
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header

from auditor.web import settings as limits

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_MOST_FIELDS, _FIELD_BYTES = 20, 8192
_GRACE = 30.0  # seconds before the average rate is looked at


class Refused(Exception):
    """An upload that is not taken; ``status`` is the answer of HTTP, ``code`` what to tell."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


@dataclass(slots=True)
class Received:
    """What came: fields of the form, how many files and bytes."""

    fields: dict[str, str] = field(default_factory=dict)
    files: int = 0
    bytes: int = 0


def safe_name(given: str) -> Path:
    """A relative path that a sender's name may have on the disk.

    Folders of a dropped folder are kept; drives, ``..``, controls and what Windows forbids are not.
    """
    text = _CONTROLS.sub("", unicodedata.normalize("NFC", given)).replace("\\", "/")
    parts = [_part(part) for part in text.split("/")]
    kept = [part for part in parts if part]
    return Path(*kept[-8:]) if kept else Path("file")


def _part(part: str) -> str:
    bare = _FORBIDDEN.sub("_", part)
    while (shorter := bare.strip().strip(".")) != bare:  # white space of every kind, and dots
        bare = shorter
    if len(bare.encode()) <= limits.NAME_BYTES:
        return bare
    stem, dot, suffix = bare.rpartition(".")
    short = (stem or suffix).encode()[: limits.NAME_BYTES - 20].decode(errors="ignore")
    return f"{short}{dot}{suffix[:16]}" if stem else short


async def receive(
    chunks: AsyncIterator[bytes], content_type: str, folder: Path, most_bytes: int
) -> Received:
    """Writes the files of a multipart body below ``folder``, which must be new and empty.

    Raises:
        Refused: too large, too many, too slow, cut off, or no multipart form.
        OSError: the disk is full or cannot be written.
    """
    kind, options = parse_options_header(content_type)
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not boundary:
        raise Refused(400, "no-form")
    writer = _Writer(folder, most_bytes)
    parser = MultipartParser(boundary, writer.callbacks())
    began = time.monotonic()
    try:
        async for chunk in _in_time(chunks):
            writer.count(len(chunk))
            spent = time.monotonic() - began
            if spent > _GRACE and writer.arrived < limits.LEAST_RATE * spent:
                raise Refused(408, "too-slow")
            parser.write(chunk)
        parser.finalize()
    except MultipartParseError as error:
        raise Refused(400, "no-form") from error
    finally:
        writer.close()
    if not writer.ended:
        raise Refused(400, "cut-off")
    return writer.received


async def _in_time(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    iterator = chunks.__aiter__()
    while True:
        try:
            yield await asyncio.wait_for(anext(iterator), limits.CHUNK_SECONDS)
        except StopAsyncIteration:
            return
        except TimeoutError as error:
            raise Refused(408, "too-slow") from error


class _Writer:
    """Follows the parser: which part is open, and where its bytes go."""

    def __init__(self, folder: Path, most_bytes: int) -> None:
        self._folder, self._most = folder, most_bytes
        self._header, self._value = bytearray(), bytearray()
        self._headers: dict[bytes, bytes] = {}
        self._file: BinaryIO | None = None
        self._name = ""
        self._text = bytearray()
        self.arrived = 0
        self.ended = False
        self.received = Received()

    def callbacks(self) -> "MultipartCallbacks":
        """What the parser calls."""
        return {
            "on_part_begin": self._begin,
            "on_header_field": lambda data, a, b: self._header.extend(data[a:b]),
            "on_header_value": lambda data, a, b: self._value.extend(data[a:b]),
            "on_header_end": self._header_end,
            "on_headers_finished": self._headers_finished,
            "on_part_data": self._data,
            "on_part_end": self._end,
            "on_end": self._whole,
        }

    def count(self, size: int) -> None:
        """Counts what came over the wire.

        Raises:
            Refused: it is more than allowed.
        """
        self.arrived += size
        if self.arrived > self._most:
            raise Refused(413, "too-large")

    def close(self) -> None:
        """Closes a file that was being written."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _begin(self) -> None:
        self._headers, self._name, self._text = {}, "", bytearray()

    def _header_end(self) -> None:
        if len(self._headers) < _MOST_FIELDS:
            self._headers[bytes(self._header).lower()] = bytes(self._value)
        self._header.clear()
        self._value.clear()

    def _headers_finished(self) -> None:
        _kind, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        self._name = options.get(b"name", b"").decode("utf-8", "replace")
        given = options.get(b"filename")
        if given is None:
            if len(self.received.fields) >= _MOST_FIELDS:
                raise Refused(400, "no-form")
            return
        if not given:
            return  # a file field that was left empty
        if self.received.files >= limits.UPLOAD_FILES:
            raise Refused(413, "too-many")
        place = self._free(safe_name(given.decode("utf-8", "replace")))
        place.parent.mkdir(parents=True, exist_ok=True)
        self._file = place.open("xb")
        self.received.files += 1

    def _free(self, name: Path) -> Path:
        """A place of that name that no file and no folder has taken."""
        place, number = self._folder / name, 1
        while place.exists() or any(parent.is_file() for parent in place.parents):
            number += 1
            place = self._folder / f"{number}" / name
        return place

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._file is not None:
            self._file.write(data[start:end])
            self.received.bytes += end - start
        elif len(self._text) < _FIELD_BYTES:
            self._text.extend(data[start:end])

    def _end(self) -> None:
        if self._file is not None:
            self._file.flush()
            os.fsync(self._file.fileno())
            self.close()
        elif self._name:
            self.received.fields[self._name] = self._text.decode("utf-8", "replace")

    def _whole(self) -> None:
        self.ended = True
