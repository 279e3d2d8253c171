"""The fact tables: every column a rule may look at, with its type and meaning.

Version 1. A column is added freely; one that changes its meaning gets a new name.

A printed number ``x`` has five columns: ``x`` (exact value or null), ``x_lo`` and ``x_hi`` (what its
printed digits may stand for), ``x_text`` (as printed) and ``x_blank`` (the cell is empty, in a column
that the template has). A computed number has ``x``, ``x_lo``, ``x_hi`` and ``x_cells``: the cells it
was computed from, as JSON Pointers with blanks between. ``cell`` is the pointer of the row itself.
"""

from dataclasses import dataclass
from functools import cache

VERSION = 1
DECIMAL = "DECIMAL(30,12)"
SCALE = 12
WHOLE_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Column:
    """One column: SQL type and what it holds."""

    name: str
    type: str
    doc: str


def _column(kind: str, name: str, doc: str) -> list[Column]:
    if kind == "printed":
        return [
            Column(name, DECIMAL, doc),
            Column(f"{name}_lo", DECIMAL, f"least value that {name}_text may stand for"),
            Column(f"{name}_hi", DECIMAL, f"greatest value that {name}_text may stand for"),
            Column(f"{name}_text", "VARCHAR", f"{doc}, as printed"),
            Column(f"{name}_blank", "BOOLEAN", f"{doc}: the cell is empty"),
        ]
    if kind == "computed":
        return [
            Column(name, DECIMAL, doc),
            Column(f"{name}_lo", DECIMAL, f"least value of {name} within printed precision"),
            Column(f"{name}_hi", DECIMAL, f"greatest value of {name} within printed precision"),
            Column(f"{name}_cells", "VARCHAR", f"cells that {name} was computed from"),
        ]
    sql = {"text": "VARCHAR", "flag": "BOOLEAN", "count": "INTEGER", "ratio": DECIMAL}[kind]
    return [Column(name, sql, doc)]


_KEYS = """
count   form_id   number of the form in the submission
count   row_id    number of the row in its table of the form
text    cell      JSON Pointer of the row
"""

_FUND_LINES = """
text     kind                      total, current_year, carried_over, other or part
text     label                     label as printed (资金名称)
text     name                      label, or what such a row is usually called
printed  initial_budget            年初预算数
printed  full_year_budget          全年预算数
printed  executed                  全年执行数
printed  weight                    分值
printed  rate                      执行率 as a fraction: 95% is 0.95
printed  score                     得分
flag     amount_invalid            an amount is printed that is no number, or below zero
text     amount_invalid_cells      the cells of such amounts
text     blank_amount_cells        amounts of the total that are empty or a dash, but must be given
computed parts_initial_budget      sum of 年初预算数 over the direct parts, blanks as 0
computed parts_full_year_budget    sum of 全年预算数 over the direct parts
computed parts_executed            sum of 全年执行数 over the direct parts
count    parts                     direct parts of this row
count    filled_initial_budget     direct parts whose 年初预算数 is a number
count    filled_full_year_budget   direct parts whose 全年预算数 is a number
count    filled_executed           direct parts whose 全年执行数 is a number
count    sibling_budgets           rows beside this one, itself included, with 全年预算数 above 0
count    sibling_executions        rows beside this one, itself included, whose 全年执行数 is a number
flag     first_part                first direct part of the total
ratio    total_executed            全年执行数 of the row that this one is part of
ratio    base_initial_budget       年初预算数, or the sum of the parts where the two disagree
ratio    budget_change             全年预算数 / base_initial_budget - 1
flag     change_is_carry_over      the change equals what 上年结转 gained in the year
count    budget_decimals           significant decimals of 全年预算数
ratio    executed_share            全年执行数 / 全年预算数
ratio    attainment                score / weight over all indicators
ratio    attainment_gap            (attainment - executed_share) / attainment
flag     output_full               some output indicator has full marks
flag     score_follows_rate        得分 is 分值 × the printed 执行率
flag     adjustment_told           a word of budget adjustment stands somewhere in the texts
flag     approval_told             a word of approval (追加, 下达, a document number) stands somewhere
flag     unspent_told              a reason for unspent money stands somewhere, or in a reason cell
"""

