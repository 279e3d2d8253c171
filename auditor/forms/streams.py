"""Cells in reading order without rows: one to a line, all in one line, or rows broken anywhere.

Labels tell where the sections are. Below the headers of a table its cells are cut into rows so
that, all rows together, they go best with the columns by their kinds (Viterbi); which cell of a row
stands in which column is settled afterwards, as for any other row of text.
"""

import re
from collections.abc import Iterator, Sequence

from auditor.forms import titles
from auditor.forms.columns import LABEL, TARGET_PARTS, kind_weight
from auditor.forms.rows import Row
from auditor.forms.signs import Sign
from auditor.forms.tokens import Token, tokens_of
from auditor.intake.document import Cell, Line

_FEWEST = 4  # headers of a table
_PLACEHOLDER = re.compile(r"[.…·。]{2,}|指标\d+[:：.、]?|[（(]\d+(\.\d+)?分?[)）]")
_GRADES = frozenset("优良中差")
_UNSEEN = -2.0  # a row that lacks a column which rows have
_DUE = frozenset({"level3", "target", "actual", "weight", "score"})
_ROW = -0.5  # beginning a row


def rows_of_stream(lines: Sequence[Line]) -> list[Row]:
    """The rows that the cells of some lines make."""
    return [row for row in _Cutter(tokens_of(lines)).rows() if row.cells]


