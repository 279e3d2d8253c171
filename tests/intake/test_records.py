"""Evaluations that another system extracted are audited just like files we read ourselves."""

import json

import openpyxl
import pytest

from auditor.pipeline import extract

RECORD = {
    "project": "示例", "unit": "示例所",
    "funds": [{"kind": "total", "full_year_budget": "10.50", "executed": 9.5, "rate": 90.50}],
    "indicators": [{"level1": "产出指标", "level3": "场次", "target": "≥3 场", "actual": "3场",
                    "weight": 10, "score": 10.0}],
}  # fmt: skip


def write(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def dump(value):
    return json.dumps(value, ensure_ascii=False)


@pytest.mark.parametrize(
    "content",
    [
        dump({"schema": "evaluation/1", "evaluations": [RECORD]}),
        dump([RECORD]),
        dump(RECORD),
        dump(RECORD) + "\n" + dump(RECORD) + "\n",
    ],
    ids=["document", "list", "one", "lines"],
)
def test_every_shape_of_json_is_read(tmp_path, content):
    extraction = extract([write(tmp_path / "a.json", content)])
    assert extraction.problems == []
    form = extraction.evaluations[0]
    assert form.funds[0].full_year_budget == "10.50"
    assert (form.funds[0].executed, form.funds[0].rate) == ("9.5", "90.5")
    assert (form.indicators[0].target, form.indicators[0].score) == ("≥3场", "10")
    assert form.file == str(tmp_path / "a.json")


def test_a_source_that_is_given_is_kept(tmp_path):
    record = RECORD | {"source": {"file": "原件.docx", "form": 7}}
    (form,) = extract([write(tmp_path / "a.json", dump([record]))]).evaluations
    assert (form.file, form.form) == ("原件.docx", 7)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"indicators": [{"weight": {}}]}, "/indicators/0/weight 应为 string | number | null，实际是 object"),
        ({"funds": [{"kind": "sum"}]}, "/funds/0/kind 应为 total | current_year"),
        ({"funds": [{"kind": "total", "parent": 9}]}, "/funds/0/parent 指向的行 9 不对"),
        ({"funds": [{"kind": "part", "parent": 1}, {"kind": "part", "parent": 0}]}, "/parent 指向"),
        ({"confidence": 7}, "/confidence 的数 7 超出范围"),
        ({"source": {"file": ".", "form": 0}}, "/source/form 的数 0 超出范围"),
        ({"funds": "none"}, "/funds 应为 array，实际是 string"),
        ({"year": True}, "/year 应为 string | number | null，实际是 boolean"),
        ({"source": {"file": 3, "form": 1}}, "/source/file 应为 string，实际是 number 3"),
        ({"project": 12}, "/project 应为 string | null，实际是 number 12"),
    ],
)  # fmt: skip
def test_a_wrong_type_is_named_by_its_path_and_costs_nothing_else(tmp_path, change, said):
    extraction = extract([write(tmp_path / "a.json", dump([RECORD | change, RECORD]))])
    assert [(p.code, said in p.message) for p in extraction.problems] == [("bad-evaluation", True)]
    assert len(extraction.evaluations) == 1


def test_a_number_that_no_form_prints_is_one_record_lost(tmp_path):
    huge = dump([RECORD, RECORD]).replace("9.5", "1e9999999", 1)
    extraction = extract([write(tmp_path / "a.json", huge)])
    assert [p.code for p in extraction.problems] == ["bad-evaluation"]
    assert len(extraction.evaluations) == 1


def test_odd_but_sound_records_are_audited(tmp_path):
    from auditor.pipeline import audit, choose

    odd = RECORD | {
        "year": "²", "source": {"file": ".", "form": 1},
        "doubts": [{"cell": "/indicators/9/target", "reason": "x", "readings": ["1", None]}],
    }  # fmt: skip
    extraction = extract([write(tmp_path / "a.json", dump([odd]))])
    assert len(audit(extraction, choose()).reports) == 1


def test_a_fund_row_without_a_kind_is_told_by_its_label(tmp_path):
    rows = [{"label": "年度资金总额"}, {"label": "其中：当年财政拨款"}, {"label": "县级资金"}]
    (form,) = extract([write(tmp_path / "a.json", dump([RECORD | {"funds": rows}]))]).evaluations
    assert [(f.kind, f.parent) for f in form.funds] == [
        ("total", None), ("current_year", 0), ("part", 0),
    ]  # fmt: skip


def test_a_missing_key_is_named(tmp_path):
    record = {key: value for key, value in RECORD.items() if key != "funds"}
    (problem,) = extract([write(tmp_path / "a.json", dump([record]))]).problems
    assert (problem.code, problem.message) == ("bad-evaluation", "这条记录 缺少必填的 funds")
    assert problem.file.endswith("a.json#1")


