"""Rules that compare estimates with others of the same estimator."""

from collections.abc import Iterator
from typing import Final

from tumen.schemas import expressions as ex
from tumen.schemas.cross_table.helpers import (
    equal_if_known,
    first_day,
    last_day,
    pair_with_earlier,
    select_violations,
    to_lower_case,
)
from tumen.schemas.rules import Frame, Tables, TablesRule

_OPTIONAL: Final = ("scope_id", "subject_id", "period_start", "period_end")
_SERIES: Final = ("estimator_id", "measure", "unit", *_OPTIONAL)
"""The columns whose values cumulative figures share if they are compared with each other."""

_UTTERANCE: Final = ("estimator_id", "said_on", "said_on_precision", "measure", "unit", "figure")
_MAY_LACK: Final = ("low", "high", "scope_id", "subject_id", "as_of", "period_start", "period_end")


def find_falling_totals(tables: Tables) -> Iterator[Frame]:
    """Yield the cumulative figures whose highest value is below the lowest of the previous figure.

    The previous figure has the same estimator, measure, unit, scope, subject and period, and gives
    a lower bound. It is the last one by the day for which it speaks (`as_of`, else the day on
    which it was said), and counts only if that day is surely earlier. A figure may fall if it
    supersedes another, or if a note explains it.
    """
    totals = _select_totals(tables["estimates"])
    has_floor = ~ex.col("floor").is_null()
    # The number of figures with a lower bound in the series, up to and including each row.
    floors_so_far = ex.col("floor").cum_count().cast(ex.Int64)
    counted = totals.with_columns(
        floors_so_far.over(*_SERIES, order_by=["last", "row"]).alias("floors")
    )
    previous = counted.filter(has_floor).select(
        *_SERIES, ex.col("floors").alias("previous"), "floor", "last", "estimate_id"
    )
    # A row that has a lower bound itself follows the one before it.
    following = counted.with_columns(
        (ex.col("floors") - has_floor.cast(ex.Int64)).alias("previous")
    )
    pairs = following.join(previous, on=[*_SERIES, "previous"], how="inner", suffix="_2")
    falling = pairs.filter(
        ex.col("first") > ex.col("last_2"),
        ex.col("ceiling") < ex.col("floor_2"),
        ex.col("note").is_null(),
        ex.col("supersedes_id").is_null(),
    )
    yield select_violations(
        falling, "estimates", "estimate_id", ex.col("estimate_id"), ex.col("estimate_id_2")
    )


def _select_totals(estimates: Frame) -> Frame:
    """Return the cumulative figures with their lowest and highest value, and first and last day."""
    as_of = ex.col("as_of")
    first, last = (day("said_on", "said_on_precision") for day in (first_day, last_day))
    return estimates.filter(ex.col("stock_or_flow") == "cumulative").with_columns(
        # Null is no key of a join, so what is left out becomes an empty text.
        *(ex.col(name).cast(ex.String).fill_null("") for name in _OPTIONAL),
        ex.coalesce("low", "best").alias("floor"),
        ex.coalesce("high", "best").alias("ceiling"),
        ex.coalesce(as_of, first).alias("first"),
        ex.coalesce(as_of, last).alias("last"),
    )


def find_duplicate_estimates(tables: Tables) -> Iterator[Frame]:
    """Yield the figures that repeat an earlier record: same estimator, day, measure and value.

    The value is the point estimate, else the bound, else the words. Two records are two estimates
    if both give a scope, subject, day, period or bound, and these differ.
    """
    number = ex.coalesce("best", "low", "high").cast(ex.String)
    words = to_lower_case(ex.col("wording"))
    figures = tables["estimates"].with_columns(ex.coalesce(number, words).alias("figure"))
    figures = figures.filter(~ex.col("figure").is_null())
    figures = figures.select("row", "estimate_id", *_UTTERANCE, *_MAY_LACK)
    pairs = pair_with_earlier(figures, *_UTTERANCE).filter(*equal_if_known(*_MAY_LACK))
    yield select_violations(
        pairs, "estimates", "estimate_id", ex.col("estimate_id"), ex.col("estimate_id_2")
    )


RULES: Final = (
    TablesRule(
        "W205",
        "a cumulative figure falls below an earlier one of the same estimator",
        "Check stock_or_flow and scope. If the figure was revised, name the earlier one under"
        " supersedes or add a note.",
        severity="warning",
        tables=("estimates",),
        find_violations=find_falling_totals,
    ),
    TablesRule(
        "W206",
        "two estimates look like one",
        "Merge them, or distinguish them by scope, period or date.",
        severity="warning",
        tables=("estimates",),
        find_violations=find_duplicate_estimates,
    ),
)
