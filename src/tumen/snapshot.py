"""All tables of one release, as published or as known on a day, and the views over them.

A view is a pure function over the tables (`tumen.views`); the methods here hand it the snapshot's own and collect what comes
back, so that every view honours the release and the day.
"""

from __future__ import annotations

import datetime as dt
from copy import deepcopy
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import polars as pl

from tumen import _extras, as_known_on
from tumen._system import forks
from tumen.release import catalog
from tumen.release.codebook import codebook_of
from tumen.release.conformance import NATIVE, sound_file
from tumen.release.datapackage import enum_of
from tumen.table_names import TABLE_NAMES

if TYPE_CHECKING:
    import os
    from pathlib import Path

    import duckdb

    from tumen.display import Record

Day = str | dt.date


def scan_table(folder: Path, table: str) -> pl.LazyFrame:
    """Return a table of the release in a folder, its codes as the enumerations that the release declares."""
    forks.use_threads()
    codes = {
        field["name"]: pl.Enum(found)
        for field in catalog.fields(folder, table)
        if (found := enum_of(field)) is not None
    }
    path = sound_file(folder, table)
    return pl.scan_parquet(path, glob=False, hive_partitioning=False).cast(cast("Any", codes))


def whole_table(folder: Path, table: str) -> pl.LazyFrame:
    """Return a table as `scan_table` does, with what the newest release has more: columns as nulls, a table as no rows.

    So the views answer for a release whose schema is older than they are.
    """
    newest = catalog.latest()
    later = catalog.fields(newest, table) if newest else ()
    frame = scan_table(folder, table) if table in catalog.tables(folder) else pl.LazyFrame()
    names = frame.collect_schema().names()
    return frame.with_columns(
        pl.lit(None, NATIVE[field["type"]]).alias(field["name"])
        for field in later
        if field["name"] not in names
    )


