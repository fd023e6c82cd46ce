"""Rows of a frame as plain Python values, whatever they hold: a day or a moment that Python cannot hold becomes its text."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator

_EPOCH: Final = dt.date(1970, 1, 1).toordinal()
_CYCLE: Final = 146_097
"""So many days has a cycle of 400 years."""
_PER_DAY: Final = {"ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}


def plain_rows(rows: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield the rows by column; a day or moment outside the years 1 to 9999 as the text of its day."""
    columns = [_values(rows[name]) for name in rows.columns]
    for values in zip(*columns, strict=True):
        yield dict(zip(rows.columns, values, strict=True))


def day_text(number: int) -> str:
    """Return the day of this number from 1970 on as ISO 8601 writes it, of any year."""
    cycles, rest = divmod(number + _EPOCH - 1, _CYCLE)
    day = dt.date.fromordinal(rest + 1)
    year = day.year + 400 * cycles
    return f"{year:0{4 + (year < 0)}}-{day:%m-%d}"


def _values(column: pl.Series) -> list[Any]:
    kind = column.dtype
    if not isinstance(kind, pl.Date | pl.Datetime):
        return column.to_list()
    days = column.to_physical() // (
        _PER_DAY[kind.time_unit] if isinstance(kind, pl.Datetime) else 1
    )
    held = days.is_between(dt.date.min.toordinal() - _EPOCH, dt.date.max.toordinal() - _EPOCH)
    values = column.to_frame().select(pl.when(held).then(pl.col(column.name))).to_series().to_list()
    return [
        day_text(day) if value is None and day is not None else value
        for value, day in zip(values, days, strict=True)
    ]
