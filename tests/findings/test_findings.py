"""A finding carries what its reader needs, and is known again when the form comes back."""

import json

import jsonschema
import pytest
from hypothesis import given, settings

from auditor.reporting import machine
from auditor.reporting.report_input import ReportInput
from auditor.schemas import load
from tests.building import audited, form, fund, row
from tests.strategies import evaluations


def test_a_finding_names_cells_evidence_figures_and_what_to_do():
    sheet = form(funds=[fund(budget="186.046", executed="186.046", rate="85%")])
    (finding,) = audited(sheet, select=["X01"]).reports[0].findings
    assert finding.as_dict() | {"fingerprint": "…"} == {
        "rule": "X01",
        "name": "exec-rate-mismatch",
        "severity": "error",
        "confidence": "high",
        "cells": ["/funds/0/rate"],
        "evidence": [
            {"cell": "/funds/0/rate", "text": "85%"},
            {"cell": "/funds/0/executed", "text": "186.046"},
            {"cell": "/funds/0/full_year_budget", "text": "186.046"},
        ],
        "reported": "85%",
        "expected": "100%",
        "difference": "-15%",
        "message": "执行率填报 85%，按 186.046 ÷ 186.046 应为 100%",
        "remedy": "执行率 = 全年执行数 ÷ 全年预算数；改正后重算执行得分和总分",
        "cause": {
            "code": "least-repair",
            "message": "改动最少的办法是把total·执行率由 85% 改为 100%",
            "repair": {"/funds/0/rate": "100%"},
            "alternatives": [],
        },
        "impact": None,
        "basis": [],
        "fingerprint": "…",
        "waived": None,
        "folded_into": None,
    }


def fingerprints(*forms):
    return {f.fingerprint for r in audited(*forms).reports for f in r.findings}


def test_order_of_rows_and_forms_and_other_cells_do_not_change_a_fingerprint():
    bad = row(level3="合格率", level2="质量指标", target="≥95%", actual="90%")
    other = row(level3="场次")
    first = form(indicators=[bad, other], unit="甲")
    again = form(indicators=[other | {"actual": "4场"}, bad], unit="甲")
    (one,) = fingerprints_of(first, "C04")
    assert fingerprints_of(again, "C04") == [one]
    assert one in fingerprints(form(unit="乙"), again)


def fingerprints_of(sheet, rule):
    findings = audited(sheet, select=[rule]).reports[0].findings
    return [finding.fingerprint for finding in findings]


def test_a_changed_figure_changes_the_fingerprint_and_equal_rows_are_told_apart():
    bad = row(level3="合格率", level2="质量指标", target="≥95%", actual="90%")
    one, two = fingerprints_of(form(indicators=[bad, bad]), "C04")
    assert one != two
    changed = bad | {"score": "9.9", "weight": "9.9"}
    assert fingerprints_of(form(indicators=[changed]), "C04")[0] not in (one, two)


@pytest.mark.parametrize(
    ("severities", "verdict"),
    [(["X01"], "return"), (["D08"], "explain"), (["W06"], "pass"), ([], "pass")],
)
def test_the_verdict_follows_the_gravest_finding(severities, verdict):
    sheet = form(
        funds=[fund(budget="10", executed="5", rate="90%")],
        indicators=[row(actual="≥3场", weight="30", score="30")],
    )
    report = audited(sheet, select=severities or ["H01"]).reports[0]
    assert report.verdict() == verdict


@settings(max_examples=25, deadline=None)
@given(evaluations())
def test_whatever_the_form_the_output_keeps_its_schemas_and_no_rule_fails(sheet):
    audit = audited(sheet)
    assert audit.rule_errors == []
    jsonschema.validate(
        json.loads(machine.findings_document(ReportInput(audit, {}))), load("findings")
    )
    jsonschema.validate(
        {"schema": "evaluation/1", "evaluations": [sheet.as_dict()]}, load("evaluation")
    )


@settings(max_examples=25, deadline=None)
@given(evaluations())
def test_every_cell_that_a_finding_names_exists(sheet):
    cells = {cell for cell, _text in sheet.cells()} | {"", "/funds", "/indicators"}
    for finding in audited(sheet).reports[0].findings:
        assert set(finding.cells) <= cells
        assert finding.cells or finding.rule


def test_a_fault_of_most_forms_of_a_template_is_told_once_and_stays_in_each_report():
    def sheet(project, rate):
        part = fund("current_year", "4", "4", "4", rate=rate, label="其中：当年财政拨款")
        return form(project=project, funds=[fund("total", "4", "4", "4", rate="100%"), part])

    audit = audited(*(sheet(name, "0.00") for name in "甲乙丙丁"), select=["X10"])
    (entry,) = audit.batch
    assert [f["source"]["form"] for f in entry.forms] == [1, 1, 1, 1]
    assert [[f.folded_into for f in r.findings] for r in audit.reports] == [[0]] * 4
    assert [r.counts()["error"] for r in audit.reports] == [1] * 4
    assert audit.summary()["findings"] == {"error": 1, "warning": 0, "advice": 0}
    two = audited(sheet("甲", "0.00"), sheet("乙", "100%"), sheet("丙", "100%"), select=["X10"])
    assert two.batch == []
