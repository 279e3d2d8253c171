"""What is written beside a cell of a copy, whatever the format of the file."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from auditor.forms.evaluation import Evaluation
from auditor.language import _
from auditor.reporting.view import Project, Told

AUTHOR = "auditor"
INITIALS = "审"
Locator = dict[str, Any]


class NotMarked(Exception):
    """Why no marked copy of a file is written."""


@dataclass(frozen=True, slots=True)
class Note:
    """One finding beside its most suspect cell; ``others`` are the further cells it accuses."""

    place: Locator
    others: tuple[Locator, ...]
    severity: str
    heading: str
    lines: tuple[str, ...]

    def text(self) -> str:
        """All of it, a line each."""
        return "\n".join((self.heading, *self.lines))


def notes(project: Project, form: Evaluation) -> Iterator[Note]:
    """The notes on one form, by the places of its cells in the file that is marked.

    A finding whose cells have no place stands at the first cell of the form that has one.
    """
    anchor = next(iter(form.locators.values()), None)
    for told in project.findings:
        if told.waived is not None:
            continue
        known = [form.locators[s.pointer] for s in told.spots if form.locators.get(s.pointer)]
        place = known[0] if known else anchor
        if place is not None:
            yield Note(place, tuple(known[1:]), told.severity, _heading(told), tuple(_lines(told)))


def _heading(told: Told) -> str:
    return f"[{told.number}] {told.level} {told.rule} {told.title}"


def _lines(told: Told) -> Iterator[str]:
    yield told.message
    if told.expected is not None:
        yield _("填报 ") + told.reported + _(" → 应为 ") + told.expected
    if told.cause:
        yield _("推断：") + told.cause
    if len(told.spots) > 1:
        yield _("涉及：") + _("、").join(spot.name for spot in told.spots)
    yield _("改法：") + told.remedy
