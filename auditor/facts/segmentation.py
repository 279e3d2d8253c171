"""Cut Chinese text into words, offline: jieba's dictionary, compiled into the package rjieba.

Chosen by measurement (docs/adr/0015-words-and-topics.md). It is loaded with the first text that
needs it, because reading and arithmetic do without.
"""

import unicodedata
from functools import lru_cache

Word = tuple[str, str]
_REMEMBERED = 512  # texts: a form asks for each of its own several times, another form hardly ever


@lru_cache(maxsize=_REMEMBERED)
def tagged(text: str) -> tuple[Word, ...]:
    """The words of a text with jieba's part-of-speech tags, in order, white space left out."""
    import rjieba

    narrow = "".join(unicodedata.normalize("NFKC", text).split())
    return tuple(rjieba.tag(narrow))


@lru_cache(maxsize=_REMEMBERED)
def boundaries(text: str) -> frozenset[int]:
    """The offsets at which a word of a text begins or ends."""
    import rjieba

    offsets, at = {0}, 0
    for word in rjieba.cut(text):
        at += len(word)
        offsets.add(at)
    return frozenset(offsets)


@lru_cache(maxsize=4096)
def last_word(text: str) -> str:
    """The last word of a text by the dictionary alone, which joins no letters by guessing."""
    import rjieba

    words = rjieba.cut(text, hmm=False)
    return words[-1] if words else ""
