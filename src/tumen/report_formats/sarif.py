"""A report as SARIF 2.1.0, which code scanning services and editors read.

Every result names its rule, and the help of a rule is its page. The URLs come from the metadata of
the package: `Homepage` is the `informationUri`. `Rules`, the URL of the page of rules, gives each
rule its `helpUri`. Without them there is neither. Paths are relative to SRCROOT, the root of the
repository. A fingerprint is made of file, rule and message but not of the line. A finding therefore
stays the same when lines are added above it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections import Counter
from importlib.metadata import metadata, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from tumen._text import escape_workflow_commands
from tumen.report_formats.paths import find_source_root, relative_path
from tumen.validation.explain import read_page

if TYPE_CHECKING:
    from tumen.report import Finding, Report

SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_URL_CHARACTERS: Final = ":/?#[]@!$&'()*+,;=%"
_PLACE: Final = re.compile(r":\d+:\d+\b")


def as_sarif(report: Report) -> str:
    """Return the report as a SARIF log with one run.

    Args:
        report: The report.

    Returns:
        A JSON document with the rules that are broken, and a result for each finding.

    """
    codes = list(report.by_code())
    urls = _read_project_urls()
    root = find_source_root()
    artifacts = {
        file: _build_artifact(file, root)
        for file in {finding.place.file for finding in report.findings}
    }
    run = {
        "tool": {"driver": _build_driver(codes, urls)},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The root of the repository."}}},
        "invocations": [{"executionSuccessful": True, "exitCode": 0 if report.ok else 1}],
        "results": _build_results(report, codes, artifacts),
        "properties": {
            "ok": report.ok,
            "strict": report.strict,
            "records": report.records,
            "files": report.files,
        },
    }
    return format_json({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def format_json(value: Any) -> str:
    """Return a JSON document in which nothing can be taken for a command of GitHub Actions.

    `##[` can only be in strings, so that an escape of JSON breaks it.
    """
    document = json.dumps(value, ensure_ascii=False, indent=1)
    return escape_workflow_commands(document, number_sign=r"\u0023") + "\n"


def _read_project_urls() -> dict[str, str]:
    """Return the URLs in the metadata of the package by their labels."""
    entries = metadata("tumen").get_all("Project-URL") or []
    return {
        label.strip().lower(): url.strip()
        for label, _, url in (str(entry).partition(",") for entry in entries)
    }


def _build_driver(codes: list[str], urls: dict[str, str]) -> dict[str, Any]:
    home = {"informationUri": urls["homepage"]} if "homepage" in urls else {}
    return {
        "name": "Tumen",
        "version": version("tumen"),
        **home,
        "rules": [_build_rule(code, urls.get("rules")) for code in codes],
    }


def _build_rule(code: str, rules_url: str | None) -> dict[str, Any]:
    rule_page = read_page(code)
    heading = rule_page.to_markdown().splitlines()[0].removeprefix("## ")
    link = {"helpUri": f"{rules_url}#{_to_anchor(heading)}"} if rules_url else {}
    return {
        "id": code,
        "shortDescription": {"text": rule_page.rule.title},
        "fullDescription": {"text": rule_page.why},
        **link,
        "help": {"text": rule_page.rule.remedy, "markdown": rule_page.to_markdown()},
        "defaultConfiguration": {"level": rule_page.rule.severity},
    }


def _to_anchor(heading: str) -> str:
    """Return the fragment of a URL that GitHub and GitLab give a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _build_artifact(file: str, root: Path) -> dict[str, str]:
    path = relative_path(file, root)
    if path is not None:
        return {"uri": quote(os.fsencode(path)), "uriBaseId": "SRCROOT"}
    if "://" in file:
        return {"uri": quote(os.fsencode(file), safe=_URL_CHARACTERS)}
    return {"uri": Path(file).absolute().as_uri()}


def _build_results(
    report: Report, codes: list[str], artifacts: dict[str, dict[str, str]]
) -> list[dict[str, Any]]:
    seen: Counter[tuple[str, str, str]] = Counter()
    results = []
    for finding in report.findings:
        artifact = artifacts[finding.place.file]
        # A place within the message would change with the lines above it.
        identity = (artifact["uri"], finding.code, _PLACE.sub("", finding.message))
        seen[identity] += 1
        fingerprint = _hash_parts(*identity, str(seen[identity]))
        results.append(_build_result(finding, codes, artifact, fingerprint))
    return results


def _build_result(
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


def _hash_parts(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode(errors="surrogateescape")).hexdigest()
