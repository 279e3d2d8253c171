"""What a slip is, and how operators change forms.

An operator makes one slip in a copy of a form and declares, before anything is audited, which rule
has to find it at which cell, whether the form's own equations can tell which cell is wrong, what
stood there before, and what the slip is called (the cause codes of contracts.md).
"""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from auditor.forms.evaluation import Evaluation, Indicator

GRADES = ((90, "优"), (80, "良"), (60, "中"), (0, "差"))


@dataclass(frozen=True, slots=True)
class Mutated:
    """A form with one slip in it.

    ``cells``: one of them must be accused; none at all means the whole form. ``truth`` is what
    stood in the first of them. ``funds`` and ``indicators`` give the old number of every row where
    rows were removed, moved or added (None for a new one).
    """

    form: Evaluation
    cells: tuple[str, ...]
    truth: str | None = None
    funds: tuple[int | None, ...] | None = None
    indicators: tuple[int | None, ...] | None = None

    @property
    def structural(self) -> bool:
        """Whether rows were removed, moved or added."""
        return self.funds is not None or self.indicators is not None


@dataclass(frozen=True, slots=True)
class MutatedBatch:
    """A submission with one slip in it; a finding must accuse one of the ``cells`` of ``form``."""

    forms: tuple[Evaluation, ...]
    accused: tuple[int, ...]
    cells: tuple[str, ...]


Make = Callable[[Random, Evaluation], Mutated | None]
MakeBatch = Callable[[Random, tuple[Evaluation, ...]], MutatedBatch | None]


@dataclass(frozen=True, slots=True)
class Slip:
    """An operator and what it declares."""

    name: str
    said: str
    rules: tuple[str, ...]
    cause: str | None
    decidable: bool
    make: Make


@dataclass(frozen=True, slots=True)
class BatchSlip:
    """An operator on a whole submission."""

    name: str
    said: str
    rules: tuple[str, ...]
    make: MakeBatch


SLIPS: list[Slip] = []
BATCH_SLIPS: list[BatchSlip] = []


def slip(*rules: str, cause: str | None = None, decidable: bool = False) -> Callable[[Make], Make]:
    """Registers an operator: its name is the function's, its description the docstring."""

    def register(make: Make) -> Make:
        SLIPS.append(Slip(_name(make), (make.__doc__ or "").strip(), rules, cause, decidable, make))
        return make

    return register


def batch_slip(*rules: str) -> Callable[[MakeBatch], MakeBatch]:
    """Registers an operator on a submission."""

    def register(make: MakeBatch) -> MakeBatch:
        BATCH_SLIPS.append(BatchSlip(_name(make), (make.__doc__ or "").strip(), rules, make))
        return make

    return register


def _name(make: Callable[..., object]) -> str:
    name: str = getattr(make, "__name__", "")
    return name.replace("_", "-")


def get(form: Evaluation, cell: str) -> str | None:
    """The text of a cell."""
    holder, name = _holder(form, cell)
    text: str | None = getattr(holder, name)
    return text


def _holder(form: Evaluation, cell: str) -> tuple[object, str]:
    parts = cell.strip("/").split("/")
    if len(parts) == 1:
        return form, parts[0]
    rows: list[object] = getattr(form, parts[0])
    return rows[int(parts[1])], parts[2]


def change(form: Evaluation, edits: dict[str, str | None], *cells: str) -> Mutated:
    """A copy with some cells changed; the first is accused unless ``cells`` says which."""
    copy = deepcopy(form)
    for cell, text in edits.items():
        holder, name = _holder(copy, cell)
        setattr(holder, name, text)
    accused = cells or (next(iter(edits)),)
    return Mutated(copy, accused, get(form, accused[0]))


def with_total(form: Evaluation, edits: dict[str, str | None]) -> dict[str, str | None]:
    """The edits, and the total and grade that follow from the changed scores."""
    if form.total_score is None:
        return edits
    total = Decimal(form.total_score)
    for cell, text in edits.items():
        if cell.endswith("/score"):
            total += number(text) - number(get(form, cell))
    more = {"/total_score": printed(form, total)}
    if form.grade is not None:
        more["/grade"] = next((grade for least, grade in GRADES if total >= least), "差")
    return edits | more


def number(text: str | None) -> Decimal:
    """A printed number of this form; a blank or a dash is nothing."""
    try:
        return Decimal((text or "0").rstrip("%"))
    except ArithmeticError:
        return Decimal(0)


def printed(form: Evaluation, points: Decimal) -> str:
    """Points the way this form prints them: as many decimals as its total weight has, or more."""
    return shown(points, decimals(form.total_weight or form.funds[0].weight or "0"))


def shown(value: Decimal, least: int) -> str:
    """A number with at least so many decimals, and no filling zeros beyond them."""
    exponent = value.normalize().as_tuple().exponent
    assert isinstance(exponent, int)
    return f"{value:.{max(least, -exponent)}f}"


def decimals(text: str) -> int:
    """Printed decimals of a plain number."""
    return len(text.rstrip("%").partition(".")[2])


def scored(form: Evaluation) -> list[int]:
    """Numbers of the rows that carry points."""
    return [n for n, row in enumerate(form.indicators) if row.weight not in {None, "/"}]


def has_scores(form: Evaluation) -> bool:
    """Whether the template has weights and scores at all."""
    return "score" not in form.missing_columns


def is_full(row: Indicator) -> bool:
    """Whether a row got all its points."""
    return row.weight not in {None, "/"} and row.weight == row.score


def pick(random: Random, numbers: list[int]) -> int | None:
    """One of some row numbers, if there are any."""
    return random.choice(numbers) if numbers else None


def without(form: Evaluation, gone: set[int], *cells: str, **edits: str | None) -> Mutated:
    """A copy without some indicator rows."""
    copy = deepcopy(form)
    kept = tuple(n for n in range(len(form.indicators)) if n not in gone)
    copy.indicators = [copy.indicators[n] for n in kept]
    for name, text in edits.items():
        setattr(copy, name, text)
    return Mutated(copy, cells, None, indicators=kept)
