"""One cause, one finding: what replaces what, once per form; silence where reading is in doubt."""

from collections.abc import Mapping, Sequence

from auditor.engine.doubt import rests_on_doubt
from auditor.engine.outcomes import Hit
from auditor.forms.evaluation import Evaluation
from auditor.rulebook.model import SEVERITIES


def settle(hits: Sequence[Hit], evaluations: Sequence[Evaluation]) -> list[Hit]:
    """The hits that become findings, in the order of the form's cells."""
    own = [hit for hit in hits if not hit.rule.told_by]  # told as the cause of another finding
    sure = [hit for hit in own if not rests_on_doubt(hit, evaluations[hit.form_id])]
    return _once_per_form(_supersede(sure))


def _supersede(hits: list[Hit]) -> list[Hit]:
    """Drops what another finding tells as well; that one takes the highest severity among them."""
    by_form: dict[tuple[int, str], list[Hit]] = {}
    for hit in hits:
        by_form.setdefault((hit.form_id, hit.rule.id), []).append(hit)
    below: dict[int, list[Hit]] = {
        id(hit): [
            other
            for entry in hit.rule.supersedes
            if not entry["when"] or hit.row[entry["when"]]
            for other in by_form.get((hit.form_id, entry["rule"]), ())
            if entry["scope"] == "form" or _same_row(hit, other)
        ]
        for hit in hits
    }
    dropped = {id(other) for others in below.values() for other in others}
    kept = [hit for hit in hits if id(hit) not in dropped]
    for hit in kept:
        hit.severity = _highest(hit, below)
    return kept


def _highest(hit: Hit, below: Mapping[int, Sequence[Hit]]) -> str:
    """The highest severity among a finding and what it stands for."""
    ranks = [hit.severity, *(_highest(other, below) for other in below[id(hit)])]
    return max(ranks, key=SEVERITIES.index)


def _same_row(one: Hit, other: Hit) -> bool:
    return one.rule.table == other.rule.table and one.row["row_id"] == other.row["row_id"]


def _once_per_form(hits: list[Hit]) -> list[Hit]:
    first: dict[tuple[int, str], Hit] = {}
    kept: list[Hit] = []
    for hit in hits:
        key = (hit.form_id, hit.rule.id)
        if hit.rule.once == "form" and key in first:
            main = first[key]
            main.join(hit)
            main.severity = max(main.severity, hit.severity, key=SEVERITIES.index)
            continue
        first[key] = hit
        kept.append(hit)
    return kept
