"""A report as JUnit XML, which GitLab, Jenkins and most CI systems read: a rule is a test, and its findings are why it fails.

Errors and warnings are two suites. A warning that does not count is a test skipped with a message, since JUnit knows no
warnings; in a strict report it fails. There is no standard of JUnit: this keeps to the schema that Jenkins' xUnit plugin checks
(junit-10.xsd), which has no file and line of a test. So they are in the message (the first) and in the text (each).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from tumen._text import one_line, without_commands
from tumen.report import counted
from tumen.report_formats.paths import source_root, within
from tumen.schemas.registry import ALL_RULES

if TYPE_CHECKING:
    from pathlib import Path

    from tumen.report import Finding, Report

_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_junit(report: Report) -> str:
    """Return a document with the suites `errors` and `warnings`: a test for each rule that the report was held to."""
    found: dict[str, list[Finding]] = {
        code: [] for code in sorted({*report.rules, *report.by_code()})
    }
    for finding in report.findings:
        found[finding.code].append(finding)
    counts_of = report.by_code()
    root = source_root()
    suites = ET.Element("testsuites", name="tumen check")
    for severity, counts in (("error", True), ("warning", report.strict)):
        suite = ET.SubElement(suites, "testsuite", name=f"{severity}s")
        for code, findings in found.items():
            if ALL_RULES[code].severity == severity:
                _add_test(
                    suite,
                    code,
                    counts_of.get(code, 0),
                    findings,
                    root,
                    report.remedy_of(ALL_RULES[code]),
                    outcome="failure" if counts else "skipped",
                )
        _count(suite)
    _count(suites)
    ET.indent(suites)
    document = without_commands(
        ET.tostring(suites, encoding="unicode"), colon="&#58;", number_sign="&#35;"
    )
    return f'<?xml version="1.0" encoding="utf-8"?>\n{document}\n'


def _add_test(
    suite: ET.Element,
    code: str,
    number: int,
    findings: list[Finding],
    root: Path,
    remedy: str,
    *,
    outcome: str,
) -> None:
    name = f"{code}: {ALL_RULES[code].title}"
    test = ET.SubElement(suite, "testcase", classname=f"tumen.{suite.get('name')}", name=name)
    if not number:
        return
    message = counted(number, "finding")
    if findings:
        message += f", first at {_place(findings[0], root)}"
    remedy = findings[0].remedy if findings else remedy
    reason = ET.SubElement(
        test, outcome, {"type": code, "message": _written(f"{message}. {remedy}")}
    )
    reason.text = _written(
        "\n".join(one_line(f"{_place(one, root)} {one.code} {one.message}") for one in findings)
    )


def _place(finding: Finding, root: Path) -> str:
    file = within(finding.place.file, root) or finding.place.file
    return one_line(str(finding.place._replace(file=file)))


def _count(element: ET.Element) -> None:
    element.set("tests", str(len(element.findall(".//testcase"))))
    element.set("failures", str(len(element.findall(".//failure"))))
    element.set("errors", "0")
    if element.tag == "testsuite":
        element.set("skipped", str(len(element.findall("testcase/skipped"))))


def _written(text: str) -> str:
    """Return text with what XML cannot hold, control characters and undecodable bytes of file names, written as escapes."""
    return _NOT_XML.sub(lambda match: match[0].encode("unicode_escape").decode(), text)
