"""All benchmarks by one command: ``python -m benchmarks.suite [--small]``.

Each is a process of its own, one after the other, so that none shares memory or caches with another.
Their tables go into docs/, all figures into docs/benchmarks.json. About two hours; ``--small`` takes
minutes, writes nothing into docs/ and shows that all of them run.

Needs the contestants: ``pip install pandera polars frictionless python-docx pdfplumber markitdown[docx,xlsx,pdf]``.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click

from benchmarks.measuring import DOCS, ENVIRONMENT, ROOT, machine

# What is run, and how it is made small.
ALL = {
    "start_up": ("--runs", "3"),
    "reading": ("--forms", "6"),
    "layouts.run": ("--forms", "40"),
    "rules": ("--most", "10000"),
    "diagnosis_cost": (),
    "reports": ("--forms", "50"),
    "submissions": ("--sizes", "10,100"),
    "growth": ("--most", "300"),
    "gate": ("--forms", "100"),
    "review_keys": ("--findings", "500"),
    "spark_equality": ("--forms", "300"),
}


@click.command()
@click.option("--small", is_flag=True, help="little work each, nothing written into docs/")
@click.option("--only", multiple=True, type=click.Choice(list(ALL)), help="some of them")
@click.option("--json", "target", type=click.Path(path_type=Path), default=DOCS / "benchmarks.json")
def main(*, small: bool, only: tuple[str, ...], target: Path) -> None:
    """Runs every benchmark."""
    whole = json.loads(target.read_text("utf-8")) if target.exists() and not small else {}
    failed = []
    for name, less in ALL.items():
        if only and name not in only:
            continue
        with tempfile.NamedTemporaryFile("r", suffix=".json", encoding="utf-8") as file:
            own = [sys.executable, "-m", f"benchmarks.{name}", "--json", file.name]
            start = time.perf_counter()
            done = subprocess.run(
                [*own, *(("--no-write", *less) if small else ())],
                check=False,
                cwd=ROOT,
                env=ENVIRONMENT,
            )
            click.echo(f"{name}: {time.perf_counter() - start:.0f} s", err=True)
            if done.returncode:
                failed.append(name)
                continue
            whole[name] = {"machine": machine(), "tables": json.load(file)}
    if not small:
        target.write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", "utf-8")
    if failed:
        raise click.ClickException(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
