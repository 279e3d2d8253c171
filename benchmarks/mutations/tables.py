"""The figures of a run as tables: for the terminal and as Markdown."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table

from benchmarks.mutations.judging import ORDER, Tally

COLUMNS = (
    "slip",
    "declared",
    "applied",
    "caught",
    "cell",
    "other",
    "missed",
    "as",
    "beside",
    "cause",
    "value",
    "suspect",
    "among",
)


@dataclass(slots=True)
class Noise:
    """What was said of forms that are right: findings by (severity, rule)."""

    name: str
    said: str
    forms: int = 0
    findings: Counter[tuple[str, str]] = field(default_factory=Counter)

    def per_hundred(self, severity: str) -> float:
        """Findings of a severity per hundred forms."""
        counted = sum(n for (level, _rule), n in self.findings.items() if level == severity)
        return 100 * counted / self.forms if self.forms else 0.0

    def told(self) -> str:
        """Every rule with its findings per hundred forms."""
        parts = [
            f"{rule} {100 * n / self.forms:.1f} ({level})"
            for (level, rule), n in sorted(self.findings.items(), key=_loud)
        ]
        return ", ".join(parts)


def _loud(item: tuple[tuple[str, str], int]) -> tuple[int, int, str]:
    (level, rule), count = item
    return ORDER.index(level), -count, rule


@dataclass(slots=True)
class Results:
    """Everything a run counted."""

    command: str
    forms: int
    clean: Noise
    together: Noise
    harmless: list[Noise]
    slips: list[Tally]
    by_form: dict[str, Counter[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Group:
    """What came of the forms of one region or template."""

    name: str
    forms: int
    counted: Counter[str]

    @classmethod
    def of(cls, name: str, members: Sequence[Counter[str]]) -> "Group":
        """The group of some forms of :attr:`Results.by_form`."""
        return cls(name, len(members), sum(members, Counter()))

    def cells(self) -> tuple[str, ...]:
        """One line of the table of groups."""
        right, slips = self.counted["right"], self.counted["slips"]
        per_hundred = (f"{100 * self.counted[s] / max(1, right):.2f}" for s in ("error", "warning"))
        caught = f"{100 * self.counted['caught'] / max(1, slips):.1f} %"
        return (self.name, str(self.forms), str(right), *per_hundred, str(slips), caught)


def _cells(tally: Tally) -> tuple[str, ...]:
    """One line of the table of slips."""
    shares = [
        f"{100 * n / tally.caught:.0f} %" if tally.caught else ""
        for n in (tally.causes, tally.repaired)
    ]
    return (
        f"{tally.name} {tally.said}",
        ", ".join(tally.rules),
        str(tally.applied),
        f"{tally.caught} ({100 * tally.caught // max(1, tally.applied)} %)",
        str(tally.elsewhere or ""),
        str(tally.others or ""),
        str(tally.missed or ""),
        ", ".join(f"{name} {n}" for name, n in sorted(tally.severities.items())),
        ", ".join(
            f"{rule} {n}"
            for rule, n in sorted(tally.beside.items(), key=lambda kv: (-kv[1], kv[0]))[:3]
        ),
        shares[0] if tally.cause else "",
        shares[1] if tally.decidable else "",
        *(_share(n, tally.caught) if tally.explained else "" for n in (tally.first, tally.among)),
    )


def _share(count: int, whole: int) -> str:
    return f"{100 * count / whole:.0f} %" if whole else ""


def diagnosis(slips: Sequence[Tally]) -> str:
    """One sentence on the causes of numeric slips that the form's equations can decide, and not."""
    sentences = []
    for decidable, said in ((True, "the form decides"), (False, "the form cannot decide")):
        of = [t for t in slips if t.cause and t.decidable is decidable and t.explained]
        caught = sum(t.caught for t in of)
        first, named, among = (
            _share(sum(getattr(t, name) for t in of), caught)
            for name in ("first", "causes", "among")
        )
        sentences.append(
            f"Slips that {said}: {caught} in {len(of)} operators; the true cell first {first}, "
            f"the true cause first {named}, the true one among those named {among}."
        )
    return " ".join(sentences)


