"""Part names of office packages, which are equal in any letter case (ECMA-376, part 2, 6.2.2.3).

Readers look parts up by their exact names; a package in which some program has changed the case of
names is packed anew under the names by which its own parts refer to each other.
"""

import posixpath
import re
import zipfile
from io import BytesIO

from auditor.intake.office_package import member, open_zip

TYPES = "[Content_Types].xml"
_ROOT = "_rels/.rels"
_REFERENCE = re.compile(rb'\b(?:Target|PartName)="([^"]{1,300})"')
_RELATIONS = re.compile(r"(?:(.*)/)?_rels/[^/]*\.rels", re.IGNORECASE)


def canonical(raw: bytes) -> bytes:
    """The package under the names that its parts refer to; the same bytes where it already is.

    Raises:
        Unreadable: as for :func:`auditor.intake.office_package.member`.
    """
    with open_zip(raw) as archive:
        names = archive.namelist()
        meant = _meant(archive)
        renamed = {name: meant.get(name.lower(), name) for name in names}
        if all(name == new for name, new in renamed.items()):
            return raw
        target = BytesIO()
        with zipfile.ZipFile(target, "w") as new:
            for name in names:
                new.writestr(renamed[name], member(archive, name))
    return target.getvalue()


def _meant(archive: zipfile.ZipFile) -> dict[str, str]:
    """The names that parts refer to, and those of the relations beside them, by lower case."""
    meant = {name.lower(): name for name in (TYPES, _ROOT)}
    for name in archive.namelist():
        found = _RELATIONS.fullmatch(name)
        if found is None and name.lower() != TYPES.lower():
            continue
        base = (found[1] or "") if found else ""
        for reference in _REFERENCE.findall(member(archive, name)):
            target = reference.decode("utf-8", "replace")
            part = posixpath.normpath(posixpath.join("/", base, target)).lstrip("/")
            folder, leaf = posixpath.split(part)
            for full in (part, posixpath.join(folder, "_rels", f"{leaf}.rels")):
                meant.setdefault(full.lower(), full)
    return meant
