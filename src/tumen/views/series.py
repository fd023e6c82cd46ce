"""What each estimator said of a measure, and when; and per day the lowest and the highest figure that stood.

Nothing is averaged. A stock, a flow and a cumulative figure are three kinds of number and never share a row of `envelope`; nor do
two units or two scopes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tumen import as_known_on
from tumen.views.intervals import with_interval
from tumen.views.lookup import named, require, require_code, within
from tumen.views.yardsticks import yardsticks

if TYPE_CHECKING:
    from collections.abc import Mapping

KIND = ("measure", "unit", "stock_or_flow", "scope_id")
_GIVEN = ("low", "best", "high", "bound", "wording")
_INTERVAL = ("lower", "upper", "lower_closed", "upper_closed")
_NEEDED = ("estimate_id", "estimator_id", "lower", "upper", "known_since", "until")
_BAND = ("confidence", "confidence_low", "confidence_high", "yardstick")
_GOVERNMENT = ("state", "government_body", "intelligence_service", "armed_forces")


def series(
    tables: Mapping[str, pl.LazyFrame],
    measure: str | None = None,
    *,
    scope: str | None = None,
    estimator: str | None = None,
) -> pl.LazyFrame:
    """Return every estimate of a measure (or of all), by kind of number, then by the day on which it was said.

    Columns: estimate_id, measure, unit, stock_or_flow, scope_id, estimator_id, estimator, said_on (first possible day), said_by
    (last possible day), said_on_precision, as_of, period_start, period_end, low, best, high, bound, wording (as said), lower,
    upper, lower_closed, upper_closed (the interval that the bound leaves, in `unit`, null where it is open), confidence,
    confidence_low, confidence_high (percent), yardstick, supersedes_id, superseded_by, superseded_on, subject_id, sources
    (documents that agree), known_since, summary, note.

    `scope` keeps figures for a place or a place within it, `estimator` those of a body or of a body that is part of it. The
    band of a phrase comes from the record, or else from the yardstick of the estimator's own government. Raises
    `UnknownNameError` for a measure, place or actor that is not there.
    """
    require_code(tables, "estimates", "measure", measure)
    require(tables, "place", scope, "places")
    require(tables, "actor", estimator, "actors")
    frame = tables["estimates"]
    if measure is not None:
        frame = frame.filter(pl.col("measure") == measure)
    if scope is not None:
        frame = frame.filter(pl.col("scope_id").is_in(within(tables, "places", scope)))
    if estimator is not None:
        frame = frame.filter(pl.col("estimator_id").is_in(within(tables, "actors", estimator)))
    frame = with_interval(_with_band(named(frame, tables, "estimator_id", "estimator"), tables))
    frame = _with_sources(_with_revision(frame, tables), tables)
    frame = frame.with_columns(
        said_by=as_known_on.last_possible_day("said_on", "said_on_precision")
    )
    return frame.select(
        "estimate_id",
        *KIND,
        "estimator_id",
        "estimator",
        "said_on",
        "said_by",
        "said_on_precision",
        "as_of",
        "period_start",
        "period_end",
        *_GIVEN,
        *_INTERVAL,
        *_BAND,
        "supersedes_id",
        "superseded_by",
        "superseded_on",
        "subject_id",
        "sources",
        "known_since",
        "summary",
        "note",
    ).sort(
        *(pl.col(name).cast(pl.String) for name in KIND[:3]),
        "said_on",
        "estimate_id",
        maintain_order=True,
    )


def _with_band(frame: pl.LazyFrame, tables: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    words = yardsticks().select(
        "country", "confidence", "yardstick", low_2="confidence_low", high_2="confidence_high"
    )
    official = tables["actors"].filter(pl.col("kind").cast(pl.String).is_in(_GOVERNMENT))
    countries = official.select(pl.col("country").cast(pl.String), estimator_id="actor_id")
    return (
        frame.with_columns(pl.col("confidence").cast(pl.String))
        .join(countries, on="estimator_id", how="left")
        .join(words, on=["country", "confidence"], how="left")
        .with_columns(
            confidence_low=pl.coalesce("confidence_low", "low_2"),
            confidence_high=pl.coalesce("confidence_high", "high_2"),
        )
    )


def _with_revision(frame: pl.LazyFrame, tables: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    later = (
        tables["estimates"]
        .filter(pl.col("supersedes_id").is_not_null())
        .sort("known_since", "estimate_id")
        .group_by(pl.col("supersedes_id").alias("estimate_id"), maintain_order=True)
        .agg(
            superseded_by=pl.col("estimate_id").first(), superseded_on=pl.col("known_since").first()
        )
    )
    return frame.join(later, on="estimate_id", how="left")


def _with_sources(frame: pl.LazyFrame, tables: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    agreeing = (
        tables["citations"].filter(pl.col("agrees")).select("source_id", estimate_id="record_id")
    )
    own = agreeing.join(frame.select("estimate_id"), on="estimate_id", how="semi").unique()
    count = own.group_by("estimate_id").agg(sources=pl.len())
    return frame.join(count, on="estimate_id", how="left").with_columns(
        pl.col("sources").fill_null(0)
    )


def envelope(
    tables: Mapping[str, pl.LazyFrame], measure: str, *, scope: str | None = None
) -> pl.LazyFrame:
    """Return per day the lowest and the highest figure that stood unrevised, and whose they were.

    Columns: measure, unit, stock_or_flow, scope_id, day, lowest, lowest_by, lowest_in, highest, highest_by, highest_in,
    figures. A row for each day on which a figure becomes known or is replaced. A figure stands from the day on which it is
    known until the same estimator gives a newer one for the same kind of number and scope, or supersedes it. `lowest` is the
    least number that a standing figure leaves possible, `highest` the greatest, null where a standing figure has no upper end;
    `…_by` are the estimators, `…_in` the estimates, `figures` how many stood. Figures without numbers and flows of different
    periods are left out of each other's way: a flow has an envelope of its own per period.
    """
    require_code(tables, "estimates", "measure", measure)
    said = series(tables, measure, scope=scope).filter(
        pl.col("lower").is_not_null() | pl.col("upper").is_not_null()
    )
    kind = (*KIND, "period_start", "period_end")
    said = said.filter(pl.col("known_since").is_not_null()).with_columns(
        pl.when(pl.col("stock_or_flow").cast(pl.String) == "flow").then(pl.col(end)).alias(end)
        for end in ("period_start", "period_end")
    )
    own = [*kind, "estimator_id"]
    newer = said.select(*own, "known_since").unique().sort("known_since")
    newer = newer.with_columns(
        next=pl.col("known_since").shift(-1).over(own, order_by="known_since")
    )
    standing = said.join(
        newer, on=[*own, "known_since"], how="left", nulls_equal=True
    ).with_columns(until=pl.min_horizontal("next", "superseded_on"))
    standing = (
        standing.select(*kind, *_NEEDED).collect().lazy()
    )  # thrice used below: planning it thrice takes most of the time
    days = pl.concat(
        [
            standing.select(*kind, day="known_since"),
            standing.select(*kind, day="until").drop_nulls("day"),
        ]
    ).unique()
    days = days.with_columns(
        index=pl.col("day").rank("dense").over(kind).cast(pl.Int64),
        past=pl.len().over(kind).cast(pl.Int64) + 1,
    )
    first = days.rename({"day": "known_since", "index": "since"})
    last = days.select(*kind, until="day", end="index")
    daily = (
        standing.join(first, on=[*kind, "known_since"], nulls_equal=True)
        .join(last, on=[*kind, "until"], how="left", nulls_equal=True)
        .with_columns(index=pl.int_ranges("since", pl.coalesce("end", "past")))
        .explode("index", empty_as_null=False)
    )
    extremes = daily.group_by(*kind, "index", maintain_order=True).agg(
        lowest=pl.col("lower").min(),
        lowest_by=_of_lowest("estimator_id"),
        lowest_in=_of_lowest("estimate_id"),
        highest=pl.when(pl.col("upper").null_count() == 0).then(pl.col("upper").max()),
        highest_by=_of_highest("estimator_id"),
        highest_in=_of_highest("estimate_id"),
        figures=pl.len(),
    )
    dated = extremes.join(days.drop("past"), on=[*kind, "index"], nulls_equal=True)
    columns = (
        "day",
        "lowest",
        "lowest_by",
        "lowest_in",
        "highest",
        "highest_by",
        "highest_in",
        "figures",
    )
    return dated.select(*kind, *columns).sort(
        *(pl.col(name).cast(pl.String) for name in kind), "day"
    )


def _of_lowest(column: str) -> pl.Expr:
    return pl.col(column).filter(pl.col("lower") == pl.col("lower").min()).unique().sort()


def _of_highest(column: str) -> pl.Expr:
    return (
        pl.col(column)
        .filter((pl.col("upper").null_count() == 0) & (pl.col("upper") == pl.col("upper").max()))
        .unique()
        .sort()
    )
