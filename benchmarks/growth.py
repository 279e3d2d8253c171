"""How time and memory grow with the number of forms: ``python -m benchmarks.growth``.

Whole audits of generated forms that lie in memory, each size in a process of its own: seconds of each
stage and peak memory. The table and a log-log picture go into docs/scale.md and docs/growth.svg.
"""

import json
import os
import platform
import resource
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import click

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "scale.md"
PICTURE = ROOT / "docs" / "growth.svg"
MARKS = ("<!-- growth -->", "<!-- end of growth -->")
SIZES = (100, 300, 1_000, 3_000, 10_000)
STAGES = ("facts", "rules", "all")


def measured(count: int) -> dict[str, float]:
    """Seconds of facts, of rules and of the whole audit, and MiB at the peak."""
    from auditor.auditing import Extraction, audit, choose
    from auditor.engine import running
    from auditor.facts import building
    from benchmarks.forms import forms

    made = forms(0, count)
    choice = choose()
    parameters = choice.profile.parameters
    spent: Counter[str] = Counter()
    clock = time.perf_counter()
    facts = building.build(made, building.Norms.of(parameters))
    spent["facts"] = time.perf_counter() - clock
    clock = time.perf_counter()
    running.run(choice.rules, facts, parameters)
    spent["rules"] = time.perf_counter() - clock
    del facts
    clock = time.perf_counter()
    audit(Extraction(made), choice)
    spent["all"] = time.perf_counter() - clock
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"forms": count, **spent, "peak": peak}


def picture(rows: list[dict[str, float]]) -> str:
    """Seconds against forms, both logarithmic."""
    import vl_convert

    points = [{"forms": r["forms"], "seconds": r[s], "stage": s} for r in rows for s in STAGES]
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "background": "white", "width": 460, "height": 300, "data": {"values": points},
        "mark": {"type": "line", "point": True},
        "encoding": {
            "x": {"field": "forms", "type": "quantitative", "scale": {"type": "log"}},
            "y": {"field": "seconds", "type": "quantitative", "scale": {"type": "log"}},
            "color": {"field": "stage", "type": "nominal"},
        },
    }  # fmt: skip
    svg: str = vl_convert.vegalite_to_svg(spec, vl_version="5.20")
    return svg


@click.command()
@click.option("--one", type=int, default=None, hidden=True)
@click.option("--most", default=SIZES[-1], show_default=True)
@click.option("--write/--no-write", default=True, help="write docs/scale.md")
def main(one: int | None, most: int, *, write: bool) -> None:
    """Measures every size in a process of its own."""
    if one is not None:
        click.echo(json.dumps(measured(one)))
        return
    rows = []
    for size in (size for size in SIZES if size <= most):
        command = [sys.executable, "-m", "benchmarks.growth", "--one", str(size)]
        done = subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
        rows.append(json.loads(done.stdout))
        click.echo(str(rows[-1]))
    lines = [
        f"Made by `python -m benchmarks.growth` on {platform.machine()}, {os.cpu_count()} cores, Python "
        f"{platform.python_version()}; one process, forms in memory, every second one with a slip.",
        "",
        "| forms | facts, s | 153 rules, s | whole audit, s | forms per second | peak MiB |",
        "|---:|---:|---:|---:|---:|---:|",
        *(
            f"| {r['forms']:,.0f} | {r['facts']:.1f} | {r['rules']:.1f} | {r['all']:.1f} | "
            f"{r['forms'] / r['all']:.0f} | {r['peak']:,.0f} |"
            for r in rows
        ),
        "",
        "![Seconds against forms, both logarithmic](growth.svg)",
    ]
    if write:
        PICTURE.write_text(picture(rows), "utf-8")
        text = PAGE.read_text("utf-8")
        before, after = text.split(MARKS[0])[0], text.split(MARKS[1])[1]
        PAGE.write_text(before + "\n".join([MARKS[0], *lines, MARKS[1]]) + after, "utf-8")


if __name__ == "__main__":
    main()
