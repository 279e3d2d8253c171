"""JUnit XML: a suite per form, a test case per finding, for the test tab of any CI.

A finding at or above ``--fail-on`` fails its case; below it, the case passes and says what was
found. A file that could not be read and a rule that could not run are errors, never failures.
"""

from xml.etree import ElementTree as ET  # only writes: what is built here is read by others

from auditor.language import _
from auditor.reporting.report_input import ReportInput
from auditor.reporting.view import Project, Told


def junit(material: ReportInput) -> str:
    """The audit as ``testsuites``."""
    root = ET.Element("testsuites", name="auditor")
    for project in material.view.projects:
        root.append(_suite(project, material.fails))
    broken = [(p["file"], p["code"], p["message"]) for p in material.view.problems]
    broken += [(e["rule"], "rule-error", e["message"]) for e in material.view.rule_errors]
    if broken:
        root.append(_errors(broken))
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode")


def _suite(project: Project, fails: frozenset[str]) -> ET.Element:
    suite = ET.Element("testsuite", name=f"{project.name} ({project.source})")
    failures = 0
    for told in project.findings:
        case = ET.SubElement(suite, "testcase", classname=project.source, name=_named(told))
        text = f"{told.message}\n{_('位置：')}{told.where()}\n{_('改法：')}{told.remedy}"
        if told.waived is not None:
            ET.SubElement(case, "skipped", message=told.waived)
        elif told.severity in fails:
            failures += 1
            failure = ET.SubElement(case, "failure", type=told.severity, message=told.message)
            failure.text = text
        else:
            ET.SubElement(case, "system-out").text = text
    if not project.findings:
        ET.SubElement(suite, "testcase", classname=project.source, name=_("没有发现问题"))
    waived = sum(told.waived is not None for told in project.findings)
    for name, count in (("tests", len(suite)), ("failures", failures), ("errors", 0),
                        ("skipped", waived)):  # fmt: skip
        suite.set(name, str(count))
    return suite


def _named(told: Told) -> str:
    where = f" · {told.spots[0].name}" if told.spots else ""
    return f"{told.number} {told.rule} {told.title}{where}"


def _errors(broken: list[tuple[str, str, str]]) -> ET.Element:
    suite = ET.Element("testsuite", name=_("未能读取或运行"))
    for name, code, message in broken:
        case = ET.SubElement(suite, "testcase", classname="auditor", name=name)
        ET.SubElement(case, "error", type=code, message=message).text = message
    for name, count in (("tests", len(broken)), ("failures", 0), ("errors", len(broken)),
                        ("skipped", 0)):  # fmt: skip
        suite.set(name, str(count))
    return suite
