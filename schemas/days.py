"""The days that an imprecise date can mean, as expressions that mean the same on every engine."""

import datetime as dt

import narwhals as nw


def is_day(value: nw.Expr) -> nw.Expr:
    """Return whether a day lies in the years 1 to 9999; the ends are written, as Spark takes no day of the year 1 from Python."""
    first, last = (
        nw.lit(day.isoformat()).str.to_date("%Y-%m-%d") for day in (dt.date.min, dt.date.max)
    )
    return (value >= first) & (value <= last)


def first_day(day: str, precision: str) -> nw.Expr:
    """Return the first day that a date of this precision can mean: null where it is open to the past."""
    month, year = (_start(day, period) for period in ("1mo", "1y"))
    is_month, is_year = nw.col(precision) == "month", nw.col(precision) == "year"
    known = nw.when(nw.col(precision) != "on_or_before").then(nw.col(day))
    return nw.when(is_month).then(month).otherwise(nw.when(is_year).then(year).otherwise(known))


def last_day(day: str, precision: str) -> nw.Expr:
    """Return the last day that a date of this precision can mean."""
    is_month, is_year = nw.col(precision) == "month", nw.col(precision) == "year"
    return (
        nw.when(is_month)
        .then(_end(day, "1mo"))
        .otherwise(nw.when(is_year).then(_end(day, "1y")).otherwise(nw.col(day)))
    )


def first_of_span(end: str) -> nw.Expr:
    """Return the first day that the end of a period can mean, of which the last is known: of a year's end its first day."""
    day = nw.col(end)
    month, year = (_start(end, period) for period in ("1mo", "1y"))
    is_month, is_year = (day == _end(end, period) for period in ("1mo", "1y"))
    return nw.when(is_year).then(year).otherwise(nw.when(is_month).then(month).otherwise(day))


def _start(day: str, period: str) -> nw.Expr:
    """Return the first day of the period in which a day lies."""
    return _as_day(_in_calendar(day).dt.truncate(period))


def _end(day: str, period: str) -> nw.Expr:
    """Return the last day of the period in which a day lies."""
    return _as_day(_in_calendar(day).dt.truncate(period).dt.offset_by(period).dt.offset_by("-1d"))


def _in_calendar(day: str) -> nw.Expr:
    """Return a day, null outside the years 1 to 9999: DuckDB makes no moment of it, and would break off the check."""
    return nw.when(is_day(nw.col(day))).then(nw.col(day))


def _as_day(moment: nw.Expr) -> nw.Expr:
    """Return a day as a day: DuckDB makes a moment of it where it counts months, of which Ibis does not know."""
    return moment.cast(nw.Datetime("us")).cast(nw.Date)
