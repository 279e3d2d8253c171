"""Filling an evaluation cell by cell, so that no value is set without its place."""

from auditor.forms.evaluation import Evaluation, Fund, Indicator
from auditor.forms.vocabulary import fund_kind, squeeze
from auditor.intake.document import Cell

BOOKED = ("initial_budget", "full_year_budget", "executed")


def put(form: Evaluation, pointer: str, cell: Cell | None) -> str | None:
    """The squeezed text of ``cell`` (None when blank), with its place noted under ``pointer``."""
    if cell is None:
        return None
    text = squeeze(cell.text) or None
    if text is not None:
        form.locators[pointer] = cell.place.as_dict()
    return text


def add_fund(form: Evaluation, label: Cell | None, values: dict[str, Cell]) -> None:
    """One more row of the fund table; a part hangs below the total."""
    number = len(form.funds)
    text = put(form, f"/funds/{number}/label", label)
    kind = fund_kind(text or "")
    if kind == "total" and any(fund.kind == "total" for fund in form.funds):
        kind = "part"
    total = next((n for n, fund in enumerate(form.funds) if fund.kind == "total"), None)
    row = Fund(kind=kind, label=text, parent=total)
    for name, cell in values.items():
        setattr(row, name, put(form, f"/funds/{number}/{name}", cell))
    form.funds.append(row)


def add_indicator(form: Evaluation, values: dict[str, Cell | None]) -> None:
    """One more row of the indicator table."""
    number = len(form.indicators)
    row = Indicator()
    for name, cell in values.items():
        setattr(row, name, put(form, f"/indicators/{number}/{name}", cell))
    form.indicators.append(row)
