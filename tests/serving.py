"""The page for tests: a client, uploads, and waiting until an audit is done."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette", reason="auditor[web] is not installed")

from starlette.testclient import TestClient

from auditor.pipeline import extract
from auditor.web.application import served
from auditor.web.settings import Settings

EXAMPLES = Path(__file__).parents[1] / "examples"
ONE = EXAMPLES / "卫生服务中心.docx"
OTHER = EXAMPLES / "园林绿化养护所.xlsx"


@contextmanager
def opened(data: Path, **chosen: Any) -> Iterator[TestClient]:
    """A client of a page that keeps its submissions in ``data``."""
    settings = Settings(data, "secret-of-tests", **({"jobs": 1} | chosen))
    app = served(settings)
    root = settings.root_path
    local = ("127.0.0.1", 50_000)
    with TestClient(app, "http://testserver", root_path=root, client=local) as client:
        client.page = client.app._app.state.page  # type: ignore[attr-defined]
        yield client


def token(client: TestClient, path: str = "/") -> str:
    """The token of the forms of a page."""
    found = re.search(r'name="token" value="([^"]+)"', client.get(path).text)
    assert found is not None
    return found[1]


def enter(client: TestClient, what: str, code: str):
    """The answer to a code, not followed."""
    data = {"token": token(client, "/code"), "for": what, "code": code}
    return client.post("/code", data=data, follow_redirects=False)


def upload(
    client: TestClient, *files: Path | tuple[str, bytes], to: str = "/upload", **fields: str
):
    """The answer to an upload, not followed."""
    parts = [("files", (f.name, f.read_bytes()) if isinstance(f, Path) else f) for f in files]
    data = {"token": token(client), "profile": "national"} | fields
    return client.post(to, data=data, files=parts, follow_redirects=False)


def submitted(client: TestClient, *files: Path | tuple[str, bytes]) -> str:
    """The path of a new submission whose audit is done."""
    answer = upload(client, *files)
    assert answer.status_code == 303, answer.text
    path = answer.headers["location"]
    finished(client, path)
    return path


def finished(client: TestClient, path: str, seconds: float = 90.0) -> str:
    """The page of a submission once nothing is under way."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        text = client.get(path).text
        if "sse-swap" not in text:
            return text
        time.sleep(0.1)
    raise AssertionError("the audit did not end")


def records() -> list[dict[str, Any]]:
    """The forms of an example as records, to be changed."""
    made = [form.as_dict() for form in extract([str(ONE)]).evaluations]
    for record in made:
        for key in ("source", "locators", "doubts", "unplaced", "confidence"):
            record.pop(key, None)
    return made
