"""A report as SARIF 2.1.0, which code scanning services and editors read.

Every result names its rule, whose help is the rule's page; SARIF asks `helpUri` to be absolute, and the rules have no address,
so there is none. Paths are relative to SRCROOT, the root of the repository. A fingerprint is of file, rule and message and
not of the line, so that a finding stays the same one when lines are added above it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections import Counter
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from tumen.checking.explain import page
from tumen.reporting.roots import source_root, within

if TYPE_CHECKING:
    from tumen.findings import Finding, Report

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_PLACE: Final = re.compile(r":\d+:\d+\b")


def as_sarif(report: Report) -> str:
    """Return one SARIF log with one run: the rules that found something, and a result for each finding."""
    codes = list(report.by_code())
    root = source_root()
    artifacts = {file: _artifact(file, root) for file in {finding.place.file for finding in report.findings}}
    run = {
        "tool": {"driver": {"name": "Tumen", "version": version("tumen"), "rules": [_rule(code) for code in codes]}},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The root of the repository."}}},
        "invocations": [{"executionSuccessful": True, "exitCode": 0 if report.ok else 1}],
        "results": _results(report, codes, artifacts),
        "properties": {"ok": report.ok, "strict": report.strict, "records": report.records, "files": report.files},
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1) + "\n"


def _rule(code: str) -> dict[str, Any]:
    explained = page(code)
    return {
        "id": code,
        "shortDescription": {"text": explained.rule.title},
        "fullDescription": {"text": explained.why},
        "help": {"text": explained.rule.remedy, "markdown": explained.markdown()},
        "defaultConfiguration": {"level": explained.rule.severity},
    }


def _artifact(file: str, root: Path) -> dict[str, str]:
    if "://" in file:
        return {"uri": file}
    path = within(file, root)
    if path is None:
        return {"uri": Path(file).absolute().as_uri()}
    return {"uri": quote(os.fsencode(path)), "uriBaseId": "SRCROOT"}


def _results(report: Report, codes: list[str], artifacts: dict[str, dict[str, str]]) -> list[dict[str, Any]]:
    seen: Counter[tuple[str, str, str]] = Counter()
    results = []
    for finding in report.findings:
        artifact = artifacts[finding.place.file]
        same = (artifact["uri"], finding.code, _PLACE.sub("", finding.message))
        seen[same] += 1
        results.append(_result(finding, codes, artifact, _digest(*same, str(seen[same]))))
    return results


def _result(finding: Finding, codes: list[str], artifact: dict[str, str], fingerprint: str) -> dict[str, Any]:
    region = {"startLine": finding.place.line, "startColumn": finding.place.column}
    return {
        "ruleId": finding.code,
        "ruleIndex": codes.index(finding.code),
        "level": finding.severity,
        "message": {"text": finding.message},
        "locations": [{"physicalLocation": {"artifactLocation": artifact, "region": region}}],
        "partialFingerprints": {"tumenFinding/v1": fingerprint},
    }


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode(errors="surrogateescape")).hexdigest()
