"""The threat model names every limit with the value that holds, and pages link to what is there."""

import os
import re
from pathlib import Path

from auditor.intake import limits

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "threat-model.md"
MARKS = ("<!-- limits -->", "<!-- end of limits -->")


def table() -> str:
    """Every limit of the module: its value, and the comment behind it."""
    rows = ["| limit | value | of what |", "|---|---:|---|"]
    heading = ""
    for line in Path(limits.__file__).read_text("utf-8").splitlines():
        if line.startswith("# "):
            heading = line.removeprefix("# ").rstrip(".")
        elif found := re.match(r"([A-Z_]+) = [^#]*(?:# (.*))?$", line):
            value = getattr(limits, found[1])
            size = (
                f"{value // 1024**2} MiB"
                if isinstance(value, int) and value >= 1024**2 and not value % 1024**2
                else f"{value:,}"
            )
            rows.append(
                f"| `{found[1]}` | {size} | {heading + ': ' if heading else ''}{found[2] or ''} |"
            )
    return "\n".join(rows)


def test_the_threat_model_lists_the_limits_that_hold():
    text = PAGE.read_text("utf-8")
    before, rest = text.split(MARKS[0])
    held, after = rest.split(MARKS[1])
    if os.environ.get("AUDITOR_SNAPSHOTS") == "write":
        PAGE.write_text(f"{before}{MARKS[0]}\n{table()}\n{MARKS[1]}{after}", "utf-8")
        held = f"\n{table()}\n"
    assert held.strip() == table()


def test_what_the_page_names_is_there():
    for name in re.findall(r"`((?:tests|intake|cli)/\w+\.py)`", PAGE.read_text("utf-8")):
        assert (ROOT / name).exists() or (ROOT / "auditor" / name).exists(), name
    for page in (PAGE, ROOT / "SECURITY.md"):
        for link in re.findall(r"\]\(([^)#:]+)[)#]", page.read_text("utf-8")):
            assert (page.parent / link).exists(), link
