"""The application: routes wrapped in their rules, headers, and the life of the page."""

import hmac
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount
from starlette.routing import Route as Path_
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from auditor.resources import folder
from auditor.web import handlers, submissions
from auditor.web.metrics import METRICS
from auditor.web.page import Page, page_of
from auditor.web.routes import LINK, LISTER, OPERATOR, PUBLIC, ROUTES, VISITOR, Route
from auditor.web.sessions import DESK, LIST, UPLOAD, address_of, same
from auditor.web.settings import Settings

LOG = logging.getLogger("auditor.web")
_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # With no-referrer a browser hides where a form of this very page comes from, too.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
_WITHOUT_VISIT = frozenset({"health", "metrics", "style"})
_LOCAL = ("127.0.0.1", "::1")
_PASSED_ON = ("forwarded", "x-forwarded-for")  # a proxy on this machine speaks for others


def application(settings: Settings) -> Starlette:
    """The page as an ASGI application."""

    @asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        app.state.page = Page(settings)
        await app.state.page.start()
        yield
        await app.state.page.stop()

    paths = [
        Path_(route.path, _guarded(route), methods=[route.method], name=route.name)
        for route in ROUTES
    ]
    static = StaticFiles(directory=Path(__file__).parent / "static")
    look = StaticFiles(directory=folder("reports") / "web" / "static")
    mounts = [Mount("/static", static), Mount("/look", look)]
    return Starlette(
        routes=[*paths, *mounts],
        lifespan=life,
        exception_handlers={404: handlers.not_found, 405: handlers.not_found},
    )


def served(settings: Settings) -> ASGIApp:
    """The application behind the headers that every answer carries."""
    return _Headers(application(settings), settings)


class _Headers:
    """Adds the headers of safety to every answer; only what never changes may be kept."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app, self._settings = app, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
                path = scope["path"].removeprefix(self._settings.root_path)
                if not path.startswith(("/static/", "/look/", "/style.css")):
                    headers["cache-control"] = "no-store"
            await send(message)

        await self._app(scope, receive, sent)


def _guarded(route: Route) -> Callable[[Request], Awaitable[Response]]:
    """A handler behind its rule; what it took is counted under the route's name alone."""

    async def handle(request: Request) -> Response:
        page = page_of(request)
        visit = request.state.visit = page.sessions.read(request)
        began = time.perf_counter()
        refusal = await _refusal(route, request)
        response = refusal if refusal is not None else await route.handler(request)
        if route.name not in _WITHOUT_VISIT:
            page.sessions.write(response, visit)
        spent = time.perf_counter() - began
        METRICS.answered.labels(route.name).observe(spent)
        LOG.info("answered", extra={"route": route.name, "status": response.status_code,
                                    "ms": round(spent * 1000)})  # fmt: skip
        return response

    return handle


async def _refusal(route: Route, request: Request) -> Response | None:
    """The answer to a visitor who may not use a route; None for one who may."""
    if route.changes and not _own_origin(request):
        METRICS.refused.labels("origin").inc()
        return handlers.refused(request, 403, "foreign")
    if not _may(route.rule, request):
        METRICS.refused.labels("access").inc()
        return _to_the_door(route.rule, request)
    if route.rule == LINK:
        found = await submissions.find(page_of(request), request.path_params["link"])
        if found is None:
            METRICS.refused.labels("link").inc()
            return handlers.refused(request, 404, "no-submission")
        request.state.number = found
    if route.changes and not await _token_fits(route, request):
        METRICS.refused.labels("token").inc()
        return handlers.refused(request, 403, "stale")
    return None


def _may(rule: str, request: Request) -> bool:
    settings, roles = page_of(request).settings, request.state.visit.roles
    if settings.desk:
        return rule in (PUBLIC, OPERATOR) or DESK in roles
    if rule == VISITOR:
        return not settings.upload_code or UPLOAD in roles
    if rule == LISTER:
        return bool(settings.list_code) and LIST in roles
    if rule == OPERATOR:
        passed_on = any(name in request.headers for name in _PASSED_ON)
        return not passed_on and address_of(request) in _LOCAL
    return True


def _to_the_door(rule: str, request: Request) -> Response:
    """Where the code is asked for, or a plain refusal where there is none to enter."""
    settings = page_of(request).settings
    root = settings.root_path
    if settings.desk:
        return handlers.refused(request, 403, "desk")
    if rule == VISITOR and request.method == "GET":
        return RedirectResponse(f"{root}/code?for=upload", 303)
    if rule == LISTER and settings.list_code and request.method == "GET":
        return RedirectResponse(f"{root}/code?for=list", 303)
    return handlers.refused(request, 403, "code")


def _own_origin(request: Request) -> bool:
    """Whether a change comes from this page and no other: the browser says so itself."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    if origin in (None, "null"):
        return origin is None
    return hmac.compare_digest(urlsplit(origin).netloc, request.headers.get("host", ""))


async def _token_fits(route: Route, request: Request) -> bool:
    """Whether a change carries the token of the visitor's own forms."""
    given = request.headers.get("x-token")
    if not route.files:
        request.state.form = await handlers.small_form(request)
        given = request.state.form.get("token", "") if given is None else given
    elif given is None:
        return True  # it is in the body: handlers look at it before they confirm anything
    return same(given, request.state.visit.token)
