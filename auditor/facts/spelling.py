"""Names that one form spells in two ways: its project, one letter off, and places that sound so."""

import re
from collections.abc import Iterable

from auditor.facts.texts import NARRATIVES, positions, words
from auditor.forms.evaluation import Evaluation

_LONG_NAME = 6
_PLACE_LETTERS = 2
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")


class Spellings:
    """How a form's head spells its names, for comparing its texts with them."""

    def __init__(self, form: Evaluation) -> None:
        self._project = form.project
        self._places = place_names([form.project, form.unit, form.department, form.goal_expected])

    def columns(self, role: str, text: str) -> dict[str, str | None]:
        """What of a narrative is a name spelt otherwise, and how the form's head spells it."""
        said = None
        if role in NARRATIVES:
            name = _misspelt_project(self._project, text)
            said = (name, self._project) if name else misspelt_place(self._places, text)
        return {"variant": said[0] if said else None, "variant_of": said[1] if said else None}


def place_names(texts: Iterable[str | None]) -> frozenset[str]:
    """The last two letters of each place's name with what kind of place it is: 青岚市, 望川区."""
    found = set()
    for text in texts:
        for kind in words("places"):
            for at in positions(text or "", kind):
                name = (text or "")[max(0, at - _PLACE_LETTERS) : at] + kind
                whole = _CHINESE.fullmatch(name) and len(name) == _PLACE_LETTERS + len(kind)
                if whole and not name.endswith(words("not_places")):
                    found.add(name)
    return frozenset(found)


def misspelt_place(own: frozenset[str], text: str) -> tuple[str, str] | None:
    """A place in a text and the name that it has elsewhere in the form, where they sound alike."""
    for said in sorted(place_names([text]) - own):
        for name in sorted(own):
            if len(name) == len(said) and name[-1] == said[-1] and _sound_alike(name, said):
                return said, name
    return None


def _sound_alike(one: str, other: str) -> bool:
    """Whether two names are read alike, tones aside."""
    from pypinyin import lazy_pinyin

    return lazy_pinyin(one) == lazy_pinyin(other)


def _misspelt_project(name: str | None, text: str) -> str | None:
    """A stretch of a text that is the project's name but for one letter in its middle."""
    if not name or len(name) < _LONG_NAME or name in text:
        return None
    head = name[: _LONG_NAME // 2]
    for start in positions(text, head):
        stretch = text[start : start + len(name)]
        if len(stretch) == len(name) and sum(map(str.__ne__, stretch, name)) == 1:
            return stretch
    return None
