"""How time and memory grow with the number of forms: ``python -m benchmarks.growth``.

Whole audits of generated forms that lie in memory, each size in a process of its own: seconds of each
stage and peak memory of the whole audit. The table goes into docs/scale.md, a log-log picture into
docs/growth.svg.
"""

import json
import resource
import subprocess
import sys

import click

from benchmarks.measuring import DOCS, ROOT, Section, clocked, command

PICTURE = DOCS / "growth.svg"
SIZES = (100, 300, 1_000, 3_000, 10_000)
STAGES = {"facts": "facts, s", "rules": "rules, s", "all": "whole audit, s", "peak": "peak, MiB"}


def measured(count: int) -> dict[str, float]:
    """Seconds of facts, of rules and of the whole audit, and MiB at the peak."""
    from auditor.engine import rule_runner
    from auditor.facts import fact_tables
    from auditor.facts.context import Context
    from auditor.part_audit import TOGETHER, by_workers, here, parts
    from auditor.pipeline import Extraction, audit, choose
    from benchmarks.forms import forms

    made = forms(0, count)
    choice = choose()
    parameters = choice.profile.parameters
    norms = fact_tables.Norms.of(parameters)
    # First of all, while no text has been looked at before: later work finds some of them done.
    whole = clocked(lambda: audit(Extraction(made), choice))[0]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    # The stages as an audit runs them, a part at a time, so that nothing is held that it would drop.
    spent = {"facts": 0.0, "rules": 0.0}
    for part in parts(made, Context(), TOGETHER):
        wall, _cpu, facts = clocked(
            lambda p=part: fact_tables.of_forms(p.forms, p.beside, norms, p.whole)
        )
        spent["facts"] += wall
        spent["rules"] += clocked(lambda f=facts: rule_runner.run(choice.rules, f, parameters))[0]
    del facts
    two = clocked(lambda: audit(Extraction(made), choice, judge=by_workers(2, here())))[0]
    return {"forms": count, **spent, "all": whole, "two": two, "peak": peak}


def picture(rows: list[dict[str, float]]) -> str:
    """Seconds and MiB against forms, all logarithmic."""
    import vl_convert

    points = [
        {"forms": r["forms"], "value": r[stage], "stage": shown}
        for r in rows
        for stage, shown in STAGES.items()
    ]
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "background": "white", "width": 460, "height": 300, "padding": 12, "data": {"values": points},
        "mark": {"type": "line", "point": True},
        "encoding": {
            "x": {"field": "forms", "type": "quantitative", "scale": {"type": "log"}},
            "y": {"field": "value", "type": "quantitative", "scale": {"type": "log"}, "title": None},
            "color": {"field": "stage", "type": "nominal"},
        },
    }  # fmt: skip
    svg: str = vl_convert.vegalite_to_svg(spec, vl_version="5.20")
    return svg


def measure(most: int) -> list[Section]:
    """How time and memory grow with the number of forms, each size in a process of its own."""
    rows = []
    for size in (size for size in SIZES if size <= most):
        own = [sys.executable, "-m", "benchmarks.growth", "--one", str(size)]
        done = subprocess.run(own, check=True, capture_output=True, cwd=ROOT)
        rows.append(json.loads(done.stdout))
        click.echo(str(rows[-1]), err=True)
    if most >= SIZES[-1]:
        PICTURE.write_text(picture(rows), "utf-8")
    return [Section(
        "scale.md", "growth", "python -m benchmarks.growth`, `forms in memory, every second one with a slip",
        ("forms", "facts, s", "rules, s", "whole audit, s", "forms per second", "peak MiB",
         "with two processes, s"),
        [[r["forms"], r["facts"], r["rules"], r["all"], r["forms"] / r["all"], r["peak"], r["two"]]
         for r in rows],
        rows, ["![Seconds and MiB against forms, all logarithmic](growth.svg)"],
    )]  # fmt: skip


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(measured(int(sys.argv[2]))))
    else:
        command(measure, click.option("--most", default=SIZES[-1], show_default=True))()
