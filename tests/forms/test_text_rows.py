"""Text dumps with a line per row: read cell for cell, or in doubt where blank cells were lost."""

import unicodedata

import pytest

from auditor.forms.document_reader import evaluations
from auditor.intake import text
from auditor.intake.document import Document
from tests.building import found
from tests.reporting.test_templates import FUNDS, GOALS, HEAD, ROWS

TABLE = [
    line.split("\t")
    for part in (HEAD, FUNDS, GOALS, ROWS.replace("3场\t50\t50\t", "3场\t50\t49\t个别推迟"))
    for line in part.split("\n")
]


def _width(cell):
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in cell)


def _padded(rows):
    widths = [
        max(_width(row[n]) for row in rows if len(row) > n and sum(map(bool, row)) > 1) + 2
        for n in range(8)
    ]
    return [
        "".join(cell + " " * (widths[n] - _width(cell)) for n, cell in enumerate(row)).rstrip()
        for row in rows
    ]


def _filled(row):
    return [cell for cell in row if cell]


LAYOUTS = {
    "framed bars": lambda rows: [f"| {' | '.join(r)} |" if len(r) > 1 else r[0] for r in rows],
    "bare bars": lambda rows: ["|".join(row) for row in rows],
    "markdown": lambda rows: [
        "|---" * 8 + "|" if n == 2.5 else line
        for n, line in sorted(
            [(2.5, "")]
            + [(n, f"|{'|'.join(r)}|" if len(r) > 1 else r[0]) for n, r in enumerate(rows)]
        )
    ],
    "bars, blank cells lost": lambda rows: ["|".join(_filled(row)) for row in rows],
    "tabs, blank cells lost": lambda rows: ["\t".join(_filled(row)) for row in rows],
    "aligned": _padded,
    "wide gaps": lambda rows: ["   ".join(_filled(row)) for row in rows],
    "single spaces": lambda rows: [" ".join(_filled(row)) for row in rows],
}


def read(layout, rows=TABLE):
    dump = "\n".join(LAYOUTS[layout](rows))
    (form,), problems, _notes = evaluations(Document("dump", text.read(dump.encode())))
    assert problems == []
    return form


@pytest.mark.parametrize("layout", LAYOUTS)
def test_rows_of_text_are_the_cells_of_the_form(layout):
    form = read(layout)
    assert [
        (r.level1, r.level2, r.level3, r.target, r.actual, r.weight, r.score, r.deviation)
        for r in form.indicators
    ] == [
        ("产出指标", "数量指标", "场次", "≥3场", "3场", "50", "49", "个别推迟"),
        ("效益指标", "社会效益指标", "影响", "提高", "达成指标", "40", "40", None),
    ]
    assert [(f.label, f.initial_budget, f.executed, f.weight, f.score) for f in form.funds] == [
        ("年度资金总额", "10", "9", "10", "9"), ("其中：当年财政拨款", "10", "9", "—", "—"),
    ]  # fmt: skip
    assert (form.goal_expected, form.goal_actual) == ("目标文字", "完成文字")
    assert (form.project, form.department, form.unit) == ("示例", "示例局", "示例所")
    assert (form.total_weight, form.total_score, form.doubts) == ("100", "99", [])


LOST = [name for name in LAYOUTS if name not in ("framed bars", "bare bars", "markdown")]


@pytest.mark.parametrize("layout", [name for name in LOST if name != "aligned"])
def test_a_blank_in_the_middle_of_a_row_is_a_doubt_where_blanks_are_lost(layout):
    rows = [["效益指标", "社会效益指标", "影响", "提高", "", "40", "40", ""]
            if row[0] == "效益指标" else row for row in TABLE]  # fmt: skip
    rows = [["", "其中：当年财政拨款", "", "10", "9", "—", "90%", "—"]
            if row[1:2] == ["其中：当年财政拨款"] else row for row in rows]  # fmt: skip
    doubted = {doubt.cell for doubt in read(layout, rows).doubts}
    assert {"/indicators/1/actual", "/indicators/1/weight", "/indicators/1/score"} <= doubted
    assert {"/funds/1/initial_budget", "/funds/1/executed"} <= doubted
    assert not any(cell.startswith(("/indicators/0", "/funds/0")) for cell in doubted)


@pytest.mark.parametrize("layout", LOST)
def test_merged_levels_that_are_lost_are_filled_down(layout):
    rows = [*TABLE[:-1], ["", "", "人数", "≥5人", "5人", "10", "10", ""], TABLE[-1]]
    row = read(layout, rows).indicators[2]
    assert (row.level1, row.level2, row.level3, row.weight) == (
        "效益指标", "社会效益指标", "人数", "10",
    )  # fmt: skip


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_a_cell_per_line_without_marks_is_cut_into_rows_by_kind(gap):
    dump = gap.join(cell for row in TABLE for cell in row if cell)
    (form,), problems, _notes = evaluations(Document("dump", text.read(dump.encode())))
    assert problems == []
    assert [
        (r.level1, r.level3, r.target, r.actual, r.weight, r.score, r.deviation)
        for r in form.indicators
    ] == [
        ("产出指标", "场次", "≥3场", "3场", "50", "49", "个别推迟"),
        ("效益指标", "影响", "提高", "达成指标", "40", "40", None),
    ]
    assert [(f.label, f.initial_budget, f.executed, f.weight, f.score) for f in form.funds] == [
        ("年度资金总额", "10", "9", "10", "9"), ("其中：当年财政拨款", "10", "9", "—", "—"),
    ]  # fmt: skip
    assert (form.goal_expected, form.goal_actual) == ("目标文字", "完成文字")
    assert (form.total_weight, form.total_score) == ("100", "99")


def test_a_cell_per_line_that_lacks_a_cell_is_in_doubt_where_it_could_be_another():
    rows = [[*row] for row in TABLE]
    rows[-2] = [cell for cell in rows[-2] if cell != "达成指标"]
    dump = "\n".join(cell for row in rows for cell in row if cell)
    (form,), _problems, _notes = evaluations(Document("dump", text.read(dump.encode())))
    assert {"/indicators/1/target", "/indicators/1/actual"} & {d.cell for d in form.doubts}
    assert [f for f in found(form) if f[1] == "error"] == []
