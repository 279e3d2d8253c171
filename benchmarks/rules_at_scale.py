"""All rules over very many forms: ``python -m benchmarks.rules_at_scale --forms 100000``.

The forms come from the generator of the mutation benchmark, each a little changed, and stay in
memory. In the same run twenty rules of plain arithmetic are checked by pandera and by pandas on
the same facts, so that the rates can be set side by side. Figures go to docs/performance.md.
"""

import json
import platform
import resource
import time
from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import click

from auditor.auditing import choose
from auditor.engine import precedence, running
from auditor.facts import building
from auditor.forms.evaluation import Evaluation
from benchmarks.mutations.forms import generate
from benchmarks.mutations.slips import SLIPS

_DISTINCT, _TOGETHER = 2_000, 5_000
TWENTY = (
    "F01", "F02", "F03", "F05", "X01", "X03", "X05", "X09", "W01", "W02", "W05", "C01", "C03",
    "C04", "C12", "T01", "T02", "T03", "D06", "Q14",
)  # fmt: skip


def forms(start: int, count: int) -> list[Evaluation]:
    """Forms from two thousand seeds under names of their own; every second one has a slip."""
    result = []
    for number in range(start, start + count):
        form = deepcopy(_seed(number % _DISTINCT))
        form.file, form.project = f"{number}.json", f"{form.project}{number}"
        if number % 2:
            slip = SLIPS[number // 2 % len(SLIPS)]
            mutated = slip.make(Random(number), form)
            form = mutated.form if mutated else form
        result.append(form)
    return result


@cache
def _seed(seed: int) -> Evaluation:
    return generate(seed)


def _clocked(spent: Counter[str], name: str, work: Callable[[], Any]) -> Any:
    """The result of a piece of work, its wall time added up under a name."""
    started = time.perf_counter()
    result = work()
    spent[name] += time.perf_counter() - started
    return result


@click.command()
@click.option("--forms", "count", default=100_000, show_default=True)
@click.option("--output", type=click.Path(path_type=Path), help="JSON with the figures.")
def main(count: int, output: Path | None) -> None:
    """Measures facts, all rules, and twenty rules beside pandera and pandas."""
    from benchmarks import twenty_rules

    choice = choose()
    parameters = choice.profile.parameters
    norms = building.Norms.of(parameters)
    few = [choice.rulebook.rules[name] for name in TWENTY]
    spent: Counter[str] = Counter()
    hits: Counter[str] = Counter()
    rows = 0
    for start in range(0, count, _TOGETHER):
        submission = forms(start, min(_TOGETHER, count - start))
        facts = _clocked(spent, "facts", lambda s=submission: building.build(s, norms))
        outcomes = _clocked(
            spent, "all_rules", lambda f=facts: running.run(choice.rules, f, parameters)
        )
        _clocked(spent, "precedence", lambda o=outcomes, s=submission: precedence.settle(o.hits, s))
        ours = _clocked(spent, "ours", lambda f=facts: running.run(few, f, parameters))
        # The contestants get floats, made before their clock starts.
        tables = twenty_rules.floats({name: table.to_pandas() for name, table in facts.items()})
        by_pandas = _clocked(
            spent, "pandas", lambda t=tables: twenty_rules.with_pandas(t, parameters)
        )
        by_pandera = _clocked(
            spent, "pandera", lambda t=tables: twenty_rules.with_pandera(t, parameters)
        )
        hits.update(ours=len(ours.hits), pandas=by_pandas, pandera=by_pandera)
        hits.update(all=len(outcomes.hits), errors=len(outcomes.errors))
        rows += len(facts["indicators"])
    whole = spent["facts"] + spent["all_rules"] + spent["precedence"]
    figures = {
        "forms": count,
        "indicators": rows,
        "machine": f"{platform.machine()} {platform.system()}, Python {platform.python_version()}",
        "rules": len(choice.rules),
        "seconds": {name: round(value, 2) for name, value in spent.items()},
        "forms_per_second_facts_and_all_rules": round(count / whole),
        "forms_per_second_all_rules_alone": round(count / spent["all_rules"]),
        "hits": dict(hits),
        "ours_to_pandera": round(spent["pandera"] / spent["ours"], 2),
        "ours_to_pandas": round(spent["pandas"] / spent["ours"], 2),
        "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }
    text = json.dumps(figures, ensure_ascii=False, indent=1)
    print(text)
    if output:
        output.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
