"""Marked copies: a mark at the right cell for every finding, and everything else as it was."""

import io
import json
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from docx import Document
from lxml import etree

from auditor.auditing import audit, choose, extract
from auditor.findings.personal import masked
from auditor.intake.word import places_of
from auditor.reporting.markup.copies import Overwrites, mark
from auditor.reporting.markup.notes import NotMarked
from auditor.reporting.markup.word import marked as word_marked
from auditor.reporting.material import Material
from tests.rendering import office, render
from tests.rendering.examples import TEMPLATE_OF, forms_of
from tests.test_cli import EXAMPLES, run

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
needs_office = pytest.mark.skipif(not office.available(), reason="LibreOffice is not installed")
STEMS = sorted(TEMPLATE_OF)


def material(*paths: Path) -> Material:
    choice = choose()
    return Material(
        masked(audit(extract([str(p) for p in paths]), choice)), {r.id: r for r in choice.rules}
    )


def copies(folder: Path, *paths: Path) -> dict[str, Path]:
    made = {Path(copy.source).name: copy.target for copy in mark(material(*paths), folder)}
    return {name: target for name, target in made.items() if target is not None}


def wanted(path: Path) -> list[tuple[str, dict]]:
    """(heading, place of the most suspect cell) of every finding of a file."""
    one = material(path)
    return [
        (f"[{told.number}] {told.level} {told.rule} {told.title}", places[told.spots[0].pointer])
        for report, project in zip(one.audit.reports, one.view.projects, strict=True)
        for places in [report.evaluation.locators]
        for told in project.findings
        if told.spots and places.get(told.spots[0].pointer)
    ]


# --- Word -----------------------------------------------------------------------------------


def body_of(raw: bytes) -> bytes:
    return zipfile.ZipFile(io.BytesIO(raw)).read("word/document.xml")


def without_marks(body: bytes) -> bytes:
    return re.sub(
        rb"<w:commentRange(Start|End) xmlns[^>]*/>|<w:r xmlns[^>]*><w:commentReference[^>]*/></w:r>",
        b"", body,
    )  # fmt: skip


def comments_at(raw: bytes) -> list[tuple[str, dict]]:
    """(first line, place) of every comment, by where its range starts."""
    texts = {c.comment_id: c.paragraphs[0].text for c in Document(io.BytesIO(raw)).comments}
    found = []
    for place, element in places_of(etree.fromstring(body_of(raw))):
        starts = element.iter(f"{W}commentRangeStart")
        found += [(texts[int(start.get(f"{W}id"))], place.as_dict()) for start in starts]
    return found


@pytest.mark.parametrize("stem", STEMS)
def test_word_comments_stand_at_the_accused_cells(stem, tmp_path):
    source = EXAMPLES / f"{stem}.docx"
    made = copies(tmp_path, source)[source.name].read_bytes()
    found = comments_at(made)
    for heading, place in wanted(source):
        assert (heading, place) in found
    assert len(found) == sum(len(r.findings) for r in material(source).audit.reports)


@pytest.mark.parametrize("stem", STEMS)
def test_a_word_body_is_as_submitted_once_its_marks_are_taken_out(stem, tmp_path):
    source = EXAMPLES / f"{stem}.docx"
    before = source.read_bytes()
    made = copies(tmp_path, source)[source.name].read_bytes()
    assert without_marks(body_of(made)) == body_of(before)
    assert source.read_bytes() == before
    old, new = zipfile.ZipFile(io.BytesIO(before)), zipfile.ZipFile(io.BytesIO(made))
    touched = {"word/document.xml", "word/_rels/document.xml.rels", "[Content_Types].xml"}
    for name in set(old.namelist()) - touched:
        assert new.read(name) == old.read(name), name
    assert set(new.namelist()) - set(old.namelist()) == {"word/comments.xml"}


def test_comments_that_were_there_stay(tmp_path):
    document = Document(str(EXAMPLES / "卫生服务中心.docx"))
    document.add_comment(document.paragraphs[0].runs, text="已有的批注", author="科室")
    source = tmp_path / "有批注.docx"
    document.save(str(source))
    made = copies(tmp_path / "out", source)["有批注.docx"].read_bytes()
    kept = Document(io.BytesIO(made)).comments
    assert next(c.text for c in kept) == "已有的批注"
    assert len({c.comment_id for c in kept}) == len(list(kept)) > 1


@needs_office
def test_libreoffice_shows_the_comments_of_a_word_copy(tmp_path):
    source = EXAMPLES / "卫生服务中心.docx"
    made = copies(tmp_path, source)[source.name]
    office.convert([made], "odt", tmp_path / "odt")
    content = zipfile.ZipFile(tmp_path / "odt" / "卫生服务中心.odt").read("content.xml").decode()
    assert content.count("<office:annotation ") == sum(
        len(r.findings) for r in material(source).audit.reports
    )