def test_an_unknown_key_is_ignored_with_one_note(tmp_path):
    records = [RECORD | {"colour": 1}, RECORD | {"colour": 2}]
    extraction = extract([write(tmp_path / "a.json", dump(records))])
    assert len(extraction.evaluations) == 2
    assert len(extraction.notes) == 1
    assert "colour" in extraction.notes[0]


def test_another_version_of_the_schema_is_refused(tmp_path):
    content = dump({"schema": "evaluation/9", "evaluations": [RECORD]})
    (problem,) = extract([write(tmp_path / "a.json", content)]).problems
    assert problem.code == "bad-evaluation"
    assert "evaluation/9" in problem.message


def test_json_that_breaks_off_names_line_and_column(tmp_path):
    (problem,) = extract([write(tmp_path / "a.json", '{"project": "x",\n "funds": [')]).problems
    assert problem.code == "damaged"
    assert "第 2 行" in problem.message


FLAT = (
    ("项目名称", "实施单位", "年初预算数", "全年预算数", "全年执行数", "执行率", "一级指标", "三级指标",
     "年度指标值", "实际完成值", "分值", "得分"),
    ("甲项目", "示例所", "10", "10.50", "9.50", "90.48%", "产出指标", "场次", "≥3场", "3场", "50", "50"),
    ("甲项目", "示例所", "10", "10.50", "9.50", "90.48%", "效益指标", "影响", "提高", "提高", "40", "40"),
    ("乙项目", "示例所", "5", "5", "5", "100%", "产出指标", "个数", "2个", "2个", "50", "50"),
)  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_a_flat_table_gives_one_form_per_project(tmp_path, encoding):
    content = "\n".join(",".join(row) for row in FLAT).encode(encoding)
    extraction = extract([write(tmp_path / "flat.csv", content)])
    assert extraction.problems == []
    first, second = extraction.evaluations
    assert (first.project, len(first.indicators), second.project) == ("甲项目", 2, "乙项目")
    assert (first.funds[0].full_year_budget, first.funds[0].rate) == ("10.50", "90.48%")
    assert first.locators["/indicators/1/target"] == {"line": 3}
    assert first.locators["/project"] == first.locators["/funds/0/rate"] == {"line": 2}
    assert "deviation" in first.missing_columns


def test_a_table_without_money_accuses_no_fund_table(tmp_path):
    header = "项目名称,三级指标,年度指标值,实际完成值,分值,得分"
    extraction = extract([write(tmp_path / "flat.csv", f"{header}\n甲,场次,3场,3场,10,10\n")])
    assert extraction.evaluations[0].missing_rows == ["funds"]


def test_a_flat_table_is_read_by_the_words_of_forms(tmp_path):
    header = "项目名称,预算单位,主管单位,全年预算,执行数,三级指标,指标值,全年完成值"
    (form,) = extract(
        [write(tmp_path / "f.csv", f"{header}\n甲,所,局,10,9,场次,3场,3场\n")]
    ).evaluations
    assert (form.unit, form.department, form.funds[0].executed) == ("所", "局", "9")
    assert form.indicators[0].actual == "3场"


def test_english_keys_name_the_columns_too(tmp_path):
    header = "project,level3,target,actual,funds.total.executed,funds.current_year.executed"
    content = f"{header}\n甲,场次,3场,2场,9.50,9.50\n"
    (form,) = extract([write(tmp_path / "flat.csv", content)]).evaluations
    assert [(f.kind, f.executed, f.parent) for f in form.funds] == [
        ("total", "9.50", None), ("current_year", "9.50", 0),
    ]  # fmt: skip


def test_a_worksheet_of_records_is_a_flat_table(tmp_path):
    book = openpyxl.Workbook()
    for row in FLAT:
        book.active.append(row)
    book.save(tmp_path / "flat.xlsx")
    extraction = extract([str(tmp_path / "flat.xlsx")])
    assert [form.project for form in extraction.evaluations] == ["甲项目", "乙项目"]
    assert extraction.evaluations[0].indicators[0].target == "≥3场"


def test_a_table_without_indicators_is_no_form(tmp_path):
    (problem,) = extract([write(tmp_path / "list.csv", "姓名,电话\n甲,1\n")]).problems
    assert problem.code == "no-form"


@pytest.mark.parametrize("sign", [",", ";"])
def test_cells_parted_by_a_sign_are_a_table_whatever_the_file_is_called(tmp_path, sign):
    rows = [sign.join(row) for row in FLAT]
    extraction = extract([write(tmp_path / "flat.txt", "\n".join(rows))])
    assert [form.project for form in extraction.evaluations] == ["甲项目", "乙项目"]
