"""Figures as intervals: what a bound leaves possible, and how precise a rounded figure is.

"More than 6,000" leaves everything above 6,000 possible, "up to 12,000" everything from nothing to 12,000. A figure said to be
approximate stands for the numbers that round to it: half a unit of its last digit that is not zero, to either side (the
convention of significant figures), so that "about 11,000" is 10,500 to 11,500.
"""

from __future__ import annotations

import polars as pl

_NUMBERS = ("low", "best", "high")
_MAX_DIGITS = 15
_MAX_DECIMALS = 6
_TOO_SMALL = 1e-6


def with_interval(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Return the estimates with lower, upper, lower_closed, upper_closed.

    `lower` and `upper` are in the estimate's `unit`, null where the interval has no end on that side; the flags say whether the
    end itself is possible. An unquantified estimate has neither end.
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
    """Return the unit to which a number seems to be rounded: 1,000 for 11,000, 1 for 4,932, a tenth for 19.6."""
    unit = pl.lit(10.0**-_MAX_DECIMALS)
    for decimals in range(_MAX_DECIMALS - 1, -1, -1):
        scaled = value * 10.0**decimals
        unit = (
            pl.when((scaled - scaled.round()).abs() < _TOO_SMALL)
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
    """Return true where the interval with one suffix lies wholly above that with another, and no number is in both."""
    lower, upper = pl.col(f"lower{this}"), pl.col(f"upper{other}")
    touching = pl.col(f"lower_closed{this}") & pl.col(f"upper_closed{other}")
    return ((lower > upper) | ((lower == upper) & ~touching)).fill_null(value=False)
