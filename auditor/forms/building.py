"""Filling an evaluation cell by cell, so that no value is set without its place."""

from auditor.forms.evaluation import Doubt, Evaluation, Fund, Indicator
from auditor.forms.vocabulary import fund_kind, opens_parts, squeeze
from auditor.intake.document import Cell
from auditor.language import _

SURE = 0.85  # what is recognised with less confidence is a doubt


def put(form: Evaluation, pointer: str, cell: Cell | None) -> str | None:
    """The squeezed text of ``cell`` (None when blank), with its place noted under ``pointer``."""
    if cell is None:
        return None
    text = squeeze(cell.text) or None
    if text is not None:
        form.locators[pointer] = cell.place.as_dict()
        if cell.confidence < 1:
            _recognised(form, pointer, text, cell.confidence)
    return text


def _recognised(form: Evaluation, pointer: str, text: str, confidence: float) -> None:
    """Notes how sure the recognition of a picture is; an unsure cell is a doubt."""
    form.locators[pointer]["confidence"] = round(confidence, 3)
    form.confidence = min(form.confidence, round(confidence, 3))
    if confidence < SURE:
        reason = _("从图片识别，把握 {percent}%，请核对").format(percent=round(confidence * 100))
        form.doubts.append(Doubt(pointer, reason, (text,)))


def doubt(form: Evaluation, cell: str, reason: str, readings: tuple[str | None, ...]) -> None:
    """Notes a second reading of a cell; a cell that is in doubt already gets one more reading."""
    for number, known in enumerate(form.doubts):
        if known.cell == cell:
            further = tuple(text for text in readings if text not in known.readings)
            form.doubts[number] = Doubt(cell, known.reason, (*known.readings, *further))
            return
    form.doubts.append(Doubt(cell, reason, readings))


def add_fund(form: Evaluation, label: Cell | None, values: dict[str, Cell]) -> None:
    """One more row of the fund table; a part hangs below the total."""
    number = len(form.funds)
    text = put(form, f"/funds/{number}/label", label)
    has_total = any(fund.kind == "total" for fund in form.funds)
    kind = fund_kind(text) if text else ("part" if has_total else "total")
    if kind == "total" and has_total:
        kind = "part"
    row = Fund(kind=kind, label=text, parent=_parent(form, kind, text or ""))
    for name, cell in values.items():
        setattr(row, name, put(form, f"/funds/{number}/{name}", cell))
    form.funds.append(row)


def _parent(form: Evaluation, kind: str, label: str) -> int | None:
    """The row that a new row is part of.

    The first 其中 opens the parts of the total. A later 其中 opens parts of the row above it, which
    go on until a source that stands beside that row (上年结转, 其他资金) or another one is named.
    """
    total = next((n for n, fund in enumerate(form.funds) if fund.kind == "total"), None)
    if total is None or kind == "total" or len(form.funds) == total + 1:
        return total
    above = form.funds[-1]
    if kind != "part":
        return total
    if opens_parts(label):
        return len(form.funds) - 1
    return above.parent


def add_indicator(form: Evaluation, values: dict[str, Cell | None]) -> None:
    """One more row of the indicator table."""
    number = len(form.indicators)
    row = Indicator()
    for name, cell in values.items():
        setattr(row, name, put(form, f"/indicators/{number}/{name}", cell))
    form.indicators.append(row)
