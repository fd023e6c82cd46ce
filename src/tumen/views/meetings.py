"""Who met whom: the meetings of one actor in order, and the network of all actors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tumen.views.lookup import require_id

if TYPE_CHECKING:
    from collections.abc import Mapping


def visits(tables: Mapping[str, pl.LazyFrame], actor: str) -> pl.LazyFrame:
    """List the meetings of an actor with the days between them (see `Snapshot.visits`).

    Letters and phone calls are left out, because they are not visits. Where a start is imprecise,
    the days are null.
    """
    require_id(tables, "actor", actor, "actors")
    part = tables["participants"]
    own = part.filter(pl.col("actor_id") == actor).select("meeting_id", "capacity", own_side="side")
    others = (
        part.filter(pl.col("principal"))
        .join(own, on="meeting_id")
        .filter(pl.col("side") != pl.col("own_side"))
        .group_by("meeting_id")
        .agg(counterparts=pl.col("actor_id").unique().sort())
    )
    # A null where the start is imprecise, so that no count of days is made from it.
    exact = pl.when(pl.col("date_precision").cast(pl.String) == "day").then("start_date")
    met = (
        tables["meetings"]
        .filter(~pl.col("format").cast(pl.String).is_in(["letter", "phone_call"]))
        .join(own, on="meeting_id")
    )
    return (
        met.join(others, on="meeting_id", how="left")
        .sort("start_date", "end_date", "meeting_id")
        .with_columns(exact=exact)
        .with_columns(
            days_since=(pl.col("exact") - pl.col("exact").shift(1)).dt.total_days(),
            three_within=(pl.col("exact") - pl.col("exact").shift(2)).dt.total_days(),
        )
        .select(
            "meeting_id",
            "start_date",
            "end_date",
            "date_precision",
            "format",
            "level",
            "place_id",
            "counterparts",
            "capacity",
            "days_since",
            rank=pl.col("days_since").rank("min").cast(pl.UInt32),
            three_within="three_within",
            summary="summary",
        )
    )


def network(tables: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """List who met whom across the sides, as an edge list (see `Snapshot.network`)."""
    part = tables["participants"].select(
        "meeting_id", "actor_id", side=pl.col("side").cast(pl.String)
    )
    # The comparison drops pairs of one side, and keeps every other pair once.
    pairs = part.join(part, on="meeting_id", suffix="_2").filter(pl.col("side") < pl.col("side_2"))
    days = tables["meetings"].select("meeting_id", "start_date", "end_date", "level", "format")
    return (
        pairs.join(days, on="meeting_id")
        .group_by(source="actor_id", target="actor_id_2", source_side="side", target_side="side_2")
        .agg(
            meetings=pl.col("meeting_id").n_unique(),
            first=pl.col("start_date").min(),
            last=pl.coalesce("end_date", "start_date").max(),
            # Levels are declared from the highest to the lowest.
            level=pl.col("level").sort_by(pl.col("level").to_physical()).first(),
            formats=pl.col("format").cast(pl.String).unique().sort(),
        )
        .sort("meetings", "source", "target", descending=[True, False, False])
    )
