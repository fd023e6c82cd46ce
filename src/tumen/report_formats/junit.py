"""A report as JUnit XML, which GitLab, Jenkins and most CI systems read.

A rule is a test, and its findings are the reason why the test fails. Errors and warnings are two
suites. JUnit has no warnings: a warning that does not count is a skipped test with a message, and
in a strict report it is a failed test.

There is no standard of JUnit. This module follows the schema that the xUnit plugin of Jenkins
checks (junit-10.xsd), in which a test has no file and line. The message therefore names the first
place, and the text names each.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from tumen._text import escape_line, escape_workflow_commands
from tumen.report import format_count
from tumen.report_formats.paths import find_source_root, relative_path
from tumen.schemas.all_rules import ALL_RULES

if TYPE_CHECKING:
    from pathlib import Path

    from tumen.report import Finding, Report

_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_junit(report: Report) -> str:
    """Return the report as JUnit XML.

    Args:
        report: The report.

    Returns:
        A document with the suites `errors` and `warnings`, and in them a test for each rule that
        was checked.

    """
    findings_by_code: dict[str, list[Finding]] = {
        code: [] for code in sorted({*report.rules, *report.by_code()})
    }
    for finding in report.findings:
        findings_by_code[finding.code].append(finding)
    totals = report.by_code()
    root = find_source_root()
    suites = ET.Element("testsuites", name="tumen check")
    for severity, counts in (("error", True), ("warning", report.strict)):
        suite = ET.SubElement(suites, "testsuite", name=f"{severity}s")
        for code, findings in findings_by_code.items():
            if ALL_RULES[code].severity == severity:
                _add_test(
                    suite,
                    code,
                    totals.get(code, 0),
                    findings,
                    root,
                    report.remedy_of(ALL_RULES[code]),
                    outcome="failure" if counts else "skipped",
                )
        _set_counts(suite)
    _set_counts(suites)
    ET.indent(suites)
    document = escape_workflow_commands(
        ET.tostring(suites, encoding="unicode"), colon="&#58;", number_sign="&#35;"
    )
    return f'<?xml version="1.0" encoding="utf-8"?>\n{document}\n'


def _add_test(
    suite: ET.Element,
    code: str,
    total: int,
    findings: list[Finding],
    root: Path,
    remedy: str,
    *,
    outcome: str,
) -> None:
    """Add the test of a rule; `total` may be more than the findings, which are those shown."""
    name = f"{code}: {ALL_RULES[code].title}"
    test = ET.SubElement(suite, "testcase", classname=f"tumen.{suite.get('name')}", name=name)
    if not total:
        return
    message = format_count(total, "finding")
    if findings:
        message += f", first at {_format_place(findings[0], root)}"
        remedy = findings[0].remedy
    attributes = {"type": code, "message": _escape_invalid(f"{message}. {remedy}")}
    reason = ET.SubElement(test, outcome, attributes)
    reason.text = _escape_invalid("\n".join(_format_finding(finding, root) for finding in findings))


def _format_finding(finding: Finding, root: Path) -> str:
    return escape_line(f"{_format_place(finding, root)} {finding.code} {finding.message}")


def _format_place(finding: Finding, root: Path) -> str:
    file = relative_path(finding.place.file, root) or finding.place.file
    return escape_line(str(finding.place._replace(file=file)))


def _set_counts(element: ET.Element) -> None:
    element.set("tests", str(len(element.findall(".//testcase"))))
    element.set("failures", str(len(element.findall(".//failure"))))
    element.set("errors", "0")
    if element.tag == "testsuite":
        element.set("skipped", str(len(element.findall("testcase/skipped"))))


def _escape_invalid(text: str) -> str:
    """Escape what XML cannot hold: control characters, and undecodable bytes of file names."""
    return _NOT_XML.sub(lambda match: match[0].encode("unicode_escape").decode(), text)
