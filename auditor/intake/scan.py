"""Scans: rules found in the picture, words recognised, the same ruled-grid engine behind them.

The extra ``auditor[ocr]``: OpenCV, and RapidOCR with the models of its wheel; nothing is fetched.
Every cell keeps the confidence of its recognition. What the recogniser is known to get wrong, a
lone dash (not seen) and a lone slash (read as 1), is looked at again by the shape of its ink.
"""

import importlib.util
import logging
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from auditor.intake.document import Part
from auditor.intake.limits import MAX_PIXELS
from auditor.intake.pages import Stitcher
from auditor.intake.problems import Unreadable
from auditor.intake.ruled import Box, Glyph, Ruled, Stroke, TextLine, read_page
from auditor.language import _

DPI = 150
_LEAST = 40  # pixels; the recogniser enlarges what is smaller, and a mere strip without end
_LONGEST = 20  # times as long as wide
_POINTS = 72
_ACROSS, _DOWN = 0.22, 0.15  # inches: shorter strokes may be parts of characters
_SPECK = 10  # pixels; less ink than that is dirt
_FLAT, _SLANTED = 2.5, 12.0  # a dash is this much wider than high; a slash leans by these degrees
_SECOND_LOOK = 0.6  # how sure a mark is that was told by its shape
_LOOKS_LIKE_SLASH = frozenset({"1", "l", "I", "7", "|", "丿", "7.", "/"})


_LOOKS_LIKE_DASH = frozenset({"一", "-", "—", "_", "~", "－", "--"})
# The recogniser prints narrow punctuation inside Chinese text, where the page has wide.
_WIDE = str.maketrans("(),:;?!", "（），：；？！")
_BESIDE_CHINESE = re.compile(r"(?<=[\u4e00-\u9fff])[(),:;?!]|[(),:;?!](?=[\u4e00-\u9fff])")
_YEAR_BRACKET = re.compile(r"[\[〔](\d{4})[\]〕]")


@dataclass(frozen=True, slots=True)
class Picture:
    """Pixels (rows, columns, colours) and their dots per inch."""

    pixels: Any
    dpi: float


def available() -> bool:
    """Whether the extra is installed."""
    return all(importlib.util.find_spec(name) for name in ("cv2", "rapidocr", "onnxruntime"))


def read(raw: bytes) -> tuple[Part, ...]:
    """The tables and lines of a picture file.

    Raises:
        Unreadable: ``needs-extra`` without the extra, ``damaged`` or ``too-large``.
    """
    if not available():
        raise Unreadable("needs-extra", _("这是图片：请提交原始电子文件，或安装 auditor[ocr]"))
    import cv2
    import numpy as np

    pixels = cv2.imdecode(np.frombuffer(raw, np.uint8), cv2.IMREAD_COLOR)
    if pixels is None:
        raise Unreadable("damaged", _("图片打不开：请重新扫描或另存"))
    if pixels.shape[0] * pixels.shape[1] > MAX_PIXELS:
        raise Unreadable("too-large", _("图片过大：请降低分辨率后提交"))
    if not _legible(pixels):
        raise Unreadable("damaged", _("图片太小或太窄，认不出文字：请用 150 dpi 以上重新扫描"))
    # A page is taken to be as wide as A4, whatever the camera says.
    dpi = min(pixels.shape[:2]) / 8.27
    tables, lines = recognise(Picture(pixels, dpi))
    stitcher = Stitcher()
    stitcher.add(0, tables, lines)
    return stitcher.parts()


def _legible(pixels: Any) -> bool:
    short, long = sorted(pixels.shape[:2])
    return bool(short >= _LEAST and long <= _LONGEST * short)


def recognise(picture: Picture) -> tuple[list[Ruled], list[TextLine]]:
    """The tables of a picture with their text, and the lines outside them, in points."""
    import cv2

    if not _legible(picture.pixels):
        return [], []
    pixels = _straightened(picture.pixels)
    grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    ink = cv2.adaptiveThreshold(
        grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 12
    )
    across, down = _strokes(ink, picture.dpi)
    glyphs = _words(pixels, picture.dpi, down)
    tables, lines = read_page(across, down, glyphs)
    for table in tables:
        for box in table.boxes:
            _look_again(box, ink, picture.dpi)
    return tables, lines


def _straightened(pixels: Any) -> Any:
    """The picture turned by the slope of its long lines, up to five degrees."""
    import cv2
    import numpy as np

    grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    edges = cv2.Canny(grey, 60, 180)
    long = pixels.shape[1] // 4
    lines = cv2.HoughLinesP(edges, 1, np.pi / 1800, 120, minLineLength=long, maxLineGap=8)
    if lines is None:
        return pixels
    x0, y0, x1, y1 = lines.reshape(-1, 4).T
    slopes = np.degrees(np.arctan2(y1 - y0, x1 - x0))
    level = slopes[np.abs(slopes) < 5]  # noqa: PLR2004 - degrees; more is no skew
    if not len(level) or abs(float(np.median(level))) < 0.05:  # noqa: PLR2004 - a tenth of a pixel
        return pixels
    height, width = pixels.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), float(np.median(level)), 1.0)
    return cv2.warpAffine(
        pixels, turn, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )


