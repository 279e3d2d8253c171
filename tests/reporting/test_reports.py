"""Reports: the same audit in every format, by the same words, the same bytes each time."""

import csv
import io
import json
import re
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import jsonschema
import openpyxl
import pytest
from docx import Document
from lxml import etree

from auditor.findings.saved_findings import UnreadableFindings, read
from auditor.intake.problems import Problem
from auditor.output_files import encoded
from auditor.pipeline import extract
from auditor.reporting import outputs
from auditor.reporting.machine import findings_document
from auditor.reporting.report_input import ReportInput, failing
from auditor.resources import ResourceError
from auditor.schemas import load
from tests.building import form, fund, material, material_of, row, text_of
from tests.cli.test_cli import EXAMPLES
from tests.conftest import fetched_schema

FORMATS = sorted(set(outputs.FORMATS) - {"pdf"})
needs_browser = pytest.mark.skipif(
    not any(map(shutil.which, ("chromium", "google-chrome"))), reason="Chromium is not installed"
)


@pytest.fixture(scope="module")
def examples() -> ReportInput:
    return material_of(*sorted(EXAMPLES.glob("*.docx")))


@pytest.mark.parametrize("name", FORMATS)
def test_a_report_is_the_same_bytes_each_time_and_from_the_saved_findings(name, examples):
    saved = read(findings_document(examples))
    again = ReportInput(saved, examples.rules)
    assert outputs.whole(name, examples) == outputs.whole(name, again)


@pytest.mark.parametrize("name", FORMATS)
def test_every_finding_is_in_every_format(name, examples):
    text = text_of(outputs.whole(name, examples)).replace("\\", "")
    missing = [
        told.message
        for project in examples.view.projects
        for told in project.findings
        if not (name == "docx" and told.severity == "advice")  # counted there, not listed
        and told.message.rstrip("。")[:20] not in text
        and json.dumps(told.message, ensure_ascii=False)[1:21] not in text
        and told.message.replace("%", "%25")[:20] not in text
        and told.message.replace('"', '""')[:20] not in text
    ]
    assert missing == []


def test_json_lines_say_the_same_as_json(examples):
    lines = outputs.whole("jsonl", examples)
    assert findings_document(ReportInput(read(lines), examples.rules)) == findings_document(
        examples
    )


def test_the_published_schema_describes_what_is_written(examples):
    jsonschema.validate(json.loads(findings_document(examples)), load("findings"))


def test_a_document_in_pieces_is_the_document(examples):
    for one in (examples, replace(examples, audit=replace(examples.audit, reports=[]))):
        whole = json.dumps(one.audit.as_dict(), ensure_ascii=False, indent=2, default=float)
        assert findings_document(one) == whole
        assert b"".join(map(encoded, outputs.pieces("json", one))).decode() == whole
        assert "".join(outputs.pieces("jsonl", one)) == outputs.whole("jsonl", one)
        assert list(outputs.pieces("csv", one)) == [outputs.whole("csv", one)]


def test_findings_saved_without_their_forms_are_reported_without_drawing_them(examples):
    whole = json.loads(findings_document(examples))
    for report in whole["reports"]:
        del report["evaluation"]
    bare = ReportInput(read(json.dumps(whole)), examples.rules)
    for name in FORMATS:
        assert outputs.whole(name, bare)
    assert "evaluation" not in json.loads(findings_document(bare))["reports"][0]
    assert 'class="form"' not in outputs.whole("html", bare)
    assert [p.counts for p in bare.view.projects] == [p.counts for p in examples.view.projects]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "空"),
        ("{", "JSON"),
        ("[1, 2]", "findings/1"),
        ('{"schema": "findings/2"}', "findings/1"),
        ('{"schema": "findings/1", "report": {}}', "最后一行"),
        ('{"schema": "findings/1", "tool": {}}', "reports"),
        ('{"a": 1}\n7\n', "第 2 行"),
    ],
)
def test_what_is_no_saved_audit_is_refused_with_its_place(text, said):
    with pytest.raises(UnreadableFindings, match=said):
        read(text)


