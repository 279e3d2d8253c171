"""The forms of a large submission in compressed packs: 1 KiB a form instead of 15.

Code that looks at all forms goes through them in order, so only a few hundred are unpacked at once.
The packs stay in memory, not in a file: a form holds names and phone numbers, which belong nowhere
but in the submission.
"""

import pickle
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, overload

from auditor.forms.evaluation import Evaluation

TOGETHER = 100  # forms in a pack
_OPEN = 6  # packs: more than a part of an audit looks at
_FAST = 1  # zlib's level: the others take longer than they save


class PackedForms(Sequence[Evaluation]):
    """Forms in the order in which they were put down.

    A form that is taken from a pack is a copy: to change it changes nothing here.
    """

    def __init__(self, forms: Iterable[Evaluation] = ()) -> None:
        self._each = TOGETHER
        self._packs: list[bytes] = []
        self._last: list[Evaluation] = []
        # No cache of a method: it would hold this object, which then only a search would free.
        self._opened: dict[int, list[Evaluation]] = {}
        for form in forms:
            self.put(form)

    def put(self, form: Evaluation) -> None:
        """Puts a form down after the others."""
        if len(self._last) == self._each:
            self._packs.append(
                zlib.compress(pickle.dumps(self._last, pickle.HIGHEST_PROTOCOL), _FAST)
            )
            self._last = []
        self._last.append(form)

    def _open(self, pack: int) -> list[Evaluation]:
        """The forms of a pack; those asked for last stay open."""
        opened = self._opened.pop(pack, None)
        if opened is None:
            opened = pickle.loads(zlib.decompress(self._packs[pack]))  # noqa: S301 - packed above
            if len(self._opened) == _OPEN:
                del self._opened[next(iter(self._opened))]
        self._opened[pack] = opened
        return opened

    def __len__(self) -> int:
        return len(self._packs) * self._each + len(self._last)

    def __reduce__(self) -> tuple[Any, ...]:
        return _of_packs, (self._packs, self._last, self._each)

    @overload
    def __getitem__(self, place: int) -> Evaluation: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Evaluation]: ...
    def __getitem__(self, place: int | slice) -> Evaluation | Sequence[Evaluation]:
        if isinstance(place, slice):
            return self._slice(range(*place.indices(len(self))))
        pack, number = divmod(range(len(self))[place], self._each)
        return (self._last if pack == len(self._packs) else self._open(pack))[number]

    def _slice(self, places: range) -> Sequence[Evaluation]:
        """Whole packs as they are, so that a part can be sent elsewhere unopened; else a list."""
        first, odd = divmod(places.start, self._each)
        end = places.stop == len(self)
        if not places or places.step != 1 or odd or not (end or places.stop % self._each == 0):
            return [self[number] for number in places]
        packs = self._packs[first : None if end else places.stop // self._each]
        return _of_packs(packs, list(self._last) if end else [], self._each)

    def __iter__(self) -> Iterator[Evaluation]:
        for pack in range(len(self._packs)):
            yield from self._open(pack)
        yield from self._last


def _of_packs(packs: list[bytes], last: list[Evaluation], each: int) -> PackedForms:
    made = PackedForms()
    made._packs, made._last, made._each = packs, last, each  # noqa: SLF001 - ours
    return made
