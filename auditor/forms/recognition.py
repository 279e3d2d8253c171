"""Tell a self-evaluation form from any other table that can be read as one.

Rows and columns are found by evidence, so that a template whose labels nobody lists is still read.
A price list can be read that way too. What decides are the places that are certain, which labels
make; without labels it is what only a form has: a fund table, indicators, and points that make up a
score.
"""

from decimal import Decimal

from auditor.forms.arithmetic import figure
from auditor.forms.evaluation import Evaluation

# The share of certain cells: real forms have 0.65 and more, other projects' tables at most 0.16.
_CERTAIN = 0.3
_LEAST_FUNDS, _LEAST_INDICATORS = 2, 3
_LEAST_POINTS, _MOST_POINTS = Decimal(80), Decimal(100)


def is_form(form: Evaluation) -> bool:
    """Whether what was read is a form: known labels or the figures must show it."""
    named = form.project or form.goal_expected or form.goal_actual
    if not named and not form.indicators:
        return False  # amounts alone are any ledger
    return form.confidence >= _CERTAIN or _has_the_figures_of_one(form)


def _has_the_figures_of_one(form: Evaluation) -> bool:
    if len(form.funds) < _LEAST_FUNDS or len(form.indicators) < _LEAST_INDICATORS:
        return False
    printed = [form.funds[0].weight, *(row.weight for row in form.indicators)]
    points = sum(filter(None, map(figure, printed)), Decimal(0))
    return _LEAST_POINTS <= points <= _MOST_POINTS
