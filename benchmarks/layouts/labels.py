"""The labels that forms print, known and withheld, from ``labels.yaml``."""

from functools import cache
from pathlib import Path
from random import Random

import yaml

Half = str  # "known" or "withheld"


@cache
def listed() -> dict[str, dict[Half, dict[str, int]]]:
    """Labels by what they name, each half with how often every label was met."""
    text = (Path(__file__).parent / "labels.yaml").read_text("utf-8")
    loaded: dict[str, dict[Half, dict[str, int]]] = yaml.safe_load(text)
    return loaded


class Words:
    """The labels of one form: each role has one, of the half that the form is about.

    ``share`` is how many of its roles take a withheld label; the others take a known one.
    """

    def __init__(self, random: Random, share: float) -> None:
        self._random, self._share = random, share
        self._chosen: dict[str, str] = {}
        self._taken: dict[str, set[str]] = {}

    def __call__(self, role: str, scope: str = "") -> str:
        """The form's label for a role; within a ``scope`` no two roles get the same."""
        key = f"{scope}{role}"
        if key not in self._chosen:
            half = "withheld" if self._random.random() < self._share else "known"
            taken = self._taken.setdefault(scope, set())
            options = [w for w in listed()[role][half] if w not in taken] or [
                w for w in listed()[role]["known"] if w not in taken
            ]
            weights = [1 + listed()[role][half].get(word, 0) for word in options]
            self._chosen[key] = self._random.choices(options, weights)[0]
            taken.add(self._chosen[key])
        return self._chosen[key]

    def another(self, role: str) -> str:
        """A label of a role, a new one each time."""
        half = "withheld" if self._random.random() < self._share else "known"
        return self._random.choice(list(listed()[role][half]))
