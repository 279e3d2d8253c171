"""Fill an evaluation cell by cell: no value is set without its place in the file."""

from typing import Any

from auditor.forms.evaluation import Doubt, Evaluation, Fund, Indicator
from auditor.forms.ledger import Ledger
from auditor.forms.vocabulary import opens_parts, squeeze
from auditor.intake.document import Cell
from auditor.language import _

SURE = 0.85  # what is recognised with less confidence is a doubt


def put(
    form: Evaluation, pointer: str, cell: Cell | None, ledger: Ledger | None = None
) -> str | None:
    """The squeezed text of ``cell`` (None when blank), with its place noted under ``pointer``."""
    if cell is None:
        return None
    if ledger is not None:
        ledger.field(cell)
    text = squeeze(cell.text) or None
    if text is not None:
        form.locators[pointer] = cell.place.as_dict()
        if cell.confidence < 1:
            _recognised(form, pointer, text, cell.confidence)
    return text


def _recognised(form: Evaluation, pointer: str, text: str, confidence: float) -> None:
    """Notes how sure the recognition of a picture is; an unsure cell is a doubt."""
    add_to_place(form, pointer, confidence=round(confidence, 3))
    if confidence < SURE:
        reason = _("从图片识别，把握 {percent}%，请核对").format(percent=round(confidence * 100))
        form.doubts.append(Doubt(pointer, reason, (text,)))


def add_to_place(form: Evaluation, pointer: str, **known: Any) -> None:
    """Notes more about a cell beside its place; the place itself is shared and stays as it is."""
    form.locators[pointer] = {**form.locators.get(pointer, {}), **known}


def doubt(form: Evaluation, cell: str, reason: str, readings: tuple[str | None, ...]) -> None:
    """Notes a second reading of a cell; a cell that is in doubt already gets one more reading."""
    for number, known in enumerate(form.doubts):
        if known.cell == cell:
            further = tuple(text for text in readings if text not in known.readings)
            form.doubts[number] = Doubt(cell, known.reason, (*known.readings, *further))
            return
    form.doubts.append(Doubt(cell, reason, readings))


def add_fund(form: Evaluation, label: Cell | None, values: dict[str, Cell], ledger: Ledger) -> None:
    """One more row of the fund table; its kind is settled when all rows are known."""
    number = len(form.funds)
    row = Fund(kind="part", label=put(form, f"/funds/{number}/label", label, ledger))
    for name, cell in values.items():
        setattr(row, name, put(form, f"/funds/{number}/{name}", cell, ledger))
    form.funds.append(row)


def set_parents(form: Evaluation) -> None:
    """Which row each fund row is part of.

    The first 其中 opens the parts of the total. A later 其中 opens parts of the row above it, which
    go on until a source that stands beside that row (上年结转, 其他资金) or another one is named.
    """
    total = next((n for n, fund in enumerate(form.funds) if fund.kind == "total"), None)
    for number, fund in enumerate(form.funds):
        if total is None or number == total:
            continue
        if number == total + 1 or fund.kind != "part" or number < total:
            fund.parent = total
        elif opens_parts(fund.label or ""):
            fund.parent = number - 1
        else:
            fund.parent = form.funds[number - 1].parent
            if number - 1 == total:
                fund.parent = total


def add_indicator(form: Evaluation, values: dict[str, Cell | None], ledger: Ledger) -> None:
    """One more row of the indicator table."""
    number = len(form.indicators)
    row = Indicator()
    for name, cell in values.items():
        setattr(row, name, put(form, f"/indicators/{number}/{name}", cell, ledger))
    form.indicators.append(row)
