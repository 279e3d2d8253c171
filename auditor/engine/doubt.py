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
# What follows from all indicators, wherever a rule looks at it.
_OF_ALL_INDICATORS = frozenset(
    {"attainment", "attainment_gap", "output_full", "vague_weight", "reached_only_rows",
     "least_rows", "mostly_exact", "cost_rows", "satisfaction_rows", "quantity_all_hit",
     "restates", "zero_cost_twin", "months_beyond", "volume_without_money", "duplicate_of",
     "duplicate_scope", "unmet_beside_whole", "full_beside_nothing"}
)  # fmt: skip
# What follows from money, narratives and indicators together, or from other forms.
_OF_THE_FORM = frozenset(
    {"goal_likeness", "goal_short", "goal_items", "result_items", "result_numbers", "result_long",
     "goal_uncovered", "superior_words", "action_missing", "unfinished", "unfinished_full_cells",
     "delayed", "lost_points", "reason_given", "contradiction", "smooth", "trouble_cell",
     "rows_mentioned", "added_cell", "returned_cell", "cost_total", "cost_is_whole", "spent_yuan",
     "price_cells",
     "mixed_print", "grant_change", "carried_over_amount", "profile_gap", "narrative_scale_cells",
     "weight_gap_in_total", "duplicate_source", "clone_project", "narrative_project",
     "foreign_name", "off_topic_project", "batch_year", "previous_remainder",
     "carried_over_budget", "unit_rate_scored", "previous_actual", "below_previous",
     "previous_same_set", "previous_repeated",
     "equals_executed",
     "equals_budget", "equals_initial_budget", "gained_by_carry_over", "target_amount", "variant",
     "others_with_total"}
)  # fmt: skip
# What the narratives, the name and the indicators say of each other; money is no part of it.
_OF_THE_TEXTS = frozenset(
    {"off_topic_cell", "task_silent", "name_part_silent", "awaiting_acceptance", "accepted_cell"}
)
_TEXTS = ("/project", "/goal_expected", "/goal_actual", "/indicators/")


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
        if column == "form_year":
            cells.add("/year")
        if column in _NO_CELL:
            continue
        if isinstance(listed, str) and column not in _OF_THE_FORM:
            cells.update(listed.split())
        elif (own := _own_cell(hit, base)) is not None:
            cells.add(own)
        elif column in _OF_THE_TEXTS:
            folders.update(_TEXTS)
        else:
            folders.add(_folder(hit, column))
    return cells, folders


def _own_cell(hit: Hit, name: str) -> str | None:
    """The cell that a printed column is read from."""
    if hit.rule.table == "forms" and name in FORM_CELLS:
        return f"/{name}"
    if hit.rule.table in ("fund_lines", "indicators") and name in _ROW_CELLS:
        return f"{hit.row['cell']}/{name}"
    return None


def _folder(hit: Hit, column: str) -> str:
    """The part of the form that a derived column rests on."""
    if column in _OF_THE_FORM or hit.rule.table == "told":
        return "/"
    if column in _OF_ALL_INDICATORS or hit.rule.table in ("forms", "levels"):
        return "/indicators/"
    if hit.rule.table == "fund_lines":
        return "/funds/"
    return f"{hit.row['cell']}/" if hit.rule.table == "indicators" else "\0"
