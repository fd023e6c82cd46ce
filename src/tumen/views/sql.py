"""SQL over all tables by DuckDB: read-only, with no access to files, extensions or settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from tumen.errors import TumenError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

_LOCKS = (
    "SET enable_external_access = false",
    "SET python_enable_replacements = false",
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET lock_configuration = true",
)


def connect(tables: Mapping[str, pl.LazyFrame]) -> duckdb.DuckDBPyConnection:
    """Return a DuckDB connection in memory with every table in it, closed to the outside."""
    connection = duckdb.connect(":memory:")
    for name, frame in tables.items():
        connection.register("incoming", frame.collect().to_arrow())
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM incoming")  # noqa: S608
        connection.unregister("incoming")
    for lock in _LOCKS:
        connection.execute(lock)
    return connection


def sql(tables: Mapping[str, pl.LazyFrame], query: str) -> pl.DataFrame:
    """Return the rows of one query; raises `TumenError` with DuckDB's own words where it fails."""
    with connect(tables) as connection:
        try:
            rows: pl.DataFrame = connection.sql(query).pl()
        except (duckdb.Error, AttributeError) as error:
            reason = "the query returns no rows" if isinstance(error, AttributeError) else str(error)
            raise TumenError(f"the query failed: {reason}") from None
        return rows
