"""Highlights with notes in a copy of a PDF, appended: every byte of the submitted file stays."""

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any

from auditor.intake.pdf import NotPlaced, user_boxes
from auditor.language import _
from auditor.reporting.markup.notes import AUTHOR, Note, NotMarked

_COLOURS = {"error": (1.0, 0.54, 0.5), "warning": (1.0, 0.84, 0.31), "advice": (0.56, 0.79, 0.98)}
_PRINTED = 4  # the annotation flag by which a mark is printed too
_SIDE, _MARGIN = 20, 8  # points: a note that stands in no cell, in the page's corner
_Box = tuple[float, float, float, float]


def marked(raw: bytes, notes: Sequence[Note]) -> bytes:
    """``raw`` with a highlight on every accused cell; the most suspect one carries the note.

    Raises:
        NotMarked: the file is encrypted, or its pages cannot be placed or added to.
    """
    from pypdf import PdfReader, PdfWriter
    from pypdf.errors import PyPdfError

    marks = list(_marks(notes))
    try:
        boxes = user_boxes(raw, [(page, box) for page, box, _note, _text in marks])
        if PdfReader(BytesIO(raw)).is_encrypted:
            raise NotMarked(_("PDF 有权限密码，不能加批注"))
        writer = PdfWriter(BytesIO(raw), incremental=True)
        for (page, _read, note, text), box in zip(marks, boxes, strict=True):
            writer.add_annotation(page - 1, _highlight(writer, note, box, text))
        target = BytesIO()
        writer.write(target)
    except NotPlaced as error:
        raise NotMarked(_("第 {n} 页是转了方向的扫描件，不能加批注").format(n=error)) from error
    except (PyPdfError, ValueError, KeyError, AttributeError, TypeError, RecursionError) as error:
        raise NotMarked(_("PDF 的结构不能加批注：{why}").format(why=error)) from error
    return target.getvalue()


def _marks(notes: Sequence[Note]) -> Iterator[tuple[int, _Box, Note, str]]:
    """(page, box as it is read, note, text) of every mark; what has no box stands in the corner."""
    corner = 0
    for note in notes:
        if "bbox" not in note.place:
            left = _MARGIN + corner * (_SIDE + 4)
            box = (left, _MARGIN, left + _SIDE, _MARGIN + _SIDE)
            yield note.place.get("page", 1), box, note, note.text()
            corner += 1
        for place in (note.place, *note.others):
            if "bbox" in place:
                text = note.text() if place is note.place else note.heading
                yield place["page"], tuple(place["bbox"]), note, text


def _highlight(writer: Any, note: Note, box: _Box, text: str) -> Any:
    """A highlight that looks the same in every viewer: its appearance is drawn here."""
    from pypdf.annotations import Highlight
    from pypdf.generic import (
        ArrayObject,
        DictionaryObject,
        FloatObject,
        NameObject,
        NumberObject,
        TextStringObject,
    )

    left, bottom, right, top = box
    corners = (left, top, right, top, left, bottom, right, bottom)
    made = Highlight(rect=box, quad_points=ArrayObject(FloatObject(value) for value in corners))
    values = {
        "/C": ArrayObject(FloatObject(part) for part in _COLOURS[note.severity]),
        "/Contents": TextStringObject(text),
        "/T": TextStringObject(AUTHOR),
        "/F": NumberObject(_PRINTED),
        "/AP": DictionaryObject({NameObject("/N"): _appearance(writer, note.severity, box)}),
    }
    for key, value in values.items():
        made[NameObject(key)] = value
    return made


def _appearance(writer: Any, severity: str, box: _Box) -> Any:
    """The cell filled with a colour that the print shines through."""
    from pypdf.generic import ArrayObject, DictionaryObject, FloatObject, NameObject, StreamObject

    left, bottom, right, top = box
    red, green, blue = _COLOURS[severity]
    stream = StreamObject()
    stream.set_data(
        f"/M gs {red} {green} {blue} rg {left} {bottom} {right - left} {top - bottom} re f".encode()
    )
    state = DictionaryObject({NameObject("/BM"): NameObject("/Multiply")})
    states = DictionaryObject({NameObject("/M"): state})
    for key, value in (
        ("/Type", NameObject("/XObject")),
        ("/Subtype", NameObject("/Form")),
        ("/BBox", ArrayObject(FloatObject(value) for value in box)),
        ("/Resources", DictionaryObject({NameObject("/ExtGState"): states})),
    ):
        stream[NameObject(key)] = value
    return writer._add_object(stream)  # noqa: SLF001 - pypdf has no public way to add a stream