_INDICATORS = """
text     level1              一级指标 as printed
text     level1_kind         output, benefit, satisfaction, cost, process; null when unknown
text     level2              二级指标 as printed
text     level2_kind         quantity, quality, timeliness, cost, economic, social … ; null when unknown
flag     level2_first        first row of its second level
text     level2_suggestion   known name of a second level at most two letters away
count    level2_distance     edit distance to it
text     level3              三级指标 as printed
printed  target              年度指标值, in the base unit of its dimension; a statement, so exact
printed  actual              实际完成值, in the base unit of its dimension
text     target_kind         blank, mark, number, range, date, tier, grade or text
text     actual_kind         the same of the actual value
text     target_op           comparator of the target: >=, <=, >, <, =, or null
text     actual_op           comparator of the actual value
text     target_unit         canonical unit of the target
text     actual_unit         canonical unit of the actual value
text     target_dimension    dimension of the target's unit
text     actual_dimension    dimension of the actual value's unit
printed  weight              分值
printed  score               得分
flag     score_invalid       得分 is printed and is no number, or below zero
flag     score_above_weight  得分 is above 分值, whatever rounding
text     blank_cells         of target, actual, weight and score, those left empty or a dash
flag     cell_empty          one of them is empty
flag     has_reason_column   the template has a column for reasons
text     deviation           偏差原因 as printed
flag     reason_blank        no reason is given (empty, a dash, 无)
flag     reason_has_measure  the reason names a measure
flag     placeholder_row     a row of dashes or slashes: no indicator
flag     scored              an indicator with a weight above 0
flag     is_cost             a cost indicator
flag     more_wanted         its name speaks of savings, grants or own money: no ceiling
text     direction           up, down or equal: which way is better
flag     comparable          target and actual can be compared: same dimension, no unit in doubt
ratio    ratio               actual / target, where both are numbers of one unit or a unit is missing
flag     attained            true: certainly met; false: certainly missed; null: cannot tell
flag     dated               target and actual are both dates
flag     bounded_rate        a rate that cannot pass 100%
flag     one_lacks_percent   one side in (0, 1.5] has no unit where the other is a percentage
text     fraction_cell       that side's cell
text     unit_conflict       how name and unit disagree: bracket, count, rate, number, incident
text     name_unit           unit in the brackets of the name
flag     actual_unit_missing the target has a unit, the actual value a number without one
text     units_clash         hard (different dimensions) or soft (convertible, or both counts)
flag     far_above           the actual value is at least twice the target
flag     target_wordy        the target is words without any digit
ratio    due_score           分值 by proportion of attainment: all of it where the target is met
ratio    rate_score          分值 × actual / target, whichever way is better
ratio    score_tolerance     max(0.1, one unit of the last decimal of 得分): what a proportion may be off
ratio    ceiling_tolerance   max(0.1, half a unit): how near 得分 must be to rate_score
flag     repeats_target      the actual value repeats the target
flag     target_vague        a target that nobody can measure
ratio    vague_weight        weight of all such rows of the form
text     duplicate_of        cell of an earlier row with the same name
text     duplicate_scope     within (one level) or across (output and benefit)
ratio    target_amount       target of a cost row in the money unit of the form
ratio    initial_budget      年初预算数 of the project
ratio    full_year_budget    全年预算数 of the project
ratio    budget_change       全年预算数 / 年初预算数 - 1
flag     equals_initial_budget  that amount is 年初预算数
text     budget_cells        the cells of 年初预算数 and 全年预算数
"""

_FORMS = """
text     title                 表名 as printed
flag     title_year            表名 names a year
text     year                  budget year
flag     title_known           the source shows a title block
text     project               项目名称
text     department            主管部门
text     unit                  实施单位
text     header_blank_cells    header cells that are empty
flag     goals_told                the source says whether it has goals
text     goal_blank_cells      goal cells that are empty
flag     fund_table            the form has a fund table
count    fund_totals           rows of 年度资金总额
count    fund_parts            rows below it
flag     parts_expected        the template has such rows
count    rows                  indicators with a weight above 0, or all where there are no weights
flag     levels_known          every first level is known
count    outputs               of these, output indicators
count    benefits              of these, benefit indicators
count    satisfactions         of these, satisfaction indicators (by level or name)
flag     serves_outsiders      goal or project name speaks of people served
text     missing_levels      产出指标, 效益指标: those without an indicator
flag     subtypes_known      some second level is a known one
text     missing_subtypes      output subtypes without an indicator, in Chinese
flag     total_told            the source says whether it has a row of totals
text     total_label           label of the row of totals
printed  total_weight          分值 of the row of totals
printed  total_score           总分
computed weight_sum            weights of execution and of all indicators
computed score_sum             scores of execution and of all indicators
flag     weights_complete      every weight is known, that of execution included
flag     scores_complete       every score is known
text     grade                 评分等级 as printed
text     grade_letter          优, 良, 中 or 差, whichever word was printed for it
text     due_grade_lo          grade of the least value that 总分 may stand for
text     due_grade_hi          grade of the greatest
flag     weight_gap_in_total   the stated total is the sum plus what the weights lack to 100
"""

_LEVELS = """
text     level1          first level as printed
printed  stated          weight printed in its cell: 产出指标（50分）
computed weight_sum      weights of its indicators
count    rows            its indicators
"""

_TEXTS = """
text     role            which text: project, goal_expected, goal_actual, level3, target, actual, deviation …
text     text            as printed
text     placeholder     a placeholder that was left (XX, ××, 〔〕)
text     monitoring      words of mid-year monitoring that were left
count    other_year      a year that is not the form's, in a target, an actual value or a completion
count    form_year       budget year of the form
flag     carried_over    the project has money carried over
"""


def _parse(described: str) -> tuple[Column, ...]:
    columns: list[Column] = []
    for line in (_KEYS + described).strip().splitlines():
        if line.strip():
            kind, name, doc = line.split(None, 2)
            columns.extend(_column(kind, name, doc))
    return tuple(columns)


@cache
def tables() -> dict[str, tuple[Column, ...]]:
    """All fact tables by name, each with its columns in order."""
    described = {
        "forms": _FORMS,
        "fund_lines": _FUND_LINES,
        "indicators": _INDICATORS,
        "levels": _LEVELS,
        "texts": _TEXTS,
    }
    return {name: _parse(text) for name, text in described.items()}
