"""Who a visitor is, as far as the page asks: which codes were entered, and a token against forgery.

There are no accounts. A signed cookie, HttpOnly and SameSite=Strict, holds what was entered and a
random token; a form that changes something must send that token back.
"""

import hashlib
import hmac
import secrets
from collections import defaultdict, deque
from dataclasses import dataclass, field
from time import monotonic

from itsdangerous import BadData, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import Response

from auditor.web import settings as limits
from auditor.web.settings import Settings

COOKIE = "auditor"
DESK, UPLOAD, LIST = "desk", "upload", "list"


@dataclass(slots=True)
class Visit:
    """A visitor's session: roles entered, and the token of its forms."""

    roles: set[str] = field(default_factory=set)
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))


class Sessions:
    """Reads and writes the cookie."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._signer = URLSafeTimedSerializer(settings.secret, salt="auditor-session")

    def read(self, request: Request) -> Visit:
        """The visit of a request; a new one where the cookie is missing, forged or old."""
        try:
            data = self._signer.loads(
                request.cookies.get(COOKIE, ""), max_age=limits.SESSION_SECONDS
            )
            return Visit(set(map(str, data["roles"])), str(data["token"]))
        except (BadData, KeyError, TypeError):
            return Visit()

    def write(self, response: Response, visit: Visit) -> None:
        """Puts the visit into the cookie."""
        data = {"roles": sorted(visit.roles), "token": visit.token}
        response.set_cookie(
            COOKIE, self._signer.dumps(data), max_age=limits.SESSION_SECONDS, httponly=True,
            samesite="strict", secure=self._settings.secure, path=self._settings.root_path or "/",
        )  # fmt: skip


def same(one: str, other: str) -> bool:
    """Whether two secrets are equal, in a time that tells nothing of where they differ."""
    return hmac.compare_digest(one.encode(), other.encode())


def new_link() -> str:
    """A link that nobody can guess: 192 bits."""
    return secrets.token_urlsafe(24)


def link_hash(link: str) -> str:
    """What is kept of a link."""
    return hashlib.sha256(link.encode()).hexdigest()


class RateLimit:
    """How often an address has done something in the last minute."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._times: defaultdict[str, deque[float]] = defaultdict(deque)

    def exceeded(self, address: str) -> bool:
        """Whether an address has to wait."""
        recent = self._times[address]
        while recent and recent[0] < monotonic() - 60:
            recent.popleft()
        if not recent:
            del self._times[address]
        return len(recent) >= self._most

    def count(self, address: str) -> None:
        """Count one more request of an address."""
        self._times[address].append(monotonic())


def address_of(request: Request) -> str:
    """Where a request comes from; behind a proxy that is named, what it says."""
    return request.client.host if request.client else ""
