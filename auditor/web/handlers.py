"""What each route of a visitor or a submission does."""

import asyncio
import html
import logging
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from markupsafe import Markup
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import (
    FileResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)

from auditor import language as languages
from auditor.reporting.templates import found
from auditor.resources import ResourceError, folder
from auditor.rulebook.loading import load
from auditor.web import settings as limits
from auditor.web import submissions, uploads
from auditor.web.database import DONE, FAILED
from auditor.web.metrics import METRICS
from auditor.web.page import LANGUAGE_COOKIE, Page, language_of, page_of, show
from auditor.web.runner import JobFailed
from auditor.web.sessions import DESK, LIST, UPLOAD, address_of, same
from auditor.web.uploads import Refused
from auditor.web.worker import DOWNLOADS

LOG = logging.getLogger("auditor.web")
# Where a page made beforehand leaves room; a form's own text has no quotation marks left there.
_TOKEN_PLACE = 'name="token" value="__TOKEN__"'  # noqa: S105


def refused(request: Request, status: int, code: str) -> Response:
    """A page that says what is the matter and what to do."""
    return show(request, "refused", status, code=code)


async def not_found(request: Request, _error: Exception) -> Response:
    """The answer to a path that does not exist."""
    request.state.visit = page_of(request).sessions.read(request)
    return refused(request, 404, "no-page")


async def small_form(request: Request) -> dict[str, str]:
    """The fields of a form without files; more than it can hold is cut off."""
    raw = bytearray()
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > limits.FORM_BYTES:
            return {}
    text = raw.decode("utf-8", "replace")
    try:
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=20))
    except ValueError:
        return {}


async def home(request: Request) -> Response:
    """Where files are dropped."""
    profiles = sorted(load().profiles.values(), key=lambda profile: profile.name != "national")
    return show(request, "home", profiles=profiles, examples=_examples() is not None)


async def style(request: Request) -> Response:  # noqa: ARG001 - a handler
    """The look of the HTML report, which the page shares."""
    return FileResponse(found("html/style.css", None))


async def desk(request: Request) -> Response:
    """Lets the person in who started the page: the token works once."""
    page = page_of(request)
    given = request.query_params.get("token", "")
    if not page.desk_token or not same(given, page.desk_token):
        return refused(request, 403, "desk")
    page.desk_token = ""
    request.state.visit.roles.add(DESK)
    return RedirectResponse(f"{page.settings.root_path}/", 303)


async def code(request: Request) -> Response:
    """Asks for a code."""
    what = LIST if request.query_params.get("for") == LIST else UPLOAD
    return show(request, "code", what=what, wrong=False)


async def enter(request: Request) -> Response:
    """Takes a code."""
    page, form = page_of(request), request.state.form
    address = address_of(request)
    what = LIST if form.get("for") == LIST else UPLOAD
    wanted = page.settings.list_code if what == LIST else page.settings.upload_code
    if page.wrong_codes.exceeded(address):
        return refused(request, 429, "too-many-codes")
    if not wanted or not same(form.get("code", ""), wanted):
        page.wrong_codes.count(address)
        METRICS.refused.labels("code").inc()
        LOG.warning("wrong code", extra={"for": what})
        return show(request, "code", 403, what=what, wrong=True)
    request.state.visit.roles.add(what)
    root = page.settings.root_path
    return RedirectResponse(f"{root}/list/" if what == LIST else f"{root}/", 303)


async def language(request: Request) -> Response:
    """Remembers a visitor's language, and goes back to where he was."""
    form = request.state.form
    chosen = form.get("lang", "zh")
    back = form.get("back", "/")
    root = page_of(request).settings.root_path
    safe = back if back.startswith("/") and not back.startswith("//") and "\\" not in back else "/"
    response = RedirectResponse(f"{root}{safe}", 303)
    if chosen in languages.LANGUAGES:
        response.set_cookie(LANGUAGE_COOKIE, chosen, max_age=31_536_000, samesite="strict",
                            httponly=True, secure=page_of(request).settings.secure)  # fmt: skip
    return response


async def upload(request: Request) -> Response:
    """A new submission."""
    return await _taken(request, None)


async def next_round(request: Request) -> Response:
    """The corrected files of a submission."""
    return await _taken(request, request.state.number)


