"""Count the steps that a backtracking matcher needs for a pattern: a slow model of ``re`` itself.

A pattern is walked as :mod:`re` has parsed it. What counts is how steps grow with the text, so the
order of attempts is the same as in ``re`` and every attempt to match one item is one step.
"""

import re
from collections.abc import Iterator
from re import _constants as sre
from re import _parser
from typing import Any


class TooManySteps(Exception):
    """The pattern needs more than the budget."""


class Counter:
    """Matches one pattern and counts."""

    def __init__(self, pattern: re.Pattern[str], budget: int = 2_000_000) -> None:
        self.tree = _parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)
        self.flags = pattern.flags
        self.steps, self.budget = 0, budget

    def match(self, text: str, *, whole: bool) -> int | None:
        """Where ``match`` or, for the whole text, ``fullmatch`` ends."""
        items = [*self.tree, (sre.AT, sre.AT_END_STRING)] if whole else list(self.tree)
        end = next(self._sequence(items, text, 0, {}), None)
        return None if end is None else end[0]

    def findall(self, text: str) -> list[tuple[int, int]]:
        """The spans that ``finditer`` finds."""
        found, at = [], 0
        while at <= len(text):
            end = next(self._sequence(list(self.tree), text, at, {}), None)
            if end is None:
                at += 1
                continue
            found.append((at, end[0]))
            at = end[0] if end[0] > at else at + 1
        return found

    def _step(self) -> None:
        self.steps += 1
        if self.steps > self.budget:
            raise TooManySteps

    def _sequence(
        self, items: list[Any], text: str, at: int, groups: dict
    ) -> Iterator[tuple[int, dict]]:
        if not items:
            yield at, groups
            return
        for end, known in self._item(items[0], text, at, groups):
            yield from self._sequence(items[1:], text, end, known)

    def _item(self, item: Any, text: str, at: int, groups: dict) -> Iterator[tuple[int, dict]]:  # noqa: C901, PLR0912 - a kind each
        self._step()
        kind, value = item
        if kind in (sre.LITERAL, sre.NOT_LITERAL, sre.ANY, sre.IN):
            if at < len(text) and self._is(kind, value, text[at]):
                yield at + 1, groups
        elif kind is sre.AT:
            if self._at(value, text, at):
                yield at, groups
        elif kind is sre.BRANCH:
            for branch in value[1]:
                yield from self._sequence(list(branch), text, at, groups)
        elif kind is sre.SUBPATTERN:
            for end, known in self._sequence(list(value[3]), text, at, groups):
                yield end, known | ({value[0]: text[at:end]} if value[0] else {})
        elif kind is sre.GROUPREF:
            held = groups.get(value)
            if held is not None and text.startswith(held, at):
                self.steps += len(held)
                yield at + len(held), groups
        elif kind in (sre.ASSERT, sre.ASSERT_NOT):
            direction, inner = value
            starts = [at] if direction > 0 else self._widths(inner, at)
            met = any(
                end == at or direction > 0
                for start in starts
                for end, _known in self._sequence(list(inner), text, start, groups)
            )
            if met is (kind is sre.ASSERT):
                yield at, groups
        elif kind is sre.ATOMIC_GROUP:
            yield from self._first(self._sequence(list(value), text, at, groups))
        elif kind is sre.POSSESSIVE_REPEAT:
            yield from self._first(self._greedy(value, text, at, groups, 0))
        elif kind is sre.MAX_REPEAT:
            yield from self._greedy(value, text, at, groups, 0)
        elif kind is sre.MIN_REPEAT:
            yield from self._lazy(value, text, at, groups, 0)
        else:
            raise NotImplementedError(kind)

    @staticmethod
    def _first(ways: Iterator[tuple[int, dict]]) -> Iterator[tuple[int, dict]]:
        way = next(ways, None)
        if way is not None:
            yield way

    def _greedy(
        self, value: Any, text: str, at: int, groups: dict, done: int
    ) -> Iterator[tuple[int, dict]]:
        low, high, inner = value
        single = len(inner) == 1 and inner[0][0] in (sre.LITERAL, sre.NOT_LITERAL, sre.ANY, sre.IN)
        if single:  # as re does it: run to the end, then give back one by one
            kind, what = inner[0]
            end = at
            while (
                end < len(text)
                and (high is sre.MAXREPEAT or end - at < high)
                and self._is(kind, what, text[end])
            ):
                self._step()
                end += 1
            for back in range(end, at + low - 1, -1):
                self._step()
                yield back, groups
            return
        if high is sre.MAXREPEAT or done < high:
            for end, known in self._sequence(list(inner), text, at, groups):
                if end > at:
                    yield from self._greedy(value, text, end, known, done + 1)
        if done >= low:
            yield at, groups

    def _lazy(
        self, value: Any, text: str, at: int, groups: dict, done: int
    ) -> Iterator[tuple[int, dict]]:
        low, high, inner = value
        while True:
            if done >= low:
                yield at, groups
            if high is not sre.MAXREPEAT and done >= high:
                return
            way = next(self._sequence(list(inner), text, at, groups), None)
            if way is None or way[0] == at:
                return
            (at, groups), done = way, done + 1

    @staticmethod
    def _widths(inner: Any, at: int) -> list[int]:
        low, high = inner.getwidth()
        return [at - width for width in range(low, high + 1) if at >= width]

    def _is(self, kind: Any, value: Any, char: str) -> bool:
        if kind is sre.ANY:
            return char != "\n" or bool(self.flags & re.DOTALL)
        if kind is sre.LITERAL:
            return ord(char) == value
        if kind is sre.NOT_LITERAL:
            return ord(char) != value
        negated = value[0][0] is sre.NEGATE
        return negated is not any(
            self._in(entry, char) for entry in value if entry[0] is not sre.NEGATE
        )

    @staticmethod
    def _in(entry: Any, char: str) -> bool:
        kind, value = entry
        if kind is sre.LITERAL:
            return ord(char) == value
        if kind is sre.RANGE:
            return value[0] <= ord(char) <= value[1]
        told = {
            sre.CATEGORY_DIGIT: char.isdigit(), sre.CATEGORY_NOT_DIGIT: not char.isdigit(),
            sre.CATEGORY_SPACE: char.isspace(), sre.CATEGORY_NOT_SPACE: not char.isspace(),
            sre.CATEGORY_WORD: char.isalnum() or char == "_",
            sre.CATEGORY_NOT_WORD: not (char.isalnum() or char == "_"),
        }  # fmt: skip
        return told[value]

    def _at(self, where: Any, text: str, at: int) -> bool:
        if where in (sre.AT_BEGINNING, sre.AT_BEGINNING_STRING):
            return at == 0 or bool(self.flags & re.MULTILINE and text[at - 1] == "\n")
        if where is sre.AT_END:
            return at in (len(text), len(text) - 1) and text[at:] in ("", "\n")
        if where is sre.AT_END_STRING:
            return at == len(text)
        words = [
            0 < place <= len(text) and (text[place - 1].isalnum() or text[place - 1] == "_")
            for place in (at, at + 1)
        ]
        return (words[0] != words[1]) is (where is sre.AT_BOUNDARY)
