"""A report as text, as JSON, as GitHub annotations and on a terminal, and the table of formats.

Each format is one function of the same findings. SARIF and JUnit have modules of their own.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from tumen._text import escape_line, escape_workflow_commands
from tumen.report_formats.junit import as_junit
from tumen.report_formats.paths import find_workspace, relative_path
from tumen.report_formats.sarif import as_sarif, format_json
from tumen.schemas.all_rules import ALL_RULES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rich.console import Console

    from tumen.report import Finding, Report

MOST_PER_FILE: Final = 1000
"""How many findings of a file are printed on a terminal."""


def as_text(report: Report) -> str:
    """Return the report as plain text.

    Args:
        report: The report.

    Returns:
        A line `path:line:column code message` for each finding, file by file. A remedy for each
        code and the counts follow.

    """
    lines = [str(finding) for finding in report.findings]
    if counts := report.by_code():
        lines += [
            "",
            *(f"{code} ({count}): {_find_remedy(report, code)}" for code, count in counts.items()),
        ]
    return escape_workflow_commands("\n".join([*lines, report.verdict()]) + "\n")


def _find_remedy(report: Report, code: str) -> str:
    return next(
        (finding.remedy for finding in report.findings if finding.code == code),
        report.remedy_of(ALL_RULES[code]),
    )


def as_json(report: Report) -> str:
    """Return the report as JSON.

    Args:
        report: The report.

    Returns:
        One object with `ok`, `strict`, the counts, and the `findings`. A finding has `file`,
        `line`, `column`, `code`, `severity`, `message` and `remedy`.

    """
    value = {
        "ok": report.ok,
        "strict": report.strict,
        "records": report.records,
        "files": report.files,
        "errors": report.total("error"),
        "warnings": report.total("warning"),
        "counts": report.by_code(),
        "findings": [_to_fields(finding) for finding in report.findings],
    }
    return format_json(value)


def _to_fields(finding: Finding) -> dict[str, Any]:
    return {
        **finding.place._asdict(),
        "code": finding.code,
        "severity": finding.severity,
        "message": finding.message,
        "remedy": finding.remedy,
    }


def as_github(report: Report) -> str:
    """Return the report as commands of GitHub Actions.

    Args:
        report: The report.

    Returns:
        A workflow command for each finding, which GitHub shows as an annotation at the file and
        line, and the counts.

    """
    root = find_workspace()
    lines = [_format_annotation(finding, root) for finding in report.findings]
    return "\n".join([*lines, report.verdict()]) + "\n"


def _format_annotation(finding: Finding, root: Path) -> str:
    place = finding.place
    properties = {
        "file": relative_path(place.file, root) or place.file,
        "line": place.line,
        "col": place.column,
        "title": f"Tumen {finding.code}",
    }
    options = ",".join(f"{name}={_escape(str(value), ':,')}" for name, value in properties.items())
    message = f"{finding.message}\n{finding.remedy}"
    return f"::{finding.severity} {options}::{_escape(message)}"


def _escape(text: str, special: str = "") -> str:
    return "".join(f"%{ord(char):02X}" if char in f"%\r\n{special}" else char for char in text)


def print_report(report: Report, console: Console) -> None:
    """Print the report for a person: files as headings, codes in colour, counts with remedies.

    Of the findings of a file, the first `MOST_PER_FILE` are printed and the others counted.

    Args:
        report: The report.
        console: Where to print it.

    """
    from rich.text import Text  # noqa: PLC0415

    for file, group in groupby(report.findings, key=lambda finding: finding.place.file):
        console.print(Text(escape_line(file), style="bold"))
        findings = list(group)
        for finding in findings[:MOST_PER_FILE]:
            style = "red" if finding.severity == "error" else "yellow"
            place = f"{finding.place.line}:{finding.place.column}"
            console.print(
                Text.assemble(
                    f"  {place:<9}", (finding.code, style), f"  {escape_line(finding.message)}"
                ),
                soft_wrap=True,
            )
        if len(findings) > MOST_PER_FILE:
            hidden = len(findings) - MOST_PER_FILE
            console.print(Text(f"  and {hidden:,} more; to see all, pipe the report to `less`"))
    for code, count in report.by_code().items():
        console.print(
            Text.assemble((f"{code:>6}", "bold"), f" {count:>5}  {_find_remedy(report, code)}"),
            soft_wrap=True,
        )
    console.print(Text(report.verdict(), style="bold green" if report.ok else "bold red"))


FORMATS: dict[str, Callable[[Report], str]] = {
    "text": as_text,
    "json": as_json,
    "github": as_github,
    "sarif": as_sarif,
    "junit": as_junit,
}
