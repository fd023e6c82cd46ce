"""Estimates, one beside the other: what an estimator said before, or in another record."""

from collections.abc import Iterator
from typing import Final

import narwhals as nw

from tumen.schemas.cross_table.helpers import breach, first_day, last_day, lowered
from tumen.schemas.rules import Frame, Tables, TablesRule


def falling_totals(tables: Tables) -> Iterator[Frame]:
    """Yield the cumulative figures that lie, at their highest, below the lowest of the one before.

    The one before is the estimator's last of the same measure, unit, scope, subject and period that gives a lower bound, by the day
    for which it speaks (`as_of`, else the day on which it was said), if it surely speaks for an earlier day. A figure
    that supersedes another, or that a note explains, may fall.
    """
    optional = ["scope_id", "subject_id", "period_start", "period_end"]
    what = ["estimator_id", "measure", "unit", *optional]
    floor = nw.coalesce("low", "best")
    totals = (
        tables["estimates"]
        .filter(nw.col("stock_or_flow") == "cumulative")
        .with_columns(
            *(nw.col(name).cast(nw.String).fill_null("") for name in optional),
            floor.alias("floor"),
            nw.coalesce("high", "best").alias("ceiling"),
            nw.coalesce(nw.col("as_of"), first_day("said_on", "said_on_precision")).alias("first"),
            nw.coalesce(nw.col("as_of"), last_day("said_on", "said_on_precision")).alias("last"),
        )
    )
    bounded = ~nw.col("floor").is_null()
    counted = totals.with_columns(
        nw.col("floor")
        .cum_count()
        .cast(nw.Int64)
        .over(*what, order_by=["last", "row"])
        .alias("bounded")
    )
    earlier = counted.filter(bounded).select(
        *what, nw.col("bounded").alias("before"), "floor", "last", "estimate_id"
    )
    follows = counted.with_columns((nw.col("bounded") - bounded.cast(nw.Int64)).alias("before"))
    chained = follows.join(earlier, on=[*what, "before"], how="inner", suffix="_2")
    falls = chained.filter(
        (nw.col("first") > nw.col("last_2"))
        & (nw.col("ceiling") < nw.col("floor_2"))
        & nw.col("note").is_null()
        & nw.col("supersedes_id").is_null()
    )
    yield breach(falls, "estimates", "estimate_id", nw.col("estimate_id"), nw.col("estimate_id_2"))


def same_utterance(tables: Tables) -> Iterator[Frame]:
    """Yield the figures that an earlier record has of the same estimator, day, measure and value.

    The value is the point estimate, else the bound, else the words. Two records that both give a scope, subject, day, period or
    bound, and not the same, are two utterances.
    """
    may_lack = ("low", "high", "scope_id", "subject_id", "as_of", "period_start", "period_end")
    figure = nw.coalesce("best", "low", "high").cast(nw.String)
    figures = tables["estimates"].with_columns(
        nw.coalesce(figure, lowered(nw.col("wording"))).alias("figure")
    )
    what = ["estimator_id", "said_on", "said_on_precision", "measure", "unit", "figure"]
    figures = figures.filter(~nw.col("figure").is_null()).select(
        "row", "estimate_id", *what, *may_lack
    )
    pairs = figures.join(figures, on=what, how="inner", suffix="_2").filter(
        nw.col("row") > nw.col("row_2"),
        *((nw.col(name) == nw.col(f"{name}_2")).fill_null(value=True) for name in may_lack),
    )
    yield breach(pairs, "estimates", "estimate_id", nw.col("estimate_id"), nw.col("estimate_id_2"))


RULES: Final = (
    TablesRule(
        "W205",
        "a cumulative figure falls below an earlier one of the same estimator",
        "Check stock_or_flow and scope; say supersedes or add a note.",
        severity="warning",
        needs=("estimates",),
        breaches=falling_totals,
    ),
    TablesRule(
        "W206",
        "two figures look like one utterance",
        "Join them, or tell them apart by scope, period or date.",
        severity="warning",
        needs=("estimates",),
        breaches=same_utterance,
    ),
)
