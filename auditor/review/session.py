"""A review: the findings of a submission, what was decided about each, where the reviewer stands.

Nothing here draws or asks. Every decision is on disk before the method that makes it returns, so
what a front shows as decided is what a killed process leaves behind.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace

from auditor.findings.decisions import ACCEPT, ASK, WAIVE, Decision, Decisions
from auditor.findings.model import Report
from auditor.language import _
from auditor.reporting.report_input import ReportInput
from auditor.reporting.view import Project, Told

OPEN = "open"


@dataclass(frozen=True, slots=True)
class Item:
    """A finding to decide on; ``project`` is its place among the projects, None for the batch."""

    told: Told
    project: int | None
    search: str


@dataclass(frozen=True, slots=True)
class Filter:
    """What is shown: severities, states (open, waive, accept, ask), and words to be found."""

    levels: frozenset[str] = frozenset({"error", "warning", "advice"})
    states: frozenset[str] = frozenset({OPEN, WAIVE, ACCEPT, ASK})
    words: str = ""


@dataclass(frozen=True, slots=True)
class _Step:
    """A decision of this session and the one that it replaced."""

    made: Decision
    before: Decision | None


def words() -> dict[str, str]:
    """What the states are called."""
    return {OPEN: _("未定"), ACCEPT: _("接受"), WAIVE: _("豁免"), ASK: _("待问")}


@dataclass(slots=True)
class Session:
    """The state of a review; ``shown`` are positions in ``items`` that the filter lets through."""

    material: ReportInput
    decisions: Decisions
    who: str
    today: dt.date
    items: list[Item] = field(default_factory=list)
    shown: list[int] = field(default_factory=list)
    at: int = 0
    filter: Filter = Filter()
    _undo: list[list[_Step]] = field(default_factory=list)
    _states: list[str] = field(default_factory=list)  # of items, in their order
    _taken_in: int = -1  # of the decisions, when the states were worked out

    @classmethod
    def begun(
        cls, material: ReportInput, decisions: Decisions, who: str, today: dt.date
    ) -> "Session":
        """A session over all findings; it stands at the first one that is not decided."""
        made = cls(material, decisions, who, today)
        for position, project in enumerate(material.view.projects):
            made.items += [_item(told, position, project) for told in project.findings]
        own = [s.told for s in material.view.shared if not _is_folded(material, s.told)]
        made.items += [_item(told, None, None) for told in own]
        made.narrow(Filter())
        made.next_open(from_here=True)
        return made

    @property
    def item(self) -> Item | None:
        """The finding that the reviewer stands at; None when nothing is shown."""
        return self.items[self.shown[self.at]] if self.shown else None

    def project(self, item: Item) -> tuple[Report, Project] | None:
        """The report and project of a finding; None for a finding of the batch."""
        if item.project is None:
            return None
        return self.material.audit.reports[item.project], self.material.view.projects[item.project]

    def state(self, item: Item) -> str:
        """Open, waive, accept or ask; an expired waiver is open again."""
        decision = self.decisions.get(item.told.fingerprint)
        if decision is None or (decision.decision == WAIVE and not decision.holds(self.today)):
            return OPEN
        return decision.decision

    def decision(self, item: Item) -> Decision | None:
        """The decision that holds for a finding; None if it is open."""
        return self.decisions.get(item.told.fingerprint)

    def counts(self) -> dict[str, int]:
        """How many findings are in each state."""
        return dict.fromkeys(words(), 0) | Counter(self.states())

    def states(self) -> list[str]:
        """The state of every finding, in the order of ``items``; worked out again when one changed.

        A screen asks for them at every key, and there may be ten thousand.
        """
        now = self.decisions.taken_in
        if self._taken_in != now or len(self._states) != len(self.items):
            self._states, self._taken_in = list(map(self.state, self.items)), now
        return self._states

    def _changed(self, fingerprints: Collection[str]) -> None:
        """Notes that findings have another state now."""
        known = self.states()
        for position, item in enumerate(self.items):
            if item.told.fingerprint in fingerprints:
                known[position] = self.state(item)

    # --- deciding -----------------------------------------------------------------------------

    def decide(self, kind: str, reason: str = "", until: str = "") -> Decision | None:
        """Decide on the current finding; the decision is on disk when this returns.

        Raises:
            DecisionFault: a waiver without a reason, or the file is broken.
            OSError: the file cannot be written; nothing has been decided then.
        """
        item = self.item
        if item is None:
            return None
        made = Decision(
            item.told.fingerprint, decision=kind, rule=item.told.rule, project=self._name(item),
            reason=reason.strip(), who=self.who, when=self.today.isoformat(), until=until,
        )  # fmt: skip
        self._decide([made])
        return made

    def spread(self) -> list[Decision]:
        """Decides the same about every open finding that one finding of the batch tells with it.

        Raises:
            DecisionFault, OSError: as for :meth:`decide`; nothing has been decided then.
        """
        item = self.item
        decision = self.decision(item) if item is not None else None
        if item is None or decision is None or item.told.folded_into is None:
            return []
        made = [
            replace(decision, fingerprint=other.told.fingerprint, project=self._name(other))
            for other in self.items
            if other.told.folded_into == item.told.folded_into and self.state(other) == OPEN
        ]
        if made:
            self._decide(made)
        return made

    def _decide(self, made: list[Decision]) -> None:
        with self.decisions.changing():
            steps = [_Step(one, self.decisions.get(one.fingerprint)) for one in made]
            for decision in made:
                self.decisions.put(decision)
        self._undo.append(steps)
        self._changed({step.made.fingerprint for step in steps})

    def undo(self) -> bool:
        """Takes the last decision of this session back and stands at its finding.

        What another session has decided about it since is left as it is.

        Raises:
            DecisionFault: the file is broken; OSError: it cannot be written. The decision still
                holds then.
        """
        if not self._undo:
            return False
        steps = self._undo[-1]
        with self.decisions.changing():
            for step in steps:
                if self.decisions.get(step.made.fingerprint) != step.made:
                    continue  # decided anew by somebody else
                self.decisions.drop(step.made.fingerprint)
                if step.before is not None:
                    self.decisions.put(step.before)
        self._undo.pop()
        self._changed({step.made.fingerprint for step in steps})
        self._stand(lambda item: item.told.fingerprint == steps[0].made.fingerprint)
        return True

    def refresh(self) -> bool:
        """Takes in what others have decided meanwhile; whether there was anything.

        Raises:
            DecisionFault: the file is broken now; what was read before still stands.
        """
        return self.decisions.refresh()

    def _name(self, item: Item) -> str:
        return "" if item.project is None else self.material.view.projects[item.project].name

    # --- moving -------------------------------------------------------------------------------

    def move(self, steps: int) -> None:
        """Forwards or back among what is shown, not past its ends."""
        if self.shown:
            self.at = max(0, min(len(self.shown) - 1, self.at + steps))

    def next_open(self, *, from_here: bool = False) -> bool:
        """To the next finding that is not decided, round once; False when there is none."""
        count = len(self.shown)
        for step in range(0 if from_here else 1, count + 1):
            place = (self.at + step) % count
            if self.states()[self.shown[place]] == OPEN:
                self.at = place
                return True
        return False

    def to_project(self, number: int | None) -> None:
        """To the first shown finding of a project."""
        self._stand(lambda item: item.project == number)

    def narrow(self, wanted: Filter) -> None:
        """Shows what the filter lets through, and stays at the finding at hand where it can."""
        here = self.shown[self.at] if self.shown else None
        self.filter = wanted
        needle = wanted.words.strip().lower()
        self.shown = [
            position
            for position, (item, state) in enumerate(zip(self.items, self.states(), strict=True))
            if item.told.severity in wanted.levels
            and state in wanted.states
            and needle in item.search
        ]
        self.at = self.shown.index(here) if here in self.shown else 0

    def _stand(self, test: Callable[[Item], bool]) -> None:
        for place, position in enumerate(self.shown):
            if test(self.items[position]):
                self.at = place
                return


def _item(told: Told, position: int | None, project: Project | None) -> Item:
    about = (project.name, project.unit, project.file) if project else ()
    text = " ".join((*about, told.rule, told.name, told.title, told.message, told.remedy))
    return Item(told, position, text.lower())


def _is_folded(material: ReportInput, told: Told) -> bool:
    """Whether the forms themselves carry the finding; then it is decided there."""
    number = told.number - 1
    return any(
        finding.folded_into == number
        for report in material.audit.reports
        for finding in report.findings
    )
