"""Rows whose key another row may have, found without holding the keys in memory.

polars and DuckDB give a hash of 64 bits for each key. The hashes are sorted, which takes eight
bytes a row, where a set of the keys takes some hundred. Only rows whose hash is not unique are then
compared exactly, by a group-by. Two keys with the same hash thus cost time but never give a wrong
report. Other engines group the keys themselves, as Spark does in partitions.
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

MOST_LISTED_HASHES: Final = 10_000
"""The most hashes in a filter of DuckDB; if more are not unique, all rows are grouped."""


def uses_hashes(engine: nw.Implementation) -> bool:
    """Return whether duplicate keys are found by their hashes on an engine."""
    return engine.is_polars() or engine.is_duckdb()


def candidate_duplicates(frame: Frame, key: Sequence[str]) -> Frame | None:
    """Return the rows whose key another row may have, or None if there are none.

    Null is the same as the empty text.
    """
    if frame.implementation.is_polars():
        return _find_in_polars(frame, key)
    if frame.implementation.is_duckdb():
        return _find_in_duckdb(frame, key)
    return frame


def _find_in_polars(frame: Frame, key: Sequence[str]) -> Frame | None:
    rows: pl.LazyFrame = frame.to_native()
    hashed = reduce(xor, (pl.col(name).fill_null("").hash(seed) for seed, name in enumerate(key)))
    duplicates = _find_duplicates(rows.select(hashed.alias("hash")))
    if duplicates.is_empty():
        return None
    candidates: Frame = nw.from_native(rows.filter(hashed.is_in(duplicates.implode())))
    return candidates


def _find_in_duckdb(frame: Frame, key: Sequence[str]) -> Frame | None:
    rows = frame.to_native()
    hashed = "hash({})".format(", ".join(f"coalesce(\"{name}\", '')" for name in key))
    duplicates = _find_duplicates(rows.project(f"{hashed} AS hash").pl().lazy())
    if duplicates.is_empty():
        return None
    if duplicates.len() > MOST_LISTED_HASHES:
        return frame
    listed = ", ".join(map(str, duplicates))
    candidates: Frame = nw.from_native(rows.filter(f"{hashed} IN ({listed})"))
    return candidates


def _find_duplicates(hashes: pl.LazyFrame) -> pl.Series:
    """Return the hashes of more than one row, each once."""
    value = pl.col("hash")
    return (
        hashes.sort(value)
        .filter(value == value.shift(1))
        .unique()
        .collect(engine="streaming")
        .to_series()
    )
