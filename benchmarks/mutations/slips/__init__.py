"""Slips, one at a time: importing the package registers every operator."""

from benchmarks.mutations.slips import (  # noqa: F401 - each registers its operators
    batches,
    budget,
    design,
    execution,
    funds,
    hygiene,
    narrative,
    promises,
    reasons,
    scores,
    structure,
    units,
    weights,
)  # fmt: skip
from benchmarks.mutations.slips.model import (
    BATCH_SLIPS,
    SLIPS,
    BatchSlip,
    Mutated,
    MutatedBatch,
    Slip,
)  # fmt: skip

__all__ = ["BATCH_SLIPS", "SLIPS", "BatchSlip", "Mutated", "MutatedBatch", "Slip"]
