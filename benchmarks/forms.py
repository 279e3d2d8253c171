"""Forms for measuring: those of the mutation benchmark's generator, every second one with a slip."""

from random import Random

from auditor.forms.evaluation import Evaluation
from benchmarks.mutations.forms import generate
from benchmarks.mutations.slips import SLIPS


def forms(start: int, count: int) -> list[Evaluation]:
    """The forms with these numbers, each of a seed and under a name of its own."""
    return [form(number) for number in range(start, start + count)]


def form(number: int) -> Evaluation:
    """The form with a number: always the same one."""
    made = generate(number)
    made.file, made.project = f"{number}.json", f"{made.project}{number}"
    if number % 2:
        slip = SLIPS[number // 2 % len(SLIPS)]
        mutated = slip.make(Random(number), made)
        made = mutated.form if mutated else made
    return made
