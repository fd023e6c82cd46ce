"""Functions that load a release: one table, all tables, or its documentation.

Everything is read from the release as it was published. Columns of codes load as `pl.Enum`
with the categories that the release declares, dates as `pl.Date`, lists as lists.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Literal, overload

import polars as pl

from tumen import _extras
from tumen.errors import UnknownNameError
from tumen.release import catalog
from tumen.release.codebook import codebook_frame
from tumen.snapshot import Day, Snapshot, scan_table
from tumen.table_names import TABLE_NAMES, TableName

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

As = Literal["polars", "pandas", "arrow"]
StoreLocation = str | os.PathLike[str]


@overload
def load(
    table: TableName,
    *,
    release: str | None = None,
    known_by: Day | None = None,
    store: StoreLocation | None = None,
    columns: list[str] | None = None,
    as_: Literal["polars"] = "polars",
) -> pl.DataFrame: ...
@overload
def load(
    table: TableName,
    *,
    release: str | None = None,
    known_by: Day | None = None,
    store: StoreLocation | None = None,
    columns: list[str] | None = None,
    as_: Literal["pandas"],
) -> pd.DataFrame: ...
@overload
def load(
    table: TableName,
    *,
    release: str | None = None,
    known_by: Day | None = None,
    store: StoreLocation | None = None,
    columns: list[str] | None = None,
    as_: Literal["arrow"],
) -> pa.Table: ...
def load(
    table: TableName,
    *,
    release: str | None = None,
    known_by: Day | None = None,
    store: StoreLocation | None = None,
    columns: list[str] | None = None,
    as_: As = "polars",
) -> Any:
    """Load one table of a release as a data frame.

    Args:
        table: Name of the table, such as "meetings" (`tumen.tables()` lists them).
        release: Version of the release, such as "2026.11.0". Default: the newest.
        known_by: Date such as "2025-03-31". Keep only what could be cited on that date.
            Default: the release as published.
        store: Where to fetch a release that is not bundled with the package: a folder, an
            https:// URL or an s3:// URL (needs tumen[fetch]). Default: `TUMEN_STORE`, if set.
        columns: Columns to return, in this order. Default: all.
        as_: Kind of frame: "polars", "pandas" (needs tumen[pandas]) or "arrow" (needs
            tumen[arrow]).

    Returns:
        The rows of the table, in the order of the release. `tumen.codebook(table)` lists the
        columns with their types and units.

    Raises:
        UnknownNameError: The table, release, column or kind of frame does not exist.
        SchemaError: This version of the library cannot read the release.
        StoreError: The store cannot be reached or trusted.
        MissingExtraError: Packages that `as_` or `store` needs are not installed.
        TumenError: `known_by` is not a date.

    Examples:
        >>> tumen.load("meetings", columns=["start_date", "format", "summary"])
        >>> tumen.load("estimates", known_by="2025-03-31", as_="pandas")

    """
    frame = scan(table, release=release, known_by=known_by, store=store)
    if columns is not None:
        valid = frame.collect_schema().names()
        for column in columns:
            if column not in valid:
                raise UnknownNameError(f"column in {table}", column, valid)
        frame = frame.select(columns)
    return _convert(frame, as_)


def _convert(frame: pl.LazyFrame, as_: str) -> Any:
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
    store: StoreLocation | None = None,
) -> pl.LazyFrame:
    """Load one table of a release as a lazy frame, which reads only what you select from it.

    With `known_by`, the tables are read and filtered at once.

    Args:
        table: Name of the table, as for `load`.
        release: Version of the release. Default: the newest.
        known_by: Date such as "2025-03-31". Keep only what could be cited on that date.
        store: Where to fetch a release that is not bundled, as for `load`.

    Returns:
        A polars `LazyFrame` with the columns of `load`.

    Raises:
        UnknownNameError: The table or release does not exist.
        SchemaError: This version of the library cannot read the release.
        StoreError: The store cannot be reached or trusted.
        TumenError: `known_by` is not a date.

    Examples:
        >>> tumen.scan("estimates").filter(measure="casualties").collect()

    """
    if table not in TABLE_NAMES:
        raise UnknownNameError("table", table, TABLE_NAMES)
    if known_by is None:
        return scan_table(catalog.find(release, store), table)
    return open(release=release, known_by=known_by, store=store).tables[table]


def open(  # noqa: A001
    *, release: str | None = None, known_by: Day | None = None, store: StoreLocation | None = None
) -> Snapshot:
    """Open all tables of one release, as published or as known on a date.

    Args:
        release: Version of the release, such as "2026.11.0". Default: the newest.
        known_by: Date such as "2025-03-31". Keep only what could be cited on that date.
        store: Where to fetch a release that is not bundled, as for `load`.

    Returns:
        A `Snapshot`: each table as an attribute, and the views as methods.

    Raises:
        UnknownNameError: The release does not exist.
        SchemaError: This version of the library cannot read the release.
        StoreError: The store cannot be reached or trusted.
        TumenError: `known_by` is not a date, or this process was forked after tumen had been
            used. Start processes with `multiprocessing.get_context("spawn")`.

    Examples:
        >>> ds = tumen.open(known_by="2025-03-31")
        >>> ds.series("troops_deployed")

    """
    return Snapshot(release, known_by, store)


def tables() -> list[str]:
    """List the names of the tables of the newest release.

    Returns:
        The names, events and claims first.

    Examples:
        >>> tumen.tables()

    """
    newest = catalog.latest()
    return catalog.tables(newest) if newest else list(TABLE_NAMES)


def releases(*, store: StoreLocation | None = None) -> pl.DataFrame:
    """List the releases bundled with the package and those in a store, oldest first.

    Args:
        store: A folder, an https:// URL or an s3:// URL. Default: `TUMEN_STORE`, if set.

    Returns:
        A row per release. Columns:

        - version (text): what to pass as `release=`
        - date (date): day of publication
        - schema_version (text): version of the tables' schema
        - withdrawn (text): why you should not use the release, null if it is sound

    Raises:
        StoreError: The store cannot be reached or trusted.

    Examples:
        >>> tumen.releases()

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
    table: TableName | None = None,
    *,
    release: str | None = None,
    store: StoreLocation | None = None,
) -> pl.DataFrame:
    """Describe the columns of a table, or of all tables.

    Args:
        table: Name of a table. Default: all tables.
        release: Version of the release. Default: the newest.
        store: Where to fetch a release that is not bundled, as for `load`.

    Returns:
        A row per column. Columns:

        - table, column (text): names
        - type (text): string, number, boolean, date or list
        - title, description (text): short name, and what the column means
        - unit (text): unit of a number, null for other columns
        - nullable (boolean): whether values may be missing
        - codes (list of text): permitted values, empty where any value is permitted

    Raises:
        UnknownNameError: The table or release does not exist.
        StoreError: The store cannot be reached or trusted.

    Examples:
        >>> tumen.codebook("estimates").select("column", "description", "unit")

    """
    return codebook_frame(catalog.find(release, store), table)


def yardsticks() -> pl.DataFrame:
    """List the probabilities that two governments attach to words such as "likely".

    The yardsticks are the UK's Probability Yardstick (PHIA) and the US Intelligence Community
    Directive 203.

    Returns:
        A row per phrase. Columns:

        - yardstick (text): name of the yardstick
        - country (text): GB or US, the country whose government uses it
        - phrase (text): the words, as the government publishes them
        - confidence (text): the code for them in the `confidence` column of estimates
        - confidence_low, confidence_high (number, percent): the probability that they mean
        - source (text): URL of the publication

    Examples:
        >>> tumen.yardsticks().filter(country="US")

    """
    from tumen.views.yardsticks import yardsticks as frame  # noqa: PLC0415

    return frame().collect()
