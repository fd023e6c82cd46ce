"""Two clocks: what is known on an earlier day is part of what is known on a later one, and nothing refers beyond the view."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tumen
from tumen.table_names import KEYS, ROW_KEYS, TABLE_NAMES

DAYS = st.dates(dt.date(2023, 1, 1), dt.date(2026, 12, 31))


@settings(max_examples=25, deadline=None)
@given(DAYS, DAYS)
def test_the_earlier_view_is_part_of_the_later(one: dt.date, other: dt.date) -> None:
    earlier, later = (tumen.open(known_by=day) for day in sorted((one, other)))
    for name in TABLE_NAMES:
        before, after = earlier.tables[name].collect(), later.tables[name].collect()
        pairs = before.join(after, on=ROW_KEYS[name], how="left", suffix=" later", nulls_equal=True)
        assert pairs.height == before.height
        for column in set(before.columns) - set(ROW_KEYS[name]):
            value, now = pl.col(column), pl.col(f"{column} later")
            is_list = before.schema[column] == pl.List(pl.String)
            kept = value.list.set_difference(now).list.len() == 0 if is_list else value == now
            assert pairs.filter(value.is_not_null() & ~kept.fill_null(value=False)).is_empty(), (
                name,
                column,
            )


@settings(max_examples=25, deadline=None)
@given(DAYS)
def test_nothing_published_later_shows(day: dt.date) -> None:
    view = tumen.open(known_by=day)
    for name in TABLE_NAMES:
        frame = view.tables[name].collect()
        if "known_since" in frame.columns:
            assert frame.filter(pl.col("known_since") > day).is_empty()
            assert frame["known_since"].null_count() == 0
    published = view.sources.collect()
    assert published.filter(pl.col("published") > day).is_empty()
    assert set(view.citations.collect()["source_id"]) == set(published["source_id"])


@settings(max_examples=25, deadline=None)
@given(DAYS)
def test_what_is_shown_can_be_looked_up(day: dt.date) -> None:
    tables = {name: frame.collect() for name, frame in tumen.open(known_by=day).tables.items()}
    ids = {name: set(tables[name][key]) for name, key in KEYS.items()}
    assert set(tables["participants"]["meeting_id"]) <= ids["meetings"]
    assert set(tables["participants"]["actor_id"]) <= ids["actors"]
    assert set(tables["statements"]["speaker_id"]) <= ids["actors"]
    assert set(tables["sources"]["publisher_id"]) <= ids["actors"]
    assert set(tables["actors"]["parent_id"].drop_nulls()) <= ids["actors"]
    assert set(tables["meetings"]["place_id"].drop_nulls()) <= ids["places"]


def test_last_day_of_the_seed_shows_all_of_it() -> None:
    whole, view = (
        tumen.open(release="2026.11.0"),
        tumen.open(release="2026.11.0", known_by="2025-06-19"),
    )
    for name in TABLE_NAMES:
        assert (
            view.tables[name]
            .collect()
            .sort(pl.all())
            .equals(whole.tables[name].collect().sort(pl.all()))
        ), name


@pytest.mark.parametrize(
    ("day", "meetings"),
    [("2025-03-21", 0), ("2025-03-22", 1), ("2025-06-18", 1), ("2025-06-19", 5)],
)
def test_meetings_by_day(day: str, meetings: int) -> None:
    assert tumen.load("meetings", release="2026.11.0", known_by=day).height == meetings
