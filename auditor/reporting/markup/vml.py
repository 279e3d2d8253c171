"""The boxes of cell notes: VML, which Excel still keeps them in."""

import re
from collections.abc import Sequence

from auditor.language import _
from auditor.reporting.markup.notes import NotMarked

_HEAD = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel">'
    '<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout>'
)
_KIND = (
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
    'path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
    '<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_FIRST = 1025
_WIDE, _HIGH = 4, 10  # columns and rows that a box covers


def drawing(places: Sequence[tuple[int, int]]) -> bytes:
    """A drawing with a box per (column, row), counted from 0."""
    return (_HEAD + _KIND + _boxes(places, _FIRST) + "</xml>").encode()


def extended(old: bytes, places: Sequence[tuple[int, int]]) -> bytes:
    """``old`` with further boxes; what it held stays byte for byte.

    Raises:
        NotMarked: it does not end as a drawing does.
    """
    end = old.rfind(b"</xml>")
    if end < 0:
        raise NotMarked(_("工作表的批注框不完整，不能再加"))
    ids = [int(number) for number in re.findall(rb'id="_x0000_s(\d+)"', old)]
    kind = "" if b"_x0000_t202" in old else _KIND
    made = (kind + _boxes(places, max(ids, default=_FIRST - 1) + 1)).encode()
    return old[:end] + _spaces(old, made) + old[end:]


def _spaces(old: bytes, made: bytes) -> bytes:
    """Prefixes that an older drawing does not declare are declared where they are used."""
    missing = [
        f' xmlns:{prefix}="urn:schemas-microsoft-com:{name}"'.encode()
        for prefix, name in (("v", "vml"), ("o", "office:office"), ("x", "office:excel"))
        if f"xmlns:{prefix}=".encode() not in old
    ]
    if not missing:
        return made
    return re.sub(rb"<v:shape(type)?\b", lambda m: m[0] + b"".join(missing), made)


def _boxes(places: Sequence[tuple[int, int]], first: int) -> str:
    return "".join(_box(column, row, n) for n, (column, row) in enumerate(places, first))


def _box(column: int, row: int, number: int) -> str:
    top = max(0, row - 1)
    anchor = f"{column + 1}, 15, {top}, 4, {column + 1 + _WIDE}, 15, {top + _HIGH}, 4"
    return (
        f'<v:shape id="_x0000_s{number}" type="#_x0000_t202" '
        'style="position:absolute;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">'
        '<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/>'
        '<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"/>'
        '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
        f"<x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill>"
        f"<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
    )
