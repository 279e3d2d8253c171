"""The work of a form costs no more calls than it did: a slip back in speed shows on any machine."""

import pytest

from benchmarks import call_counts

MARGIN = 0.03


@pytest.mark.slow
@pytest.mark.skipif(
    call_counts.version() != call_counts.recorded()["python"],
    reason="the counts on record are of another Python",
)
@pytest.mark.parametrize("name", call_counts.WORK)
def test_the_work_takes_no_more_calls_than_on_record(name):
    kept = call_counts.recorded()["calls"][name]
    now = call_counts.counted(name)
    assert now <= kept * (1 + MARGIN), (
        f"{name}: {now:,} calls, {kept:,} on record. If the work is worth it: "
        "python -m benchmarks.call_counts --write"
    )
