"""What the gate says: which rules fail in which forms, and apart from it all else."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from auditor.findings import cell_names
from auditor.findings.model import Audit, Finding
from auditor.language import _, pick
from auditor.pipeline import Choice
from auditor.reporting.templates import markdown as escaped
from auditor.reporting.visible_text import legible

_MOST = 50  # findings on a job's page; the rest is in the machine formats


@dataclass(frozen=True, slots=True)
class Summary:
    """One run of the gate: the audit, and what went wrong with tables, rules and own suites."""

    audit: Audit
    choice: Choice
    structure: Sequence[str]
    not_run: Mapping[str, str]
    own: Sequence[str]
    fail_on: str

    @property
    def passed(self) -> bool:
        """Whether the gate lets the submission through."""
        audit = self.audit
        broken = self.structure or self.not_run or self.own or audit.problems or audit.rule_errors
        return bool(audit.reports) and not broken and not audit.fails(self.fail_on)

    def text(self) -> str:
        """For a terminal or a job's log."""
        lines = [f"{level} {rule} {title}: {where}: {message}"
                 for level, rule, title, where, message in self._findings()]  # fmt: skip
        lines += [f"{label}: {entry}" for label, entry in self._apart()]
        lines.append(self._verdict())
        return legible("\n".join(lines))

    def markdown(self) -> str:
        """For a job's page ($GITHUB_STEP_SUMMARY and the like)."""
        lines = [f"## {_('绩效自评表审核')}", "", self._verdict(), ""]
        found = list(self._findings())
        if found:
            head = (_("级别"), _("规则"), _("检查什么"), _("表"), _("问题"))
            lines += [f"| {' | '.join(head)} |", "|---|---|---|---|---|"]
            lines += [
                f"| {' | '.join(escaped(legible(t)) for t in row)} |" for row in found[:_MOST]
            ]
        if len(found) > _MOST:
            lines += ["", _("另有 {n} 条").format(n=len(found) - _MOST)]
        apart = list(self._apart())
        if apart:
            lines += ["", f"### {_('不是表的问题')}", ""]
            lines += [f"- {label}: {escaped(legible(entry))}" for label, entry in apart]
        return "\n".join([*lines, "", f"auditor {self.audit.version}"])

    def _findings(self) -> Iterator[tuple[str, str, str, str, str]]:
        """Errors and warnings that count: level, rule, title, form, message; advice is counted."""
        titles = {rule.id: pick(rule.title) for rule in self.choice.rules}
        for report in self.audit.reports:
            for finding in report.findings:
                if _counts(finding) and finding.severity != "advice":
                    where = f"{report.file}#{report.form} {report.project or ''}"
                    level = cell_names.severity(finding.severity)
                    yield level, finding.rule, titles[finding.rule], where, finding.message

    def _apart(self) -> Iterator[tuple[str, str]]:
        """What is no fault of a form."""
        for problem in self.audit.problems:
            yield _("未能读取"), f"{problem.file}: {problem.code}: {problem.message}"
        for name, why in self.not_run.items():
            yield _("未能运行"), f"{name}: {why}"
        for entry in self.structure:
            yield _("事实表的结构不对"), entry
        for entry in self.own:
            yield _("自己的套件不通过"), entry
        if not self.audit.reports:
            yield _("空"), _("没有一张自评表")

    def _verdict(self) -> str:
        summary = self.audit.summary()
        told = _(
            "{forms} 张表，{rules} 条规则：错误 {error}，警告 {warning}，提示 {advice}"
        ).format(forms=summary["forms"], rules=len(self.choice.rules), **summary["findings"])
        return f"{_('通过') if self.passed else _('不通过')} · {told}"


def _counts(finding: Finding) -> bool:
    return finding.waived is None and not finding.known
