"""Every format gives the same evaluation, and every sample is read right or refused by its code."""

import json
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from auditor.forms.document_reader import evaluations as read_document
from auditor.forms.evaluation import Evaluation
from auditor.intake import scan
from auditor.intake.files import Found, read
from auditor.pipeline import extract
from tests.rendering import office, render
from tests.rendering.examples import FOLDER, TEMPLATE_OF, forms_of
from tests.rendering.layout import TEMPLATES, VARIANTS, as_printed
from tests.strategies import evaluations

CONVERTED = {".docx": ("pdf", "doc", "rtf", "odt"), ".xlsx": ("xls", "ods", "pdf")}


def cells(form: Evaluation) -> dict[str, str | None]:
    return dict(form.cells())


@pytest.fixture(scope="module")
def converted(tmp_path_factory):
    """The examples in every format that LibreOffice makes of them."""
    if not office.available():
        pytest.skip("LibreOffice is not installed")
    made = {}
    for source, suffixes in CONVERTED.items():
        for suffix in suffixes:
            folder = tmp_path_factory.mktemp(f"{source[1:]}-{suffix}")
            office.convert([FOLDER / f"{stem}{source}" for stem in TEMPLATE_OF], suffix, folder)
            made[source, suffix] = folder
    return made


@pytest.mark.slow
@pytest.mark.parametrize(
    ("source", "suffix"), [(s, x) for s, listed in CONVERTED.items() for x in listed]
)
@pytest.mark.parametrize("stem", TEMPLATE_OF)
def test_one_form_in_every_format_is_one_evaluation(converted, source, suffix, stem):
    path = converted[source, suffix] / f"{stem}.{suffix}"
    extraction = extract([str(path)])
    assert extraction.problems == []
    assert [cells(form) for form in extraction.evaluations] == [
        cells(form) for form in forms_of(stem)
    ]


@pytest.mark.slow
@pytest.mark.skipif(not office.available(), reason="LibreOffice is not installed")
@pytest.mark.parametrize("template", [*TEMPLATES, *VARIANTS], ids=lambda t: t.name)
# The same forms on every run: where a page breaks is chance, and this test is to be believed.
@settings(max_examples=2, deadline=None, derandomize=True, phases=[Phase.generate],
          suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture,
                                 HealthCheck.large_base_example])  # fmt: skip
@given(forms=st.lists(evaluations(), min_size=3, max_size=3))
def test_any_form_printed_to_pdf_comes_back(tmp_path_factory, template, forms):
    folder = tmp_path_factory.mktemp("pdf")
    printed = [as_printed(form, template) for form in forms]
    sources = [folder / f"{number}.docx" for number in range(len(printed))]
    for source, form in zip(sources, printed, strict=True):
        source.write_bytes(render.to_docx([form], template))
    office.convert(sources, "pdf", folder)
    for source, form in zip(sources, printed, strict=True):
        read_, problems, _notes = read_document(read(Found("x", source.with_suffix(".pdf"))))
        assert problems == []
        assert [cells(one) for one in read_] == [cells(form)]


@pytest.mark.skipif(not office.available(), reason="LibreOffice is not installed")
@pytest.mark.parametrize(
    ("wider", "order"), [(1.0, "downThenOver"), (1.0, "overThenDown"), (1.8, "downThenOver")]
)
def test_a_sheet_cut_by_columns_is_refused_and_not_read_in_part(tmp_path, wider, order):
    book = openpyxl.load_workbook(FOLDER / "卫生服务中心.xlsx")
    for sheet in book.worksheets[1:]:
        book.remove(sheet)
    sheet = book.active
    sheet.sheet_properties.pageSetUpPr.fitToPage = False
    sheet.page_setup.fitToWidth = sheet.page_setup.fitToHeight = None
    sheet.page_setup.pageOrder = order
    for column in "ABCDEFGHI":
        sheet.column_dimensions[column].width *= wider
    book.save(tmp_path / "wide.xlsx")
    office.convert([tmp_path / "wide.xlsx"], "pdf", tmp_path)
    extraction = extract([str(tmp_path / "wide.pdf")])
    assert [problem.code for problem in extraction.problems] == ["cut-columns"]
    assert len(extraction.evaluations) == 0


# --- the samples ----------------------------------------------------------------------------

GROUPS = {
    "sh.docx": ["sh"], "bj_quirks.docx": ["bj"], "bj.doc": ["bj"], "bj.wps": ["bj"],
    "sh.pdf": ["sh"], "bj_rot90.pdf": ["bj"], "sh_one_sheet.xlsx": ["sh"],
    "all_sheets.xls": ["sh", "xj", "bj"], "all_sheets.et": ["sh", "xj", "bj"],
    "gov.html": ["sh", "xj", "bj"], "gov_chrome_print.pdf": ["sh", "xj", "bj"],
}  # fmt: skip


def squeezed(text: str) -> str:
    return "".join(text.split())


def truth_rows(samples: Path, groups: list[str]) -> list[list[str]]:
    """The filled cells of each row of the true grids."""
    rows = []
    for form in json.loads((samples / "truth.json").read_text("utf-8")):
        if form["group"] in groups:
            by_row: dict[int, list[tuple[int, str]]] = {}
            for row, column, _rowspan, _colspan, text in form["cells"]:
                if squeezed(text):
                    by_row.setdefault(row, []).append((column, squeezed(text)))
            rows += [[text for _c, text in sorted(cells)] for _r, cells in sorted(by_row.items())]
    return rows


