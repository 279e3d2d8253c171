"""PDF: rules and characters through pdfium, tables by the ruled-grid engine; scans as pictures."""

import ctypes
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from auditor.intake import scan
from auditor.intake.document import Part
from auditor.intake.limits import MAX_PAGES, MAX_SCANNED_PAGES
from auditor.intake.pages import Stitcher
from auditor.intake.problems import Unreadable
from auditor.intake.ruled import Glyph, Ruled, Stroke, TextLine, read_page
from auditor.language import _

_THIN = 3.0  # a filled rectangle this thin is a rule
_SHORT = 4.0  # a stroke shorter than this is no rule
_SPACE = 32
_NO_CHARACTER = frozenset({0xA0, 0xFFFE, 0xFFFF})
_SAMPLED = 60  # characters looked at to tell which way a page is read
_LOCKED = "Incorrect password"
Box = tuple[float, float, float, float]


def read(raw: bytes) -> tuple[Part, ...]:
    """The tables and lines of a document, in order, tables joined over page breaks.

    Raises:
        Unreadable: ``encrypted``, ``damaged``, ``too-large``, or ``needs-extra`` for a scan.
    """
    import pypdfium2 as pdfium

    try:
        document = pdfium.PdfDocument(raw)
    except pdfium.PdfiumError as error:
        if _LOCKED in str(error):
            raise Unreadable("encrypted", _("文件有密码：请去掉密码后再提交")) from error
        raise Unreadable("damaged", _("PDF 打不开：请重新导出")) from error
    try:
        return _parts(document)
    except pdfium.PdfiumError as error:
        raise Unreadable("damaged", _("PDF 有一页读不出：请重新导出")) from error
    finally:
        document.close()


def _parts(document: Any) -> tuple[Part, ...]:
    if len(document) > MAX_PAGES:
        raise Unreadable("too-large", _("PDF 超过 {n} 页：请拆分").format(n=MAX_PAGES))
    stitcher = Stitcher()
    seen_text = False
    scans = 0
    for number in range(len(document)):
        ruled, lines, texts = _page(document, number)
        if not texts and scans < MAX_SCANNED_PAGES and (picture := _picture(document, number)):
            scans += 1
            ruled, lines = scan.recognise(picture)
            texts = bool(ruled or lines)
        stitcher.add(number, ruled, lines)
        seen_text = seen_text or texts
    if not seen_text and len(document) and scan.available():
        raise Unreadable("no-form", _("PDF 里没有能读出的文字：请提交原始电子文件"))
    if not seen_text and len(document):
        raise Unreadable(
            "needs-extra", _("PDF 是扫描件，没有文字层：请提交原始电子文件，或安装 auditor[ocr]")
        )
    return stitcher.parts()


def _picture(document: Any, number: int) -> Any:
    """A page without text as a picture, where it has one and recognition is installed."""
    if not scan.available():
        return None
    page = document[number]
    try:
        if not _shows_more_than_rules(page):
            return None  # blank, or the empty end of a table
        return scan.Picture(page.render(scale=scan.DPI / 72).to_numpy()[:, :, :3], scan.DPI)
    finally:
        page.close()


def _shows_more_than_rules(page: Any) -> bool:
    """Whether a page has a picture, or letters that are drawn as curves."""
    import pypdfium2.raw as c

    kinds = (c.FPDF_PAGEOBJ_IMAGE, c.FPDF_PAGEOBJ_SHADING, c.FPDF_PAGEOBJ_PATH)
    return any(
        item.type != c.FPDF_PAGEOBJ_PATH
        or any(
            c.FPDFPathSegment_GetType(c.FPDFPath_GetPathSegment(item, number))
            == c.FPDF_SEGMENT_BEZIERTO
            for number in range(c.FPDFPath_CountSegments(item))
        )
        for item in page.get_objects(filter=kinds, max_depth=8)
    )


# --- one page -------------------------------------------------------------------------------


def _page(document: Any, number: int) -> tuple[list[Ruled], list[TextLine], bool]:
    page = document[number]
    try:
        textpage = page.get_textpage()
        try:
            turn = _Turn(page, textpage)
            across, down = _strokes(page, turn)
            glyphs = list(_glyphs(textpage, turn))
        finally:
            textpage.close()
        tables, lines = read_page(across, down, glyphs)
        return tables, lines, bool(glyphs)
    finally:
        page.close()


class NotPlaced(Exception):
    """A box of a page that was read as a turned picture: its place in the file is not known."""


def user_boxes(
    raw: bytes, boxes: Sequence[tuple[int, Box]]
) -> list[tuple[float, float, float, float]]:
    """Places as locators give them, in the file's own coordinates.

    A place is a page from 1 and a box as it is read, down from the upper left corner; what comes
    back is left, bottom, right and top in points.

    Raises:
        NotPlaced: the page is a scan that is turned.
    """
    import pypdfium2 as pdfium

    document = pdfium.PdfDocument(raw)
    try:
        turns = {number: _turn_of(document, number) for number in {page for page, _box in boxes}}
    finally:
        document.close()
    return [turns[page].back(box) for page, box in boxes]


def _turn_of(document: Any, number: int) -> "_Turn":
    page = document[number - 1]
    try:
        textpage = page.get_textpage()
        try:
            if page.get_rotation() and not textpage.count_chars():
                raise NotPlaced(number)
            return _Turn(page, textpage)
        finally:
            textpage.close()
    finally:
        page.close()


