"""Map of the records: a circle per place over the outlines of countries.

The area of a circle is the number of records. The outlines are those of Natural Earth (public
domain, 1:110 million), see `tools/outline.mjs`. They show where a place is, not what a border is.
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
    """Draw the places of the records on a map.

    A place without coordinates counts for the nearest place that it is part of and that has them.
    The title counts the records that have no such place.

    Args:
        ds: The snapshot to draw.
        start: Date such as "2025-01-01". Keep what may have happened on it or later.
        end: Keep what may have happened on this date or earlier.
        actor: Id of an actor, as for `Snapshot.timeline`.
        table: Name of a table of events or claims.
        topic: Keep meetings on this topic.

    Returns:
        The chart.

    Raises:
        UnknownNameError: The table or actor does not exist.
        TumenError: `start` or `end` is not a date.

    Examples:
        >>> tumen.plot.map(tumen.open(), table="meetings")

    """
    events = ds.timeline(start, end, actor=actor, table=table, topic=topic)
    placed, lost = chart_rows(events, ds.places.collect())
    number = theme.count_in_words(events.height - lost, "record")
    subtitle = (
        f"{number} by place; a circle's area is their number. "
        f"{lost} more name no place that can be drawn."
    )
    chart: alt.LayerChart = theme.add_title(
        marks(theme.inline_data(placed)), ds, "Where it took place", subtitle
    )
    return chart


@cache
def countries() -> dict[str, Any]:
    """Return the outlines of the countries as TopoJSON."""
    outlines: dict[str, Any] = json.loads(files("tumen.plot").joinpath("world.json").read_bytes())
    return outlines


def chart_rows(events: pl.DataFrame, places: pl.DataFrame) -> tuple[list[dict[str, Any]], int]:
    """Return the rows to draw, and the number of records that have no place to draw.

    The rows have the columns place_id, name, latitude, longitude, records and label.
    """
    anchor = anchors(places)
    drawn = events.with_columns(
        place_id=pl.col("place_id").replace_strict(anchor, default=None, return_dtype=pl.String)
    )
    counts = drawn.drop_nulls("place_id").group_by("place_id").agg(records=pl.len())
    located = counts.join(places.select("place_id", "name", "latitude", "longitude"), on="place_id")
    ranked = theme.json_rows(located.sort("records", "place_id", descending=[True, False]))
    return _with_labels(ranked), drawn["place_id"].null_count()


def _with_labels(ranked: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add `label`: the name, for the places with most records that are not close to each other."""
    apart: list[dict[str, Any]] = []
    for row in ranked:
        near = any(
            abs(row["latitude"] - other["latitude"]) < _APART
            and abs(row["longitude"] - other["longitude"]) < 2 * _APART
            for other in apart
        )
        if not near and len(apart) < _LABELLED:
            apart.append(row)
    return [row | {"label": row["name"] if row in apart else ""} for row in ranked]


def anchors(places: pl.DataFrame) -> dict[str, str]:
    """Return, by place, the nearest place with coordinates that it is or is part of."""
    parent = {row["place_id"]: row["parent_id"] for row in places.iter_rows(named=True)}
    located = set(
        places.filter(pl.col("latitude").is_not_null() & pl.col("longitude").is_not_null())[
            "place_id"
        ]
    )
    nearest = {}
    for place in parent:
        at: str | None = place
        while at is not None and at not in located:
            at = parent.get(at)
        if at is not None:
            nearest[place] = at
    return nearest


def marks(
    data: alt.Data | alt.InlineData, world: alt.Data | alt.InlineData | None = None
) -> alt.LayerChart:
    """Return the marks of the map over data with the columns of `chart_rows`."""
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
