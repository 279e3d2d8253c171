"""Slips in units and dimensions: group D."""

from decimal import Decimal
from random import Random

from auditor.forms.evaluation import Evaluation, Indicator
from benchmarks.mutations.slips import figures
from benchmarks.mutations.slips.figures import Figure
from benchmarks.mutations.slips.model import Mutated, change, pick, scored, slip
from benchmarks.mutations.slips.scores import full_rows, qualitative

_COUNTS = ("数量", "人数", "次数", "场次", "人次", "户数", "期数", "套数")


def is_rate(row: Indicator) -> bool:
    """Whether a row is a rate in per cent."""
    both = figures.more(row)
    return bool(both and both[0].unit == "%" and both[1].unit == "%")


def _rates(form: Evaluation) -> list[int]:
    return [n for n in scored(form) if is_rate(form.indicators[n])]


def counts(form: Evaluation) -> list[int]:
    """Rows that count things and print the unit in both cells."""
    rows = []
    for n in scored(form):
        both = figures.more(form.indicators[n])
        if both and both[0].unit not in {"%", ""} and "元" not in both[0].unit:
            rows.append(n)
    return rows


def _both(form: Evaluation, row: int) -> tuple[Figure, Figure]:
    both = figures.pair(form.indicators[row])
    assert both is not None
    return both


def _cells(row: int, *names: str) -> tuple[str, ...]:
    return tuple(f"/indicators/{row}/{name}" for name in names)


def _both_in_percent(form: Evaluation, row: int | None) -> Mutated | None:
    if row is None:
        return None
    target, actual = _both(form, row)
    cells = _cells(row, "target", "actual")
    edits = {cells[0]: target.text(unit="%"), cells[1]: actual.text(unit="%")}
    return change(form, edits, *cells, *_cells(row, "level3"))


@slip("D01", "D06")
def count_in_percent(random: Random, form: Evaluation) -> Mutated | None:
    """数量指标的单位写成%"""
    rows = [n for n in counts(form) if (form.indicators[n].level3 or "").endswith(_COUNTS)]
    return _both_in_percent(form, pick(random, rows))


@slip("D01")
def rate_in_count_unit(random: Random, form: Evaluation) -> Mutated | None:
    """比率指标的单位写成家"""
    row = pick(
        random, [n for n in _rates(form) if (form.indicators[n].level3 or "").endswith("率")]
    )
    if row is None:
        return None
    target, actual = _both(form, row)
    cells = _cells(row, "target", "actual")
    return change(
        form,
        {cells[0]: target.text(unit="家"), cells[1]: actual.text(unit="家")},
        *cells,
        *_cells(row, "level3"),
    )


@slip("D02")
def actual_in_other_unit(random: Random, form: Evaluation) -> Mutated | None:
    """完成值单位与指标值不同"""
    row = pick(random, counts(form))
    if row is None:
        return None
    actual = _both(form, row)[1]
    other = "人" if actual.unit != "人" else "个"
    if {actual.unit, other} <= {"人", "人次", "名", "个"}:
        other = "公里"
    cells = _cells(row, "actual", "target")
    return change(form, {cells[0]: actual.text(unit=other)}, *cells)


@slip("D02")
def actual_of_the_whole_beside_target_by_piece(random: Random, form: Evaluation) -> Mutated | None:
    """指标值按单件计（元/件），完成值却不带“/件”"""
    rows = [n for n in scored(form) if (p := figures.pair(form.indicators[n])) and "/" in p[1].unit]
    row = pick(random, rows)
    if row is None:
        return None
    actual = _both(form, row)[1]
    cells = _cells(row, "actual", "target")
    return change(form, {cells[0]: actual.text(unit=actual.unit.split("/")[0])}, *cells)


@slip("D03")
def actual_without_unit(random: Random, form: Evaluation) -> Mutated | None:
    """完成值漏写单位"""
    row = pick(random, counts(form))
    return (
        None
        if row is None
        else change(form, {f"/indicators/{row}/actual": _both(form, row)[1].text(unit="")})
    )


