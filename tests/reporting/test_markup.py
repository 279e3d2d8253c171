"""Marked PDFs, web pages and converted files; what becomes of every file of a submission."""

import io
import json
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from docx import Document
from lxml import etree

from auditor.reporting.markup.copies import Overwrites, mark
from tests.building import material_of
from tests.cli.test_cli import EXAMPLES, run
from tests.marking import copies, wanted
from tests.rendering import office, render
from tests.rendering.examples import TEMPLATE_OF, forms_of

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
needs_office = pytest.mark.skipif(not office.available(), reason="LibreOffice is not installed")
STEMS = sorted(TEMPLATE_OF)


@pytest.fixture(scope="module")
def pdf(tmp_path_factory) -> Path:
    if not office.available():
        pytest.skip("LibreOffice is not installed")
    folder = tmp_path_factory.mktemp("pdf")
    office.convert([EXAMPLES / "卫生服务中心.docx"], "pdf", folder)
    return folder / "卫生服务中心.pdf"


def test_pdf_highlights_lie_on_the_accused_cells(pdf, tmp_path):
    from pypdf import PdfReader

    made = copies(tmp_path, pdf)[pdf.name].read_bytes()
    assert made.startswith(pdf.read_bytes())  # appended to: every submitted byte is there
    reader = PdfReader(io.BytesIO(made))
    found = []
    for number, page in enumerate(reader.pages, 1):
        height = float(page.mediabox.height)
        for reference in page.get("/Annots", []):
            mark_ = reference.get_object()
            left, bottom, right, top = map(float, mark_["/Rect"])
            box = [round(v, 1) for v in (left, height - top, right, height - bottom)]
            found.append((mark_["/Contents"].splitlines()[0], number, box))
    for heading, place in wanted(pdf):
        if "bbox" in place:
            boxes = [box for text, page, box in found if text == heading and page == place["page"]]
            assert any(box == pytest.approx(place["bbox"], abs=0.2) for box in boxes)
    told = [f for project in material_of(pdf).view.projects for f in project.findings]
    assert {text for text, _p, _b in found} == {
        f"[{f.number}] {f.level} {f.rule} {f.title}" for f in told
    }


@pytest.mark.parametrize("name", ["bj_rot90.pdf", "sh.pdf", "gov_chrome_print.pdf"])
def test_real_pdfs_are_marked_where_their_text_is(name, samples, tmp_path):
    """The words under every highlight are those of the accused cell, however the page is turned."""
    import pypdfium2
    from pypdf import PdfReader

    source = samples / name
    one = material_of(source)
    made = copies(tmp_path, source)[name].read_bytes()
    document = pypdfium2.PdfDocument(source.read_bytes())
    texts = {}
    for report in one.audit.reports:
        for pointer, cell in report.evaluation.cells():
            texts.setdefault(pointer, []).append(cell or "")
    seen = 0
    for number, page in enumerate(PdfReader(io.BytesIO(made)).pages):
        words = document[number].get_textpage()
        for reference in page.get("/Annots", []):
            mark_ = reference.get_object()
            if mark_.get("/T") != "auditor":
                continue
            left, bottom, right, top = map(float, mark_["/Rect"])
            under = re.sub(r"\s", "", words.get_text_bounded(left, bottom, right, top))
            told = [f for r in one.view.projects for f in r.findings
                    if mark_["/Contents"].startswith(f"[{f.number}] {f.level} {f.rule}")]  # fmt: skip
            pointers = [spot.pointer for f in told for spot in f.spots]
            cells = {re.sub(r"\s", "", t) for p in pointers for t in texts.get(p, [])}
            if under:
                # A turned page gives the lines of a cell in another order.
                assert any(set(under) <= set(c) for c in cells if c), (under, cells)
                seen += 1
    assert seen


def test_a_locked_pdf_gets_its_report_instead(pdf, tmp_path):
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(pdf))
    writer.encrypt("", owner_password="", algorithm="AES-256")
    locked = tmp_path / "locked.pdf"
    writer.write(locked)
    (copy,) = mark(material_of(locked), tmp_path / "out")
    assert copy.target.name == "locked.pdf.html"
    assert "权限密码" in copy.said


def test_a_web_page_is_marked_and_made_harmless(tmp_path):
    source = tmp_path / "表.html"
    page = render.to_html(forms_of("卫生服务中心"), TEMPLATE_OF["卫生服务中心"])
    assert b"<table" in page
    source.write_bytes(page.replace(b"<table", b"<script src='//evil'></script><table", 1))
    made = copies(tmp_path / "out", source)["表.html"].read_text("utf-8")
    tree = etree.HTML(made)
    assert not tree.xpath("//script")
    assert "default-src 'none'" in tree.xpath("//meta[@http-equiv]/@content")[0]
    for heading, place in wanted(source):
        if "table" not in place:
            continue
        (block,) = [
            d
            for d in tree.xpath("//section/div")
            if heading.partition("] ")[2] == d[0].text.partition("] ")[2]
        ] or [None]
        links = tree.xpath(f"//td//a[@href='#{block.get('id')}']")
        assert links
        assert "background-color" in links[0].xpath("ancestor::td/@style")[0]


