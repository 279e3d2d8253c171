"""Twenty rules of plain arithmetic as the users of other tools would write them.

Each rule is written once, over columns that may be those of pandas, Polars or NumPy, or the values of
one row; an :class:`Ops` says how the tool at hand does the few things that all of them do differently.
All get floats instead of exact decimals and no printed precision: they do less than the rulebook does.
What is counted is rows that break a rule.
"""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

TWENTY = (
    "F01", "F02", "F03", "F05", "X01", "X03", "X05", "X09", "W01", "W02", "W05", "C01", "C03",
    "C04", "C12", "T01", "T02", "T03", "D06", "Q14",
)  # fmt: skip
Frame = pd.DataFrame


@dataclass(frozen=True, slots=True)
class Ops:
    """How a tool tells a missing value, a member of a list, and the lesser of a value and 1."""

    known: Callable[[Any], Any]
    among: Callable[[Any, Sequence[str]], Any]
    at_most_1: Callable[[Any], Any]


Rule = Callable[[Any, Ops], Any]


def _off(left: Any, low: Any, high: Any) -> Any:
    """Whether the left side lies outside an interval, as far as all three are known."""
    return (left < low - 1e-9) | (left > high + 1e-9)


def _total(f: Any, x: Ops) -> Any:
    return x.among(f["kind"], ["total"]) & (f["full_year_budget"] > 0)


def _sum(name: str) -> Rule:
    return lambda f, x: (
        x.among(f["kind"], ["total"])
        & (f[f"filled_{name}"] > 0)
        & _off(f[name], f[f"parts_{name}_lo"], f[f"parts_{name}_hi"])
    )


def rules(parameters: Mapping[str, str]) -> dict[str, dict[str, Rule]]:
    """For each table, what breaks each rule."""
    weight, other = (float(parameters[n]) for n in ("execution_weight", "other_execution_weight"))
    return {
        "fund_lines": {
            "F01": _sum("initial_budget"),
            "F02": _sum("full_year_budget"),
            "F03": _sum("executed"),
            "F05": lambda f, _x: f["executed_lo"] > f["full_year_budget_hi"],
            "X01": lambda f, x: (
                _total(f, x)
                & _off(f["executed"] / f["full_year_budget"], f["rate_lo"], f["rate_hi"] + 0.0001)
            ),
            "X03": lambda f, x: (
                _total(f, x)
                & _off(
                    f["weight"] * x.at_most_1(f["executed"] / f["full_year_budget"]),
                    f["score_lo"],
                    f["score_hi"],
                )
            ),
            "X05": lambda f, x: x.among(f["kind"], ["total"]) & (f["full_year_budget"] == 0),
            "X09": lambda f, x: (
                x.among(f["kind"], ["total"])
                & x.known(f["weight"])
                & (f["weight"] != weight)
                & (f["weight"] != other)
            ),
        },
        "forms": {
            "W01": lambda f, _x: (
                f["weights_complete"] & _off(100.0, f["weight_sum_lo"], f["weight_sum_hi"])
            ),
            "W02": lambda f, x: x.known(f["total_weight"]) & (f["total_weight"] != 100),
            "T01": lambda f, _x: (
                f["scores_complete"]
                & (
                    (f["total_score_hi"] < f["score_sum_lo"])
                    | (f["total_score_lo"] > f["score_sum_hi"])
                )
            ),
            "T02": lambda f, _x: (f["total_score"] < 0) | (f["total_score"] > 100),
            "T03": lambda f, x: (
                x.among(f["grade_letter"], list("优良中差"))
                & x.among(f["due_grade_lo"], list("优良中差"))
                & (f["grade_letter"] != f["due_grade_lo"])
                & (f["grade_letter"] != f["due_grade_hi"])
            ),
        },
        "indicators": {
            "W05": lambda f, x: (f["weight"] < 0) | ((f["weight"] == 0) & x.known(f["score"])),
            "C01": lambda f, _x: f["scored"] & (f["score"] > f["weight_hi"]),
            "C03": lambda f, x: (
                f["scored"]
                & (f["attained"] == 0)
                & x.among(f["direction"], ["up", "equal"])
                & (f["score"] > f["due_score"] + f["score_tolerance"])
            ),
            "C04": lambda f, _x: (
                f["scored"]
                & f["comparable"]
                & (f["attained"] == 0)
                & (f["score"] == f["weight"])
            ),
            "C12": lambda f, _x: (
                f["scored"]
                & f["comparable"]
                & (f["target"] > 0)
                & (f["actual"] == 0)
                & (f["score"] > 0)
            ),
            "D06": lambda f, _x: f["surely_bounded"] & ((f["actual"] > 100) | (f["target"] > 100)),
            "Q14": lambda f, x: (
                f["is_satisfaction"]
                & f["scored"]
                & x.among(f["target_kind"], ["number"])
                & x.among(f["target_dimension"], ["percent"])
                & (f["target"] <= 80)
            ),
        },
    }  # fmt: skip