@slip("D04", "Q01", cause="unit-scale")
def actual_ten_times(random: Random, form: Evaluation) -> Mutated | None:
    """完成值多写一个零"""
    row = pick(random, [n for n in counts(form) if n in full_rows(form)])
    return (
        None
        if row is None
        else change(form, {f"/indicators/{row}/actual": _both(form, row)[1].scaled(Decimal(10))})
    )


@slip("D05", cause="percent-as-fraction")
def actual_as_fraction(random: Random, form: Evaluation) -> Mutated | None:
    """百分比完成值写成小数"""
    row = pick(random, [n for n in _rates(form) if n in full_rows(form)])
    if row is None:
        return None
    value = _both(form, row)[1].value / 100
    cells = _cells(row, "actual", "target")
    return change(form, {cells[0]: f"{value.normalize():f}"}, *cells)


@slip("D06")
def rate_above_hundred(random: Random, form: Evaluation) -> Mutated | None:
    """合格率、覆盖率等完成值超过100%"""
    rows = [
        n
        for n in _rates(form)
        if (form.indicators[n].level3 or "").endswith(("合格率", "覆盖率", "满意度", "准确率"))
    ]
    row = pick(random, rows)
    return (
        None
        if row is None
        else change(form, {f"/indicators/{row}/actual": _both(form, row)[1].text("105")})
    )


@slip("D07")
def number_answered_in_words(random: Random, form: Evaluation) -> Mutated | None:
    """定量指标完成值填文字"""
    row = pick(random, counts(form))
    return None if row is None else change(form, {f"/indicators/{row}/actual": "已完成"})


@slip("D08", cause="neighbour-copied")
def comparator_in_actual(random: Random, form: Evaluation) -> Mutated | None:
    """完成值照抄了指标值的比较符"""
    row = pick(random, _rates(form) + counts(form))
    if row is None:
        return None
    target, actual = _both(form, row)
    return change(form, {f"/indicators/{row}/actual": actual.text(sign=target.sign)})


@slip("D09")
def target_without_comparator(random: Random, form: Evaluation) -> Mutated | None:
    """指标值漏写比较符"""
    row = pick(random, counts(form))
    return (
        None
        if row is None
        else change(form, {f"/indicators/{row}/target": _both(form, row)[0].text(sign="")})
    )


@slip("D10")
def compound_target(random: Random, form: Evaluation) -> Mutated | None:
    """指标值写成复合表达式"""
    months = {n: figures.month(form.indicators[n].target) for n in scored(form)}
    row = pick(random, [n for n, found in months.items() if found])
    found = months[row] if row is not None else None
    return (
        None
        if found is None
        else change(form, {f"/indicators/{row}/target": f"≥1月&&≤{found[1]}月"})
    )


@slip("D11")
def satisfaction_in_points(random: Random, form: Evaluation) -> Mutated | None:
    """满意度以分计量"""
    row = pick(random, [n for n in _rates(form) if "满意度" in (form.indicators[n].level2 or "")])
    if row is None:
        return None
    target, actual = _both(form, row)
    cells = _cells(row, "target", "actual")
    return change(
        form, {cells[0]: target.text(unit="分"), cells[1]: actual.text(unit="分")}, *cells
    )


@slip("D13", "D01")
def incidents_in_percent(random: Random, form: Evaluation) -> Mutated | None:
    """事故起数用百分比计量"""
    rows = [
        n for n in scored(form) if (form.indicators[n].target or "").endswith(("0起", "0.00(起)"))
    ]
    return _both_in_percent(form, pick(random, rows))


@slip("D14")
def money_unit_cut(random: Random, form: Evaluation) -> Mutated | None:
    """金额单位只写“万”"""
    rows = [
        n
        for n in scored(form)
        if (pair := figures.pair(form.indicators[n])) and pair[0].unit == "万元"
    ]
    row = pick(random, rows)
    if row is None:
        return None
    return change(form, {f"/indicators/{row}/target": _both(form, row)[0].text(unit="万")})


@slip("C16")
def only_says_reached(_random: Random, form: Evaluation) -> Mutated | None:
    """多项定性指标完成值只填“达成指标”"""
    rows = qualitative(form)
    if len(rows) < 2:
        return None
    edits: dict[str, str | None] = {f"/indicators/{n}/actual": "达成指标" for n in rows}
    return change(form, edits, *edits)
