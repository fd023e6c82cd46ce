"""The timeline: imprecise dates as intervals, and who and what an event names."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from example_release import tables

from tumen.errors import TumenError
from tumen.views.record import record
from tumen.views.timeline import timeline


def dates(frame: pl.LazyFrame) -> dict[str, tuple[dt.date, dt.date, str]]:
    return {
        row[0]: row[1:]
        for row in frame.select("record_id", "start_date", "end_date", "precision")
        .collect()
        .iter_rows()
    }


def deployments(**values: object) -> dict[str, pl.LazyFrame]:
    """Return the story with other dates of its deployment."""
    frame = tables()["deployments"]
    return tables() | {
        "deployments": frame.with_columns(
            pl.lit(value, frame.collect_schema()[name]).alias(name)
            for name, value in values.items()
        )
    }


def test_an_imprecise_start_without_an_end_may_be_any_of_its_days() -> None:
    assert dates(timeline(tables(), table="deployments")) == {
        "dep-0001": (dt.date(2024, 10, 1), dt.date(2024, 10, 31), "month")
    }
    assert dates(timeline(tables(), "2024-10-31", table="deployments"))
    assert not dates(timeline(tables(), "2024-11-01", table="deployments"))
    year = deployments(start_date=dt.date(2024, 1, 1), date_precision="year")
    assert dates(timeline(year))["dep-0001"] == (dt.date(2024, 1, 1), dt.date(2024, 12, 31), "year")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"end_date": dt.date(2025, 1, 31)}, (dt.date(2024, 10, 1), dt.date(2025, 1, 31), "month")),
        (
            {"start_date": None, "end_date": dt.date(2025, 1, 31)},
            (dt.date(2025, 1, 31), dt.date(2025, 1, 31), "month"),
        ),
        (
            {"start_date": None, "date_precision": None, "announced_on": dt.date(2024, 11, 5)},
            (dt.date(2024, 11, 5), dt.date(2024, 11, 5), "day"),
        ),
    ],
)
def test_dates_of_a_deployment(
    given: dict[str, object], expected: tuple[dt.date, dt.date, str]
) -> None:
    assert dates(timeline(deployments(**given)))["dep-0001"] == expected


def test_what_has_an_end_alone_is_dated_in_every_table() -> None:
    row = {
        "transfer_id": "trf-0001",
        "origin": "KP",
        "destination": "RU",
        "item": "shells",
        "status": "reported",
        "start_date": None,
        "end_date": dt.date(2025, 1, 31),
        "date_precision": "month",
        "summary": "Shells.",
        "known_since": None,
        "note": None,
    }
    transfers = pl.LazyFrame([row], schema=tables()["transfers"].collect_schema())
    assert list(dates(timeline(tables() | {"transfers": transfers}, table="transfers"))) == [
        "trf-0001"
    ]


def test_actors_of_each_kind_of_record() -> None:
    frame = timeline(tables()).select("record_id", "actors").collect()
    assert {
        record: actors
        for record, actors in frame.iter_rows()
        if record in ("mtg-0001", "stm-0001", "dep-0001")
    } == {
        "mtg-0001": ["kim-jong-un", "sergei-shoigu"],
        "stm-0001": ["dmitry-peskov"],
        "dep-0001": [],
    }


def test_a_wrong_day_names_its_argument() -> None:
    with pytest.raises(TumenError, match="start='June' is not a date; write it as '2025-03-31'"):
        timeline(tables(), "June")


def test_an_agreement_refers_to_its_parties() -> None:
    schema = tables()["agreements"].collect_schema()
    row = dict.fromkeys(schema) | {
        "agreement_id": "agr-0001",
        "parties": ["dprk"],
        "summary": "Signed.",
    }
    found = record(tables() | {"agreements": pl.LazyFrame([row], schema=schema)}, "dprk")[
        "referring"
    ]
    assert {
        "table": "agreements",
        "field": "parties",
        "record_id": "agr-0001",
        "summary": "Signed.",
    } in found
