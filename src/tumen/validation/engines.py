"""The engines: the kinds of frames on which rules run, and how each opens the rows of files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

import narwhals as nw
import polars as pl

from tumen._extras import require
from tumen.validation import locations
from tumen.validation.arrow_types import TEXTS, Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from tumen.validation.copies import Part

EngineName = Literal["polars", "duckdb", "spark"]

_PLAIN_TYPES: Final[Mapping[Any, Any]] = {
    nw.String(): pl.String,
    nw.Date(): pl.Date,
    TEXTS: pl.List(pl.String),
}


def open_parts(
    parts: Sequence[Part], engine: str, kinds: Mapping[str, Kind], lists: Collection[str]
) -> nw.LazyFrame[Any]:
    """Return a frame of the rows of all parts in order.

    A column of nulls becomes one of text, or of lists if it is among `lists`.
    """
    frame: nw.LazyFrame[Any] = nw.from_native(ENGINES[engine](parts, kinds))
    nulls = [
        name
        for name, kind in kinds.items()
        if kind == nw.Unknown() and name in frame.collect_schema()
    ]
    return frame.with_columns(
        nw.lit(None, TEXTS if name in lists else nw.String()).alias(name) for name in nulls
    )


def _open_in_polars(parts: Sequence[Part], kinds: Mapping[str, Kind]) -> pl.LazyFrame:
    scans = [pl.scan_parquet(part.path, glob=False, hive_partitioning=False) for part in parts]
    if len({frozenset(scan.collect_schema().items()) for scan in scans}) == 1:
        return pl.scan_parquet([part.path for part in parts], glob=False, hive_partitioning=False)
    # The same kind of column can be several types of polars, such as text and categories.
    plain: dict[Any, Any] = {
        name: _PLAIN_TYPES[kind] for name, kind in kinds.items() if kind in _PLAIN_TYPES
    }
    return pl.concat([scan.select(*kinds).cast(plain) for scan in scans])


def _open_in_duckdb(parts: Sequence[Part], _: Mapping[str, Kind]) -> Any:
    require("sql", "engine='duckdb'")
    import duckdb  # noqa: PLC0415

    rows_before = [sum(part.rows for part in parts[:place]) for place in range(len(parts))]
    return duckdb.sql(
        'SELECT *, (?::BIGINT[])[file_index::BIGINT + 1] + file_row_number AS "row"'
        " FROM read_parquet(?, hive_partitioning=false)",
        params=[rows_before, [part.path for part in parts]],
    )


def _open_in_spark(parts: Sequence[Part], _: Mapping[str, Kind]) -> Any:
    return _get_spark_session().read.parquet(*(part.path for part in parts))


def _get_spark_session() -> Any:
    require("spark", "engine='spark'")
    from pyspark.sql import SparkSession  # noqa: PLC0415

    return SparkSession.builder.getOrCreate()


ENGINES: Final[Mapping[str, Callable[[Sequence[Part], Mapping[str, Kind]], Any]]] = {
    "polars": _open_in_polars,
    "duckdb": _open_in_duckdb,
    "spark": _open_in_spark,
}


def open_urls(urls: list[str], engine: str) -> nw.LazyFrame[Any]:
    """Return a frame of remote Parquet files, which the engine reads where they are."""
    native: Any
    if engine == "polars":
        options = locations.STORAGE_OPTIONS
        native = pl.scan_parquet(urls, storage_options=options, hive_partitioning=False)
    elif engine == "duckdb":
        require("sql", "engine='duckdb'")
        import duckdb  # noqa: PLC0415

        native = duckdb.read_parquet(urls, hive_partitioning=False)
    else:
        native = _get_spark_session().read.parquet(*urls)
    frame: nw.LazyFrame[Any] = nw.from_native(native)
    return frame
