"""Chart of a measure: each figure as an interval, on the day it was said, with the envelope.

Figures of another kind, unit or scope have a panel of their own. An end that the bound leaves open
is an arrow. A figure that its estimator has replaced is hollow and faded. Colour and shape both
give the country of the estimator.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import altair as alt
import polars as pl

from tumen import _text
from tumen.plot import theme

if TYPE_CHECKING:
    from tumen.snapshot import Snapshot

COUNTRIES: Final = {
    "KR": theme.BLUE,
    "UA": theme.ORANGE,
    "US": theme.GREEN,
    "GB": theme.PURPLE,
    "RU": theme.VERMILION,
    "KP": theme.BLACK,
    "other": theme.GREY,
}
_UP, _DOWN = ("more_than", "at_least"), ("up_to", "less_than")
_ARROW = 0.09
_OTHER = "other scopes"


def series(
    ds: Snapshot, measure: str, *, scope: str | None = None, estimator: str | None = None
) -> alt.FacetChart:
    """Draw the figures for a measure over time, with their bounds.

    There is a panel for each kind of number, unit and scope. Scopes with a single figure share the
    panel "other scopes". The band is the envelope: the lowest and highest current figure of each
    day.

    Args:
        ds: The snapshot to draw.
        measure: Code of a measure, such as "casualties".
        scope: Id of a place. Keep figures for that place and places within it.
        estimator: Id of an actor. Keep figures by that body and by bodies that are part of it.
            The envelope is then left out.

    Returns:
        The chart. Figures without a number are not drawn, and the title counts them.

    Raises:
        UnknownNameError: The measure, place or actor does not exist.

    Examples:
        >>> tumen.plot.series(tumen.open(), "casualties")

    """
    drawn, unquantified = chart_rows(ds, measure, scope=scope, estimator=estimator)
    number = theme.count_in_words(sum(row["part"] == "claim" for row in drawn), "figure")
    unit = ", ".join(sorted({row["unit"] for row in drawn})) or "no unit"
    aside = f" {unquantified} more without a number." if unquantified else ""
    marks_key = (
        f"{number}, in {unit}.{aside} Arrows: the figure has no end there. "
        "Hollow: replaced by its estimator."
    )
    band_key = (
        "Band: lowest and highest current figure; only the lowest where one has no upper end."
    )
    title = theme.code_in_words(measure).capitalize()
    chart: alt.FacetChart = theme.add_title(
        marks(theme.inline_data(drawn)), ds, title, marks_key, band_key
    )
    return chart


def chart_rows(
    ds: Snapshot, measure: str, *, scope: str | None = None, estimator: str | None = None
) -> tuple[list[dict[str, Any]], int]:
    """Return the rows to draw, and the number of claims that have no number.

    `part` is "claim" for a figure and "envelope" for a step of the envelope.
    """
    estimates = _in_panels(labelled_estimates(ds, measure, scope=scope, estimator=estimator))
    drawn = estimates.filter(pl.col("lower").is_not_null() | pl.col("upper").is_not_null())
    # An open end has no place on the axis: an arrow shows it, of a share of the panel's height.
    arrow_length = pl.max_horizontal("lower", "upper", "best").max().over("panel") * _ARROW
    up, down = pl.col("bound").is_in(_UP), pl.col("bound").is_in(_DOWN)
    claims = drawn.select(
        "panel",
        "unit",
        "country",
        "estimate_id",
        "estimator",
        "known_since",
        "summary",
        part=pl.lit("claim"),
        day="said_on",
        when="when",
        figure="figure",
        value=pl.when(up)
        .then("low")
        .when(down)
        .then("high")
        .otherwise(pl.coalesce("best", (pl.col("low") + pl.col("high")) / 2)),
        low=pl.when(up)
        .then("low")
        .when(down)
        .then((pl.col("high") - arrow_length).clip(lower_bound=0))
        .otherwise("lower"),
        high=pl.when(up)
        .then(pl.col("low") + arrow_length)
        .when(down)
        .then("high")
        .otherwise("upper"),
        arrow=pl.when(up)
        .then(pl.lit("up"))
        .when(down)
        .then(pl.lit("down"))
        .otherwise(pl.lit("none")),
        superseded=pl.col("superseded_by").is_not_null(),
    )
    outline = [] if estimator else _envelope(ds.envelope(measure, scope=scope), estimates)
    return [*theme.json_rows(claims), *outline], estimates.height - drawn.height


def labelled_estimates(
    ds: Snapshot,
    measure: str | None = None,
    *,
    scope: str | None = None,
    estimator: str | None = None,
) -> pl.DataFrame:
    """Return `Snapshot.series` with more columns for readers.

    These are the figure and the date in words (`figure`, `when`), the name of the scope, and the
    country of the estimator.
    """
    places = ds.places.select(scope_id="place_id", scope="name").collect()
    actors = ds.actors.select(
        estimator_id="actor_id", country=pl.col("country").cast(pl.String)
    ).collect()
    known = pl.col("country").is_in([code for code in COUNTRIES if code != "other"])
    codes = [pl.col(name).cast(pl.String) for name in ("measure", "unit", "stock_or_flow", "bound")]
    return (
        ds.series(measure, scope=scope, estimator=estimator)
        .with_columns(codes)
        .join(places, on="scope_id", how="left")
        .join(actors, on="estimator_id", how="left")
        .with_columns(
            country=pl.when(known).then("country").otherwise(pl.lit("other")),
            figure=_figure_in_words(),
            when=theme.date_in_words("said_on", "said_by", "said_on_precision"),
        )
        .sort("said_on", "estimate_id")
    )


def _figure_in_words() -> pl.Expr:
    """Return a figure in words: "more than 6,000 persons", or "4,932 persons" for a plain one."""
    numbers = [
        pl.col(name).map_elements(_text.format_number, return_dtype=pl.String)
        for name in ("low", "best", "high")
    ]
    bound = pl.col("bound").cast(pl.String)
    return pl.concat_str(
        pl.when(~bound.is_in(["exact", "range"])).then(bound.str.replace_all("_", " ")),
        pl.concat_str(*numbers, separator=" to ", ignore_nulls=True),
        pl.col("unit").cast(pl.String).str.replace_all("_", " "),
        separator=" ",
        ignore_nulls=True,
    )


def _in_panels(estimates: pl.DataFrame) -> pl.DataFrame:
    """Add `panel`, and sort panels with most figures first.

    A scope with a single figure shares a panel with others of that kind, if there are any.
    """
    estimates = estimates.with_columns(
        alone=pl.len().over("unit", "stock_or_flow", "scope_id") == 1
    )
    pooled = pl.col("alone") & (pl.col("alone").sum().over("unit", "stock_or_flow") > 1)
    scope = (
        pl.when(pooled).then(pl.lit(_OTHER)).otherwise(pl.col("scope").fill_null("no scope given"))
    )
    return estimates.with_columns(
        panel=pl.format("{}, {}: {}", "stock_or_flow", "unit", scope)
    ).sort(
        pl.len().over("panel"),
        "panel",
        "said_on",
        "estimate_id",
        descending=[True, False, False, False],
    )


def _envelope(steps: pl.DataFrame, estimates: pl.DataFrame) -> list[dict[str, Any]]:
    """Return the steps of the envelope, up to the day of the last claim.

    Only panels that are one scope of a stock or a cumulative figure have an envelope.
    """
    kind = ["unit", "stock_or_flow", "scope_id"]
    panels = (
        estimates.filter(~pl.col("panel").str.ends_with(f": {_OTHER}"))
        .select(*kind, "panel")
        .unique()
    )
    steps = steps.with_columns(pl.col("unit", "stock_or_flow").cast(pl.String)).filter(
        pl.col("stock_or_flow") != "flow"
    )
    steps = steps.join(panels, on=kind, how="inner", nulls_equal=True).sort("panel", "day")
    steps = steps.select(
        "panel", "unit", "day", part=pl.lit("envelope"), low="lowest", high="highest"
    )
    # Steps that repeat the one before are left out: the figures changed, but not their range.
    same = [pl.col(name).eq_missing(pl.col(name).shift(1)) for name in ("panel", "low", "high")]
    steps = (
        steps.with_row_index("step")
        .filter((pl.col("step") == 0) | ~pl.all_horizontal(same))
        .drop("step")
    )
    last = (
        steps.group_by("panel", maintain_order=True)
        .last()
        .with_columns(day=pl.lit(estimates["known_since"].max(), pl.Date))
    )
    return theme.json_rows(pl.concat([steps, last.select(steps.columns)]))


def marks(data: alt.Data | alt.InlineData) -> alt.FacetChart:
    """Return the marks of the chart over data with the columns of `chart_rows`."""
    claims = alt.Chart().transform_filter("datum.part == 'claim'")
    faded = alt.condition("datum.superseded", alt.value(0.4), alt.value(1))
    shown = claims.encode(
        x=alt.X(
            "day:T",
            title="said on",
            scale=theme.DATES,
            axis=alt.Axis(format="%Y-%m-%d", labelOverlap=True, tickCount=6),
        ),
        color=alt.Color("country:N", title="estimator of", scale=theme.colour_scale(COUNTRIES)),
        opacity=faded,
        tooltip=[
            alt.Tooltip(f"{name}:N", title=title)
            for name, title in (
                ("figure", "figure"),
                ("estimator", "estimator"),
                ("when", "said on"),
                ("known_since", "known since"),
                ("estimate_id", "record"),
                ("summary", "summary"),
            )
        ],
    )
    axis = alt.Y("value:Q", title=None, scale=alt.Scale(zero=True), axis=alt.Axis(format=",.10~g"))
    domain = list(COUNTRIES)
    points = shown.encode(
        y=axis,
        shape=alt.Shape(
            "country:N",
            title="estimator of",
            scale=alt.Scale(domain=domain, range=list(theme.SHAPES)),
        ),
        fill=alt.condition(
            "datum.superseded",
            alt.value("white"),
            alt.Fill("country:N", title="estimator of", scale=theme.colour_scale(COUNTRIES)),
        ),
    )
    band = (
        alt.Chart()
        .transform_filter("datum.part == 'envelope'")
        .encode(x=alt.X("day:T", scale=theme.DATES))
    )
    layers = alt.LayerChart(
        data=data,
        width=theme.WIDTH - 60,
        height=160,
        layer=[
            band.mark_area(interpolate="step-after", opacity=0.14, color=theme.BLACK).encode(
                y="low:Q", y2="high:Q"
            ),
            band.mark_line(
                interpolate="step-after",
                opacity=0.5,
                color=theme.BLACK,
                strokeWidth=1,
                strokeDash=[3, 2],
            ).encode(y="low:Q"),
            shown.mark_rule(strokeWidth=1.6).encode(y="low:Q", y2="high:Q"),
            _head(shown, "up", "high"),
            _head(shown, "down", "low"),
            points.mark_point(size=60, strokeWidth=1.6),
        ],
    )
    chart: alt.FacetChart = (
        layers.facet(
            row=alt.Row("panel:N", title=None, sort=None, header=alt.Header(labelOrient="top")),
            spacing=28,
        )
        .resolve_scale(y="independent")
        .resolve_axis(x="independent")
    )
    return chart


def _head(shown: alt.Chart, way: str, end: str) -> alt.Chart:
    """Return the heads of the arrows at ends that are open."""
    opened = shown.transform_filter(f"datum.arrow == '{way}'")
    head: alt.Chart = opened.mark_point(shape=f"triangle-{way}", filled=True, size=70).encode(
        y=f"{end}:Q"
    )
    return head
