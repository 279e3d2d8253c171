"""One cause, one finding; what is in doubt accuses nobody."""

from auditor.forms.evaluation import Doubt
from tests.building import audited, form, found, fund, row


def test_the_wrong_base_is_told_once_with_its_score_and_its_sub_row():
    parts = fund("current_year", "195", "186.046", "186.046", rate="95%", weight="—", score="—")
    whole = fund("total", "195", "186.046", "186.046", rate="95%", weight="10", score="9.5")
    rules = [f[:2] for f in found(form(funds=[whole, parts]), select=["X", "F"])]
    assert rules == [("X02", "error")]


def test_a_wrong_score_that_does_not_follow_the_wrong_rate_is_told_too():
    whole = fund("total", "195", "186.046", "186.046", rate="95%", weight="10", score="7")
    assert [f[0] for f in found(form(funds=[whole]), select=["X"])] == ["X02", "X03"]


def test_zero_beside_money_spent_replaces_the_mismatch_on_its_row():
    whole = fund("total", "400", "400", "400", rate="100%", weight="10", score="10")
    part = fund("current_year", "400", "400", "400", rate="0.00", weight="—", score="—")
    assert found(form(funds=[whole, part]), select=["X"]) == [("X10", "error", ["/funds/1/rate"])]


def test_thrift_without_a_reason_is_one_finding_with_the_severity_of_the_missing_reason():
    cost = row(level1="成本指标", level2="经济成本指标", level3="支出", target="≤40万元",
               actual="37.190713万元", weight="20", score="18.6")  # fmt: skip
    assert found(form(indicators=[cost]), select=["C", "V"]) == [
        ("C06", "error", ["/indicators/0/score"])
    ]
    told = cost | {"deviation": "节约开支，将完善预算"}
    assert found(form(indicators=[told]), select=["C", "V"]) == [
        ("C06", "advice", ["/indicators/0/score"])
    ]


def test_nothing_done_and_full_marks_is_said_once():
    sheet = form(indicators=[row(target="≥6000人", actual="0人")])
    assert [f[0] for f in found(sheet, select=["C", "D04"])] == ["C12"]


def test_a_broken_zero_target_is_said_once():
    sheet = form(
        indicators=[row(level2="质量指标", level3="安全事故", target="=0起", actual="2起")]
    )
    assert [f[0] for f in found(sheet, select=["C"])] == ["C09"]


def test_a_value_of_another_magnitude_is_no_over_achievement():
    sheet = form(indicators=[row(level3="接入单位", target="≥19家", actual="100")])
    assert [f[0] for f in found(sheet, select=["D04", "Q01"])] == ["D04"]


def test_weights_and_total_that_share_a_gap_stand_apart_and_say_so():
    rows = [row(weight="50", score="48.5"), row(level1="效益指标", weight="30", score="30")]
    sheet = form(
        funds=[fund(weight="10", score="10")], indicators=rows, total_weight="100",
        total_score="98.5",
    )  # fmt: skip
    report = audited(sheet, select=["W01", "W02", "T01"]).reports[0]
    assert [f.rule for f in report.findings] == ["T01", "W01"]
    assert "分值不足 100" in report.findings[0].message


def test_a_doubtful_cell_accuses_nobody_and_is_told():
    whole = fund("total", "10", "10", "10", rate="50%", weight="10", score="10")
    sheet = form(funds=[whole])
    assert [f[0] for f in found(sheet, select=["X01"])] == ["X01"]
    sheet.doubts = [Doubt("/funds/0/executed", "看不清", ("10", "5"))]
    report = audited(sheet, select=["X01"]).reports[0]
    assert report.findings == []
    assert report.as_dict()["doubts"] == [
        {"cell": "/funds/0/executed", "reason": "看不清", "readings": ["10", "5"]}
    ]


def test_repeats_of_one_habit_are_one_finding_with_all_its_cells():
    rows = [row(level3=name, target="≥3个", actual="≥3个") for name in ("甲", "乙", "丙")]
    assert found(form(indicators=rows), select=["D08"]) == [
        ("D08", "warning", [f"/indicators/{n}/actual" for n in range(3)])
    ]
