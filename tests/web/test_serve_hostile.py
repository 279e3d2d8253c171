"""``auditor serve``: nothing is lost, and no upload can harm the page."""

import datetime as dt
import io
import json
import re
import zipfile

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.serving import ONE, enter, finished, opened, records, submitted, token, upload

from alembic.autogenerate import compare_metadata  # isort: skip
from alembic.migration import MigrationContext  # isort: skip

from auditor.web import settings as limits
from auditor.web.database import FAILED, Base, Database, Round, Submission, now
from auditor.web.uploads import safe_name


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
        monkeypatch.setattr("auditor.web.handlers.shutil.copyfile", lambda *_paths: full(0))
        assert client.post("/example", data={"token": token(client)}).status_code == 507
        monkeypatch.setattr("auditor.web.submissions.make", full)
        assert upload(client, ONE).status_code == 507
        assert list(client.page.settings.rounds.iterdir()) == []


def test_the_tables_are_those_of_the_migrations(tmp_path):
    database = Database(tmp_path)
    with database._engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, Base.metadata) == []
    database.close()


@given(st.text(max_size=300))
@example("\xa0")
@example(". .\u3000.")
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
    enter(client, "list", "list-code")
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


def test_an_address_that_uploads_without_end_has_to_wait(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "UPLOADS_A_MINUTE", 2)
    with opened(tmp_path, jobs=0) as client:
        answers = [upload(client, ("a.txt", b"x")).status_code for _n in range(3)]
        assert answers == [303, 303, 429]
