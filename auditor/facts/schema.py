"""The fact tables: every column a rule may look at, with its type and meaning.

Version 2. A column is added freely; one that changes its meaning gets a new name.

A printed number ``x`` has five columns: ``x`` (exact value or null), ``x_lo`` and ``x_hi`` (what its
printed digits may stand for), ``x_text`` (as printed) and ``x_blank`` (the cell is empty, in a column
that the template has). A computed number has ``x``, ``x_lo``, ``x_hi`` and ``x_cells``: the cells it
was computed from, as JSON Pointers with blanks between. ``cell`` is the pointer of the row itself.
"""

from dataclasses import dataclass
from functools import cache

VERSION = 3
TEXT = "VARCHAR"
BOOLEAN = "BOOLEAN"
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
            Column(f"{name}_text", TEXT, f"{doc}, as printed"),
            Column(f"{name}_blank", BOOLEAN, f"{doc}: the cell is empty"),
        ]
    if kind == "computed":
        return [
            Column(name, DECIMAL, doc),
            Column(f"{name}_lo", DECIMAL, f"least value of {name} within printed precision"),
            Column(f"{name}_hi", DECIMAL, f"greatest value of {name} within printed precision"),
            Column(f"{name}_cells", TEXT, f"cells that {name} was computed from"),
        ]
    sql = {"text": TEXT, "flag": BOOLEAN, "count": "INTEGER", "ratio": DECIMAL}[kind]
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
flag     funds_read                nothing without a place or in doubt may belong to the fund table
text     blank_amount_cells        amounts of the total that are empty or a dash, but must be given
computed parts_initial_budget      sum of 年初预算数 over the direct parts, blanks as 0
computed parts_full_year_budget    sum of 全年预算数 over the direct parts
computed parts_executed            sum of 全年执行数 over the direct parts
count    parts                     direct parts of this row
count    filled_initial_budget     direct parts whose 年初预算数 is a number
count    filled_full_year_budget   direct parts whose 全年预算数 is a number
count    filled_executed           direct parts whose 全年执行数 is a number
flag     whole_but_initial_budget     the parts make up both other amounts exactly, two parts or more
flag     whole_but_full_year_budget   the same of the amounts beside 全年预算数
flag     whole_but_executed           the same of the amounts beside 全年执行数
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
count    amount_decimals           most decimals that an amount of the row prints
flag     digits_alike              a total and its parts are one number but for order or one digit
flag     money_unit_known          the header names 元 or 万元
flag     in_yuan                   the amounts are in 元
flag     parts_rates_follow        every wrong rate of a part is right once its amount makes the sum right
flag     rate_follows_parts        执行率 is right by the sum of the parts where the total is not
flag     quantity_all_hit          every quantity indicator came within 5% of its target
text     quantity_cells            targets of the quantity indicators
text     narrative_scale_cells     an amount and a text that gives it 10,000 times larger or smaller
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
flag     execution_row       a row that scores the execution rate of the budget
flag     row_read            no cell of its printed row was left without a place
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
flag     target_year_stale   the target is a date of an earlier year than the form's
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
flag     number_in_words     the actual value holds a number in the unit that the target prints
flag     target_vague        a target that nobody can measure
ratio    vague_weight        weight of all such rows of the form
text     duplicate_of        cell of an earlier row with the same name
text     duplicate_scope     within (one level) or across (output and benefit)
ratio    target_amount       target of a cost row in the money unit of the form
ratio    initial_budget      年初预算数 of the project
ratio    full_year_budget    全年预算数 of the project
ratio    budget_change       全年预算数 / 年初预算数 - 1
flag     gained_by_carry_over   全年预算数 differs from 年初预算数 by 上年结转 alone
flag     equals_initial_budget  that amount is 年初预算数
text     budget_cells        the cells of 年初预算数 and 全年预算数
ratio    executed            全年执行数 of the project
flag     equals_budget       target_amount is 年初预算数 or 全年预算数
flag     equals_executed     target_amount is 全年预算数 and 全年执行数, to two decimals or more
flag     is_satisfaction     level or name speaks of 满意
flag     qualitative         the target is words, a tier or a grade
text     actual_tier         reached, partly or missed, by the norms' own phrases
flag     says_only_reached   the actual value says no more than that the target was reached
count    reached_only_rows   such rows of the form
flag     surely_bounded      a rate of which there cannot be more than all: 覆盖率, 满意度
flag     compound_target     a target with two bounds, or a range of a rate
flag     unit_misfit         the target's unit does not go with what the name counts
text     money_incomplete_cells  amounts like 3万 in a row of money
flag     exact_hit           a target of at least so much, met to the digit
count    least_rows          targets of at least so much in the form
flag     mostly_exact        two or more of them, and three in four, were met to the digit
flag     name_empty          the name says no object: 完成率, 合格
flag     names_rate          the name ends like a rate
flag     names_payment       the name speaks of paying out money
flag     names_output        a benefit whose name speaks of output: 完成率, 数量
text     restates            cell of an output whose name a benefit repeats
flag     economic_told       the name speaks of money, income or savings
flag     incident_told       the name speaks of accidents, complaints or the like
count    cost_rows           cost indicators of the form
count    satisfaction_rows   satisfaction indicators of the form
flag     object_unclear      satisfaction of nobody in particular
flag     coarse_deadline     a deadline that names no more than the year or its last month
flag     open_deadline       a deadline that is an event without a date
flag     deadline_name_differs  the name says 12月前, the target 12月
flag     names_time          the name ends in 时间, 时限 or the like
flag     finished_early      finished a quarter or more before the deadline
flag     own_goods           the name speaks of the unit's own furniture or files
flag     basis_unsaid        a share of improvement that needs a survey
text     zero_cost_twin      actual value of a quantity row with full marks for which nothing was spent
text     unmet_beside_whole  on a row that sums up all work as done: actual value of a quantity that fell short
text     full_beside_nothing  on a quality of which nothing was reached: score of a quantity with full marks
ratio    deduction_told      points that the reason says were taken off
flag     complaints_denied   the reason or the actual value says that nobody complained
count    reason_length       characters of the reason
flag     names_price         the name speaks of a price or unit cost of what is bought
text     months_beyond       month of completion that the months of work go beyond
text     volume_without_money  half as much again was done for exactly the money planned
flag     reason_empty_words  the reason is a formula: 客观原因
flag     reason_of_shortfall the reason tells of a shortfall
flag     reason_of_excess    the reason tells of more than planned
flag     scored_as_rate      a cost below its ceiling that got 分值 × 实际 ÷ 上限
count    unit_rate_scored    other forms of the unit that score a cost like that
text     previous_actual     actual value of the same indicator last year
flag     below_previous      the target is lower than what was reached last year
flag     previous_same_set   on the first row: all targets and actual values are those of last year
count    previous_repeated   beside it: how many of those actual values are not the target’s figure
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
flag     header_read           nothing without a place or in doubt may be a header field
flag     goals_read            … may be a goal
flag     funds_read            … may be an amount or a fund row
flag     rows_read             … may belong to an indicator
flag     total_read            … may be the row of totals
flag     grade_read            … may be the grade
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
flag     total_rounded         总分 may be the sum of the scores rounded to its own decimals
flag     grade_follows_sum     评分等级 is that of the sum of the scores
flag     weight_gap_in_total   the stated total is the sum plus what the weights lack to 100
text     title_name            last words of 表名, where they are one or two letters off
text     title_suggestion      the accepted name that was meant
flag     grade_told            the template has a grade
ratio    output_weight         weights of output indicators
ratio    benefit_weight        weights of benefit indicators
ratio    satisfaction_weight   weights of satisfaction indicators
ratio    cost_weight           weights of a first level of cost
ratio    cost_rows_weight      weights of all cost indicators, at either level
text     weight_cells          weights of all indicators
text     key_weight_cells      weights of benefit and satisfaction indicators
text     cost_weight_cells     weights of cost indicators
ratio    quantity_weight       weights of quantity indicators
count    quantity_rows         quantity indicators
flag     quantity_all_exact    every one of them was met to the digit
ratio    profile_gap           largest distance of a level from the nearest usual spread of points
ratio    goal_likeness         how alike goal and result are, 0 to 1
flag     result_numbers        实际完成情况 holds a number
flag     result_long           实际完成情况 has more than 60 characters
flag     goal_short            预期目标 has fewer than 15 characters, or only names the spending
count    goal_items            numbered items of 预期目标
count    result_items          numbered items or sentences of 实际完成情况
text     goal_uncovered        a number promised in 预期目标 of which no indicator speaks
text     off_topic_cell        result, goal or name that shares hardly a word with the rest of the form
text     off_topic_words       some of its words
text     task_silent           tasks of 预期目标 of which neither result nor indicators speak
text     name_part_silent      a part of 项目名称 of which the form never speaks
text     awaiting_acceptance   words of 实际完成情况 or a reason that acceptance is still to come
text     awaiting_cell         where they stand
text     accepted_cell         an actual value that says all was accepted
count    others_with_total     other forms of this template, all of which have a row of totals
text     superior_words        words of a higher authority's goal
text     action_missing        what the project does by its name, never mentioned again
text     unfinished            words of 实际完成情况 that something is unfinished
text     unfinished_full_cells scores of quality, timeliness and benefit, if all have full marks
text     delayed               words of 实际完成情况 that admit a delay
flag     lost_points           some indicator lost points
flag     reason_given          some indicator gives a reason
text     contradiction         words that one thing is finished and unfinished
text     smooth                words of 实际完成情况 that all went well
text     trouble_cell          a reason cell that reports a delay or fault
count    rows_mentioned        scored indicators of which 实际完成情况 speaks
text     added_cell            a reason cell that tells of money added
text     returned_cell         a reason cell that tells of money taken back
ratio    cost_total            what the cost indicators say was spent, in 元, where all of them are amounts
ratio    spent_yuan            全年执行数 in 元
count    cost_rows_all         cost indicators that say so: the one that is all, or every one
text     cost_cells            their actual values
flag     cost_is_whole         one of them says by its name that it is all that was spent
ratio    carried_over_amount   全年预算数 of 上年结转
ratio    grant_change          what 当年财政拨款 gained in the year
text     price_cells           a unit price that is a thousand times off money spent per piece
text     mixed_print           cells of a column in which like numbers are printed in two ways
count    batch_year            year of all other forms, where this form alone has another
text     duplicate_source      another form of the same project, unit and year
flag     duplicate_same        and the same indicators
count    duplicate_group       number that such forms share
text     clone_project         another project with the same set of indicators
count    clone_group           number that such forms share
flag     clone_series          the two projects belong to one series by their names
text     narrative_project     another project with the same result or goal
text     narrative_cells       which of the two
count    narrative_group       number that such forms share
flag     narrative_series      the two projects belong to one series by their names
text     foreign_name          name of another project or unit that stands in the goal or the result
text     foreign_cells         where it stands
text     off_topic_project     another project whose goal the result fits better than its own
flag     previous_known        last year's form of this project is known
ratio    previous_remainder    what was left last year, by last year's form
ratio    carried_over_budget   上年结转 this year
text     carried_over_cells    its cell
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
flag     answered_beside  a placeholder in a name whose figure stands in the target cell
text     monitoring      words of mid-year monitoring that were left
count    other_year      a year that is not the form's, in a target, an actual value or a completion
count    form_year       budget year of the form
flag     carried_over    the project has money carried over
text     instruction     an instruction of the template that was left
text     typo            a known misspelling
text     typo_meant      what was meant
flag     beside_date     the other side of the indicator is a date
text     variant         the project name misspelt by one letter, or a place that sounds like one named before
text     variant_of      how it is spelt there
text     numbering_mixed two neighbouring items of one list that are numbered in two ways
text     repeated        words that stand twice in a row
text     unbalanced      a kind of bracket that opens and closes unequally often
text     punctuation_slip  stops that meet, 、 before 等, brackets of two widths
flag     run_on          more than 80 characters without a stop
count    glued_items     counts that the next item follows without a stop: 培训3次检查
flag     stray_symbol    a symbol at an end of a name, or a name cut off in a bracket
text     personal_data   what kind of personal data stands there
text     invalid_date    a date that no calendar has
"""


_TOLD = """
text     subject         indicator, or 预算执行率, of which a narrative states a number
text     side            actual, target or rate: which cell of it
text     own             that cell as printed
text     target_text     the indicator's target as printed
text     told            the number as the narrative states it
text     text_cell       where the narrative stands
text     agreement       agrees, rounded (by coarser print) or conflicts
flag     met             the stated number reaches the target
flag     sure            the name leaves no doubt that this indicator is meant
flag     scored          the indicator has a weight
flag     full_marks      it has full marks
text     score_cell      its score
"""

_SUBMISSION = """
count    forms                 forms of the submission
count    totals                forms that state a total
flag     all_excellent         all of these are 90 or more
flag     mostly_full           four in five of these are exactly 100
count    full_totals           totals of exactly 100
count    roster_projects       projects of the list that was given
text     roster_missing        projects of the list without a form
text     roster_extra          projects with a form that are not in the list
text     roster_amounts_differ projects whose 全年执行数 is not that of the list
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
        "told": _TOLD,
        "submission": _SUBMISSION,
    }
    return {name: _parse(text) for name, text in described.items()}
