"""The two narratives of a form: what was planned for the year, and what became of it."""

from collections.abc import Sequence

from auditor.forms.evaluation import Evaluation
from auditor.forms.evaluation_builder import doubt
from auditor.forms.ledger import Ledger
from auditor.forms.rows import Extent, Row, below, extents
from auditor.forms.signs import BY_NAME, Sign, likeness, sign
from auditor.forms.vocabulary import squeeze
from auditor.intake.document import Cell
from auditor.language import _

GOALS = ("goal_expected", "goal_actual")
_LABELLED = 1.0  # of three headers the first is likelier the label of the section
_ORDER = 0.3  # the goal stands before the result
_SURE = 0.35
_NARRATIVE = 6  # shorter text below no header is no narrative


class Goals:
    """Collects the pieces of both narratives."""

    def __init__(self, form: Evaluation, ledger: Ledger) -> None:
        self.form, self.ledger = form, ledger
        self.columns: dict[str, Extent] = {}
        self.pieces: dict[str, list[Cell]] = {name: [] for name in GOALS}
        self.seen = False
        self._labelled: set[str] = set()

    def head(self, row: Row) -> None:
        """The header row: which of its cells stand over the goal and over the result."""
        self.seen = True
        lowest = min(cell.rowspan for cell in row.filled())
        heads = [
            cell for cell in row.filled()
            if sign(cell.text).short and cell.rowspan == lowest
        ]  # fmt: skip
        spread = dict(zip(
            map(id, row.filled()), extents(row.filled(), spans_known=row.spans_known), strict=True
        ))  # fmt: skip
        self.ledger.label(*row.filled())
        best = self._best(heads)
        if best is None:
            return
        names, certain = best
        self.columns = {name: spread[id(cell)] for name, cell in names.items()}
        self._labelled |= set(names)
        if not certain:
            self._doubt(_("这两栏的表头不认识，按先后当作预期目标和实际完成情况：请核对"))

    def _best(self, heads: Sequence[Cell]) -> tuple[dict[str, Cell], bool] | None:
        """The goal and the result among the headers, and whether it could not be otherwise."""
        told = [sign(cell.text) for cell in heads]
        ranked = sorted(
            (
                (
                    _goal_weight(a, "goal_expected")
                    + _goal_weight(b, "goal_actual")
                    + (_ORDER if i < j else 0.0)
                    - (_LABELLED if len(told) > len(GOALS) and 0 in (i, j) else 0.0),
                    i,
                    -j,
                )
                for i, a in enumerate(told)
                for j, b in enumerate(told)
                if i != j
            ),
            reverse=True,
        )
        if not ranked:
            return None
        score, i, negative = ranked[0]
        j = -negative
        second = ranked[1][0] if len(ranked) > 1 else score - 1
        return {"goal_expected": heads[i], "goal_actual": heads[j]}, score - second > _SURE

    def pair(self, row: Row) -> None:
        """预期目标 | text: a header beside its narrative."""
        self.seen = True
        cells = row.filled()
        position = 0
        while position < len(cells):
            told = sign(cells[position].text)
            name = told.meant("goals") if told.short else None
            follows = position + 1 < len(cells) and (
                name is not None and not _is_head(sign(cells[position + 1].text))
            )
            if name is not None and follows:
                self.ledger.label(cells[position])
                self._labelled.add(name)
                self._take(name, cells[position + 1])
                position += 2
            else:
                if told.short and ("sections" in told.labels or "goals" in told.labels):
                    self.ledger.label(cells[position])
                    self._labelled |= {told.named("goals") or ""}
                position += 1

    def row(self, row: Row) -> None:
        """A row below the headers, or narratives without any."""
        self.seen = True
        own = []
        for cell in row.filled():
            told = sign(cell.text)
            if told.short and _is_section(told) and (cell.column == 0 or told.named("sections")):
                self.ledger.label(cell)
            else:
                own.append(cell)
        heads = [cell for cell in own if sign(cell.text).short and sign(cell.text).meant("goals")]
        if len(heads) == len(GOALS) and len(own) == 2 * len(GOALS) and own[:2] == heads:
            self.ledger.label(*heads)  # a dump that set the narratives behind their headers
            own = own[2:]
            found = dict(zip(GOALS, own, strict=True))
        elif row.dense:
            found = self._dense(own)
        elif self.columns:
            found = self._below(row, own)
        else:
            found = self._without_headers(own)
        for name, cell in found.items():
            if squeeze(cell.text):
                self._take(name, cell)

    def _below(self, row: Row, own: Sequence[Cell]) -> dict[str, Cell]:
        """The cells of a row below their headers, or in their order where the source lost cells."""
        found = below(row, self.columns, from_above=frozenset())
        found = {name: cell for name, cell in found.items() if cell in own}
        if not row.spans_known and len(found) < len(own) == len(GOALS):
            # The label beside the headers reaches down: the row begins further left.
            return dict(zip(self._in_order(), own, strict=True))
        if len(row.cells) == 1 and own:
            return {"goal_actual": own[0]}  # a paragraph of the narrative, torn off
        if not row.spans_known and own and not found and len(own) <= len(GOALS):
            return dict(zip(GOALS, own, strict=False))
        return found

    def _in_order(self) -> list[str]:
        """The two narratives as their headers stand, left to right."""
        return sorted(self.columns, key=lambda name: self.columns[name].start)

    def _take(self, name: str, cell: Cell) -> None:
        self.ledger.field(cell)
        self.pieces[name].append(cell)

    def _without_headers(self, own: Sequence[Cell]) -> dict[str, Cell]:
        texts = [cell for cell in own if len(squeeze(cell.text)) >= _NARRATIVE]
        if not texts or len(texts) > len(GOALS) or any(self.pieces.values()):
            return {}
        self._doubt(_("目标没有表头，按先后当作预期目标和实际完成情况：请核对"))
        return dict(zip(GOALS, texts, strict=False))

    def _dense(self, cells: Sequence[Cell]) -> dict[str, Cell]:
        """Two cells are the two narratives; of any other number the border is open."""
        if len(cells) != len(GOALS) or any(self.pieces.values()):
            reason = _("文本里两栏文字的分界看不出：请提交原始文件")
            for name in GOALS:
                doubt(self.form, f"/{name}", reason, ("".join(c.text for c in cells),))
        return dict(zip(GOALS, cells, strict=False))

    def _doubt(self, reason: str) -> None:
        for name in GOALS:
            doubt(self.form, f"/{name}", reason, (None,))

    def settle(self) -> None:
        """Puts the pieces of each narrative together; a doubt on it has both as readings."""
        for name in GOALS:
            if self._labelled and name not in self._labelled and not self.pieces[name]:
                reason = _("只认出了两栏目标中的一栏，另一栏可能换了名称：请核对")
                doubt(self.form, f"/{name}", reason, (None, ""))
        texts = {name: "".join(squeeze(piece.text) for piece in self.pieces[name]) or None
                 for name in GOALS}  # fmt: skip
        for name, text in texts.items():
            if text is not None:
                setattr(self.form, name, text)
                self.form.locators[f"/{name}"] = self.pieces[name][0].place.as_dict()
        readings = dict(zip(GOALS, zip(texts.values(), reversed(texts.values()), strict=True),
                            strict=True))  # fmt: skip
        for number, known in enumerate(self.form.doubts):
            name = known.cell.removeprefix("/")
            if name in readings and known.readings == (None,):
                self.form.doubts[number] = type(known)(known.cell, known.reason, readings[name])


def _is_section(told: Sign) -> bool:
    """Whether a cell is the label of the section, and not of one of its two halves."""
    found = told.labels.get("sections")
    block = told.labels.get("blocks")
    if told.named("goals"):
        return False
    return bool(found) or bool(block and block[1] == BY_NAME)


def _is_head(told: Sign) -> bool:
    return told.short and told.meant("goals") is not None


def _goal_weight(told: Sign, name: str) -> float:
    """How much a header speaks for one of the two; the label of the section speaks for neither."""
    found = told.labels.get("goals")
    section = told.labels.get("sections")
    if section is not None and told.named("goals") is None:
        against = 1.5 if section[1] == BY_NAME else 0.3
    else:
        against = 0.0
    if found is not None:
        return ((2.0 if found[1] == BY_NAME else 1.2) if found[0] == name else -0.5) - against
    return dict(likeness(told.text, "goals")).get(name, 0.0) * 0.6 - against
