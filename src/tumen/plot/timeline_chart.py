"""The timeline as a picture: a lane per table; what happened on a day is a tick, what took or may have taken days is a bar."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import polars as pl

from tumen.plot import theme

if TYPE_CHECKING:
    from tumen.snapshot import Day, Snapshot


def timeline(
    ds: Snapshot,
    start: Day | None = None,
    end: Day | None = None,
    *,
    actor: str | None = None,
    table: str | None = None,
    place: str | None = None,
    topic: str | None = None,
) -> alt.LayerChart:
    """Return the timeline as a chart, filtered as `Snapshot.timeline` filters it.

    A tick is an event of a day, a bar one of several days, a pale bar one whose day within it is not known, a triangle
    one that took place on that day or before.
    """
    events = rows(ds.timeline(start, end, actor=actor, table=table, place=place, topic=topic))
    about = ", ".join(part for part in (actor, table, place, topic and theme.words(topic)) if part)
    number = theme.counted(len(events), "record")
    told = f"{number}{f': {about}' if about else ''}. Pale bars: some day within. Triangles: that day or before."
    found: alt.LayerChart = theme.titled(
        marks(theme.inline(events)), ds, "Events and claims by date", told
    )
    return found


def rows(events: pl.DataFrame) -> list[dict[str, Any]]:
    """Return the events with `until`, the day after the last (where a bar ends), and `when`, the date in words."""
    precision = pl.col("precision")
    return theme.rows(
        events.with_columns(
            until=pl.col("end_date").dt.offset_by("1d"),
            when=theme.dated("start_date", "end_date", "precision"),
            shape=pl.when(precision == "on_or_before")
            .then(pl.lit("before"))
            .when(precision != "day")
            .then(pl.lit("within"))
            .when(pl.col("start_date") == pl.col("end_date"))
            .then(pl.lit("day"))
            .otherwise(pl.lit("span")),
        )
    )


def marks(data: alt.Data | alt.InlineData) -> alt.LayerChart:
    """Return the marks of the timeline over rows of `rows`."""
    base = alt.Chart(data).encode(
        y=alt.Y("table:N", title=None, sort=list(theme.LANES), scale=alt.Scale(paddingInner=0.3)),
        color=alt.Color("table:N", scale=theme.colours(theme.LANES), legend=None),
        tooltip=[
            alt.Tooltip(f"{name}:N", title=title)
            for name, title in (
                ("when", "date"),
                ("record_id", "record"),
                ("kind", "kind"),
                ("summary", "summary"),
            )
        ],
    )
    days = alt.X(
        "start_date:T",
        title=None,
        scale=theme.DATES,
        axis=alt.Axis(format="%Y-%m", labelOverlap=True, tickCount=8),
    )
    spans = base.mark_bar(
        height={"band": 0.9}, stroke=theme.GREY, strokeWidth=0.5, cornerRadius=2
    ).encode(
        x=days,
        x2="until:T",
        opacity=alt.condition("datum.shape == 'within'", alt.value(0.35), alt.value(0.85)),
    )
    ticks = base.mark_tick(thickness=2, opacity=0.7, bandSize=28).encode(x=days)
    before = base.mark_point(shape="triangle-left", filled=True, size=70, opacity=0.8).encode(
        x=days
    )
    layers = [
        spans.transform_filter("datum.shape == 'span' || datum.shape == 'within'"),
        ticks.transform_filter("datum.shape == 'day'"),
        before.transform_filter("datum.shape == 'before'"),
    ]
    return alt.LayerChart(layer=layers, width=theme.WIDTH, height=alt.Step(44))
