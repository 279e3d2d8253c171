"""Twenty rules of plain arithmetic, written for pandas and for pandera as their users would.

Both get the fact tables with floats instead of exact decimals, and no interval arithmetic: they do
less than the rulebook does. What is counted is rows that break a rule.
"""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

Frame = pd.DataFrame
Mask = Callable[[Frame], "pd.Series[bool]"]


def _off(left: Any, low: Any, high: Any) -> Any:
    """Rows whose left side lies outside an interval, as far as all three are known."""
    return (left < low - 1e-9) | (left > high + 1e-9)


def _sum(name: str) -> Mask:
    return lambda f: (
        (f["kind"] == "total")
        & (f[f"filled_{name}"] > 0)
        & _off(f[name], f[f"parts_{name}_lo"], f[f"parts_{name}_hi"])
    )


def rules(parameters: Mapping[str, str]) -> dict[str, dict[str, Mask]]:
    """For each table, the rows that break each rule."""
    weight, other = (float(parameters[n]) for n in ("execution_weight", "other_execution_weight"))
    return {
        "fund_lines": {
            "F01": _sum("initial_budget"),
            "F02": _sum("full_year_budget"),
            "F03": _sum("executed"),
            "F05": lambda f: f["executed_lo"] > f["full_year_budget_hi"],
            "X01": lambda f: (
                (f["kind"] == "total")
                & (f["full_year_budget"] > 0)
                & _off(f["executed"] / f["full_year_budget"], f["rate_lo"], f["rate_hi"] + 0.0001)
            ),
            "X03": lambda f: (
                (f["kind"] == "total")
                & (f["full_year_budget"] > 0)
                & _off(
                    f["weight"] * (f["executed"] / f["full_year_budget"]).clip(upper=1),
                    f["score_lo"],
                    f["score_hi"],
                )
            ),
            "X05": lambda f: (f["kind"] == "total") & (f["full_year_budget"] == 0),
            "X09": lambda f: (
                (f["kind"] == "total")
                & f["weight"].notna()
                & (f["weight"] != weight)
                & (f["weight"] != other)
            ),
        },
        "forms": {
            "W01": lambda f: (
                f["weights_complete"] & _off(100, f["weight_sum_lo"], f["weight_sum_hi"])
            ),
            "W02": lambda f: f["total_weight"].notna() & (f["total_weight"] != 100),
            "T01": lambda f: (
                f["scores_complete"]
                & (
                    (f["total_score_hi"] < f["score_sum_lo"])
                    | (f["total_score_lo"] > f["score_sum_hi"])
                )
            ),
            "T02": lambda f: (f["total_score"] < 0) | (f["total_score"] > 100),
            "T03": lambda f: (
                f["grade_letter"].isin(list("优良中差"))
                & f["due_grade_lo"].notna()
                & (f["grade_letter"] != f["due_grade_lo"])
                & (f["grade_letter"] != f["due_grade_hi"])
            ),
        },
        "indicators": {
            "W05": lambda f: (f["weight"] < 0) | ((f["weight"] == 0) & f["score"].notna()),
            "C01": lambda f: f["scored"] & (f["score"] > f["weight_hi"]),
            "C03": lambda f: (
                f["scored"]
                & (f["attained"] == False)  # noqa: E712 - three-valued
                & f["direction"].isin(["up", "equal"])
                & (f["score"] > f["due_score"] + f["score_tolerance"])
            ),
            "C04": lambda f: (
                f["scored"]
                & f["comparable"]
                & (f["attained"] == False)  # noqa: E712 - three-valued
                & (f["score"] == f["weight"])
            ),
            "C12": lambda f: (
                f["scored"]
                & f["comparable"]
                & (f["target"] > 0)
                & (f["actual"] == 0)
                & (f["score"] > 0)
            ),
            "D06": lambda f: f["surely_bounded"] & ((f["actual"] > 100) | (f["target"] > 100)),
            "Q14": lambda f: (
                f["is_satisfaction"]
                & f["scored"]
                & (f["target_kind"] == "number")
                & (f["target_dimension"] == "percent")
                & (f["target"] <= 80)
            ),
        },
    }


def floats(tables: Mapping[str, Frame]) -> dict[str, Frame]:
    """The tables with floats in place of exact decimals; the numbers a mask would use."""
    from decimal import Decimal

    made = {}
    for name, frame in tables.items():
        copy = frame.copy()
        for column in copy.columns:
            sample = copy[column].dropna().head(1)
            if len(sample) and isinstance(sample.iloc[0], Decimal):
                copy[column] = copy[column].astype(float)
            elif len(sample) and isinstance(sample.iloc[0], bool) and column != "attained":
                copy[column] = copy[column].fillna(False).astype(bool)
        made[name] = copy
    return made


def with_pandas(tables: Mapping[str, Frame], parameters: Mapping[str, str]) -> int:
    """Rows that break a rule, counted by masks; the positions are kept, as a report needs them."""
    found = 0
    for name, members in rules(parameters).items():
        frame = tables[name]
        for mask in members.values():
            broken = frame.loc[mask(frame).fillna(False).astype(bool), ["form_id", "row_id"]]
            found += len(broken)
    return found


def with_pandera(tables: Mapping[str, Frame], parameters: Mapping[str, str]) -> int:
    """Rows that break a rule, as failure cases of lazy validation."""
    import pandera.pandas as pa

    found = 0
    for name, members in rules(parameters).items():
        checks = [
            pa.Check(lambda f, mask=mask: ~mask(f).fillna(False).astype(bool), name=rule)
            for rule, mask in members.items()
        ]
        frame = tables[name]
        schema = pa.DataFrameSchema(checks=checks)
        try:
            schema.validate(frame, lazy=True)
        except pa.errors.SchemaErrors as errors:
            cases = errors.failure_cases
            found += len(cases.drop_duplicates(["check", "index"]))
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
            return ~masks[rule](column_list).fillna(False).astype(bool)

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