async def _taken(request: Request, number: int | None) -> Response:
    """Takes an upload within the limits, so many at once."""
    page = page_of(request)
    if page.uploading >= limits.UPLOADS_AT_ONCE:
        return _declined(request, Refused(503, "busy"))
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > page.settings.upload_bytes:
        return _declined(request, Refused(413, "too-large"))

    async def receive(place: Path) -> uploads.Received:
        received = await uploads.receive(
            request.stream(), request.headers.get("content-type", ""), place,
            page.settings.upload_bytes,
        )  # fmt: skip
        _check(request, received)
        return received

    page.uploading += 1
    try:
        return await _kept(request, number, receive)
    finally:
        page.uploading -= 1


async def _kept(
    request: Request, number: int | None, fill: Callable[[Path], Awaitable[uploads.Received]]
) -> Response:
    """Makes a round of what ``fill`` puts in a folder: on the disk, in the queue, confirmed.

    What cannot be confirmed leaves nothing on the disk.
    """
    page, address = page_of(request), address_of(request)
    if page.uploads.exceeded(address):
        return _declined(request, Refused(429, "too-often"))
    page.uploads.count(address)
    place = submissions.place(page)
    try:
        await run_in_threadpool(submissions.make, place)
        received = await fill(place / "files")
        profile = received.fields.get("profile", page.settings.profile)
        if profile not in load().profiles:
            profile = page.settings.profile
        known, link = await run_in_threadpool(
            submissions.confirm, page, place, received, profile, number
        )
    except (Refused, ClientDisconnect, OSError) as error:
        await run_in_threadpool(submissions.discard, place)
        return _declined(request, _refusal_of(error))
    LOG.info("upload confirmed", extra={"submission": known, "files": received.files,
                                        "bytes": received.bytes})  # fmt: skip
    await page.runner.tell()
    root = page.settings.root_path
    return RedirectResponse(f"{root}/s/{link}/" if link else "./", 303)


def _refusal_of(error: Refused | ClientDisconnect | OSError) -> Refused:
    """What to tell whoever sent what could not be kept."""
    if isinstance(error, Refused):
        return error
    if isinstance(error, ClientDisconnect):
        return Refused(400, "cut-off")
    LOG.error("upload not written", exc_info=error, extra={"errno": error.errno})
    return Refused(507, "disk-full")


def _check(request: Request, received: uploads.Received) -> None:
    """Looks at what came before it is confirmed.

    Raises:
        Refused: it comes from no form of this page, or holds no file.
    """
    given = request.headers.get("x-token") or received.fields.get("token", "")
    if not same(given, request.state.visit.token):
        raise Refused(403, "stale")
    if received.files == 0:
        raise Refused(400, "no-files")


def _declined(request: Request, refusal: Refused) -> Response:
    METRICS.uploads.labels(refusal.code).inc()
    LOG.warning("upload refused", extra={"why": refusal.code})
    response = refused(request, refusal.status, refusal.code)
    if refusal.code == "busy":
        response.headers["retry-after"] = "30"
    response.headers["connection"] = "close"  # what is still on its way is not wanted
    return response


async def example(request: Request) -> Response:
    """A submission of the examples, to try the page with."""
    source = _examples()
    if source is None:
        return refused(request, 404, "no-page")

    async def copy(place: Path) -> uploads.Received:
        return await run_in_threadpool(_copy_examples, source, place)

    return await _kept(request, None, copy)


def _examples() -> Path | None:
    try:
        return folder("examples")
    except ResourceError:
        return None


def _copy_examples(source: Path, target: Path) -> uploads.Received:
    received = uploads.Received()
    for file in sorted(source.glob("*.docx")) + sorted(source.glob("*.xlsx"))[:1]:
        shutil.copyfile(file, target / file.name)
        received.files += 1
        received.bytes += file.stat().st_size
    return received


async def submission(request: Request) -> Response:
    """A submission: how far it is, or what is to be corrected."""
    return await shown(request, request.state.number, own=True)


