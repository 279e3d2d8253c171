"""Cache of reading results on disk, by the hash of the file: a killed run continues from it.

Each file is one line, appended when it has been read. A line cut off by a kill is read again; a
file whose bytes changed has another hash. Another version of the tool or vocabulary starts anew.
"""

import hashlib
import json
import os
import re
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from auditor.file_locks import locked
from auditor.forms.evaluation import Doubt, Evaluation, Fund, Indicator, Unplaced
from auditor.intake.problems import Problem
from auditor.language import _
from auditor.resources import digest, folder, yaml_files

Read = tuple[list[Evaluation], list[Problem], list[str]]
# What may turn out otherwise the next time: the file is read again.
_LINE = re.compile(rb"[0-9a-f]{64}-[0-9a-f]{16} ")
_TORN = re.compile(rb"[0-9a-f-]*+ ?+")
_KEY = 82  # bytes of a key with the space behind it
_PASSING = frozenset({"timeout", "reader-failed", "no-permission", "missing", "needs-extra"})


class ReadingCache:
    """The results of earlier reading in one file; ``get`` by key, ``put`` appends."""

    def __init__(self, path: Path) -> None:
        """Opens or makes the file and holds its lock until :meth:`close`.

        Raises:
            OSError: it cannot be written, another process holds it, or it is something else.
        """
        self._state = digest(yaml_files(folder("rules") / "vocabulary"))
        self._places: dict[str, int] = {}
        with ExitStack() as opened:
            opened.enter_context(locked(path))
            self._file: BinaryIO = opened.enter_context(path.open("a+b"))
            self._index(path)
            self._opened = opened.pop_all()

    def _index(self, path: Path) -> None:
        """Where each whole line of this version begins; a torn one at the end is cut off."""
        self._file.seek(0)
        head = self._file.read(_KEY)
        if not (_LINE.match(head) if len(head) == _KEY else _TORN.fullmatch(head)):
            said = _("{file} 里是别的内容，不是读取记录：请换一个文件名")
            raise FileExistsError(said.format(file=path))
        self._file.seek(0)
        place = 0
        for line in self._file:
            if not line.endswith(b"\n"):
                break
            key = line[:129].decode("ascii", "replace").partition(" ")[0]
            if key.endswith(self._state):
                self._places[key] = place
            place += len(line)
        self._file.truncate(place)
        self._file.seek(0, os.SEEK_END)

    def key(self, raw: bytes, suffix: str) -> str:
        """What a file's reading depends on: its bytes, its suffix, the tool and its vocabulary."""
        return f"{hashlib.sha256(suffix.encode() + b'|' + raw).hexdigest()}-{self._state}"

    def __contains__(self, key: str) -> bool:
        return key in self._places

    def get(self, key: str, name: str) -> Read:
        """What was read from a file of these bytes, under the name that it has now.

        Raises:
            KeyError: nothing was.
        """
        self._file.seek(self._places[key])
        told = json.loads(self._file.readline().partition(b" ")[2])
        self._file.seek(0, os.SEEK_END)
        old = told["name"]

        def renamed(text: str) -> str:
            return name + text[len(old) :] if text.startswith(old) else text

        forms = [from_plain(form) for form in told["forms"]]
        for form in forms:
            form.file = renamed(form.file)
        problems = [Problem(renamed(p["file"]), p["code"], p["message"]) for p in told["problems"]]
        return forms, problems, [renamed(note) for note in told["notes"]]

    def put(self, key: str, name: str, read: Read) -> None:
        """Keeps what was read, unless it may turn out otherwise."""
        forms, problems, notes = read
        if any(problem.code in _PASSING for problem in problems):
            return
        told = {
            "name": name,
            "forms": [to_plain(form) for form in forms],
            "problems": [problem.as_dict() for problem in problems],
            "notes": notes,
        }
        self._places[key] = self._file.tell()
        self._file.write(f"{key} {json.dumps(told, ensure_ascii=False)}\n".encode())
        self._file.flush()

    def close(self) -> None:
        """Closes the file and frees its lock."""
        self._opened.close()


def to_plain(form: Evaluation) -> dict[str, Any]:
    """A form as plain values that survive JSON, with all that ``evaluation/1`` leaves out."""
    return asdict(form) | {"unknown": sorted(form.unknown)}


def from_plain(told: dict[str, Any]) -> Evaluation:
    """The inverse of :func:`to_plain`, also after JSON."""
    kept = dict(told)
    kept["funds"] = [Fund(**row) for row in told["funds"]]
    kept["indicators"] = [Indicator(**row) for row in told["indicators"]]
    kept["doubts"] = [Doubt(d["cell"], d["reason"], tuple(d["readings"])) for d in told["doubts"]]
    kept["unplaced"] = [Unplaced(**cell) for cell in told["unplaced"]]
    kept["unknown"] = frozenset(told["unknown"])
    return Evaluation(**kept)
