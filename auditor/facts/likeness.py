"""Forms of one submission that are alike, found without comparing all with all.

Equal texts and equal sets of rows are found by a dictionary; nearly equal texts by the shingles
they share (a fixed quarter of them, chosen by checksum), and only such pairs are compared in full.
"""

import re
import zlib
from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import TypeAlias

_SHINGLE, _KEPT = 8, 4
_CROWD = 40  # a shingle that so many forms share is boilerplate
_SHARED = 0.3
_ROOM, _MOST_SLOTS, _SEVERAL = 16, 1 << 24, 2

Keys: TypeAlias = "array[int]"  # a tenth of what a set of them weighs


def common_share(one: str, other: str) -> float:
    """The share of characters that two texts have in common: no text likeness is above it."""
    whole = len(one) + len(other)
    return round(2 * (Counter(one) & Counter(other)).total() / whole, 4) if whole else 0.0


def nearly_equal(texts: Mapping[int, str], least: float) -> dict[int, int]:
    """For each text that has a near twin, the number of the first such other one.

    ``texts`` are by number; ``least`` is the likeness, 0 to 1 (Levenshtein ratio).
    """
    candidates = sorted(_candidates(texts))
    if not candidates:
        return {}
    from rapidfuzz import fuzz

    found: dict[int, int] = {}
    for one, other in candidates:
        if fuzz.ratio(texts[one], texts[other], score_cutoff=least * 100):
            found.setdefault(one, other)
            found.setdefault(other, one)
    return found


def _candidates(texts: Mapping[int, str]) -> set[tuple[int, int]]:
    shingled = {number: _shingles(text) for number, text in texts.items()}
    near = {
        (one, other)
        for one, other, shared in _meetings(shingled)
        if shared >= _SHARED * min(len(shingled[one]), len(shingled[other]))
    }
    return near | _chained(texts)


def _chained(texts: Mapping[int, str]) -> set[tuple[int, int]]:
    """Each text with the one before it that is exactly equal."""
    last: dict[str, int] = {}
    pairs = set()
    for number, text in texts.items():
        if text in last:
            pairs.add((last[text], number))
        last[text] = number
    return pairs


def _shingles(text: str) -> Keys:
    bare = re.sub(r"\W+", "", text)
    sums = (zlib.crc32(bare[i : i + _SHINGLE].encode()) for i in range(len(bare) - _SHINGLE + 1))
    return array("I", {value for value in sums if value % _KEPT == 0})


def _meetings(members: Mapping[int, Keys]) -> Iterator[tuple[int, int, int]]:
    """Pairs and how many keys each shares; keys that a crowd shares tell nothing."""
    holders: dict[int, list[int]] = {}
    often = _met_again(members.values())
    for number, keys in members.items():
        for key in keys:
            if often[key % len(often)] > 1 and len(held := holders.setdefault(key, [])) <= _CROWD:
                held.append(number)
    few = {key: held for key, held in holders.items() if 1 < len(held) <= _CROWD}
    for number, keys in members.items():
        shared = Counter(chain.from_iterable(few[key] for key in keys if key in few))
        yield from ((number, other, count) for other, count in shared.items() if other > number)


def _met_again(members: Collection[Keys]) -> bytearray:
    """For each slot that keys fall into whether one was met (1) or several (2).

    Most keys are met once and tell nothing: so they need not be held to find that out.
    """
    met = bytearray(min(_MOST_SLOTS, 1 + _ROOM * sum(map(len, members))))
    for keys in members:
        for key in keys:
            slot = key % len(met)
            if met[slot] < _SEVERAL:
                met[slot] += 1
    return met


def keys(members: Iterable[Hashable]) -> Keys:
    """A set of anything, for :func:`alike_sets`: by 64-bit hashes."""
    return array("q", sorted({hash(member) for member in members}))


def alike_sets(sets: Mapping[int, Keys], least: int, share: float) -> dict[int, int]:
    """For each set that shares ``least`` members and that ``share`` with another, that other."""
    found: dict[int, int] = {}
    whole: dict[bytes, int] = {}
    pairs = {
        (one, other)
        for one, other, shared in _meetings(sets)
        if shared >= least and shared >= share * max(len(sets[one]), len(sets[other]))
    }
    for number, members in sets.items():
        packed = members.tobytes()
        if len(members) >= least and packed in whole:
            pairs.add((whole[packed], number))
        whole[packed] = number
    for one, other in sorted(pairs):
        found.setdefault(one, other)
        found.setdefault(other, one)
    return found


def groups(twins: Mapping[int, int]) -> dict[int, int]:
    """The group of each form: connected twins get the least form number among them."""
    root = {number: number for number in {*twins, *twins.values()}}

    def top(number: int) -> int:
        while root[number] != number:
            number = root[number]
        return number

    for one, other in twins.items():
        low, high = sorted((top(one), top(other)))
        root[high] = low
    return {number: top(number) for number in root}


def mentions(texts: Iterable[str], names: Sequence[str]) -> dict[int, list[str]]:
    """Which of many names, of four characters or more, a text holds, by the number of the text.

    However many names begin alike, a place of a text is looked at once for each of their lengths.
    """
    head = 4
    known = set(names)
    lengths: dict[str, set[int]] = defaultdict(set)  # of the names that begin so
    for name in names:
        lengths[name[:head]].add(len(name))
    found: dict[int, list[str]] = {}
    for number, text in enumerate(texts):
        held = {
            name
            for at in range(len(text) - head + 1)
            for length in lengths.get(text[at : at + head], ())
            if (name := text[at : at + length]) in known
        }
        if held:
            found[number] = sorted(held)
    return found
