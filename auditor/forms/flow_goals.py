"""The two narratives of a form in running text: which lines are the goal, which the result.

The cells stand side by side on the page, so each has its own width: all lines of a cell but the
last of a paragraph are about as long as its longest. The cut that fits two widths best is taken.
"""

import unicodedata
from collections.abc import Sequence

from auditor.forms import vocabulary as words
from auditor.forms.evaluation import Doubt, Evaluation
from auditor.forms.evaluation_builder import put
from auditor.intake.document import Cell, Line
from auditor.language import _

_ENDINGS = ("。", "；", ";", "！", ".", "”")
_UNENDED = 12.0
_AMBIGUITY = 2.0


def read_goals(form: Evaluation, lines: Sequence[Line]) -> None:
    """Sets ``goal_expected`` and ``goal_actual`` from the lines below 年度总体目标."""
    body = [line for line in lines if line.text.strip() and not _is_header(line.text)]
    if not body:
        form.missing_rows.append("goals")
        return
    ranked = sorted((_cost(body, cut), cut) for cut in range(1, len(body))) or [(0.0, 1)]
    cut = ranked[0][1]
    _set(form, "goal_expected", body[:cut])
    _set(form, "goal_actual", body[cut:])
    if len(ranked) > 1 and ranked[1][0] - ranked[0][0] < _AMBIGUITY:
        other = ranked[1][1]
        reason = _("两栏文字连在一起，分界有两种可能")
        for name, part in (("goal_expected", slice(cut)), ("goal_actual", slice(cut, None))):
            second = slice(other) if name == "goal_expected" else slice(other, None)
            readings = (_joined(body[part]), _joined(body[second]))
            form.doubts.append(Doubt(f"/{name}", reason, readings))


def _is_header(text: str) -> bool:
    return all(words.goal_field(piece) for piece in text.split())


def _set(form: Evaluation, name: str, lines: Sequence[Line]) -> None:
    if lines:
        cell = Cell(0, 0, _joined(lines), lines[0].place)
        setattr(form, name, put(form, f"/{name}", cell))


def _joined(lines: Sequence[Line]) -> str:
    return words.squeeze("".join(line.text for line in lines))


def _cost(body: Sequence[Line], cut: int) -> float:
    first, second = body[:cut], body[cut:]
    ended = first[-1].text.rstrip().endswith(_ENDINGS)
    return _raggedness(first) + _raggedness(second) + (0.0 if ended else _UNENDED)


def _raggedness(lines: Sequence[Line]) -> float:
    """How far the lines of one cell fall short of its width, the last line apart."""
    widths = [_width(line.text) for line in lines]
    longest = max(widths)
    short = sum(max(0, longest - width - 2) for width in widths[:-1])
    return float(short)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text.strip())