class _Anything:
    """Stands for a column of whatever type: every operation gives another such column."""

    def _same(self, *_others: object) -> "_Anything":
        return self

    __lt__ = __gt__ = __le__ = __and__ = __or__ = __rand__ = _same
    __add__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = _same
    __eq__ = __ne__ = _same  # type: ignore[assignment]


class _Noting(dict[str, _Anything]):
    def __missing__(self, name: str) -> _Anything:
        return self.setdefault(name, _Anything())


def columns(parameters: Mapping[str, str]) -> dict[str, list[str]]:
    """For each table the columns that its rules look at."""
    ops = Ops(lambda v: v, lambda v, _among: v, lambda v: v)
    found = {}
    for table, members in rules(parameters).items():
        noting = _Noting()
        for rule in members.values():
            rule(noting, ops)
        found[table] = sorted(noting)
    return found


# --- what the tools get ---------------------------------------------------------------------


def floats(tables: Mapping[str, Any], parameters: Mapping[str, str]) -> dict[str, Frame]:
    """DataFrames of the columns that are needed, with floats in place of exact decimals."""
    from auditor.facts.schema import DECIMAL
    from auditor.facts.schema import tables as schema

    made = {}
    for name, needed in columns(parameters).items():
        kinds = {column.name: column.type for column in schema()[name]}
        frame = {}
        for column in ["form_id", "row_id", *needed]:
            values = tables[name].columns[column]
            if kinds[column] == DECIMAL or column == "attained":
                frame[column] = pd.Series(
                    [np.nan if value is None else float(value) for value in values], dtype=float
                )
            elif kinds[column] == "BOOLEAN":
                frame[column] = pd.Series([value is True for value in values], dtype=bool)
            elif kinds[column] == "INTEGER":
                frame[column] = pd.Series(values, dtype="int64")
            else:
                frame[column] = pd.Series(values, dtype="str")
        made[name] = pd.DataFrame(frame)
    return made


def repeated(frames: Mapping[str, Frame], forms: int, times: int) -> dict[str, Frame]:
    """The frames of ``forms`` forms, ``times`` times over, each time with form numbers of its own."""
    made = {}
    for name, frame in frames.items():
        many = pd.concat([frame] * times, ignore_index=True)
        many["form_id"] += np.repeat(np.arange(times) * forms, len(frame))
        made[name] = many
    return made


# --- the tools ------------------------------------------------------------------------------

_PANDAS = Ops(pd.Series.notna, pd.Series.isin, lambda v: v.clip(upper=1))


def with_pandas(tables: Mapping[str, Frame], parameters: Mapping[str, str]) -> int:
    """By masks; form and row of each hit are kept, as a report needs them."""
    found = 0
    for name, members in rules(parameters).items():
        frame = tables[name]
        for rule in members.values():
            found += len(frame.loc[rule(frame, _PANDAS), ["form_id", "row_id"]])
    return found


def with_pandera(tables: Mapping[str, Frame], parameters: Mapping[str, str]) -> int:
    """As failure cases of pandera's lazy validation."""
    import pandera.pandas as pa

    found = 0
    for name, members in rules(parameters).items():
        checks = [
            pa.Check(lambda f, rule=rule: ~rule(f, _PANDAS), name=id_)
            for id_, rule in members.items()
        ]
        try:
            pa.DataFrameSchema(checks=checks).validate(tables[name], lazy=True)
        except pa.errors.SchemaErrors as errors:
            found += len(errors.failure_cases.drop_duplicates(["check", "index"]))
    return found


def polars_frames(tables: Mapping[str, Frame]) -> dict[str, Any]:
    """The same tables as Polars' own."""
    import polars as pl

    return {name: pl.from_pandas(frame, nan_to_null=True) for name, frame in tables.items()}


def with_polars(tables: Mapping[str, Any], parameters: Mapping[str, str]) -> int:
    """By expressions, all rules of a table collected at once."""
    import polars as pl

    ops = Ops(lambda v: v.is_not_null(), lambda v, among: v.is_in(among),
              lambda v: v.clip(upper_bound=1))  # fmt: skip

    class Columns:
        def __getitem__(self, name: str) -> Any:
            return pl.col(name)

    found = 0
    for name, members in rules(parameters).items():
        frame = tables[name].lazy()
        asked = [
            frame.filter(rule(Columns(), ops)).select("form_id", "row_id")
            for rule in members.values()
        ]
        found += sum(len(answer) for answer in pl.collect_all(asked))
    return found


