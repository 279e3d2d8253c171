"""What each row of a document is: the sequence of roles that has the most evidence for it.

A row's features (:mod:`auditor.forms.row_evidence`) and the steps from row to row are weighed by
``rules/vocabulary/evidence.yaml``; the best sequence as a whole is taken (Viterbi), so that no
single label decides. A row between a fund header and goals with amounts in it is a fund row
whatever its label.
"""

from collections.abc import Sequence
from functools import cache, lru_cache

from auditor.forms.row_evidence import Features, Looks, features, look
from auditor.forms.rows import Row
from auditor.resources import vocabulary

_UNNAMED_STEP = -6.0
_FAR = 10.0  # a role so much less likely than the likeliest is not followed further
_LOST = 30.0  # a path so far behind the best never catches up
_NEVER = -1e9
_START: tuple[float, ...] = ()

Scores = tuple[float, ...]  # of each role: how much behind the best, or _NEVER
Came = tuple[int, ...]  # for each role the one before it on its best path


def row_roles(rows: Sequence[Row]) -> list[str]:
    """The role of every row, as evidence.yaml names them; a blank row is ``other``."""
    back: list[Came | None] = []
    before = _START
    above: Looks | None = None
    looks = [tuple([look(cell.text) for cell in row.filled()]) for row in rows]
    for row, own, below in zip(rows, looks, _next_filled(looks), strict=True):
        if not own:
            back.append(None)
            continue
        before, came = _stepped(before, features(row, own, above, below))
        back.append(came)
        above = own
    return _path(before, back)


def _path(last: Scores, back: Sequence[Came | None]) -> list[str]:
    """The best sequence, followed back from its last role."""
    names = _model().names
    roles = ["other"] * len(back)
    role = max(range(len(last)), key=last.__getitem__) if last else 0
    for number in range(len(back) - 1, -1, -1):
        came = back[number]
        if came is not None:
            roles[number] = names[role]
            role = came[role]
    return roles


class _Model:
    """The weights of evidence.yaml by number of role, as the innermost loops want them."""

    def __init__(self) -> None:
        rows: dict[str, dict[str, float]] = vocabulary()["evidence"]["rows"]
        steps: dict[str, dict[str, float]] = vocabulary()["evidence"]["steps"]
        self.names = tuple(rows)
        self._bias = [own.get("bias", 0.0) for own in rows.values()]
        self._speaks: dict[str, list[tuple[int, float]]] = {}
        for number, own in enumerate(rows.values()):
            for feature, weight in own.items():
                self._speaks.setdefault(feature, []).append((number, weight))
        told = {
            name: steps["anywhere"] | {name: 0.0} | steps.get(name, {})
            for name in (*self.names, "start")
        }
        # To each role, from every role.
        self.steps = [
            [told[source].get(name, _UNNAMED_STEP) for source in self.names] for name in self.names
        ]
        self.starts = [told["start"].get(name, _UNNAMED_STEP) for name in self.names]

    def emitted(self, told: Features) -> list[float]:
        """The evidence that a row's features are for each role."""
        scores = self._bias.copy()
        for feature, count in told:
            for number, weight in self._speaks.get(feature, ()):
                scores[number] += weight * count
        return scores


@lru_cache(maxsize=4096)
def _stepped(before: Scores, told: Features) -> tuple[Scores, Came]:
    """The score of each role at a row with these features, and the role that it comes from.

    Only differences between scores count. They are kept relative to the best, so that rows of one
    kind after each other soon lead from a state to the same state, and a step is taken from memory.
    """
    model = _model()
    emitted = model.emitted(told)
    least = max(emitted) - _FAR
    sources = [(n, score) for n, score in enumerate(before) if score > _NEVER]
    now, came = [_NEVER] * len(emitted), [0] * len(emitted)
    for number, own in enumerate(emitted):
        if own < least:
            continue
        if before is _START:
            now[number] = own + model.starts[number]
            continue
        steps = model.steps[number]
        best, at = _NEVER, 0
        for source, score in sources:
            total = score + steps[source]
            if total > best:
                best, at = total, source
        now[number], came[number] = best + own, at
    top = max(now)
    return tuple([n - top if n > top - _LOST else _NEVER for n in now]), tuple(came)


@cache
def _model() -> _Model:
    return _Model()


def _next_filled(rows: Sequence[Looks]) -> list[Looks | None]:
    """For each row the next one that holds text."""
    found: list[Looks | None] = []
    after: Looks | None = None
    for row in reversed(rows):
        found.append(after)
        after = row or after
    return found[::-1]
