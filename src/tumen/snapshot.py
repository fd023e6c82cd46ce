"""All tables of one release, as published or as known on a date, and the views over them.

A view is a pure function over the tables (`tumen.views`). The methods here pass it the tables of
the snapshot and collect the result, so that every view honours the release and the date. The
methods carry the documentation of the views, because they are what you call.
"""

from __future__ import annotations

import datetime as dt
from copy import deepcopy
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import polars as pl

from tumen import _extras, as_known_on
from tumen._system import limits
from tumen._system.paths import polars_source
from tumen.release import catalog
from tumen.release.codebook import codebook_frame
from tumen.release.conformance import POLARS_TYPES, verified_table
from tumen.release.datapackage import enum_of
from tumen.table_names import TABLE_NAMES

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence
    from pathlib import Path

    import duckdb

    from tumen.citations.references import Work
    from tumen.display import Record

Day = str | dt.date


def scan_table(folder: Path, table: str) -> pl.LazyFrame:
    """Return a table of the release in a folder, with the categories of its codes."""
    limits.use_threads()
    codes = {
        field["name"]: pl.Enum(categories)
        for field in catalog.fields(folder, table)
        if (categories := enum_of(field)) is not None
    }
    path = verified_table(folder, table)
    frame = pl.scan_parquet(polars_source(path), glob=False, hive_partitioning=False)
    return frame.cast(cast("Any", codes))


def whole_table(folder: Path, table: str) -> pl.LazyFrame:
    """Return a table like `scan_table`, with the columns that only the newest release has as nulls.

    A table that the release does not have comes back with no rows. So the views also work for a
    release whose schema is older than they are.
    """
    newest = catalog.latest()
    fields = catalog.fields(newest, table) if newest and table in catalog.tables(newest) else ()
    frame = scan_table(folder, table) if table in catalog.tables(folder) else pl.LazyFrame()
    names = frame.collect_schema().names()
    return frame.with_columns(
        pl.lit(None, POLARS_TYPES[field["type"]]).alias(field["name"])
        for field in fields
        if field["name"] not in names
    )


def released_tables(folder: Path) -> list[str]:
    """Return the tables that the release in a folder or the newest bundled release has.

    A table that is new in the models is in neither until it is published.
    """
    newest = catalog.latest()
    present = {*catalog.tables(folder), *(catalog.tables(newest) if newest else ())}
    return [name for name in TABLE_NAMES if name in present]


