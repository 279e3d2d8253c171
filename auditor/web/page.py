"""The page as handlers see it: settings, database, sessions, runner and templates together."""

import asyncio
import contextlib
import gettext
import shutil
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse

from auditor import language
from auditor.resources import folder
from auditor.version import __version__
from auditor.web import settings as limits
from auditor.web.database import Database, Round, Submission, now
from auditor.web.runner import Runner
from auditor.web.sessions import RateLimit, Sessions, Visit
from auditor.web.settings import Settings

LANGUAGE_COOKIE = "auditor-lang"
_HOUR = 3600.0


class Page:
    """Everything that lives as long as the application."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        settings.rounds.mkdir(parents=True, exist_ok=True)
        self.database = Database(settings.data)
        self.sessions = Sessions(settings)
        self.wrong_codes = RateLimit(limits.WRONG_CODES)
        self.uploads = RateLimit(limits.UPLOADS_A_MINUTE)
        self.runner = Runner(settings, self.database)
        self.uploading = 0
        self.desk_token = settings.desk_token
        self._cleaning: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Takes up what was left when the page ended, and begins to clean up."""
        await run_in_threadpool(self.forget_orphans)
        await self.runner.start()
        self._cleaning = asyncio.create_task(self._clean())

    async def stop(self) -> None:
        """Ends in order."""
        if self._cleaning is not None:
            self._cleaning.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._cleaning
        await self.runner.stop()
        self.database.close()

    def forget_orphans(self) -> None:
        """Removes folders of uploads that were never confirmed."""
        with self.database.session() as session:
            known = {folder for (folder,) in session.query(Round.folder)}
        for place in self.settings.rounds.iterdir():
            if place.name not in known:
                shutil.rmtree(place, ignore_errors=True)

    def forget_expired(self) -> int:
        """Deletes the submissions whose time is over; how many."""
        with self.database.session() as session:
            gone = session.query(Submission).filter(Submission.expires < now()).all()
            folders = [one.folder for submission in gone for one in submission.rounds]
            for submission in gone:
                session.delete(submission)
        self.remove(folders)
        return len(gone)

    def remove(self, folders: list[str]) -> None:
        """Removes the files of rounds that are no longer in the database."""
        for name in folders:
            shutil.rmtree(self.settings.rounds / name, ignore_errors=True)

    async def _clean(self) -> None:
        while True:
            await run_in_threadpool(self.forget_expired)
            await asyncio.sleep(_HOUR)


def page_of(request: Request) -> Page:
    """The page that a request is for."""
    page: Page = request.app.state.page
    return page


def language_of(request: Request) -> str:
    """The language of a visitor: chosen, or the browser's, or the page's own."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    if chosen in language.LANGUAGES:
        return chosen
    asked = request.headers.get("accept-language", "")[:2].lower()
    default = page_of(request).settings.language
    return asked if asked in language.LANGUAGES else default


@cache
def translations(lang: str) -> gettext.NullTranslations:
    """What turns the words of the code into a language; requests of several run side by side."""
    if lang == "zh":
        return gettext.NullTranslations()
    locale = Path(language.__file__).parent / "locale"
    return gettext.translation("auditor", locale, languages=[lang])


@cache
def _environment(lang: str) -> Environment:
    made = Environment(
        loader=FileSystemLoader(str(folder("reports"))),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["_"] = translations(lang).gettext
    return made


def _here(request: Request) -> str:
    """Where a visitor is, to come back to; after a change that is the page it was made on."""
    path = request.url.path.removeprefix(page_of(request).settings.root_path)
    return (path if request.method == "GET" else "/") + (
        f"?{request.url.query}" if request.url.path.endswith("/code") else ""
    )


def show(request: Request, name: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A template as an answer."""
    page, lang = page_of(request), language_of(request)
    visit: Visit = request.state.visit
    text = _environment(lang).get_template(f"web/{name}.html.j2").render(
        lang=lang, version=__version__, settings=page.settings, token=visit.token,
        roles=visit.roles, root=page.settings.root_path, here=_here(request), **values,
    )  # fmt: skip
    return HTMLResponse(text, status)
