"""Text that prints a merged cell once and nothing below it, as converters to Markdown do."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.forms.document_reader import evaluations
from auditor.intake import text
from auditor.intake.document import Document
from auditor.pipeline import Extraction, audit, choose
from benchmarks.mutations.forms import generate
from tests.rendering import render
from tests.rendering.layout import TEMPLATES, as_printed, lay_out
from tests.strategies import evaluations as evaluations_of_any_kind

DRAWN = {"markdown": render.draw_markdown, "bars": render.draw_bars}
CHOICE = choose()
# What reaches down over several rows: 项目资金, 年度总体目标, 绩效指标, the levels, 年度 over 指标值.
SMALL = """\
项目支出绩效自评表
（2024年度）
| 项目名称 |  | 河道保洁 |  |  |  |  |  |
| --- | --- | --- | --- | --- | --- | --- | --- |
| 主管部门 |  | 水务局 |  | 实施单位 | 河道所 |  |  |
| 项目资金（万元） |  | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分 |
| 年度资金总额 | 20 | 20 | 18 | 10 | 90% | 9 |  |
| 其中：财政拨款 | 20 | 20 | 18 | — | 90% | — |  |
| 其他资金 | — | — | — | — | — | — |  |
| 年度总体目标 | 预期目标 |  |  | 实际完成情况 |  |  |  |
| 保洁河道12公里，水质达标。 |  |  | 保洁河道12公里，水质达标率97%。 |  |  |  |  |
| 绩效指标 | 一级指标 | 二级指标 | 三级指标 | 年度 | 实际 | 分值 | 得分 |
| 指标值 | 完成值 |  |  |  |  |  |  |
| 产出指标 | 数量指标 | 保洁河道长度 | ≥12公里 | 12公里 | 40 | 40 |  |
| 质量指标 | 水质达标率 | ≥95% | 97% | 20 | 20 |  |  |
| 断面合格率 | ≥90% | 92% | 10 | 10 |  |  |  |
| 满意度指标 | 服务对象满意度指标 | 居民满意度 | ≥90% | 93% | 20 | 20 |  |
| 总分 |  |  |  |  |  | 100 | 99 |
"""


def read(dump):
    forms, problems, _notes = evaluations(Document("dump.md", text.read(dump.encode())))
    assert problems == []
    return forms


def indicators(form):
    return [
        (r.level1, r.level2, r.level3, r.target, r.actual, r.weight, r.score)
        for r in form.indicators
    ]


def test_rows_that_begin_further_left_are_read_below_their_headers():
    (form,) = read(SMALL)
    assert [
        (f.label, f.initial_budget, f.full_year_budget, f.executed, f.weight, f.rate, f.score)
        for f in form.funds
    ] == [
        ("年度资金总额", "20", "20", "18", "10", "90%", "9"),
        ("其中：财政拨款", "20", "20", "18", "—", "90%", "—"),
        ("其他资金", "—", "—", "—", "—", "—", "—"),
    ]
    assert (form.goal_expected, form.goal_actual) == (
        "保洁河道12公里，水质达标。",
        "保洁河道12公里，水质达标率97%。",
    )
    assert indicators(form) == [
        ("产出指标", "数量指标", "保洁河道长度", "≥12公里", "12公里", "40", "40"),
        ("产出指标", "质量指标", "水质达标率", "≥95%", "97%", "20", "20"),
        ("产出指标", "质量指标", "断面合格率", "≥90%", "92%", "10", "10"),
        ("满意度指标", "服务对象满意度指标", "居民满意度", "≥90%", "93%", "20", "20"),
    ]
    assert (form.total_weight, form.total_score) == ("100", "99")
    assert (form.doubts, form.unplaced) == ([], [])


def test_a_row_that_goes_with_two_places_is_in_doubt():
    row = "| 长效机制 | 健全 | 10 | 10 |  |  |  |  |\n| 总分 |"
    (form,) = read(SMALL.replace("| 总分 |", row))
    readings = {doubt.cell: set(doubt.readings) for doubt in form.doubts}
    assert readings["/indicators/4/target"] == {"长效机制", "健全"}
    assert readings["/indicators/4/actual"] == {"健全", "10"}


def test_a_name_that_is_no_level_stands_in_no_column_of_levels():
    row = "| 采购合规性 | 符合规定 | 符合规定 | 10 | 10 |  |  |  |\n| 总分 |"
    (form,) = read(SMALL.replace("| 总分 |", row))
    last = form.indicators[-1]
    assert (last.level3, last.target, last.actual) == ("采购合规性", "符合规定", "符合规定")
    assert (last.level1, last.weight, last.score) == ("满意度指标", "10", "10")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda t: t.name)
@pytest.mark.parametrize("layout", DRAWN)
@pytest.mark.parametrize("number", [1, 4, 6, 9, 13, 15])
def test_right_forms_come_back_whole_and_are_accused_of_nothing(layout, template, number):
    form = as_printed(generate(number), template)
    dump = DRAWN[layout]([lay_out(form, template)])
    (found,) = read(dump)
    kept = replace(form, grade=form.grade if template.grade_row else None)
    doubted = [doubt.cell for doubt in found.doubts]
    wrong = {
        cell: (said, dict(found.cells()).get(cell))
        for cell, said in kept.cells()
        if said != dict(found.cells()).get(cell) and cell not in doubted
    }
    assert wrong == {}
    due = _errors(audit(Extraction([kept]), CHOICE))
    assert _errors(audit(Extraction([found]), CHOICE)) <= due


def _errors(result):
    findings = [f for report in result.reports for f in report.findings]
    return {(f.rule, f.cells[0]) for f in findings if f.severity == "error"}


# 绩效指标 and 年度指标值 each stand over three columns, which a page's text does not print.
TWO_SPANS = """\
项目支出绩效自评表
（2024年度）
| 项目名称 | 河道保洁 ||||||||
| 主管部门 | 水务局 | 实施单位 | 河道所 ||||||
| 项目资金（万元） | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分 |||
| 年度资金总额 | 20 | 20 | 18 | 10 | 90% | 9 |||
| 年度总体目标 | 预期目标 | 实际完成情况 |||||||
| 保洁河道12公里。 | 保洁河道12公里，水质达标率97%。 ||||||||
| 绩效指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析 ||||
| 一级指标 | 二级指标 | 三级指标 | 指标性质 | 指标值 | 度量单位 ||||
| 产出指标 | 数量指标 | 保洁河道长度 | ≥ | 12 | 公里 | 12公里 | 50 | 50 | — |
| 质量指标 | 水质达标率 | ≥ | 95 | % | 97% | 20 | 20 | — ||
| 满意度指标 | 服务对象满意度指标 | 居民满意度 | ≥ | 90 | % | 93% | 20 | 20 | — |
| 总分 | 100 | 99 |||||||
"""


@pytest.mark.parametrize(
    "dump",
    [
        TWO_SPANS,
        TWO_SPANS.replace("| 绩效指标 |", "|\n绩效\n指标 |\n").replace("| 数量", "|\n数量"),
    ],
    ids=["a row to a line", "cells broken over lines"],
)
def test_a_header_over_several_columns_is_read_by_what_stands_below_it(dump):
    (form,) = read(dump)
    assert indicators(form) == [
        ("产出指标", "数量指标", "保洁河道长度", "≥12公里", "12公里", "50", "50"),
        ("产出指标", "质量指标", "水质达标率", "≥95%", "97%", "20", "20"),
        ("满意度指标", "服务对象满意度指标", "居民满意度", "≥90%", "93%", "20", "20"),
    ]
    assert (form.total_weight, form.total_score) == ("100", "99")


@pytest.mark.parametrize("layout", DRAWN)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(evaluations_of_any_kind(), st.sampled_from(TEMPLATES), st.randoms(use_true_random=False))
def test_no_form_and_no_torn_line_stops_the_reader(layout, form, template, random):
    lines = DRAWN[layout]([lay_out(as_printed(form, template), template)]).split("\n")
    torn = [line[: random.choice((0, len(line) // 2, len(line), len(line)))] for line in lines]
    evaluations(Document("dump.md", text.read("\n".join(torn).encode())))
