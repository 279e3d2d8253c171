"""A rule's verdicts, one per row of its table, summed up: where it was broken, where it applied.

Two ways of one meaning: plain Python for a few rows, NumPy for many, because importing NumPy takes
longer than an audit of one form. A test compares them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from auditor.engine.duck import SMALL

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
    furthest: dict[int, int]


def tallies(cursor: Any, ids: Sequence[int], forms: int) -> Iterator[Tally]:
    """A tally for each column of a result.

    ``ids`` are the forms of its rows, ``forms`` how many forms there are.
    """
    if len(ids) >= SMALL:
        return of_many(cursor.fetchnumpy().values(), ids, forms)
    columns = zip(*cursor.fetchall(), strict=True) if ids else [()] * len(cursor.description)
    return of_few(columns, ids, forms)


def of_few(columns: Iterable[Sequence[int]], ids: Sequence[int], forms: int) -> Iterator[Tally]:
    """The tallies of columns, in plain Python."""
    absent = _without_rows(ids, forms)
    for verdicts in columns:
        judged = [position for position, verdict in enumerate(verdicts) if verdict >= 0]
        applied = {ids[position] for position in judged}
        furthest = dict(absent)
        for verdict, form in zip(verdicts, ids, strict=True):
            if form not in applied:
                furthest[form] = min(verdict, furthest.get(form, verdict))
        yield Tally([(n, verdicts[n]) for n in judged if verdicts[n] > 0], judged, furthest)


def of_many(columns: Iterable[Any], ids: Sequence[int], forms: int) -> Iterator[Tally]:
    """The tallies of columns that are NumPy arrays; the rows of a form stand together."""
    import numpy as np

    absent = _without_rows(ids, forms)
    all_ids = np.asarray(ids)
    starts = np.flatnonzero(np.diff(all_ids, prepend=-1))
    for verdicts in columns:
        broken = np.flatnonzero(verdicts > 0)
        skipped = np.flatnonzero(np.maximum.reduceat(verdicts, starts) < 0)
        nearest = np.minimum.reduceat(verdicts, starts)[skipped]
        yield Tally(
            list(zip(broken.tolist(), verdicts[broken].tolist(), strict=True)),
            np.flatnonzero(verdicts >= 0),
            absent | dict(zip(all_ids[starts[skipped]].tolist(), nearest.tolist(), strict=True)),
        )


def _without_rows(ids: Sequence[int], forms: int) -> dict[int, int]:
    return dict.fromkeys(set(range(forms)).difference(ids), NO_ROWS)
