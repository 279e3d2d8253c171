"""Slips of typing and editing: group H."""

import re
from random import Random

from auditor.forms.evaluation import Evaluation
from benchmarks.mutations.slips.model import Mutated, change, pick, scored, slip

GOAL, RESULT = "/goal_expected", "/goal_actual"


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
