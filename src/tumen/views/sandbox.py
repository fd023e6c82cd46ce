"""One query in a DuckDB that is closed: it reads the tables that it was given and nothing else, within bounds.

A query is one statement, in a transaction that cannot write, in a database in memory without files, extensions, settings or the
variables of Python. DuckDB takes `MEMORY` at most and spills nothing to disk, and the rows that come back are `LARGEST` bytes at
most; what it works out before it runs a query, such as the value of `range(1000000000)`, is not in that bound, for which the
command has one of its own (`tumen._system.limits`). There is no limit of time: Ctrl-C ends a query at once.
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

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    duckdb.StatementType.MULTI,
)  # MULTI: PIVOT
_QUOTED: Final = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*\"""")
_NO_COLUMN: Final = re.compile(
    r"\b(INTERVAL|UNION|UHUGEINT|BIGNUM|BIT|GEOMETRY|VARIANT|TIME WITH TIME ZONE)\b"
)
_ROWS: Final = 10_000
_SECONDS_OF_A_DAY: Final = 86_400
_A_MOMENT: Final = 0.1


def closed(frames: Mapping[str, pl.LazyFrame]) -> duckdb.DuckDBPyConnection:
    """Return a DuckDB connection in memory that holds these frames as tables, closed to the outside."""
    connection = duckdb.connect(":memory:")
    for name, frame in frames.items():
        connection.register("incoming", frame.collect().to_arrow())
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM incoming")  # noqa: S608
        connection.unregister("incoming")
    for lock in _LOCKS:
        connection.execute(lock)
    return connection


def rows(frames: Mapping[str, pl.LazyFrame], query: str) -> pl.DataFrame:
    """Return the rows of one query over these frames; raises `TumenError` with DuckDB's own words.

    DuckDB runs in a thread of its own, because in a long step of it this one would not hear Ctrl-C.
    """
    connection = closed(frames)
    answer: Future[pl.DataFrame] = Future()

    def run() -> None:
        try:
            answer.set_result(_answer(connection, query))
        except BaseException as error:  # noqa: BLE001
            answer.set_exception(error)

    Thread(target=run, daemon=True).start()
    try:
        while not answer.done():
            wait(
                [answer], _A_MOMENT
            )  # and not for long: since polars minds signals too, none breaks a lock off
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
        _refuse_other(connection, query)
        connection.execute("BEGIN TRANSACTION READ ONLY")
        relation = connection.sql(query)
        _refuse_columns(relation)
        return _frame(relation)


def _refuse_other(connection: duckdb.DuckDBPyConnection, query: str) -> None:
    statements = connection.extract_statements(query)
    if len(statements) != 1:
        raise TumenError(
            f"the query failed: it is {len(statements)} statements; write one that returns rows."
        )
    try:
        kind = statements[0].type
    except ValueError:
        kind = None
    if kind not in _QUERIES:
        named = f"{kind.name} is not a query" if kind else "it is not a query"
        raise TumenError(
            f"the query failed: {named}; the tables are read-only: write SELECT, FROM, PIVOT, SUMMARIZE or EXPLAIN."
        )


def _refuse_columns(relation: duckdb.DuckDBPyRelation) -> None:
    for name, kind in zip(relation.columns, relation.types, strict=True):
        if found := _NO_COLUMN.search(_QUOTED.sub("", str(kind))):
            raise TumenError(
                f"the query failed: column {name!r} is of type {found[1]}, which a frame cannot hold; cast it to VARCHAR."
            )


def _frame(relation: duckdb.DuckDBPyRelation) -> pl.DataFrame:
    """Return the rows as they come, up to `LARGEST`; a name that stands twice gets a number."""
    names: list[str] = []
    for name in relation.columns:
        numbered = (f"{name}_{number}" for number in count(1))
        names.append(next(one for one in chain([name], numbered) if one not in names))
    with relation.to_arrow_reader(_ROWS) as reader:
        batches, size = [], 0
        for batch in reader:
            batches.append(batch)
            size += batch.nbytes
            if size > LARGEST:
                raise TumenError(
                    f"the query failed: it returns more than {LARGEST >> 20} MiB; sum up, or add LIMIT."
                )
        table = pa.Table.from_batches(batches, reader.schema)
    _refuse_midnight_at_the_end(table)
    return _within_calendar(pl.DataFrame(pl.from_arrow(table.rename_columns(names))))


def _refuse_midnight_at_the_end(table: pa.Table) -> None:
    """Raise `TumenError` for the time 24:00:00, of which a frame would make a null."""
    for field, column in zip(table.schema, table.columns, strict=True):
        if (
            pa.types.is_time64(field.type)
            and (last := pc.max(column.cast(pa.int64())).as_py()) is not None
        ):
            of_a_second = {"us": 10**6, "ns": 10**9}[field.type.unit]
            if last >= _SECONDS_OF_A_DAY * of_a_second:
                raise TumenError(
                    f"the query failed: column {field.name!r} holds the time 24:00:00, which a frame cannot; cast it to VARCHAR."
                )


def _within_calendar(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame; raises `TumenError` for a day that Python cannot name."""
    first, last = pl.lit(dt.date.min), pl.lit(dt.date.max)
    for name, kind in frame.schema.items():
        if kind.is_temporal() and kind != pl.Time and not frame[name].drop_nulls().is_empty():
            days = frame.select(pl.col(name).cast(pl.Date)).to_series()
            if not frame.select(days.is_between(first, last).all()).item():
                raise TumenError(
                    f"the query failed: column {name!r} holds a day outside the years 1 to 9999; cast it to VARCHAR."
                )
    return frame
