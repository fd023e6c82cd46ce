"""Every rule has a page; what the page says is found, at its exact place, and its mended record is clean."""

from __future__ import annotations

import datetime as dt
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tumen.errors import UnknownNameError
from tumen.publishing import build as publishing_build
from tumen.schemas.all_rules import ALL_RULES
from tumen.schemas.release_rules import RELEASE_RULES
from tumen.validation.explain import list_rules, read_clean_dataset, read_page
from tumen.validation.records import check

if TYPE_CHECKING:
    from collections.abc import Callable

WITHOUT_RECORD = {"E001", "E111", "E112", "E211", "W340"}
WITH_EXAMPLE = sorted(set(ALL_RULES) - WITHOUT_RECORD)


def test_base_is_clean(write_dataset: Callable[..., Path]) -> None:
    report = check(write_dataset())
    assert [str(finding) for finding in report.findings] == []
    assert report.records == 11


def publish_before(code: str, write_dataset: Callable[..., Path]) -> None:
    """Publish the release that a rule on released ids compares with, and put the clean dataset back."""
    if code in RELEASE_RULES:
        released = read_page(code).released_files
        publishing_build.build(
            write_dataset(dict(released)), Path("releases"), "2026.11.0", dt.date(2026, 11, 24)
        )
        for name in released:
            Path("dataset", name).unlink()


@pytest.mark.parametrize("code", WITH_EXAMPLE)
def test_fault_is_found_at_its_place(code: str, write_dataset: Callable[..., Path]) -> None:
    example = read_page(code)
    assert example.file
    publish_before(code, write_dataset)
    found = [
        str(finding)
        for finding in check(
            write_dataset({example.file: example.failing, **example.other_files})
        ).findings
    ]
    assert found == list(example.findings)
    assert any(f" {code} " in line for line in found)


@pytest.mark.slow
@pytest.mark.parametrize("code", sorted(set(WITH_EXAMPLE) - {"E011"}))
def test_mended_record_is_clean(code: str, write_dataset: Callable[..., Path]) -> None:
    example = read_page(code)
    assert example.file
    publish_before(code, write_dataset)
    assert [
        str(finding)
        for finding in check(
            write_dataset({example.file: example.fixed, **example.other_files})
        ).findings
    ] == []


@pytest.mark.parametrize("code", ALL_RULES)
def test_every_rule_has_title_reason_and_remedy(code: str) -> None:
    rule, why = ALL_RULES[code], read_page(code).why
    assert why.endswith(".")
    assert rule.remedy.endswith(".")
    assert rule.title[0].islower()
    assert rule.severity == ("warning" if code.startswith("W") else "error")


def test_every_rule_has_a_page_and_every_page_a_rule() -> None:
    pages = {entry.name for entry in files("tumen.schemas").joinpath("examples").iterdir()}
    assert pages == {"base.md", *(f"{code}.md" for code in ALL_RULES)}


@pytest.mark.parametrize("written", ["E104", "e104", "E104:", " E104 "])
def test_code_as_it_is_pasted(written: str) -> None:
    assert read_page(written).rule.code == "E104"


def test_listing_has_a_line_for_every_rule() -> None:
    assert [line.split("  ", 1) for line in list_rules().splitlines()] == [
        [code, rule.title] for code, rule in ALL_RULES.items()
    ]


def test_unknown_rule_names_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="no rule 'E1044'; did you mean 'E104'"):
        read_page("E1044")


def test_allowed_warning_is_silent(write_dataset: Callable[..., Path]) -> None:
    example = read_page("W205")
    allowed = example.failing.replace(
        "  summary: Troops a day",
        "  allow: {W205: The count was corrected.}\n  summary: Troops a day",
    )
    assert check(write_dataset({"estimates.yaml": allowed})).findings == ()


def test_errors_cannot_be_allowed(write_dataset: Callable[..., Path]) -> None:
    allowed = read_clean_dataset()["places.yaml"].replace(
        "  longitude: 125.75\n", "  allow: {E210: Not known.}\n"
    )
    assert [
        finding.code for finding in check(write_dataset({"places.yaml": allowed})).findings
    ] == ["E210", "E012"]
