"""A rule's verdicts, one per row of its table, summed up: where it was broken, where it applied.

Two ways of one meaning: plain Python for a few rows, NumPy for many, because importing NumPy takes
longer than an audit of one form. A test compares them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from auditor.engine.duck import SMALL

Columns = Sequence[Any]
NO_ROWS = 0  # a form's verdict where its table has no row of it


@dataclass(frozen=True, slots=True)
class Tally:
    """What the verdicts of one rule say.

    ``broken`` are positions and verdicts above 0; ``judged`` the positions of rows to which the
    rule applied, in order, as a list or an array. ``furthest`` has every form without such a row:
    the verdict of the row that came nearest to it, or ``NO_ROWS``.
    """

    broken: list[tuple[int, int]]
    judged: Any
    furthest: Mapping[int, int]


def columns(cursor: Any, rows: int) -> Columns:
    """The columns of a result but the first, which holds the rows' positions, by position.

    They are lists for a few rows, else arrays.
    """
    if rows < SMALL:
        found = sorted(cursor.fetchall())
        return list(zip(*found, strict=True))[1:] or [()] * (len(cursor.description) - 1)
    positions, *arrays = cursor.fetchnumpy().values()
    if (positions[1:] < positions[:-1]).any():
        order = positions.argsort()
        return [array[order] for array in arrays]
    return list(arrays)


def tallies(found: Columns, ids: Any, forms: int) -> Iterator[Tally]:
    """A tally for each column.

    ``ids`` are the forms of the rows, a list or an array, of ``forms`` in all.
    """
    return of_many(found, ids, forms) if len(ids) >= SMALL else of_few(found, ids, forms)


def of_few(columns: Iterable[Sequence[int]], ids: Sequence[int], forms: int) -> Iterator[Tally]:
    """The tallies of columns, in plain Python."""
    absent = dict.fromkeys(set(range(forms)).difference(ids), NO_ROWS)
    for verdicts in columns:
        judged = [position for position, verdict in enumerate(verdicts) if verdict >= 0]
        applied = {ids[position] for position in judged}
        furthest = dict(absent)
        for verdict, form in zip(verdicts, ids, strict=True):
            if form not in applied:
                furthest[form] = min(verdict, furthest.get(form, verdict))
        yield Tally([(n, verdicts[n]) for n in judged if verdicts[n] > 0], judged, furthest)


def of_many(columns: Iterable[Any], ids: Any, forms: int) -> Iterator[Tally]:
    """The tallies of columns that are NumPy arrays; the rows of a form stand together."""
    import numpy as np

    ids = np.asarray(ids)
    starts = np.flatnonzero(np.diff(ids, prepend=-1))
    present = ids[starts]
    for verdicts in columns:
        broken = np.flatnonzero(verdicts > 0)
        nearest = np.full(forms, NO_ROWS)
        nearest[present] = np.minimum.reduceat(verdicts, starts)
        skipped = np.ones(forms, bool)
        skipped[present] = np.maximum.reduceat(verdicts, starts) < 0
        yield Tally(
            list(zip(broken.tolist(), verdicts[broken].tolist(), strict=True)),
            np.flatnonzero(verdicts >= 0),
            Furthest(np.flatnonzero(skipped), nearest),
        )


class Furthest(Mapping[int, int]):
    """Forms and their verdicts in two arrays, for a million forms are too many for a dictionary."""

    __slots__ = ("_forms", "_verdicts")

    def __init__(self, forms: Any, verdicts: Any) -> None:
        self._forms, self._verdicts = forms, verdicts

    def __getitem__(self, form: int) -> int:
        place = self._forms.searchsorted(form)
        if place == len(self._forms) or self._forms[place] != form:
            raise KeyError(form)
        return int(self._verdicts[form])

    def __iter__(self) -> Iterator[int]:
        return iter(self._forms.tolist())

    def __len__(self) -> int:
        return len(self._forms)
