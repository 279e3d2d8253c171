"""An office package (``.docx``, ``.xlsx``) with a few parts replaced and added, all others kept.

Members keep their names, order, dates and contents; a signed package is refused, because a mark
would make its signature void.
"""

import posixpath
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import cast

from lxml import etree

from auditor.intake.office_package import member, open_zip, parse_xml
from auditor.language import _
from auditor.reporting.markup.notes import NotMarked

_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_TYPES_PART = "[Content_Types].xml"
_MOMENT = (2000, 1, 1, 0, 0, 0)


class Package:
    """The parts of one package by name."""

    def __init__(self, raw: bytes) -> None:
        self._archive = open_zip(raw)
        self._new: dict[str, bytes] = {}
        names = self._archive.namelist()
        if any(name.startswith("_xmlsignatures/") for name in names):
            raise NotMarked(_("文件有数字签名，写入批注会使签名失效"))
        self._old = names

    def __contains__(self, name: str) -> bool:
        return name in self._new or name in self._old

    def names(self) -> Iterator[str]:
        """All parts, the added ones last."""
        yield from self._old
        yield from (name for name in self._new if name not in self._old)

    def read(self, name: str) -> bytes:
        """One part as it is now."""
        return self._new[name] if name in self._new else member(self._archive, name)

    def xml(self, name: str) -> etree._Element:
        """One part, parsed."""
        return parse_xml(self.read(name), name)

    def replace(self, name: str, content: bytes | etree._Element) -> None:
        """A part with new content."""
        if not isinstance(content, bytes):
            content = etree.tostring(
                content, xml_declaration=True, encoding="UTF-8", standalone=True
            )
        self._new[name] = content

    def add(self, name: str, content: bytes | etree._Element, content_type: str) -> None:
        """A part that was not there, with its content type."""
        self.replace(name, content)
        types = self.xml(_TYPES_PART)
        override = etree.SubElement(types, f"{{{_TYPES}}}Override")
        override.set("PartName", f"/{name}")
        override.set("ContentType", content_type)
        self.replace(_TYPES_PART, types)

    def default_type(self, extension: str, content_type: str) -> None:
        """The content type of an extension, where none is declared."""
        types = self.xml(_TYPES_PART)
        known = {e.get("Extension", "").lower() for e in types.iter(f"{{{_TYPES}}}Default")}
        if extension not in known:
            default = etree.Element(f"{{{_TYPES}}}Default")
            default.set("Extension", extension)
            default.set("ContentType", content_type)
            types.insert(0, default)
            self.replace(_TYPES_PART, types)

    def related(self, part: str, kind: str) -> dict[str, str]:
        """The parts that ``part`` is related to by a relationship type: id to part name."""
        name = relations_of(part)
        if name not in self:
            return {}
        return {
            relation.get("Id", ""): _target(part, relation.get("Target", ""))
            for relation in self.xml(name)
            if relation.get("Type") == kind and relation.get("TargetMode") != "External"
        }

    def relate(self, part: str, kind: str, target: str) -> str:
        """A new relationship of ``part``; its id."""
        name = relations_of(part)
        root = self.xml(name) if name in self else etree.Element(
            f"{{{_RELATIONS}}}Relationships", nsmap=cast("dict[str, str]", {None: _RELATIONS})
        )  # fmt: skip
        taken = {relation.get("Id") for relation in root}
        number = next(f"rIdA{n}" for n in range(1, len(taken) + 2) if f"rIdA{n}" not in taken)
        relation = etree.SubElement(root, f"{{{_RELATIONS}}}Relationship")
        for key, value in (("Id", number), ("Type", kind), ("Target", target)):
            relation.set(key, value)
        self.replace(name, root)
        return number

    def free(self, pattern: str) -> str:
        """The first name of the form ``xl/comments{}.xml`` that no part has."""
        numbers = range(1, len(self._old) + len(self._new) + 2)
        return next(pattern.format(n) for n in numbers if pattern.format(n) not in self)

    def written(self) -> bytes:
        """The whole package."""
        target = BytesIO()
        with zipfile.ZipFile(target, "w") as new:
            for info in self._archive.infolist():
                kept = zipfile.ZipInfo(info.filename, info.date_time)
                kept.compress_type = info.compress_type
                kept.external_attr = info.external_attr
                new.writestr(kept, self.read(info.filename))
            for name, content in self._new.items():
                if name not in self._old:
                    info = zipfile.ZipInfo(name, _MOMENT)
                    info.compress_type = zipfile.ZIP_DEFLATED
                    new.writestr(info, content)
        return target.getvalue()


def relations_of(part: str) -> str:
    """The part that holds the relationships of ``part``."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _target(part: str, target: str) -> str:
    if target.startswith("/"):
        return target[1:]
    return posixpath.normpath(posixpath.join(posixpath.dirname(part), target))
