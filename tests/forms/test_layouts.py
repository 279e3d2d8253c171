"""A province that nobody has seen: read, or honestly in doubt, and never accused."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor import resources
from auditor.forms import form_reader
from auditor.forms.document_reader import evaluations
from auditor.forms.rows import rows_of
from auditor.forms.streams import rows_of_stream
from auditor.forms.vocabulary import squeeze
from auditor.intake import text, word
from auditor.intake.document import Cell, Document, Grid, Line, Place
from benchmarks.layouts.ablation import document
from benchmarks.layouts.labels import listed
from benchmarks.layouts.run import HALVES, Outcome, case, outcome
from benchmarks.mutations.forms import generate
from tests.building import found
from tests.rendering import render
from tests.rendering.layout import NATIONAL, Box, lay_out
from tests.reporting.test_templates import FUNDS, GOALS, HEAD, ROWS

_STEMS = "子丑寅卯辰巳午未申酉戌亥角亢氐房心尾箕斗牛女虚危室壁奎娄胃昴毕觜参井鬼柳星张翼轸乾坤震巽坎离艮兑"


def _in_unknown_words(number):
    """A clean form whose every label is a word that no list holds."""
    form = generate(number)
    page = lay_out(form, NATIONAL)
    values = {value for _cell, value in form.cells() if value}
    labels = {form.total_label, *(fund.label for fund in form.funds)}
    labels |= {name for row in form.indicators for name in (row.level1, row.level2)}
    pool = ("".join(pair) for pair in product(_STEMS, _STEMS[:12]))
    words = {}

    def unknown(said):
        return words.setdefault(said, next(pool)) if said not in words else words[said]

    page.boxes = [
        Box(b.row, b.column, b.rowspan, b.colspan,
            unknown(b.text) if b.text and (b.text not in values or b.text in labels - {"/"})
            else b.text)
        for b in page.boxes
    ]  # fmt: skip
    page.heading = ["子午卯酉册"]
    (read, *_more), problems, _notes = evaluations(
        Document("new.docx", word.read(render.draw_docx([page], NATIONAL.width)))
    )
    assert problems == []
    return form, read


@pytest.mark.parametrize("number", [0, 1, 4, 7, 12])
def test_a_template_in_words_that_nobody_lists_is_read_by_its_figures_and_accused_of_nothing(
    number,
):
    form, read = _in_unknown_words(number)
    amounts = ("initial_budget", "full_year_budget", "executed")
    assert [[getattr(f, n) for n in amounts] for f in read.funds] == [
        [getattr(f, n) for n in amounts] for f in form.funds
    ]
    names = ("level3", "target", "actual", "weight", "score")
    assert [[getattr(row, n) for n in names] for row in read.indicators] == [
        [getattr(row, n) for n in names] for row in form.indicators
    ]
    assert (read.total_score, read.goal_actual) == (form.total_score, form.goal_actual)
    assert read.confidence < 0.8
    assert [f for f in found(read) if f[1] == "error"] == []


def test_the_withheld_half_of_the_labels_is_in_no_list_of_its_kind():
    vocabulary = resources.vocabulary()
    kept = {
        "header": vocabulary["labels"]["header"], "sections": vocabulary["labels"]["sections"],
        "goals": vocabulary["labels"]["goals"], "funds": vocabulary["columns"]["funds"],
        "indicators": vocabulary["columns"]["indicators"],
        "level1": vocabulary["levels"]["level1"], "level2": vocabulary["levels"]["level2"],
    }  # fmt: skip
    total = withheld = 0
    for role, halves in listed().items():
        total += sum(map(len, halves.values()))
        withheld += len(halves["withheld"])
        family, _dot, key = role.rpartition(".")
        if role.startswith("funds.kind."):
            names = vocabulary["labels"]["funds"].get(key, [])
        elif role in ("total", "grade", "blocks"):
            names = vocabulary["labels"][role]
        else:
            names = kept.get(family, {}).get(key, [])
        bare = {name.removesuffix("指标") for name in names} if "level" in family else set(names)
        for label in halves["withheld"]:
            said = label.removeprefix("其中：")
            assert said not in names, (role, label)
            assert "level" not in family or said.removesuffix("指标") not in bare, (role, label)
    assert total >= 400
    assert withheld * 2 >= total


@pytest.mark.slow
def test_a_sample_of_composed_layouts_is_read_cell_for_cell():
    into = {half: Outcome() for half in HALVES}
    outcome([made for n in range(4, 64) if (made := case(n)).suffix != "pdf"], into)
    known, withheld = (into[half].tally for half in HALVES)
    assert (known.whole, known.lost, withheld.lost) == (known.forms, 0, 0)
    assert withheld.share("exact", "doubted") >= 0.99
    assert withheld.share("silent") < 0.001
    assert [said for out in into.values() for said in out.said if "accused" in said] == []


# --- the law: nothing vanishes -----------------------------------------------------------------


def _accounted(parts, file="x"):
    """Every filled cell of every form is a field, a label, furniture, or listed as unplaced."""
    rows = list(rows_of(tuple(part for part in parts if isinstance(part, Grid))))
    for form, (ledger, own) in form_reader.read_with_ledger(file, rows):
        unplaced = [cell.text for cell in form.unplaced]
        told = [value for _cell, value in form.cells()]
        told += [reading for doubt in form.doubts for reading in doubt.readings]
        values = "\0".join(value for value in told if value is not None)
        for cell in (cell for row in own for cell in row.cells if squeeze(cell.text)):
            what = ledger.what(cell)
            if what is None:
                assert squeeze(cell.text) in unplaced, cell
            elif what == "field":
                said = squeeze(cell.text)
                inline = any(value and value in said for value in values.split("\0"))
                assert said in values or inline or len(said) <= 4, cell  # operators and units


@pytest.mark.parametrize("number", range(4, 40))
def test_every_filled_cell_of_a_composed_form_is_accounted_for(number):
    made = case(number)
    for composed in made.composed:
        _accounted(document(composed.page).parts)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(4, 60), st.randoms(use_true_random=False))
def test_every_filled_cell_of_a_broken_form_is_accounted_for(number, random):
    """Cells lost, doubled, blanked, exchanged or filled with anything: nothing vanishes."""
    page = case(number).composed[0].page
    boxes = list(page.boxes)
    for _edit in range(random.randint(1, 8)):
        at, other = random.randrange(len(boxes)), random.randrange(len(boxes))
        kind = random.choice(("lose", "blank", "exchange", "fill", "double"))
        if kind == "lose" and len(boxes) > 1:
            del boxes[at]
        elif kind == "exchange":
            one, two = boxes[at], boxes[other]
            boxes[at], boxes[other] = replace(one, text=two.text), replace(two, text=one.text)
        elif kind == "double":
            boxes[other] = replace(boxes[other], text=boxes[at].text)
        else:
            said = (
                ""
                if kind == "blank"
                else random.choice(("甲乙丙", "12.5", "总计", "项目名称", "/", "一。" * 30))
            )
            boxes[at] = replace(boxes[at], text=said)
    page.boxes = boxes
    _accounted(document(page).parts)


@pytest.mark.slow
def test_every_filled_cell_of_the_seeds_samples_and_examples_is_accounted_for():
    from auditor.intake.files import Found, read
    from auditor.intake.problems import Unreadable
    from tests.conftest import SAMPLES, SEEDS
    from tests.rendering.examples import FOLDER

    paths = [*FOLDER.glob("*.docx"), *FOLDER.glob("*.xlsx"), *FOLDER.glob("*.txt")]
    for folder in (SEEDS, SAMPLES, SEEDS.parent / "cases"):
        if folder.is_dir():
            paths += [
                p
                for p in sorted(folder.iterdir())
                if p.suffix in (".docx", ".xlsx", ".txt", ".html", ".pdf")
            ]
    assert paths
    for path in paths:
        try:
            parts = read(Found(path.name, path)).parts
        except Unreadable:  # an encrypted or damaged sample has no cells
            continue
        _accounted(parts, path.name)


def test_a_cell_that_nobody_knows_is_unplaced_with_its_place_and_silences_what_it_may_be():
    rows = ROWS.replace(
        "总分\t\t\t\t\t100\t99\t", "总分\t\t\t\t\t100\t99\t\n某事\t\t88.5\t\t\t\t\t"
    )
    dump = f"{HEAD}\n{FUNDS}\n{GOALS}\n{rows}"
    ((form,), _problems, _notes) = evaluations(Document("x", text.read(dump.encode())))
    assert {cell.text for cell in form.unplaced} == {"某事", "88.5"}
    assert all(cell.place["line"] == 14 for cell in form.unplaced)
    assert form.confidence < 1
    assert found(form, select=["S08", "S13", "T01", "W01"]) == []


# --- structure -----------------------------------------------------------------------------------


def _grid(*lines):
    cells = tuple(
        Cell(row, column, said, Place(table=1, row=row + 1, column=column + 1))
        for row, line in enumerate("\n".join(lines).split("\n"))
        for column, said in enumerate(line.split("\t"))
    )
    ((form,), problems, _notes) = evaluations(Document("x", (Grid(cells, spans_known=True),)))
    assert problems == []
    return form


def test_a_subtotal_is_no_indicator_and_the_last_sum_is_the_total():
    rows = ROWS.replace("\n效益", "\n产出小计\t\t\t\t\t50\t50\t\n效益")
    form = _grid(HEAD, FUNDS, GOALS, rows)
    assert [row.level3 for row in form.indicators] == ["场次", "影响"]
    assert (form.total_weight, form.total_score) == ("100", "99")


def test_a_total_by_a_name_that_nobody_lists_is_certain_where_it_is_the_sum():
    form = _grid(HEAD, FUNDS, GOALS, ROWS.replace("总分", "甲乙"))
    assert (form.total_label, form.total_score) == ("甲乙", "99")
    assert form.locators["/total_score"]["told_by"] == "sums"
    wrong = _grid(
        HEAD, FUNDS, GOALS, ROWS.replace("总分\t\t\t\t\t100\t99", "甲乙\t\t\t\t\t100\t89")
    )
    assert wrong.total_score == "89"
    assert "/total_score" in {doubt.cell for doubt in wrong.doubts}


def test_a_parent_row_carries_points_and_its_parts_carry_values():
    rows = ROWS.replace(
        "产出指标\t数量指标\t场次\t≥3场\t3场\t50\t50\t",
        "产出指标\t数量指标\t★场次\t\t\t50\t50\t\n\t\t其中：线上\t≥1场\t1场\t\t\t\n\t\t线下\t≥2场\t2场\t\t\t",
    )
    form = _grid(HEAD, FUNDS, GOALS, rows)
    assert [row.weight for row in form.indicators] == ["50", None, None, "40"]
    assert [f for f in found(form) if f[1] == "error"] == []


def test_a_row_that_scores_the_execution_rate_counts_once_and_needs_no_reason():
    rows = ROWS.replace(
        "\n产出指标", "\n预算执行\t预算执行率\t预算执行率\t\t\t10\t9\t\n产出指标", 1
    )
    form = _grid(HEAD, FUNDS, GOALS, rows)
    assert [f for f in found(form) if f[1] == "error"] == []


# --- text ------------------------------------------------------------------------------------------

_TABLE = [
    [cell for cell in line.split("\t") if cell]
    for part in (HEAD, FUNDS, GOALS, ROWS)
    for line in part.split("\n")
]
# A label that is a label of the head in itself, and one that is the name of another column.
_BROKEN = {"年度指标值": "年度\n\n指标值", "实际完成值": "实际\n\n完成值", "执行率": "执行\n\n率"}
_ONE_LINE = " ".join(cell for row in _TABLE for cell in row)


@pytest.mark.parametrize(
    "dump",
    [
        "\n".join(f"{cell} |" for row in _TABLE for cell in row),
        _ONE_LINE,
        "\n".join(f"| {' | '.join(row)} |" for row in _TABLE),
        "\n\n".join(_BROKEN.get(cell, cell) for row in _TABLE for cell in row),
    ],
    ids=["a cell to a line with bars", "all in one line", "ragged bars", "paragraphs in cells"],
)
def test_text_without_rows_is_read_by_what_its_cells_are(dump):
    ((form,), problems, _notes) = evaluations(Document("x", text.read(dump.encode())))
    assert problems == []
    assert (form.project, form.department, form.unit) == ("示例", "示例局", "示例所")
    assert (form.goal_expected, form.goal_actual) == ("目标文字", "完成文字")
    assert [(f.label, f.full_year_budget, f.executed, f.weight, f.score) for f in form.funds] == [
        ("年度资金总额", "10", "9", "10", "9"), ("其中：当年财政拨款", "10", "9", "—", "—"),
    ]  # fmt: skip
    assert [(r.level2, r.level3, r.target, r.actual, r.weight, r.score) for r in form.indicators] == [
        ("数量指标", "场次", "≥3场", "3场", "50", "50"),
        ("社会效益指标", "影响", "提高", "达成指标", "40", "40"),
    ]  # fmt: skip
    assert (form.total_weight, form.total_score) == ("100", "99")


def test_several_forms_in_a_stream_stay_apart():
    dump = f"{_ONE_LINE} {_ONE_LINE.replace('示例 ', '另一 ', 1)}"
    forms = form_reader.read("x", rows_of_stream([Line(dump, Place(line=1))]))
    assert [(form.project, len(form.indicators)) for form in forms] == [("示例", 2), ("另一", 2)]


def test_labels_of_a_form_in_a_layout_that_cannot_be_read_are_no_absent_form():
    dump = "项目名称 主管部门 实施单位 年初预算数 预期目标 实际完成情况 总分 一级指标"
    forms, problems, _notes = evaluations(Document("x", text.read(dump.encode())))
    assert forms == []
    assert [problem.code for problem in problems] == ["unread-layout"]


def test_an_evaluation_that_tells_no_missing_rows_is_accused_of_no_absence():
    from auditor.forms.records import read_records
    from auditor.intake.records import read_json

    given = (
        '{"project": "甲", "department": null, "unit": null, "total_label": null, "grade": null, '
        '"goal_expected": null, "goal_actual": null, '
        '"funds": [{"kind": "total", "full_year_budget": "10", "executed": "10"}], '
        '"indicators": [{"level1": "产出指标", "level2": "数量指标", "level3": "场次", "target": "3场", '
        '"actual": "3场", "weight": "90", "score": "90", "deviation": null}]}'
    )
    (form,) = read_records("x", read_json(given))
    assert found(form, select=["S03", "S04", "S07", "S13", "T04"]) == []
    assert replace(form).unknown >= {"department", "grade", "total_label"}
