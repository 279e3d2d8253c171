"""Marks in a copy of a web page: coloured cells with numbers, and the findings at its end.

The copy is our page then, so it is made harmless: its scripts do not run and nothing is fetched.
"""

from collections.abc import Sequence

from lxml import etree, html

from auditor.findings.model import LEVELS
from auditor.intake import web
from auditor.language import _
from auditor.reporting.markup.notes import Note, NotMarked

_COLOURS = {"error": "#fbc9c4", "warning": "#ffe39a", "advice": "#cde5f7"}
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'"
_UNSAFE = ("base", "iframe", "object", "embed", "script", "link")


def marked(raw: bytes, notes: Sequence[Note]) -> bytes:
    """The page with every accused cell coloured, numbered and linked to what is said of it.

    Raises:
        NotMarked: a place does not exist in it.
    """
    root = web.page(raw)
    cells = dict(web.cells_of(root))
    levels: dict[etree._Element, str] = {}
    for number, note in enumerate(notes, 1):
        for place in (note.place, *note.others):
            if "table" not in place:
                continue  # a line of text: told in the list alone
            td = cells.get((place["table"], place["row"], place["column"]))
            if td is None:
                raise NotMarked(_("文件里找不到要批注的格：{place}").format(place=place))
            levels[td] = min(levels.get(td, note.severity), note.severity, key=LEVELS.index)
            _number(td, number, note)
    for td, level in levels.items():
        style = f"background-color:{_COLOURS[level]} !important;color:#1c2126 !important"
        td.set("style", f"{td.get('style', '')};{style}".lstrip(";"))
    _list(root, notes)
    _make_harmless(root)
    made: bytes = html.tostring(root, encoding="utf-8", doctype="<!DOCTYPE html>")
    return made


def _number(td: etree._Element, number: int, note: Note) -> None:
    mark = etree.SubElement(td, "sup")
    link = etree.SubElement(mark, "a", href=f"#auditor-{number}", title=note.text())
    link.text = f"[{number}]"


def _list(root: etree._Element, notes: Sequence[Note]) -> None:
    body = root.find("body")
    target = root if body is None else body
    section = etree.SubElement(target, "section", style="font:16px/1.6 sans-serif;padding:1em")
    etree.SubElement(section, "h2").text = _("审核意见")
    for number, note in enumerate(notes, 1):
        item = etree.SubElement(section, "div", id=f"auditor-{number}", style="margin:.6em 0")
        head = etree.SubElement(
            item, "b", style=f"background:{_COLOURS[note.severity]};color:#1c2126"
        )
        head.text = f"[{number}] {note.heading.partition('] ')[2]}"
        for line in note.lines:
            etree.SubElement(item, "div").text = line


def _make_harmless(root: etree._Element) -> None:
    for element in list(root.iter(*_UNSAFE)):
        _drop(element)
    for meta in list(root.iter("meta")):
        if meta.get("charset") or meta.get("http-equiv"):
            _drop(meta)
    head = root.find("head")
    if head is None:
        head = etree.Element("head")
        root.insert(0, head)
    head.insert(
        0, etree.Element("meta", {"http-equiv": "Content-Security-Policy", "content": _POLICY})
    )
    head.insert(0, etree.Element("meta", {"charset": "utf-8"}))


def _drop(element: etree._Element) -> None:
    """Takes an element out, and leaves the text behind it."""
    assert isinstance(element, html.HtmlElement)
    element.drop_tree()
