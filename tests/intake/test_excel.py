"""What a workbook shows is what is read: numbers as printed, merged cells once, nothing else."""

import io
import zipfile
from datetime import date, datetime, timedelta

import openpyxl
import pytest
from openpyxl.styles import Border, Side
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from auditor.intake import excel
from auditor.intake.excel import shown
from auditor.intake.problems import Unreadable
from auditor.pipeline import extract


def saved(book: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def with_part(raw: bytes, name: str, old: bytes, new: bytes) -> bytes:
    """The workbook with other bytes in one of its parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as before, zipfile.ZipFile(stream, "w") as after:
        for part in before.namelist():
            content = before.read(part)
            assert part != name or old in content
            after.writestr(part, content.replace(old, new) if part == name else content)
    return stream.getvalue()


def cells(raw: bytes) -> list[tuple[str, str, int, int]]:
    """Address, text, rows and columns of every cell."""
    (grid,) = excel.read(raw)
    return [(c.place.address, c.text, c.rowspan, c.colspan) for c in grid.cells]


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (15, "0.00", "15.00"),
        (15, "General", "15"),
        (0.9974, "0.00%", "99.74%"),
        (0.95, "0%", "95%"),
        (1463.5, "#,##0.00", "1,463.50"),
        (0.1 + 0.2, "0.00", "0.30"),
        (32.190982, "General", "32.190982"),
        (2.5, "0", "3"),
        (100, '0.00"万元"', "100.00万元"),
        (1.5, "0.0#", "1.5"),
        (1234567, "0_ ", "1234567"),
        (-3, "0.00_);(0.00)", "-3.00"),
        ("=3次", "General", "=3次"),
        (None, "0.00", ""),
        (True, "General", "TRUE"),
    ],
)
def test_a_number_is_read_as_the_sheet_shows_it(value, number_format, text):
    assert shown(value, number_format) == text


def test_a_date_is_read_as_the_sheet_shows_it():

    moment = datetime(2020, 12, 31)  # noqa: DTZ001 - a cell has no time zone
    assert shown(moment, 'yyyy"年"m"月"d"日"') == "2020年12月31日"
    assert shown(moment, 'yyyy"年"m"月"') == "2020年12月"
    assert shown(moment, "yyyy-mm-dd") == "2020-12-31"


@pytest.mark.parametrize("number", [10**400, float("inf"), 1e300, -(10**30)])
def test_a_giant_number_in_a_sheet_costs_nothing_else(number):
    assert shown(number, "0.00").lstrip("-").startswith(("1", "Inf"))


def test_a_workbook_that_is_none_is_damaged(tmp_path):
    raw = saved(openpyxl.Workbook())
    broken = with_part(raw, "xl/workbook.xml", b"<workbook", b"<broken")
    (tmp_path / "a.xlsx").write_bytes(broken)
    assert [p.code for p in extract([str(tmp_path / "a.xlsx")]).problems] == ["damaged"]


def sheet_with_merges(*ranges: str) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for number, row in enumerate(sheet["A1:D4"]):
        for place, cell in enumerate(row):
            cell.value = f"{number}{place}"
            cell.border = Border(left=Side("thin"), bottom=Side("thin"))
    del sheet._cells[1, 1]
    merges = "".join(f'<mergeCell ref="{range_}"/>' for range_ in ranges)
    listed = f'</sheetData><mergeCells count="{len(ranges)}">{merges}</mergeCells>'.encode()
    return with_part(saved(book), "xl/worksheets/sheet1.xml", b"</sheetData>", listed)


def test_a_merged_range_is_its_first_cell_even_if_that_is_empty():
    assert cells(sheet_with_merges("A1:B2", "C3:D3", "D4:D4"))[:6] == [
        ("A1", "", 2, 2), ("C1", "02", 1, 1), ("D1", "03", 1, 1),
        ("C2", "12", 1, 1), ("D2", "13", 1, 1), ("A3", "20", 1, 1),
    ]  # fmt: skip


def test_of_ranges_that_overlap_a_cell_inside_one_shows_nothing():
    found = {address for address, *_rest in cells(sheet_with_merges("A1:B2", "B2:C3"))}
    again = {address for address, *_rest in cells(sheet_with_merges("B2:C3", "A1:B2"))}
    assert found == again == {"A1", "C1", "D1", "D2", "A3", "D3", "A4", "B4", "C4", "D4"}


def test_a_merged_range_over_much_of_a_sheet_costs_no_more_than_its_cells():
    found = cells(sheet_with_merges(*[f"A{row}:ZZ99999" for row in range(1, 300)]))
    assert found[0] == ("A1", "", 99_999, 702)
    assert len(found) == 1


def test_ranges_that_overlap_beyond_measure_are_refused_at_once():
    crowd = [f"A1:{'ABCD'[n % 4]}{4 + n}" for n in range(4)] + [
        f"B{n}:ZZ99999" for n in range(1, 9)
    ]
    assert cells(sheet_with_merges(*crowd))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(excel, "MAX_SHEET_CELLS", 100)
        with pytest.raises(Unreadable) as refused:
            excel.read(sheet_with_merges(*crowd))
    assert refused.value.code == "too-large"


@pytest.mark.parametrize("range_", ["B2:A1", "A:C", "?", "A0:B1"])
def test_a_merged_range_that_is_none_is_damage(range_):
    with pytest.raises(Unreadable) as refused:
        excel.read(sheet_with_merges(range_))
    assert refused.value.code == "damaged"


def test_dates_and_spans_of_time_are_told_by_their_formats():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append([date(2024, 6, 30), timedelta(hours=30), 45473, "文字", 0.5])
    sheet["D1"].number_format = "yyyy-mm-dd"
    sheet["E1"].number_format = "0.0%"
    assert [text for _address, text, *_rest in cells(saved(book))] == [
        "2024-06-30", "1 day, 6:00:00", "45473", "文字", "50.0%",
    ]  # fmt: skip


def test_fonts_links_and_properties_that_are_broken_cost_nothing():
    book = openpyxl.Workbook()
    book.active["A1"] = 12.5
    book.active["A1"].number_format = '0.00"万元"'
    book.active["A1"].hyperlink = "https://example.com/"
    raw = with_part(saved(book), "xl/styles.xml", b"<font>", b'<font><color rgb="purple"/>')
    raw = with_part(raw, "docProps/core.xml", b"</cp:coreProperties>", b"<")
    assert cells(raw) == [("A1", "12.50万元", 1, 1)]


def test_a_sheet_keeps_its_name_whatever_stands_in_it():
    book = openpyxl.Workbook()
    book.active.append(["甲"])
    named = with_part(saved(book), "xl/workbook.xml", b'name="Sheet"', b'name="2024/1:[A]"')
    (grid,) = excel.read(named)
    assert [cell.place.sheet for cell in grid.cells] == ["2024/1:[A]"]


CELLS = """<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>
<row><c t="b"><v>1</v></c><c t="e"><v>#DIV/0!</v></c><c t="str"><f>A1</f><v>得分</v></c>
<c><f>1/3</f></c><c><v>1E3</v></c><c><v>0.28999999999999998</v></c></row>
<row r="5"><c r="C5" t="inlineStr"><is><r><t>完</t></r><r><t> 成</t></r></is></c>
<c r="D5" t="d"><v>2024-06-30T00:00:00</v></c><c r="E5" s="1"><v>99999999999</v></c></row>"""
SHOWN = [
    ("A1", "预算数"), ("B1", "东京_x000D_"), ("A2", "TRUE"), ("B2", "#DIV/0!"), ("C2", "得分"),
    ("E2", "1000"), ("F2", "0.29"), ("C5", "完 成"), ("D5", "2024-06-30"), ("E5", "#VALUE!"),
]  # fmt: skip


STRINGS = """<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
<si><t>预算数</t></si><si><r><t>东</t></r><r><rPr/><t>京_x005F_x000D_</t></r>
<rPh sb="0" eb="1"><t>とう</t></rPh></si></sst>"""
LISTED = b"""<Override PartName="/xl/sharedStrings.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>"""


def raw_workbook() -> bytes:
    """A workbook with every kind of cell, as programs write it: shared texts, runs, no addresses."""
    book = openpyxl.Workbook()
    book.active["A3"] = date(2024, 1, 1)
    raw = with_part(saved(book), "[Content_Types].xml", b"</Types>", LISTED + b"</Types>")
    stream = io.BytesIO(raw)
    with zipfile.ZipFile(stream, "a") as package:
        sheet = package.read("xl/worksheets/sheet1.xml")
        package.writestr("xl/sharedStrings.xml", STRINGS)
    old = sheet[sheet.index(b"<row") : sheet.index(b"</sheetData>")]
    return with_part(stream.getvalue(), "xl/worksheets/sheet1.xml", old, CELLS.encode())


def test_every_kind_of_cell_is_read_as_the_sheet_shows_it():
    assert [(address, text) for address, text, *_rest in cells(raw_workbook())] == SHOWN


def test_a_strict_workbook_is_read_like_any_other():
    raw = raw_workbook()
    for part in ("xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"):
        main = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        raw = with_part(raw, part, main, b"http://purl.oclc.org/ooxml/spreadsheetml/main")
    assert [(address, text) for address, text, *_rest in cells(raw)] == SHOWN


def test_days_are_counted_from_1904_where_a_workbook_says_so():
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active.append([date(2024, 6, 30)])
    assert cells(saved(book)) == [("A1", "2024-06-30", 1, 1)]
