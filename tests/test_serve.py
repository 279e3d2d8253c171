"""``auditor serve``: who may do what, nothing is lost, and a form cannot harm the page."""

import datetime as dt
import io
import json
import logging
import re
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.serving import EXAMPLES, finished, opened, submitted, token, upload

from alembic.autogenerate import compare_metadata  # isort: skip
from alembic.migration import MigrationContext  # isort: skip

from auditor.auditing import audit, choose, extract
from auditor.findings.personal import masked
from auditor.reporting import outputs
from auditor.reporting.material import Material
from auditor.web import settings as limits
from auditor.web.database import FAILED, Base, Database, Round, Submission, now
from auditor.web.logs import configure
from auditor.web.routes import LINK, LISTER, OPERATOR, PUBLIC, ROUTES, VISITOR
from auditor.web.uploads import safe_name

ONE = EXAMPLES / "卫生服务中心.docx"
OTHER = EXAMPLES / "园林绿化养护所.xlsx"


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with opened(tmp_path_factory.mktemp("house"), list_code="list-code") as client:
        yield client


@pytest.fixture(scope="module")
def submission(client):
    return submitted(client, ONE, OTHER)


# -- who may do what ------------------------------------------------------------------------------

OK, DOOR, NO, GONE = "served", "asked for the code", "refused", "no such submission"
# What each rule answers to: nobody in particular, an uploader, another's link, the right link, a
# reader of the list, a wrong or an expired link.
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
        _enter(client, "upload", "up-code")
        path = submitted(client, ONE)
        client.cookies.clear()
        yield client, path


def _enter(client, what: str, code: str):
    data = {"token": token(client, "/code"), "for": what, "code": code}
    return client.post("/code", data=data, follow_redirects=False)


@pytest.mark.parametrize("visitor", ["nobody", "uploader", "linked", "lister", "wrong link"])
@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_every_route_answers_each_visitor_as_its_rule_says(house, route, visitor):
    client, path = house
    client.cookies.clear()
    if visitor in CODES:
        assert _enter(client, *CODES[visitor]).status_code == 303
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
    return OK if answer.status_code < 500 and answer.status_code != 401 else NO


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
            _enter(client, "upload", "wrong").status_code for _n in range(limits.WRONG_CODES + 1)
        ]
        assert answers == [403] * limits.WRONG_CODES + [429]
        assert _enter(client, "upload", "right").status_code == 429


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


# -- a clerk's way --------------------------------------------------------------------------------


def same_as_check(paths: list[Path], folder: Path) -> str:
    """What ``auditor check --format json`` says of files of that name."""
    import os

    before = Path.cwd()
    os.chdir(folder)
    try:
        choice = choose()
        done = masked(audit(extract(sorted(path.name for path in paths)), choice))
    finally:
        os.chdir(before)
    return str(outputs.whole("json", Material(done, {rule.id: rule for rule in choice.rules})))


def test_the_page_says_what_check_says_byte_for_byte(client):
    files = sorted(EXAMPLES.glob("*.docx")) + sorted(EXAMPLES.glob("*.xlsx"))
    told = client.get(f"{submitted(client, *files)}download/findings").text
    assert told.strip() == same_as_check(files, EXAMPLES).strip()


def test_the_page_says_the_same_of_the_real_documents(client):
    from tests.conftest import SEEDS

    if not SEEDS.is_dir():
        pytest.skip("the real documents are not beside this checkout (../shared/seeds)")
    files = sorted(SEEDS.glob("*.txt"))
    told = client.get(f"{submitted(client, *files)}download/findings").text
    assert told.strip() == same_as_check(files, SEEDS).strip()


def test_findings_and_cells_are_linked_both_ways(client, submission):
    page = client.get(submission).text
    marks = set(re.findall(r'href="#(p\d+-f\d+)"', page))
    cells = set(re.findall(r'href="#(p\d+-(?:indicators|funds)[^"]+)"', page))
    assert marks
    assert cells
    assert all(f'id="{target}"' in page for target in marks | cells)


