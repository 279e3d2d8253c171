"""What stands above a form: its title, the year it is about, the unit of its amounts.

A year counts where the form says it is its year: 2023年度 in the title, in a line beside it, or
behind the label 年度. A date of filing is none.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache

from auditor.forms import vocabulary as words
from auditor.forms.evaluation import AMOUNTS, Evaluation
from auditor.forms.evaluation_builder import doubt, put
from auditor.forms.rows import Row
from auditor.intake.document import Cell
from auditor.language import _
from auditor.resources import vocabulary

REACH = 8  # rows above the header that may belong to the form
_TITLE_LENGTHS = range(4, 61)
_ABOVE = 16  # a line above the title that tells the year is no longer than this
_OF_YEAR = re.compile(r"(20\d\d)年度")
_YEAR = re.compile(r"(20\d\d)年(?!\d{1,2}月)")
_YEAR_LINE = re.compile(r"[（(]?20\d\d年度?[)）]?")
_BARE = re.compile(r"(20\d\d)(年度?)?")
_CHINESE = re.compile(r"二[〇○零0OＯ][〇○零一二三四五六七八九0OＯ]{2}(?=年|$)")
_DIGITS = str.maketrans("〇○零OＯ一二三四五六七八九", "00000123456789")
_FILED = ("填报", "日期", "时间", "填表")


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(vocabulary()["labels"][name])


def title_likeness(text: str) -> float:
    """Whether a text may be a form's title: 1 by its words, 0.5 by its make, else 0."""
    if words.is_title(text):
        return 1.0
    bare = words.squeeze(text)
    forbidden = any(word in bare for word in vocabulary()["labels"]["title_is_not"])
    if len(bare) not in _TITLE_LENGTHS or forbidden or "。" in bare:
        return 0.0
    return 0.5 if _pattern("title_like").search(bare) else 0.0


def is_year_line(text: str) -> bool:
    """Whether a line says nothing but a year: （2023年度）."""
    return bool(_YEAR_LINE.fullmatch(_western(text)))


def is_note(text: str) -> bool:
    """Whether a line explains the form, as 注 does."""
    return bool(_pattern("note").search(words.squeeze(text)))


def is_signature(text: str) -> bool:
    """Whether a text is about who filled in, signed or checked a form, and when."""
    return bool(_pattern("signature").search(words.squeeze(text)))


def lines(rows: Sequence[Row]) -> list[Cell]:
    """The cells that may tell title or year: lines, and short cells of the rows below the title."""
    found: list[Cell] = []
    titled = False
    for row in rows:
        filled = row.filled()
        titled = titled or any(title_likeness(cell.text) == 1 for cell in filled)
        if len(filled) == 1:
            found += filled
        elif titled:
            found += [c for c in filled if title_likeness(c.text) or len(c.text) <= _ABOVE]
    return found


def read_title(form: Evaluation, cells: list[Cell]) -> None:
    """Title and year from the cells above the tables, in reading order.

    The title is what stands where one stands: by its words, else by its make, else the only line.
    """
    at = _title_among(cells)
    titles = at is not None
    at = at or 0
    if titles:
        form.title = put(form, "/title", cells[at])
    else:  # without a title, a long text above may be anything
        cells = [cell for cell in cells if len(words.squeeze(cell.text)) <= _ABOVE]
    above = [c for c in cells[:at][-3:] if len(words.squeeze(c.text)) <= _ABOVE]
    for pattern, lines in ((_OF_YEAR, cells[at:]), (_YEAR, cells[at:]), (_OF_YEAR, above),
                           (_YEAR, above)):  # fmt: skip
        found = [(year, cell) for cell in lines for year in _years(cell.text, pattern)]
        if found:
            set_year(form, *found[-1])
            others = dict.fromkeys(year for year, _cell in found[:-1] if year != form.year)
            if others:
                reason = _("标题处写了不同的年度")
                doubt(form, "/year", reason, (form.year, *others))
            return


def _title_among(cells: Sequence[Cell]) -> int | None:
    """The last line that may be a title, or the better one right above it."""
    likeness = [title_likeness(cell.text) for cell in cells]
    at = max((n for n, value in enumerate(likeness) if value), default=None)
    if at is not None:
        while at > 0 and likeness[at - 1] > likeness[at]:
            at -= 1
        return at
    lines = [n for n, cell in enumerate(cells) if _may_be_title(cell.text)]
    return lines[-1] if len(lines) == 1 else None


def _may_be_title(text: str) -> bool:
    """A line of a title's length that is no year, unit, note, signature or enclosure."""
    bare = words.squeeze(text)
    return (
        len(bare) in _TITLE_LENGTHS
        and not any(word in bare for word in vocabulary()["labels"]["title_is_not"])
        and not (is_year_line(text) or is_note(text) or is_signature(text))
        and words.money_line(text) is None
        and not re.search(r"[。：:]|^\W*\d", bare)
    )


def set_year(form: Evaluation, year: str, cell: Cell) -> None:
    """Notes the year of the form and where it stands."""
    put(form, "/year", cell)
    form.year = year


def _years(text: str, pattern: re.Pattern[str]) -> list[str]:
    bare = _western(text)
    return [] if any(word in bare for word in _FILED) else pattern.findall(bare)


def _western(text: str) -> str:
    """A text without white space, years in plain digits: 二〇二三年 is 2023年."""
    bare = words.squeeze(unicodedata.normalize("NFKC", text))
    return _CHINESE.sub(lambda found: found.group().translate(_DIGITS), bare)


def year_from(form: Evaluation, text: str, cell: Cell) -> None:
    """The year behind the label 年度, if that is what stands there."""
    if found := _BARE.fullmatch(_western(text)):
        set_year(form, found.group(1), cell)


def money_cell(row: Row) -> Cell | None:
    """The cell that says nothing but the unit of all amounts: 单位：万元."""
    return next((cell for cell in row.filled() if words.money_line(cell.text)), None)


def settle_money(form: Evaluation, line: Cell | None) -> None:
    """The unit of amounts by the fund table's header, else by a line that says nothing else.

    Where the two differ, and where the scale has no place in an evaluation, the amounts are open.
    """
    told = words.money_line(line.text) if line is not None else None
    header = form.money_unit
    if line is not None and header is None:
        put(form, "/money_unit", line)
        form.money_unit = told
    unusual = form.money_unit not in (None, "万元", "元")
    if not unusual and (told is None or told == form.money_unit):
        return
    readings = tuple(dict.fromkeys((None if unusual else form.money_unit, header, told)))
    reason = _("金额单位写法不一或不常用，金额换算不定：请统一写成万元或元")
    form.money_unit = readings[0]
    doubt(form, "/money_unit", reason, readings)
    for number, fund in enumerate(form.funds):
        for name in AMOUNTS:
            if (text := getattr(fund, name)) is not None:
                doubt(form, f"/funds/{number}/{name}", reason, (text,))


def carry_year(form: Evaluation, before: Evaluation) -> None:
    """A form without title or year below another one: the year above may be meant for both."""
    if form.title is None and form.year is None and before.year is not None:
        form.year = before.year
        form.locators["/year"] = before.locators.get("/year", {})
        reason = _("这张表上方没有标题，年度取自本文件前一张表")
        doubt(form, "/year", reason, (form.year, None))