def _strokes(ink: Any, dpi: float) -> tuple[list[Stroke], list[Stroke]]:
    """Horizontal and vertical rules in points."""
    import cv2

    found = []
    for inches, wide in ((_ACROSS, True), (_DOWN, False)):
        length = max(8, int(inches * dpi))
        shape = (length, 1) if wide else (1, length)
        kernel = cv2.getStructuringElement(cv2.MORPH_RECT, shape)
        kept = cv2.morphologyEx(ink, cv2.MORPH_OPEN, kernel)
        joined = cv2.dilate(kept, cv2.getStructuringElement(cv2.MORPH_RECT, (3, 3)))
        _n, _labels, stats, _centres = cv2.connectedComponentsWithStats(joined)
        strokes = []
        for left, top, width, height, _area in stats[1:]:
            x0, x1 = left * _POINTS / dpi, (left + width) * _POINTS / dpi
            y0, y1 = top * _POINTS / dpi, (top + height) * _POINTS / dpi
            if wide and width > height * 3:
                strokes.append(Stroke((y0 + y1) / 2, x0, x1))
            elif not wide and height > width * 3:
                strokes.append(Stroke((x0 + x1) / 2, y0, y1))
        found.append(strokes)
    return found[0], found[1]


@cache
def _engine() -> Any:
    from rapidocr import RapidOCR

    # The page is straight: its lines need no guess at being upside down (90% became %06).
    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    return RapidOCR(params={"Global.log_level": "error", "Global.use_cls": False})


def _words(pixels: Any, dpi: float, down: list[Stroke]) -> list[Glyph]:
    """Recognised runs; one that crosses a rule is cut into characters."""
    result = _engine()(pixels)
    if result.boxes is None:
        return []
    glyphs: list[Glyph] = []
    for corners, text, score in zip(result.boxes, result.txts, result.scores, strict=True):
        xs, ys = corners[:, 0] * _POINTS / dpi, corners[:, 1] * _POINTS / dpi
        left, right = float(min(xs)), float(max(xs))
        top, bottom = float(min(ys)), float(max(ys))
        size = bottom - top
        inset = size * 0.3
        crossed = any(
            left + inset < v.at < right - inset and v.start < (top + bottom) / 2 < v.end
            for v in down
        )
        printed = _as_printed(text)
        pieces = list(printed) if crossed else [printed]
        step = (right - left) / max(len(pieces), 1)
        glyphs += [
            Glyph(piece, left + step * (n + 0.5), bottom - size * 0.2, size, float(score))
            for n, piece in enumerate(pieces)
        ]
    return glyphs


def _as_printed(text: str) -> str:
    """Recognised text with the punctuation that Chinese text is printed with."""
    wide = _BESIDE_CHINESE.sub(lambda found: found.group().translate(_WIDE), text)
    return _YEAR_BRACKET.sub(r"〔\1〕", wide)


def _look_again(box: Box, ink: Any, dpi: float) -> None:
    """Tells a lone dash or slash by the shape of its ink."""
    import cv2
    import numpy as np

    read = box.text.strip()
    if read and read not in _LOOKS_LIKE_SLASH and read not in _LOOKS_LIKE_DASH:
        return
    scale = dpi / _POINTS
    margin = 3.0
    rows = slice(int((box.top + margin) * scale), int((box.bottom - margin) * scale))
    columns = slice(int((box.left + margin) * scale), int((box.right - margin) * scale))
    inside = ink[rows, columns]
    if inside.size == 0:
        return
    _n, labels, stats, _centres = cv2.connectedComponentsWithStats(inside, connectivity=8)
    blots = [n for n in range(1, len(stats)) if stats[n][cv2.CC_STAT_AREA] >= _SPECK]
    if len(blots) != 1:  # nothing but specks, or more than one stroke
        return
    ys, xs = np.nonzero(labels == blots[0])
    wide, high = int(np.ptp(xs)) + 1, int(np.ptp(ys)) + 1
    if not read or read in _LOOKS_LIKE_DASH:
        # A dash stands in the middle of its cell; what touches an edge is the rest of a rule.
        middle = 0.3 < float(ys.mean()) / inside.shape[0] < 0.7  # noqa: PLR2004 - of its height
        narrow = wide < inside.shape[1] * 0.8 and 0.25 < float(xs.mean()) / inside.shape[1] < 0.75  # noqa: PLR2004
        if wide > high * _FLAT and middle and narrow:
            box.text, box.confidence = "—" if wide > 0.09 * dpi else "-", _SECOND_LOOK
        return
    lean = _lean(xs, ys)
    if high > wide * 0.8 and lean > _SLANTED:
        box.text, box.confidence = "/", _SECOND_LOOK


def _lean(xs: Any, ys: Any) -> float:
    """Degrees by which a stroke leans to the right from upright."""
    import numpy as np

    values, vectors = np.linalg.eigh(np.cov(np.stack([xs, ys])))
    x, y = vectors[:, int(np.argmax(values))]
    if y > 0:  # rows count downwards
        x, y = -x, -y
    return float(np.degrees(np.arctan2(x, -y)))
