"""Runs audits in processes of their own, one queue for all, and loses none.

The queue is the table of rounds itself: what is ``received`` waits, what was ``running`` when the
page ended is ``received`` again at its next start. A worker that dies or falls silent is replaced
and its round tried again, at most three times. Making a document or a page goes before audits,
because somebody waits for it.
"""

import asyncio
import contextlib
import json
import logging
import os
import sys
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool

from auditor.web import settings as limits
from auditor.web.database import DONE, FAILED, RECEIVED, RUNNING, Database, Round, now, waiting
from auditor.web.metrics import METRICS
from auditor.web.settings import Settings

LOG = logging.getLogger("auditor.web")


class JobFailed(Exception):
    """A document or page that could not be made."""


@dataclass(slots=True)
class Progress:
    """How far the audit of a round is: the files that were read, and whether rules run."""

    read: list[str] = field(default_factory=list)
    judging: bool = False


@dataclass(slots=True)
class _Wish:
    """A document or a page that somebody waits for."""

    job: dict[str, Any]
    done: asyncio.Future[dict[str, Any]]


class Runner:
    """The workers and the queue; started and stopped with the application."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._settings, self._database = settings, database
        self._wishes: deque[_Wish] = deque()
        self._wake = asyncio.Condition()
        self._tasks: list[asyncio.Task[None]] = []
        self._busy: set[int] = set()  # submissions of which a round is being audited
        self.progress: dict[int, Progress] = {}

    async def start(self) -> None:
        """Takes up what was left, and begins to work."""
        await run_in_threadpool(self._take_up)
        # One worker more than audits: a document is made while all audits run.
        self._tasks = [
            asyncio.create_task(self._work(audits=number < self._settings.jobs))
            for number in range(self._settings.jobs + 1)
        ]

    async def stop(self) -> None:
        """Ends the workers; what was running is run again at the next start."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def tell(self) -> None:
        """There is something new to do."""
        async with self._wake:
            self._wake.notify_all()

    async def make(self, job: dict[str, Any]) -> dict[str, Any]:
        """Has a worker make a page or a document.

        Raises:
            JobFailed: it could not be made.
        """
        wish = _Wish(job, asyncio.get_running_loop().create_future())
        self._wishes.append(wish)
        await self.tell()
        return await wish.done

    def _take_up(self) -> None:
        with self._database.session() as session:
            for one in session.query(Round).filter(Round.state == RUNNING):
                one.state = RECEIVED

    async def _work(self, *, audits: bool) -> None:
        worker = _Worker()
        try:
            while True:
                wish, job = await self._next(audits=audits)
                if wish is not None:
                    await self._fulfil(worker, wish)
                elif job is not None:
                    await self._audit(worker, job)
        finally:
            await worker.end()

    async def _next(self, *, audits: bool) -> tuple[_Wish | None, dict[str, Any] | None]:
        async with self._wake:
            while True:
                if self._wishes:
                    return self._wishes.popleft(), None
                job = await run_in_threadpool(self._begin) if audits else None
                if job is not None:
                    return None, job
                await self._wake.wait()

    def _begin(self) -> dict[str, Any] | None:
        """Marks the round whose turn it is as running, and makes its job."""
        with self._database.session() as session:
            for one in waiting(session):
                if one.submission_id in self._busy:
                    continue
                one.state, one.attempts = RUNNING, one.attempts + 1
                self._busy.add(one.submission_id)
                self.progress[one.id] = Progress()
                return self.job_of(one, "audit") | {"round": one.id, "of": one.submission_id,
                                                    "attempts": one.attempts}  # fmt: skip
        return None

    def job_of(self, one: Round, what: str) -> dict[str, Any]:
        """What a worker has to know of a round."""
        earlier = [r for r in one.submission.rounds if r.number < one.number and r.state == DONE]
        return {
            "job": what,
            "folder": str(self._settings.rounds / one.folder),
            "before": str(self._settings.rounds / earlier[-1].folder) if earlier else None,
            "profile": one.profile,
            "lang": self._settings.language,
            "answers": {answer.fingerprint: answer.text for answer in one.submission.answers},
        }

    async def _fulfil(self, worker: "_Worker", wish: _Wish) -> None:
        try:
            done = await worker.do(wish.job)
        except (JobFailed, OSError) as error:
            LOG.warning("job failed", extra={"job": wish.job["job"], "why": str(error)[:200]})
            if not wish.done.done():
                wish.done.set_exception(JobFailed(str(error)))
            return
        if not wish.done.done():
            wish.done.set_result(done)

    async def _audit(self, worker: "_Worker", job: dict[str, Any]) -> None:
        number, progress = job["round"], self.progress[job["round"]]
        try:
            done = await worker.do(job, progress)
            await run_in_threadpool(self._finish, number, DONE, done)
            METRICS.audits.labels("done").inc()
        except (JobFailed, OSError) as error:
            again = job["attempts"] < limits.ATTEMPTS
            state = RECEIVED if again else FAILED
            LOG.warning(
                "audit failed", extra={"round": number, "again": again, "why": str(error)[:200]}
            )
            await run_in_threadpool(self._finish, number, state, None)
            METRICS.audits.labels("again" if again else "failed").inc()
        finally:
            self._busy.discard(job["of"])
            self.progress.pop(number, None)
        await self.tell()

    def _finish(self, number: int, state: str, summary: dict[str, Any] | None) -> None:
        with self._database.session() as session:
            one = session.get(Round, number)
            if one is not None:  # it may have been deleted meanwhile
                one.state, one.summary = state, summary
                one.finished = now() if state != RECEIVED else None


class _Worker:
    """One process that does one job at a time; it is started when it is first needed."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None

    async def do(self, job: dict[str, Any], progress: Progress | None = None) -> dict[str, Any]:
        """The answer to a job.

        Raises:
            JobFailed: the worker could not do it, died or fell silent.
        """
        process = await self._up()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write((json.dumps(job, ensure_ascii=False) + "\n").encode())
            await process.stdin.drain()
            while True:
                line = await asyncio.wait_for(process.stdout.readline(), limits.IDLE_SECONDS)
                if not line:
                    await self.end()
                    raise JobFailed("the worker ended")
                said = json.loads(line)
                if "done" in said:
                    done: dict[str, Any] = said["done"]
                    return done
                if "failed" in said:
                    raise JobFailed(said["failed"])
                _follow(progress, said)
        except (TimeoutError, OSError, ValueError) as error:
            await self.end()
            raise JobFailed(f"the worker fell silent: {error!r}") from error

    async def _up(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "auditor.web.worker",
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL, limit=1 << 24, env=dict(os.environ),
            )  # fmt: skip
        return self._process

    async def end(self) -> None:
        """Ends the process at once."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
            self._process = None


def _follow(progress: Progress | None, said: dict[str, Any]) -> None:
    if progress is None or "read" not in said:
        return
    if said["read"] is None:
        progress.judging = True
    else:
        progress.read.append(Path(said["read"]).name)
