"""Rounds: two submissions compared, opinions read back from Excel, and the history of audits."""

import datetime as dt
import io
import json
import re
from copy import deepcopy

import duckdb
import openpyxl
import pytest
from lxml import etree

from auditor.findings import history
from auditor.findings.decisions import Decisions
from auditor.findings.rounds import NEW, OPEN, SOLVED, compare
from auditor.pipeline import Extraction, audit, choose
from auditor.reporting import outputs, rounds
from auditor.reporting.opinions import Opinions, WorkbookFault
from tests.building import material
from tests.cli.test_cli import EXAMPLES, run
from tests.rendering.examples import TEMPLATE_OF, forms_of

CHOICE = choose()
DAY = dt.date(2025, 3, 1)


def audited(forms):
    return audit(Extraction(list(forms)), CHOICE)


@pytest.fixture
def two():
    """The health centre's forms, and what came back: one error mended, one figure silently changed."""
    old = forms_of("卫生服务中心")
    new = deepcopy(old)
    second = next(f for f in new if f.project == "家庭医生签约服务")
    second.funds[0].rate = "100.0%"  # X02 is solved
    second.indicators[0].actual = "5次"  # nobody asked for that
    third = next(f for f in new if f.project == "医疗信息系统运行维护")
    third.total_score = "12"  # a new fault
    return audited(old), audited(new)


def test_what_is_solved_open_new_and_changed_is_told(two):
    pairs = compare(*two)
    by_name = {pair.project: pair for pair in pairs}
    second = by_name["家庭医生签约服务"]
    solved = {fate.finding.rule for fate in second.fates if fate.state == SOLVED}
    assert "X02" in solved
    assert {(c.name, c.old, c.new, c.accused) for c in second.changes} == {
        ("年度资金总额·执行率", "90.3%", "100.0%", True),
        ("指标1“重点人群随访次数”·实际完成值", "4次", "5次", False),
    }
    third = by_name["医疗信息系统运行维护"]
    assert "T01" in {fate.finding.rule for fate in third.fates if fate.state == NEW}
    totals = rounds.totals(pairs)
    assert totals["changes"] == 3
    assert totals["unprompted"] == 2
    assert by_name["老年人健康体检"].fates == []


def test_a_faulty_figure_that_is_still_faulty_is_open_and_not_solved():
    forms = forms_of("农业技术推广站")[:1]
    old = audited(forms)
    changed = deepcopy(forms)
    changed[0].total_score = "99.7"  # T01 accused 99.8: changed, still wrong
    (fate,) = [
        fate
        for pair in compare(old, audited(changed))
        for fate in pair.fates
        if fate.finding.rule == "T01"
    ]
    assert (fate.state, fate.changed) == (OPEN, True)


def test_rows_put_in_and_moved_change_only_themselves(two):
    old, _new = two
    forms = deepcopy([r.evaluation for r in old.reports])
    first = forms[0]
    first.indicators.reverse()
    first.indicators.insert(0, deepcopy(first.indicators[2]))
    first.indicators[0].level3 = "新加的指标"
    (pair,) = [p for p in compare(old, audited(forms)) if p.project == first.project]
    assert {change.old for change in pair.changes} == {None}
    assert all("新加的指标" in change.name for change in pair.changes)


def test_projects_that_came_and_went_are_told():
    old, new = audited(forms_of("卫生服务中心")[:2]), audited(forms_of("卫生服务中心")[1:])
    pairs = compare(old, new)
    assert [(p.project, p.old is None, p.new is None) for p in pairs] == [
        ("家庭医生签约服务", False, False), ("医疗信息系统运行维护", True, False),
        ("老年人健康体检", False, True),
    ]  # fmt: skip
    assert all(fate.state == NEW for fate in pairs[1].fates)


def test_nothing_changed_is_all_open():
    one = audited([f for stem in TEMPLATE_OF for f in forms_of(stem)])
    pairs = compare(one, one)
    assert rounds.totals(pairs) | {"open": 0} == {
        "solved": 0, "open": 0, "new": 0, "changes": 0, "unprompted": 0, "projects_added": 0, "projects_gone": 0,
    }  # fmt: skip
    assert sum(pair.count(OPEN) for pair in pairs) == sum(len(r.findings) for r in one.reports)


def test_every_format_of_the_comparison_says_the_same(two, tmp_path):
    pairs, rules = compare(*two), {r.id: r for r in CHOICE.rules}
    told = json.loads(rounds.as_json(pairs))
    assert told["schema"] == "rounds/1"
    markdown = rounds.as_markdown(pairs, rules)
    book = openpyxl.load_workbook(io.BytesIO(rounds.as_xlsx(pairs, rules)))
    assert book.sheetnames == ["问题", "改动"]
    assert book["改动"].max_row == told["summary"]["changes"] + 1
    total = sum(told["summary"][state] for state in ("solved", "open", "new"))
    assert book["问题"].max_row == total + 1
    assert markdown.count("\n- **") == total
    assert rounds.as_xlsx(pairs, rules) == rounds.as_xlsx(pairs, rules)