class _Cutter:
    """Goes through the pieces once, section by section."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens, self.at = tokens, 0
        self.number = 0

    def rows(self) -> Iterator[Row]:
        """The rows in order."""
        while self.at < len(self.tokens):
            table, size = self._header_run()
            if table:
                yield from self._table(table, size)
            elif self._goal_heads():
                yield from self._goals()
            elif self._is_total():
                yield from self._total()
            else:
                yield self._pair()

    def _row(self, tokens: Sequence[Token], *, dense: bool) -> Row:
        cells = tuple(
            Cell(self.number, column, token.text, token.place)
            for column, token in enumerate(tokens)
            if token.text or not dense
        )
        self.number += 1
        return Row(cells, spans_known=False, dense=dense)

    def _told(self, offset: int = 0) -> Sign | None:
        place = self.at + offset
        return self.tokens[place].told if place < len(self.tokens) else None

    def _past_blanks(self, offset: int) -> int:
        while (told := self._told(offset)) is not None and not told.text:
            offset += 1
        return offset

    # --- headers ----------------------------------------------------------------------------

    def _header_run(self) -> tuple[str, int]:
        """The table whose headers begin here, and how many pieces they are."""
        for table in ("funds", "indicators"):
            family, size = f"columns.{table}", 0
            seen: set[str] = set()
            while True:
                at = self._past_blanks(size) if seen else size  # a half is padded to the full width
                told = self._told(at)
                if told is None or not told.short:
                    break
                section = told.named("sections") is not None
                key = None if section else told.meant(family)
                leads = not seen and told.meant("sections") is not None
                other = section or leads or told.kind == "unit"
                if key is None and (not other or at > size):
                    break
                if key is not None and key in seen and not _is_lower_half(key, seen, table):
                    break
                seen |= {key} if key is not None else set()
                size = at + 1
            known = seen - {None, "other", "open"}
            amounts = known & {"initial_budget", "full_year_budget", "executed", "rate"}
            core = known & {"level1", "level2", "level3", "target", "actual"}
            if len(known) >= _FEWEST and len(amounts if table == "funds" else core) > 1:
                return table, size
        return "", 0

    def _table(self, table: str, size: int) -> Iterator[Row]:
        heads = [token for token in self.tokens[self.at : self.at + size] if token.text]
        self.at += size
        while self._told() is not None and _LOWER.fullmatch(self.tokens[self.at].text):
            self.at += 1
        sections = 0
        family = f"columns.{table}"
        while sections < len(heads) - 1 and (
            heads[sections].told.meant(family) is None
            or heads[sections].told.named("sections") is not None
        ):
            sections += 1
        body = self._until_end(table)
        heads = heads[:sections] + _in_order(heads[sections:], family)
        names = [head.told.meant(family) or "other" for head in heads[sections:]]
        whole = any(not token.text for token in body)  # blank cells are kept
        if table == "funds" and whole and sections:
            sections -= 1  # the header over the rows' labels
            names = [LABEL, *names]
        for token in heads[:sections]:
            yield self._row([token], dense=False)
        if table == "funds" and not whole:
            names = [LABEL, *names]
        header = heads[sections:]
        blank = [Token("", header[0].place)] if len(names) > len(header) else []
        yield self._row([*blank, *header], dense=False)
        if table == "funds":
            yield from self._cut(body, names, table, dense=not whole)
        else:
            yield from self._indicators(body, names, dense=not whole)
            yield from self._total()

    def _indicators(
        self, body: Sequence[Token], names: Sequence[str], *, dense: bool
    ) -> Iterator[Row]:
        """Rows of indicators, and between them the template's own rows (……, 指标2：)."""
        kept = [token for token in body if not _PLACEHOLDER.fullmatch(token.text)]
        order = {id(token): number for number, token in enumerate(body)}
        rows = list(self._cut(kept, names, "indicators", dense=dense))
        places = {id(token.place): order[id(token)] for token in kept}
        empty = [token for token in body if _PLACEHOLDER.fullmatch(token.text)]
        listed = [(places[id(row.cells[0].place)], row) for row in rows if row.cells]
        listed += [(order[id(token)], self._row([token], dense=True)) for token in empty]
        yield from (row for _place, row in sorted(listed, key=lambda entry: entry[0]))

    def _until_end(self, table: str) -> list[Token]:
        """The cells of a table: up to the next section, header run or row of totals."""
        body: list[Token] = []
        while (told := self._told()) is not None:
            if self._header_run()[0] or self._goal_heads():
                break
            if told.short and self._ends(table, told):
                break
            body.append(self.tokens[self.at])
            self.at += 1
        while body and not body[-1].text and table == "funds":
            body.pop()
        return body

    def _ends(self, table: str, told: Sign) -> bool:
        if told.named("sections") and not told.named("level2"):
            return True
        if titles.is_signature(told.text) or titles.title_likeness(told.text) == 1:
            return True
        if table == "funds":
            return told.named("header") is not None or told.named("goals") is not None
        return self._is_total() or told.named("blocks") is not None

    # --- rows of a table --------------------------------------------------------------------

    def _cut(
        self, body: Sequence[Token], names: Sequence[str], table: str, *, dense: bool
    ) -> Iterator[Row]:
        if not dense and len(body) % len(names) == 0 and self._stands(body, names, table):
            for start in range(0, len(body), len(names)):
                yield self._row(body[start : start + len(names)], dense=False)
            return
        filled = [token for token in body if token.text]
        starts = _starts([token.told for token in filled], names, table) or [0]
        for start, end in zip(starts, [*starts[1:], len(filled)], strict=True):
            yield self._row(filled[start:end], dense=True)

    def _stands(self, body: Sequence[Token], names: Sequence[str], table: str) -> bool:
        """Whether cells cut at the width of the header go with their columns."""
        weights = [
            kind_weight(table, name, token.told)
            for token, name in zip(body, [*names] * (len(body) // len(names)), strict=True)
            if token.text
        ]
        return all(weight > -3 for weight in weights)  # noqa: PLR2004 - what never stands there

    def _is_total(self) -> bool:
        told, following = self._told(), self._told(1)
        return bool(told and told.named("total") and following and following.figure)

    def _total(self) -> Iterator[Row]:
        if not self._is_total():
            return
        row = [self.tokens[self.at]]
        self.at += 1
        while (told := self._told()) is not None and (
            told.figure or told.text in _GRADES or not told.text
        ):
            row.append(self.tokens[self.at])
            self.at += 1
        yield self._row([token for token in row if token.text], dense=True)

    # --- goals and header -------------------------------------------------------------------

    def _goal_heads(self) -> bool:
        first, second = self._told(), self._told(1)
        return (
            first is not None
            and second is not None
            and first.named("goals") == "goal_expected"
            and second.named("goals") == "goal_actual"
        )

    def _goals(self) -> Iterator[Row]:
        yield self._row(self.tokens[self.at : self.at + 2], dense=True)
        self.at += 2
        texts: list[Token] = []
        while (told := self._told()) is not None:
            if self._ends_goals(told, texts):
                break
            texts.append(self.tokens[self.at])
            self.at += 1
        yield self._row([token for token in texts if token.text], dense=True)

    def _ends_goals(self, told: Sign, texts: Sequence[Token]) -> bool:
        """Whether the narratives end here: at a section, a block, or the headers of a table."""
        if told.short and (told.named("sections") or _numbered(told)):
            return True
        certain = len(texts) > 1 or any(told.named(f"columns.{t}") for t in ("funds", "indicators"))
        return certain and bool(self._header_run()[0])

    def _pair(self) -> Row:
        """A label with what stands behind it, or a piece alone."""
        first = self.tokens[self.at]
        self.at += 1
        if first.told.meant("header") is None or not first.told.short:
            rest = self._block() if "blocks" in first.told.labels and first.told.short else []
            return self._row([first, *rest], dense=True)
        value: list[Token] = []
        while (told := self._told()) is not None and not self._begins(told):
            if told.text:
                value.append(self.tokens[self.at])
            self.at += 1
            if first.told.meant("header") != "project" and value:
                break
        return self._row([first, *value], dense=True)

    def _block(self) -> list[Token]:
        told = self._told()
        if told is None or self._begins(told) or "blocks" in told.labels:
            return []
        self.at += 1
        return [self.tokens[self.at - 1]] if told.text else []

    def _begins(self, told: Sign) -> bool:
        """Whether a piece begins something of its own."""
        if self._header_run()[0] or self._goal_heads():
            return True
        named = ("header", "sections", "goals", "total")
        return told.short and any(told.named(family) for family in named)


_LOWER = re.compile(r"[（(][A-D×/*=%100]{1,8}[)）]|[A-D]")


_ORDER = ("level1", "level2", "level3", "target_nature", "target_operator", "target",
          "target_unit", "actual", "weight", "score", "review_score", "deviation")  # fmt: skip


def _is_lower_half(key: str, seen: set[str], table: str) -> bool:
    """Whether a header met before goes on below: 指标值 under 年度指标值, beside its unit."""
    split = seen.intersection(TARGET_PARTS)
    return key in ("other", "open") or (table == "indicators" and key == "target" and bool(split))


def _in_order(heads: Sequence[Token], family: str) -> list[Token]:
    """Headers whose lower half was printed behind the upper one, in the order of the columns."""
    keys = [head.told.meant(family) or "other" for head in heads]
    latest = {key: number for number, key in enumerate(keys) if key != "other"}
    single = [n for n, key in enumerate(keys) if key == "other" or latest[key] == n]
    swapped = any(
        keys[n].startswith("level") and keys[m] in ("actual", "weight", "score")
        for m in single for n in single if m < n
    )  # fmt: skip
    if swapped and all(keys[n] in _ORDER for n in single):
        single.sort(key=lambda n: _ORDER.index(keys[n]))
    return [heads[n] for n in single]


def _numbered(told: Sign) -> bool:
    """2.项目实施内容及过程概述: a further block."""
    return bool(re.match(r"\d[.、．]", told.text)) and "blocks" in told.labels


def _starts(told: Sequence[Sign], names: Sequence[str], table: str) -> list[int]:
    """Where the rows begin, so that all cells together go best with the columns."""
    if not told:
        return []
    heads = [n for n, name in enumerate(names) if name in (LABEL, "level1", "level2", "level3")]
    states: list[tuple[float, tuple[int, ...], int]] = [(0.0, (), -1)]
    for number, s in enumerate(told):
        best: dict[int, tuple[float, tuple[int, ...], int]] = {}
        for score, starts, last in states:
            for column in range(len(names)):
                if last >= 0 and column > last:
                    step, begun = _skipped(names, last, column), starts
                elif column in heads:
                    step = _ROW + (_skipped(names, last, len(names)) if last >= 0 else 0.0)
                    begun = (*starts, number)
                else:
                    continue
                if not begun:
                    continue
                total = score + step + _weight(table, names[column], s)
                if column not in best or total > best[column][0]:
                    best[column] = (total, begun, column)
        states = list(best.values()) or states
    return list(max(states, key=lambda state: state[0])[1])


def _skipped(names: Sequence[str], last: int, column: int) -> float:
    """What it costs to leave the columns between two cells blank."""
    return sum(_UNSEEN if names[n] in _DUE else -0.2 for n in range(last + 1, column))


def _weight(table: str, name: str, told: Sign) -> float:
    if name == "other":
        return 0.0
    known = 2.0 if name == LABEL and "funds" in told.labels else 0.0
    return kind_weight(table, name, told) + known
