"""``auditor report`` and ``--templates``: a saved audit as any report, in a bureau's own look."""

import re
from pathlib import Path

import pytest

from auditor.reporting import outputs
from auditor.reporting.report_input import ReportInput
from auditor.resources import ResourceError
from tests.building import material_of, text_of
from tests.cli.test_cli import EXAMPLES, run

FORMATS = sorted(set(outputs.FORMATS) - {"pdf"})


@pytest.fixture(scope="module")
def examples() -> ReportInput:
    return material_of(*sorted(EXAMPLES.glob("*.docx")))


def test_report_says_what_check_says(tmp_path):
    saved = tmp_path / "findings.json"
    source = str(EXAMPLES / "卫生服务中心.docx")
    run("check", source, "--format", "json", "-o", str(saved))
    for name in ("terminal", "markdown", "csv"):
        done = run("report", str(saved), "--format", name)
        assert done.returncode == 0
        assert done.stdout == run("check", source, "--format", name).stdout
    assert (
        run("report", "-", "--format", "csv", stdin=saved.read_bytes()).stdout
        == run("report", str(saved), "--format", "csv").stdout
    )


def test_report_tells_what_it_cannot_read(tmp_path):
    broken = tmp_path / "broken.json"
    broken.write_bytes(b"\xff\xfe{")
    for name, said in ((str(broken), "UTF-8"), (str(tmp_path / "none.json"), "No such file")):
        done = run("report", name)
        assert done.returncode == 3
        assert said in done.stderr.decode()


def test_folders_take_a_page_per_project_and_a_letter_per_unit(tmp_path):
    source = str(EXAMPLES / "卫生服务中心.docx")
    for name, listed in (
        ("html", ["001.html", "002.html", "003.html", "index.html"]),
        ("markdown", ["001.md", "002.md", "003.md", "README.md"]),
        ("docx", ["001-示例市社区卫生服务中心.docx"]),
    ):
        target = tmp_path / name
        run("check", source, "--format", name, "--output", str(target))
        assert sorted(path.name for path in target.iterdir()) == listed
    done = run("check", source, "--format", "csv", "--output", str(tmp_path))
    assert done.returncode == 2
    assert "一个文件" in done.stderr.decode()


def test_a_date_is_printed_when_it_is_given_and_never_else(examples):
    dated = ReportInput(examples.audit, examples.rules, "2025年3月20日")
    for name in ("html", "markdown", "xlsx", "docx"):
        assert "2025年3月20日" in text_of(outputs.whole(name, dated))
        assert not re.search(r"20(2[5-9]|3\d)-\d\d-\d\dT", text_of(outputs.whole(name, examples)))


def test_own_templates_come_before_the_tools(examples, tmp_path):
    (tmp_path / "html").mkdir()
    (tmp_path / "html" / "style.css").write_text("body { color: teal }", "utf-8")
    own = ReportInput(examples.audit, examples.rules, templates=tmp_path)
    page = outputs.whole("html", own)
    assert "color: teal" in page
    assert "项目支出绩效自评表审核报告" in page


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ view.unknown }}", "第 1 行"),
        ("\n\n{{ nothing }}", "第 3 行"),
        ("{% if %}", "第 1 行"),
        ("{% extends 'html/none.html.j2' %}", "html/none.html.j2"),
    ],
)
def test_a_broken_template_is_told_with_its_line(examples, tmp_path, text, said):
    (tmp_path / "markdown").mkdir()
    (tmp_path / "markdown" / "submission.md.j2").write_text(text, "utf-8")
    with pytest.raises(ResourceError, match=said):
        outputs.whole("markdown", ReportInput(examples.audit, examples.rules, templates=tmp_path))


def test_own_columns_in_their_own_order(examples, tmp_path):
    layout = (Path(__file__).parents[2] / "reports" / "workbook.yaml").read_text("utf-8")
    (tmp_path / "workbook.yaml").write_text(
        layout[: layout.index("findings:\n")]
        + "findings:\n  - {key: rule, zh: 规则, en: Rule, width: 7}\n  - {key: group, zh: 组, en: G, width: 8}\n",
        "utf-8",
    )
    own = ReportInput(examples.audit, examples.rules, templates=tmp_path)
    assert outputs.whole("csv", own).splitlines()[:2] == ["\ufeff规则,组", "T01,总分"]
    (tmp_path / "workbook.yaml").write_text(layout.replace("key: remedy", "key: remdy"), "utf-8")
    with pytest.raises(ResourceError, match="remdy"):
        outputs.whole("xlsx", own)