EMPTY_PARAGRAPHS = (
    b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:tbl>'
    b'<w:tr><w:tc><w:p/></w:tc><w:tc><w:p w:rsidR="00>1" /></w:tc><w:tc><w:p></w:p></w:tc>'
    b"<w:tc><w:p><w:pPr><w:jc w:val='left'/></w:pPr></w:p><w:p/></w:tc></w:tr></w:tbl></w:body></w:document>"
)


def package(body: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        )
        archive.writestr("word/document.xml", body)
    return target.getvalue()


def test_marks_fit_into_paragraphs_however_they_are_written():
    from auditor.reporting.markup.notes import Note

    notes = [
        Note({"table": 1, "row": 1, "column": n}, (), "error", f"[{m}] x{n}", ("y",))
        for n in (1, 2, 3, 4)
        for m in (1, 2)
    ]
    made = body_of(word_marked(package(EMPTY_PARAGRAPHS), notes))
    root = etree.fromstring(made)
    for _place, cell in places_of(root):
        starts = [e.get(f"{W}id") for e in cell.iter(f"{W}commentRangeStart")]
        ends = [e.get(f"{W}id") for e in cell.iter(f"{W}commentRangeEnd")]
        assert len(starts) == 2
        assert starts == ends
    for p in root.iter(f"{W}p"):
        if p.find(f"{W}pPr") is not None:
            assert p[0].tag == f"{W}pPr"
    bare = re.sub(rb"<w:p( [^>]*?)?\s*></w:p>", rb"<w:p\1/>", without_marks(made))
    canonical = [
        etree.tostring(etree.fromstring(x), method="c14n") for x in (bare, EMPTY_PARAGRAPHS)
    ]
    assert canonical[0] == canonical[1]


def test_a_signed_or_strange_package_gets_no_marks():
    from auditor.reporting.markup.notes import Note

    note = Note({"table": 9, "row": 1, "column": 1}, (), "error", "x", ())
    with pytest.raises(NotMarked, match="找不到"):
        word_marked(package(EMPTY_PARAGRAPHS), [note])
    signed = io.BytesIO(package(EMPTY_PARAGRAPHS))
    with zipfile.ZipFile(signed, "a") as archive:
        archive.writestr("_xmlsignatures/sig1.xml", "<x/>")
    with pytest.raises(NotMarked, match="签名"):
        word_marked(signed.getvalue(), [note])
    entities = b"<!DOCTYPE x [<!ENTITY a 'b'>]>" + EMPTY_PARAGRAPHS
    with pytest.raises(NotMarked):
        word_marked(
            package(entities), [Note({"table": 1, "row": 1, "column": 1}, (), "error", "x", ())]
        )


# --- Excel ----------------------------------------------------------------------------------


@pytest.mark.parametrize("stem", STEMS)
def test_excel_notes_and_fills_stand_at_the_accused_cells(stem, tmp_path):
    source = EXAMPLES / f"{stem}.xlsx"
    made = copies(tmp_path, source)[source.name]
    book, old = openpyxl.load_workbook(made), openpyxl.load_workbook(source)
    for heading, place in wanted(source):
        cell = book[place["sheet"]][place["address"]]
        assert heading in cell.comment.text
        assert cell.fill.fill_type == "solid"
    for sheet in old:
        for line in sheet:
            for cell in line:
                twin = book[sheet.title][cell.coordinate]
                for look in ("value", "number_format", "font", "border", "alignment"):
                    assert repr(getattr(cell, look)) == repr(getattr(twin, look))
        assert sheet.merged_cells.ranges == book[sheet.title].merged_cells.ranges


def rich_workbook(folder: Path) -> Path:
    """A form in a workbook with whatever an office puts beside it."""
    picture = folder / "图.png"
    picture.write_bytes((Path(__file__).parents[1] / "docs" / "report.png").read_bytes())
    plain = openpyxl.load_workbook(EXAMPLES / "卫生服务中心.xlsx")
    target = folder / "丰富.xlsx"
    with xlsxwriter.Workbook(target) as book:
        for source in plain:
            sheet = book.add_worksheet(source.title)
            for line in source:
                for cell in line:
                    if cell.value is not None:
                        sheet.write(cell.row - 1, cell.column - 1, cell.value)
            for merged in source.merged_cells.ranges:
                value = source.cell(merged.min_row, merged.min_col).value
                sheet.merge_range(str(merged), value or "")
            sheet.write_formula("P1", "=SUM(1,2)", None, 3)
            sheet.conditional_format(
                "C5:G8", {"type": "cell", "criteria": ">", "value": 1000, "format": None}
            )
            sheet.data_validation("P2", {"validate": "list", "source": ["优", "良"]})
            sheet.insert_image("Q3", str(picture), {"x_scale": 0.1, "y_scale": 0.1})
            sheet.insert_textbox("Q20", "一个形状")
            sheet.write_comment("P5", "已有的批注")
            sheet.write_comment("E5", "这一格已有批注")
            chart = book.add_chart({"type": "column"})
            chart.add_series({"values": [source.title, 4, 2, 4, 4]})
            sheet.insert_chart("Q30", chart)
            sheet.set_header("&L&G", {"image_left": str(picture)})
            sheet.autofilter("A1:C3")
            sheet.protect("x")
    return target


