"""How much of a form's texts is judged: long enough for every real form, short enough to stay fast.

A cell past its share is judged by its beginning, and a doubt says so, so that nobody is accused for
what was left out.
"""

import copy
from collections.abc import Iterator

from auditor.forms.evaluation import Evaluation
from auditor.intake import limits

_NARRATIVES = ("goal_expected", "goal_actual", "deviation", "reason")
_LEAST = 100  # characters of any cell, also when the form's share is used up


def cut_cells(form: Evaluation) -> Iterator[tuple[str, int]]:
    """The cells whose text is cut before judging, each with the number of characters kept."""
    lengths = list(map(len, form.texts()))
    longest = min(limits.JUDGED_OF_CELL, limits.JUDGED_OF_NARRATIVE)
    if sum(lengths) <= limits.JUDGED_OF_FORM and max(lengths, default=0) <= longest:
        return
    left = limits.JUDGED_OF_FORM
    for cell, text in form.cells():
        if text is None:
            continue
        narrative = cell.rsplit("/", 1)[-1] in _NARRATIVES
        share = limits.JUDGED_OF_NARRATIVE if narrative else limits.JUDGED_OF_CELL
        allowed = max(_LEAST, min(share, left))
        left -= min(len(text), allowed)
        if len(text) > allowed:
            yield cell, allowed


def shortened(form: Evaluation) -> Evaluation:
    """The form for judging: itself, or a copy in which the longest texts are cut."""
    cuts = list(cut_cells(form))
    if not cuts:
        return form
    made = copy.copy(form)
    made.funds = [copy.copy(row) for row in form.funds]
    made.indicators = [copy.copy(row) for row in form.indicators]
    for cell, allowed in cuts:
        *table, name = cell.strip("/").split("/")
        owner = getattr(made, table[0])[int(table[1])] if table else made
        setattr(owner, name, getattr(owner, name)[:allowed])
    return made