def test_diff_takes_files_and_saved_findings(tmp_path):
    old, new = str(EXAMPLES / "卫生服务中心.docx"), str(EXAMPLES / "卫生服务中心.xlsx")
    saved = tmp_path / "f.json"
    run("check", old, "--format", "json", "-o", str(saved))
    for one, two_ in ((old, new), (str(saved), new), (str(saved), str(saved))):
        done = run("diff", one, two_, "--format", "json", "--fail-on-new")
        assert done.returncode == 0, done.stderr.decode()
        summary = json.loads(done.stdout)["summary"]
        assert (summary["solved"], summary["new"], summary["changes"]) == (0, 0, 0)
    other = str(EXAMPLES / "园林绿化养护所.docx")
    assert run("diff", old, other, "--fail-on-new").returncode == 1
    assert "未再报送" in run("diff", old, other).stdout.decode()
    target = tmp_path / "d.xlsx"
    assert run("diff", old, other, "--format", "xlsx", "-o", str(target)).returncode == 0
    assert openpyxl.load_workbook(target)["问题"].max_row > 2


# --- opinions -------------------------------------------------------------------------------


def filled(tmp_path, edit):
    """The Excel report of the examples, filled in by ``edit`` (sheet, columns by header)."""
    source = tmp_path / "报告.xlsx"
    forms = [f for stem in sorted(TEMPLATE_OF) for f in forms_of(stem)]
    source.write_bytes(outputs.whole("xlsx", material(*forms)))
    book = openpyxl.load_workbook(source)
    sheet = book["问题"]
    edit(sheet, {cell.value: cell.column for cell in sheet[1]})
    book.save(source)
    return source


def test_opinions_filled_in_in_excel_become_decisions(tmp_path):
    def edit(sheet, columns):
        for row, opinion, reason in (
            (2, "豁免", "批复另有规定"),
            (3, "接受", None),
            (4, " 待问 ", "打电话"),
        ):
            sheet.cell(row, columns["处理意见"]).value = opinion
            sheet.cell(row, columns["理由"]).value = reason

    source = filled(tmp_path, edit)
    done = run("waivers", "import", str(source), "--who", "审核人", "--today", "2025-03-01")
    assert done.returncode == 0, done.stderr.decode()
    assert "读入 3 条，0 行有误" in done.stdout.decode()
    decisions = list(Decisions.read(tmp_path / "auditor-waivers.yaml"))
    assert [(d.decision, d.reason, d.who) for d in decisions] == [
        ("waive", "批复另有规定", "审核人"), ("accept", "", "审核人"), ("ask", "打电话", "审核人"),
    ]  # fmt: skip
    assert decisions[0].rule == "T01" or decisions[0].rule
    before = (tmp_path / "auditor-waivers.yaml").read_bytes()
    run("waivers", "import", str(source), "--who", "审核人", "--today", "2025-03-01")
    assert (tmp_path / "auditor-waivers.yaml").read_bytes() == before


def test_a_row_with_a_fault_costs_itself_and_is_told_by_its_number(tmp_path):
    def edit(sheet, columns):
        def put(row, opinion, reason=None, fingerprint=None):
            sheet.cell(row, columns["处理意见"]).value = opinion
            sheet.cell(row, columns["理由"]).value = reason
            if fingerprint is not None:
                sheet.cell(row, columns["指纹"]).value = fingerprint

        put(2, "豁免")
        put(3, "同意")
        put(4, None, "有理由")
        put(5, "接受", None, "改过了")
        put(6, "接受")
        put(7, "待问", None, sheet.cell(6, columns["指纹"]).value)
        put(8, "accept")

    opinions = Opinions.read(filled(tmp_path, edit))
    assert [row for row, _why in opinions.faults] == [2, 3, 4, 5, 7]
    assert ["理由" in opinions.faults[0][1], "同意" in opinions.faults[1][1], "处理意见" in opinions.faults[2][1],
            "指纹" in opinions.faults[3][1], "第 6 行" in opinions.faults[4][1]] == [True] * 5  # fmt: skip
    assert opinions.taken == 2
    done = run("waivers", "import", str(tmp_path / "报告.xlsx"))
    assert done.returncode == 3
    assert "第 2 行" in done.stderr.decode()


def test_columns_may_be_moved_and_rows_sorted(tmp_path):
    def edit(sheet, columns):
        sheet.cell(5, columns["处理意见"]).value = "接受"
        sheet.insert_cols(1)
        sheet.insert_rows(1)
        sheet.title = "改了名字"

    assert Opinions.read(filled(tmp_path, edit)).taken == 1


