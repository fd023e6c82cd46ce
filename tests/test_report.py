"""A report: what counts, and which rules it shows."""

from __future__ import annotations

import pytest

from tumen.errors import TumenError, UnknownNameError
from tumen.report import DataError, Finding, Place, Report

RULES = ("E003", "E302", "W205", "W206")
UNREAD = Finding(Place("dataset/actors.yaml", 1, 1), "E003", "not YAML", "Mend it.")
LOST = Finding(Place("dataset/meetings.yaml", 9, 15), "E302", "no actor 'shoygu'", "Correct it.")
FALLS = Finding(Place("dataset/estimates.yaml", 15, 7), "W205", "falls", "Check it.", "warning")


def codes(report: Report) -> list[str]:
    return [finding.code for finding in report.findings]


@pytest.mark.parametrize(
    ("findings", "ok", "strictly_ok"),
    [
        ((), True, True),
        ((FALLS,), True, False),
        ((LOST,), False, False),
        ((LOST, FALLS), False, False),
    ],
)
def test_warnings_count_where_the_report_is_strict(
    findings: tuple[Finding, ...], ok: bool, strictly_ok: bool
) -> None:
    report = Report(findings, rules=RULES)
    assert (report.ok, report.strictly().ok) == (ok, strictly_ok)


def test_strict_report_says_so_and_raises_for_warnings() -> None:
    report = Report((FALLS,), 10, 5, RULES)
    report.raise_if_failed()
    assert report.strictly().verdict() == "0 errors, 1 warning (10 records in 5 files, strict)"
    with pytest.raises(DataError, match="0 errors, 1 warning"):
        report.strictly().raise_if_failed()


def test_only_shows_a_rule_and_the_files_it_could_not_judge() -> None:
    report = Report((UNREAD, FALLS, LOST), rules=RULES)
    assert codes(report.only(["w205"])) == ["E003", "W205"]
    assert report.only(["w205"]).rules == ("W205",)
    assert codes(report.only(["E302", "W206"])) == ["E003", "E302"]


def test_without_leaves_rules_out() -> None:
    report = Report((UNREAD, FALLS, LOST), rules=RULES).without(["E003", "W205"])
    assert (codes(report), report.rules) == (["E302"], ("E302", "W206"))


def test_unknown_code_names_the_nearest() -> None:
    report = Report((), rules=RULES)
    for choose in (report.only, report.without):
        with pytest.raises(UnknownNameError, match="no rule 'E3002'; did you mean 'E302'"):
            choose(["W205", "E3002"])


def test_some_rule_must_be_left() -> None:
    report = Report((), rules=RULES)
    with pytest.raises(TumenError, match="no rule is left to check"):
        report.only(["E302"]).without(["E302"])
