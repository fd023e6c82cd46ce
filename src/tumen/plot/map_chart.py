"""The map as a picture: places as circles over the outlines of countries, their area the number of records.

The outlines are those of Natural Earth (public domain, 1:110 million), see `tools/outline.mjs`; they show where a place is, not
what a border is.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

import altair as alt
import polars as pl

from tumen.plot import theme

if TYPE_CHECKING:
    from tumen.snapshot import Day, Snapshot

_LABELLED = 8
_APART = 3.5
_WEST, _EAST, _SOUTH, _NORTH = 20.0, 145.0, 28.0, 68.0
_EXTENT: Final = {
    "type": "Feature",
    "properties": {},
    "geometry": {
        "type": "MultiPoint",
        "coordinates": [
            [_WEST, _SOUTH],
            [_WEST, _NORTH],
            [_EAST, _SOUTH],
            [_EAST, _NORTH],
            [85.0, 30.0],
        ],
    },
}


def map(  # noqa: A001
    ds: Snapshot,
    start: Day | None = None,
    end: Day | None = None,
    *,
    actor: str | None = None,
    table: str | None = None,
    topic: str | None = None,
) -> alt.LayerChart:
    """Return the places of the records as a chart, filtered as `Snapshot.timeline` filters them.

    A place without coordinates counts for the nearest place it is part of that has them; the title counts what remains.
    """
    events = ds.timeline(start, end, actor=actor, table=table, topic=topic)
    placed, lost = rows(events, ds.places.collect())
    number = theme.counted(events.height - lost, "record")
    told = f"{number} by place; a circle's area is their number. {lost} more name no place that can be drawn."
    found: alt.LayerChart = theme.titled(
        marks(theme.inline(placed)), ds, "Where it took place", told
    )
    return found


@cache
def countries() -> dict[str, Any]:
    """Return the outlines of the countries as TopoJSON."""
    outlines: dict[str, Any] = json.loads(files("tumen.plot").joinpath("world.json").read_bytes())
    return outlines


def rows(events: pl.DataFrame, places: pl.DataFrame) -> tuple[list[dict[str, Any]], int]:
    """Return place_id, name, latitude, longitude, records, label; and how many records have no place to be drawn at."""
    anchor = anchors(places)
    drawn = events.with_columns(
        place_id=pl.col("place_id").replace_strict(anchor, default=None, return_dtype=pl.String)
    )
    counted = drawn.drop_nulls("place_id").group_by("place_id").agg(records=pl.len())
    found = counted.join(places.select("place_id", "name", "latitude", "longitude"), on="place_id")
    ranked = theme.rows(found.sort("records", "place_id", descending=[True, False]))
    return _labelled(ranked), drawn["place_id"].null_count()


def _labelled(ranked: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add `label`: the name, of places with many records that lie apart."""
    apart: list[dict[str, Any]] = []
    for row in ranked:
        near = any(
            abs(row["latitude"] - one["latitude"]) < _APART
            and abs(row["longitude"] - one["longitude"]) < 2 * _APART
            for one in apart
        )
        if not near and len(apart) < _LABELLED:
            apart.append(row)
    return [row | {"label": row["name"] if row in apart else ""} for row in ranked]


def anchors(places: pl.DataFrame) -> dict[str, str]:
    """Return for each place the nearest place it is part of, or itself, that has coordinates."""
    parent = {row["place_id"]: row["parent_id"] for row in places.iter_rows(named=True)}
    located = set(
        places.filter(pl.col("latitude").is_not_null() & pl.col("longitude").is_not_null())[
            "place_id"
        ]
    )
    found = {}
    for place in parent:
        at: str | None = place
        while at is not None and at not in located:
            at = parent.get(at)
        if at is not None:
            found[place] = at
    return found


def marks(
    data: alt.Data | alt.InlineData, world: alt.Data | alt.InlineData | None = None
) -> alt.LayerChart:
    """Return the marks of the map over rows of `rows`."""
    shapes = world or alt.InlineData(
        values=countries(), format=alt.TopoDataFormat(type="topojson", feature="countries")
    )
    base = alt.Chart(shapes).mark_geoshape(
        clip=True, fill="#ececec", stroke="#a8a8a8", strokeWidth=0.6
    )
    points = alt.Chart(data).encode(longitude="longitude:Q", latitude="latitude:Q")
    circles = points.mark_circle(
        color=theme.VERMILION, opacity=0.65, stroke="white", strokeWidth=0.7
    ).encode(
        size=alt.Size(
            "records:Q",
            title="records",
            scale=alt.Scale(range=[25, 1100], domainMin=1, nice=False),
            legend=alt.Legend(format="d", tickMinStep=1, orient="bottom"),
        ),
        tooltip=[
            alt.Tooltip(f"{name}:N", title=title)
            for name, title in (("name", "place"), ("records", "records"), ("place_id", "id"))
        ],
    )
    labels = points.mark_text(dy=-13, fontSize=12, color=theme.BLACK).encode(text="label:N")
    projection = alt.Projection(
        type="conicEqualArea", parallels=[35, 65], rotate=[-95, 0, 0], fit=_EXTENT
    )
    return alt.LayerChart(
        layer=[base, circles, labels], projection=projection, width=theme.WIDTH, height=430
    )
