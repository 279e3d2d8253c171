"""Harmless changes of words, signs and order."""

import re
from copy import deepcopy
from random import Random

from auditor.forms.evaluation import AMOUNTS, Evaluation
from benchmarks.mutations.harmless.model import BLANKS, figured, harmless
from benchmarks.mutations.slips import figures
from benchmarks.mutations.slips.model import (
    is_full,
    number,
    scored,
)


@harmless("指标值中有空格")
def white_space(_random: Random, form: Evaluation) -> Evaluation:
    copy = deepcopy(form)
    for row in copy.indicators:
        row.target = re.sub(r"^(≥|≤|>=|<=)", r"\1 ", row.target or "") or None
    return copy


@harmless("空白原因换成各种短横、斜杠和“无”")
def blank_glyphs(random: Random, form: Evaluation) -> Evaluation | None:
    if "deviation" in form.missing_columns:
        return None
    copy = deepcopy(form)
    for row in copy.indicators:
        if row.deviation in BLANKS:
            row.deviation = random.choice(BLANKS)
    return copy


@harmless("同一级指标内换行序")
def rows_reordered(random: Random, form: Evaluation) -> Evaluation:
    copy = deepcopy(form)
    levels = list(dict.fromkeys(row.level1 for row in copy.indicators))
    made = []
    for level in levels:
        rows = [row for row in copy.indicators if row.level1 == level]
        random.shuffle(rows)
        made += rows
    copy.indicators = made
    return copy


@harmless("半角括号换全角括号")
def full_width_brackets(_random: Random, form: Evaluation) -> Evaluation:
    wide = str.maketrans("()", "（）")
    copy = deepcopy(form)
    for row in copy.indicators:
        row.target = (row.target or "").translate(wide) or None
        row.actual = (row.actual or "").translate(wide) or None
    return copy


@harmless("满分指标也写一句完成说明")
def remark_at_full_marks(random: Random, form: Evaluation) -> Evaluation | None:
    rows = [n for n in scored(form) if is_full(form.indicators[n])]
    rows = [n for n in rows if form.indicators[n].deviation in BLANKS]
    if "deviation" in form.missing_columns or not rows:
        return None
    copy = deepcopy(form)
    copy.indicators[random.choice(rows)].deviation = "已按计划完成，无偏差。"
    return copy


@harmless("单位加括号或去括号")
def unit_brackets(_random: Random, form: Evaluation) -> Evaluation:
    copy = deepcopy(form)
    for row in copy.indicators:
        both = figured(row, share=False)
        if both and both[0].unit and both[1].unit:
            target, actual = (figures.Figure(c.sign, c.digits, c.unit, not c.bracket) for c in both)
            row.target, row.actual = target.text(), actual.text()
    return copy


@harmless("级别名称带不带“指标”")
def level_suffix(_random: Random, form: Evaluation) -> Evaluation:
    copy = deepcopy(form)
    for row in copy.indicators:
        level = row.level2 or ""
        row.level2 = level.removesuffix("指标") if level.endswith("指标") else f"{level}指标"
    return copy


@harmless("三级指标带“指标1：”编号")
def numbered_names(_random: Random, form: Evaluation) -> Evaluation:
    copy = deepcopy(form)
    count = 0
    for row in copy.indicators:
        if row.level3 != "/":
            count += 1
            row.level3 = f"指标{count}：{row.level3}"
    return copy


@harmless("定性完成值用另一种达成说法")
def tier_synonym(random: Random, form: Evaluation) -> Evaluation | None:
    copy = deepcopy(form)
    done = False
    for n in scored(form):
        row = copy.indicators[n]
        words = not any(sign.isdigit() for sign in row.target or "0")
        if words and is_full(row):
            row.actual = random.choice(("达成预期指标", "达成目标", "达成年度指标", row.target))
            done = True
    return copy if done else None


_LABELS = {
    "total": ("年度资金总额", "年度资金总额：", "年度资金总额:", "资金总额"),
    "current_year": ("其中：当年财政拨款", "其中:当年财政拨款", "其中：财政拨款", "其中：本年财政拨款"),
    "carried_over": ("上年结转资金", "上年结转"),
    "other": ("其他资金", "其他"),
}  # fmt: skip


