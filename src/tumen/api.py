"""One line from a release to a frame: offline, typed, as of any release and any day.

A release is read as it was published; enumerations load as `pl.Enum`, with the categories that the release itself declares, dates
as `pl.Date`, lists as lists.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Literal, overload

import polars as pl

from tumen import _extras
from tumen.errors import UnknownNameError
from tumen.release import catalog
from tumen.release.codebook import codebook_of
from tumen.snapshot import Day, Snapshot, scan_table
from tumen.table_names import TABLE_NAMES, TableName

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

As = Literal["polars", "pandas", "arrow"]
Address = str | os.PathLike[str]


@overload
def load(
    table: TableName,
    *,
    release: str | None = None,
    known_by: Day | None = None,
    store: Address | None = None,
    columns: list[str] | None = None,
    as_: Literal["polars"] = "polars",
) -> pl.DataFrame: ...
@overload
def load(
    table: TableName,
    *,
    release: str | None = None,
    known_by: Day | None = None,
    store: Address | None = None,
    columns: list[str] | None = None,
    as_: Literal["pandas"],
) -> pd.DataFrame: ...
@overload
def load(
    table: TableName,
    *,
    release: str | None = None,
    known_by: Day | None = None,
    store: Address | None = None,
    columns: list[str] | None = None,
    as_: Literal["arrow"],
) -> pa.Table: ...
def load(
    table: TableName,
    *,
    release: str | None = None,
    known_by: Day | None = None,
    store: Address | None = None,
    columns: list[str] | None = None,
    as_: As = "polars",
) -> Any:
    """Return a table of a release (of the newest, if none is named).

    `known_by` keeps what could be cited on that day: a date or "2025-03-31". `columns` picks columns. `as_` is "polars", "pandas"
    (tumen[pandas]) or "arrow" (tumen[arrow]). `store` is where to fetch a release that the package does not hold (tumen[fetch]):
    a folder, https:// or s3://; see `tumen.stores`. The columns of each table: `tumen.codebook(table)`.

    Raises `UnknownNameError` for a table, release or column that does not exist, `SchemaError` for a release that this library
    cannot read, `StoreError` for a store that cannot be reached or trusted, `MissingExtraError` where packages
    for `as_` or `store` are absent.
    """
    frame = scan(table, release=release, known_by=known_by, store=store)
    if columns is not None:
        valid = frame.collect_schema().names()
        for column in columns:
            if column not in valid:
                raise UnknownNameError(f"column in {table}", column, valid)
        frame = frame.select(columns)
    return _converted(frame, as_)


def _converted(frame: pl.LazyFrame, as_: str) -> Any:
    if as_ == "polars":
        return frame.collect()
    if as_ == "pandas":
        _extras.require("pandas", "as_='pandas'")
        return frame.collect().to_pandas()
    if as_ == "arrow":
        _extras.require("arrow", "as_='arrow'")
        return frame.collect().to_arrow()
    raise UnknownNameError("kind of frame", as_, ("polars", "pandas", "arrow"))


def scan(
    table: TableName,
    *,
    release: str | None = None,
    known_by: Day | None = None,
    store: Address | None = None,
) -> pl.LazyFrame:
    """Return a table as `load` does, but lazily."""
    if table not in TABLE_NAMES:
        raise UnknownNameError("table", table, TABLE_NAMES)
    if known_by is None:
        return scan_table(catalog.find(release, store), table)
    return open(release=release, known_by=known_by, store=store).tables[table]


def open(  # noqa: A001
    *, release: str | None = None, known_by: Day | None = None, store: Address | None = None
) -> Snapshot:
    """Return all tables of one release (the newest, if none is named), as published or as known on a day.

    `release`, `known_by` and `store` are those of `load`.

    A process that was forked after tumen had been used cannot use it, and raises `TumenError`: start processes with
    `multiprocessing.get_context("spawn")`.
    """
    return Snapshot(release, known_by, store)


def tables() -> list[str]:
    """Return the names of the tables."""
    return list(TABLE_NAMES)


def releases(*, store: Address | None = None) -> pl.DataFrame:
    """Return the releases of the package and of a store (or of `TUMEN_STORE`), oldest first.

    Columns: version, date, schema_version, withdrawn (why nobody should use it, or null).
    """
    columns = ("version", "date", "schema_version")
    rows = [
        {name: entry[name] for name in columns}
        | {"withdrawn": entry.get("withdrawn", {}).get("reason")}
        for entry in catalog.entries(store)
    ]
    return pl.DataFrame(
        rows, schema=dict.fromkeys((*columns, "withdrawn"), pl.String)
    ).with_columns(pl.col("date").str.to_date())


def codebook(
    table: TableName | None = None, *, release: str | None = None, store: Address | None = None
) -> pl.DataFrame:
    """Return what each column of a table (or of all) means: table, column, type, title, description, unit, nullable, codes."""
    return codebook_of(catalog.find(release, store), table)


def yardsticks() -> pl.DataFrame:
    """Return what words of probability mean to the UK (PHIA) and the US (ICD 203): see `tumen.views.yardsticks`."""
    from tumen.views.yardsticks import yardsticks as frame  # noqa: PLC0415

    return frame().collect()
