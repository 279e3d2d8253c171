"""Count the verdicts of each rule: where it was broken, how often it applied.

There are two implementations with one meaning, plain Python for a few rows and NumPy for many,
because importing NumPy takes longer than an audit of one form. A test compares them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from auditor.engine.duckdb_connection import FEW_ROWS

Columns = Sequence[Any]
NO_ROWS = 0  # a form's verdict where its table has no row of it


@dataclass(frozen=True, slots=True)
class Tally:
    """What the verdicts of one rule say.

    ``broken`` are positions and verdicts above 0; ``applied`` is how many rows were judged. Only
    on demand: ``judged``, the positions of such rows in order, as a list or an array; ``furthest``,
    for every form without such a row the verdict of the row that came nearest, or ``NO_ROWS``.
    """

    broken: list[tuple[int, int]]
    applied: int
    judged: Callable[[], Any]
    furthest: Callable[[], Mapping[int, int]]


def columns(cursor: Any, rows: int) -> Columns:
    """The columns of a result but the first, which holds the rows' positions, by position.

    They are lists for a few rows, else arrays.
    """
    if rows < FEW_ROWS:
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
    return of_many(found, ids, forms) if len(ids) >= FEW_ROWS else of_few(found, ids, forms)


def of_few(columns: Iterable[Sequence[int]], ids: Sequence[int], forms: int) -> Iterator[Tally]:
    """The tallies of columns, in plain Python."""
    for verdicts in columns:
        judged = [position for position, verdict in enumerate(verdicts) if verdict >= 0]
        yield Tally(
            [(position, verdicts[position]) for position in judged if verdicts[position] > 0],
            len(judged),
            partial(list, judged),
            partial(_furthest, verdicts, ids, forms),
        )


def _furthest(verdicts: Sequence[int], ids: Sequence[int], forms: int) -> dict[int, int]:
    found = dict.fromkeys(range(forms), NO_ROWS)
    applied: set[int] = set()
    for verdict, form in zip(verdicts, ids, strict=True):
        found[form] = min(verdict, found[form])
        if verdict >= 0:
            applied.add(form)
    return {form: verdict for form, verdict in found.items() if form not in applied}


def of_many(columns: Iterable[Any], ids: Any, forms: int) -> Iterator[Tally]:
    """The tallies of columns that are NumPy arrays; the rows of a form stand together."""
    import numpy as np

    for verdicts in columns:
        broken = np.flatnonzero(verdicts > 0)
        yield Tally(
            list(zip(broken.tolist(), verdicts[broken].tolist(), strict=True)),
            int(np.count_nonzero(verdicts >= 0)),
            partial(_judged, verdicts),
            partial(_furthest_of_many, verdicts, ids, forms),
        )


def _judged(verdicts: Any) -> Any:
    return (verdicts >= 0).nonzero()[0]


def _furthest_of_many(verdicts: Any, ids: Any, forms: int) -> "Furthest":
    import numpy as np

    ids = np.asarray(ids)
    starts = np.flatnonzero(np.diff(ids, prepend=-1))
    nearest = np.full(forms, NO_ROWS)
    nearest[ids[starts]] = np.minimum.reduceat(verdicts, starts)
    skipped = np.ones(forms, bool)
    skipped[ids[starts]] = np.maximum.reduceat(verdicts, starts) < 0
    return Furthest(np.flatnonzero(skipped), nearest)


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