class _Turn:
    """From PDF coordinates (up from the lower left) to reading ones (down from the upper left).

    What counts is which way the text runs, not the page's /Rotate: a page may be turned either to
    set its text upright or to lay it on its side.
    """

    def __init__(self, page: Any, textpage: Any) -> None:
        self.angle = _reading_angle(textpage)
        width, height = page.get_size()
        sideways = page.get_rotation() % 180 != 0
        self.width, self.height = (height, width) if sideways else (width, height)

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Where a point lies on the page as it is read."""
        if self.angle == 1:
            return y, x
        if self.angle == 2:  # noqa: PLR2004 - quarter turns
            return self.width - x, y
        if self.angle == 3:  # noqa: PLR2004 - quarter turns
            return self.height - y, self.width - x
        return x, self.height - y

    def back(self, box: Box) -> Box:
        """The inverse for a box as it is read: left, bottom, right, top."""
        corners = [self._back(box[0], box[1]), self._back(box[2], box[3])]
        xs, ys = zip(*corners, strict=True)
        return min(xs), min(ys), max(xs), max(ys)

    def _back(self, x: float, y: float) -> tuple[float, float]:
        if self.angle == 1:
            return y, x
        if self.angle == 2:  # noqa: PLR2004 - quarter turns
            return self.width - x, y
        if self.angle == 3:  # noqa: PLR2004 - quarter turns
            return self.width - y, self.height - x
        return x, self.height - y


def _reading_angle(textpage: Any) -> int:
    """Quarter turns, against the clock, of most of the first characters of a page."""
    import pypdfium2.raw as c

    votes: Counter[int] = Counter()
    matrix = c.FS_MATRIX()
    for number in range(min(textpage.count_chars(), _SAMPLED)):
        if c.FPDFText_GetMatrix(textpage.raw, number, matrix):
            a, b = matrix.a, matrix.b
            votes[(0 if a > 0 else 2) if abs(a) >= abs(b) else (1 if b > 0 else 3)] += 1
    return votes.most_common(1)[0][0] if votes else 0


def _strokes(page: Any, turn: _Turn) -> tuple[list[Stroke], list[Stroke]]:
    """The horizontal and vertical rules of a page: drawn lines and thin filled boxes."""
    import pypdfium2.raw as c

    across: list[Stroke] = []
    down: list[Stroke] = []
    for item in page.get_objects(filter=(c.FPDF_PAGEOBJ_PATH,), max_depth=8):
        for a, b in _segments(item, turn):
            x0, x1 = sorted((a[0], b[0]))
            y0, y1 = sorted((a[1], b[1]))
            wide, high = x1 - x0, y1 - y0
            if wide >= _SHORT and high <= _THIN:
                across.append(Stroke((y0 + y1) / 2, x0, x1))
            elif high >= _SHORT and wide <= _THIN:
                down.append(Stroke((x0 + x1) / 2, y0, y1))
    return across, down


Point = tuple[float, float]


def _segments(item: Any, turn: _Turn) -> Iterator[tuple[Point, Point]]:
    """Straight pieces of a path on the page as shown; a thin filled box is one piece."""
    import pypdfium2.raw as c

    points = list(_points(item, turn))
    corners = [point for _kind, point in points]
    if not corners:
        return
    xs, ys = [p[0] for p in corners], [p[1] for p in corners]
    if min(max(xs) - min(xs), max(ys) - min(ys)) <= _THIN:
        yield (min(xs), min(ys)), (max(xs), max(ys))
        return
    mode, stroked = ctypes.c_int(), ctypes.c_int()
    c.FPDFPath_GetDrawMode(item, mode, stroked)
    if not stroked.value:
        return  # a filled area is a background, its outline is no rule
    start = previous = corners[0]
    for (kind, closes), point in zip((k for k, _p in points), corners, strict=True):
        if kind == c.FPDF_SEGMENT_MOVETO:
            start = point
        elif kind == c.FPDF_SEGMENT_LINETO:
            yield previous, point
        previous = point
        if closes:
            yield point, start


def _points(item: Any, turn: _Turn) -> Iterator[tuple[tuple[int, bool], Point]]:
    import pypdfium2.raw as c

    matrix = item.get_matrix()
    container = getattr(item, "container", None)
    x, y = ctypes.c_float(), ctypes.c_float()
    for number in range(c.FPDFPath_CountSegments(item)):
        segment = c.FPDFPath_GetPathSegment(item, number)
        c.FPDFPathSegment_GetPoint(segment, x, y)
        placed = matrix.on_point(x.value, y.value)
        while container is not None:
            placed = container.get_matrix().on_point(*placed)
            container = getattr(container, "container", None)
        kind = c.FPDFPathSegment_GetType(segment)
        yield (kind, bool(c.FPDFPathSegment_GetClose(segment))), turn.point(*placed)


def _glyphs(textpage: Any, turn: _Turn) -> Iterator[Glyph]:
    """Every printed character: centre of its box, baseline by its origin."""
    import pypdfium2.raw as c

    raw = textpage.raw
    left, right, bottom, top = (ctypes.c_double() for _n in range(4))
    x, y = ctypes.c_double(), ctypes.c_double()
    for number in range(textpage.count_chars()):
        code = c.FPDFText_GetUnicode(raw, number)
        if code <= _SPACE or code in _NO_CHARACTER:
            continue
        if not c.FPDFText_GetCharOrigin(raw, number, x, y):
            continue
        c.FPDFText_GetCharBox(raw, number, left, right, bottom, top)
        corner = turn.point(left.value, bottom.value)
        other = turn.point(right.value, top.value)
        baseline = turn.point(x.value, y.value)
        size = max(c.FPDFText_GetFontSize(raw, number), abs(corner[1] - other[1]), 1.0)
        sign = chr(code) if code <= sys.maxunicode else "\ufffd"
        yield Glyph(sign, (corner[0] + other[0]) / 2, baseline[1], size)
