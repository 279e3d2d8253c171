"""What came in: the list for whoever has the list code, each submission, and all of it as files."""

import secrets
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from auditor.web.database import DONE, Submission, latest
from auditor.web.handlers import made, refused, shown
from auditor.web.page import Page, language_of, page_of, show
from auditor.web.runner import JobFailed

EXPORTS = {"xlsx": "findings.xlsx", "json": "findings.json", "archive": "files.zip"}


async def table(request: Request) -> Response:
    """Every submission, the newest first."""
    rows = await run_in_threadpool(_rows, page_of(request))
    return show(request, "list", rows=rows, exports=EXPORTS)


async def one(request: Request) -> Response:
    """A submission as the list's reader sees it: nothing to change."""
    return await shown(request, request.path_params["number"], own=False)


async def download(request: Request) -> Response:
    """A document of a submission."""
    return await made(request, request.path_params["number"], request.path_params["what"])


async def export(request: Request) -> Response:
    """All that came in, as one file."""
    what, page = request.path_params["what"], page_of(request)
    rounds = await run_in_threadpool(_audited, page)
    if what not in EXPORTS or not rounds:
        return refused(request, 404, "nothing-yet" if what in EXPORTS else "no-page")
    target = page.settings.data / f"export-{secrets.token_hex(8)}"
    job = {"job": "export", "what": what, "rounds": rounds, "target": str(target),
           "lang": language_of(request)}  # fmt: skip
    try:
        await page.runner.make(job)
    except JobFailed:
        return refused(request, 500, "not-made")
    return _Once(target, filename=EXPORTS[what], content_disposition_type="attachment")


class _Once(FileResponse):
    """A file that is gone when it has been sent."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            await run_in_threadpool(Path(self.path).unlink, missing_ok=True)


def _rows(page: Page) -> list[dict[str, Any]]:
    with page.database.session() as session:
        submissions = session.query(Submission).order_by(Submission.id.desc()).all()
        return [_row(submission) for submission in submissions]


def _row(submission: Submission) -> dict[str, Any]:
    newest = latest(submission)
    done = [one for one in submission.rounds if one.state == DONE]
    summary: dict[str, Any] = (done[-1].summary or {}) if done else {}
    return {
        "number": submission.id,
        "units": summary.get("units", []),
        "projects": summary.get("projects", []),
        "verdicts": summary.get("verdicts"),
        "problems": summary.get("problems", 0),
        "gone": summary.get("gone", 0),
        "state": newest.state if newest else "",
        "round": newest.number if newest else 0,
        "when": newest.received if newest else submission.created,
        "answers": [answer.text for answer in submission.answers],
    }


def _audited(page: Page) -> list[dict[str, Any]]:
    """The newest audited round of each submission, as a worker has to know it."""
    with page.database.session() as session:
        found = []
        for submission in session.query(Submission).order_by(Submission.id):
            done = [one for one in submission.rounds if one.state == DONE]
            if done:
                folder = str(page.settings.rounds / done[-1].folder)
                answers = {answer.fingerprint: answer.text for answer in submission.answers}
                found.append({"name": f"{submission.id:04}", "folder": folder, "answers": answers})
        return found
