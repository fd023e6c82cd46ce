"""Estimates of a measure as intervals, and the range of the current figures day by day.

Nothing is averaged. A stock, a flow and a cumulative figure are three kinds of number and never
share a row of `envelope`. Neither do two units or two scopes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tumen import as_known_on
from tumen.views.intervals import with_interval
from tumen.views.lookup import ids_within, require_code, require_id, with_actor_name
from tumen.views.yardsticks import yardsticks

if TYPE_CHECKING:
    from collections.abc import Mapping

_NUMBER_KEYS = ("measure", "unit", "stock_or_flow", "scope_id")
_AS_GIVEN = ("low", "best", "high", "bound", "wording")
_INTERVAL = ("lower", "upper", "lower_closed", "upper_closed")
_CURRENT_COLUMNS = ("estimate_id", "estimator_id", "lower", "upper", "known_since", "until")
_BAND = ("confidence", "confidence_low", "confidence_high", "yardstick")
_GOVERNMENT = ("state", "government_body", "intelligence_service", "armed_forces")


def series(
    tables: Mapping[str, pl.LazyFrame],
    measure: str | None = None,
    *,
    scope: str | None = None,
    estimator: str | None = None,
) -> pl.LazyFrame:
    """List every estimate of one or all measures, with its interval (see `Snapshot.series`)."""
    require_code(tables, "estimates", "measure", measure)
    require_id(tables, "place", scope, "places")
    require_id(tables, "actor", estimator, "actors")
    frame = tables["estimates"]
    if measure is not None:
        frame = frame.filter(pl.col("measure") == measure)
    if scope is not None:
        frame = frame.filter(pl.col("scope_id").is_in(ids_within(tables, "places", scope)))
    if estimator is not None:
        frame = frame.filter(pl.col("estimator_id").is_in(ids_within(tables, "actors", estimator)))
    frame = with_interval(
        _with_band(with_actor_name(frame, tables, "estimator_id", "estimator"), tables)
    )
    frame = _with_sources(_with_revision(frame, tables), tables)
    frame = frame.with_columns(
        said_by=as_known_on.last_possible_day("said_on", "said_on_precision")
    )
    return frame.select(
        "estimate_id",
        *_NUMBER_KEYS,
        "estimator_id",
        "estimator",
        "said_on",
        "said_by",
        "said_on_precision",
        "as_of",
        "period_start",
        "period_end",
        *_AS_GIVEN,
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
        *(pl.col(name).cast(pl.String) for name in _NUMBER_KEYS[:3]),
        "said_on",
        "estimate_id",
        maintain_order=True,
    )


def _with_band(frame: pl.LazyFrame, tables: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Add the probability band of each confidence word for which the record has none.

    Only the words of a government body are looked up, in the yardstick of its own government.
    """
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
    """Add the first estimate that revises each row, and when it became public."""
    revisions = (
        tables["estimates"]
        .filter(pl.col("supersedes_id").is_not_null())
        .sort("known_since", "estimate_id")
        .group_by(pl.col("supersedes_id").alias("estimate_id"), maintain_order=True)
        .agg(
            superseded_by=pl.col("estimate_id").first(), superseded_on=pl.col("known_since").first()
        )
    )
    return frame.join(revisions, on="estimate_id", how="left")


def _with_sources(frame: pl.LazyFrame, tables: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Add the number of documents that agree with each row."""
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
    """Give the lowest and the highest current figure, day by day (see `Snapshot.envelope`).

    A figure is current from the day on which it becomes public. It ends when the same estimator
    gives a newer one for the same kind of number and scope, or supersedes it. Figures without
    numbers are left out. A flow has an envelope of its own for each period.
    """
    require_code(tables, "estimates", "measure", measure)
    kind = (*_NUMBER_KEYS, "period_start", "period_end")
    current = _current_figures(series(tables, measure, scope=scope), kind)
    # The plan is used three times below. Planning it three times would take most of the time.
    current = current.select(*kind, *_CURRENT_COLUMNS).collect().lazy()
    # The days on which the figures of a kind change, numbered from 1. `past` is one after the last.
    days = pl.concat(
        [
            current.select(*kind, day="known_since"),
            current.select(*kind, day="until").drop_nulls("day"),
        ]
    ).unique()
    days = days.with_columns(
        index=pl.col("day").rank("dense").over(kind).cast(pl.Int64),
        past=pl.len().over(kind).cast(pl.Int64) + 1,
    )
    # A row for each figure and each such day on which it is current. Between two of these days
    # nothing changes, so the days in between need no rows.
    first = days.rename({"day": "known_since", "index": "since"})
    last = days.select(*kind, until="day", end="index")
    daily = (
        current.join(first, on=[*kind, "known_since"], nulls_equal=True)
        .join(last, on=[*kind, "until"], how="left", nulls_equal=True)
        .with_columns(index=pl.int_ranges("since", pl.coalesce("end", "past")))
        .explode("index", empty_as_null=False)
    )
    extremes = daily.group_by(*kind, "index", maintain_order=True).agg(
        lowest=pl.col("lower").min(),
        lowest_by=_with_lowest("estimator_id"),
        lowest_in=_with_lowest("estimate_id"),
        # One figure without an upper end leaves every higher value possible.
        highest=pl.when(pl.col("upper").null_count() == 0).then(pl.col("upper").max()),
        highest_by=_with_highest("estimator_id"),
        highest_in=_with_highest("estimate_id"),
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


def _current_figures(estimates: pl.LazyFrame, kind: tuple[str, ...]) -> pl.LazyFrame:
    """Return the dated estimates with a number, and `until`: the day on which each is replaced."""
    figures = estimates.filter(
        (pl.col("lower").is_not_null() | pl.col("upper").is_not_null())
        & pl.col("known_since").is_not_null()
    ).with_columns(
        # The period is a part of the kind for flows alone.
        pl.when(pl.col("stock_or_flow").cast(pl.String) == "flow").then(pl.col(end)).alias(end)
        for end in ("period_start", "period_end")
    )
    # Figures that an estimator gives on one day are current together, so the next one is looked
    # for among days, not among figures.
    own = [*kind, "estimator_id"]
    next_days = (
        figures.select(*own, "known_since")
        .unique()
        .sort("known_since")
        .with_columns(next=pl.col("known_since").shift(-1).over(own, order_by="known_since"))
    )
    return figures.join(
        next_days, on=[*own, "known_since"], how="left", nulls_equal=True
    ).with_columns(until=pl.min_horizontal("next", "superseded_on"))


def _with_lowest(column: str) -> pl.Expr:
    return pl.col(column).filter(pl.col("lower") == pl.col("lower").min()).unique().sort()


def _with_highest(column: str) -> pl.Expr:
    return (
        pl.col(column)
        .filter((pl.col("upper").null_count() == 0) & (pl.col("upper") == pl.col("upper").max()))
        .unique()
        .sort()
    )
