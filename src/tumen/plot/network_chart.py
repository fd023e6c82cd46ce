"""Chart of the network: the two sides face each other, and a line joins two who met.

The width of a line is the number of meetings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import altair as alt
import polars as pl

from tumen.plot import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tumen.snapshot import Snapshot

SIDES: Final = {"KP": theme.VERMILION, "RU": theme.BLUE}
_MOST = 30


def network(ds: Snapshot, *, most: int = _MOST) -> alt.LayerChart:
    """Draw who met whom.

    Actors of the DPRK are on the left and actors of Russia on the right, those with most meetings
    on top. Meetings with a third side are not drawn.

    Args:
        ds: The snapshot to draw.
        most: The most actors to draw on each side, those with most meetings first. The title
            counts the pairs that are left out.

    Returns:
        The chart.

    Examples:
        >>> tumen.plot.network(tumen.open(), most=15)

    """
    edges = ds.network()
    names = ds.actors.select("actor_id", "name").collect()
    links, nodes = chart_rows(edges, names, most)
    left = edges.height - len(links)
    aside = f" {left} more pairs are not drawn." if left else ""
    number = theme.count_in_words(len(links), "pair")
    subtitle = f"{number} of people or bodies; a line's width is how often they met.{aside}"
    chart: alt.LayerChart = theme.add_title(
        marks(theme.inline_data(links), theme.inline_data(nodes)), ds, "Who met whom", subtitle
    )
    return chart


def chart_rows(
    edges: pl.DataFrame, names: pl.DataFrame, most: int = _MOST
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the links with the heights of their ends, and the nodes.

    A node has side, height, label and number of meetings.
    """
    between = edges.filter((pl.col("source_side") == "KP") & (pl.col("target_side") == "RU"))
    heights: dict[str, dict[str, int]] = {}
    nodes: list[dict[str, Any]] = []
    for side, column in (("KP", "source"), ("RU", "target")):
        counts = between.group_by(pl.col(column).alias("actor_id")).agg(
            meetings=pl.col("meetings").sum()
        )
        ranked = (
            counts.sort("meetings", "actor_id", descending=[True, False])
            .head(min(most, counts.height))
            .join(names, on="actor_id", how="left")
        )
        heights[side] = {
            row["actor_id"]: number for number, row in enumerate(ranked.iter_rows(named=True))
        }
        nodes += [
            {"side": side, "y": number, "x": int(side == "RU"), **row}
            for number, row in enumerate(ranked.iter_rows(named=True))
        ]
    drawn = between.filter(
        pl.col("source").is_in(list(heights["KP"])) & pl.col("target").is_in(list(heights["RU"]))
    )
    drawn = drawn.with_columns(pl.col("level").cast(pl.String))
    links = [
        row
        | {"y": heights["KP"][row["source"]], "y2": heights["RU"][row["target"]], "x": 0, "x2": 1}
        for row in theme.json_rows(drawn.drop("formats"))
    ]
    return _with_pair_names(links, names), nodes


def _with_pair_names(links: Sequence[dict[str, Any]], names: pl.DataFrame) -> list[dict[str, Any]]:
    name = dict(names.iter_rows())
    return [row | {"pair": f"{name[row['source']]} and {name[row['target']]}"} for row in links]


def marks(links: alt.Data | alt.InlineData, nodes: alt.Data | alt.InlineData) -> alt.LayerChart:
    """Return the marks of the network over data with the columns of `chart_rows`."""
    across = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-0.75, 1.75]))
    down = alt.Y("y:Q", axis=None, scale=alt.Scale(reverse=True, nice=False, padding=14))
    lines = (
        alt.Chart(links)
        .mark_rule(color=theme.GREY, opacity=0.55)
        .encode(
            x=across,
            x2="x2:Q",
            y=down,
            y2="y2:Q",
            strokeWidth=alt.StrokeWidth(
                "meetings:Q",
                title="meetings",
                scale=alt.Scale(range=[0.7, 7]),
                legend=alt.Legend(orient="bottom", format="d", tickMinStep=1),
            ),
            tooltip=[
                alt.Tooltip(f"{name}:N") for name in ("pair", "meetings", "first", "last", "level")
            ],
        )
    )
    points = alt.Chart(nodes).encode(
        x=across,
        y=down,
        color=alt.Color("side:N", scale=theme.colour_scale(SIDES), legend=None),
        tooltip=[alt.Tooltip(f"{name}:N") for name in ("name", "side", "meetings")],
    )
    label = points.transform_calculate(label="datum.name + ' (' + datum.meetings + ')'").encode(
        text="label:N"
    )
    layers = [
        lines,
        points.mark_point(filled=True, size=60, opacity=1),
        label.transform_filter("datum.side == 'KP'").mark_text(align="right", dx=-9, fontSize=11),
        label.transform_filter("datum.side == 'RU'").mark_text(align="left", dx=9, fontSize=11),
    ]
    return alt.LayerChart(layer=layers, width=theme.WIDTH, height=560)
