"""Keep equal cell places once for all forms of a submission.

A form knows the place of each of its hundred and fifty cells. Forms of one template have the same
places, and without sharing these would be most of what a submission weighs.
"""

import sys
from typing import Any

from auditor.forms.evaluation import Evaluation

_Key = tuple[tuple[str, Any], ...]


class SharedPlaces:
    """Places that were met before; a place is never changed."""

    def __init__(self) -> None:
        self._places: dict[_Key, dict[str, Any]] = {}
        self._shared: set[int] = set()  # the identities of these

    def share(self, form: Evaluation) -> Evaluation:
        """The form, with the places that other forms have too."""
        form.locators = {
            sys.intern(cell): self._place(place) for cell, place in form.locators.items()
        }
        return form

    def _place(self, place: dict[str, Any]) -> dict[str, Any]:
        if id(place) in self._shared or "bbox" in place:  # a box on a page is hardly met twice
            return place
        kept = self._places.setdefault(tuple(place.items()), place)
        self._shared.add(id(kept))
        return kept