class Snapshot:
    """All tables of one release, as LazyFrames by name, as published or as known on a day; and the views over them."""

    meetings: pl.LazyFrame
    participants: pl.LazyFrame
    deployments: pl.LazyFrame
    estimates: pl.LazyFrame
    statements: pl.LazyFrame
    agreements: pl.LazyFrame
    transfers: pl.LazyFrame
    launches: pl.LazyFrame
    positions: pl.LazyFrame
    actors: pl.LazyFrame
    places: pl.LazyFrame
    sources: pl.LazyFrame
    citations: pl.LazyFrame
    retired: pl.LazyFrame
    set_aside: pl.LazyFrame

    def __init__(
        self,
        release: str | None = None,
        known_by: Day | None = None,
        store: str | os.PathLike[str] | None = None,
    ) -> None:
        self._folder = catalog.find(release, store)
        self.release = self._folder.name
        self.known_by = None if known_by is None else as_known_on.day(known_by)

    @property
    def tables(self) -> dict[str, pl.LazyFrame]:
        """The tables by name, in a dict that is yours to change.

        Raises `TumenError` in a process that was forked after polars had been used.
        """
        forks.use_threads()
        return dict(self._tables)

    @cached_property
    def _tables(self) -> dict[str, pl.LazyFrame]:
        tables = {name: whole_table(self._folder, name) for name in TABLE_NAMES}
        return tables if self.known_by is None else as_known_on.known_by(tables, self.known_by)

    def __getattr__(self, name: str) -> pl.LazyFrame:
        if name not in TABLE_NAMES:
            raise AttributeError(f"no table or view {name!r}; tables: {', '.join(TABLE_NAMES)}")
        return self.tables[name]

    def __repr__(self) -> str:
        return f"tumen.open(release={self.release!r}{f', known_by={self.known_by}' if self.known_by else ''})"

    def _repr_html_(self) -> str:
        from tumen.display import snapshot_html  # noqa: PLC0415

        return snapshot_html(self)

    def heights(self) -> dict[str, int]:
        """Return how many rows each table has."""
        counted = pl.collect_all([frame.select(pl.len()) for frame in self.tables.values()])
        return {name: count.item() for name, count in zip(self.tables, counted, strict=True)}

    def timeline(
        self,
        start: Day | None = None,
        end: Day | None = None,
        *,
        actor: str | None = None,
        table: str | None = None,
        place: str | None = None,
        topic: str | None = None,
    ) -> pl.DataFrame:
        """Return every dated event and claim, by date: see `tumen.views.timeline`."""
        from tumen.views.timeline import timeline  # noqa: PLC0415

        return timeline(
            self.tables, start, end, actor=actor, table=table, place=place, topic=topic
        ).collect()

    def series(
        self, measure: str | None = None, *, scope: str | None = None, estimator: str | None = None
    ) -> pl.DataFrame:
        """Return what each estimator said of a measure, bounds as intervals: see `tumen.views.series`."""
        from tumen.views.series import series  # noqa: PLC0415

        return series(self.tables, measure, scope=scope, estimator=estimator).collect()

    def envelope(self, measure: str, *, scope: str | None = None) -> pl.DataFrame:
        """Return per day the lowest and the highest figure that stood unrevised: see `tumen.views.series`."""
        from tumen.views.series import envelope  # noqa: PLC0415

        return envelope(self.tables, measure, scope=scope).collect()

    def disagreements(
        self, measure: str | None = None, *, record: str | None = None
    ) -> pl.DataFrame:
        """Return pairs of claims that disagree, with the reason: see `tumen.views.disagreements`."""
        from tumen.views.disagreements import disagreements  # noqa: PLC0415

        return disagreements(self.tables, measure, record=record).collect()

    def accounts(self, record: str | None = None) -> pl.DataFrame:
        """Return source by source what is reported of a record and what was not seen: see `tumen.views.accounts`."""
        from tumen.views.accounts import accounts  # noqa: PLC0415

        return accounts(self.tables, record).collect()

    def known(self, what: str, on: Day) -> pl.DataFrame:
        """Return what could be cited on a day about a record or of a measure: see `tumen.views.publication`."""
        from tumen.views.publication import known  # noqa: PLC0415

        return known(self.tables, what, on).collect()

    def first_known(self, record: str | None = None, *, table: str | None = None) -> pl.DataFrame:
        """Return when a record (or each) became public, how late, and through whom: see `tumen.views.publication`."""
        from tumen.views.publication import first_known  # noqa: PLC0415

        return first_known(self.tables, record, table=table).collect()

    def acknowledgement(self, deployment: str | None = None) -> pl.DataFrame:
        """Return days from first claim to the first official word of each side: see `tumen.views.publication`."""
        from tumen.views.publication import acknowledgement  # noqa: PLC0415

        return acknowledgement(self.tables, deployment).collect()

    def visits(self, actor: str) -> pl.DataFrame:
        """Return the meetings of an actor with the days between them: see `tumen.views.meetings`."""
        from tumen.views.meetings import visits  # noqa: PLC0415

        return visits(self.tables, actor).collect()

    def network(self) -> pl.DataFrame:
        """Return who met whom, how often and at what level, as an edge list: see `tumen.views.meetings`."""
        from tumen.views.meetings import network  # noqa: PLC0415

        return network(self.tables).collect()

    def record(self, record_id: str) -> Record:
        """Return a record with all that belongs to it, as a dict that notebooks show as tables: see `tumen.views.record`."""
        from tumen.display import Record  # noqa: PLC0415
        from tumen.views.record import record  # noqa: PLC0415

        return Record(record(self.tables, record_id))

    @property
    def folder(self) -> Path:
        """The folder of the release's files."""
        return self._folder

    @property
    def description(self) -> dict[str, Any]:
        """The release's own description: its datapackage, in a copy that is yours to change."""
        return deepcopy(catalog.describe(self._folder))

    def codebook(self) -> pl.DataFrame:
        """Return what each column means: see `tumen.codebook`."""
        return codebook_of(self._folder)

    def cite(self, record_id: str | None = None, *more: str, style: str = "text") -> str:
        """Return how to cite records with their release and sources, or the release itself: see `tumen.citations`.

        Args:
            record_id: Id of a record, a source, an actor or a place; without one, the release alone is cited.
            more: Further ids. Each work is cited once, however many of the records rest on it.
            style: text, bibtex, csl-json or chicago.

        Returns:
            The records, the release and the sources, in this order.

        Raises:
            UnknownNameError: For an id or a style that does not exist.

        Example:
            >>> tumen.open().cite("mtg-0005", "est-0003", style="bibtex")

        """
        from tumen.citations import styles  # noqa: PLC0415

        return styles.cite(self, [one for one in (record_id, *more) if one is not None], style)

    def find(self, text: str, *, limit: int = 20) -> pl.DataFrame:
        """Return actors, places and records by any spelling, the likeliest first: see `tumen.views.search` (tumen[find])."""
        _extras.require("find", "find()")
        from tumen.views.search import find  # noqa: PLC0415

        return find(self.tables, text, limit=limit)

    def sql(self, query: str) -> pl.DataFrame:
        """Return the rows of a DuckDB query over all tables and views, read-only and without access to files (tumen[sql])."""
        _extras.require("sql", "sql()")
        from tumen.views.sql import sql  # noqa: PLC0415

        return sql(self.tables, query)

    def connect(self) -> duckdb.DuckDBPyConnection:
        """Return a DuckDB connection that holds all tables and views, closed to the outside (tumen[sql])."""
        _extras.require("sql", "connect()")
        from tumen.views.sql import connect  # noqa: PLC0415

        return connect(self.tables)
