"""A checked rule, as the engine and the reports use it; plain data that survives JSON."""

from dataclasses import asdict, dataclass, field
from typing import Any

SEVERITIES = ("advice", "warning", "error")  # in rising order

# An expression of an equation as nested lists: ["/", ["column", "executed"], ["number", "2"]].
Expression = list[Any]


@dataclass(slots=True)
class Equation:
    """``left`` and ``right`` must agree (=) or stand in order (<=, >=) within printed precision."""

    text: str
    relation: str
    left: Expression
    right: Expression


@dataclass(slots=True)
class Rule:
    """One rule of the rulebook.

    ``applies`` are (reason if not, SQL condition); ``severity`` are (SQL condition, severity), the
    last without a condition. Exactly one of ``equation``, ``flag`` and ``query`` is set. ``holds``
    are equations that must hold besides, for the rule to be the right explanation. ``reported`` and
    ``expected`` name columns where no equation gives them; ``also`` are sentences that the message
    adds when a flag column is true. ``together`` names a column: hits of one value of it are one
    finding of the batch. ``told_by`` are rules that tell this one as their cause; ``beside`` are
    rules that may rightly accuse the same cell. ``columns`` are all columns that its conditions
    name.
    """

    id: str
    name: str
    since: str
    status: str
    title: dict[str, str]
    severity: list[tuple[str, str]]
    table: str
    applies: list[tuple[str, str]]
    cells: list[str]
    message: dict[str, str]
    remedy: dict[str, str]
    why: dict[str, str]
    basis: list[str]
    false_alarms: dict[str, list[str]]
    equation: Equation | None = None
    flag: str | None = None
    query: str | None = None
    holds: list[Equation] = field(default_factory=list)
    truncated: str = "pass"
    once: str = "row"
    evidence: list[str] | None = None
    causes: list[str] = field(default_factory=list)
    impact: str | None = None
    reported: str | None = None
    expected: str | None = None
    together: str | None = None
    told_by: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)
    also: list[dict[str, str]] = field(default_factory=list)
    supersedes: list[dict[str, str]] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    examples: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    file: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Rule":
        """The inverse of :meth:`as_dict`, also after JSON."""
        known = dict(data)
        known["severity"] = [(when, severity) for when, severity in data["severity"]]
        known["applies"] = [(reason, when) for reason, when in data["applies"]]
        known["equation"] = Equation(**data["equation"]) if data["equation"] else None
        known["holds"] = [Equation(**equation) for equation in data["holds"]]
        return cls(**known)


def columns_of(expression: Expression) -> list[str]:
    """The columns of one side of an equation, in order of appearance."""
    if expression[0] == "column":
        return [expression[1]]
    return [name for part in expression[1:] if isinstance(part, list) for name in columns_of(part)]


class RuleFault(Exception):
    """A rule file that does not load: always a fault of the rule, never of a form."""

    def __init__(self, file: str, message: str) -> None:
        super().__init__(f"{file}: {message}")
        self.file = file
        self.message = message
