"""A newer model and an older release: it loads, opens, has all views, and is valid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl  # noqa: TC002  # pandera resolves the annotations
import pytest

import tumen
from tumen.release import catalog
from tumen.schemas import TABLES, Launches, base
from tumen.schemas import vocabularies as vocab
from tumen.schemas.launches import RULES

if TYPE_CHECKING:
    from pathlib import Path

    from tumen.validation.engines import EngineName

OUTCOMES = {**vocab.LAUNCH_OUTCOMES, "partial": "a lower orbit than was planned"}


class NewerLaunches(Launches, table="launches", key=("launch_id",), rules=RULES):
    """A model with more columns, and more codes in one of its columns, than any release."""

    outcome: base.Code = base.code("Outcome", "Whether it reached orbit", OUTCOMES, "outcome")
    pad: str = base.text("Pad", "Launch pad", "pad", nullable=True)
    mass: float = base.number("Mass", "Mass at launch", "kg", written="mass")
    tracked_on: pl.Date = base.date("Tracked on", "Date", "tracked", nullable=True)


@pytest.fixture(autouse=True)
def newer_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the checker have the newer model."""
    monkeypatch.setitem(TABLES, "launches", NewerLaunches)


def released(table: str) -> Path:
    release = catalog.latest()
    assert release
    return catalog.verified_file(release, table)


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_file_of_a_release_is_valid(engine: EngineName) -> None:
    report = tumen.check(released("launches"), table="launches", engine=engine)
    assert report.findings == ()
    assert report.records


def test_frame_and_all_tables_of_a_release_are_valid() -> None:
    assert tumen.check(tumen.load("launches"), table="launches").ok
    assert tumen.check(tumen.open().tables).ok


def test_table_that_is_of_no_release_lacks_its_columns() -> None:
    frame = tumen.load("launches").drop("vehicle")
    report = tumen.check(frame, table="launches")
    assert [finding.message for finding in report.findings] == [
        f"{column}: the column is missing"
        for column in sorted({*NewerLaunches.columns()} - {*frame.columns})
    ]


def test_column_that_a_newer_table_requires_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stricter(NewerLaunches, table="launches", key=("launch_id",)):
        pad: str = base.text("Pad", "Launch pad", "pad")

    monkeypatch.setitem(TABLES, "launches", Stricter)
    report = tumen.check(tumen.load("launches"), table="launches")
    assert "pad: the column is missing" in [finding.message for finding in report.findings]


def test_views_of_a_release_work() -> None:
    snapshot = tumen.open(known_by="2025-06-30")
    assert snapshot.timeline(table="launches").height
    assert "pad" not in snapshot.launches.collect_schema()
