"""The four real documents: every cell exact, what is wrong in them found, what is right left alone."""

import re
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from auditor.forms import vocabulary as words
from auditor.forms.evaluation import Evaluation
from auditor.intake import text
from auditor.intake.document import Flow, Grid
from auditor.pipeline import Extraction, audit, choose, extract
from benchmarks import real_forms

DOC = Path(__file__).parents[2] / "docs" / "seed-findings.md"
ROWS = {"001": 71, "002": 50, "003": 11, "004": 189}
FORMS = {"001": 12, "002": 14, "003": 2, "004": 13}


@pytest.fixture(scope="module")
def extraction():
    from tests.conftest import SEEDS

    if not SEEDS.is_dir():
        pytest.skip("the real documents are not beside this checkout (../shared/seeds)")
    return extract([str(SEEDS)])


@pytest.fixture(scope="module")
def audited(extraction):
    return audit(extraction, choose())


def seed(form: Evaluation) -> str:
    return Path(form.file).name[:3]


def name(form: Evaluation) -> str:
    return f"{seed(form)}/{form.form}"


def of(extraction: Extraction, which: str) -> list[Evaluation]:
    return [form for form in extraction.evaluations if seed(form) == which]


def test_41_forms_and_321_rows_are_read_without_a_problem(extraction):
    assert extraction.problems == []
    assert {w: len(of(extraction, w)) for w in FORMS} == FORMS
    rows = {w: sum(len(form.indicators) for form in of(extraction, w)) for w in ROWS}
    assert rows == ROWS
    slashes = [
        row
        for form in of(extraction, "004")
        for row in form.indicators
        if {row.level3, row.target, row.actual, row.weight, row.score} == {"/"}
    ]
    assert len(slashes) == 33


def raw(which: str) -> bytes:
    from tests.conftest import SEEDS

    (path,) = SEEDS.glob(f"{which}_*.txt")
    return path.read_bytes()


@pytest.mark.parametrize("which", ["002", "003", "004"])
def test_every_printed_cell_of_a_grid_is_a_cell_of_a_form_or_a_known_label(extraction, which):
    """Put together from the other side: no cell of the source is lost, none is invented."""
    (grid,) = text.read(raw(which))
    assert isinstance(grid, Grid)
    taken: dict[tuple[int, int], str] = {}
    for form in of(extraction, which):
        for cell, value in form.cells():
            place = form.locators.get(cell, {})
            if value is not None and cell not in ("/year", "/money_unit"):
                taken[place["line"], place["column"]] = value
    left = []
    for cell in grid.cells:
        printed = words.squeeze(cell.text)
        value = taken.get((cell.place.line, cell.place.column))
        if not printed or (value is not None and value == printed):
            continue
        if value is not None and value.startswith(printed):
            left.append(value.removeprefix(printed))  # a row that a page break cut in two
        elif not _is_label(printed):
            left.append(printed)
    rest = sorted(left)
    # 003: the rest of two labels that a page break cut, both as a piece and as the end of its cell.
    # 004: the reason column of the row of totals, which evaluation/1 has no place for.
    known = {"003": ["对象满意度指标"] * 2 + ["度指标"] * 2, "004": ["/"] * 11}
    assert rest == known.get(which, [])


def _is_label(printed: str) -> bool:
    known = (
        words.header_field(printed) or words.section(printed) or words.goal_field(printed)
        or words.column("funds", printed) or words.column("indicators", printed)
        or words.is_grade_label(printed)
    )  # fmt: skip
    second_row = {"年度", "实际", "指标值", "完成值"}
    year = re.fullmatch(r"[（(]20\d\d年度[)）]", printed)
    return bool(known or year or printed in second_row)


def test_every_character_of_the_running_text_is_in_a_cell_or_in_the_printed_template(extraction):
    (flow,) = text.read(raw("001"))
    assert isinstance(flow, Flow)
    lines = [line.text for line in flow.lines]
    starts = [n for n, line in enumerate(lines) if line.startswith("项目名称")]
    template = (
        "项目名称主管部门实施单位项目资金（万元）年初预算数全年预算数全年执行数分值执行率得分"
        "年度总体目标预期目标实际完成情况绩效指标一级指标二级指标三级指标年度指标值实际完成值"
        "分值得分偏差原因分析及改进措施"
    )
    for form, start, end in zip(
        of(extraction, "001"), starts, [*starts[1:], len(lines)], strict=True
    ):
        printed = Counter(words.squeeze("".join(lines[start:end])))
        if end < len(lines):  # the heading of the next form stands before its first label
            number = re.findall(r"附件\s*(\d)", "".join(lines[start:end]))[-1]
            printed -= Counter(f"附件{number}项目支出绩效自评表（2024年度）")
        cells = Counter()
        seen: set[tuple[str, str]] = set()
        for cell, value in form.cells():
            if value is None or cell in ("/title", "/year", "/money_unit"):
                continue
            level = re.fullmatch(r"/indicators/\d+/(level[12])", cell)
            if level:  # merged cells are printed once
                key = (level[1], str(form.locators[cell]))
                if key in seen:
                    continue
                seen.add(key)
            cells += Counter(value)
        labels = template + ("项目负责人联系电话" if form.leader else "")
        assert printed - cells == Counter(labels) - (cells - printed), name(form)
        assert not cells - printed, name(form)


