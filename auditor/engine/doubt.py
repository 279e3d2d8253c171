"""Which cells a finding rests on, so that a cell with two readings accuses nobody.

A column that is printed is its own cell; a computed one lists its cells; any other is taken to rest
on its whole row, and in the table of forms on all indicators. Too much silence is better than too
little.
"""

import re

from auditor.engine.outcomes import Hit
from auditor.forms.evaluation import FORM_CELLS, Evaluation

_SUFFIX = re.compile(r"_(lo|hi|text|blank|op|kind|unit|dimension)$")
_ROW_CELLS = frozenset(
    {"initial_budget", "full_year_budget", "executed", "weight", "rate", "score", "level1",
     "level2", "level3", "target", "actual", "deviation"}
)  # fmt: skip
# What the layout or the other texts say, not a cell that could have been misread.
_NO_CELL = frozenset(
    {"kind", "label", "cell", "form_id", "row_id", "parts", "first_part", "has_reason_column",
     "fund_table", "parts_expected", "title_known", "total_told", "goals_told", "role",
     "adjustment_told", "approval_told", "unspent_told", "serves_outsiders", "placeholder_row"}
)  # fmt: skip
_OF_ALL_INDICATORS = frozenset({"attainment", "attainment_gap", "output_full", "vague_weight"})


def rests_on_doubt(hit: Hit, form: Evaluation) -> bool:
    """Whether any cell behind a hit has a second reading."""
    doubted = {doubt.cell for doubt in form.doubts}
    if not doubted:
        return False
    cells, folders = _behind(hit)
    return any(d in cells or d.startswith(tuple(folders)) for d in doubted)


def _behind(hit: Hit) -> tuple[set[str], set[str]]:
    """Single cells and whole rows or tables (as prefixes of pointers) that a hit rests on."""
    cells, folders = {*hit.cells, *hit.evidence}, {"\0"}
    for column in hit.rule.columns:
        base = _SUFFIX.sub("", column)
        listed = hit.row.get(f"{base}_cells")
        if column in _NO_CELL:
            continue
        if column == "form_year":
            cells.add("/year")
        if isinstance(listed, str):
            cells.update(listed.split())
        elif hit.rule.table == "forms" and base in FORM_CELLS:
            cells.add(f"/{base}")
        elif hit.rule.table in ("fund_lines", "indicators") and base in _ROW_CELLS:
            cells.add(f"{hit.row['cell']}/{base}")
        elif column in _OF_ALL_INDICATORS or hit.rule.table in ("forms", "levels"):
            folders.add("/indicators/")
        elif hit.rule.table == "fund_lines":
            folders.add("/funds/")
        elif hit.rule.table == "indicators":
            folders.add(f"{hit.row['cell']}/")
    return cells, folders
