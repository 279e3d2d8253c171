"""Right forms with unusual habits: ``python -m benchmarks.lawful.run [--forms 300] [--write]``.

Each form has one habit and nothing else beside what its clean form has; every kind of template is
used for each habit in turn. No error is due, and next to no warning.
"""

from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Any

import click

from auditor.forms.evaluation import Evaluation
from benchmarks.lawful.habits import habits, practised, told
from benchmarks.measuring import Section
from benchmarks.mutations.forms import generate
from benchmarks.mutations.judging import findings_of, new_findings

SEED = 500_000
_MOST = 4000


def made(count: int) -> Iterator[tuple[dict[str, Any], Evaluation, Evaluation]]:
    """(habit, clean form, the form with the habit): the habits in turn, a new form for each."""
    number = SEED
    for n in range(count):
        habit = habits()[n % len(habits())]
        for number in range(number + 1, SEED + _MOST):  # noqa: B020 - the search goes on where it was
            clean = generate(number)
            form = practised(habit, Random(number), clean)
            if form is not None:
                yield habit, clean, form
                break


def measure(count: int) -> Section:
    """What is newly found in each of the forms."""
    forms = list(made(count))
    before = findings_of([clean for _habit, clean, _form in forms])
    after = findings_of([form for _habit, _clean, form in forms])
    told_of: Counter[str] = Counter()
    rows: list[tuple[object, ...]] = []
    for (habit, _clean, _form), known, found in zip(forms, before, after, strict=True):
        for finding in new_findings(known, found):
            told_of[finding.severity] += 1
            if finding.severity != "advice":
                rows.append((told(habit), finding.rule, finding.severity, finding.message))
    total = (f"{len(forms)} forms, {len(habits())} habits", "", "", ", ".join(
        f"{told_of[severity]} {severity}" for severity in ("error", "warning", "advice")))  # fmt: skip
    columns = ("habit", "rule", "severity", "what was said")
    command = f"python -m benchmarks.lawful.run --forms {count} --write"
    return Section("accuracy-in-detail.md", "lawful", command, columns, [total, *rows])


@click.command()
@click.option("--forms", "count", default=300, show_default=True, help="How many forms.")
@click.option("--write", is_flag=True, help="Write the table into its page.")
def main(count: int, write: bool) -> None:  # noqa: FBT001 - a click option
    made_of = measure(count)
    click.echo("\n".join(made_of.lines()))
    if write:
        made_of.publish()


if __name__ == "__main__":
    main()
