"""Forms that lie packed are the forms that were put down, and an audit of them finds the same."""

import copy
import json
from itertools import product

import pytest

from auditor.findings.personal import masked
from auditor.forms import packed_forms
from auditor.forms.evaluation import Evaluation
from auditor.forms.packed_forms import PackedForms
from auditor.pipeline import Extraction, audit, choose
from benchmarks.forms import forms

MADE = forms(0, 23)


@pytest.fixture(autouse=True)
def small_packs(monkeypatch):
    monkeypatch.setattr(packed_forms, "TOGETHER", 5)


@pytest.mark.parametrize("count", [0, 1, 4, 5, 6, 10, 23])
def test_forms_come_back_as_they_were_put_down(count):
    kept = PackedForms(MADE[:count])
    assert len(kept) == count
    assert list(kept) == MADE[:count]
    assert [kept[place] for place in range(-count, count)] == 2 * MADE[:count]
    assert kept[1:17:3] == MADE[:count][1:17:3]
    assert list(copy.deepcopy(kept)) == MADE[:count]
    assert list(reversed(kept)) == MADE[:count][::-1]


@pytest.mark.parametrize("count", [0, 3, 5, 10, 12, 23])
def test_a_slice_is_the_forms_between_its_ends(count):
    kept = PackedForms(MADE[:count])
    for start, stop in product(range(-1, 24), repeat=2):
        assert list(kept[start:stop]) == MADE[:count][start:stop]


def test_whole_packs_are_a_part_that_is_not_opened():
    kept = PackedForms(MADE)
    assert isinstance(kept[5:15], PackedForms)
    assert isinstance(kept[20:], PackedForms)
    rest = kept[20:]
    kept.put(MADE[0])
    assert list(rest) == MADE[20:]


def test_there_is_no_form_beyond_the_last():
    kept = PackedForms(MADE[:7])
    for place in (7, 100, -8):
        with pytest.raises(IndexError):
            kept[place]


def test_a_form_is_found_while_others_are_still_put_down():
    kept = PackedForms()
    for number, form in enumerate(MADE):
        kept.put(form)
        assert kept[number // 2] == MADE[number // 2]


def test_packed_forms_are_audited_like_open_ones():
    choice = choose()
    of_list, of_shelf = (audit(Extraction(made), choice) for made in (MADE, PackedForms(MADE)))
    assert told(of_shelf) == told(of_list)
    assert told(masked(of_shelf)) == told(masked(of_list))


def test_a_report_shows_no_name_and_no_number_whichever_form_is_asked_first():
    people = [
        Evaluation("表.docx", n, project=f"项目{n}", leader=f"李小{n}", phone=f"1380000000{n}")
        for n in range(7)
    ]
    shown = masked(audit(Extraction(PackedForms(people)), choose()))
    for report in reversed(shown.reports):
        form = report.evaluation
        assert (form.project, form.leader, form.phone) == (report.project, "李**", "138********")


def told(result):
    return json.loads(json.dumps(result.as_dict(), default=str))
