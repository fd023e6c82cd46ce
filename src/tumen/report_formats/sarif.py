"""A report as SARIF 2.1.0, which code scanning services and editors read.

Every result names its rule, whose help is the rule's page. Where the metadata of the package have the URLs, `Homepage` is the
`informationUri`, and `Rules`, that of the page of rules, gives each rule its `helpUri`; else there is neither. Paths are relative
to SRCROOT, the root of the repository. A fingerprint is of file, rule and message and not of the line, so that a finding stays the
same one when lines are added above it.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections import Counter
from importlib.metadata import metadata, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from tumen.report_formats.json_text import as_json_text
from tumen.report_formats.paths import source_root, within
from tumen.validation.explain import page

if TYPE_CHECKING:
    from tumen.report import Finding, Report

SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_OF_ADDRESSES: Final = ":/?#[]@!$&'()*+,;=%"
_PLACE: Final = re.compile(r":\d+:\d+\b")


def as_sarif(report: Report) -> str:
    """Return one SARIF log with one run: the rules that found something, and a result for each finding."""
    codes = list(report.by_code())
    urls = _project_urls()
    root = source_root()
    artifacts = {
        file: _artifact(file, root) for file in {finding.place.file for finding in report.findings}
    }
    run = {
        "tool": {"driver": _driver(codes, urls)},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The root of the repository."}}},
        "invocations": [{"executionSuccessful": True, "exitCode": 0 if report.ok else 1}],
        "results": _results(report, codes, artifacts),
        "properties": {
            "ok": report.ok,
            "strict": report.strict,
            "records": report.records,
            "files": report.files,
        },
    }
    return as_json_text({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _project_urls() -> dict[str, str]:
    """Return the URLs in the metadata of the package by their labels."""
    given = metadata("tumen").get_all("Project-URL") or []
    return {
        label.strip().lower(): url.strip()
        for label, _, url in (str(entry).partition(",") for entry in given)
    }


def _driver(codes: list[str], urls: dict[str, str]) -> dict[str, Any]:
    home = {"informationUri": urls["homepage"]} if "homepage" in urls else {}
    return {
        "name": "Tumen",
        "version": version("tumen"),
        **home,
        "rules": [_rule(code, urls.get("rules")) for code in codes],
    }


def _rule(code: str, rules_url: str | None) -> dict[str, Any]:
    explained = page(code)
    heading = explained.markdown().splitlines()[0].removeprefix("## ")
    link = {"helpUri": f"{rules_url}#{_anchor(heading)}"} if rules_url else {}
    return {
        "id": code,
        "shortDescription": {"text": explained.rule.title},
        "fullDescription": {"text": explained.why},
        **link,
        "help": {"text": explained.rule.remedy, "markdown": explained.markdown()},
        "defaultConfiguration": {"level": explained.rule.severity},
    }


def _anchor(heading: str) -> str:
    """Return the fragment that GitHub and GitLab give a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _artifact(file: str, root: Path) -> dict[str, str]:
    path = within(file, root)
    if path is not None:
        return {"uri": quote(os.fsencode(path)), "uriBaseId": "SRCROOT"}
    return {
        "uri": quote(os.fsencode(file), safe=_OF_ADDRESSES)
        if "://" in file
        else Path(file).absolute().as_uri()
    }


def _results(
    report: Report, codes: list[str], artifacts: dict[str, dict[str, str]]
) -> list[dict[str, Any]]:
    seen: Counter[tuple[str, str, str]] = Counter()
    results = []
    for finding in report.findings:
        artifact = artifacts[finding.place.file]
        same = (artifact["uri"], finding.code, _PLACE.sub("", finding.message))
        seen[same] += 1
        results.append(_result(finding, codes, artifact, _digest(*same, str(seen[same]))))
    return results


def _result(
    finding: Finding, codes: list[str], artifact: dict[str, str], fingerprint: str
) -> dict[str, Any]:
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
