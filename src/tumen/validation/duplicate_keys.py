"""Keys that stand in several rows, found without holding the keys.

polars and DuckDB give a hash of 64 bits for each key; the hashes are sorted (eight bytes a row, where a set of the keys takes some
hundred), and only rows whose hash stands twice are looked at exactly, by a group-by. Two keys of one hash thus cost time and never
a wrong report. Other engines group the keys themselves, as Spark does in partitions.
"""

from __future__ import annotations

from functools import reduce
from operator import xor
from typing import TYPE_CHECKING, Any, Final

import narwhals as nw
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

Frame = nw.LazyFrame[Any]

LISTED: Final = 10_000
"""So many hashes are written out in a filter of DuckDB; where more stand twice, every row is grouped."""


def hashes(engine: nw.Implementation) -> bool:
    """Return whether the keys of an engine are found by their hashes."""
    return engine.is_polars() or engine.is_duckdb()


def suspected(frame: Frame, key: Sequence[str]) -> Frame | None:
    """Return the rows whose key may be that of another row, none if no row's is; null is as the empty text."""
    if frame.implementation.is_polars():
        return _by_polars(frame, key)
    if frame.implementation.is_duckdb():
        return _by_duckdb(frame, key)
    return frame


def _by_polars(frame: Frame, key: Sequence[str]) -> Frame | None:
    rows: pl.LazyFrame = frame.to_native()
    hashed = reduce(xor, (pl.col(name).fill_null("").hash(seed) for seed, name in enumerate(key)))
    twice = _twice(rows.select(hashed.alias("hash")))
    return None if twice.is_empty() else nw.from_native(rows.filter(hashed.is_in(twice.implode())))


def _by_duckdb(frame: Frame, key: Sequence[str]) -> Frame | None:
    rows = frame.to_native()
    hashed = "hash({})".format(", ".join(f"coalesce(\"{name}\", '')" for name in key))
    twice = _twice(rows.project(f"{hashed} AS hash").pl().lazy())
    if twice.is_empty() or twice.len() > LISTED:
        return None if twice.is_empty() else frame
    found: Frame = nw.from_native(rows.filter(f"{hashed} IN ({', '.join(map(str, twice))})"))
    return found


def _twice(hashes: pl.LazyFrame) -> pl.Series:
    """Return the hashes that stand in more than one row, each once."""
    value = pl.col("hash")
    return (
        hashes.sort(value)
        .filter(value == value.shift(1))
        .unique()
        .collect(engine="streaming")
        .to_series()
    )
