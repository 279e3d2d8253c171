"""The templates of thirteen provinces, as they print them, are read whole in every format."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
import yaml

from auditor.forms.document_reader import evaluations
from auditor.forms.evaluation import Evaluation, Fund, Indicator
from auditor.intake import excel, web, word
from auditor.intake.document import Document
from auditor.intake.files import Found, read
from benchmarks.layouts.grammar import choices, compose
from benchmarks.layouts.labels import Words, listed
from benchmarks.layouts.measuring import Tally, compare
from tests.building import found
from tests.rendering import office, render

PROVINCES = yaml.safe_load((Path(__file__).parents[1] / "provinces.yaml").read_text("utf-8"))
READERS = {
    "docx": lambda page, width: word.read(render.draw_docx([page], width)),
    "xlsx": lambda page, width: excel.read(render.draw_xlsx([page], width)),
    "html": lambda page, _width: web.read(render.draw_html([page])),
}
_ROWS = [
    ["产出指标", "数量指标", "建成活动室", "≥6个", "6个"],
    ["产出指标", "质量指标", "验收合格率", "≥98%", "99%"],
    ["效益指标", "社会效益指标", "服务能力", "有效提升", "达成预期指标"],
    ["满意度指标", "服务对象满意度指标", "群众满意度", "≥90%", "95%"],
]


def _dice():
    return Random(0)


class _Printed(Words):
    """The labels of one province; the usual ones where it says nothing."""

    def __init__(self, roles):
        super().__init__(_dice(), 0.0)
        self._roles = roles

    def __call__(self, role, scope=""):  # noqa: ARG002 - the province has one word for each
        usual = listed()[role]["known"]
        return self._roles.get(role) or max(usual, key=usual.__getitem__)


def _clean(told):
    """A right form of the province: the first source has all the money."""
    without = told.get("without", [])
    size = Decimal(10000) if told.get("money") == "元" else Decimal(1)
    amounts = [f"{amount * size:f}" for amount in (Decimal(48), Decimal(48), Decimal("46.8"))]
    scored = "weight" not in without
    funds = []
    for number, (kind, label) in enumerate(told["funds"]):
        cells = amounts if number < 2 else [None] * 3
        points = ("10", "9.75") if number == 0 else ("—", "—")
        funds.append(Fund(kind, label, *cells, points[0], "97.5%" if number < 2 else None,
                          points[1], None, 0 if number else None))  # fmt: skip
    rows = told.get("rows", _ROWS)
    weights = {4: ("30", "20", "30", "10")}[len(rows)]
    indicators = [
        Indicator(*map(str, row), weight if scored else None, weight if scored else None)
        for row, weight in zip(rows, weights, strict=True)
    ]
    form = Evaluation("x", 1, "项目支出绩效自评表", "2023", "活动室建设", "清河县文化局", "清河县文化馆",
                      money_unit=told.get("money", "万元"), funds=funds, indicators=indicators,
                      goal_expected="建成活动室6个，方便群众开展活动。",
                      goal_actual="建成活动室6个，验收合格率99%。", missing_columns=list(without))  # fmt: skip
    for fund in form.funds:
        for name in ("weight", "score", "initial_budget"):
            if f"funds.{name}" in without:
                setattr(fund, name, None)
    if scored:
        form.total_label, form.total_weight, form.total_score = "总分", "100", "99.75"
        form.grade = "优"
    else:
        form.missing_rows = ["total", "grade"]
    return form


def _composed(name):
    told = PROVINCES[name]
    words = _Printed(told["roles"])
    plain = replace(choices(_dice(), plain=True), year_in="line", grade_in="row")
    layout = {k: tuple(v) if isinstance(v, list) else v for k, v in told["layout"].items()}
    made = compose(_dice(), _clean(told), words, replace(plain, **layout))
    for fund, (_kind, label) in zip(made.wanted.funds, told["funds"], strict=True):
        fund.label = label
    return made


def _in_own_words(name, monkeypatch):
    """The composed form, with the province's own fund labels."""
    from benchmarks.layouts import grammar

    labels = iter([label for _kind, label in PROVINCES[name]["funds"]])
    monkeypatch.setattr(grammar, "_fund_label", lambda _words, _fund: next(labels))
    return _composed(name)


@pytest.mark.parametrize("suffix", [*READERS, "pdf"])
@pytest.mark.parametrize("name", PROVINCES)
def test_a_province_is_read_whole(name, suffix, monkeypatch, tmp_path):
    made = _in_own_words(name, monkeypatch)
    if suffix == "pdf":
        if not office.available():
            pytest.skip("LibreOffice, which prints the PDF, is not installed")
        source = tmp_path / "form.docx"
        source.write_bytes(render.draw_docx([made.page], made.width))
        office.convert([source], "pdf", tmp_path)
        document = read(Found("form.pdf", tmp_path / "form.pdf"))
    else:
        document = Document("form", READERS[suffix](made.page, made.width))
    (form,), problems, _notes = evaluations(document)
    tally = Tally()
    assert problems == []
    assert compare(made.wanted, form, tally, name), tally.examples
    assert [f for f in found(form) if f[1] == "error"] == []


def test_thirteen_provinces_are_there():
    assert len(PROVINCES) == 13
