"""SQL over all tables and views, in a DuckDB that has no access to anything else.

A query runs over the tables and views whose names occur in it. It is one statement, in a
transaction that cannot write, in a database in memory without files, extensions, settings or the
variables of Python.

Resources are limited. DuckDB takes `MEMORY` at most and spills nothing to disk. The rows that come
back are `LARGEST` bytes at most. What DuckDB computes before it runs a query, such as the value of
`range(1000000000)`, is not within that limit. The command line has one of its own for it
(`tumen._system.limits`). There is no time limit: Ctrl-C ends a query at once.
"""

from __future__ import annotations

import datetime as dt
import re
from concurrent.futures import Future, wait
from contextlib import suppress
from itertools import chain, count
from threading import Thread
from typing import TYPE_CHECKING, Final

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from tumen.errors import TumenError
from tumen.views.registry import VIEWS as ALL_VIEWS
from tumen.views.registry import needs_argument
from tumen.views.yardsticks import yardsticks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

VIEWS: Final[dict[str, Callable[[Mapping[str, pl.LazyFrame]], pl.LazyFrame]]] = {
    **{name: view for name, view in ALL_VIEWS.items() if not needs_argument(view)},
    "yardsticks": lambda _: yardsticks(),
}
"""The views that need no argument but the tables, by the name that a query uses."""

