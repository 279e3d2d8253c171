"""Open zip-based office files: members within limits, XML without entities or network."""

import zipfile
from io import BytesIO

from lxml import etree

from auditor.intake.limits import MAX_MEMBER, MAX_RATIO, MAX_TAGS
from auditor.intake.problems import BROKEN_ZIP, Unreadable
from auditor.language import _

TYPES = "[Content_Types].xml"
_DIGITS = 8


def open_zip(raw: bytes) -> zipfile.ZipFile:
    """The archive in ``raw``.

    Raises:
        Unreadable: ``damaged`` when it is cut off or not a zip file.
    """
    try:
        return zipfile.ZipFile(BytesIO(raw))
    except BROKEN_ZIP as error:
        raise Unreadable(
            "damaged", _("文件损坏或不完整（zip 目录读不出）：请重新导出或重新上传")
        ) from error


def member(archive: zipfile.ZipFile, name: str) -> bytes:
    """One member, refused when it would unpack beyond the limits.

    Raises:
        Unreadable: ``damaged`` (absent or broken), ``encrypted``, ``too-large``.
    """
    try:
        info = archive.getinfo(_in_any_case(archive, name))
        if info.flag_bits & 1:
            raise Unreadable("encrypted", _("文件有密码：请去掉密码后再提交"))
        if info.file_size > MAX_MEMBER or info.file_size > MAX_RATIO * max(
            info.compress_size, 4096
        ):
            raise Unreadable(
                "too-large", _("内容解压后过大（{size} 字节）").format(size=info.file_size)
            )
        return archive.read(info)
    except KeyError as error:
        raise Unreadable("damaged", _("文件缺少 {name}，内容不完整").format(name=name)) from error
    except BROKEN_ZIP as error:
        raise Unreadable("damaged", _("文件中的 {name} 无法读取").format(name=name)) from error
    except RuntimeError as error:  # what zipfile raises for a member that wants a password
        raise Unreadable("encrypted", _("文件有密码：请去掉密码后再提交")) from error


def _in_any_case(archive: zipfile.ZipFile, name: str) -> str:
    """A member's name as the archive spells it."""
    if name in archive.NameToInfo:
        return name
    return next((known for known in archive.namelist() if known.lower() == name.lower()), name)


def refuse_many_tags(raw: bytes) -> None:
    """Refuses XML with more tags than any form has: a parser would be busy for minutes.

    Raises:
        Unreadable: ``too-large``.
    """
    if raw.count(b"<") > MAX_TAGS:
        raise Unreadable("too-large", _("内容过多（标签超过 {n} 个）：请拆分").format(n=MAX_TAGS))


def small_number(text: str | None, otherwise: int) -> int:
    """A count from an attribute; ``otherwise`` for what is none, or larger than anyone needs."""
    value = (text or "").strip()
    return int(value) if value.isascii() and value.isdigit() and len(value) < _DIGITS else otherwise


def parse_xml(raw: bytes, name: str) -> etree._Element:
    """The root of an XML part; entities stay unexpanded and nothing is fetched.

    Raises:
        Unreadable: ``damaged`` when it is not well-formed, ``too-large`` past the limit of tags.
    """
    refuse_many_tags(raw)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        return etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable(
            "damaged", _("文件中的 {name} 不是完好的 XML").format(name=name)
        ) from error