def test_a_wrong_type_inside_is_named_by_its_path(examples):
    whole = json.loads(findings_document(examples))
    whole["reports"][0]["findings"][0]["cells"] = "total"
    with pytest.raises(UnreadableFindings, match=re.escape("$.reports[0].findings[0].cells")):
        read(json.dumps(whole))
    whole = json.loads(findings_document(examples))
    whole["reports"][0]["evaluation"]["funds"] = 3
    with pytest.raises(UnreadableFindings, match="/funds"):
        read(json.dumps(whole))


def test_a_rule_that_is_not_known_any_more_is_called_by_its_name(examples):
    view = ReportInput(examples.audit, {}).view
    assert {told.title for p in view.projects for told in p.findings} == {
        told.name for p in view.projects for told in p.findings
    }


def test_sarif_is_valid_and_describes_its_rules(examples):
    sarif = json.loads(outputs.whole("sarif", examples))
    (one,) = sarif["runs"]
    rules = {rule["id"]: rule for rule in one["tool"]["driver"]["rules"]}
    assert all(r["help"]["markdown"] and r["fullDescription"]["text"] for r in rules.values())
    assert all(r["locations"][0]["physicalLocation"]["region"]["startLine"] for r in one["results"])
    assert {r["ruleId"] for r in one["results"]} == set(rules)
    schema = json.loads(fetched_schema("sarif-2.1.0.json"))
    jsonschema.Draft7Validator(schema).validate(sarif)


def test_sarif_points_at_the_line_where_the_file_has_lines():
    forms = extract([str(EXAMPLES / "卫生服务中心.txt")]).evaluations
    sarif = json.loads(outputs.whole("sarif", material(*forms)))
    lines = Path(EXAMPLES / "卫生服务中心.txt").read_text("utf-8").splitlines()
    for result in sarif["runs"][0]["results"]:
        if result["ruleId"] == "X02":
            line = result["locations"][0]["physicalLocation"]["region"]["startLine"]
            assert "90.3%" in lines[line - 1]


def test_junit_is_valid_and_fails_what_the_exit_code_fails(examples):
    schema = etree.XMLSchema(etree.fromstring(fetched_schema("junit-10.xsd")))
    for fail_on, failures in (("error", 13), ("warning", 24 + 0), ("never", 0)):
        chosen = ReportInput(examples.audit, examples.rules, fails=failing(fail_on))
        root = etree.fromstring(outputs.whole("junit", chosen).encode())
        schema.assertValid(root)
        failed = root.findall(".//failure")
        assert len(failed) == int(root.get("failures"))
        levels = {"error": ["error"], "warning": ["error", "warning"], "never": []}[fail_on]
        assert len(failed) == sum(
            told.severity in levels for p in examples.view.projects for told in p.findings
        ), failures


def test_github_annotations_stay_one_line_each(examples):
    lines = outputs.whole("github", examples).splitlines()
    assert len(lines) == sum(len(p.findings) for p in examples.view.projects)
    assert all(
        re.match(r"::(error|warning|notice) file=[^,]+,line=\d+,title=[^:]*::", x) for x in lines
    )