def test_an_answer_stands_in_the_page_the_documents_and_the_list(client):
    path = submitted(client, ONE)
    page = client.get(path).text
    fingerprint = re.search(r'name="fingerprint" value="([^"]+)"', page)[1]
    said = "经批准追加，附件已报送"
    data = {"token": token(client), "fingerprint": fingerprint, "text": said}
    assert said in client.post(f"{path}answer", data=data).text
    with zipfile.ZipFile(io.BytesIO(client.get(f"{path}download/excel").content)) as book:
        assert said in book.read("xl/sharedStrings.xml").decode()
    _enter(client, "list", "list-code")
    assert said in client.get("/list/").text
    listed = json.loads(client.get("/list/export/json").text)
    assert any(said in f["message"] for r in listed["reports"] for f in r["findings"])


def records() -> list[dict]:
    """The forms of an example as records, to be changed."""
    made = [form.as_dict() for form in extract([str(ONE)]).evaluations]
    for record in made:
        for key in ("source", "locators", "doubts", "unplaced", "confidence"):
            record.pop(key, None)
    return made


def test_a_corrected_file_says_what_is_solved(client):
    first = records()
    path = submitted(client, ("表.json", json.dumps(first, ensure_ascii=False).encode()))
    for form in first:
        form["funds"][0]["rate"] = "100%"
    again = ("表.json", json.dumps(first, ensure_ascii=False).encode())
    answer = upload(client, again, to=f"{path}files")
    assert answer.status_code == 303
    page = finished(client, path)
    assert "和上一次相比" in page
    assert "第 2 次报送" in page
    assert client.get(f"{path}download/rounds").status_code == 200


def test_a_deleted_submission_is_gone_with_its_files(client):
    path = submitted(client, ONE)
    folders = set(client.page.settings.rounds.iterdir())
    assert "已删除" in client.post(f"{path}delete", data={"token": token(client)}).text
    assert client.get(path).status_code == 404
    assert len(set(client.page.settings.rounds.iterdir())) == len(folders) - 1


def test_the_example_is_audited_in_one_click(client):
    answer = client.post("/example", data={"token": token(client)}, follow_redirects=False)
    assert "退回修改" in finished(client, answer.headers["location"])


def test_a_file_that_cannot_be_read_is_told_first_with_what_to_do(client):
    page = client.get(submitted(client, ("坏.docx", b"PK\x03\x04broken"), ONE)).text
    assert page.index("没有读出来的文件") < page.index("退回修改</span>")
    assert "坏.docx" in page


@pytest.mark.parametrize("what", ["marked", "letter", "excel", "findings"])
def test_downloads_are_attachments_with_plain_names(client, submission, what):
    answer = client.get(f"{submission}download/{what}")
    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    assert answer.content
    assert client.get(f"{submission}download/../../secret").status_code in (404, 200)


def test_the_list_gives_all_of_it_as_files(client, submission):
    _enter(client, "list", "list-code")
    assert "卫生" in client.get("/list/").text
    with zipfile.ZipFile(io.BytesIO(client.get("/list/export/archive").content)) as archive:
        assert any(name.endswith("卫生服务中心.docx") for name in archive.namelist())
    assert client.get("/list/export/xlsx").content.startswith(b"PK")
    assert client.get("/list/1/").status_code == 200
    assert 'action="delete"' not in client.get("/list/1/").text
    assert not list(client.page.settings.data.glob("export-*"))


def test_both_languages_are_whole(client, submission):
    english = client.get(submission, headers={"accept-language": "en"}).text
    assert "<h1>Result</h1>" in english
    assert "Corrected? Drop it again" in english


# -- nothing is lost ------------------------------------------------------------------------------


def test_what_waits_when_the_page_ends_is_audited_when_it_starts_again(tmp_path):
    with opened(tmp_path, jobs=0) as client:
        path = upload(client, ONE).headers["location"]
        assert "排队中" in client.get(path).text
    with opened(tmp_path) as client:
        assert "结论" in finished(client, path)


def test_a_round_that_was_running_is_run_again(tmp_path):
    with opened(tmp_path, jobs=0) as client:
        path = upload(client, ONE).headers["location"]
        with client.page.database.session() as session:
            session.query(Round).one().state = "running"
    with opened(tmp_path) as client:
        assert "结论" in finished(client, path)


def test_an_audit_that_fails_three_times_says_so_and_disturbs_nobody(tmp_path, monkeypatch):
    with opened(tmp_path) as client:
        monkeypatch.setattr("auditor.web.runner._Worker.do", _die)
        path = upload(client, ONE).headers["location"]
        assert "这次没有审核成" in finished(client, path)
        with client.page.database.session() as session:
            assert (session.query(Round).one().state, session.query(Round).one().attempts) == (
                FAILED,
                3,
            )


