"""``auditor serve``: a clerk's way, and what the list's reader gets."""

import contextlib
import io
import json
import re
import zipfile
from pathlib import Path

import pytest

from auditor.findings.personal import masked
from auditor.pipeline import audit, choose, extract
from auditor.reporting import outputs
from auditor.reporting.report_input import ReportInput
from tests.serving import (
    EXAMPLES,
    ONE,
    OTHER,
    enter,
    finished,
    records,
    submitted,
    token,
    upload,
)


def same_as_check(paths: list[Path], folder: Path) -> str:
    """What ``auditor check --format json`` says of files of that name."""
    with contextlib.chdir(folder):
        choice = choose()
        done = masked(audit(extract(sorted(path.name for path in paths)), choice))
    return str(outputs.whole("json", ReportInput(done, {rule.id: rule for rule in choice.rules})))


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
    enter(client, "list", "list-code")
    assert said in client.get("/list/").text
    listed = json.loads(client.get("/list/export/json").text)
    assert any(said in f["message"] for r in listed["reports"] for f in r["findings"])


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
    enter(client, "list", "list-code")
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
    with contextlib.chdir(tmp_path):
        worker.audit_round(job, lambda **_said: None)
    page = (tmp_path / "result.zh.html").read_text("utf-8")
    assert 'class="drawn"' not in page
    assert 'href="#p1-indicators' not in page


def test_a_project_that_is_not_dropped_again_is_not_solved(client):
    path = submitted(client, ONE, OTHER)
    assert upload(client, ONE, to=f"{path}files").status_code == 303
    page = finished(client, path)
    assert "这一次没有放进来的项目 3 个" in page
    assert "已改 0，仍有" in page
    enter(client, "list", "list-code")
    assert "未再报送 3" in client.get("/list/").text