@harmless("资金行换一种常见行名")
def fund_labels(random: Random, form: Evaluation) -> Evaluation:
    copy = deepcopy(form)
    for row in copy.funds:
        if row.kind in _LABELS:
            row.label = random.choice(_LABELS[row.kind])
    return copy


@harmless("没有资金的来源行换成0、短横或空白")
def empty_fund_rows(random: Random, form: Evaluation) -> Evaluation | None:
    copy = deepcopy(form)
    sign = random.choice((None, "0", "0.00", "-", "—", "/"))
    rows = [
        row for row in copy.funds if row.parent is not None and not number(row.full_year_budget)
    ]
    for row in rows:
        for name in (*AMOUNTS, "rate"):
            setattr(row, name, sign)
    return copy if rows else None


@harmless("比较符换一种字形")
def comparator_glyphs(random: Random, form: Evaluation) -> Evaluation:
    glyphs = {
        "≥": ("≧", ">=", "⩾"),
        "≤": ("≦", "<=", "⩽"),
        ">=": ("≥",),
        "<=": ("≤",),
        "=": ("＝",),
    }
    copy = deepcopy(form)
    for row in copy.indicators:
        target = figures.figure(row.target)
        if target and target.sign:
            row.target = target.text(sign=random.choice(glyphs[target.sign]))
    return copy


@harmless("比较符换成“不低于”“以上”等文字")
def comparator_words(random: Random, form: Evaluation) -> Evaluation:
    copy = deepcopy(form)
    for row in copy.indicators:
        target = figures.figure(row.target)
        if target and target.sign in {"≥", ">="}:
            bare = target.text(sign="")
            row.target = random.choice((f"不低于{bare}", f"{bare}以上"))
        elif target and target.sign in {"≤", "<="} and target.value:
            bare = target.text(sign="")
            row.target = random.choice((f"不超过{bare}", f"{bare}以内"))
    return copy


_UNITS = {"人": "名", "公里": "千米", "平方米": "㎡"}


@harmless("完成值单位用同义写法")
def unit_synonyms(_random: Random, form: Evaluation) -> Evaluation | None:
    copy = deepcopy(form)
    done = False
    for row in copy.indicators:
        both = figures.pair(row)
        if both and both[1].unit in {"人", "公里", "平方米"}:
            row.actual = both[1].text(unit=_UNITS[both[1].unit])
            done = True
    return copy if done else None


@harmless("文字中增加与指标无关的数字")
def other_numbers_told(random: Random, form: Evaluation) -> Evaluation:
    copy = deepcopy(form)
    said = random.choice(
        (
            "有关做法写入第3期工作简报。",
            "全年召开专题调度会12次。",
            "项目档案按“一项目一档”整理，共5卷。",
            "单位成立于1998年，现有在编人员26名。",
            "根据《专项资金管理办法》（财办〔2019〕7号）加强资金管理。",
            "65周岁以上人员优先办理，90%的事项可以网上办。",
        )
    )
    copy.goal_actual = (copy.goal_actual or "") + said
    return copy


@harmless("表名中写不写年度")
def year_in_title(_random: Random, form: Evaluation) -> Evaluation:
    copy = deepcopy(form)
    bare = re.sub(r"（\d{4}年度）", "", form.title or "")
    copy.title = bare if bare != form.title else f"{form.year}年度{bare}"
    return copy


@harmless("填写项目负责人姓名")
def leader_named(_random: Random, form: Evaluation) -> Evaluation:
    copy = deepcopy(form)
    copy.leader = "温某某"
    return copy


@harmless("时限由“月底前”改写为具体日期")
def deadline_as_date(_random: Random, form: Evaluation) -> Evaluation | None:
    days = {4: 30, 6: 30, 9: 30, 11: 30, 2: 28}
    copy = deepcopy(form)
    done = False
    for row in copy.indicators:
        found = re.fullmatch(r"(\d{4}年)?(\d{1,2})月底前", row.target or "")
        if found:
            row.target = f"{found[1] or ''}{found[2]}月{days.get(int(found[2]), 31)}日前"
            done = True
    return copy if done else None


@harmless("总分行名换成“合计”")
def total_label(_random: Random, form: Evaluation) -> Evaluation | None:
    if form.total_label is None:
        return None
    copy = deepcopy(form)
    copy.total_label = "总分" if form.total_label == "合计" else "合计"
    return copy