async def _die(*_given):
    from auditor.web.runner import JobFailed

    raise JobFailed("the worker ended")


def test_folders_of_uploads_that_were_never_confirmed_are_removed(tmp_path):
    (tmp_path / "rounds" / "left" / "files").mkdir(parents=True)
    with opened(tmp_path) as client:
        assert list(client.page.settings.rounds.iterdir()) == []


def test_what_is_too_old_is_deleted_and_its_link_no_longer_works(tmp_path):
    with opened(tmp_path) as client:
        path = submitted(client, ONE)
        with client.page.database.session() as session:
            session.query(Submission).one().expires = now() - dt.timedelta(seconds=1)
        assert client.get(path).status_code == 404
        assert client.page.forget_expired() == 1
        assert list(client.page.settings.rounds.iterdir()) == []


def test_a_full_disk_refuses_and_leaves_nothing(tmp_path, monkeypatch):
    def full(_descriptor):
        raise OSError(28, "No space left on device")

    with opened(tmp_path) as client:
        monkeypatch.setattr("auditor.web.uploads.os.fsync", full)
        assert upload(client, ONE).status_code == 507
        assert list(client.page.settings.rounds.iterdir()) == []


def test_the_tables_are_those_of_the_migrations(tmp_path):
    database = Database(tmp_path)
    with database._engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, Base.metadata) == []
    database.close()


# -- hostile uploads ------------------------------------------------------------------------------


@given(st.text(max_size=300))
def test_no_name_leaves_the_folder(name):
    place = safe_name(name)
    assert not place.is_absolute()
    assert ".." not in place.parts
    assert all(part.strip() and "\x00" not in part for part in place.parts)
    assert all(len(part.encode()) <= 255 for part in place.parts)


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd.txt", "C:\\Windows\\a.txt", "/etc/shadow.txt", "a\x00b.txt", "\u202etxt.exe.txt", "..", "甲" * 300 + ".txt", "con:1|2?.txt"],
)  # fmt: skip
def test_names_with_paths_and_controls_stay_in_their_folder(client, name):
    before = {p for p in client.page.settings.data.rglob("*") if p.is_file()}
    answer = upload(client, (name, b"text"))
    assert answer.status_code == 303
    made = {p for p in client.page.settings.data.rglob("*") if p.is_file()} - before
    uploaded = [p for p in made if "files" in p.parts]
    assert all("rounds" in p.parts for p in uploaded)
    finished(client, answer.headers["location"])


def test_what_is_too_large_or_too_many_is_refused_before_it_is_parsed(tmp_path, monkeypatch):
    with opened(tmp_path, upload_bytes=2000) as client:
        assert upload(client, ("big.docx", b"x" * 5000)).status_code == 413

        def endless():
            yield b'--b\r\ncontent-disposition: form-data; name="files"; filename="a"\r\n\r\n'
            for _n in range(100):
                yield b"x" * 1000

        headers = {"content-type": "multipart/form-data; boundary=b", "x-token": token(client)}
        assert client.post("/upload", content=endless(), headers=headers).status_code == 413
        assert list(client.page.settings.rounds.iterdir()) == []
    monkeypatch.setattr(limits, "UPLOAD_FILES", 2)
    with opened(tmp_path / "few") as client:
        files = [(f"{n}.txt", b"x") for n in range(3)]
        assert upload(client, *files).status_code == 413


@pytest.mark.parametrize(
    ("body", "kind"),
    [(b"", "multipart/form-data; boundary=b"), (b"--b\r\n", "multipart/form-data; boundary=b"), (b"garbage", "multipart/form-data; boundary=b"),
     (b"a=1", "text/plain"), (b"x", "multipart/form-data"), (b"--b--\r\n", "multipart/form-data; boundary=b")],
)  # fmt: skip
def test_a_broken_body_is_refused(client, body, kind):
    headers = {"content-type": kind, "x-token": token(client)}
    assert client.post("/upload", content=body, headers=headers).status_code == 400