MEMORY: Final = "1GiB"
LARGEST: Final = 2**30
_LOCKS: Final = (
    f"SET memory_limit = '{MEMORY}'",
    "SET temp_directory = ''",
    "SET http_proxy = ''",  # else that of the environment, with its password
    "SET http_proxy_username = ''",
    "SET http_proxy_password = ''",
    "SET secret_directory = ''",  # else a folder of the home, and so the name of the user
    "SET enable_external_access = false",
    "SET python_enable_replacements = false",
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET lock_configuration = true",
)
_QUERIES: Final = (
    duckdb.StatementType.SELECT,
    duckdb.StatementType.EXPLAIN,
    duckdb.StatementType.MULTI,  # PIVOT
)
_QUOTED: Final = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*\"""")
_UNSUPPORTED: Final = re.compile(
    r"\b(INTERVAL|UNION|UHUGEINT|BIGNUM|BIT|GEOMETRY|VARIANT|TIME WITH TIME ZONE)\b"
)
_BATCH_ROWS: Final = 10_000
_SECONDS_OF_A_DAY: Final = 86_400
_PAUSE: Final = 0.1


def connect(tables: Mapping[str, pl.LazyFrame]) -> duckdb.DuckDBPyConnection:
    """Open a locked DuckDB in memory with all tables and views (see `Snapshot.connect`)."""
    return _open_locked(_select_frames(tables, (*tables, *VIEWS)))


def sql(tables: Mapping[str, pl.LazyFrame], query: str) -> pl.DataFrame:
    """Run one query over the tables and views that it names (see `Snapshot.sql`)."""
    words = set(re.findall(r"\w+", query.lower()))
    names = [name for name in (*tables, *VIEWS) if name in words]
    return run_query(_select_frames(tables, names), query)


def _select_frames(
    tables: Mapping[str, pl.LazyFrame], names: Iterable[str]
) -> dict[str, pl.LazyFrame]:
    return {name: VIEWS[name](tables) if name in VIEWS else tables[name] for name in names}


def _open_locked(frames: Mapping[str, pl.LazyFrame]) -> duckdb.DuckDBPyConnection:
    """Return a DuckDB in memory with these frames as tables, without access to anything else."""
    connection = duckdb.connect(":memory:")
    for name, frame in frames.items():
        connection.register("incoming", frame.collect().to_arrow())
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM incoming")  # noqa: S608
        connection.unregister("incoming")
    for lock in _LOCKS:
        connection.execute(lock)
    return connection


def run_query(frames: Mapping[str, pl.LazyFrame], query: str) -> pl.DataFrame:
    """Run one query over these frames and return its rows.

    DuckDB runs in a thread of its own. In this thread, a long step of DuckDB would delay Ctrl-C.

    Raises:
        TumenError: The query failed, in the words of DuckDB.

    """
    connection = _open_locked(frames)
    answer: Future[pl.DataFrame] = Future()

    def run() -> None:
        try:
            answer.set_result(_answer(connection, query))
        except BaseException as error:  # noqa: BLE001
            answer.set_exception(error)

    Thread(target=run, daemon=True).start()
    try:
        # Short waits: polars handles signals too, so a signal does not end a wait on a lock.
        while not answer.done():
            wait([answer], _PAUSE)
        return answer.result()
    except KeyboardInterrupt:
        with suppress(duckdb.Error):
            connection.interrupt()
        wait([answer], 1)
        raise
    except (duckdb.Error, pa.ArrowException, UnicodeError, MemoryError) as error:
        raise TumenError(
            f"the query failed: {str(error) or 'there is not enough memory for it'}"
        ) from None


def _answer(connection: duckdb.DuckDBPyConnection, query: str) -> pl.DataFrame:
    with connection:
        _refuse_statements(connection, query)
        connection.execute("BEGIN TRANSACTION READ ONLY")
        relation = connection.sql(query)
        _refuse_types(relation)
        return _fetch(relation)


def _refuse_statements(connection: duckdb.DuckDBPyConnection, query: str) -> None:
    """Raise `TumenError` unless the query is one statement that returns rows."""
    statements = connection.extract_statements(query)
    if len(statements) != 1:
        raise TumenError(
            f"the query failed: it has {len(statements)} statements; write one that returns rows."
        )
    try:
        kind = statements[0].type
    except ValueError:
        kind = None
    if kind not in _QUERIES:
        subject = f"{kind.name} is not a query" if kind else "it is not a query"
        raise TumenError(
            f"the query failed: {subject}; the tables are read-only: "
            "write SELECT, FROM, PIVOT, SUMMARIZE or EXPLAIN."
        )


def _refuse_types(relation: duckdb.DuckDBPyRelation) -> None:
    """Raise `TumenError` for a column of a type that polars does not have."""
    for name, kind in zip(relation.columns, relation.types, strict=True):
        # Names of fields and of codes are in quotes, and may be the word for a type.
        if match := _UNSUPPORTED.search(_QUOTED.sub("", str(kind))):
            raise TumenError(
                f"the query failed: column {name!r} is of type {match[1]}, "
                "which a frame cannot hold; cast it to VARCHAR."
            )


def _fetch(relation: duckdb.DuckDBPyRelation) -> pl.DataFrame:
    """Return the rows, up to `LARGEST` bytes, with numbers on names that occur twice."""
    names: list[str] = []
    for name in relation.columns:
        numbered = (f"{name}_{number}" for number in count(1))
        names.append(next(free for free in chain([name], numbered) if free not in names))
    with relation.to_arrow_reader(_BATCH_ROWS) as reader:
        batches, size = [], 0
        for batch in reader:
            batches.append(batch)
            size += batch.nbytes
            if size > LARGEST:
                raise TumenError(
                    f"the query failed: it returns more than {LARGEST >> 20} MiB; "
                    "aggregate the rows, or add LIMIT."
                )
        table = pa.Table.from_batches(batches, reader.schema)
    _refuse_end_of_day(table)
    frame = pl.DataFrame(pl.from_arrow(table.rename_columns(names)))
    _refuse_far_dates(frame)
    return frame


def _refuse_end_of_day(table: pa.Table) -> None:
    """Raise `TumenError` for the time 24:00:00, which polars would read as null."""
    for field, column in zip(table.schema, table.columns, strict=True):
        if not pa.types.is_time64(field.type):
            continue
        last = pc.max(column.cast(pa.int64())).as_py()
        ticks_per_second = {"us": 10**6, "ns": 10**9}[field.type.unit]
        if last is not None and last >= _SECONDS_OF_A_DAY * ticks_per_second:
            raise TumenError(
                f"the query failed: column {field.name!r} has the time 24:00:00, "
                "which a frame cannot hold; cast it to VARCHAR."
            )


def _refuse_far_dates(frame: pl.DataFrame) -> None:
    """Raise `TumenError` for a date that Python cannot represent."""
    first, last = pl.lit(dt.date.min), pl.lit(dt.date.max)
    for name, kind in frame.schema.items():
        if kind.is_temporal() and kind != pl.Time and not frame[name].drop_nulls().is_empty():
            days = frame.select(pl.col(name).cast(pl.Date)).to_series()
            if not frame.select(days.is_between(first, last).all()).item():
                raise TumenError(
                    f"the query failed: column {name!r} has a date outside the years 1 to 9999; "
                    "cast it to VARCHAR."
                )
