"""Read a saved ``findings/1`` file back, so that ``auditor report`` can make any report from it."""

import json
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from auditor.findings.model import SCHEMA, Audit, BatchFinding, Finding, Report
from auditor.forms.evaluation import Doubt, Evaluation
from auditor.forms.records import read_records
from auditor.intake.problems import Problem
from auditor.intake.records import read_json
from auditor.language import _
from auditor.schemas import load

_FINDING = tuple(field.name for field in fields(Finding))


class UnreadableFindings(Exception):
    """The text is no ``findings/1``; the message says where and why."""


def read(text: str) -> Audit:
    """The audit that was saved as ``text``.

    Raises:
        UnreadableFindings: no JSON, another schema, or a wrong type; with line or path.
    """
    whole = _document(text)
    _refuse(whole)
    tool, summary = whole["tool"], whole["summary"]
    return Audit(
        version=tool["version"],
        rulebook=tool["rulebook"],
        profile=tool["profile"],
        reports=_reports(whole["reports"]),
        batch=[_batch(entry) for entry in whole["batch"]],
        rule_errors=whole["rule_errors"],
        problems=[Problem(**problem) for problem in whole["problems"]],
        pass_rates={
            rule: (told["passed"], told["applied"])
            for rule, told in summary.get("rules", {}).items()
        },
    )


def _document(text: str) -> dict[str, Any]:
    text = text.removeprefix("\ufeff")
    try:
        whole = json.loads(text)
    except ValueError as error:
        lines = list(_lines(text, error))
        whole = {**lines[-1], "reports": [line["report"] for line in lines if "report" in line]}
    if not isinstance(whole, dict) or whole.get("schema") != SCHEMA:
        raise UnreadableFindings(
            _("不是 {schema}：请用 auditor check --format json 保存的结果").format(schema=SCHEMA)
        )
    if "report" in whole:
        raise UnreadableFindings(_("结果不完整：缺最后一行（汇总），可能是写到一半的文件"))
    return whole


def _lines(text: str, error: ValueError) -> Iterator[dict[str, Any]]:
    """JSON Lines; when the text is not that either, the first fault is told."""
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            told = json.loads(line)
        except ValueError as fault:
            cause = error if number == 1 else fault
            raise UnreadableFindings(_("不是 JSON：{why}").format(why=cause)) from fault
        if not isinstance(told, dict):
            raise UnreadableFindings(_("第 {n} 行不是一份报告").format(n=number))
        yield told
    if not text.strip():
        raise UnreadableFindings(_("文件是空的"))


def _refuse(whole: dict[str, Any]) -> None:
    """Raises for the first place that does not follow the published schema."""
    import jsonschema

    fault = next(jsonschema.Draft202012Validator(load("findings")).iter_errors(whole), None)
    if fault is not None:
        raise UnreadableFindings(f"{fault.json_path}: {fault.message[:200]}")


def _reports(listed: list[dict[str, Any]]) -> list[Report]:
    forms = [_form(told) for told in listed]
    reports = []
    for place, told in enumerate(listed):
        findings = [Finding(**_known(finding)) for finding in told["findings"]]
        skipped = told["counts"]["not_applicable"]
        reports.append(Report.of(forms, place, told["profile"], findings, skipped))
        reports[-1].drawable = told.get("evaluation") is not None
    return reports


def _form(told: dict[str, Any]) -> Evaluation:
    source = told["source"]
    kept = told.get("evaluation")
    if kept is None:
        doubts = [
            Doubt(d["cell"], d["reason"], tuple(d["readings"])) for d in told.get("doubts", [])
        ]
        form = Evaluation(source["file"], source["form"], doubts=doubts)
        for key in ("project", "department", "unit", "year"):
            setattr(form, key, told.get(key))
        return form
    # The reader of evaluations wants numbers by their printed digits, so it parses them itself.
    records = read_json(json.dumps(kept, ensure_ascii=False))
    made = next(read_records(source["file"], records), None) if records else None
    if isinstance(made, Evaluation):
        return made
    fault = made.message if made else _("evaluation 不是一张表")
    raise UnreadableFindings(f"{source['file']}#{source['form']}: {fault}")


def _batch(told: dict[str, Any]) -> BatchFinding:
    return BatchFinding(Finding(**_known({**told, "cells": []})), told["forms"])


def _known(told: dict[str, Any]) -> dict[str, Any]:
    return {name: told[name] for name in _FINDING if name in told}
