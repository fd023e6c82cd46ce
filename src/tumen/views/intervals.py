"""Figures as intervals: which values a bound leaves possible, and how a rounded figure is read.

"More than 6,000" leaves everything above 6,000 possible. "Up to 12,000" leaves everything from
0 to 12,000. An approximate figure is read as the numbers that round to it: half a unit of its
last digit that is not zero, to either side (the convention of significant figures). So "about
11,000" is 10,500 to 11,500.
"""

from __future__ import annotations

import polars as pl

_MAX_DIGITS = 15
_MAX_DECIMALS = 6
_TOLERANCE = 1e-6


def with_interval(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Add the interval of each estimate: lower, upper, lower_closed and upper_closed.

    Args:
        frame: Estimates, with the columns bound, low, best and high.

    Returns:
        The frame with four more columns:

        - lower, upper (number, in the estimate's `unit`): the ends, null on a side without one
        - lower_closed, upper_closed (boolean): whether that end is itself possible

        An unquantified estimate has neither end.

    """
    bound = pl.col("bound").cast(pl.String)
    half = rounding_unit(pl.col("best")) / 2
    about = bound == "about"
    stated = bound != "unquantified"
    lower = (
        pl.when(about)
        .then((pl.col("best") - half).clip(lower_bound=0))
        .when(bound == "exact")
        .then(pl.col("best"))
        .when(bound.is_in(["up_to", "less_than"]))
        .then(pl.lit(0.0))
        .otherwise(pl.col("low"))
    )
    upper = (
        pl.when(about)
        .then(pl.col("best") + half)
        .when(bound == "exact")
        .then(pl.col("best"))
        .otherwise(pl.col("high"))
    )
    return frame.with_columns(
        lower=lower,
        upper=upper,
        lower_closed=stated & (bound != "more_than"),
        upper_closed=stated & ~bound.is_in(["less_than", "more_than", "at_least"]),
    )


def rounding_unit(value: pl.Expr) -> pl.Expr:
    """Return the unit to which a number seems to be rounded.

    It is 1,000 for 11,000, 1 for 4,932, and 0.1 for 19.6.
    """
    # The last branch that applies wins: from the most decimals to integers, then tens and upwards.
    # A decimal number is scaled and compared with a tolerance, because 19.6 * 10 need not be 196.
    unit = pl.lit(10.0**-_MAX_DECIMALS)
    for decimals in range(_MAX_DECIMALS - 1, -1, -1):
        scaled = value * 10.0**decimals
        unit = (
            pl.when((scaled - scaled.round()).abs() < _TOLERANCE)
            .then(pl.lit(10.0**-decimals))
            .otherwise(unit)
        )
    for digits in range(1, _MAX_DIGITS):
        power = float(10**digits)
        unit = pl.when((value % power == 0) & (value != 0)).then(pl.lit(power)).otherwise(unit)
    return unit


def exclude_each_other(suffix: str) -> pl.Expr:
    """Return true where a row's interval and the one with this suffix have no number in common."""
    return above("", suffix) | above(suffix, "")


def above(this: str, other: str) -> pl.Expr:
    """Return true where one interval lies wholly above the other, with no number in both.

    The intervals are those of the columns with the suffix `this` and with the suffix `other`. A
    missing end compares as null, which counts as false: an open interval is above nothing.
    """
    lower, upper = pl.col(f"lower{this}"), pl.col(f"upper{other}")
    # Where both intervals include the end that they share, that number is in both.
    share_end = pl.col(f"lower_closed{this}") & pl.col(f"upper_closed{other}")
    return ((lower > upper) | ((lower == upper) & ~share_end)).fill_null(value=False)