def test_gitlab_code_quality_has_what_gitlab_requires(examples):
    entries = json.loads(outputs.whole("gitlab", examples))
    for entry in entries:
        assert set(entry) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert entry["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert entry["location"]["lines"]["begin"] >= 1
    assert len({entry["fingerprint"] for entry in entries}) == len(entries)


def test_csv_opens_in_excel_with_a_row_per_finding(examples):
    made = outputs.whole("csv", examples)
    assert made.startswith("\ufeff")
    header, *rows = csv.reader(io.StringIO(made.removeprefix("\ufeff")))
    assert header[:6] == ["项目序号", "项目", "实施单位", "级别", "规则", "检查什么"]
    assert len(rows) == sum(len(p.findings) for p in examples.view.projects)
    assert all(len(line) == len(header) for line in rows)


def test_the_workbook_has_its_sheets_filters_links_and_charts(examples):
    raw = outputs.whole("xlsx", examples)
    book = openpyxl.load_workbook(io.BytesIO(raw))
    assert book.sheetnames[:4] == ["概览", "项目", "问题", "项目与规则组"]
    assert {"X 执行率", "C 得分", "整批共有", "图表数据"} <= set(book.sheetnames)
    findings, projects = book["问题"], book["项目"]
    total = sum(len(p.findings) for p in examples.view.projects)
    assert findings.max_row == total + 1
    assert findings.auto_filter.ref == f"A1:S{total + 1}"
    assert findings.freeze_panes == "A2"
    assert findings["A2"].hyperlink.location == "'项目'!A2"
    assert projects["B2"].hyperlink.location == "'问题'!A2"
    assert projects["N2"].value == pytest.approx(98)  # 执行率 of the first project
    assert findings["A2"].font.name == "宋体"
    assert len(zipfile.ZipFile(io.BytesIO(raw)).namelist()) > 20
    assert len(book["概览"]._charts) == 5


def test_a_letter_goes_to_each_unit_with_what_it_has_to_do(examples):
    pages = dict(outputs.pages("docx", examples))
    assert list(pages) == [
        "001-示例县农业技术推广站.docx", "002-示例市社区卫生服务中心.docx", "003-示例区园林绿化养护所.docx",
    ]  # fmt: skip
    document = Document(io.BytesIO(pages["002-示例市社区卫生服务中心.docx"]))
    lines = [p.text for p in document.paragraphs]
    assert lines[2] == "示例市社区卫生服务中心："
    assert "退回修改 2 张、要求说明 0 张、通过 1 张" in lines[3]
    assert "一、家庭医生签约服务（退回修改）" in lines
    assert any("填报 90.3%，应为 100.0%" in line for line in lines)
    assert not any("老年人健康体检" in line for line in lines)  # it passed
    title, body = document.paragraphs[0].runs[0], document.paragraphs[3].runs[0]
    east = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}eastAsia"
    assert title._r.rPr.rFonts.get(east) == "方正小标宋简体"
    assert body._r.rPr.rFonts.get(east) == "仿宋_GB2312"
    table = zipfile.ZipFile(io.BytesIO(pages["002-示例市社区卫生服务中心.docx"])).read(
        "word/fontTable.xml"
    )
    assert "仿宋;FangSong" in table.decode()


def test_a_letter_lists_advice_when_it_is_asked_for(examples):
    asked = ReportInput(examples.audit, examples.rules, advice=True, date="2025年3月20日")
    text = text_of(outputs.whole("docx", asked))
    assert "〔提示〕" in text
    assert "2025年3月20日" in text
    assert "〔提示〕" not in text_of(outputs.whole("docx", examples))


def test_a_unit_without_faults_is_told_so():
    clean = material(form(project="好的", unit="甲单位", indicators=[row()]))
    clean.audit.reports[0].findings.clear()
    assert "没有需要修改的问题" in text_of(outputs.whole("docx", clean))


def test_html_pages_link_to_each_other_and_to_their_cells(examples):
    pages = dict(outputs.pages("html", examples))
    assert list(pages) == ["index.html", *(f"{n:03}.html" for n in range(1, 10))]
    for name, page in pages.items():
        tree = etree.HTML(page)
        ids = {element.get("id") for element in tree.iter() if element.get("id")}
        for link in tree.iter("a"):
            target = link.get("href")
            assert target.removeprefix("#") in ids if target.startswith("#") else target in pages, (
                name,
                target,
            )


