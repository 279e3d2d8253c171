"""Processes that are killed while they decide lose nothing that they confirmed."""

import random

import pytest

from benchmarks.kills.decisions import deciders, reviews

pytestmark = pytest.mark.slow


def test_killed_reviews_keep_what_they_confirmed(tmp_path):
    for seed in range(3):
        (tmp_path / str(seed)).mkdir()
        counted = reviews(tmp_path / str(seed), random.Random(seed))
        assert (counted["lost"], counted["unasked"], counted["torn"]) == (0, 0, 0)


def test_killed_deciders_on_one_file_lose_nothing(tmp_path):
    counted = deciders(tmp_path, 25, None)
    assert (counted["confirmed"], counted["lost"], counted["faults"]) == (50, 0, 0)
    counted = deciders(tmp_path, 500, random.Random(1))
    assert (counted["lost"], counted["torn"]) == (0, 0)
