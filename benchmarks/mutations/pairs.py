"""Two slips in one form: ``python -m benchmarks.mutations.pairs --forms 100``.

Two numeric slips that the equations decide, at cells of their own, go into one clean form. Counted
is whether both true cells are in the repairs that the findings name first.
"""

from random import Random

import click

from auditor.forms.evaluation import Evaluation
from benchmarks.mutations.forms import generate
from benchmarks.mutations.judging import findings_of, touched_cells
from benchmarks.mutations.slips import SLIPS

NUMERIC = [slip for slip in SLIPS if slip.decidable and slip.cause]


def pair(form: Evaluation, random: Random) -> tuple[Evaluation, set[str], set[str]] | None:
    """The form with two slips, and the cells that each of them changed."""
    one, other = random.sample(NUMERIC, 2)
    first = one.make(Random(random.random()), form)
    if first is None or first.structural:
        return None
    second = other.make(Random(random.random()), first.form)
    if second is None or second.structural:
        return None
    cells = touched_cells(form, first), touched_cells(first.form, second)
    return None if cells[0] & cells[1] else (second.form, *cells)


def named(form: Evaluation) -> set[str]:
    """Every cell that the causes of a form's findings would change, first suspects included."""
    cells: set[str] = set()
    for finding in findings_of([form])[0]:
        if finding.cause:
            cells |= set(finding.cause["repair"]) | set(finding.cells[:1])
    return cells


@click.command()
@click.option("--forms", "count", default=100, show_default=True)
@click.option("--seed", default=1, show_default=True)
def main(count: int, seed: int) -> None:
    """Measures how often both of two slips are found out."""
    random = Random(seed)
    both = tried = 0
    for number in range(count):
        made = pair(generate(seed * 10_000 + number), random)
        if made is None:
            continue
        form, one, other = made
        tried += 1
        cells = named(form)
        both += bool(cells & one) and bool(cells & other)
    share = 100 * both / max(1, tried)
    print(f"{tried} forms with two slips: both true cells in the repairs {both} ({share:.0f} %)")


if __name__ == "__main__":
    main()
