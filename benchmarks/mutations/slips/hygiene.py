"""Slips of typing and editing: group H."""

import re
from random import Random

from auditor.forms.evaluation import Evaluation
from benchmarks.mutations.slips.model import Mutated, change, pick, scored, slip

GOAL, RESULT = "/goal_expected", "/goal_actual"
_PLACES = {
    "青岚市": "青兰市", "云溪县": "云西县", "南屿区": "南雨区", "白榆县": "白鱼县", "望川市": "旺川市",
    "石塘区": "石糖区", "鹿鸣县": "鹿名县", "东篱市": "东里市", "松溪镇": "松西镇",
}  # fmt: skip


def _added(form: Evaluation, said: str) -> Mutated:
    return change(form, {RESULT: (form.goal_actual or "") + said})


@slip("H01")
def placeholder_left(random: Random, form: Evaluation) -> Mutated:
    """范本占位符未替换"""
    said = random.choice(("共服务群众XX人次。", "完成任务××项。", "由**公司承担实施。"))
    return _added(form, said)


@slip("H01")
def year_placeholder_left(_random: Random, form: Evaluation) -> Mutated:
    """范本年份20XX未替换"""
    return change(form, {GOAL: f"20XX年，{form.goal_expected}"})


@slip("H02")
def instruction_left(random: Random, form: Evaluation) -> Mutated:
    """填表说明未删除"""
    said = random.choice(("（100字以内）", "对照年度目标，说明各项任务完成情况。"))
    return change(form, {RESULT: said + (form.goal_actual or "")})


@slip("H03")
def typo(_random: Random, form: Evaluation) -> Mutated | None:
    """“已”误作“己”"""
    text = form.goal_actual or ""
    wrong = re.sub("已(按计划|建立)", r"己\1", text, count=1)
    return change(form, {RESULT: wrong}) if wrong != text else None


@slip("H03")
def typo_in_word(_random: Random, form: Evaluation) -> Mutated | None:
    """“网络”误作“网路”等同音错字"""
    pairs = (("网络", "网路"), ("满意度", "满意渡"), ("实施", "实旋"))
    for right, wrong in pairs[:1]:
        for cell, text in ((GOAL, form.goal_expected or ""), (RESULT, form.goal_actual or "")):
            if right in text:
                return change(form, {cell: text.replace(right, wrong, 1)})
    return None


@slip("H04")
def fragment_repeated(_random: Random, form: Evaluation) -> Mutated:
    """语句片段重复"""
    return _added(form, "有效提升了管理水平管理水平，取得了的的成效。")


@slip("H05")
def bracket_unclosed(_random: Random, form: Evaluation) -> Mutated:
    """括号没有闭合"""
    return _added(form, "项目资料（含合同、验收单均已归档。")


@slip("H06")
def run_on_narrative(_random: Random, form: Evaluation) -> Mutated | None:
    """长段文字没有任何标点"""
    text = re.sub(r"[，。；、]", "", form.goal_actual or "")
    return change(form, {RESULT: text}) if len(text) > 100 and "." not in text else None


@slip("H07")
def stray_symbol(random: Random, form: Evaluation) -> Mutated | None:
    """指标名称开头残留符号"""
    row = pick(random, scored(form))
    if row is None:
        return None
    return change(
        form,
        {
            f"/indicators/{row}/level3": random.choice("：、；")
            + (form.indicators[row].level3 or "")
        },
    )


@slip("H08")
def phone_left(_random: Random, form: Evaluation) -> Mutated:
    """公开文字中留有姓名和手机号"""
    return _added(form, "联系人：温某某，联系电话13900000000。")


@slip("H04")
def fragment_doubled_in_a_word(random: Random, form: Evaluation) -> Mutated:
    """一段话重打时在词中间接错"""
    said = random.choice(
        (
            "完成岗位培设备、岗位培训。",
            "推进医疗机医疗机构改革。",
            "配齐人员配物资、人员配备到位。",
            "做好档案整工具、档案整理。",
            "保障困难群困难群众生活。",
        )
    )
    return _added(form, said)


@slip("H11")
def punctuation_slipped(random: Random, form: Evaluation) -> Mutated:
    """标点连用、顿号接“等”或括号一全一半"""
    said = random.choice(
        ("资料已归档，；验收合格。", "购置文具、书籍、等用品。", "走访（含村组)两轮。")
    )
    return _added(form, said)


@slip("H12")
def numbering_changed(random: Random, form: Evaluation) -> Mutated | None:
    """分项编号中途换了写法"""
    for cell, text in ((RESULT, form.goal_actual or ""), (GOAL, form.goal_expected or "")):
        changed = re.sub(r"(?<=；)2\.", random.choice(("2、", "（2）", "②")), text, count=1)
        if changed != text:
            return change(form, {cell: changed})
    return None


@slip("H07")
def name_broken_off(random: Random, form: Evaluation) -> Mutated | None:
    """指标名称没有写完"""
    row = pick(random, scored(form))
    if row is None:
        return None
    name = re.sub(r"[（(].*$", "", form.indicators[row].level3 or "")
    return change(
        form, {f"/indicators/{row}/level3": name + random.choice(("及", "和", "与", "的"))}
    )


@slip("H03")
def confused_word(random: Random, form: Evaluation) -> Mutated:
    """同音词误用：优与、以经、做为"""
    said = random.choice(
        (
            "完成质量优与上年。",
            "有关工作以经全部落实。",
            "做为重点任务推进。",
            "设备已按装到位。",
            "进一步完擅制度。",
        )
    )
    return _added(form, said)


@slip("H09")
def place_in_two_spellings(random: Random, form: Evaluation) -> Mutated | None:
    """地名在表内有两种写法"""
    unit = form.unit or ""
    for right, wrong in _PLACES.items():
        if right in unit:
            said = random.choice((f"{wrong}群众普遍受益。", f"工作覆盖{wrong}全域。"))
            return _added(form, said)
    return None
