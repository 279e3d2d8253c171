"""What stands above a form: its title, the year it is about, the unit of its amounts.

A year counts where the form says it is its year: 2023年度 in the title, in a line beside it, or
behind the label 年度. A date of filing is none.
"""

import re
import unicodedata
from collections.abc import Sequence

from auditor.forms import vocabulary as words
from auditor.forms.building import doubt, put
from auditor.forms.evaluation import AMOUNTS, Evaluation
from auditor.forms.rows import Row
from auditor.intake.document import Cell
from auditor.language import _

REACH = 8  # rows above 项目名称 that may belong to the form
_ABOVE = 16  # a line above the title that tells the year is no longer than this
_OF_YEAR = re.compile(r"(20\d\d)年度")
_YEAR = re.compile(r"(20\d\d)年(?!\d{1,2}月)")
_BARE = re.compile(r"(20\d\d)(年度?)?")
_CHINESE = re.compile(r"二[〇○零0OＯ][〇○零一二三四五六七八九0OＯ]{2}(?=年|$)")
_DIGITS = str.maketrans("〇○零OＯ一二三四五六七八九", "00000123456789")
_FILED = ("填报", "日期", "时间", "填表")


def head(rows: Sequence[Row], start: int, floor: int) -> range:
    """The rows above 项目名称 (row ``start``) that belong to its form; none above ``floor``."""
    low = max(floor, start - REACH)
    titled = [n for n in range(low, start) if any(words.is_title(c.text) for c in rows[n].filled())]
    top = titled[-1] if titled else start
    while top > low and (_is_line(rows[top - 1]) or (not titled and _is_header(rows[top - 1]))):
        top -= 1
    return range(top, start)


def body_end(rows: Sequence[Row], above: range) -> int:
    """Where the form before ends: at the title of the next, or at its first header row."""
    for number in above:
        row = rows[number]
        if _is_header(row) or any(words.is_title(cell.text) for cell in row.filled()):
            return number
    return above.stop


def _is_line(row: Row) -> bool:
    return len(row.filled()) <= 1


def _is_header(row: Row) -> bool:
    filled = row.filled()
    return bool(filled) and (
        words.header_field(filled[0].text) is not None or words.is_year_label(filled[0].text)
    )


def own(rows: Sequence[Row]) -> Sequence[Row]:
    """The rows whose fields are this form's; a signature above the title is another form's."""
    for number in range(len(rows) - 1, -1, -1):
        if any(words.is_title(cell.text) for cell in rows[number].filled()):
            return rows[number:]
    first = next((n for n, row in enumerate(rows) if _is_header(row)), len(rows))
    return rows[first:]


def lines(rows: Sequence[Row]) -> list[Cell]:
    """The cells that may tell title or year: lines, and short cells of the rows below the title."""
    found: list[Cell] = []
    titled = False
    for row in rows:
        filled = row.filled()
        titled = titled or any(words.is_title(cell.text) for cell in filled)
        if len(filled) == 1:
            found += filled
        elif titled:
            found += [c for c in filled if words.is_title(c.text) or len(c.text) <= _ABOVE]
    return found


def read_title(form: Evaluation, cells: list[Cell]) -> None:
    """Title and year from the cells above 项目名称, in reading order."""
    titles = [n for n, cell in enumerate(cells) if words.is_title(cell.text)]
    at = titles[-1] if titles else 0
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


def year_pair(row: Row) -> tuple[str, Cell] | None:
    """The year behind the label 年度, in its own cell or in the same."""
    filled = row.filled()
    for number, label in enumerate(filled):
        value = filled[number + 1] if number + 1 < len(filled) else None
        told = dict(words.inline_pairs(label.text)).get("year")
        if told is None and value is not None and words.is_year_label(label.text):
            told = value.text
        if found := _BARE.fullmatch(_western(told or "")):
            return found.group(1), value if value is not None and told == value.text else label
    return None


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