def test_what_is_no_such_workbook_is_told(tmp_path):
    text = tmp_path / "x.xlsx"
    text.write_text("no", "utf-8")
    with pytest.raises(WorkbookFault):
        Opinions.read(text)
    openpyxl.Workbook().save(text)
    with pytest.raises(WorkbookFault, match="处理意见"):
        Opinions.read(text)
    assert run("waivers", "import", str(text)).returncode == 2


# --- history --------------------------------------------------------------------------------


@pytest.fixture
def kept(tmp_path, two):
    file = tmp_path / "历史.duckdb"
    for number, one in enumerate(two, 1):
        assert history.keep(file, one, "提交/", DAY + dt.timedelta(days=number)) == number
    return file


def test_history_keeps_rounds_trends_and_offenders(kept, two):
    columns, rows = history.asked(kept, "rounds")
    told = [dict(zip(columns, row, strict=True)) for row in rows]
    for row, one in zip(told, two, strict=True):
        assert row["forms"] == 3
        assert row["errors"] == sum(f.severity == "error" for r in one.reports for f in r.findings)
    assert told[0]["audited_on"] == dt.date(2025, 3, 2)
    columns, rows = history.asked(kept, "offenders")
    offenders = {dict(zip(columns, row, strict=True))["rule"] for row in rows}
    assert "C06" in offenders
    assert "X02" not in offenders  # it was mended
    assert {row[0] for row in history.asked(kept, "units")[1]} == {"示例市社区卫生服务中心"}
    assert len(history.asked(kept, "rules")[1]) > 10


def test_a_history_of_an_older_version_is_brought_up_to_date(tmp_path, two):
    file = tmp_path / "alt.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute("CREATE TABLE schema_version (version INTEGER NOT NULL)")
        connection.execute(history.migrations()[0])
        connection.execute("INSERT INTO schema_version VALUES (1)")
        connection.execute(
            "INSERT INTO audits VALUES (1, DATE '2024-01-01', 's', '0.0', 'r', 'national')"
        )
        connection.execute(
            "INSERT INTO forms VALUES (1, 1, 'f', 1, 'p', '旧单位', 'd', '2023', 'return')"
        )
        connection.execute(
            "INSERT INTO findings VALUES (1, 1, 'X01', 'error', 'a', '/x', NULL, false)"
        )
    assert history.keep(file, two[0], "提交/", DAY) == 2
    _columns, rows = history.asked(file, "rounds")
    assert [row[0] for row in rows] == [1, 2]
    assert rows[0][4:8] == (1, 1, 0, 0)
    with duckdb.connect(str(file)) as connection:
        figures = connection.execute(
            "SELECT total_score FROM forms ORDER BY audit, number"
        ).fetchall()
        assert figures[0] == (None,)
        assert figures[1][0] is not None


def test_every_migration_step_leads_to_the_documented_tables(tmp_path, kept):
    fresh = tmp_path / "neu.duckdb"
    with history.changed(fresh):
        pass
    tables = []
    for file in (fresh, kept):
        with duckdb.connect(str(file)) as connection:
            tables.append(
                connection.execute(
                    "SELECT table_name, column_name, data_type FROM information_schema.columns ORDER BY ALL"
                ).fetchall()
            )
    assert tables[0] == tables[1]
    page = (EXAMPLES.parent / "docs" / "review.md").read_text("utf-8")
    for table, column, _type in tables[0]:
        assert f"`{table}`" in page or table == "schema_version"
        assert f"`{column}`" in page or table == "schema_version", column


def test_a_newer_or_foreign_file_is_refused(tmp_path, kept, two):
    with duckdb.connect(str(kept)) as connection:
        connection.execute("INSERT INTO schema_version VALUES (99)")
    with pytest.raises(history.HistoryFault, match="升级"):
        history.asked(kept, "rounds")
    foreign = tmp_path / "x.duckdb"
    foreign.write_text("not a database at all, but long enough to be read as one" * 99, "utf-8")
    with pytest.raises(history.HistoryFault):
        history.keep(foreign, two[0], "s", DAY)
    assert run("history", str(tmp_path / "none.duckdb")).returncode == 2


def test_the_commands_keep_and_show_the_history(tmp_path):
    file = str(tmp_path / "h.duckdb")
    for _n in range(2):
        done = run(
            "check",
            str(EXAMPLES / "卫生服务中心.docx"),
            "--history",
            file,
            "-q",
            "--today",
            "2025-03-01",
        )
        assert done.returncode == 1
    assert "第 2 轮" in done.stderr.decode()
    assert "█" in run("history", file).stdout.decode()
    told = json.loads(run("history", file, "--by", "offenders", "--format", "json").stdout)
    assert told[0]["rounds"] == 2
    assert (
        run("history", file, "--by", "rules", "--format", "csv")
        .stdout.decode()
        .startswith("\ufeffrule,")
    )
    page = run("history", file, "--format", "html").stdout.decode()
    tree = etree.HTML(page)
    assert len(tree.xpath("//svg")) == 3
    assert not re.search(r"(src|href)=[\"'](?!#)", page)
