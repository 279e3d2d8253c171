"""What kind of file bytes are, by content alone, and which reader takes that kind."""

import importlib
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from auditor.intake import own_outputs, records, text
from auditor.intake.document import Part
from auditor.intake.office_package import TYPES
from auditor.intake.problems import BROKEN_ZIP, Unreadable
from auditor.language import _

Reader = Callable[[bytes], tuple[Part, ...]]

# Magic numbers before anything looser: a 7z archive may well hold the letters %PDF-.
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!", "rar"),
    (b"\x1f\x8b", "gzip"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF8", "gif"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"PAR1", "parquet"),
    (b"{\\rtf", "rtf"),
    (b"%PDF-", "pdf"),
)
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_ZIP_MEMBERS: tuple[tuple[str, str], ...] = (
    ("word/document.xml", "docx"),
    ("xl/workbook.xml", "xlsx"),
    ("xl/workbook.bin", "xlsb"),
    ("ppt/presentation.xml", "pptx"),
)
_OLE_STREAMS: tuple[tuple[str, str], ...] = (
    ("EncryptedPackage", "encrypted"),
    ("WordDocument", "doc"),
    ("Workbook", "xls"),
    ("Book", "xls"),
    ("CONTENTS", "works"),
)
_READERS: dict[str, str] = {
    "docx": "word",
    "xlsx": "excel",
    "xls": "xls",
    "odf": "odf",
    "doc": "legacy",
    "rtf": "legacy",
    "pdf": "pdf",
    "parquet": "parquet",
    "jpeg": "scan",
    "png": "scan",
    "tiff": "scan",
}
PICTURES = frozenset({"jpeg", "png", "tiff", "gif"})
# Kinds whose parser is someone else's native code or may take long: read in a worker process.
RISKY = frozenset({"doc", "rtf", "pdf", "xls", "ole", *PICTURES})
_BINARY_SAMPLE = 4096


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at a file's bytes tells: its kind, how many bytes it is unpacked, whose it is.

    ``own`` is whether this tool wrote it.
    """

    kind: str
    weight: int
    own: bool = False


def kind(raw: bytes) -> str:
    """The kind of a file: docx, xlsx, zip, pdf, html, text, … or ``binary``."""
    return look(raw).kind if raw.startswith(_ZIP) else _kind(raw)


def look(raw: bytes) -> Look:
    """The kind of a file and its weight; that of a zip is what lies in it, unpacked."""
    if raw.startswith(_ZIP):
        return _look_into_zip(raw)
    return Look(_kind(raw), len(raw), own_outputs.is_own(raw))


def _kind(raw: bytes) -> str:
    found = next((name for mark, name in _MAGIC if raw.startswith(mark)), None)
    if found == "ole":
        return _ole_kind(raw)
    if found is not None:
        return found
    if b"%PDF-" in raw[:1024]:
        return "pdf"
    sample = raw[:_BINARY_SAMPLE]
    if not raw.startswith((b"\xff\xfe", b"\xfe\xff")) and b"\x00" in sample:
        return "binary"
    return "text"


def _look_into_zip(raw: bytes) -> Look:
    try:
        with zipfile.ZipFile(BytesIO(raw)) as archive:
            members = archive.infolist()
            own = own_outputs.is_own_package(archive)
    except BROKEN_ZIP:
        return Look("broken-zip", 0)  # its reader will tell
    weight = sum(member.file_size for member in members)
    return Look(_zip_kind({member.filename.lower() for member in members}), weight, own)


def _zip_kind(names: set[str]) -> str:
    found = next((name for member, name in _ZIP_MEMBERS if member in names), None)
    if found is not None:
        return found
    if "content.xml" in names and "mimetype" in names:
        return "odf"
    return "office" if TYPES.lower() in names else "zip"


def _ole_kind(raw: bytes) -> str:
    import olefile

    try:
        with olefile.OleFileIO(raw) as ole:
            return next((name for stream, name in _OLE_STREAMS if ole.exists(stream)), "ole")
    except Exception:  # noqa: BLE001 - olefile lets through what a broken header raises
        return "broken-ole"


def parts(raw: bytes, name: str, found: str) -> tuple[Part, ...]:
    """The parts of a file, by the reader of its kind, ``found`` by :func:`kind`.

    Raises:
        Unreadable: no reader takes it, or its reader refuses it.
    """
    if found == "text":
        return _text_parts(raw, Path(name).suffix.lower())
    module = _READERS.get(found)
    if module is None:
        raise _refused(found, name)
    reader: Any = importlib.import_module(f"auditor.intake.{module}")
    read: Reader = reader.read
    return read(raw)


def _text_parts(raw: bytes, suffix: str) -> tuple[Part, ...]:
    decoded = text.decode(raw)
    if (found := records.read_json(decoded)) is not None:
        return (found,)
    from auditor.intake import web

    if web.is_mht(raw) or web.is_html(decoded):
        return web.read(raw)
    separator = records.separator(decoded, suffix)
    if separator and (table := records.read_csv(decoded, separator)) is not None:
        return (table,)
    return text.read(raw)


def _refused(found: str, name: str) -> Unreadable:
    """Why nothing reads a kind, and what to do."""
    if found == "encrypted":
        return Unreadable("encrypted", _("文件有密码：请去掉密码后再提交"))
    if found in ("broken-zip", "broken-ole"):
        return Unreadable("damaged", _("文件损坏或不完整：请重新导出或重新上传"))
    if found == "office":
        return Unreadable("damaged", _("办公文档内容不完整：请用原软件打开后另存再提交"))
    if found == "works":
        return Unreadable("unknown-type", _("Microsoft Works 的 .wps：请另存为 .docx 后提交"))
    if found == "gzip":
        return Unreadable(
            "unknown-type",
            _("压缩格式 {kind} 不解压：请解压后或改存为 .zip 提交").format(kind=found),
        )
    if found == "binary":
        return Unreadable("unknown-type", _("不认识的二进制文件：请提交 Word、Excel、PDF 或网页"))
    return Unreadable(
        "unknown-type",
        _("内容是 {kind}，不是 {suffix}：请提交 Word、Excel、PDF 或网页").format(
            kind=found, suffix=Path(name).suffix or _("可读的文件")
        ),
    )
