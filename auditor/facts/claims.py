"""What a form claims in one place and takes back in another: accepted, all done."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from auditor.facts import texts
from auditor.forms.evaluation import Evaluation

_NAME_END = re.compile(r"[，,：:、（(]")
_NEARLY_ALL, _ALL = Decimal(90), Decimal(100)


def columns(form: Evaluation, made: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The columns of a form that hold one claim against another."""
    awaiting = _awaiting(form)
    return {
        "awaiting_acceptance": awaiting[0] if awaiting else None,
        "awaiting_cell": awaiting[1] if awaiting else None,
        "accepted_cell": _accepted(made) if awaiting else None,
    }


def _awaiting(form: Evaluation) -> tuple[str, str] | None:
    """Words of the result or of a reason that acceptance is still to come, and where they stand."""
    written = [("/goal_actual", form.goal_actual)]
    written += [(f"/indicators/{n}/deviation", r.deviation) for n, r in enumerate(form.indicators)]
    for cell, text in written:
        for said in texts.occurrences(text or "", "awaiting_acceptance"):
            if not texts.negated(said.before[-4:]):
                return said.phrase, cell
    return None


def _accepted(made: Sequence[dict[str, Any]]) -> str | None:
    """The actual value of a row that says all was accepted, with full marks."""
    for facts in made:
        full = facts["scored"] and facts["score"] == facts["weight"]
        named = texts.has(facts["level3"] or "", "acceptance_names")
        share = facts["actual"] if facts["actual_dimension"] == "percent" else None
        whole = facts["actual_tier"] == "reached" or (share is not None and share >= _NEARLY_ALL)
        if full and named and whole:
            return f"{facts['cell']}/actual"
    return None


def add_contradicting_rows(made: Sequence[dict[str, Any]]) -> None:
    """Adds to a row the cell of another that contradicts it.

    A row that sums up all work and one of output that certainly fell short; a quality of which
    nothing was reached and a quantity with full marks.
    """
    full = next((f"{facts['cell']}/score" for facts in made if _full_quantity(facts)), None)
    unmet = next((f"{facts['cell']}/actual" for facts in made if _fell_short(facts)), None)
    for facts in made:
        facts["unmet_beside_whole"] = unmet if _says_all_done(facts) else None
        facts["full_beside_nothing"] = full if _nothing_accepted(facts) else None


def _full_quantity(facts: dict[str, Any]) -> bool:
    return bool(
        facts["scored"] and facts["level2_kind"] == "quantity" and facts["score"] == facts["weight"]
    )


def _nothing_accepted(facts: dict[str, Any]) -> bool:
    """Whether a share of what was done well is nothing, and has no points."""
    share = facts["level2_kind"] == "quality" and facts["actual_dimension"] == "percent"
    wanted = share and facts["direction"] == "up" and (facts["target"] or 0) > 0
    return bool(facts["scored"] and wanted and facts["actual"] == 0 and facts["score"] == 0)


def _fell_short(facts: dict[str, Any]) -> bool:
    """Whether a row of output certainly missed its target and lost points for it."""
    output = facts["scored"] and facts["level2_kind"] in ("quantity", "quality")
    lost = facts["score"] is not None and output and facts["score"] < facts["weight"]
    return bool(lost and facts["attained"] is False)


def _says_all_done(facts: dict[str, Any]) -> bool:
    """Whether a row sums up all work by its name, says all was done, and has full marks."""
    name = _NAME_END.split(facts["level3"] or "", maxsplit=1)[0]
    if name not in texts.phrases("whole_work_names"):
        return False
    all_of = facts["actual_dimension"] == "percent" and facts["actual"] == _ALL
    best = facts["actual_kind"] == "grade" and facts["actual_text"] in texts.words("best_grades")
    reached = facts["actual_kind"] == "tier" and facts["attained"] is not False
    full = facts["scored"] and facts["score"] == facts["weight"]
    return bool(full and (all_of or best or reached))
