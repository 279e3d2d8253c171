"""Templates put together from parts: order of blocks, header rows, merges, extra columns and blocks.

A composed form is the printed grid of a clean evaluation of the mutation benchmark, with its labels
taken from ``labels.yaml``, and the evaluation that a reader has to give back.
"""

from copy import deepcopy
from dataclasses import dataclass, field
from itertools import groupby
from random import Random

from auditor.forms.evaluation import Evaluation, Fund
from benchmarks.layouts.labels import Words
from tests.rendering.layout import Page

_AMOUNTS = ("initial_budget", "full_year_budget", "executed")
_FUND_ORDERS = (
    (*_AMOUNTS, "weight", "rate", "score"),
    (*_AMOUNTS, "rate", "weight", "score"),
    (*_AMOUNTS, "rate", "score", "weight"),
)
_BODY_ORDERS = (
    ("target", "actual", "weight", "score"),
    ("target", "actual", "weight", "score"),
    ("target", "actual", "weight", "score"),
    ("weight", "target", "actual", "score"),
    ("weight", "score", "target", "actual"),
)
_CRITERIA = (
    "完成得满分，未完成按比例得分",
    "按完成比例计分",
    "达到目标得满分，每低一个百分点扣一分",
)
_PROOFS = ("验收资料", "台账", "合同及发票")
_SAID = (
    "项目按计划组织实施，资金使用规范。",
    "无",
    "严格执行财务制度，专款专用。",
    "继续加强项目管理。",
)


@dataclass(frozen=True, slots=True)
class Choices:
    """How one template is put together."""

    label_column: bool
    goals_first: bool
    goal_style: str  # side, stacked
    header_rows: int
    upper: str  # what the upper of two header rows does: split, blank, group
    band: bool  # sections stand in rows of their own above their tables
    fund_order: tuple[str, ...]
    body_order: tuple[str, ...]
    split_target: bool
    number_column: bool
    criteria_column: bool
    proof_column: bool
    review_column: bool
    unit_in: str  # section, line, header
    year_in: str  # title, line, cell
    total_at: str  # foot, above
    total_one: bool
    grade_in: str  # row, total, none
    blocks_above: int
    blocks_below: int
    signature: bool
    contact: bool
    note: bool


def choices(random: Random, *, plain: bool = False) -> Choices:
    """One template; a ``plain`` one is the national form with other words."""

    def chance(share: float) -> bool:
        return not plain and random.random() < share

    rows = 1 if plain else random.choices((1, 2, 3), (70, 20, 10))[0]
    return Choices(
        label_column=plain or random.random() < 0.6,
        goals_first=chance(0.15),
        goal_style="stacked" if chance(0.2) else "side",
        header_rows=min(rows, 2),
        upper=random.choice(("split", "blank", "group")),
        band=chance(0.2) or rows == 3,
        fund_order=_FUND_ORDERS[0] if plain else random.choice(_FUND_ORDERS),
        body_order=_BODY_ORDERS[0] if plain else random.choice(_BODY_ORDERS),
        split_target=chance(0.12),
        number_column=chance(0.15),
        criteria_column=chance(0.15),
        proof_column=chance(0.1),
        review_column=chance(0.08),
        unit_in="section" if plain else random.choice(("section", "section", "line", "header")),
        year_in=random.choice(("line", "line", "title", "cell")),
        total_at="above" if chance(0.08) else "foot",
        total_one=chance(0.15),
        grade_in=random.choice(("row", "total", "none")),
        blocks_above=int(chance(0.2)),
        blocks_below=random.randint(0, 3) if chance(0.5) else 0,
        signature=chance(0.3),
        contact=chance(0.25),
        note=chance(0.2),
    )


@dataclass(slots=True)
class Composed:
    """A printed form and what has to be read from it."""

    page: Page
    wanted: Evaluation
    width: int
    furniture: list[str] = field(default_factory=list)


def compose(random: Random, clean: Evaluation, words: Words, chosen: Choices) -> Composed:
    """``clean`` printed in one template, with the evaluation as it is printed there."""
    wanted = _relabelled(clean, words, chosen)
    return _Composer(random, wanted, words, chosen).composed()


