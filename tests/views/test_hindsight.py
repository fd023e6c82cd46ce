"""What a view of a day must not show: dates, topics and days of publication that nobody could have known."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tumen
from tumen import as_known_on
from tumen.table_names import KEYS

DAYS = st.dates(dt.date(2018, 9, 1), dt.date(2026, 11, 25))


@settings(max_examples=20, deadline=None)
@given(day=DAYS)
def test_no_date_of_what_followed_lies_after_the_day(day: dt.date) -> None:
    seen = tumen.open(known_by=day)
    for table, columns in as_known_on.OUTCOMES.items():
        frame = seen.tables[table].collect()
        for column in columns:
            later = frame.filter(pl.col(column) > day)
            if (
                column == "end_date"
            ):  # the last possible day of the start, such as 30 June of "June"
                later = later.filter(
                    pl.col("end_date")
                    > as_known_on.last_possible_day("start_date", "date_precision")
                )
            assert later.is_empty(), (table, column)


@settings(max_examples=20, deadline=None)
@given(day=DAYS)
def test_a_topic_shows_once_a_document_reported_it(day: dt.date) -> None:
    seen, whole = tumen.open(known_by=day), tumen.open()
    shown = (
        seen.meetings.select("meeting_id", topic="topics").explode("topic").drop_nulls().collect()
    )
    cited = whole.citations.join(whole.sources, on="source_id").select(
        "topics",
        meeting_id="record_id",
        day=as_known_on.last_possible_day("published", "published_precision"),
    )
    reports = cited.explode("topics").drop_nulls("topics").collect()
    for meeting, topic in shown.rows():
        days = reports.filter(meeting_id=meeting, topics=topic)["day"].drop_nulls()
        assert any(reported <= day for reported in days), (meeting, topic)


@pytest.mark.parametrize(
    ("day", "ratified", "in_force"),
    [
        ("2024-07-15", None, None),
        ("2024-11-10", dt.date(2024, 11, 9), None),
        ("2024-12-05", dt.date(2024, 11, 9), dt.date(2024, 12, 4)),
    ],
)
def test_a_treaty_is_ratified_when_it_is(
    day: str, ratified: dt.date | None, in_force: dt.date | None
) -> None:
    treaty = tumen.open(known_by=day).agreements.filter(agreement_id="agr-0001")
    assert treaty.select("ratified_ru", "in_force").collect().row(0) == (ratified, in_force)


def test_an_office_is_held_until_its_end_is_known() -> None:
    for day, ended in (("2025-07-12", False), ("2026-01-01", True)):
        office = tumen.open(known_by=day).positions.filter(position_id="pos-0012").collect()
        assert (office["end_date"].item() is not None) == ended


def test_on_the_day_of_the_release_every_date_of_a_record_shows() -> None:
    whole = tumen.open()
    seen = tumen.open(known_by=whole.description["created"][:10])
    for table, columns in as_known_on.OUTCOMES.items():
        key = KEYS[table]
        shown, published = (one.tables[table].select(key, *columns) for one in (seen, whole))
        assert (
            shown.join(published, on=[key, *columns], how="anti", nulls_equal=True)
            .collect()
            .is_empty()
        ), table


@pytest.mark.parametrize(
    ("value", "precision", "written"),
    [
        (dt.date(2025, 6, 1), "month", "2025-06"),
        (dt.date(2025, 1, 1), "year", "2025"),
        (dt.date(2025, 6, 17), "day", "2025-06-17"),
        (dt.date(2025, 6, 17), "on_or_before", "on or before 2025-06-17"),
        (dt.date(2025, 6, 17), None, "2025-06-17"),
        (None, "month", ""),
    ],
)
def test_a_date_is_written_no_more_precise_than_it_is(
    value: dt.date | None, precision: str | None, written: str
) -> None:
    assert as_known_on.format_date(value, precision) == written


def test_what_was_said_by_a_day_has_no_greatest_lag() -> None:
    known = (
        tumen.open()
        .first_known()
        .join(tumen.open().timeline().select("record_id", "precision"), on="record_id")
    )
    open_, dated = (
        known.filter(precision="on_or_before"),
        known.filter(pl.col("precision") != "on_or_before"),
    )
    assert open_["lag_max"].null_count() == open_.height > 0
    assert dated.filter(pl.col("known_since").is_not_null())["lag_max"].null_count() == 0


def test_retired_ids_show_from_the_month_of_their_release_on() -> None:
    assert tumen.open(known_by="1900-01-01").retired.collect().is_empty()
    assert (
        tumen.open(known_by="2026-12-01").retired.collect().height
        == tumen.open().retired.collect().height
        > 0
    )


def test_a_day_that_pandas_calls_no_day_is_none() -> None:
    pandas = pytest.importorskip("pandas")
    with pytest.raises(tumen.TumenError, match="known_by=NaT is not a date"):
        tumen.open(known_by=pandas.NaT)


@pytest.mark.parametrize(
    "text",
    [
        "\uff12\uff10\uff12\uff15-06-17",
        "2025-6-7",
        "2025-02-30",
        "2025-06-17T00:00",
        "20250617",
        "",
    ],
)
def test_a_day_is_four_two_and_two_digits_of_the_calendar(text: str) -> None:
    with pytest.raises(tumen.TumenError, match="is not a date; write it as '2025-03-31'"):
        tumen.open(known_by=text)
