"""Disagreements as a picture: who contradicts whom, how often, and in which way."""

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
    """Return who contradicts whom as a chart: a mark for two parties and a kind of disagreement, its size the number of pairs.

    `figures` are numbers that exclude each other, `denial` and `omission` statements, `source` a document that gives a field of a
    record differently ("the record" stands for an event that nobody in particular claimed). Of many parties the `most` frequent
    are drawn; the title counts the rest. Raises `UnknownNameError` for a measure that is not there.
    """
    pairs = ds.disagreements(measure, record=record)
    drawn = rows(pairs, most)
    shown = sum(row["pairs"] for row in drawn)
    left = f" {pairs.height - shown} more between other parties." if shown < pairs.height else ""
    about = measure and theme.words(measure)
    title = f"Who contradicts whom{f': {about}' if about else ''}"
    found: alt.Chart = theme.titled(
        marks(theme.inline(drawn)),
        ds,
        title,
        f"{theme.counted(shown, 'pair')} of claims that disagree.{left}",
    )
    return found


def rows(pairs: pl.DataFrame, most: int = _MOST) -> list[dict[str, Any]]:
    """Return who, other, kind, pairs and the records, for the parties that disagree most often."""
    named = pairs.with_columns(
        who=pl.col("who").fill_null(_RECORD), other=pl.col("other_who").fill_null(_RECORD)
    )
    for column in ("who", "other"):
        counted = (
            named[column].value_counts().sort("count", column, descending=[True, False])[column]
        )
        named = named.filter(pl.col(column).is_in(counted.head(min(most, counted.len())).to_list()))
    return theme.rows(
        named.group_by("who", "other", "kind")
        .agg(pairs=pl.len(), records=pl.col("record_id").unique().sort().str.join(", "))
        .sort("pairs", "who", "other", "kind", descending=[True, False, False, False])
    )


def marks(data: alt.Data | alt.InlineData) -> alt.Chart:
    """Return the marks of the disagreements over rows of `rows`."""
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
            color=alt.Color("kind:N", title="kind", scale=theme.colours(KINDS)),
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
