"""What every test shares: a cache of its own, and where the real documents are."""

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

# How long an example takes depends on what else the machine does: no test is timed. The judge
# (.ci/run sets CI) draws the same examples each time (but for figures that hypothesis takes from the
# modules that a worker has loaded), so that a red run can be run again; everyone else draws new ones.
settings.register_profile("untimed", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("untimed")

_CACHE = tempfile.TemporaryDirectory(prefix="auditor-cache-")  # gone when the tests end
os.environ.setdefault("AUDITOR_CACHE", _CACHE.name)
os.environ.pop("AUDITOR_LANG", None)

SEEDS = Path(__file__).parents[2] / "shared" / "seeds"
SAMPLES = Path(__file__).parents[2] / "shared" / "samples"


@pytest.fixture
def seeds() -> Path:
    """The folder of the four real documents; the test is skipped where it is not at hand."""
    if not SEEDS.is_dir():
        pytest.skip("the real documents are not beside this checkout (../shared/seeds)")
    return SEEDS


@pytest.fixture
def samples() -> Path:
    """The folder of native files made from the real documents."""
    if not SAMPLES.is_dir():
        pytest.skip("the sample files are not beside this checkout (../shared/samples)")
    return SAMPLES


SCHEMAS = Path(__file__).parents[1] / ".schemas"


def fetched_schema(name: str) -> bytes:
    """A schema that others publish, as ``python -m tests.fetch_schemas`` brings it."""
    if not (SCHEMAS / name).is_file():
        pytest.skip(f"{name} is not here: python -m tests.fetch_schemas fetches it")
    return (SCHEMAS / name).read_bytes()