def with_frictionless(tables: Mapping[str, Frame], parameters: Mapping[str, str]) -> int:
    """By a check of frictionless, which sees one row after the other."""
    from frictionless import Check, Checklist, Resource, errors

    nan = float("nan")
    ops = Ops(lambda v: v is not None and v == v,  # noqa: PLR0124
              lambda v, among: v in among, lambda v: min(v, 1.0))  # fmt: skip
    found = 0
    for name, members in rules(parameters).items():

        class Twenty(Check):
            type = "twenty-rules"
            Errors = [errors.RowConstraintError]  # noqa: RUF012

            def validate_row(self, row: Any, members: Any = members) -> Any:
                values = {
                    key: nan
                    if value is None
                    else float(value)
                    if isinstance(value, Decimal)
                    else value
                    for key, value in row.items()
                }  # numbers come as decimals, which do not mix with floats
                for id_, rule in members.items():
                    with contextlib.suppress(ZeroDivisionError):  # no budget: no such rule
                        if rule(values, ops):
                            yield errors.RowConstraintError.from_row(row, note=id_)

        frame = tables[name].astype(object)
        listed = [list(frame.columns), *frame.where(frame.notna(), None).to_numpy().tolist()]
        report = Resource(listed).validate(Checklist(checks=[Twenty()]), limit_errors=10**9)
        found += sum(
            error.type == "row-constraint" for task in report.tasks for error in task.errors
        )
    return found


Arrays = tuple[dict[str, dict[str, Any]], dict[str, int]]


def numpy_arrays(tables: Mapping[str, Frame]) -> Arrays:
    """The same columns as bare arrays, texts as numbers from one dictionary."""
    known: dict[str, int] = {}
    arrays: dict[str, dict[str, Any]] = {}
    for name, frame in tables.items():
        arrays[name] = {}
        for column in frame.columns:
            if pd.api.types.is_string_dtype(frame[column]):
                codes, texts = pd.factorize(frame[column])
                places = np.array([*(known.setdefault(t, len(known)) for t in texts), -1], np.int32)
                arrays[name][column] = places[codes]
            else:
                arrays[name][column] = frame[column].to_numpy()
    return arrays, known


def with_numpy(prepared: Arrays, parameters: Mapping[str, str], block: int = 16_384) -> int:
    """The floor: all rules in one pass over bare arrays, block by block, and nothing but counts."""
    arrays, known = prepared

    def among(values: Any, texts: Sequence[str]) -> Any:
        hits = [values == known[text] for text in texts if text in known]
        return np.logical_or.reduce(hits) if hits else np.zeros(len(values), bool)

    ops = Ops(lambda v: v == v, among, lambda v: np.minimum(v, 1))  # noqa: PLR0124
    found = 0
    with np.errstate(divide="ignore", invalid="ignore"):
        for name, members in rules(parameters).items():
            whole = arrays[name]
            for start in range(0, len(whole["form_id"]), block):
                part = {column: values[start : start + block] for column, values in whole.items()}
                found += sum(int(np.count_nonzero(r(part, ops))) for r in members.values())
    return found


def with_gx_maps(tables: Mapping[str, Frame], parameters: Mapping[str, str]) -> int:
    """Rows that break a rule, by Great Expectations' map expectations over the same masks."""
    import great_expectations as gx
    from great_expectations.execution_engine import PandasExecutionEngine
    from great_expectations.expectations.expectation import MulticolumnMapExpectation
    from great_expectations.expectations.metrics.map_metric_provider import (
        MulticolumnMapMetricProvider,
        multicolumn_condition_partial,
    )

    masks = {rule: mask for members in rules(parameters).values() for rule, mask in members.items()}

    class RowsKeepRule(MulticolumnMapMetricProvider):
        condition_metric_name = "multicolumn_values.twenty_rules"
        condition_domain_keys = (
            "batch_id", "table", "column_list", "row_condition", "condition_parser", "ignore_row_if",
        )  # fmt: skip
        condition_value_keys = ("rule",)

        @multicolumn_condition_partial(engine=PandasExecutionEngine)
        def _pandas(cls, column_list: Frame, rule: str = "", **_more: Any) -> Any:  # noqa: N805
            return ~masks[rule](column_list, _PANDAS)

    class ExpectRowsToKeepRule(MulticolumnMapExpectation):
        rule: str
        map_metric = "multicolumn_values.twenty_rules"
        success_keys = ("rule",)
        args_keys = ("column_list", "rule")

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}  # type: ignore[assignment]
    source = context.data_sources.add_pandas("frames")
    found = 0
    for name, members in rules(parameters).items():
        frame = tables[name]
        suite = gx.ExpectationSuite(
            name=name,
            expectations=[
                ExpectRowsToKeepRule(
                    column_list=list(frame.columns), rule=rule, ignore_row_if="never"
                )
                for rule in members
            ],
        )
        batch = source.add_dataframe_asset(name).add_batch_definition_whole_dataframe("all")
        result = batch.get_batch({"dataframe": frame}).validate(
            suite,
            result_format={
                "result_format": "COMPLETE", "unexpected_index_column_names": ["form_id", "row_id"],
                "return_unexpected_index_query": False,
            },
        )  # fmt: skip
        found += sum(len(r.result["unexpected_index_list"] or ()) for r in result.results)
    return found
