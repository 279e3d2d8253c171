"""How often each rule is right on real forms: ``python -m benchmarks.real_forms [FOLDER]``.

Audits the real documents, counts each rule's findings, takes from ``real_forms.yaml`` what a reader
judged arguable or wrong, and writes ``rules/vocabulary/precision.yaml``, which the rules' pages show.
"""

from collections import Counter
from pathlib import Path
from typing import Any

import click
import yaml

from auditor.findings.model import Audit
from auditor.pipeline import audit, choose, extract

HERE = Path(__file__).parent
MADE = HERE.parent / "rules" / "vocabulary" / "precision.yaml"
SEEDS = HERE.parents[1] / "shared" / "seeds"
HEAD = """# How often each rule was right on real forms, by hand: [findings, arguable, wrong].
# Made by `python -m benchmarks.real_forms` from the real documents and benchmarks/real_forms.yaml.
"""


def reported(done: Audit) -> Counter[str]:
    """Findings of each rule; one about several forms counts for each of them."""
    return Counter(finding.rule for report in done.reports for finding in report.findings)


def counted(findings: Counter[str]) -> dict[str, list[int]]:
    """For each rule its findings, those that are arguable and those that are wrong."""
    judged: dict[str, Any] = yaml.safe_load((HERE / "real_forms.yaml").read_text("utf-8"))
    return {
        rule: [count, *(len(judged[verdict].get(rule, ())) for verdict in ("arguable", "wrong"))]
        for rule, count in sorted(findings.items())
    }


def written(findings: Counter[str]) -> str:
    """The file of the counts."""
    lines = [f"{rule}: {numbers}" for rule, numbers in counted(findings).items()]
    return "\n".join([HEAD.rstrip(), *lines]) + "\n"


@click.command()
@click.argument("folder", default=SEEDS, type=click.Path(exists=True, path_type=Path))
def main(folder: Path) -> None:
    done = audit(extract([str(folder)]), choose())
    MADE.write_text(written(reported(done)), "utf-8")
    total = Counter[str]()
    for numbers in counted(reported(done)).values():
        total.update(dict(zip(("findings", "arguable", "wrong"), numbers, strict=True)))
    click.echo(dict(total))


if __name__ == "__main__":
    main()
