"""Every route with its rule of access, in one table; what is not here is not served.

``PUBLIC`` anyone · ``VISITOR`` who may hand in: at a desk its owner, in a house who entered the
upload code, or anyone where none is set · ``LINK`` who has the submission's link · ``LISTER`` who
entered the list code, or the desk's owner · ``OPERATOR`` this machine only.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from auditor.web import handlers, lists

PUBLIC, VISITOR, LINK, LISTER, OPERATOR = "public", "visitor", "link", "lister", "operator"
Handler = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Route:
    """A path, who may use it, and whether it changes something (and needs the form's token).

    One that takes ``files`` finds the token in their body, when that has come.
    """

    name: str
    method: str
    path: str
    rule: str
    handler: Handler
    changes: bool = False
    files: bool = False


ROUTES = (
    Route("home", "GET", "/", VISITOR, handlers.home),
    Route("desk", "GET", "/desk", PUBLIC, handlers.desk),
    Route("style", "GET", "/style.css", PUBLIC, handlers.style),
    Route("code", "GET", "/code", PUBLIC, handlers.code),
    Route("enter", "POST", "/code", PUBLIC, handlers.enter, changes=True),
    Route("language", "POST", "/language", PUBLIC, handlers.language, changes=True),
    Route("upload", "POST", "/upload", VISITOR, handlers.upload, changes=True, files=True),
    Route("example", "POST", "/example", VISITOR, handlers.example, changes=True),
    Route("submission", "GET", "/s/{link}/", LINK, handlers.submission),
    Route("events", "GET", "/s/{link}/events", LINK, handlers.events),
    Route(
        "next-round", "POST", "/s/{link}/files", LINK, handlers.next_round, changes=True, files=True
    ),
    Route("answer", "POST", "/s/{link}/answer", LINK, handlers.answer, changes=True),
    Route("delete", "POST", "/s/{link}/delete", LINK, handlers.delete, changes=True),
    Route("download", "GET", "/s/{link}/download/{what}", LINK, handlers.download),
    Route("list", "GET", "/list/", LISTER, lists.table),
    Route("listed", "GET", "/list/{number:int}/", LISTER, lists.one),
    Route("listed-download", "GET", "/list/{number:int}/download/{what}", LISTER, lists.download),
    Route("export", "GET", "/list/export/{what}", LISTER, lists.export),
    Route("health", "GET", "/healthz", PUBLIC, handlers.health),
    Route("metrics", "GET", "/metrics", OPERATOR, handlers.metrics),
)