def _relabelled(clean: Evaluation, words: Words, chosen: Choices) -> Evaluation:
    form = deepcopy(clean)
    form.title = _title(words, form, chosen)
    _set_levels(form, words)
    for fund in form.funds:
        fund.label = _fund_label(words, fund)
    if form.total_score is not None:
        form.total_label = words("total")
    form.leader, form.phone = ("某某", "0000-000000") if chosen.contact else (None, None)
    if len(form.funds) == 1:
        form.missing_rows.append("fund_parts")  # as printed, a table without sources
    if chosen.total_at == "above" or chosen.total_one:
        form.total_weight = None
    no_row = "total" in form.missing_rows or chosen.total_at == "above"
    if chosen.grade_in == "none" or (chosen.grade_in == "total" and no_row):
        form.grade = None
    if chosen.review_column and "score" not in form.missing_columns:
        for row in form.indicators:
            row.review_score = row.score
    if chosen.split_target:
        for row in form.indicators:
            row.target = (row.target or "").replace(">=", "≥").replace("<=", "≤") or None
    return form


def _set_levels(form: Evaluation, words: Words) -> None:
    seen: dict[str | None, str | None] = {}
    for row in form.indicators:
        for level in ("level1", "level2"):
            text = getattr(row, level)
            if text not in seen:
                seen[text] = _level(words, level, text)
            setattr(row, level, seen[text])


def _title(words: Words, form: Evaluation, chosen: Choices) -> str:
    bare = words("title")
    return f"{form.year}年度{bare}" if chosen.year_in == "title" else bare


def _level(words: Words, level: str, text: str | None) -> str | None:
    from auditor.forms.vocabulary import level_kind

    kind = level_kind(level, text)
    if text is None or kind is None or text == "/":
        return text
    role = f"{level}.{kind}"
    from benchmarks.layouts.labels import listed

    if role not in listed():
        return text
    points = (
        text[text.index("（") :] if "（" in text else text[text.index("(") :] if "(" in text else ""
    )
    return words(role) + points


def _fund_label(words: Words, fund: Fund) -> str:
    role = f"funds.kind.{fund.kind}"
    if fund.kind == "part":
        return fund.label or ""
    label = words(role)
    opens = (fund.label or "").startswith("其中")
    bare = label.removeprefix("其中：")
    return f"其中：{bare}" if opens else bare


