"""One expectation per rule: the audit's own verdict, its findings complete in ``details``.

A map expectation would judge row by row in floats, cap the rows it returns and know no other
table; a rule that could not run would look like a form that is wrong. Here the metric is the
outcome of our engine, and a rule that could not run raises, which Great Expectations keeps apart.
"""

from typing import Any, ClassVar

from great_expectations.core import ExpectationValidationResult
from great_expectations.execution_engine import ExecutionEngine, PandasExecutionEngine
from great_expectations.expectations.expectation import (
    BatchExpectation,
    render_suite_parameter_string,
)
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
from great_expectations.expectations.metrics.metric_provider import metric_value
from great_expectations.expectations.metrics.table_metric_provider import TableMetricProvider
from great_expectations.render import LegacyRendererType, RenderedStringTemplateContent
from great_expectations.render.components import LegacyDiagnosticRendererType
from great_expectations.render.renderer.renderer import renderer

from auditor.findings.model import Finding
from auditor.gate.submission import ATTRIBUTE, Submission
from auditor.language import _, pick
from auditor.pipeline import choose

_METRIC = "table.auditor_rule_findings"


class RuleNotRun(Exception):
    """The rule could not be judged: a fault of the rule or of the batch, never of a form."""


class RuleFindings(TableMetricProvider):
    """The findings of one rule in the batch's submission, as plain values."""

    metric_name = _METRIC
    value_keys = ("rule",)

    @metric_value(engine=PandasExecutionEngine)
    def _pandas(
        cls,  # noqa: N805 - the library binds the class
        execution_engine: PandasExecutionEngine,
        metric_domain_kwargs: dict[str, Any],
        metric_value_kwargs: dict[str, Any],
        metrics: dict[Any, Any],  # noqa: ARG002
        runtime_configuration: dict[str, Any],  # noqa: ARG002
    ) -> dict[str, Any]:
        frame, _domain, _values = execution_engine.get_compute_domain(
            metric_domain_kwargs, domain_type="table"
        )
        return judged(frame, metric_value_kwargs["rule"])


def judged(frame: Any, rule: str) -> dict[str, Any]:
    """What the audit says of a rule: findings, rows it applied to, rows it passed.

    Raises:
        RuleNotRun: the frame is of no submission, the rule is not in force, or it failed.
    """
    submission = frame.attrs.get(ATTRIBUTE)
    if not isinstance(submission, Submission):
        said = _("这张表不是 auditor.gate.tables 做的，不知道属于哪一次报送")
        raise RuleNotRun(said)
    failed = [e["message"] for e in submission.audit.rule_errors if e["rule"] == rule]
    if failed:
        raise RuleNotRun(f"{rule}: {failed[0]}")
    if rule not in {known.id for known in submission.choice.rules}:
        raise RuleNotRun(_("没有规则 {name}").format(name=rule))
    passed, applied = submission.audit.pass_rates.get(rule, (0, 0))
    return {
        "applied": applied,
        "passed": passed,
        "findings": [
            {**submission.source(form_id), "form_id": form_id, **_told(finding)}
            for form_id, finding in submission.of_rule(rule)
        ],
    }


def _told(finding: Finding) -> dict[str, Any]:
    names = ("severity", "cells", "reported", "expected", "message", "fingerprint")
    return {
        **{name: getattr(finding, name) for name in names},
        "waived": finding.waived is not None,
        "known": finding.known,
    }


class ExpectRuleToHold(BatchExpectation):
    """Expect a rule of the rulebook to hold in every form of the submission.

    ``rule`` is its id (X01). Waived findings, and those of a baseline, do not fail it; they
    stand in ``details`` all the same.
    """

    rule: str

    metric_dependencies: ClassVar[tuple[str, ...]] = (_METRIC,)
    success_keys: ClassVar[tuple[str, ...]] = ("rule",)
    args_keys: ClassVar[tuple[str, ...]] = ("rule",)

    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any] | None = None,  # noqa: ARG002 - the library's signature
        execution_engine: ExecutionEngine[Any] | None = None,  # noqa: ARG002
    ) -> dict[str, Any]:
        told = metrics[_METRIC]
        failing = [f for f in told["findings"] if not (f["waived"] or f["known"])]
        return {
            "success": not failing,
            "result": {"observed_value": len(failing), "details": told},
        }

    @classmethod
    @renderer(renderer_type=LegacyRendererType.PRESCRIPTIVE)
    @render_suite_parameter_string
    def _prescriptive_renderer(
        cls,
        configuration: ExpectationConfiguration | None = None,
        result: ExpectationValidationResult | None = None,  # noqa: ARG003
        runtime_configuration: dict[str, Any] | None = None,  # noqa: ARG003
        **_more: Any,
    ) -> list[RenderedStringTemplateContent]:
        """The expectation in words, for Data Docs."""
        rule = configuration.kwargs["rule"] if configuration is not None else ""
        return [_in_words("$rule $title", {"rule": rule, "title": _title(rule)})]

    @classmethod
    @renderer(renderer_type=LegacyDiagnosticRendererType.OBSERVED_VALUE)
    def _diagnostic_observed_value_renderer(
        cls,
        configuration: ExpectationConfiguration | None = None,  # noqa: ARG003
        result: ExpectationValidationResult | None = None,
        runtime_configuration: dict[str, Any] | None = None,  # noqa: ARG003
        **_more: Any,
    ) -> str:
        """How many findings, and the first of them in words."""
        told = (result.result if result is not None else {}).get("details")
        if not told:
            return "--"
        said = _("{n} 处（判断 {applied} 行）").format(
            n=len(told["findings"]), applied=told["applied"]
        )
        firsts = [f"{f['file']}#{f['form']}: {f['message']}" for f in told["findings"][:3]]
        return said + "".join(f" · {first}" for first in firsts)


def _title(rule: str) -> str:
    """A rule's title in the language in use."""
    known = {entry.id: entry for entry in choose().rules}
    return pick(known[rule].title) if rule in known else rule


def _in_words(template: str, parameters: dict[str, str]) -> RenderedStringTemplateContent:
    return RenderedStringTemplateContent(
        content_block_type="string_template",
        string_template={
            "template": template,
            "params": parameters,
            "styling": {"params": {"rule": {"classes": ["badge", "badge-secondary"]}}},
        },
    )