@pytest.mark.slow
@needs_office
@pytest.mark.parametrize(
    ("kind", "becomes"),
    [("doc", "docx"), ("xls", "xlsx"), ("ods", "xlsx"), ("odt", "docx"), ("rtf", "docx")],
)
def test_what_takes_no_marks_is_converted_and_says_so(kind, becomes, tmp_path):
    source = EXAMPLES / ("卫生服务中心.xlsx" if becomes == "xlsx" else "卫生服务中心.docx")
    office.convert([source], kind, tmp_path)
    old = tmp_path / f"卫生服务中心.{kind}"
    (copy,) = mark(material_of(old), tmp_path / "out")
    assert copy.target.name == f"卫生服务中心.{kind}.{becomes}"
    assert "转换" in copy.said
    raw = copy.target.read_bytes()
    headings = {heading.partition("] ")[2] for heading, _place in wanted(old)}
    if becomes == "docx":
        texts = "\n".join(c.text for c in Document(io.BytesIO(raw)).comments)
    else:
        book = openpyxl.load_workbook(io.BytesIO(raw))
        texts = "\n".join(c.comment.text for s in book for line in s for c in line if c.comment)
    assert headings
    assert all(heading in texts for heading in headings)


@pytest.mark.parametrize("suffix", ["txt", "json"])
def test_text_and_data_get_their_report_and_say_so(suffix, tmp_path):
    (copy,) = mark(material_of(EXAMPLES / f"卫生服务中心.{suffix}"), tmp_path)
    assert copy.target.name == f"卫生服务中心.{suffix}.html"
    assert "不能写批注" in copy.said
    assert "分母用成了年初预算数" in copy.target.read_text("utf-8")


def test_files_in_an_archive_keep_their_folders(tmp_path):
    source = tmp_path / "提交.zip"
    with zipfile.ZipFile(source, "w") as archive:
        for name, inner in (
            ("卫生服务中心.docx", "甲/../../表.docx"),
            ("园林绿化养护所.xlsx", "乙/表.xlsx"),
        ):
            archive.writestr(zipfile.ZipInfo(inner), (EXAMPLES / name).read_bytes())
    made = [copy.target for copy in mark(material_of(source), tmp_path / "out")]
    assert sorted(str(p.relative_to(tmp_path / "out")) for p in made) == [
        "提交.zip/乙/表.xlsx", "提交.zip/甲/表.docx",
    ]  # fmt: skip


def test_a_clean_file_gets_no_copy(tmp_path):
    source = tmp_path / "好.json"
    source.write_text(json.dumps({"project": "好", "funds": [], "indicators": []}), "utf-8")
    one = material_of(source)
    one.audit.reports[0].findings.clear()
    (copy,) = mark(one, tmp_path / "out")
    assert copy.target is None
    assert not (tmp_path / "out").exists()


def test_a_file_that_has_changed_since_gets_no_marks(tmp_path):
    source = tmp_path / "表.docx"
    source.write_bytes((EXAMPLES / "卫生服务中心.docx").read_bytes())
    one = material_of(source)
    source.write_bytes((EXAMPLES / "园林绿化养护所.docx").read_bytes())
    (copy,) = mark(one, tmp_path / "out")
    assert copy.target.suffix == ".html"
    assert "与审核时不同" in copy.said
    source.unlink()
    (copy,) = mark(one, tmp_path / "out")
    assert copy.target.suffix == ".html"


def test_nothing_is_written_over_what_was_submitted(tmp_path):
    source = tmp_path / "表.docx"
    source.write_bytes((EXAMPLES / "卫生服务中心.docx").read_bytes())
    before = source.read_bytes()
    with pytest.raises(Overwrites):
        list(mark(material_of(source), tmp_path))
    done = run("check", str(source), "--mark", str(tmp_path))
    assert done.returncode == 2
    assert "覆盖" in done.stderr.decode()
    assert source.read_bytes() == before


def test_the_command_tells_what_became_of_each_file(tmp_path):
    done = run(
        "check",
        str(EXAMPLES / "卫生服务中心.docx"),
        str(EXAMPLES / "园林绿化养护所.txt"),
        "--mark",
        str(tmp_path),
        "-q",
    )
    said = done.stderr.decode()
    assert "卫生服务中心.docx →" in said
    assert "园林绿化养护所.txt →" in said
    assert done.returncode == 1
    saved = tmp_path / "f.json"
    run("check", str(EXAMPLES / "卫生服务中心.docx"), "--format", "json", "-o", str(saved))
    assert run("report", str(saved), "-q", "--mark", str(tmp_path / "again")).returncode == 0
    assert (tmp_path / "again" / "卫生服务中心.docx").read_bytes() == (
        tmp_path / "卫生服务中心.docx"
    ).read_bytes()