async def shown(request: Request, number: int, *, own: bool) -> Response:
    """The page of a submission; ``own`` where the visitor came by its link and may change it."""
    page, lang = page_of(request), language_of(request)
    told = await run_in_threadpool(submissions.told, page, number)
    if told is None:
        return refused(request, 404, "no-submission")
    result = await run_in_threadpool(_result, told["shown"], lang)
    own_token = f'name="token" value="{html.escape(request.state.visit.token)}"'
    text = result.replace(_TOKEN_PLACE, own_token)
    return show(
        request, "submission", told=told, own=own, busy=told["state"] not in (DONE, FAILED),
        result=Markup(text),  # noqa: S704 - made by our template, escaped there
        progress=page.runner.progress.get(told["round_id"]),
        downloads=[what for what in DOWNLOADS if what != "rounds" or told["shown_round"] != 1],
    )  # fmt: skip


def _result(place: str | None, lang: str) -> str:
    if place is None:
        return ""
    try:
        return (Path(place) / f"result.{lang}.html").read_text("utf-8")
    except OSError:
        return ""


async def events(request: Request) -> Response:
    """How far the audit is, as it goes on (server-sent events)."""
    page, number = page_of(request), request.state.number

    async def told() -> AsyncIterator[str]:
        last = ""
        while not await request.is_disconnected():
            known = await run_in_threadpool(submissions.told, page, number)
            if known is None or known["state"] in (DONE, FAILED):
                yield "event: done\ndata: \n\n"
                return
            said = _progress(request, page, known)
            if said != last:
                last = said
                yield "event: progress\n" + "".join(f"data: {line}\n" for line in said.splitlines())
                yield "\n"
            await asyncio.sleep(0.5)

    headers = {"x-accel-buffering": "no"}
    return StreamingResponse(told(), media_type="text/event-stream", headers=headers)


def _progress(request: Request, page: Page, known: dict[str, Any]) -> str:
    progress = page.runner.progress.get(known["round_id"])
    return bytes(show(request, "_progress", told=known, progress=progress).body).decode()


async def answer(request: Request) -> Response:
    """An answer in words to a finding; the page and the documents are made again with it."""
    page, form, number = page_of(request), request.state.form, request.state.number
    text = form.get("text", "").strip()[: limits.ANSWER_CHARACTERS]
    fingerprint = form.get("fingerprint", "")[:64]
    if not fingerprint:
        return refused(request, 400, "no-form")
    await run_in_threadpool(submissions.save_answer, page, number, fingerprint, text)
    job = await run_in_threadpool(submissions.job, page, number, "render", language_of(request))
    if job is not None:
        try:
            await page.runner.make(job)
        except JobFailed:
            return refused(request, 500, "not-made")
    return RedirectResponse("./", 303)


async def delete(request: Request) -> Response:
    """Deletes a submission and everything that came of it."""
    page = page_of(request)
    await run_in_threadpool(submissions.delete, page, request.state.number)
    LOG.info("submission deleted", extra={"submission": request.state.number})
    return show(request, "deleted")


async def download(request: Request) -> Response:
    """A document of a submission."""
    return await made(request, request.state.number, request.path_params["what"])


async def made(request: Request, number: int, what: str) -> Response:
    """A document, made now where it does not exist yet."""
    page, lang = page_of(request), language_of(request)
    job = await run_in_threadpool(submissions.job, page, number, "make", lang)
    if what not in DOWNLOADS or job is None:
        return refused(request, 404, "no-page")
    try:
        done = await page.runner.make(job | {"what": what})
    except JobFailed:
        return refused(request, 500, "not-made")
    return FileResponse(
        done["file"], filename=DOWNLOADS[what], content_disposition_type="attachment"
    )


async def health(request: Request) -> Response:
    """Whether the page works: the database answers and the disk has room."""
    page = page_of(request)

    def look() -> bool:
        with page.database.session() as session:
            session.execute(text("select 1"))
        return shutil.disk_usage(page.settings.data).free > 64 * 1024 * 1024

    try:
        good = await run_in_threadpool(look)
    except Exception:
        LOG.exception("not healthy")
        good = False
    return PlainTextResponse("ok\n" if good else "not ok\n", 200 if good else 503)


async def metrics(request: Request) -> Response:  # noqa: ARG001 - a handler
    """Counts for Prometheus."""
    return Response(generate_latest(METRICS.registry), media_type=CONTENT_TYPE_LATEST)