def test_the_sums_that_the_forms_claim_are_the_sums_that_were_read(extraction):
    off = {}
    for form in extraction.evaluations:
        rows = [row for row in form.indicators if row.weight not in (None, "/")]
        weights = Decimal(form.funds[0].weight) + sum(Decimal(row.weight) for row in rows)
        scores = Decimal(form.funds[0].score) + sum(Decimal(row.score) for row in rows)
        if (weights, scores) != (100, Decimal(form.total_score)):
            off[name(form)] = (str(weights), str(scores), form.total_score)
    assert off == {"004/2": ("100", "92.4", "96.4"), "004/7": ("90", "88.5", "98.5")}


def test_the_layout_that_leaves_two_readings_is_doubt_and_nothing_else_is(extraction):
    doubted = {
        name(form): {d.cell for d in form.doubts} for form in extraction.evaluations if form.doubts
    }
    assert doubted == {
        "001/11": {f"/funds/{n}/{a}" for n in (0, 1)
                   for a in ("initial_budget", "full_year_budget", "executed")},
    }  # fmt: skip
    (form,) = [form for form in extraction.evaluations if name(form) == "001/11"]
    total = form.funds[0]
    assert (total.initial_budget, total.full_year_budget, total.executed) == (None, "10", "10")


def errors(audited):
    return {
        (name(r.evaluation), f.rule, f.cells[0])
        for r in audited.reports
        for f in r.findings
        if f.severity == "error"
    }


EXPECTED_ERRORS = {
    ("001/1", "C08", "/indicators/4/score"),
    ("001/2", "X02", "/funds/0/rate"),
    ("001/3", "C07", "/indicators/4/score"),
    *((f"001/{n}", "C06", f"/indicators/{row}/score")
      for n, row in ((2, 4), (4, 4), (5, 4), (6, 4), (7, 5), (8, 4), (9, 5), (10, 4))),
    ("001/12", "F01", "/funds/0/initial_budget"),
    ("001/12", "C13", "/indicators/10/score"),
    *((f"002/{n}", "X10", "/funds/1/rate") for n in range(1, 15)),
    ("002/12", "C12", "/indicators/0/score"),
    ("003/2", "C05", "/indicators/5/score"),
    ("004/2", "C06", "/indicators/9/score"),
    ("004/2", "T01", "/total_score"),
    ("004/2", "V01", "/indicators/7/deviation"),
    ("004/7", "C06", "/indicators/6/score"),
    ("004/7", "T01", "/total_score"),
    ("004/7", "W01", "/total_weight"),
    ("004/7", "X03", "/funds/0/score"),
}  # fmt: skip


def test_the_errors_are_those_checked_by_hand_and_no_other(audited):
    assert errors(audited) == EXPECTED_ERRORS


def test_every_error_is_in_the_document_with_its_arithmetic():
    listed = set(
        re.findall(
            r"^\| (\d{3}/\d+) \| ([A-Z]\d\d) \| `([^`]+)`", DOC.read_text("utf-8"), re.MULTILINE
        )
    )
    assert set(EXPECTED_ERRORS) <= listed


def test_the_faults_that_were_named_first_are_found(audited):
    found = {(name(r.evaluation), f.rule) for r in audited.reports for f in r.findings}
    assert {
        *((f"002/{n}", "X10") for n in range(1, 15)), ("001/2", "X02"), ("001/12", "F01"),
        ("002/9", "D01"), ("002/9", "D04"), ("003/2", "D01"), ("004/7", "W01"), ("004/7", "T01"),
        ("004/2", "T01"), ("004/7", "X03"),
    } <= found  # fmt: skip
    expected = {
        (name(r.evaluation), f.rule): f.expected for r in audited.reports for f in r.findings
    }
    assert [expected[key] for key in (("001/2", "X02"), ("001/12", "F01"), ("004/7", "T01"),
            ("004/2", "T01"), ("004/7", "X03"))] == ["100%", "292.12", "88.5", "92.4", "9.96"]  # fmt: skip


def test_it_is_silent_where_the_form_is_right(audited):
    found = {(name(r.evaluation), f.rule) for r in audited.reports for f in r.findings}
    for quiet in (
        ("003/2", "X01"), ("003/2", "X03"), ("001/11", "C06"), ("001/11", "S05"), ("001/1", "B01"),
        ("001/4", "P01"), ("004/11", "X03"), ("004/13", "P01"), ("002/9", "Q01"), ("002/9", "P01"),
        ("004/3", "C04"),
    ):  # fmt: skip
        assert quiet not in found


def test_one_template_fault_in_14_forms_is_told_once_for_the_batch(audited):
    told = {entry.finding.rule: len(entry.forms) for entry in audited.batch}
    assert {rule: told[rule] for rule in ("X10", "S01", "S13")} == {"X10": 14, "S01": 14, "S13": 14}


def test_no_name_of_a_real_document_stands_in_code_rules_vocabulary_or_examples(extraction):
    root = Path(__file__).parents[2]
    names = {
        value
        for form in extraction.evaluations
        for value in (form.project, form.department, form.unit, form.leader, form.phone)
        if value
    }
    texts = {
        sentence
        for form in extraction.evaluations
        for narrative in (form.goal_expected, form.goal_actual)
        for sentence in re.split(r"[。；，、]", narrative or "")
        if len(sentence) > 12
    }
    files = [
        path
        for folder in ("auditor", "rules", "examples", "tests", "docs", "README.md")
        for path in ([root / folder] if (root / folder).is_file() else (root / folder).rglob("*"))
        if path.suffix in {".py", ".yaml", ".json", ".md", ".txt", ".po"}
    ]
    assert files
    for path in files:
        content = path.read_text("utf-8")
        assert [word for word in names | texts if word in content] == [], path.name


def test_the_precision_on_the_rules_pages_is_counted_on_these_forms(audited):
    assert real_forms.MADE.read_text("utf-8") == real_forms.written(real_forms.reported(audited))
