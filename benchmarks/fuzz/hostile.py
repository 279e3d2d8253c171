"""Hostile evaluations: sound records in which some values are made to hurt whoever prints them."""

import random
from typing import Any

PIECES = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "]]>", "<!--", "&amp;&#0;", "</td></table>",
    "=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "'=1", '=HYPERLINK("http://x")',
    "\u202e倒\u202c", "\u200b", "\ufeff", "\x00", "\x1b[31m", "\x07\x08", "\ud800", "\udfff", "\uffff", "\ufdd0", "\x85",
    "::error::%0A", "##vso[task.complete]", "::set-output name=x::y", "%0D%0A", "\r\n\r\n", "\u2028\u2029",
    "{{ 7*7 }}", "{% raw %}", "${jndi:ldap://x}", "{0}{}", "%s%n", "{executed.__class__}", "\\", "\\n", '"', "'",
    "| a | b |\n|---|", "[x](javascript:1)", "`" * 3, "# ", "* * *", "<https://x>", "~~~", "$$", "_" * 5,
    "长" * 400, "1" * 60, "9" * 400, "-0.00", "1e400", "NaN", "Infinity", "１２３，４５６．００", "−5%", "5％", "∞", "½",
    "≥≤=100%", "100%%", "1,2,3", "0x10", "..", "/", "—", "年", "2021年13月45日", "13800000000", "110101199001011234",
    "../../etc/passwd", "C:\\con", "a\0b", "é\u0301\u0301", "👩‍👩‍👧‍👦", "🏴" * 20, "\U0010fffe", " ", "\u3000", "",
    "项目完成率", "完成", "优", "未完工", "提高", "3个", "95%", "95.00%", "10万元", "≥3场", "12月底前", "无", "总分", "100",
)  # fmt: skip
NORMAL = {
    "project": ["道路养护", "培训经费"], "department": ["示例局"], "unit": ["示例中心"], "year": ["2021", "2022"],
    "title": ["项目支出绩效自评表"], "goal_expected": ["完成养护10公里。"], "goal_actual": ["已完成养护10公里。"],
    "total_score": ["100", "95.5", "90"], "total_weight": ["100"], "total_label": ["总分"], "grade": ["优"],
    "label": ["年度资金总额", "当年财政拨款"], "initial_budget": ["10", "100.00"], "full_year_budget": ["10", "90.5"],
    "executed": ["10", "0", "8.75"], "rate": ["100%", "0", "87.5%"], "weight": ["10", "5"], "score": ["10", "9.5", "11"],
    "level1": ["产出指标", "效益指标", "满意度指标"], "level2": ["数量指标", "质量指标"], "level3": ["养护里程", "满意度"],
    "target": ["≥10公里", "100%", "12月"], "actual": ["10公里", "5", "100%"], "deviation": ["无", None], "reason": [None],
    "money_unit": ["万元"], "leader": [None], "phone": [None], "review_score": [None],
}  # fmt: skip
FUND = (
    "label",
    "initial_budget",
    "full_year_budget",
    "executed",
    "weight",
    "rate",
    "score",
    "reason",
)
ROW = (
    "level1",
    "level2",
    "level3",
    "target",
    "actual",
    "weight",
    "score",
    "review_score",
    "deviation",
)
HEAD = ("title", "year", "project", "department", "unit", "leader", "phone", "money_unit", "goal_expected",
        "goal_actual", "total_label", "total_weight", "total_score", "grade")  # fmt: skip


def evaluation(chance: random.Random) -> Any:
    """One hostile record; how hostile is a matter of chance."""
    rate = chance.choice((0.02, 0.1, 0.4, 0.9))

    def text(name: str) -> Any:
        if chance.random() < rate:
            made = "".join(chance.choices(PIECES, k=chance.choice((1, 1, 2, 3, 8))))
            return made * chance.choice((1, 1, 1, 1, 50)) if len(made) < 20 else made
        if chance.random() < rate / 200:
            return chance.choice((None, 0, -1, 1.5, 10**30, True, [], {}, ["x"], {"a": 1}))
        return chance.choice(NORMAL[name])

    made = {name: text(name) for name in HEAD}
    made["money_unit"] = (
        chance.choice(("万元", "元", None)) if chance.random() < 0.98 else text("unit")
    )
    made["funds"] = [
        {name: text(name) for name in FUND}
        | {"kind": "total" if n == 0 else chance.choice(("part", "current_year"))}
        for n in range(chance.choice((0, 1, 2, 5)))
    ]
    made["indicators"] = [
        {name: text(name) for name in ROW} for _n in range(chance.choice((0, 1, 3, 8, 30)))
    ]
    if chance.random() < 0.5:
        made["missing_rows"], made["missing_columns"] = [], []
    if chance.random() < rate / 16:
        made[chance.choice((*HEAD, "funds", "indicators"))] = chance.choice(
            (None, [], {}, 5, "x", [1], [None], [[]])
        )
    if chance.random() < rate / 2:
        made["source"] = {
            "file": "".join(chance.choices(PIECES, k=2)) or "x",
            "form": chance.choice((1, 2, 99)),
        }
    if chance.random() < rate / 2:
        made["doubts"] = [{"cell": chance.choice(("/project", "/nowhere", "")), "reason": text("project") or "x",
                           "readings": ["a"]}]  # fmt: skip
    return made