def totals(slips: Sequence[Tally]) -> str:
    """One sentence on all slips whose rule exists."""
    there = [tally for tally in slips if tally.there]
    applied = sum(tally.applied for tally in there)
    caught = sum(tally.caught for tally in there)
    others = sum(tally.elsewhere + tally.others for tally in there)
    share = 100 * caught / max(1, applied)
    return (
        f"{len(there)} operators whose rule exists, applied {applied} times: "
        f"{caught} caught by the declared rule at the declared cell ({share:.1f} %), "
        f"{others} by another rule or at another cell, "
        f"{sum(tally.missed for tally in there)} missed. "
        f"{len(slips) - len(there)} operators wait for a rule that is not there yet."
    )


def show(results: Results, console: Console) -> None:
    """Prints the tables."""
    for there, title in ((True, "Slips"), (False, "Slips whose rule is not there yet")):
        table = Table(*COLUMNS, title=title)
        for tally in results.slips:
            if tally.there is there:
                table.add_row(*_cells(tally))
        console.print(table)
    table = Table(
        "harmless change", "forms", *ORDER, "by rule", title="New findings per hundred forms"
    )
    for noise in (results.clean, results.together, *results.harmless):
        table.add_row(*_noise(noise))
    console.print(table)
    console.print(totals(results.slips))
    console.print(diagnosis(results.slips))


def _noise(noise: Noise) -> tuple[str, ...]:
    rates = [f"{noise.per_hundred(level):.1f}" for level in ORDER]
    return (f"{noise.name} {noise.said}", str(noise.forms), *rates, noise.told())


def markdown(results: Results, groups: Sequence[Group] = ()) -> str:
    """The page docs/accuracy.md."""
    lines = [
        "# Accuracy",
        "",
        f"Made by `{results.command}`; the same command gives the same figures.",
        "",
        "Clean forms of seventeen kinds of projects are made from a seed, as a careful clerk would hand",
        "them in, and never filtered by what fires. Each operator makes one slip in a copy of a form and",
        "declares beforehand which rule has to find it at which cell; it was written from the catalogue,",
        "not from the rules. Only findings that the form without the slip does not have count.",
        "",
        totals(results.slips),
        "",
        diagnosis(results.slips),
        "",
        "- *caught*: by a declared rule at a declared cell; *cell*: by a declared rule elsewhere; *other*:",
        "  by another error or warning only; *missed*: nothing new was said.",
        "- *beside*: other errors and warnings that came with the slip and accuse none of its cells.",
        "- *cause*: the slip was named, of those caught; *value*: the true value was given back, where the",
        "  form's own equations can decide it; *suspect*: a cell that the slip changed is named first;",
        "  *among*: it is among the cells or causes named.",
        "",
        "## Forms that are right",
        "",
        "Findings per hundred forms. On the first two lines nothing was changed; on the others only what",
        "is new is counted. No error and no warning is due on any of them.",
        "",
        *_table(("change", "forms", *ORDER, "by rule"), [_noise(n) for n in (results.clean, results.together, *results.harmless)]),
        "",
        "## By region and by template",
        "",
        "The same operators and harmless changes on forms of one region, judged by its profile, and on",
        "forms of one template. Findings per hundred forms that are right, clean or harmlessly changed.",
        "",
        *_table(("forms of", "clean forms", "right forms", "error", "warning", "slips", "caught"), [g.cells() for g in groups]),
        "",
        "## Slips",
        "",
        *_table(COLUMNS, [_cells(tally) for tally in results.slips if tally.there]),
        "",
        "## Slips whose rule is not there yet",
        "",
        *_table(COLUMNS[:3], [_cells(tally)[:3] for tally in results.slips if not tally.there]),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [
        "| " + " | ".join(header) + " |",
        "|" + "---|" * len(header),
        *("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows),
    ]
