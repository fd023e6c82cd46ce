"""Every dated event and claim in one frame, with imprecise dates as intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tumen import as_known_on
from tumen.errors import UnknownNameError
from tumen.table_names import KEYS, columns_referring_to
from tumen.views.lookup import ids_within, require_id

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

DATE_COLUMNS = {
    "meetings": ("start_date", "end_date", "date_precision"),
    "deployments": ("start_date", "end_date", "date_precision"),
    "estimates": ("said_on", None, "said_on_precision"),
    "statements": ("said_on", None, "said_on_precision"),
    "agreements": ("signed", None, "signed_precision"),
    "transfers": ("start_date", "end_date", "date_precision"),
    "launches": ("launch_date", None, "date_precision"),
}
_PLACE_COLUMNS = {
    table: columns[0]
    for table, columns in columns_referring_to("places").items()
    if table in DATE_COLUMNS
}
_KIND_COLUMNS = {
    "meetings": "format",
    "deployments": "kind",
    "estimates": "measure",
    "statements": "stance",
    "agreements": "kind",
    "transfers": "item",
    "launches": "object",
}
SPEAKER_COLUMNS = {
    "deployments": "announced_by",
    "estimates": "estimator_id",
    "statements": "speaker_id",
}


def timeline(
    tables: Mapping[str, pl.LazyFrame],
    start: str | dt.date | None = None,
    end: str | dt.date | None = None,
    *,
    actor: str | None = None,
    table: str | None = None,
    place: str | None = None,
    topic: str | None = None,
) -> pl.LazyFrame:
    """List every dated event and claim, by date (see `Snapshot.timeline`).

    `start_date` and `end_date` are the first and last possible day. Without a known end, the end is
    that of the start. What was said or signed "on or before" a day counts on that day, and a
    deployment without dates on the day of its announcement.
    """
    if table is not None and table not in DATE_COLUMNS:
        raise UnknownNameError("table with dates", table, DATE_COLUMNS)
    require_id(tables, "actor", actor, "actors")
    require_id(tables, "place", place, "places")
    frame = pl.concat(
        [
            _events_of(tables, name)
            for name in DATE_COLUMNS
            if name in tables and table in (None, name)
        ]
    )
    if actor is not None:
        frame = frame.filter(pl.col("actors").list.contains(actor))
    if place is not None:
        frame = frame.filter(pl.col("place_id").is_in(ids_within(tables, "places", place)))
    if topic is not None:
        frame = frame.filter(pl.col("topics").list.contains(topic))
    if start is not None:
        frame = frame.filter(pl.col("end_date") >= as_known_on.parse_day(start, "start"))
    if end is not None:
        frame = frame.filter(pl.col("start_date") <= as_known_on.parse_day(end, "end"))
    return frame.sort("start_date", "end_date", "record_id", maintain_order=True)


def _events_of(tables: Mapping[str, pl.LazyFrame], name: str) -> pl.LazyFrame:
    """Return the rows of one table with the columns of the timeline."""
    first, last, precision = DATE_COLUMNS[name]
    # A row with only an end is dated by it, and a deployment without dates by its announcement.
    fallbacks = [last] if last else []
    if name == "deployments":
        fallbacks.append("announced_on")
    start = pl.coalesce(first, *fallbacks)
    end = as_known_on.last_possible_day(first, precision)
    frame = tables[name]
    actors = pl.lit([], pl.List(pl.String))
    if name == "meetings":
        present = (
            tables["participants"]
            .group_by("meeting_id", maintain_order=True)
            .agg(actors="actor_id")
        )
        frame = frame.join(present, on="meeting_id", how="left")
        actors = pl.col("actors").fill_null([])
    elif name == "agreements":
        actors = pl.col("parties")
    elif name in SPEAKER_COLUMNS:
        actors = pl.concat_list(SPEAKER_COLUMNS[name]).list.drop_nulls()
    return frame.select(
        start_date=start,
        end_date=pl.coalesce(last, end, start) if last else end,
        precision=pl.col(precision).cast(pl.String).fill_null("day"),
        table=pl.lit(name),
        record_id=pl.col(KEYS[name]),
        kind=pl.col(_KIND_COLUMNS[name]).cast(pl.String),
        actors=actors,
        place_id=pl.col(_PLACE_COLUMNS[name])
        if name in _PLACE_COLUMNS
        else pl.lit(None, pl.String),
        topics=pl.col("topics") if name == "meetings" else pl.lit([], pl.List(pl.String)),
        summary=pl.col("summary"),
        known_since=pl.col("known_since"),
    ).filter(pl.col("start_date").is_not_null())
