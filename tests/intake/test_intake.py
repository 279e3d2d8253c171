"""A bad file is one problem with its code and a remedy; the other files are read."""

import io
import os
import zipfile

import pytest

from auditor.intake import scan, word
from auditor.intake.problems import Unreadable
from auditor.pipeline import extract
from tests.rendering.examples import FOLDER

JPEG = b"\xff\xd8\xff\xe0" + b"\x00" * 64
GOOD = (FOLDER / "卫生服务中心.docx").read_bytes()

BAD = {
    "empty.txt": (b"", "empty"),
    "blank.txt": (b" \n\n ", "empty"),
    "photo.docx": (JPEG, "damaged" if scan.available() else "needs-extra"),
    "cut.docx": (GOOD[: len(GOOD) // 2], "damaged"),
    "old.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 512, "damaged"),
    "paper.pdf": (b"%PDF-1.7\n", "damaged"),
    "noise.bin": (bytes(range(256)) * 8, "unknown-type"),
    "letter.txt": ("关于报送绩效自评材料的通知".encode(), "no-form"),
    "broken.json": (b'{"project":', "damaged"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_one_problem_with_its_code_and_the_others_are_read(tmp_path, name):
    raw, code = BAD[name]
    (tmp_path / name).write_bytes(raw)
    (tmp_path / "good.docx").write_bytes(GOOD)
    extraction = extract([str(tmp_path)])
    assert [(p.file, p.code) for p in extraction.problems] == [(str(tmp_path / name), code)]
    assert "：" in extraction.problems[0].message  # what is wrong, and what to do
    assert len(extraction.evaluations) == 3


def test_a_path_that_does_not_exist_is_said():
    (problem,) = extract(["nowhere.docx"]).problems
    assert (problem.file, problem.code) == ("nowhere.docx", "missing")


def test_a_folder_without_forms_is_said_per_file_or_for_the_empty_folder(tmp_path):
    assert [p.code for p in extract([str(tmp_path)]).problems] == ["no-form"]
    (tmp_path / "a.txt").write_text("通知", "utf-8")
    assert [p.code for p in extract([str(tmp_path)]).problems] == ["no-form"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read all")
def test_a_file_without_permission_is_said(tmp_path):
    path = tmp_path / "secret.docx"
    path.write_bytes(GOOD)
    path.chmod(0)
    assert [p.code for p in extract([str(path)]).problems] == ["no-permission"]


def test_permission_denied_has_its_own_code(tmp_path, monkeypatch):
    path = tmp_path / "secret.docx"
    path.write_bytes(GOOD)

    def denied(_self):
        raise PermissionError(13, "denied")

    monkeypatch.setattr(type(path), "read_bytes", denied)
    assert [p.code for p in extract([str(path)]).problems] == ["no-permission"]


def test_a_reader_that_fails_costs_its_own_file_only(tmp_path, monkeypatch):
    (tmp_path / "a.docx").write_bytes(GOOD)
    (tmp_path / "b.json").write_text((FOLDER / "卫生服务中心.json").read_text("utf-8"), "utf-8")

    def explode(_raw):
        raise ZeroDivisionError("inside")

    monkeypatch.setattr(word, "read", explode)
    extraction = extract([str(tmp_path)])
    assert [p.code for p in extraction.problems] == ["reader-failed"]
    assert len(extraction.evaluations) == 3


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("a.html", b"<table><tr><td rowspan=" + b"9" * 9000 + b">x</td></tr></table>"),
        ("a.json", b"[" * 60000),
        ("a.json", b'{"a":' * 60000),
    ],
)
def test_what_fuzzing_found_is_refused_and_fails_nobody(tmp_path, name, raw):
    (tmp_path / name).write_bytes(raw)
    assert [p.code in ("no-form", "damaged") for p in extract([str(tmp_path)]).problems] == [True]


def test_a_zip_whose_stream_is_broken_is_damaged(tmp_path):
    broken = bytearray(GOOD)
    at = GOOD.index(b"word/document.xml") + 40
    broken[at : at + 400] = bytes(range(200)) * 2
    (tmp_path / "a.docx").write_bytes(bytes(broken))
    assert [p.code for p in extract([str(tmp_path)]).problems] == ["damaged"]


def test_broken_properties_of_a_document_cost_its_forms_nothing(tmp_path):
    broken = bytearray(GOOD)
    with zipfile.ZipFile(io.BytesIO(GOOD)) as package:
        core = package.getinfo("docProps/core.xml")
    start = core.header_offset + 30 + len(core.filename)
    broken[start : start + core.compress_size] = b"\xff" * core.compress_size
    (tmp_path / "a.docx").write_bytes(bytes(broken))
    extraction = extract([str(tmp_path)])
    assert not extraction.problems
    assert len(extraction.evaluations) == 3


def test_hidden_and_lock_files_are_passed_over(tmp_path):
    for name in ("~$报告.docx", ".DS_Store", "Thumbs.db"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "good.docx").write_bytes(GOOD)
    assert extract([str(tmp_path)]).problems == []


def test_one_form_in_two_formats_of_one_file_is_one_form(tmp_path):
    for suffix in (".docx", ".xlsx", ".json", ".txt"):
        (tmp_path / f"甲{suffix}").write_bytes((FOLDER / f"卫生服务中心{suffix}").read_bytes())
    (tmp_path / "乙.docx").write_bytes(GOOD)
    forms = extract([str(tmp_path)]).evaluations
    assert [os.path.basename(form.file) for form in forms] == ["乙.docx"] * 3 + ["甲.docx"] * 3


def test_many_files_are_read_the_same_by_one_worker_and_by_two(tmp_path):
    for number in range(30):
        (tmp_path / f"{number:02}.docx").write_bytes(GOOD)
    (tmp_path / "bad.docx").write_bytes(JPEG)
    one, two = extract([str(tmp_path)], jobs=1), extract([str(tmp_path)], jobs=2)
    assert [form.as_dict() for form in one.evaluations] == [f.as_dict() for f in two.evaluations]
    assert one.problems == two.problems
    assert len(one.evaluations) == 90


def test_a_bomb_is_refused_from_its_header():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * (250 * 1024 * 1024))
    with pytest.raises(Unreadable) as refused:
        word.read(stream.getvalue())
    assert refused.value.code == "too-large"


def test_entities_in_xml_are_not_expanded():
    xml = (
        '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        "<w:body><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:body></w:document>"
    )
    (flow,) = word.read(_docx(xml))
    assert "aaaa" not in flow.lines[0].text


def _docx(document: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", document)
    return stream.getvalue()


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def cell(text: str, extra: str = "") -> str:
    return f"<w:tc><w:tcPr>{extra}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"


def table(*rows: str) -> bytes:
    body = "".join(f"<w:tr>{row}</w:tr>" for row in rows)
    return _docx(f"<w:document {W}><w:body><w:tbl>{body}</w:tbl></w:body></w:document>")


def test_a_cell_in_a_content_control_keeps_its_column():
    wrapped = f"<w:sdt><w:sdtContent>{cell('二')}</w:sdtContent></w:sdt>"
    (grid,) = word.read(table(cell("一") + wrapped + cell("三")))
    assert [(c.column, c.text) for c in grid.cells] == [(0, "一"), (1, "二"), (2, "三")]


def test_inserted_text_is_read_and_deleted_text_is_not():
    changed = (
        "<w:tc><w:p><w:r><w:t>执行</w:t></w:r><w:ins><w:r><w:t>98</w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>89</w:delText></w:r></w:del></w:p></w:tc>"
    )
    (grid,) = word.read(table(changed))
    assert grid.cells[0].text == "执行98"


def test_what_stands_inside_a_cell_is_its_text_and_no_cell_of_the_table():
    inner = cell("内一", '<w:gridSpan w:val="3"/>') + cell("内二")
    nested = f"<w:tbl><w:tr>{inner}</w:tr></w:tbl>"
    box = (
        "<w:p><w:r><w:t>前</w:t></w:r><w:r><w:pict><w:txbxContent><w:p><w:r><w:t>框一</w:t></w:r>"
        "</w:p><w:p><w:r><w:t>框二</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>"
        "<w:r><w:tab/><w:t>后</w:t></w:r></w:p>"
    )
    tabs = (
        '<w:p><w:pPr><w:tabs><w:tab w:val="left"/></w:tabs></w:pPr><w:r><w:t>末</w:t></w:r></w:p>'
    )
    (grid,) = word.read(table(f"<w:tc>{nested}<w:p/></w:tc><w:tc>{box}{tabs}</w:tc>" + cell("右")))
    assert [(c.column, c.text) for c in grid.cells] == [
        (0, "内一\n内二\n"), (1, "前\t后\n框一\n框二\n末"), (2, "右"),
    ]  # fmt: skip


def test_the_shape_of_a_cell_before_a_tracked_change_is_not_its_shape():
    before = '<w:tcPrChange><w:tcPr><w:gridSpan w:val="3"/><w:vMerge/></w:tcPr></w:tcPrChange>'
    (grid,) = word.read(table(cell("甲", before) + cell("乙")))
    assert [(c.column, c.colspan) for c in grid.cells] == [(0, 1), (1, 1)]


def test_merged_cells_have_their_extent():
    rows = (
        cell("甲", '<w:gridSpan w:val="2"/><w:vMerge w:val="restart"/>') + cell("乙"),
        cell("", '<w:gridSpan w:val="2"/><w:vMerge/>') + cell("丙"),
    )
    (grid,) = word.read(table(*rows))
    assert [(c.text, c.row, c.column, c.rowspan, c.colspan) for c in grid.cells] == [
        ("甲", 0, 0, 2, 2), ("乙", 0, 2, 1, 1), ("丙", 1, 2, 1, 1),
    ]  # fmt: skip


def test_text_in_no_encoding_says_from_where_on(tmp_path):
    path = tmp_path / "表.txt"
    path.write_bytes("项目支出绩效自评表".encode() + b"\xff\xff")
    (problem,) = extract([str(path)]).problems
    assert (problem.code, "第 28 个字节" in problem.message) == ("unknown-type", True)


@pytest.mark.parametrize(
    ("head", "code"),
    [
        (b"7z\xbc\xaf\x27\x1c\x00\x04", "needs-extra"),
        (b"Rar!\x1a\x07\x01\x00", "needs-extra"),
        (b"\x1f\x8b\x08\x00", "unknown-type"),
    ],
)
def test_an_archive_that_is_not_unpacked_says_what_to_do(tmp_path, monkeypatch, head, code):
    from auditor.intake import archives

    monkeypatch.setattr(archives.importlib.util, "find_spec", lambda _name: None)
    path = tmp_path / "材料.zip"
    path.write_bytes(head + bytes(100))
    (problem,) = extract([str(path)]).problems
    assert (problem.code, ".zip" in problem.message) == (code, True)


@pytest.mark.skipif(not scan.available(), reason="auditor[ocr] is not installed")
@pytest.mark.parametrize("size", [(1, 1), (2, 900), (900, 3), (30, 30)])
def test_a_picture_too_small_to_hold_a_form_is_refused_at_once(tmp_path, size):
    import cv2
    import numpy as np

    blank = np.full((*size, 3), 255, np.uint8)
    with pytest.raises(Unreadable) as refused:
        scan.read(bytes(cv2.imencode(".png", blank)[1]))
    assert refused.value.code == "damaged"
