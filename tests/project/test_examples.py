"""``examples/`` is what the generator draws, reads the same in every format, and has its faults."""

import pytest

from auditor.pipeline import extract
from tests.building import audited
from tests.rendering.examples import FOLDER, TEMPLATE_OF, forms_of, write

PLANTED = {
    "老年人健康体检": [],
    "家庭医生签约服务": ["C06", "X02", "B02", "B04", "Q13", "Q17"],
    "医疗信息系统运行维护": ["X10", "D01", "D03", "Q06", "Q15", "S15"],
    "城区绿化养护": ["T01", "S15", "W06"],
    "公园设施维修": ["C12", "F01", "D03", "S10", "S15", "W06"],
    "道路清扫保洁": ["S15"],
    "高素质农民培训": [
        "T01", "W01", "C11", "D08", "P01", "Q03", "Y01", "D12", "Q17", "S15",
    ],
    "病虫害统防统治": ["C05", "C08", "H01", "V01", "B04", "Q13"],
    "农产品质量抽检": ["X03", "C04", "P03", "Q01", "S15", "W06", "X07"],
}  # fmt: skip


def test_the_examples_are_what_the_generator_draws(tmp_path):
    for path in write(tmp_path):
        assert path.read_bytes() == (FOLDER / path.name).read_bytes(), path.name


@pytest.mark.parametrize("suffix", [".docx", ".xlsx", ".txt"])
@pytest.mark.parametrize("stem", TEMPLATE_OF)
def test_every_format_reads_like_its_json(stem, suffix):
    read = extract([str(FOLDER / f"{stem}{suffix}")]).evaluations
    assert [dict(form.cells()) for form in read] == [dict(f.cells()) for f in forms_of(stem)]


def test_every_planted_fault_is_found_and_the_clean_forms_are_clean():
    audit = audited(*(form for stem in TEMPLATE_OF for form in forms_of(stem)))
    found = {r.evaluation.project: [f.rule for f in r.findings] for r in audit.reports}
    assert found == PLANTED