class _Composer:
    def __init__(self, random: Random, form: Evaluation, words: Words, chosen: Choices) -> None:
        self.random, self.form, self.words, self.chosen = random, form, words, chosen
        self.left = int(chosen.label_column)
        self.body = self._body()
        self.levels = 2
        self.width = max(self.left + self.levels + len(self.body), self.left + 2 + 7)
        self.page = Page(self._heading())

    def composed(self) -> Composed:
        self._header()
        parts = [self._funds, self._goals]
        if self.chosen.goals_first:
            parts.reverse()
        for _n in range(self.chosen.blocks_above):
            self._block()
        for part in parts:
            part()
        self._indicators()
        if self.chosen.total_at == "foot":
            self._total()
        self._grade()
        for _n in range(self.chosen.blocks_below):
            self._block()
        if self.chosen.signature:
            self.page.add(
                0, self.width, "　　".join(f"{self.words.another('marks')}：" for _n in "ab")
            )
            self.page.end_row()
        if self.chosen.note:
            self.page.add(0, self.width, "注：1.得分一栏按完成情况填写；2.未完成的须说明原因。")
            self.page.end_row()
        return Composed(self.page, self.form, self.width)

    # --- rows -------------------------------------------------------------------------------

    def row(self, *cells: tuple[int, str | None]) -> None:
        """A row of (width, text); the last one reaches to the edge."""
        column = 0
        for number, (width, text) in enumerate(cells):
            last = number == len(cells) - 1
            self.page.add(column, self.width - column if last else width, text)
            column += width
        self.page.end_row()

    def _heading(self) -> list[str]:
        form, lines = self.form, [self.form.title or ""]
        if self.chosen.year_in == "line":
            lines.append(f"（{form.year}年度）")
        if self.chosen.unit_in == "line":
            lines.append(f"单位：{form.money_unit}")
        return lines

    def _header(self) -> None:
        form, words, half = self.form, self.words, self.width // 2
        two = 2 if self.width >= 8 else 1
        self.row((two, words("header.project")), (0, form.project))
        if self.chosen.year_in == "cell":
            self.row((two, "预算年度"), (0, form.year))
        self.row(
            (two, words("header.department")), (half - two, form.department),
            (1, words("header.unit")), (0, form.unit),
        )  # fmt: skip
        if self.chosen.contact:
            self.row(
                (two, words("header.leader")), (half - two, form.leader),
                (1, words("header.phone")), (0, form.phone),
            )  # fmt: skip
        if self.chosen.total_at == "above" and form.total_score is not None:
            self.row((two, form.total_label), (0, form.total_score))

    def _block(self) -> None:
        label, said = self.words.another("blocks"), self.random.choice(_SAID)
        self.row((2, label), (0, said))

    def _section(self, role: str, rows: int) -> None:
        label = self.words(role)
        if role == "sections.funds" and self.chosen.unit_in == "section":
            label += f"（{self.form.money_unit}）"
        if self.chosen.band:
            self.row((0, label))
            label = ""
        if self.left:
            self.page.add(0, 1, label, rowspan=rows)

    # --- funds ------------------------------------------------------------------------------

    def _funds(self) -> None:
        form = self.form
        if not form.funds:
            return
        missing = form.missing_columns
        order = [n for n in self.chosen.fund_order if f"funds.{n}" not in missing]
        if any(fund.reason for fund in form.funds):
            order.append("reason")
        self._section("sections.funds", len(form.funds) + 1)
        unit = f"（{form.money_unit}）" if self.chosen.unit_in == "header" else ""
        corner = self.words("sections.funds") if not self.left and not self.chosen.band else ""
        if corner and self.chosen.unit_in == "section":
            corner += f"（{form.money_unit}）"
        heads = [
            self.words(f"funds.{name}", "funds") + (unit if name in _AMOUNTS else "")
            for name in order
        ]
        self._fund_row(corner, heads)
        for fund in form.funds:
            self._fund_row(fund.label, [getattr(fund, name) for name in order])

    def _fund_row(self, label: str | None, cells: list[str | None]) -> None:
        first = max(1, self.width - self.left - len(cells))
        first = min(first, 3)
        self.page.add(self.left, first, label)
        column = self.left + first
        for number, text in enumerate(cells):
            last = number == len(cells) - 1
            self.page.add(column, self.width - column if last else 1, text)
            column += 1
        self.page.end_row()

    # --- goals ------------------------------------------------------------------------------

    def _goals(self) -> None:
        form, words = self.form, self.words
        heads = words("goals.goal_expected", "goals"), words("goals.goal_actual", "goals")
        self._section("sections.goals", 2)
        half = (self.width - self.left) // 2
        if self.chosen.goal_style == "stacked":
            pairs = [(heads[0], form.goal_expected), (heads[1], form.goal_actual)]
            for label, text in pairs:
                self.page.add(self.left, 2, label)
                self.page.add(self.left + 2, self.width - self.left - 2, text)
                self.page.end_row()
            return
        for first, second in (heads, (form.goal_expected, form.goal_actual)):
            self.page.add(self.left, half, first)
            self.page.add(self.left + half, self.width - self.left - half, second)
            self.page.end_row()

    # --- indicators -------------------------------------------------------------------------

    def _body(self) -> list[str]:
        missing, chosen = self.form.missing_columns, self.chosen
        order = [name for name in chosen.body_order if name not in missing]
        if chosen.split_target:
            at = order.index("target")
            order[at : at + 1] = ["target_nature", "target", "target_unit"]
        if chosen.criteria_column:
            order.insert(1, "criteria")
        if chosen.review_column and "score" in order:
            order.insert(order.index("score") + 1, "review_score")
        if "deviation" not in missing:
            order.append("deviation")
        if chosen.proof_column:
            order.append("proof")
        return (["number"] if chosen.number_column else []) + ["level3", *order]

    def _head(self, name: str) -> str:
        fixed = {"number": "序号", "criteria": "评分标准", "proof": "佐证材料"}
        if name == "target" and self.chosen.split_target:
            return "指标值"
        return fixed.get(name) or self.words(f"indicators.{name}", "indicators")

    def _places(self) -> list[tuple[int, int]]:
        first = self.left + self.levels
        count = len(self.body)
        return [
            (first + n, (self.width - first - n) if n == count - 1 else 1) for n in range(count)
        ]

    def _indicators(self) -> None:
        rows, chosen = self.form.indicators, self.chosen
        two = chosen.header_rows == 2
        self._section("sections.indicators", len(rows) + (2 if two else 1))
        self._heads(two=two)
        runs1 = _runs([row.level1 for row in rows])
        runs2 = _runs([(row.level1, row.level2) for row in rows])
        for number, row in enumerate(rows):
            if number in runs1:
                self.page.add(self.left, 1, row.level1, rowspan=runs1[number])
            if number in runs2:
                self.page.add(self.left + 1, 1, row.level2, rowspan=runs2[number])
            for (column, width), text in zip(self._places(), self._answers(number), strict=True):
                self.page.add(column, width, text)
            self.page.end_row()

    def _heads(self, *, two: bool) -> None:
        levels = [self.words(f"indicators.level{n}", "indicators") for n in (1, 2)]
        draw = {"group": self._grouped, "split": self._split, "blank": self._half_blank}
        if two:
            draw[self.chosen.upper](levels)
            return
        heads = [(self.left + n, 1, text) for n, text in enumerate(levels)]
        self._row_of([*heads, *self._body_heads()])

    def _body_heads(self) -> list[tuple[int, int, str]]:
        return [
            (column, width, self._head(name))
            for name, (column, width) in zip(self.body, self._places(), strict=True)
        ]

    def _row_of(self, cells: list[tuple[int, int, str]], rowspan: int = 1) -> None:
        for column, width, text in cells:
            self.page.add(column, width, text, rowspan=rowspan)
        self.page.end_row()

    def _grouped(self, levels: list[str]) -> None:
        """指标 over the names of levels and indicator; the other headers are two rows tall."""
        own = [n for n, name in enumerate(self.body) if name in ("number", "level3")]
        heads = self._body_heads()
        self.page.add(self.left, self.levels + len(own), "指标")
        for number, (column, width, text) in enumerate(heads):
            if number not in own:
                self.page.add(column, width, text, rowspan=2)
        self.page.end_row()
        lower = [(self.left + n, 1, text) for n, text in enumerate(levels)]
        self._row_of([*lower, *(heads[n] for n in own)])

    def _split(self, levels: list[str]) -> None:
        """年度 over 指标值, 实际 over 完成值; the other headers are two rows tall."""
        halves = {"target": ("年度", "指标值"), "actual": ("实际", "完成值")}
        if self.chosen.split_target:
            halves = {}
        for number, text in enumerate(levels):
            self.page.add(self.left + number, 1, text, rowspan=2)
        lower = []
        for name, (column, width, text) in zip(self.body, self._body_heads(), strict=True):
            if name in halves:
                self.page.add(column, width, halves[name][0])
                lower.append((column, width, halves[name][1]))
            else:
                self.page.add(column, width, text, rowspan=2)
        self.page.end_row()
        self._row_of(lower)

    def _half_blank(self, levels: list[str]) -> None:
        """A second row with (A) and (B) below two headers and nothing below the others."""
        heads = [(self.left + n, 1, text) for n, text in enumerate(levels)]
        heads += self._body_heads()
        self._row_of(heads)
        marks = {"target": "（A）", "actual": "（B）"}
        below = ["", "", *(marks.get(name, "") for name in self.body)]
        self._row_of(
            [(column, width, text) for (column, width, _h), text in zip(heads, below, strict=True)]
        )

    def _answers(self, number: int) -> list[str | None]:
        row = self.form.indicators[number]
        extra = {
            "number": str(number + 1),
            "criteria": self.random.choice(_CRITERIA),
            "proof": self.random.choice(_PROOFS),
        }
        if self.chosen.split_target:
            extra |= _parts(row.target)
        return [extra[n] if n in extra else getattr(row, n) for n in self.body]

    # --- foot -------------------------------------------------------------------------------

    def _total(self) -> None:
        form = self.form
        if form.total_score is None:
            return
        values = {"weight": form.total_weight, "score": form.total_score}
        places = dict(zip(self.body, self._places(), strict=True))
        first = min(places[name][0] for name in values if name in places)
        self.page.add(0, first, form.total_label)
        grade_at = "deviation" if "deviation" in places else ""
        for name, (column, width) in places.items():
            if column >= first:
                text = values.get(name)
                if name == grade_at and self.chosen.grade_in == "total":
                    text = form.grade
                self.page.add(column, width, text)
        self.page.end_row()
        if self.chosen.grade_in == "total" and not grade_at:
            form.grade = None

    def _grade(self) -> None:
        if self.chosen.grade_in == "row" and self.form.grade is not None:
            self.row((2, self.words("grade")), (0, self.form.grade))


def _parts(target: str | None) -> dict[str, str | None]:
    """A target in three cells: what it is compared by, its number, its unit."""
    import re

    found = re.fullmatch(r"([≥≤=＝]?)(\d+(?:\.\d+)?)(\D*)", target or "")
    if not found:
        return {"target_nature": "定性" if target else None, "target": target, "target_unit": None}
    operator, value, unit = found.groups()
    return {"target_nature": operator or None, "target": value, "target_unit": unit or None}


def _runs(values: list[object]) -> dict[int, int]:
    runs: dict[int, int] = {}
    position = 0
    for _value, group in groupby(values):
        length = len(list(group))
        runs[position] = length
        position += length
    return runs
