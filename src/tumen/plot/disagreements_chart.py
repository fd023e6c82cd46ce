"""Chart of disagreements: who contradicts whom, how often, and in which way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import altair as alt
import polars as pl

from tumen.plot import theme

if TYPE_CHECKING:
    from tumen.snapshot import Snapshot

KINDS: Final = {
    "figures": theme.VERMILION,
    "denial": theme.BLUE,
    "omission": theme.ORANGE,
    "source": theme.GREY,
}
_MOST = 25
_RECORD = "the record"


def disagreements(
    ds: Snapshot, measure: str | None = None, *, record: str | None = None, most: int = _MOST
) -> alt.Chart:
    """Draw who contradicts whom.

    Each mark is two parties and a kind of disagreement. Its size is the number of pairs. The kinds
    are those of `Snapshot.disagreements`. "The record" stands for an event that no actor claimed.

    Args:
        ds: The snapshot to draw.
        measure: Keep pairs about estimates of this measure.
        record: Id of a record. Keep pairs in which it takes part.
        most: The most parties to draw on each axis, the most frequent first. The title counts
            the pairs that are left out.

    Returns:
        The chart.

    Raises:
        UnknownNameError: The measure does not exist.

    Examples:
        >>> chart = tumen.plot.disagreements(tumen.open(), "casualties")
        >>> tumen.plot.save(chart, "disagreements.svg")

    """
    pairs = ds.disagreements(measure, record=record)
    drawn = chart_rows(pairs, most)
    shown = sum(row["pairs"] for row in drawn)
    left = f" {pairs.height - shown} more between other parties." if shown < pairs.height else ""
    about = measure and theme.code_in_words(measure)
    title = f"Who contradicts whom{f': {about}' if about else ''}"
    chart: alt.Chart = theme.add_title(
        marks(theme.inline_data(drawn)),
        ds,
        title,
        f"{theme.count_in_words(shown, 'pair')} of claims that disagree.{left}",
    )
    return chart


def chart_rows(pairs: pl.DataFrame, most: int = _MOST) -> list[dict[str, Any]]:
    """Return the rows to draw: who, other, kind, pairs and records.

    Only the `most` parties with the most pairs are kept on each axis.
    """
    claims = pairs.with_columns(
        who=pl.col("who").fill_null(_RECORD), other=pl.col("other_who").fill_null(_RECORD)
    )
    for column in ("who", "other"):
        counts = claims[column].value_counts()
        parties = counts.sort("count", column, descending=[True, False])[column]
        frequent = parties.head(min(most, parties.len())).to_list()
        claims = claims.filter(pl.col(column).is_in(frequent))
    return theme.json_rows(
        claims.group_by("who", "other", "kind")
        .agg(pairs=pl.len(), records=pl.col("record_id").unique().sort().str.join(", "))
        .sort("pairs", "who", "other", "kind", descending=[True, False, False, False])
    )


def marks(data: alt.Data | alt.InlineData) -> alt.Chart:
    """Return the marks of the chart over data with the columns of `chart_rows`."""
    axis = alt.Axis(labelLimit=220, labelFontSize=11, grid=True)
    parties = alt.EncodingSortField("pairs", op="sum", order="descending")
    chart: alt.Chart = (
        alt.Chart(data)
        .mark_point(filled=True, opacity=0.75)
        .encode(
            x=alt.X(
                "other:N",
                title="contradicted",
                sort=parties,
                axis=alt.Axis(labelAngle=-40, labelLimit=180, labelFontSize=11, grid=True),
            ),
            y=alt.Y("who:N", title="who", sort=parties, axis=axis),
            color=alt.Color("kind:N", title="kind", scale=theme.colour_scale(KINDS)),
            shape=alt.Shape(
                "kind:N",
                title="kind",
                scale=alt.Scale(domain=list(KINDS), range=list(theme.SHAPES[: len(KINDS)])),
            ),
            size=alt.Size(
                "pairs:Q",
                title="pairs",
                scale=alt.Scale(range=[40, 500], domainMin=1, nice=False),
                legend=alt.Legend(format="d", tickMinStep=1),
            ),
            tooltip=[
                alt.Tooltip(f"{name}:N") for name in ("who", "other", "kind", "pairs", "records")
            ],
        )
        .properties(width=alt.Step(24), height=alt.Step(20))
    )
    return chart
