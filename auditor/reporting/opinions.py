"""A filled-in Excel report read back: the columns 处理意见 and 理由 become decisions.

Only the sheet of all findings is read, found by its headers: sheets and columns may be moved, rows
sorted and filtered. A row with a fault costs that row alone and is told by its number.
"""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from auditor.findings.decisions import ACCEPT, ASK, WAIVE, Decision
from auditor.intake.problems import BROKEN_ZIP
from auditor.language import _
from auditor.reporting.templates import found
from auditor.resources import load_yaml

WORDS = {ACCEPT: ("接受", "accept"), WAIVE: ("豁免", "waive"), ASK: ("待问", "ask")}
_KEYS = ("fingerprint", "rule", "project", "opinion", "reason")
_FINGERPRINT = re.compile(r"[0-9a-f]{16}")


class WorkbookFault(Exception):
    """The file is no workbook, or has no sheet with the columns that are needed."""


def words() -> tuple[str, ...]:
    """What the column 处理意见 takes, in the language in use."""
    from auditor.language import LANGUAGES, chosen

    place = LANGUAGES.index(chosen())
    return tuple(both[place] for both in WORDS.values())


@dataclass(slots=True)
class Opinions:
    """What a workbook says: rows that were filled in, rows with faults, rows left blank."""

    rows: list[dict[str, str]] = field(default_factory=list)
    faults: list[tuple[int, str]] = field(default_factory=list)
    blank: int = 0

    @property
    def taken(self) -> int:
        """How many rows give a decision."""
        return len(self.rows)

    @classmethod
    def read(cls, workbook: Path, own: Path | None = None) -> "Opinions":
        """The opinions in a workbook that :mod:`auditor.reporting.workbook` made.

        Raises:
            WorkbookFault: it cannot be opened, or no sheet has the columns.
        """
        columns, rows = _sheet(workbook, own)
        made = cls()
        seen: dict[str, tuple[int, str]] = {}
        for number, values in rows:
            row = {key: _text(values, place) for key, place in columns.items()}
            if not row["opinion"] and not row["reason"]:
                made.blank += any(row.values())
                continue
            fault = _fault(row, seen.get(row["fingerprint"]))
            if fault:
                made.faults.append((number, fault))
            else:
                seen[row["fingerprint"]] = (number, row["opinion"] + row["reason"])
                made.rows.append(row)
        return made

    def decisions(self, who: str, today: dt.date) -> Iterator[Decision]:
        """The rows as decisions of one person on one day."""
        for row in self.rows:
            yield Decision(
                row["fingerprint"], decision=_kind(row["opinion"]) or "", rule=row["rule"],
                project=row["project"], reason=row["reason"], who=who, when=today.isoformat(),
            )  # fmt: skip


def _fault(row: dict[str, str], earlier: tuple[int, str] | None) -> str | None:
    """What is wrong with a filled-in row, and what to do."""
    if not _FINGERPRINT.fullmatch(row["fingerprint"]):
        return _("指纹被改动或删除：请从原报告复制这一格")
    if not row["opinion"]:
        return _("写了理由，没有选处理意见")
    kind = _kind(row["opinion"])
    if kind is None:
        said = _("处理意见应为 {known}，不是 {word}")
        return said.format(known=_("、").join(words()), word=row["opinion"])
    if kind == WAIVE and not row["reason"]:
        return _("豁免没有写理由")
    if earlier is not None and earlier[1] != row["opinion"] + row["reason"]:
        return _("与第 {n} 行是同一条发现，处理意见不同").format(n=earlier[0])
    return None


def _kind(word: str) -> str | None:
    plain = word.strip().lower()
    return next((kind for kind, both in WORDS.items() if plain in both), None)


def _sheet(
    workbook: Path, own: Path | None
) -> tuple[dict[str, int], list[tuple[int, tuple[Any, ...]]]]:
    """The columns by key, and the numbered rows, of the sheet of all findings."""
    import openpyxl

    headers = _headers(own)
    try:
        book = openpyxl.load_workbook(workbook, read_only=True, data_only=True)
        sheets = [
            list(enumerate(sheet.iter_rows(values_only=True), 1)) for sheet in book.worksheets
        ]
    except (KeyError, SyntaxError, *BROKEN_ZIP) as error:  # SyntaxError: XML that is none
        raise WorkbookFault(_("不是可以打开的 .xlsx：{why}").format(why=error)) from error
    for rows in sheets:
        for position, (_number, values) in enumerate(rows[:10]):
            titles = [str(value).strip() if value is not None else "" for value in values]
            places = {
                key: titles.index(title)
                for key, both in headers.items()
                for title in both
                if title in titles
            }
            if set(places) == set(_KEYS):
                return places, rows[position + 1 :]
    missing = _("、").join(both[0] for both in headers.values())
    raise WorkbookFault(_("没有一张工作表同时有这些列：{names}").format(names=missing))


def _headers(own: Path | None) -> dict[str, tuple[str, str]]:
    """The headers of the columns that are read, in both languages, by the layout's keys."""
    listed = load_yaml(found("workbook.yaml", own))["findings"]
    return {entry["key"]: (entry["zh"], entry["en"]) for entry in listed if entry["key"] in _KEYS}


def _text(values: tuple[Any, ...], place: int) -> str:
    value = values[place] if place < len(values) else None
    return "" if value is None else str(value).strip()
