"""The rows of a query as polars frames or plain Python values, whatever the engine.

Python has no date after the year 9999 and none before the year 1. A table may hold such dates, each
of which breaks a rule, so they are returned as text.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

import narwhals as nw
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator

Frame = nw.LazyFrame[Any]

_EPOCH: Final = dt.date(1970, 1, 1).toordinal()
_CYCLE: Final = 146_097
"""Days in the 400 years after which the calendar repeats."""
_PER_DAY: Final = {"ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}


def number_rows(frame: Frame) -> Frame:
    """Return the frame with `row`, a number from 0, if the engine keeps the order of its input.

    Files that DuckDB reads have the number already, from when they were opened.
    """
    if not frame.implementation.is_polars() or "row" in frame.collect_schema():
        return frame
    numbered: Frame = nw.from_native(frame.to_native().with_row_index("row"))
    return numbered


def collect_rows(query: Frame) -> pl.DataFrame:
    """Return the result of a query: from Spark by rows and without pandas, else by columns."""
    if query.implementation.is_polars():
        collected: pl.DataFrame = query.to_native().collect(engine="streaming")
        return collected
    if query.implementation.is_spark_like():
        return _collect_from_spark(query)
    fetched: pl.DataFrame = query.collect("polars").to_native()
    return fetched


def _collect_from_spark(query: Frame) -> pl.DataFrame:
    """Return the rows of a Spark query, which gives dates as numbers for the sake of Python."""
    kinds = query.collect_schema()
    dates = [name for name, kind in kinds.items() if kind == nw.Date]
    numbered = query.to_native().selectExpr(
        *(f"unix_date(`{name}`) AS `{name}`" if name in dates else f"`{name}`" for name in kinds)
    )
    schema = {
        name: kind.to_polars() if hasattr(kind, "to_polars") else None
        for name, kind in kinds.items()
    }
    rows = [row.asDict() for row in numbered.collect()]
    return pl.DataFrame(
        rows, schema=schema | dict.fromkeys(dates, pl.Int32), infer_schema_length=None
    ).with_columns(pl.col(dates).cast(pl.Date))


def plain_rows(rows: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield each row by column, with dates outside the years 1 to 9999 as text."""
    columns = [_plain_values(rows[name]) for name in rows.columns]
    for values in zip(*columns, strict=True):
        yield dict(zip(rows.columns, values, strict=True))


def _plain_values(column: pl.Series) -> list[Any]:
    kind = column.dtype
    if not isinstance(kind, pl.Date | pl.Datetime):
        return column.to_list()
    days = column.to_physical() // (
        _PER_DAY[kind.time_unit] if isinstance(kind, pl.Datetime) else 1
    )
    first, last = dt.date.min.toordinal() - _EPOCH, dt.date.max.toordinal() - _EPOCH
    in_range = pl.when(days.is_between(first, last)).then(pl.col(column.name))
    values = column.to_frame().select(in_range).to_series().to_list()
    return [
        format_date(day) if value is None and day is not None else value
        for value, day in zip(values, days, strict=True)
    ]


def format_date(day: int) -> str:
    """Return the date of a day, counted from 1970, in ISO 8601, for any year."""
    cycles, rest = divmod(day + _EPOCH - 1, _CYCLE)
    # The same date in the 400 years that Python can reckon with.
    date = dt.date.fromordinal(rest + 1)
    year = date.year + 400 * cycles
    return f"{year:0{4 + (year < 0)}}-{date:%m-%d}"