def test_a_workbook_with_everything_in_it_keeps_everything(tmp_path):
    source = rich_workbook(tmp_path)
    made = copies(tmp_path / "out", source)["丰富.xlsx"]
    old, new = zipfile.ZipFile(source), zipfile.ZipFile(made)
    edited = {name for name in old.namelist() if old.read(name) != new.read(name)}
    assert set(old.namelist()) <= set(new.namelist())
    for name in edited:
        assert re.match(
            r"xl/(styles\.xml|worksheets/sheet\d\.xml|comments\d\.xml|drawings/vmlDrawing\d\.vml)$",
            name,
        ), name
    for name in edited & {n for n in old.namelist() if "worksheets" in n}:
        before, after = (etree.fromstring(z.read(name)) for z in (old, new))
        assert [e.tag for e in before] == [e.tag for e in after]
        for one, two in zip(before, after, strict=True):
            if not one.tag.endswith("sheetData"):
                assert etree.tostring(one) == etree.tostring(two)
    sheet = openpyxl.load_workbook(made).worksheets[1]
    assert sheet["P5"].comment.text == "已有的批注"
    texts = [cell.comment.text for line in sheet for cell in line if cell.comment]
    assert sum("X02" in text for text in texts) == 1
    boxes = new.read(
        "xl/drawings/vmlDrawing3.vml"
        if "xl/drawings/vmlDrawing3.vml" in new.namelist()
        else "xl/drawings/vmlDrawing1.vml"
    )
    etree.fromstring(boxes)
    ids = re.findall(rb'id="_x0000_s(\d+)"', boxes)
    assert len(ids) == len(set(ids))


@needs_office
@pytest.mark.parametrize("kind", ["plain", "rich"])
def test_libreoffice_shows_the_notes_of_an_excel_copy(kind, tmp_path):
    source = EXAMPLES / "卫生服务中心.xlsx" if kind == "plain" else rich_workbook(tmp_path)
    made = copies(tmp_path / "out", source)[source.name]
    office.convert([made], "fods", tmp_path / "seen")
    (shown,) = (tmp_path / "seen").iterdir()
    text = shown.read_text("utf-8")
    noted = {(place["sheet"], place["address"]) for _heading, place in wanted(source)}
    assert text.count("<office:annotation ") >= len(noted)
    for heading, _place in wanted(source):
        assert heading.split()[2] in text  # the rule


# --- PDF ------------------------------------------------------------------------------------


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
    told = [f for project in material(pdf).view.projects for f in project.findings]
    assert {text for text, _p, _b in found} == {
        f"[{f.number}] {f.level} {f.rule} {f.title}" for f in told
    }


@pytest.mark.parametrize("name", ["bj_rot90.pdf", "sh.pdf", "gov_chrome_print.pdf"])
def test_real_pdfs_are_marked_where_their_text_is(name, samples, tmp_path):
    """The words under every highlight are those of the accused cell, however the page is turned."""
    import pypdfium2
    from pypdf import PdfReader

    source = samples / name
    one = material(source)
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
    (copy,) = mark(material(locked), tmp_path / "out")
    assert copy.target.name == "locked.pdf.html"
    assert "权限密码" in copy.said


# --- other formats --------------------------------------------------------------------------


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


@needs_office
@pytest.mark.parametrize(
    ("kind", "becomes"),
    [("doc", "docx"), ("xls", "xlsx"), ("ods", "xlsx"), ("odt", "docx"), ("rtf", "docx")],
)
def test_what_takes_no_marks_is_converted_and_says_so(kind, becomes, tmp_path):
    source = EXAMPLES / ("卫生服务中心.xlsx" if becomes == "xlsx" else "卫生服务中心.docx")
    office.convert([source], kind, tmp_path)
    old = tmp_path / f"卫生服务中心.{kind}"
    (copy,) = mark(material(old), tmp_path / "out")
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
    (copy,) = mark(material(EXAMPLES / f"卫生服务中心.{suffix}"), tmp_path)
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
    made = [copy.target for copy in mark(material(source), tmp_path / "out")]
    assert sorted(str(p.relative_to(tmp_path / "out")) for p in made) == [
        "提交.zip/乙/表.xlsx", "提交.zip/甲/表.docx",
    ]  # fmt: skip


def test_a_clean_file_gets_no_copy(tmp_path):
    source = tmp_path / "好.json"
    source.write_text(json.dumps({"project": "好", "funds": [], "indicators": []}), "utf-8")
    one = material(source)
    one.audit.reports[0].findings.clear()
    (copy,) = mark(one, tmp_path / "out")
    assert copy.target is None
    assert not (tmp_path / "out").exists()


def test_a_file_that_has_changed_since_gets_no_marks(tmp_path):
    source = tmp_path / "表.docx"
    source.write_bytes((EXAMPLES / "卫生服务中心.docx").read_bytes())
    one = material(source)
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
        list(mark(material(source), tmp_path))
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