def test_a_slow_sender_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "LEAST_RATE", 1_000_000)
    monkeypatch.setattr("auditor.web.uploads._GRACE", 0.0)

    def slow():
        yield b'--b\r\ncontent-disposition: form-data; name="files"; filename="a"\r\n\r\n'
        for _n in range(5):
            yield b"x"

    with opened(tmp_path) as client:
        headers = {"content-type": "multipart/form-data; boundary=b", "x-token": token(client)}
        assert client.post("/upload", content=slow(), headers=headers).status_code == 408
        assert list(client.page.settings.rounds.iterdir()) == []


def test_an_upload_beyond_the_queue_is_asked_to_come_back(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "WAITING_ROUNDS", 1)
    with opened(tmp_path, jobs=0) as client:
        assert upload(client, ONE).status_code == 303
        answer = upload(client, ONE)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")


def test_a_bomb_is_a_problem_of_its_own_and_nothing_else(client):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * 300_000_000)
    page = client.get(submitted(client, ("炸弹.zip", made.getvalue()), ONE)).text
    assert "没有读出来的文件" in page
    assert "退回修改" in page


INJECTED = '<script>alert("x")</script><img src=x onerror=alert(1)>"\'__TOKEN__{{7*7}}'


def test_nothing_that_a_form_holds_becomes_part_of_the_page(client):
    form = records()[1]
    for name in ("project", "department", "unit", "title", "goal_expected", "goal_actual", "grade"):
        form[name] = f"{INJECTED}{name}"
    for row in form["indicators"]:
        for name in ("level1", "level2", "level3", "target", "actual", "deviation"):
            row[name] = f"{row.get(name) or ''}{INJECTED}"
    for fund in form["funds"]:
        fund["label"] = f"{fund.get('label') or ''}{INJECTED}"
    path = submitted(
        client, (f"{INJECTED[:40]}.json", json.dumps([form], ensure_ascii=False).encode())
    )
    page = client.get(path).text
    fingerprint = re.search(r'name="fingerprint" value="([^"]+)"', page)[1]
    client.post(
        f"{path}answer", data={"token": token(client), "fingerprint": fingerprint, "text": INJECTED}
    )
    _enter(client, "list", "list-code")
    for address in (path, "/list/"):
        text = client.get(address).text
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "{{7*7}}" in text


def test_the_token_is_not_put_where_a_form_asks_for_it(client):
    data = (
        "表.json",
        json.dumps([{"project": "__TOKEN__", "indicators": [], "funds": []}]).encode(),
    )
    page = client.get(submitted(client, data)).text
    visible = re.sub(r'value="[^"]*"', "", page)
    assert token(client) not in visible.replace(
        f'hx-headers=\'{{"X-Token": "{token(client)}"}}\'', ""
    )


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


def test_the_core_starts_without_the_page():
    import subprocess
    import sys

    code = "import sys; from auditor.cli import main; print([m for m in sys.modules if 'starlette' in m or 'sqlalchemy' in m])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_address_that_uploads_without_end_has_to_wait(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "UPLOADS_A_MINUTE", 2)
    with opened(tmp_path, jobs=0) as client:
        answers = [upload(client, ("a.txt", b"x")).status_code for _n in range(3)]
        assert answers == [303, 303, 429]


def test_a_page_of_very_many_forms_draws_none_of_them(tmp_path, monkeypatch):
    from auditor.web import worker

    monkeypatch.setattr(worker, "MOST_FORMS", 1)
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / ONE.name).write_bytes(ONE.read_bytes())
    job = {
        "folder": str(tmp_path),
        "profile": "national",
        "lang": "zh",
        "answers": {},
        "before": None,
    }
    here = Path.cwd()
    try:
        worker.audit_round(job, lambda **_said: None)
    finally:
        import os

        os.chdir(here)
    page = (tmp_path / "result.zh.html").read_text("utf-8")
    assert 'class="drawn"' not in page
    assert 'href="#p1-indicators' not in page


def test_a_project_that_is_not_dropped_again_is_not_solved(client):
    path = submitted(client, ONE, OTHER)
    assert upload(client, ONE, to=f"{path}files").status_code == 303
    page = finished(client, path)
    assert "这一次没有放进来的项目 3 个" in page
    assert "已改 0，仍有" in page
    _enter(client, "list", "list-code")
    assert "未再报送 3" in client.get("/list/").text
