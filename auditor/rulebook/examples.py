"""A rule's examples as forms: they are documentation, and every one of them is executed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from auditor.rulebook.model import Rule

FLAG, PASS, NOT_APPLICABLE = "flag", "pass", "not_applicable"
OTHERS = ("beside", "previous", "roster")
KINDS = (FLAG, PASS, NOT_APPLICABLE)
_BASE = {"project": "示例项目", "funds": [], "indicators": []}


@dataclass(frozen=True, slots=True)
class Example:
    """One example: the form it describes and what the rule must say of it."""

    rule: Rule
    kind: str
    number: int
    given: dict[str, Any]
    cells: list[str] | None
    severity: str | None
    expected: str | None
    because: str | None
    profile: str | None
    others: dict[str, list[dict[str, Any]]]

    @property
    def name(self) -> str:
        """How messages call the example: rule, kind and number, such as ``X01 flag 1``."""
        return f"{self.rule.id} {self.kind} {self.number}"

    def group(self, name: str) -> list[dict[str, Any]]:
        """The records ``beside`` the form, of the ``previous`` year, or of the ``roster``."""
        return [_whole(given) for given in self.others.get(name, [])]

    def evaluation(self) -> dict[str, Any]:
        """The example as an ``evaluation/1`` record; what it does not name is not known."""
        return _whole(self.given)


def _whole(given: dict[str, Any]) -> dict[str, Any]:
    """A record of a template that has all it names: what is null there is blank."""
    absent = {"missing_columns": [], "missing_rows": ["fund_parts"]}
    if not given.get("funds"):
        absent["missing_rows"] = ["funds", "fund_parts"]
    return _BASE | absent | given


def examples(rule: Rule) -> Iterator[Example]:
    """Every example of a rule, in the order of its file."""
    for kind in KINDS:
        for number, entry in enumerate(rule.examples[kind], 1):
            yield Example(
                rule,
                kind,
                number,
                entry["given"],
                entry.get("cells"),
                entry.get("severity"),
                entry.get("expected"),
                entry.get("because"),
                entry.get("profile"),
                {name: entry[name] for name in OTHERS if name in entry},
            )
