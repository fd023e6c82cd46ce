"""Renderings of a report: one function per format, each from the same findings (SARIF and JUnit have modules of their own)."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from tumen._text import one_line, without_commands
from tumen.report_formats.json_text import as_json_text
from tumen.report_formats.junit import as_junit
from tumen.report_formats.paths import within, workspace
from tumen.report_formats.sarif import as_sarif
from tumen.schemas.registry import ALL_RULES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rich.console import Console

    from tumen.report import Finding, Report

MOST: Final = 1000


def text(report: Report) -> str:
    """Return `path:line:column code message` a line, file by file, with a remedy per code and the counts at the end."""
    lines = [str(finding) for finding in report.findings]
    if counts := report.by_code():
        lines += [
            "",
            *(f"{code} ({count}): {_remedy(report, code)}" for code, count in counts.items()),
        ]
    return without_commands("\n".join([*lines, report.verdict()]) + "\n")


def _remedy(report: Report, code: str) -> str:
    return next(
        (finding.remedy for finding in report.findings if finding.code == code),
        report.remedy_of(ALL_RULES[code]),
    )


def as_json(report: Report) -> str:
    """Return one JSON object: `ok`, `strict`, counts, and the findings with place, code, severity, message, remedy."""
    value = {
        "ok": report.ok,
        "strict": report.strict,
        "records": report.records,
        "files": report.files,
        "errors": report.total("error"),
        "warnings": report.total("warning"),
        "counts": report.by_code(),
        "findings": [_fields(finding) for finding in report.findings],
    }
    return as_json_text(value)


def _fields(finding: Finding) -> dict[str, Any]:
    return {
        **finding.place._asdict(),
        "code": finding.code,
        "severity": finding.severity,
        "message": finding.message,
        "remedy": finding.remedy,
    }


def as_github(report: Report) -> str:
    """Return a workflow command a line, which GitHub Actions shows as an annotation at the file and line, and the counts."""
    root = workspace()
    lines = [_annotation(finding, root) for finding in report.findings]
    return "\n".join([*lines, report.verdict()]) + "\n"


def _annotation(finding: Finding, root: Path) -> str:
    place = finding.place
    properties = {
        "file": within(place.file, root) or place.file,
        "line": place.line,
        "col": place.column,
        "title": f"Tumen {finding.code}",
    }
    written = ",".join(f"{name}={_escaped(str(value), ':,')}" for name, value in properties.items())
    message = f"{finding.message}\n{finding.remedy}"
    return f"::{finding.severity} {written}::{_escaped(message)}"


def _escaped(text: str, special: str = "") -> str:
    return "".join(f"%{ord(char):02X}" if char in f"%\r\n{special}" else char for char in text)


def on_terminal(report: Report, console: Console) -> None:
    """Print the report for a person: files as headings, codes in colour, counts with their remedies.

    Of a file with more findings than anyone reads, the first `MOST` are printed and the others counted.
    """
    from rich.text import Text  # noqa: PLC0415

    for file, group in groupby(report.findings, key=lambda finding: finding.place.file):
        console.print(Text(one_line(file), style="bold"))
        findings = list(group)
        for finding in findings[:MOST]:
            style = "red" if finding.severity == "error" else "yellow"
            place = f"{finding.place.line}:{finding.place.column}"
            console.print(
                Text.assemble(
                    f"  {place:<9}", (finding.code, style), f"  {one_line(finding.message)}"
                ),
                soft_wrap=True,
            )
        if len(findings) > MOST:
            console.print(
                Text(
                    f"  and {len(findings) - MOST:,} more, which are written to a file or a pipe, as by `| less`"
                )
            )
    for code, count in report.by_code().items():
        console.print(
            Text.assemble((f"{code:>6}", "bold"), f" {count:>5}  {_remedy(report, code)}"),
            soft_wrap=True,
        )
    console.print(Text(report.verdict(), style="bold green" if report.ok else "bold red"))


FORMATS: dict[str, Callable[[Report], str]] = {
    "text": text,
    "json": as_json,
    "github": as_github,
    "sarif": as_sarif,
    "junit": as_junit,
}
