"""The second clock holds in every view: what is published later changes nothing in an earlier one, aggregates included."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl
import pytest
from example_release import tables as story
from hypothesis import given, settings
from hypothesis import strategies as st

import tumen
from tumen import as_known_on
from tumen.views.sql import VIEWS

if TYPE_CHECKING:
    from collections.abc import Mapping

DAYS = st.dates(dt.date(2018, 9, 1), dt.date(2026, 12, 31))
WORLDS = {"release": tumen.open().tables, "story": story()}
KEYED = {
    "timeline": ["record_id"],
    "series": ["estimate_id"],
    "disagreements": ["kind", "record_id", "other_id", "reason"],
    "accounts": ["record_id", "source_id", "via_id"],
    "first_known": ["record_id"],
    "acknowledgement": ["deployment_id", "side"],
    "network": ["source", "target"],
}


def before(tables: Mapping[str, pl.LazyFrame], day: dt.date) -> dict[str, pl.LazyFrame]:
    """Return the tables as if nothing had ever been published after the day."""
    sources = tables["sources"].filter(pl.col("published") <= day)
    left = dict(tables) | {
        "sources": sources,
        "citations": tables["citations"].join(sources, on="source_id", how="semi"),
    }
    for name, frame in tables.items():
        if "known_since" in frame.collect_schema():
            left[name] = frame.filter(pl.col("known_since") <= day)
    return left


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("view", VIEWS)
@settings(max_examples=10, deadline=None)
@given(day=DAYS)
def test_what_is_published_later_changes_nothing(world: str, view: str, day: dt.date) -> None:
    tables = WORLDS[world]
    seen = VIEWS[view](as_known_on.known_by(tables, day)).collect()
    assert seen.equals(VIEWS[view](as_known_on.known_by(before(tables, day), day)).collect())


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("view", KEYED)
@settings(max_examples=10, deadline=None)
@given(days=st.tuples(DAYS, DAYS))
def test_the_earlier_view_is_part_of_the_later(
    world: str, view: str, days: tuple[dt.date, dt.date]
) -> None:
    earlier, later = (
        VIEWS[view](as_known_on.known_by(WORLDS[world], day)).collect() for day in sorted(days)
    )
    assert earlier.join(later, on=KEYED[view], how="anti", nulls_equal=True).is_empty()