class Snapshot:
    """All tables of one release, as published or as known on a date, and the views over them.

    Each table is an attribute, as a polars `LazyFrame`: `ds.meetings`, `ds.estimates` and so on.
    Open a snapshot with `tumen.open()`.

    Attributes:
        release: Version of the release.
        known_by: The date of the view, or None for the release as published.

    Examples:
        >>> ds = tumen.open()
        >>> ds.meetings.filter(format="summit").collect()

    """

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
        self.known_by = None if known_by is None else as_known_on.parse_day(known_by)

    @property
    def tables(self) -> dict[str, pl.LazyFrame]:
        """The tables by name, as lazy frames, in a new dict that you may change.

        Raises:
            TumenError: This process was forked after tumen had been used.

        Examples:
            >>> tumen.open().tables["meetings"].collect()

        """
        limits.use_threads()
        return dict(self._tables)

    @cached_property
    def _tables(self) -> dict[str, pl.LazyFrame]:
        names = released_tables(self._folder)
        tables = {name: whole_table(self._folder, name) for name in names}
        return tables if self.known_by is None else as_known_on.known_by(tables, self.known_by)

    def __getattr__(self, name: str) -> pl.LazyFrame:
        tables = self.tables if name in TABLE_NAMES else {}
        if name not in tables:
            raise AttributeError(f"no table or view {name!r}; tables: {', '.join(TABLE_NAMES)}")
        return tables[name]

    def __repr__(self) -> str:
        known_by = f", known_by={self.known_by}" if self.known_by else ""
        return f"tumen.open(release={self.release!r}{known_by})"

    def _repr_html_(self) -> str:
        from tumen.display import snapshot_html  # noqa: PLC0415

        return snapshot_html(self.release, self.known_by, self.heights())

    def heights(self) -> dict[str, int]:
        """Count the rows of each table.

        Returns:
            The number of rows by name of the table.

        Examples:
            >>> tumen.open().heights()["meetings"]

        """
        counts = pl.collect_all([frame.select(pl.len()) for frame in self.tables.values()])
        return {name: count.item() for name, count in zip(self.tables, counts, strict=True)}

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
        """List every dated event and claim, by date.

        These are the rows of meetings, deployments, estimates, statements, agreements, transfers
        and launches. An imprecise date is an interval, from its first to its last possible day.

        Args:
            start: Date such as "2025-01-01". Keep what may have happened on it or later.
            end: Keep what may have happened on this date or earlier.
            actor: Id of an actor. Keep what the actor took part in, signed, said, estimated or
                announced.
            table: Name of one of the tables above.
            place: Id of a place. Keep that place and all places within it.
            topic: Keep meetings on this topic, such as "trade".

        Returns:
            A row per event or claim, by start date. Columns:

            - start_date, end_date (date): first and last possible day. Without a known end, the
              end is that of the start. What was said or signed "on or before" a day counts on that
              day. A deployment without dates counts on the day of its announcement.
            - precision (text): day, month, year or on_or_before
            - table, record_id (text): where the row comes from
            - kind (text): format of a meeting, measure of an estimate, stance of a statement,
              object of a launch, item of a transfer, kind of a deployment or agreement
            - actors (list of text): ids of participants, parties, the speaker or the estimator
            - place_id (text): place, destination, launch site or scope
            - topics (list of text): topics of a meeting, empty for other tables
            - summary (text): what happened or was said
            - known_since (date): when the record became public

        Raises:
            UnknownNameError: The table, actor or place does not exist.
            TumenError: `start` or `end` is not a date.

        Examples:
            >>> ds = tumen.open()
            >>> ds.timeline("2025-01-01", "2025-06-30", actor="sergei-shoigu")

        """
        from tumen.views.timeline import timeline  # noqa: PLC0415

        return timeline(
            self.tables, start, end, actor=actor, table=table, place=place, topic=topic
        ).collect()

    def series(
        self, measure: str | None = None, *, scope: str | None = None, estimator: str | None = None
    ) -> pl.DataFrame:
        """List every estimate of a measure, with its bounds as an interval.

        Nothing is averaged. "More than 6,000" is the interval above 6,000, and "about 11,000" is
        10,500 to 11,500: the numbers that round to it.

        Args:
            measure: Code of a measure, such as "casualties". Default: all measures.
            scope: Id of a place. Keep figures for that place and places within it.
            estimator: Id of an actor. Keep figures by that body and by bodies that are part of it.

        Returns:
            A row per estimate, by measure, unit and kind of number, then by date. Columns:

            - estimate_id (text)
            - measure, unit, stock_or_flow (code): what is counted, in which unit, and whether the
              number is a level, an amount in a period, or a sum since the start
            - scope_id (text): the place that the figure covers
            - estimator_id, estimator (text): id and name of who gave the figure
            - said_on, said_by (date): first and last possible day on which it was said
            - said_on_precision (code): day, month, year or on_or_before
            - as_of (date): the day that the figure is for
            - period_start, period_end (date): the period that a flow covers
            - low, best, high (number, in `unit`): the figure as given
            - bound (code): how it was bounded: exact, about, at_least, up_to and so on
            - wording (text): the words that bound it, where they say more than the code
            - lower, upper (number, in `unit`): the interval of possible values, null on a side
              without an end
            - lower_closed, upper_closed (boolean): whether that end is itself possible
            - confidence (text): the estimator's own word of confidence
            - confidence_low, confidence_high (number, percent): the probability that it means,
              as the record gives it, or else by the yardstick of the estimator's government
            - yardstick (text): name of that government's yardstick, if it has the word
            - supersedes_id, superseded_by (text): the estimate that this one revises, and the
              first that revises it
            - superseded_on (date): when that revision became public
            - subject_id (text): the event that the figure sizes
            - sources (whole number): documents that agree with the record
            - known_since (date): when the record became public
            - summary, note (text)

        Raises:
            UnknownNameError: The measure, place or actor does not exist.

        Examples:
            >>> ds = tumen.open()
            >>> ds.series("casualties").select("said_on", "estimator", "lower", "upper")

        """
        from tumen.views.series import series  # noqa: PLC0415

        return series(self.tables, measure, scope=scope, estimator=estimator).collect()

    def envelope(self, measure: str, *, scope: str | None = None) -> pl.DataFrame:
        """Give the lowest and the highest current figure for a measure, day by day.

        A figure is current from the day on which it becomes public. It ends when the same estimator
        gives a newer one for the same kind of number and scope, or supersedes it. Stocks, flows and
        cumulative figures never share a row, and neither do two units or two scopes. A flow has an
        envelope of its own for each period. Figures without numbers are left out.

        Args:
            measure: Code of a measure, such as "troops_deployed".
            scope: Id of a place. Keep figures for that place and places within it.

        Returns:
            A row for each day on which a figure becomes public or is replaced. Columns:

            - measure, unit, stock_or_flow (code), scope_id (text): the kind of number
            - period_start, period_end (date): the period of a flow, null for other numbers
            - day (date): from this day on
            - lowest, highest (number, in `unit`): the least and the greatest value that a current
              figure leaves possible. `highest` is null if a current figure has no upper end.
            - lowest_by, highest_by (list of text): ids of their estimators
            - lowest_in, highest_in (list of text): ids of the estimates
            - figures (whole number): how many figures are current

        Raises:
            UnknownNameError: The measure or place does not exist.

        Examples:
            >>> tumen.open().envelope("troops_deployed").select("day", "lowest", "highest")

        """
        from tumen.views.series import envelope  # noqa: PLC0415

        return envelope(self.tables, measure, scope=scope).collect()

    def disagreements(
        self, measure: str | None = None, *, record: str | None = None
    ) -> pl.DataFrame:
        """List pairs of claims that disagree, with the reason.

        Four kinds of pairs are found:

        - figures: two estimates of the same number whose intervals have no value in common, or a
          cumulative figure that lies below an earlier one
        - denial: a statement that denies, doubts or refuses what another record says
        - omission: a report that leaves out what another record says, so that both may be true
        - source: a document that gives a field of a record differently

        Args:
            measure: Keep pairs about estimates of this measure.
            record: Id of a record. Keep pairs in which it takes part.

        Returns:
            A row per pair, by `known_since`. Columns:

            - kind (text): figures, denial, omission or source
            - record_id, who, says (text): the first claim, who made it, and what it says. `who`
              is null for an event that no actor claimed.
            - other_id, other_who, other_says (text): the claim that it disagrees with; for kind
              source, the document
            - reason (text): why the pair counts as a disagreement
            - known_since (date): when both were public, null where one of them has no date

        Raises:
            UnknownNameError: The measure or the record does not exist.

        Examples:
            >>> ds = tumen.open()
        >>> ds.disagreements("casualties").select("who", "says", "other_who", "other_says")

        """
        from tumen.views.disagreements import disagreements  # noqa: PLC0415

        return disagreements(self.tables, measure, record=record).collect()

    def accounts(self, record: str | None = None) -> pl.DataFrame:
        """Compare what each source reports of a record, document by document.

        Most documents were read in part only. A topic in `not_seen` may still be in the document.

        Args:
            record: Id of a record. Default: all records.

        Returns:
            A row per citation, by record and date of publication. Columns:

            - record_id, source_id (text): the record and the document
            - publisher_id, publisher (text): id and name of the publisher
            - via_id, via (text): whom the document names as its origin, such as a news agency
            - origin_id, origin (text): `via`, or else the publisher
            - origins (whole number): independent origins of the record. Two papers that rely on
              one agency have one origin.
            - published (date), published_precision (code): date of publication
            - language, source_kind (code): language and kind of the document
            - reports (list of text): topics that the document reports, null if none is recorded
            - not_seen (list of text): topics that another document reports and that were not seen
              in this one, null where `reports` is
            - leaves_out (list of text): topics on which the document is silent. Always null until
              the dataset records which documents were read in full.
            - agrees (boolean): whether the document agrees with the record
            - differs (text): what the document gives differently
            - title, url (text): the document

        Raises:
            UnknownNameError: The record does not exist.

        Examples:
            >>> tumen.open().accounts("mtg-0005").select("publisher", "origin", "reports", "agrees")

        """
        from tumen.views.accounts import accounts  # noqa: PLC0415

        return accounts(self.tables, record).collect()

    def known(self, what: str, on: Day) -> pl.DataFrame:
        """List what could be cited on a date about a record, or about a measure.

        Args:
            what: Id of a record, such as "dep-0001", or a measure, such as "casualties". For an id,
                estimates and statements about that record are included.
            on: Date such as "2025-03-31".

        Returns:
            The columns of `first_known`, with sources counted as of that date.

        Raises:
            UnknownNameError: `what` is neither a record nor a measure.
            TumenError: `on` is not a date.

        Examples:
            >>> tumen.open().known("dep-0001", on="2025-07-01")

        """
        from tumen.views.publication import known  # noqa: PLC0415

        return known(self.tables, what, on).collect()

    def first_known(self, record: str | None = None, *, table: str | None = None) -> pl.DataFrame:
        """Show when each event or claim became public, how late, and through whom.

        Args:
            record: Id of one record. Default: all that have a date.
            table: Name of a table of events or claims. Keep its records.

        Returns:
            A row per record, by `known_since`. Columns:

            - record_id, table (text)
            - start_date, end_date (date): first and last possible day of the event or utterance
            - known_since (date): when the record became public
            - lag_min, lag_max (whole number, days): shortest and longest possible time from event
              to publication. Negative where it was reported while it went on. `lag_max` is null
              for an event "on or before" a day, which has no first possible day.
            - first_sources (list of text): ids of the documents published on the first day
            - first_publishers, first_vias (list of text): ids of their publishers, and of whom
              they name as origin
            - sources (whole number): documents that cite the record by now
            - summary (text)

        Raises:
            UnknownNameError: The record or table does not exist.

        Examples:
            >>> tumen.open().first_known(table="launches")

        """
        from tumen.views.publication import first_known  # noqa: PLC0415

        return first_known(self.tables, record, table=table).collect()

    def acknowledgement(self, deployment: str | None = None) -> pl.DataFrame:
        """Count the days from the first claim of a deployment to each side's official word.

        A side's official word is its own announcement of the deployment. It is also a statement
        about the deployment by a speaker of that country that announces, acknowledges or confirms
        it. An imprecise date counts as its last possible day.

        Args:
            deployment: Id of a deployment. Default: all deployments.

        Returns:
            Two rows per deployment, one for each side. Columns:

            - deployment_id (text)
            - side (text): KP or RU
            - first_claim_on (date): when it was first claimed
            - first_claim_by (list of text): ids of the publishers, and of whom they name as origin
            - acknowledged_on (date): the first official word, null where there is none
            - acknowledged_by (text): id of the speaker
            - acknowledged_in (text): id of the statement, or of the deployment itself
            - stance (text): announces, acknowledges or confirms
            - days (whole number, days): from the first claim to the official word
            - summary (text): of the deployment

        Raises:
            UnknownNameError: The record does not exist.

        Examples:
            >>> tumen.open().acknowledgement().select("deployment_id", "side", "days")

        """
        from tumen.views.publication import acknowledgement  # noqa: PLC0415

        return acknowledgement(self.tables, deployment).collect()

    def visits(self, actor: str) -> pl.DataFrame:
        """List the meetings of an actor, with the days between them.

        Letters and phone calls are left out.

        Args:
            actor: Id of an actor, such as "sergei-shoigu" (`find` looks up ids by name).

        Returns:
            A row per meeting, by date. Columns:

            - meeting_id (text)
            - start_date, end_date (date), date_precision (code)
            - format, level (code): kind of the meeting, and rank of the principals
            - place_id (text)
            - counterparts (list of text): ids of the principals of other sides
            - capacity (text): the office in which the actor took part
            - days_since (whole number, days): from the start of the previous meeting to the start
              of this one, null where either start is imprecise
            - rank (whole number): rank of `days_since` among the actor's, 1 for the shortest
            - three_within (whole number, days): from the start of the meeting before the previous
              one to the start of this one, null where either start is imprecise
            - summary (text)

        Raises:
            UnknownNameError: The actor does not exist.

        Examples:
            >>> tumen.open().visits("sergei-shoigu").select("start_date", "place_id", "days_since")

        """
        from tumen.views.meetings import visits  # noqa: PLC0415

        return visits(self.tables, actor).collect()

    def network(self) -> pl.DataFrame:
        """List who met whom across the sides, as an edge list.

        Returns:
            A row for each two actors who took part in a meeting for different sides, the most
            frequent first. Columns:

            - source, target (text): ids of the actors; `source` is of the side that comes first
              in the alphabet
            - source_side, target_side (text): their sides, such as KP and RU
            - meetings (whole number): how often they met
            - first, last (date): first and last meeting
            - level (code): the highest level of these meetings
            - formats (list of text): their formats

        Examples:
            >>> tumen.open().network().filter(source="kim-jong-un")

            With networkx: `networkx.from_pandas_edgelist(edges.to_pandas(), edge_attr=True)`.

        """
        from tumen.views.meetings import network  # noqa: PLC0415

        return network(self.tables).collect()

    def record(self, record_id: str) -> Record:
        """Show one record with its participants, its sources and the records that refer to it.

        Args:
            record_id: Id of a record, an actor, a place or a source.

        Returns:
            A dict that a notebook shows as tables. Keys:

            - table: name of the table
            - fields: the columns of the record, by name
            - participants: for a meeting, a dict per participant, with their names
            - citations: a dict per citation, with title, URL and publisher of the document
            - referring: a dict per record that refers to this one: table, field, record_id, summary

        Raises:
            UnknownNameError: No table has this id.

        Examples:
            >>> tumen.open().record("mtg-0005")["fields"]["summary"]

        """
        from tumen.display import Record  # noqa: PLC0415
        from tumen.views.record import record  # noqa: PLC0415

        return Record(record(self.tables, record_id))

    @property
    def folder(self) -> Path:
        """The path of the folder with the files of the release.

        Examples:
            >>> sorted(path.name for path in tumen.open().folder.iterdir())

        """
        return self._folder

    @property
    def description(self) -> dict[str, Any]:
        """The content of the release's datapackage.json, in a new dict that you may change.

        Examples:
            >>> tumen.open().description["created"]

        """
        return deepcopy(catalog.describe(self._folder))

    def codebook(self) -> pl.DataFrame:
        """Describe the columns of all tables of this release.

        Returns:
            A row per column, with the columns of `tumen.codebook`.

        Examples:
            >>> tumen.open().codebook().filter(table="meetings")

        """
        return codebook_frame(self._folder)

    def cite(self, record_id: str | None = None, *more: str, style: str = "text") -> str:
        """Give the citation of records with their sources, or of the release alone.

        Args:
            record_id: Id of a record, a source, an actor or a place. Default: the release alone.
            more: Further ids. A work that several records cite is listed once.
            style: text, bibtex, csl-json or chicago; or any CSL style by its name, such as apa, or
                by the path of its .csl file, which needs tumen[cite].

        Returns:
            The records, the release and the sources, in this order.

        Raises:
            UnknownNameError: An id or the style does not exist.
            MissingExtraError: The style needs tumen[cite].
            TumenError: A .csl file cannot be read, or is not a style.

        Examples:
            >>> tumen.open().cite("mtg-0005", "est-0003", style="bibtex")

        """
        from tumen.citations.styles import format_citation  # noqa: PLC0415

        ids = [id_ for id_ in (record_id, *more) if id_ is not None]
        return format_citation(self._works(ids), style)

    def _works(self, record_ids: Sequence[str]) -> list[Work]:
        """Return the works that a citation of records names."""
        from tumen.citations import references  # noqa: PLC0415

        edition = references.Edition(self.tables, self.release, self.known_by, self.description)
        return references.list_works(edition, record_ids)

    def find(self, text: str, *, limit: int = 20) -> pl.DataFrame:
        """Find actors, places and records by any spelling. Needs tumen[find].

        Spellings are compared in Latin transliteration. A name in Hangul or Cyrillic finds an actor
        whose aliases do not include it.

        Args:
            text: A name, an id or some words. Typing errors are allowed.
            limit: The most rows to return.

        Returns:
            A row per match, the likeliest first. Columns:

            - id, table, name (text): id, table and name of the match; for a record, its words
            - matched (text): the spelling that fits: an id, a name, an alias, or words of a record
            - score (number): 75 (a typing error or two) to 100 (the exact words)

        Raises:
            MissingExtraError: The packages of tumen[find] are not installed.

        Examples:
            >>> tumen.open().find("Schoigu", limit=3)

        """
        _extras.require("find", "find()")
        from tumen.views.search import find  # noqa: PLC0415

        return find(self.tables, text, limit=limit)

    def sql(self, query: str) -> pl.DataFrame:
        """Run a DuckDB query over the tables and views. Needs tumen[sql].

        Every table is a table of the query, and so is every view without a required argument:
        timeline, series, disagreements, accounts, first_known, acknowledgement, network and
        yardsticks. The query cannot write, and has no access to files or the network.

        Args:
            query: One SQL statement that returns rows.

        Returns:
            The rows of the query. A column name that occurs twice gets a number.

        Raises:
            TumenError: The query failed, in the words of DuckDB.
            MissingExtraError: The packages of tumen[sql] are not installed.

        Examples:
            >>> tumen.open().sql("select format, count(*) as n from meetings group by format")

        """
        _extras.require("sql", "sql()")
        from tumen.views.sql import sql  # noqa: PLC0415

        return sql(self.tables, query)

    def connect(self) -> duckdb.DuckDBPyConnection:
        """Open a DuckDB connection with all tables and views in memory. Needs tumen[sql].

        The connection has no access to files or the network. It has the tables and views of `sql`.

        Returns:
            The connection. Close it when you are done.

        Raises:
            MissingExtraError: The packages of tumen[sql] are not installed.

        Examples:
            >>> with tumen.open().connect() as connection:
            ...     connection.sql("select count(*) from meetings").fetchall()

        """
        _extras.require("sql", "connect()")
        from tumen.views.sql import connect  # noqa: PLC0415

        return connect(self.tables)
