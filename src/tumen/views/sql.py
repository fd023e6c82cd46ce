"""SQL over all tables and views by DuckDB: read-only, with no access to files, extensions or settings.

A query runs in a database of its own in memory, which holds the tables and views whose names occur in it; nothing it does
outlasts it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import duckdb

from tumen.errors import TumenError
from tumen.views.accounts import accounts
from tumen.views.disagreements import disagreements
from tumen.views.encounters import network
from tumen.views.knowledge import acknowledgement, first_known
from tumen.views.series import series
from tumen.views.timeline import timeline
from tumen.views.yardsticks import yardsticks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import polars as pl

_LOCKS = (
    "SET enable_external_access = false",
    "SET python_enable_replacements = false",
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET lock_configuration = true",
)


VIEWS: Final[dict[str, Callable[[Mapping[str, pl.LazyFrame]], pl.LazyFrame]]] = {
    "timeline": timeline,
    "series": series,
    "disagreements": disagreements,
    "accounts": accounts,
    "first_known": first_known,
    "acknowledgement": acknowledgement,
    "network": network,
    "yardsticks": lambda _: yardsticks(),
}


def connect(tables: Mapping[str, pl.LazyFrame]) -> duckdb.DuckDBPyConnection:
    """Return a DuckDB connection in memory with every table and every view that takes no argument, closed to the outside."""
    connection = duckdb.connect(":memory:")
    _fill(connection, tables, (*tables, *VIEWS))
    return connection


def _fill(connection: duckdb.DuckDBPyConnection, tables: Mapping[str, pl.LazyFrame], names: Iterable[str]) -> None:
    for name in names:
        frame = VIEWS[name](tables) if name in VIEWS else tables[name]
        connection.register("incoming", frame.collect().to_arrow())
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM incoming")  # noqa: S608
        connection.unregister("incoming")
    for lock in _LOCKS:
        connection.execute(lock)


def sql(tables: Mapping[str, pl.LazyFrame], query: str) -> pl.DataFrame:
    """Return the rows of one query over the tables and views that it names; raises `TumenError` with DuckDB's own words."""
    with duckdb.connect(":memory:") as connection:
        try:
            words = set(re.findall(r"\w+", query.lower()))
            _fill(connection, tables, [name for name in (*tables, *VIEWS) if name in words])
            rows: pl.DataFrame = connection.sql(query).pl()
        except (duckdb.Error, AttributeError) as error:
            reason = "the query returns no rows" if isinstance(error, AttributeError) else str(error)
            raise TumenError(f"the query failed: {reason}") from None
        return rows
