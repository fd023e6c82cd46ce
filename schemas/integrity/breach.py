"""What the rules across tables are written with: keys, breaches, and the days that an imprecise date can mean."""

import narwhals as nw

from tumen.schemas import TABLES
from tumen.schemas.rules import Frame


def key_of(table: str) -> str:
    """Return the first column of a table's key: the id that others refer to."""
    return TABLES[table].spec().key[0]


def breach(frame: Frame, table: str, column: str, value: nw.Expr, other: nw.Expr | None = None) -> Frame:
    """Return a frame of breaches, a row for each of `frame`, as `TablesRule.breaches` promises them."""
    return frame.select(
        nw.lit(table).alias("table"),
        nw.col("row"),
        nw.lit(column).alias("column"),
        value.cast(nw.String).alias("value"),
        (nw.lit(None, dtype=nw.String) if other is None else other.cast(nw.String)).alias("other"),
    )


def first_day(day: str, precision: str) -> nw.Expr:
    """Return the first day that a date of this precision can mean: null where it is open to the past."""
    month, year = nw.col(day).dt.truncate("1mo"), nw.col(day).dt.truncate("1y")
    known = nw.when(nw.col(precision) != "on_or_before").then(nw.col(day))
    return (
        nw.when(nw.col(precision) == "month")
        .then(month)
        .otherwise(nw.when(nw.col(precision) == "year").then(year).otherwise(known))
    )


def last_day(day: str, precision: str) -> nw.Expr:
    """Return the last day that a date of this precision can mean."""
    month = nw.col(day).dt.truncate("1mo").dt.offset_by("1mo").dt.offset_by("-1d")
    year = nw.col(day).dt.truncate("1y").dt.offset_by("1y").dt.offset_by("-1d")
    is_month, is_year = nw.col(precision) == "month", nw.col(precision) == "year"
    return nw.when(is_month).then(month).otherwise(nw.when(is_year).then(year).otherwise(nw.col(day)))
