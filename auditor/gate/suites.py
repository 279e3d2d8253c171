"""Suites over fact tables: their structure by the library's own expectations, then every rule."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from great_expectations import ExpectationSuite
from great_expectations.expectations import core as gxe
from great_expectations.expectations.metadata_types import FailureSeverity

from auditor.facts.schema import DECIMAL, TEXT
from auditor.facts.schema import tables as schema
from auditor.gate.expectation import ExpectRuleToHold
from auditor.gate.submission import Tables
from auditor.language import pick
from auditor.pipeline import choose
from auditor.rulebook.model import SEVERITIES, Rule

if TYPE_CHECKING:
    import pandas as pd
    from great_expectations.expectations.expectation import Expectation

STRUCTURE = "structure"  # the key of ``meta`` by which a check of the tables is told from a rule
RULE = "rule"
_SEVERITIES = {"error": "critical", "warning": "warning", "advice": "info"}
# As the library names what lies in a column of the nullable kinds.
_TYPES = {"INTEGER": "int64", "BOOLEAN": "bool", TEXT: "str", DECIMAL: "Decimal"}
_DERIVED = ("_lo", "_hi", "_blank", "_cells")
_KINDS = ["total", "current_year", "carried_over", "other", "part"]
_LEAST = {"form_id": 0, "row_id": 0}


def suite(
    table: str,
    facts: "Tables | Mapping[str, pd.DataFrame] | None" = None,
    *,
    profile: str = "national",
    rules: Iterable[Rule] | None = None,
) -> ExpectationSuite:
    """The suite of one fact table, named ``auditor.<table>``.

    First what the table must be (columns, types, keys, sets, ranges), then a rule each. With
    ``facts``, their rules are taken and rows must belong to a form of theirs.

    Raises:
        KeyError: no such table.
    """
    if rules is None:
        rules = facts.submission.choice.rules if isinstance(facts, Tables) else None
        rules = choose(profile).rules if rules is None else rules
    forms = None if facts is None else [int(n) for n in facts["forms"]["form_id"].dropna()]
    expectations = [*_structure(table, forms)]
    expectations += [_rule(rule) for rule in rules if rule.table == table]
    return ExpectationSuite(name=f"auditor.{table}", expectations=expectations)


def _structure(table: str, forms: list[int] | None) -> Iterable["Expectation"]:
    columns = schema()[table]
    meta = {STRUCTURE: True}
    yield gxe.ExpectTableColumnsToMatchSet(
        column_set=[column.name for column in columns], exact_match=True, meta=meta
    )
    for name in ("form_id", "row_id"):
        yield gxe.ExpectColumnValuesToNotBeNull(column=name, meta=meta)
        yield gxe.ExpectColumnValuesToBeBetween(column=name, min_value=_LEAST[name], meta=meta)
    yield gxe.ExpectCompoundColumnsToBeUnique(column_list=["form_id", "row_id"], meta=meta)
    if table == "forms":
        yield gxe.ExpectTableRowCountToBeBetween(min_value=1, meta=meta)
    if forms is not None and table not in ("forms", "submission"):
        yield gxe.ExpectColumnValuesToBeInSet(column="form_id", value_set=forms, meta=meta)
    if table == "fund_lines":
        yield gxe.ExpectColumnValuesToBeInSet(column="kind", value_set=_KINDS, meta=meta)
    for column in columns:
        if column.name.endswith(_DERIVED):
            continue  # made from the column before it; five hundred checks of types take long
        yield gxe.ExpectColumnValuesToBeOfType(
            column=column.name, type_=_TYPES[column.type], meta=meta
        )


def _rule(rule: Rule) -> ExpectRuleToHold:
    worst = max((level for _when, level in rule.severity), key=SEVERITIES.index)
    meta: dict[str, Any] = {
        RULE: rule.id, "name": rule.name, "title": pick(rule.title), "severity": worst,
        "basis": rule.basis,
    }  # fmt: skip
    return ExpectRuleToHold(rule=rule.id, severity=FailureSeverity(_SEVERITIES[worst]), meta=meta)
