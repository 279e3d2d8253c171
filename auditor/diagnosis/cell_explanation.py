"""Explain one cell: which equations touch it, which of them break, and which repairs were tried."""

from decimal import Decimal
from fractions import Fraction

from auditor.diagnosis.causes import explain
from auditor.diagnosis.system import Bound, Case, System
from auditor.engine import intervals
from auditor.engine.outcomes import Hit
from auditor.findings import cell_names
from auditor.language import _

_SHOWN = 6


def about(cell: str, hits: list[Hit], case: Case, number: int) -> list[str]:
    """Lines on one cell of a form: its equations with their figures, and the causes found."""
    system = case.systems([number])[number]
    form = case.forms[number]
    printed = system.text(cell)
    lines = [
        _("{cell}：{text}").format(cell=cell_names.cell(form, cell), text=printed or _("（空）"))
    ]
    touching = [(n, b) for n, b in enumerate(system.bound) if cell in b.touched()]
    if not touching:
        lines.append(_("没有等式用到这一格"))
    for n, bound in touching:
        verdict = _("不成立") if n in system.broken() else _("成立")
        lines.append(f"  {bound.rule} {bound.equation.text}  {_figures(bound, system)}  {verdict}")
    causes = explain(hits, system)
    for n, cause in causes.items():
        if cell in cause.repair or cell == cause.cell:
            said = "、".join(f"{cell_names.cell(form, c)} → {t}" for c, t in cause.repair.items())
            lines.append(_("推断：") + f"{cause.code} ({hits[n].rule.id}) {said}")
            for other in cause.alternatives:
                said = "、".join(
                    f"{cell_names.cell(form, c)} → {t}" for c, t in other.repair.items()
                )
                lines.append(f"    {_('或')} {other.code} {said}")
    lines.append(_("试过 {n} 种改法").format(n=system.tried))
    return lines


def _figures(bound: Bound, system: System) -> str:
    sides = intervals.sides(bound.equation, bound.row, system.parameters)
    if sides is None:
        return ""
    left, right = sides
    return f"{_short(left.value)} {bound.equation.relation} {_short(right.value)}"


def _short(value: Fraction) -> str:
    return f"{Decimal(round(value * 10**_SHOWN)).scaleb(-_SHOWN).normalize():f}"
