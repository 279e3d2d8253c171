"""Which word segmenter: ``python -m benchmarks.segmenters [--write]``.

Times those that are installed on the purposes and phrases of the mutation benchmark, each in a
process of its own: import and first cut, characters a second afterwards, and the memory it takes.
"""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from benchmarks.measuring import Section

CANDIDATES = ("rjieba", "jieba", "jieba_next", "cjieba")
CORPUS = Path(__file__).parent / "mutations" / "kinds.yaml"
TIMES = 20
ONE = """
import importlib, json, resource, sys, time
name, path, times = sys.argv[1], sys.argv[2], int(sys.argv[3])
began = time.perf_counter()
module = importlib.import_module(name)
list(module.cut("预热"))
loaded = time.perf_counter() - began
lines = open(path, encoding="utf-8").read().splitlines() * times
began = time.perf_counter()
cuts = [list(module.cut(line)) for line in lines]
took = time.perf_counter() - began
words = ["/".join(cut) for cut in cuts[: len(cuts) // times]]
print(json.dumps({"loaded": loaded, "speed": sum(map(len, lines)) / took,
    "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "words": words}))
"""


def measured(name: str) -> dict[str, Any]:
    """What one segmenter needs, and what it made of the lines."""
    command = [sys.executable, "-c", ONE, name, str(CORPUS), str(TIMES)]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def section() -> Section:
    """The comparison of those that are installed."""
    found = {name: measured(name) for name in CANDIDATES if find_spec(name)}
    first = next(iter(found.values()))["words"]
    rows = [
        (
            name,
            one["loaded"],
            one["speed"] / 1e6,
            one["memory"],
            f"{_same(one['words'], first)} of {len(first)}",
        )
        for name, one in found.items()
    ]
    columns = (
        "package",
        "import and first cut, s",
        "million characters a second",
        "memory, MB",
        "lines cut as by the first",
    )
    return Section(
        "adr/0015-words-and-topics.md",
        "segmenters",
        "python -m benchmarks.segmenters --write",
        columns,
        rows,
    )


def _same(words: list[str], others: list[str]) -> int:
    return sum(map(str.__eq__, words, others))


@click.command()
@click.option("--write", is_flag=True, help="Write the table into its page.")
def main(write: bool) -> None:  # noqa: FBT001 - a click option
    made = section()
    click.echo("\n".join(made.lines()))
    if write:
        made.publish()


if __name__ == "__main__":
    main()
