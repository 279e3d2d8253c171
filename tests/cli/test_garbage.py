"""Garbage is looked for seldom, and not where a process ends."""

import subprocess
import sys


def test_a_process_that_ends_does_not_look_through_what_it_held() -> None:
    lines = [
        "import atexit, gc",
        "from auditor.garbage import collect_seldom",
        "atexit.register(lambda: print(gc.get_freeze_count() > 0, len(gc.get_objects()) < 1000))",
        "collect_seldom()",
        "print(gc.get_threshold()[1] >= 100)",
    ]
    done = subprocess.run([sys.executable, "-c", "\n".join(lines)], capture_output=True, check=True)
    assert done.stdout.split() == [b"True", b"True", b"True"]
