"""Worker processes that may crash, hang or eat memory without costing more than one file.

The standard process pool gives up when a worker dies. Here each worker has a pipe of its own: the
parent hands out one item at a time, and a worker that dies, hangs past its time or reaches its
memory limit is replaced; its item becomes a failure, all others go on. Results come in the order of
the items, and only a few items are under way at once, so memory does not grow with their number.
"""

import contextlib
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.connection import Connection, wait
from typing import Any, Generic, TypeVar

from auditor.garbage import collect_seldom
from auditor.intake.limits import MEMORY, SECONDS
from auditor.intake.problems import WorkerLost
from auditor.language import _

Item = TypeVar("Item")
Result = TypeVar("Result")

_UP = 60.0  # seconds for a worker to come up: half of one, but a machine may be busy
_AHEAD = 8  # items per worker that may wait for an earlier one to finish
CRASHED, HUNG = "crashed", "hung"


class Crew(Generic[Item, Result]):
    """``size`` workers that apply ``task`` to items; ``prepare(*with_)`` runs in each at its start.

    Both functions must be importable by name.

    Raises:
        WorkerLost: a worker did not come up.
    """

    def __init__(
        self,
        task: Callable[[Item], Result],
        size: int,
        prepare: Callable[..., None] | None = None,
        with_: tuple[Any, ...] = (),
        seconds: float = SECONDS,
    ) -> None:
        self._task = task
        self._prepare, self._with = prepare, with_
        self._seconds = seconds
        self._context = multiprocessing.get_context("spawn")
        self._workers = [self._start() for _n in range(size)]
        for _process, pipe in self._workers:
            self._meet(pipe)

    def map(self, items: Iterable[Item]) -> Iterator[Result | str]:
        """The result of each item in order; ``crashed`` or ``hung`` where a worker was lost."""
        waiting = iter(enumerate(items))
        done: dict[int, Result | str] = {}
        following = 0
        busy: dict[int, tuple[int, float]] = {}  # worker -> (item number, when it must be done)
        exhausted = False
        while True:
            while following in done:
                yield done.pop(following)
                following += 1
            for worker in range(len(self._workers)):
                room = len(done) < _AHEAD * len(self._workers)
                if worker in busy or exhausted or not room:
                    continue
                entry = next(waiting, None)
                if entry is None:
                    exhausted = True
                    break
                number, item = entry
                self._send(worker, item)
                busy[worker] = (number, time.monotonic() + self._seconds)
            if not busy:
                if exhausted and following not in done:
                    return
                continue
            self._collect(busy, done)

    def _collect(self, busy: dict[int, tuple[int, float]], done: dict[int, Result | str]) -> None:
        pipes = {self._workers[worker][1]: worker for worker in busy}
        patience = max(0.0, min(deadline for _n, deadline in busy.values()) - time.monotonic())
        ready = wait(list(pipes), timeout=min(patience, 1.0) + 0.01)
        for pipe in ready:
            worker = pipes[pipe]  # type: ignore[index]
            number, _deadline = busy.pop(worker)
            try:
                done[number] = self._workers[worker][1].recv()
            except (EOFError, OSError):
                done[number] = CRASHED
                self._replace(worker)
        now = time.monotonic()
        for worker in [w for w, (_n, deadline) in busy.items() if deadline < now]:
            number, _deadline = busy.pop(worker)
            done[number] = HUNG
            self._replace(worker)

    def _send(self, worker: int, item: Item) -> None:
        try:
            self._workers[worker][1].send(item)
        except OSError:  # it died between two items: the next one takes over
            self._replace(worker)
            self._workers[worker][1].send(item)

    def _start(self) -> tuple[Any, Connection]:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(
            target=_work, args=(theirs, self._task, self._prepare, self._with), daemon=True
        )
        process.start()
        theirs.close()
        return process, ours

    def _meet(self, pipe: Connection) -> None:
        """Waits until a worker is there: one that never comes up is the fault of no item."""
        with contextlib.suppress(EOFError, OSError):
            if pipe.poll(_UP):
                pipe.recv()
                return
        self.close()
        raise WorkerLost(
            _("子进程起不来。脚本里请把调用放在 if __name__ == '__main__': 之下，或用 jobs=1")
        )

    def _replace(self, worker: int) -> None:
        self._end(*self._workers[worker])
        self._workers[worker] = self._start()
        self._meet(self._workers[worker][1])

    @staticmethod
    def _end(process: Any, pipe: Connection) -> None:
        pipe.close()
        process.kill()
        process.join()

    def close(self) -> None:
        """Ends all workers at once, whatever they are doing."""
        for worker in self._workers:
            self._end(*worker)
        self._workers = []


def _work(
    pipe: Connection,
    task: Callable[[Any], Any],
    prepare: Callable[..., None] | None,
    with_: tuple[Any, ...],
) -> None:
    """The life of a worker: Ctrl-C is the parent's business, memory has a limit."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _silence()
    _limit_memory()
    collect_seldom()
    if prepare is not None:
        prepare(*with_)
    with contextlib.suppress(EOFError, OSError):
        pipe.send("here")
        while True:
            pipe.send(task(pipe.recv()))


def _silence() -> None:
    """What parsers print goes nowhere: standard output belongs to the report."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)


def _limit_memory() -> None:
    if sys.platform == "win32":  # no such limit there; the time limit still holds
        return
    import resource

    _soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard)
    with contextlib.suppress(OSError, ValueError):  # macOS knows the limit and refuses to set it
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