def test_html_needs_nothing_from_anywhere(examples):
    page = outputs.whole("html", examples)
    tree = etree.HTML(page)
    assert not tree.xpath("//@src | //link/@href")
    assert all(x.startswith("#") for x in tree.xpath("//@href"))
    assert "default-src 'none'" in tree.xpath("//meta[@http-equiv]/@content")[0]
    assert {x.get("aria-label") for x in tree.iter("svg")} == {
        "按规则统计的问题", "按单位统计的问题", "执行率与得分", "总分的分布", "全年预算与年初预算之差", "项目与规则组",
    }  # fmt: skip


def test_the_form_is_drawn_as_it_was_filled_in(examples):
    tree = etree.HTML(outputs.whole("html", examples))
    (section,) = tree.xpath("//section[@id='p5']")
    (cell,) = section.xpath(".//td[@id='p5-funds-0-rate']")
    assert cell.text == "90.3%"
    assert "bad error" in cell.get("class")
    (link,) = cell.xpath("a")
    (target,) = section.xpath(f".//article[@id='{link.get('href')[1:]}']")
    assert "X02" in "".join(target.itertext())
    first = section.xpath(".//table[caption='绩效指标']/tbody/tr/td[1]/@rowspan")
    assert first[0] == "4"  # 产出指标 goes down four rows, as on paper


@needs_browser
def test_a_pdf_is_the_html_page_and_carries_no_moment(examples):
    few = ReportInput(
        type(examples.audit)("0", "r", "national", examples.audit.reports[4:5]), examples.rules
    )
    made = outputs.whole("pdf", few)
    assert made.startswith(b"%PDF-")
    import pypdfium2

    document = pypdfium2.PdfDocument(made)
    text = "".join(page.get_textpage().get_text_range() for page in document)
    assert "家庭医生签约服务" in text
    assert "分母用成了年初预算数" in text
    assert set(re.findall(rb"\(D:(\d{14})", made)) == {b"20000101000000"}


def test_without_a_browser_a_pdf_says_what_to_install(examples, monkeypatch):
    monkeypatch.setattr("shutil.which", lambda _name: None)
    monkeypatch.setitem(__import__("sys").modules, "weasyprint", None)
    with pytest.raises(ResourceError, match="Chromium"):
        outputs.whole("pdf", examples)


def test_what_is_waived_unreadable_or_broken_is_told_apart_from_a_failed_form():
    one = material(form(project="甲", funds=[fund(budget="10", executed="5", rate="90%")]))
    (report,) = one.audit.reports
    waiver = {"reason": "批复另有规定", "who": "审核人", "when": "2025-03-01", "until": None}
    for finding in report.findings:
        finding.waived = waiver
    one.audit.problems.append(Problem("坏.docx", "damaged", "文件损坏"))
    one.audit.rule_errors.append({"rule": "X01", "message": "规则出错"})
    assert read(findings_document(one)).as_dict() == one.audit.as_dict()
    for name in FORMATS:
        text = text_of(outputs.whole(name, one))
        if name not in ("docx", "csv"):  # a letter is for the unit, a table for its findings
            assert "文件损坏" in text, name
            assert ("规则出错" in text) is (name != "gitlab"), name
        if name in ("json", "html", "markdown", "sarif", "junit", "xlsx", "csv"):
            assert "批复另有规定" in text, name
    (sarif,) = json.loads(outputs.whole("sarif", one))["runs"]
    assert {r["suppressions"][0]["status"] for r in sarif["results"]} == {"accepted"}
    assert sarif["invocations"][0]["executionSuccessful"] is False
    suites = etree.fromstring(outputs.whole("junit", one).encode())
    assert (suites.get("failures"), suites.get("errors")) == ("0", "2")
    assert "::error file=坏.docx" in outputs.whole("github", one)
    assert [e["severity"] for e in json.loads(outputs.whole("gitlab", one))] == ["blocker"]
    tree = etree.HTML(outputs.whole("html", one))
    assert not tree.xpath("//td[contains(@class, 'bad')]")  # a waived finding accuses nobody
