"""What reviewers decide about findings: waived with a reason, accepted, or to be asked.

One YAML file beside the submission, a line per decision, keyed by the finding's fingerprint: so it
survives re-ordering, renaming and re-submission, and falls when the waived figures change. People
edit it by hand and git merges it by lines (``merge=union``), so a fault is told by line and column,
and of two entries for one finding the later one holds.
"""

import datetime as dt
import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from auditor import output_files
from auditor.file_locks import locked
from auditor.intake.files import WAIVERS
from auditor.language import _
from auditor.resources import refuse_aliases

WAIVE, ACCEPT, ASK = "waive", "accept", "ask"
KINDS = (WAIVE, ACCEPT, ASK)
_KEYS = ("decision", "fingerprint", "rule", "project", "reason", "who", "when", "until")
_FINGERPRINT = re.compile(r"[0-9a-f]{16}")
_CONFLICT = re.compile(r"<{7} |={7}$|>{7} |\|{7} ")
_PLAIN = re.compile(r"[0-9a-f]{16}|[A-Z]\d+|\d{4}-\d\d-\d\d|waive|accept|ask")
ATTRIBUTES = f"{WAIVERS} merge=union\n"


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision; ``when`` and ``until`` are ISO days, ``until`` is the last day it holds."""

    fingerprint: str
    decision: str = WAIVE
    rule: str = ""
    project: str = ""
    reason: str = ""
    who: str = ""
    when: str = ""
    until: str = ""

    def holds(self, today: dt.date) -> bool:
        """Whether a waiver has not expired."""
        return not self.until or dt.date.fromisoformat(self.until) >= today

    def as_waived(self) -> dict[str, str | None]:
        """The ``waived`` of a finding."""
        return {
            "reason": self.reason,
            "who": self.who,
            "when": self.when,
            "until": self.until or None,
        }


class DecisionFault(Exception):
    """The file cannot be taken: with file, line and column."""

    def __init__(self, file: Path | str, line: int, column: int, message: str) -> None:
        super().__init__(f"{file}:{line}:{column}: {message}")
        self.line, self.column, self.message = line, column, message


@dataclass(frozen=True, slots=True)
class _Entry:
    """A decision and the lines of the file that hold it: first (from 0) and the one behind."""

    decision: Decision
    first: int
    behind: int


@dataclass(slots=True)
class Decisions:
    """The decisions of one file; lines that are not ours (comments) are kept as they are.

    Others may change the file at any time: a change reads it again, changes it and writes it back
    under one lock, so that nobody's decision is lost.
    """

    file: Path
    _lines: list[str] = field(default_factory=list)
    _entries: dict[str, list[_Entry]] = field(default_factory=dict)
    _dash: str = ""
    _state: object = None  # of the file when it was last read or written
    taken_in: int = 0  # how often what others had decided was read

    @classmethod
    def read(cls, file: Path) -> "Decisions":
        """The file's decisions; none when it does not exist.

        Raises:
            DecisionFault: it cannot be read, is no YAML, or an entry is incomplete.
        """
        state = _state_of(file)
        try:
            text = file.read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            return cls(file, [f"# auditor: {_head()[0]}\n", f"# {_head()[1]}\n"])
        except (OSError, UnicodeDecodeError) as error:
            raise DecisionFault(file, 1, 1, _("读不出：{why}").format(why=error)) from error
        made = cls(file, text.splitlines(keepends=True), _state=state)
        made._take(text)
        return made

    def refresh(self) -> bool:
        """Takes in what others have decided since; whether there was anything.

        Raises:
            DecisionFault: the file is broken now; what was read before is kept.
        """
        if _state_of(self.file) == self._state:
            return False
        now = Decisions.read(self.file)
        now.taken_in = self.taken_in + 1
        for name in self.__slots__:
            setattr(self, name, getattr(now, name))
        return True

    def __iter__(self) -> Iterator[Decision]:
        """The decision that holds for each finding, in the file's order."""
        for entries in self._entries.values():
            yield entries[-1].decision

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, fingerprint: str) -> Decision | None:
        """What was decided about a finding."""
        entries = self._entries.get(fingerprint)
        return entries[-1].decision if entries else None

    def waivers(self) -> dict[str, Decision]:
        """The waivers by fingerprint, expired ones too."""
        return {d.fingerprint: d for d in self if d.decision == WAIVE}

    def decide(self, *decisions: Decision) -> None:
        """Adds decisions or replaces those about the same findings, and saves the file.

        Raises:
            DecisionFault: a waiver without a reason, a wrong day, or the file is broken.
            OSError: the file cannot be written, or another process holds it; then nothing has
                changed.
        """
        with self.changing():
            for decision in decisions:
                self.put(decision)

    def expire(self, fingerprint: str, last: dt.date) -> None:
        """Lets a waiver hold until ``last`` and no longer.

        Raises:
            KeyError: nothing is waived by this fingerprint.
            DecisionFault, OSError: as for :meth:`decide`.
        """
        with self.changing():
            self.put(replace(self.waivers()[fingerprint], until=last.isoformat()))

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Reads the file, lets the block :meth:`put` and :meth:`drop`, and saves it: as one step.

        Raises:
            DecisionFault, OSError: as for :meth:`decide`; nothing has changed then.
        """
        with locked(self.file):
            self.refresh()
            before = list(self._lines), dict(self._entries)
            try:
                yield
                output_files.write(self.file, "".join(self._lines).encode())
            except BaseException:
                self._lines, self._entries = before
                raise
            self._state = _state_of(self.file)

    def put(self, decision: Decision) -> None:
        """Adds or replaces a decision, within :meth:`changing`.

        Raises:
            DecisionFault: it says too little.
        """
        decision = replace(decision, reason=decision.reason.strip())
        _refuse(decision, self.file, 1, 1)
        self.drop(decision.fingerprint)
        if self._lines and not self._lines[-1].endswith("\n"):
            self._lines[-1] += "\n"
        self._lines.append(f"{self._dash}- {_flow(decision)}\n")
        here = len(self._lines)
        self._entries[decision.fingerprint] = [_Entry(decision, here - 1, here)]

    def drop(self, fingerprint: str) -> None:
        """Takes all entries of a finding out, within :meth:`changing`."""
        for entry in sorted(self._entries.pop(fingerprint, []), key=lambda e: -e.first):
            gone = entry.behind - entry.first  # what stands behind them moves up
            del self._lines[entry.first : entry.behind]
            for other, kept in self._entries.items():
                self._entries[other] = [
                    replace(e, first=e.first - gone, behind=e.behind - gone)
                    if e.first >= entry.behind
                    else e
                    for e in kept
                ]

    def _take(self, text: str) -> None:
        for number, line in enumerate(self._lines, 1):
            if _CONFLICT.match(line):
                said = _("合并冲突没有解决：两边的行都留下，删去带 < = > 的标记行")
                raise DecisionFault(self.file, number, 1, said)
        for node in self._nodes(text):
            decision = _decision(node, self.file)
            # A block ends, for YAML, where the next one begins; for us with its last value.
            last = node if node.flow_style else node.value[-1][1]
            entry = _Entry(decision, node.start_mark.line, last.end_mark.line + 1)
            self._entries.setdefault(decision.fingerprint, []).append(entry)
            self._dash = " " * max(0, node.start_mark.column - 2)
        for fingerprint, entries in self._entries.items():
            # The later one holds; of two of one day the one that ends first.
            entries.sort(key=lambda e: (e.decision.when, _reversed(e.decision.until)))
            self._entries[fingerprint] = entries

    def _nodes(self, text: str) -> list[Any]:
        """The entries as YAML nodes: a list, also below the key ``waivers``."""
        import yaml

        try:
            refuse_aliases(text)
            root = yaml.compose(text, Loader=yaml.CSafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            said = _("不是 YAML：{why}").format(why=error.problem or error.context)
            raise DecisionFault(self.file, line, column, said) from error
        except yaml.YAMLError as error:
            said = _("不是 YAML：{why}").format(why=error)
            raise DecisionFault(self.file, 1, 1, said) from error
        if isinstance(root, yaml.MappingNode):
            root = next((v for k, v in root.value if k.value == "waivers"), root)
        if root is None or (isinstance(root, yaml.ScalarNode) and not root.value):
            return []
        if not isinstance(root, yaml.SequenceNode) or (root.flow_style and root.value):
            mark = root.start_mark
            said = _("应是一张清单，每行一个决定：- {fingerprint: …, reason: …}")
            raise DecisionFault(self.file, mark.line + 1, mark.column + 1, said)
        return list(root.value)


def _state_of(file: Path) -> object:
    """What tells one state of a file from another: every save makes a new file."""
    try:
        told = file.stat()
    except FileNotFoundError:
        return None
    return told.st_ino, told.st_size, told.st_mtime_ns


def _head() -> tuple[str, str]:
    """What a new file says of itself."""
    return (
        _("每行一个决定。decision：waive 豁免（默认，要有 reason）、accept 接受、ask 待问"),
        _("until：豁免的最后一天"),
    )


def _reversed(until: str) -> int:
    """Sorts an earlier end behind a later one, and no end first."""
    return -int(until.replace("-", "")) if until else -99_999_999


def _decision(node: Any, file: Path) -> Decision:
    """One entry.

    Raises:
        DecisionFault: with the place of what is wrong in it.
    """
    import yaml

    line, column = node.start_mark.line + 1, node.start_mark.column + 1
    if not isinstance(node, yaml.MappingNode):
        raise DecisionFault(file, line, column, _("应是一个决定：{fingerprint: …, reason: …}"))
    values: dict[str, str] = {}
    for key, value in node.value:
        at = key.start_mark.line + 1, key.start_mark.column + 1
        if key.value not in _KEYS or not isinstance(value, yaml.ScalarNode):
            said = _("不认识 {name}；可写：{known}")
            raise DecisionFault(file, *at, said.format(name=key.value, known=", ".join(_KEYS)))
        absent = value.tag.endswith(":null") and value.value in ("", "~", "null")
        values[key.value] = "" if absent else value.value.strip()
    made = Decision(**{"fingerprint": "", **values})
    _refuse(made, file, line, column)
    return made


def _refuse(decision: Decision, file: Path, line: int, column: int) -> None:
    """Raises for a decision that says too little."""
    if not _FINGERPRINT.fullmatch(decision.fingerprint):
        said = _("缺 fingerprint（16 位，见 findings.json 或 Excel 报告的“指纹”列）")
        raise DecisionFault(file, line, column, said)
    if decision.decision not in KINDS:
        said = _("decision 应为 {known}，不是 {name}")
        raise DecisionFault(
            file, line, column, said.format(known=", ".join(KINDS), name=decision.decision)
        )
    if decision.decision == WAIVE and not decision.reason.strip():
        said = _("豁免 {fingerprint} 没有理由：请写 reason")
        raise DecisionFault(file, line, column, said.format(fingerprint=decision.fingerprint))
    for name in ("when", "until"):
        day: str = getattr(decision, name)
        try:
            if day:
                dt.date.fromisoformat(day)
        except ValueError as error:
            said = _("{name} 应是日期（2025-12-31），不是 {day}").format(name=name, day=day)
            raise DecisionFault(file, line, column, said) from error


def _flow(decision: Decision) -> str:
    """A decision on one line; keys that say nothing are left out."""
    told = {
        key: value
        for key in _KEYS
        if (value := getattr(decision, key)) and not (key == "decision" and value == WAIVE)
    }
    return "{" + ", ".join(f"{key}: {_scalar(value)}" for key, value in told.items()) + "}"


def _scalar(text: str) -> str:
    """A value as YAML on one line, whatever is in it."""
    import yaml

    if _PLAIN.fullmatch(text):
        return text
    quoted: str = yaml.dump(
        text, default_style='"', allow_unicode=True, width=math.inf, Dumper=yaml.SafeDumper
    )
    return quoted.strip()
