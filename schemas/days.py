"""The days that an imprecise date can mean, as expressions that work the same on every engine."""

import datetime as dt

from tumen.schemas import expressions as ex


def is_in_calendar(value: ex.Expr) -> ex.Expr:
    """Return whether a date is in the years 1 to 9999.

    The bounds are parsed from text, because Spark takes no date of the year 1 from Python.
    """
    first, last = (
        ex.lit(day.isoformat()).str.to_date("%Y-%m-%d") for day in (dt.date.min, dt.date.max)
    )
    return (value >= first) & (value <= last)


def first_day(day: str, precision: str) -> ex.Expr:
    """Return the first day that a date of this precision can mean; null if it is `on_or_before`."""
    month, year = (_first_day_of_period(day, period) for period in ("1mo", "1y"))
    is_month, is_year = ex.col(precision) == "month", ex.col(precision) == "year"
    known = ex.when(ex.col(precision) != "on_or_before").then(ex.col(day))
    return ex.when(is_month).then(month).otherwise(ex.when(is_year).then(year).otherwise(known))


def last_day(day: str, precision: str) -> ex.Expr:
    """Return the last day that a date of this precision can mean."""
    is_month, is_year = ex.col(precision) == "month", ex.col(precision) == "year"
    return (
        ex.when(is_month)
        .then(_last_day_of_period(day, "1mo"))
        .otherwise(ex.when(is_year).then(_last_day_of_period(day, "1y")).otherwise(ex.col(day)))
    )


def first_day_of_end(end: str) -> ex.Expr:
    """Return the first day that the end of a period can mean.

    The column contains the last one. So the end of a year becomes the first day of that year.
    """
    day = ex.col(end)
    month, year = (_first_day_of_period(end, period) for period in ("1mo", "1y"))
    is_month, is_year = (day == _last_day_of_period(end, period) for period in ("1mo", "1y"))
    return ex.when(is_year).then(year).otherwise(ex.when(is_month).then(month).otherwise(day))


def _first_day_of_period(day: str, period: str) -> ex.Expr:
    """Return the first day of the month or year that contains a day."""
    return _to_date(_null_outside_calendar(day).dt.truncate(period))


def _last_day_of_period(day: str, period: str) -> ex.Expr:
    """Return the last day of the month or year that contains a day."""
    return _to_date(
        _null_outside_calendar(day).dt.truncate(period).dt.offset_by(period).dt.offset_by("-1d")
    )


def _null_outside_calendar(day: str) -> ex.Expr:
    """Return a date, or null outside the years 1 to 9999.

    DuckDB cannot convert such a date to a timestamp, and would abort the check.
    """
    return ex.when(is_in_calendar(ex.col(day))).then(ex.col(day))


def _to_date(timestamp: ex.Expr) -> ex.Expr:
    """Convert to a date.

    DuckDB returns a timestamp where it counts months, which Ibis does not know.
    """
    return timestamp.cast(ex.Datetime("us")).cast(ex.Date)
