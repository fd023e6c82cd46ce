"""SQL over all tables and views: a query runs over those whose names occur in it, closed in as `querying` says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tumen.views import sandbox
from tumen.views.accounts import accounts
from tumen.views.disagreements import disagreements
from tumen.views.meetings import network
from tumen.views.publication import acknowledgement, first_known
from tumen.views.series import series
from tumen.views.timeline import timeline
from tumen.views.yardsticks import yardsticks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import duckdb
    import polars as pl

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
    return sandbox.closed(_frames(tables, (*tables, *VIEWS)))


def sql(tables: Mapping[str, pl.LazyFrame], query: str) -> pl.DataFrame:
    """Return the rows of one query over the tables and views that it names; raises `TumenError` with DuckDB's own words."""
    words = set(re.findall(r"\w+", query.lower()))
    return sandbox.rows(
        _frames(tables, [name for name in (*tables, *VIEWS) if name in words]), query
    )


def _frames(tables: Mapping[str, pl.LazyFrame], names: Iterable[str]) -> dict[str, pl.LazyFrame]:
    return {name: VIEWS[name](tables) if name in VIEWS else tables[name] for name in names}
