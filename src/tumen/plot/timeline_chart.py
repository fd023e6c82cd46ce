"""Chart of the timeline: a row of marks per table, ticks for days and bars for longer spans."""

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
    """Draw every dated event and claim.

    A tick is an event of one day. A bar is an event of several days. A pale bar is an event on an
    unknown day within it. A triangle is an event on that day or before.

    Args:
        ds: The snapshot to draw.
        start: Date such as "2025-01-01". Keep what may have happened on it or later.
        end: Keep what may have happened on this date or earlier.
        actor: Id of an actor, as for `Snapshot.timeline`.
        table: Name of a table of events or claims.
        place: Id of a place. Keep that place and all places within it.
        topic: Keep meetings on this topic.

    Returns:
        The chart.

    Raises:
        UnknownNameError: The table, actor or place does not exist.
        TumenError: `start` or `end` is not a date.

    Examples:
        >>> tumen.plot.timeline(tumen.open(), "2025-01-01", actor="sergei-shoigu")

    """
    events = chart_rows(ds.timeline(start, end, actor=actor, table=table, place=place, topic=topic))
    about = ", ".join(
        part for part in (actor, table, place, topic and theme.code_in_words(topic)) if part
    )
    number = theme.count_in_words(len(events), "record")
    subtitle = (
        f"{number}{f': {about}' if about else ''}. Pale bars: some day within. "
        "Triangles: that day or before."
    )
    chart: alt.LayerChart = theme.add_title(
        marks(theme.inline_data(events)), ds, "Events and claims by date", subtitle
    )
    return chart


def chart_rows(events: pl.DataFrame) -> list[dict[str, Any]]:
    """Return the events with `until`, `when` and `shape`.

    `until` is the day after the last, where a bar ends. `when` is the date in words. `shape` is the
    mark: day, span, within or before.
    """
    precision = pl.col("precision")
    return theme.json_rows(
        events.with_columns(
            until=pl.col("end_date").dt.offset_by("1d"),
            when=theme.date_in_words("start_date", "end_date", "precision"),
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
    """Return the marks of the timeline over data with the columns of `chart_rows`."""
    base = alt.Chart(data).encode(
        y=alt.Y("table:N", title=None, sort=list(theme.LANES), scale=alt.Scale(paddingInner=0.3)),
        color=alt.Color("table:N", scale=theme.colour_scale(theme.LANES), legend=None),
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
