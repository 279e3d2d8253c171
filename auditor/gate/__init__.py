"""Great Expectations: the rulebook as expectations over fact tables, for pipelines that run it.

>>> from auditor.gate import suite, tables
>>> facts = tables("examples/卫生服务中心.docx")
>>> sorted(facts)
['forms', 'fund_lines', 'indicators', 'levels', 'submission', 'texts', 'told']
>>> own = suite("fund_lines", facts)
>>> [e.expectation_type for e in own.expectations][:2]
['expect_table_columns_to_match_set', 'expect_column_values_to_not_be_null']

The only package that imports great_expectations, which takes three seconds.
"""

from auditor.gate.expectation import ExpectRuleToHold
from auditor.gate.submission import Submission, tables
from auditor.gate.suites import suite

__all__ = ["ExpectRuleToHold", "Submission", "suite", "tables"]
