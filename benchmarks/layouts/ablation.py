"""What becomes of a form when one entry of the vocabulary is taken out."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from auditor import resources
from auditor.forms import knowledge
from auditor.forms.document_reader import evaluations
from auditor.forms.evaluation import Evaluation
from auditor.intake.document import Cell, Document, Grid, Part, Place
from benchmarks.layouts.grammar import Choices, Composed, choices, compose
from benchmarks.layouts.labels import Words
from benchmarks.layouts.measuring import Tally, compare
from benchmarks.measuring import Section
from benchmarks.mutations.forms import generate
from benchmarks.mutations.judging import findings_of
from tests.rendering.layout import Page

# Where each list of the vocabulary is printed in a composed form.
ROLES = {
    ("labels", "header"): "header.{key}",
    ("labels", "sections"): "sections.{key}",
    ("labels", "goals"): "goals.{key}",
    ("labels", "funds"): "funds.kind.{key}",
    ("columns", "funds"): "funds.{key}",
    ("columns", "indicators"): "indicators.{key}",
    ("levels", "level1"): "level1.{key}",
    ("levels", "level2"): "level2.{key}",
}
FLAT = {("labels", "total"): "total", ("labels", "grade"): "grade"}
_WEIGHED = 3  # forms that each entry is tried on


@dataclass(frozen=True, slots=True)
class Entry:
    """One word of a list."""

    path: tuple[str, ...]
    word: str
    role: str


class _Fixed(Words):
    """The usual words, but for one role."""

    def __init__(self, random: Random, entry: Entry) -> None:
        super().__init__(random, 0.0)
        self._entry = entry

    def __call__(self, role: str, scope: str = "") -> str:  # noqa: ARG002 - the national words differ
        if role == self._entry.role:
            return self._entry.word
        return usual(role)


def usual(role: str) -> str:
    """The label that most forms print."""
    from benchmarks.layouts.labels import listed

    both = listed()[role]["known"]
    return max(both, key=lambda word: both[word])


def entries() -> Iterator[Entry]:
    """Every entry of the vocabulary that names a part of a form."""
    listed = resources.vocabulary()
    for (file, group), role in ROLES.items():
        for key, names in listed[file][group].items():
            for word in names:
                yield Entry((file, group, key), word, role.format(key=key))
    for (file, group), role in FLAT.items():
        for word in listed[file][group]:
            yield Entry((file, group), word, role)


def _template(entry: Entry) -> Choices:
    """The national form, with what it needs to print the entry."""
    plain = choices(Random(0), plain=True)
    group = entry.path[-1]
    return replace(
        plain,
        year_in="line",
        grade_in="row",
        contact=group in ("leader", "phone"),
        review_column=group == "review_score",
        split_target=group in ("target_nature", "target_operator", "target_unit"),
    )


def _form(number: int, entry: Entry) -> Evaluation:
    clean = generate(number)
    if entry.path[-1] == "reason":
        clean.funds[0].reason = "按合同约定支付尾款"
    return clean


def composed(entry: Entry, number: int) -> Composed:
    """A form that prints the entry where it belongs."""
    random = Random(f"ablation {entry} {number}")
    return compose(random, _form(number, entry), _Fixed(random, entry), _template(entry))


def document(page: Page) -> Document:
    """A page as the reader gets it from a file that keeps its merges."""
    lines = tuple(
        Grid((Cell(0, 0, line, Place(line=n)),), spans_known=True)
        for n, line in enumerate(page.heading, 1)
    )
    cells = tuple(
        Cell(box.row, box.column, box.text, Place(table=1, row=box.row + 1, column=box.column + 1),
             box.rowspan, box.colspan)
        for box in page.boxes
    )  # fmt: skip
    parts: tuple[Part, ...] = (*lines, Grid(cells, spans_known=True))
    return Document("form", parts)


def without(entry: Entry) -> dict[str, Any]:
    """The vocabulary less one entry; the word is gone from every list of the same kind of label."""
    listed = deepcopy(resources.vocabulary())
    names: Any = listed
    for step in entry.path:
        names = names[step]
    names.remove(entry.word)
    return listed


@contextmanager
def vocabulary(listed: dict[str, Any]) -> Iterator[None]:
    """Reads with another vocabulary for a while."""
    with knowledge.replaced(listed):
        yield


def measure() -> Section:
    """Every entry taken out in turn."""
    results: dict[str, list[Any]] = {}
    examples: list[str] = []
    for entry in entries():
        name = ".".join(entry.path[:2])
        row = results.setdefault(name, [name, 0, 0, 0, 0, 0, 0, 0])
        row[1] += 1
        tally, accused = _tried(entry)
        right, silent = tally.whole, tally.cells["silent"]
        doubted = tally.cells["doubted"] + tally.cells["wrong, doubted"]
        row[2] += right == tally.forms and not doubted
        row[3] += bool(doubted) and not silent and not tally.lost
        row[4] += bool(silent)
        row[5] += bool(tally.lost)
        row[6] += accused
        examples += [f"{entry.path} {entry.word}: {said}" for said in tally.examples[:3]]
        if accused:
            examples.append(f"{entry.path} {entry.word}: accused")
    rows = [[*row[:2], *row[2:7]] for row in results.values()]
    total = ["all", *(sum(row[n] for row in rows) for n in range(1, 7))]
    return Section(
        "formats.md", "ablation", "python -m benchmarks.layouts.run",
        ("entries of", "number", "exact", "in doubt", "wrong in silence", "lost", "false errors"),
        [*rows, total], examples,
    )  # fmt: skip


def _tried(entry: Entry) -> tuple[Tally, bool]:
    tally = Tally()
    accused = False
    numbers = list(range(20, 20 + _WEIGHED))
    made = [composed(entry, number) for number in numbers]
    before = findings_of([c.wanted for c in made])
    with vocabulary(without(entry)):
        got = [evaluations(document(c.page))[0] for c in made]
        found = iter(findings_of([forms[0] for forms in got if forms]))
    for c, forms, clean in zip(made, got, before, strict=True):
        compare(c.wanted, forms[0] if forms else None, tally, f"{entry.word}")
        if forms:
            known = {f.rule for f in clean if f.severity == "error"}
            accused |= any(f.severity == "error" and f.rule not in known for f in next(found))
    return tally, accused


if __name__ == "__main__":
    section = measure()
    print("\n".join(section.lines()))
    print("\n".join(map(str, section.data or [])))
