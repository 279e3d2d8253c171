"""Two versions of the tool beside each other: ``python -m benchmarks.versions OLDER``.

``OLDER`` is a checkout of another commit (``git worktree add``). Both audit the same folders of docx
files, a form in each, in turn and in one process each; what they say must be the same byte for byte.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click

from benchmarks.forms import form
from benchmarks.measuring import ENVIRONMENT, ROOT, Section, command

sys.path.insert(0, str(ROOT))
from tests.rendering import render
from tests.rendering.layout import TEMPLATES

CHECK = "from auditor.cli import main; main()"
ABOUT_THE_TOOL = (b'"version":', b'"rulebook":')


def submission(folder: Path, files: int) -> Path:
    """A folder of so many docx files."""
    target = folder / str(files)
    for number in range(files):
        place = target / f"单位{number // 100:03}" / f"表{number:05}.docx"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(render.to_docx([form(number)], TEMPLATES[number % len(TEMPLATES)]))
    return target


def audited(root: Path, given: Path, output: Path) -> tuple[float, bytes]:
    """Wall seconds of one audit by the code below ``root``, and what it says of the forms."""
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", CHECK, "check", "--quiet", str(given), "--jobs", "1",
         "--format", "json", "-o", str(output)],
        cwd=root, env={**ENVIRONMENT, "PYTHONPATH": str(root)}, check=False,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    took = time.perf_counter() - start
    lines = output.read_bytes().splitlines()
    return took, b"\n".join(line for line in lines if not line.strip().startswith(ABOUT_THE_TOOL))


def measure(older: Path, sizes: str, repeats: int) -> list[Section]:
    """Whole audits by this version and by an older one, in turn."""
    roots = {"older": older.resolve(), "this": ROOT}
    rows = []
    with tempfile.TemporaryDirectory() as there:
        for size in map(int, sizes.split(",")):
            given, output = submission(Path(there), size), Path(there) / "findings.json"
            runs: dict[str, list[tuple[float, bytes]]] = {name: [] for name in roots}
            for _time in range(repeats):
                for name, root in roots.items():
                    runs[name].append(audited(root, given, output))
            took = {name: statistics.median(t for t, _said in own) for name, own in runs.items()}
            same = len({said for own in runs.values() for _t, said in own}) == 1
            rows.append([size, took["older"], took["this"], size / took["this"],
                         took["older"] / took["this"], "yes" if same else "NO"])  # fmt: skip
            click.echo(str(rows[-1]), err=True)
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=older, capture_output=True, text=True, check=False
    ).stdout.strip()  # fmt: skip
    return [Section(
        "performance.md", "versions",
        f"python -m benchmarks.versions OLDER`, older: {commit or 'no commit'}, `medians of {repeats} in turn, one job",
        ("docx files", "older, s", "this, s", "files a second", "times as fast", "same findings"),
        rows, rows,
    )]  # fmt: skip


if __name__ == "__main__":
    command(
        measure,
        click.argument("older", type=click.Path(exists=True, file_okay=False, path_type=Path)),
        click.option("--sizes", default="400,4000", show_default=True),
        click.option("--repeats", default=3, show_default=True),
    )()
