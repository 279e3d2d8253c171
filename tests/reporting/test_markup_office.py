"""Marked Word and Excel files: a mark at each accused cell, everything else as it was."""

import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from docx import Document
from lxml import etree

from auditor.intake.word import places_of
from auditor.reporting.markup.notes import NotMarked
from auditor.reporting.markup.word import marked as word_marked
from tests.building import material_of
from tests.cli.test_cli import EXAMPLES
from tests.marking import copies, wanted
from tests.rendering import office
from tests.rendering.examples import TEMPLATE_OF

pytestmark = pytest.mark.slow

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
needs_office = pytest.mark.skipif(not office.available(), reason="LibreOffice is not installed")
STEMS = sorted(TEMPLATE_OF)


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
    assert len(found) == sum(len(r.findings) for r in material_of(source).audit.reports)


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
        len(r.findings) for r in material_of(source).audit.reports
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
    picture.write_bytes((Path(__file__).parents[2] / "docs" / "report.png").read_bytes())
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
