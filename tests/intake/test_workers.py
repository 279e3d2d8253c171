"""A worker that crashes, hangs or eats memory costs its own item and nothing else."""

import os
import subprocess
import sys
import time

import pytest

from auditor.intake.workers import CRASHED, HUNG, Crew


def task(item):
    if item == "crash":
        os._exit(3)
    if item == "hang":
        time.sleep(60)
    if item == "memory":
        return len(bytearray(8 * 1024**3))
    return item * 2


@pytest.fixture
def crew():
    made = Crew(task, 2, seconds=2.0)
    yield made
    made.close()


def test_results_come_in_order_and_a_lost_worker_is_replaced(crew):
    items = [1, "crash", 2, "hang", 3, "crash", 4]
    assert list(crew.map(items)) == [2, CRASHED, 4, HUNG, 6, CRASHED, 8]


def test_more_memory_than_the_limit_ends_in_its_own_failure(crew):
    assert list(crew.map([1, "memory", 2]))[::2] == [2, 4]


def test_items_are_taken_only_as_they_are_needed(crew):
    taken = []

    def items():
        for number in range(500):
            taken.append(number)
            yield number

    results = crew.map(items())
    assert next(results) == 0
    assert len(taken) < 60


def test_closing_ends_workers_whatever_they_do():
    made = Crew(task, 2, seconds=60.0)
    results = made.map(["hang", 1])
    start = time.monotonic()
    made.close()
    del results
    assert time.monotonic() - start < 2


def test_a_script_without_a_guard_is_told_so_instead_of_starting_itself_for_ever(tmp_path):
    script = tmp_path / "script.py"
    script.write_text("from auditor.intake.workers import Crew\nCrew(len, 2)\n", "utf-8")
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, timeout=60, check=False
    )
    assert "WorkerLost" in done.stderr
    assert "if __name__ == '__main__':" in done.stderr.splitlines()[-1]


def noisy(item):
    print("WARNING *** noise")
    os.write(2, b"noise\n")
    return item


def test_what_a_parser_prints_reaches_nobody(capfd):
    made = Crew(noisy, 1)
    assert list(made.map([1, 2])) == [1, 2]
    made.close()
    assert capfd.readouterr() == ("", "")
