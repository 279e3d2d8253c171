"""The names that people read for cells, severities and verdicts."""

import re
from collections.abc import Mapping
from typing import Any

from auditor.forms.evaluation import Evaluation
from auditor.language import _

_SHORT = 16
_POINTER = re.compile(r"/(funds|indicators)/(\d+)(?:/(\w+))?")


def severity(level: str) -> str:
    """错误, 警告 or 提示."""
    return {"error": _("错误"), "warning": _("警告"), "advice": _("提示")}[level]


def verdict(name: str) -> str:
    """退回修改, 要求说明 or 通过."""
    return {"return": _("退回修改"), "explain": _("要求说明"), "pass": _("通过")}[name]


def fund_columns() -> dict[str, str]:
    """The columns of the fund table, in printed order."""
    return {
        "label": _("资金来源"),
        "initial_budget": _("年初预算数"),
        "full_year_budget": _("全年预算数"),
        "executed": _("全年执行数"),
        "weight": _("分值"),
        "rate": _("执行率"),
        "score": _("得分"),
        "reason": _("原因"),
    }


def indicator_columns() -> dict[str, str]:
    """The columns of the indicator table, in printed order."""
    return {
        "level1": _("一级指标"),
        "level2": _("二级指标"),
        "level3": _("三级指标"),
        "target": _("年度指标值"),
        "actual": _("实际完成值"),
        "weight": _("分值"),
        "score": _("得分"),
        "review_score": _("复核分"),
        "deviation": _("偏差原因"),
    }


def form_cells() -> dict[str, str]:
    """The cells that stand outside the two tables."""
    return {
        "title": _("表名"),
        "year": _("年度"),
        "project": _("项目名称"),
        "department": _("主管部门"),
        "unit": _("实施单位"),
        "leader": _("项目负责人"),
        "phone": _("联系电话"),
        "money_unit": _("金额单位"),
        "goal_expected": _("预期目标"),
        "goal_actual": _("实际完成情况"),
        "total_label": _("总分行的标签"),
        "total_weight": _("总分行的分值"),
        "total_score": _("总分"),
        "grade": _("评分等级"),
        "funds": _("资金表"),
        "indicators": _("指标表"),
    }


def cell(form: Evaluation, pointer: str) -> str:
    """A cell as a clerk would call it: 年度资金总额·执行率, 指标3“投保人数”·得分."""
    if pointer == "":
        return _("整张表")
    found = _POINTER.fullmatch(pointer)
    if found is None:
        return form_cells().get(pointer.removeprefix("/"), pointer)
    number, column = int(found[2]), found[3]
    if number >= len(getattr(form, found[1])):
        return pointer
    if found[1] == "funds":
        row = (form.funds[number].label or form.funds[number].kind).rstrip("：:")
        return f"{row}·{fund_columns().get(column, column)}"
    name = form.indicators[number].level3 or ""
    short = name if len(name) <= _SHORT else name[: _SHORT - 1] + "…"
    return _("指标{number}“{name}”·{column}").format(
        number=number + 1, name=short, column=indicator_columns().get(column, column)
    )


def place(form: Evaluation, pointer: str) -> str:
    """Where a cell stands in its file, as far as is known: 第12行, 表1第3行第2格, Sheet1!C6."""
    return place_of(form.locators.get(pointer) or {})


def place_of(known: Mapping[str, Any]) -> str:
    """Where a reader finds a cell (第12行, Sheet1!C6); an empty text if nothing is known."""
    parts = []
    if "address" in known:
        return f"{known.get('sheet', '')}!{known['address']}"
    if "page" in known:
        parts.append(_("第{n}页").format(n=known["page"]))
    if "table" in known:
        parts.append(_("表{n}").format(n=known["table"]))
        parts.append(_("第{n}行").format(n=known.get("row")))
        parts.append(_("第{n}格").format(n=known.get("column")))
    elif "line" in known:
        parts.append(_("第{n}行").format(n=known["line"]))
    return "".join(parts)