def read_rows(path: Path) -> list[list[str]]:
    from auditor.intake.document import Grid

    rows = []
    for part in read(Found(path.name, path)).parts:
        if isinstance(part, Grid):
            for row in part.rows():
                texts = [squeezed(cell.text) for cell in row if squeezed(cell.text)]
                if texts:
                    rows.append(texts)
    return rows


@pytest.mark.parametrize("name", GROUPS)
def test_every_row_of_a_sample_is_read_cell_for_cell(samples, name):
    left = read_rows(samples / name)
    for row in truth_rows(samples, GROUPS[name]):
        assert row in left
        left.remove(row)
    # Titles stand inside the sheets of a workbook; nothing else may be left over.
    assert [row for row in left if "自评" not in row[0] and "年度" not in row[0]] == [
        row for row in left if row[0] in ("附件1", "附件2", "财政项目支出绩效自我评价")
        and "自评" not in row[0]
    ]  # fmt: skip


def test_the_samples_in_several_formats_are_the_same_evaluations(samples):
    by_project: dict[str, list[dict[str, str | None]]] = {}
    for name in GROUPS:
        for form in extract([str(samples / name)]).evaluations:
            by_project.setdefault(str(form.project), []).append(cells(form))
    assert {len(found) for found in by_project.values()} == {4, 7, 8}
    for project, found in by_project.items():
        assert all(one == found[0] for one in found), project


@pytest.mark.parametrize(
    ("name", "code"), [("bj_password.pdf", "encrypted"), ("bomb_200MiB.zip", "too-large")]
)
def test_what_cannot_be_read_is_refused_with_its_code(samples, name, code):
    extraction = extract([str(samples / name)])
    assert [problem.code for problem in extraction.problems] == [code]
    assert len(extraction.evaluations) == 0


def test_an_archive_with_gbk_names_and_another_archive_inside(samples):
    extraction = extract([str(samples / "gbk_nested.zip")])
    names = {form.file.split("gbk_nested.zip!/")[1] for form in extraction.evaluations}
    assert len(extraction.evaluations) == 6
    assert sum("内层.zip!/" in name for name in names) == 1
    # A path that climbs out of the archive leads nowhere: only its clean name is left.
    assert [(".." in p.file, p.code) for p in extraction.problems] == [(False, "no-form")]


@pytest.mark.slow
@pytest.mark.skipif(not scan.available(), reason="auditor[ocr] is not installed")
def test_a_scan_is_read_and_what_is_not_sure_is_doubt(samples):
    extraction = extract([str(samples / "bj_150.pdf")])
    assert extraction.problems == []
    true = {form.project: cells(form) for form in extract([str(samples / "bj.doc")]).evaluations}
    for form in extraction.evaluations:
        doubted = {doubt.cell for doubt in form.doubts}
        wrong = {c for c, text in form.cells() if text != true[form.project][c]} - {"/title"}
        assert wrong <= doubted
        numeric = {c for c, text in true[form.project].items() if text and text[0].isdigit()}
        assert wrong & numeric == set()
        assert all("confidence" in form.locators[c] for c, text in form.cells()
                   if text and c not in ("/year", "/money_unit") and not _sure(form, c))  # fmt: skip


def _sure(form: Evaluation, cell: str) -> bool:
    return form.locators.get(cell, {}).get("confidence", 1.0) == 1.0


def test_names_without_the_utf8_flag_are_gbk_or_utf8(tmp_path):
    from auditor.intake.archives import clean, real_name

    for encoding in ("gbk", "utf-8"):
        info = zipfile.ZipInfo("绩效自评/表.docx".encode(encoding).decode("cp437"))
        assert real_name(info) == "绩效自评/表.docx"
    assert clean("..\\..\\C:\\etc/./passwd") == "etc/passwd"


def test_archives_nested_too_deep_are_refused(tmp_path):
    inner = b""
    for depth in range(5):
        path = tmp_path / f"{depth}.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(f"{depth - 1}.zip" if depth else "a.txt", inner or "通知")
        inner = path.read_bytes()
    assert [p.code for p in extract([str(tmp_path / "4.zip")]).problems] == ["too-deep"]


def test_a_web_archive_is_read(tmp_path):
    (form,) = forms_of("卫生服务中心")[:1]
    page = render.to_html([form], TEMPLATE_OF["卫生服务中心"])
    from email.mime.multipart import MIMEMultipart
    from email.mime.text import MIMEText

    archive = MIMEMultipart("related")
    archive.attach(MIMEText(page.decode("gb18030"), "html", "utf-8"))
    path = tmp_path / "page.mht"
    path.write_bytes(archive.as_bytes())
    (read_back,) = extract([str(path)]).evaluations
    assert cells(read_back) == cells(form)


def test_a_parquet_table_is_a_flat_table(tmp_path):
    import duckdb

    path = tmp_path / "flat.parquet"
    duckdb.connect().execute(
        "COPY (SELECT '甲' AS 项目名称, '场次' AS 三级指标, '3场' AS 年度指标值, 10.50 AS 分值) "
        f"TO '{path}' (FORMAT parquet)"
    )
    (form,) = extract([str(path)]).evaluations
    assert (form.project, form.indicators[0].target, form.indicators[0].weight) == (
        "甲", "3场", "10.5",
    )  # fmt: skip
