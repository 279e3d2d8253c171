"""``auditor serve``: who may do what."""

import io
import json
import logging
import re
import subprocess
import sys

import pytest

from tests.serving import ONE, enter, opened, submitted, token

from auditor.web import settings as limits  # isort: skip
from auditor.web.logs import configure  # isort: skip
from auditor.web.routes import LINK, LISTER, OPERATOR, PUBLIC, ROUTES, VISITOR  # isort: skip

OK, DOOR, NO, GONE = "served", "asked for the code", "refused", "no such submission"
# What each rule answers to: nobody in particular, an uploader, another's link, the right link, a
# reader of the list, a wrong link.
TABLE = {
    PUBLIC: dict.fromkeys(("nobody", "uploader", "linked", "lister", "wrong link"), OK),
    VISITOR: {"nobody": DOOR, "uploader": OK, "linked": DOOR, "lister": DOOR, "wrong link": DOOR},
    LINK: {"nobody": GONE, "uploader": GONE, "linked": OK, "lister": GONE, "wrong link": GONE},
    LISTER: {"nobody": DOOR, "uploader": DOOR, "linked": DOOR, "lister": OK, "wrong link": DOOR},
    OPERATOR: dict.fromkeys(("nobody", "uploader", "linked", "lister", "wrong link"), OK),
}
CODES = {"uploader": ("upload", "up-code"), "lister": ("list", "list-code")}


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with opened(
        tmp_path_factory.mktemp("guarded"), upload_code="up-code", list_code="list-code"
    ) as client:
        enter(client, "upload", "up-code")
        path = submitted(client, ONE)
        client.cookies.clear()
        yield client, path


@pytest.mark.parametrize("visitor", ["nobody", "uploader", "linked", "lister", "wrong link"])
@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_every_route_answers_each_visitor_as_its_rule_says(house, route, visitor):
    client, path = house
    client.cookies.clear()
    if visitor in CODES:
        assert enter(client, *CODES[visitor]).status_code == 303
    link = path.split("/")[2] if visitor == "linked" else "0" * 32
    address = (
        route.path.replace("{link}", link)
        .replace("{number:int}", "1")
        .replace("{what}", "findings")
    )
    if route.name == "delete" and visitor == "linked":
        return  # tried last, by itself: it would take the others' submission away
    data = {"token": token(client, "/code")} if route.changes else None
    if route.method == "GET":
        answer = client.get(address, follow_redirects=False)
    else:
        answer = client.post(address, data=data, follow_redirects=False)
    assert _outcome(route, answer) == TABLE[route.rule][visitor], answer.status_code


def _outcome(route, answer) -> str:
    if "没有这次报送" in answer.text:
        return GONE
    to_code = answer.status_code == 303 and "/code?for=" in answer.headers["location"]
    if to_code or "没有权限" in answer.text:
        return DOOR
    by_itself = route.name in ("enter", "desk") and answer.status_code == 403  # no code was given
    served = answer.status_code < 500 and answer.status_code not in (401, 403)
    return OK if served or by_itself else NO


def test_every_rule_is_in_the_table_and_every_change_needs_the_token():
    assert {route.rule for route in ROUTES} <= TABLE.keys()
    assert all(route.changes == (route.method == "POST") for route in ROUTES)


def test_a_change_without_the_token_or_from_another_site_is_refused(client, submission):
    for route in ROUTES:
        if not route.changes:
            continue
        path = route.path.replace("{link}", submission.split("/")[2])
        foreign = {"origin": "http://evil.example", "sec-fetch-site": "cross-site"}
        assert client.post(path, data={"token": token(client)}, headers=foreign).status_code == 403
        part = {"files": ("a.docx", b"x")} if route.name in ("upload", "next-round") else None
        answer = client.post(path, data={"token": "forged"}, files=part, follow_redirects=False)
        assert answer.status_code == 403, route.name
        dressed_up = {"token": (None, b""), "files": ("a.docx", b"x")}
        answer = client.post(path, files=dressed_up, follow_redirects=False)
        assert answer.status_code == 403, route.name
    assert client.get(submission).status_code == 200


def test_too_many_wrong_codes_have_to_wait(tmp_path):
    with opened(tmp_path, upload_code="right") as client:
        answers = [
            enter(client, "upload", "wrong").status_code for _n in range(limits.WRONG_CODES + 1)
        ]
        assert answers == [403] * limits.WRONG_CODES + [429]
        assert enter(client, "upload", "right").status_code == 429


def test_at_a_desk_the_token_opens_once_and_nobody_else_gets_in(tmp_path):
    with opened(tmp_path, desk=True, desk_token="once") as client:  # noqa: S106
        assert client.get("/").status_code == 403
        assert client.get("/desk?token=wrong").status_code == 403
        assert client.get("/desk?token=once").status_code == 200
        assert "选择文件" in client.get("/").text
        client.cookies.clear()
        assert client.get("/desk?token=once").status_code == 403
        assert client.get("/list/").status_code == 403


def test_every_answer_carries_the_headers_of_safety(client, submission):
    for path in ("/", submission, "/static/htmx.min.js", "/look/web.css", "/nowhere", "/list/"):
        headers = client.get(path).headers
        assert "script-src 'self'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["referrer-policy"] == "same-origin"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
    cookie = client.get("/").headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


def test_under_a_path_of_a_proxy_every_address_starts_with_it(tmp_path):
    with opened(tmp_path, root_path="/auditor") as client:
        answer = client.get("/auditor/")
        links = re.findall(r'(?:href|src|action)="(/[^"]*)"', answer.text)
        assert links
        assert [link for link in links if not link.startswith("/auditor/")] == []
        assert "path=/auditor" in answer.headers["set-cookie"].lower()
        assert answer.headers["cache-control"] == "no-store"
        for link in links:
            if link.endswith((".js", ".css", ".svg")):
                kept = client.get(link)
                assert kept.status_code == 200, link
                assert "no-store" not in kept.headers.get("cache-control", ""), link
        assert client.get("/auditor/list/").status_code == 403


def test_logs_tell_numbers_and_no_link_no_name(tmp_path):
    told = io.StringIO()
    configure(told)
    try:
        with opened(tmp_path) as client:
            path = submitted(client, ONE)
            client.get(f"{path}download/findings")
            client.get("/s/wrong-link/")
    finally:
        logging.getLogger("auditor.web").handlers = []
    lines = [json.loads(line) for line in told.getvalue().splitlines()]
    assert {"route": "submission", "status": 200}.items() <= next(
        line for line in lines if line.get("route") == "submission" and line["status"] == 200
    ).items()
    assert path.split("/")[2] not in told.getvalue()
    assert "卫生服务中心" not in told.getvalue()
    assert "wrong-link" not in told.getvalue()


def test_the_machine_tells_its_health_and_its_counts(client, submission):
    assert client.get("/healthz").text == "ok\n"
    assert 'auditor_uploads_total{outcome="confirmed"}' in client.get("/metrics").text


def test_a_proxy_on_the_same_machine_does_not_get_the_counts_for_others(client):
    for name in ("x-forwarded-for", "forwarded"):
        assert client.get("/metrics", headers={name: "192.0.2.7"}).status_code == 403


def test_the_core_starts_without_the_page():
    code = "import sys; from auditor.cli import main; print([m for m in sys.modules if 'starlette' in m or 'sqlalchemy' in m])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
