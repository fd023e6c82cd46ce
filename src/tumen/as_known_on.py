"""The dataset as known on a date: what a reader could have cited then.

A record is known from `known_since` on: the earliest publication date of its sources, or the last
possible day of an imprecise date. A view on a date has the records known by then, the citations
published by then, and of all other tables the rows that those refer to. Every filter is a semi-join
on what is already known, so a record or citation that became public later never shows.

Within a record, dates of what had not happened yet are null: ratification, entry into force, the
end of an office or a stay. A meeting has the topics that documents of the view report. Other fields
have no documents of their own. A summary, a note or a participant may still rest on a later
document of the same record.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

import polars as pl

from tumen.errors import TumenError
from tumen.table_names import KEYS, LISTS, PREFIXES, columns_referring_to

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_RECORDS = {
    table: key for table, key in KEYS.items() if table in PREFIXES.values() and table != "positions"
}
OUTCOMES = {
    "meetings": ("end_date",),
    "deployments": ("announced_on", "end_date"),
    "transfers": ("end_date",),
    "agreements": ("ratified_ru", "ratified_kp", "in_force"),
    "positions": ("end_date",),
}
"""Columns with dates of what follows the start of a record. The record may be known before them."""


def parse_day(value: str | dt.date, name: str = "known_by") -> dt.date:
    """Return the date that an argument gives.

    Args:
        value: A date, or text such as "2025-03-31".
        name: Name of the argument, for the message.

    Raises:
        TumenError: The value is neither a date nor text in the form YYYY-MM-DD.

    """
    if isinstance(value, dt.datetime):
        value = value.date()  # NaT, the missing date of pandas, gives NaT again
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    try:
        if _DAY.fullmatch(str(value)):
            return dt.date.fromisoformat(str(value))
    except ValueError:
        pass
    raise TumenError(f"{name}={value!r} is not a date; write it as '2025-03-31'.")


def last_possible_day(date: str, precision: str) -> pl.Expr:
    """Return the last day that a date with this precision can mean, as an expression.

    Args:
        date: Name of the column with the date.
        precision: Name of the column with its precision.

    """
    kind = pl.col(precision).cast(pl.String)
    value = pl.col(date)
    return (
        pl.when(kind == "month")
        .then(value.dt.month_end())
        .when(kind == "year")
        .then(value.dt.offset_by("1y").dt.offset_by("-1d"))
        .otherwise(value)
    )


def format_date(value: dt.date | None, precision: str | None) -> str:
    """Return a date as text, no more precise than it is known.

    Examples: "2025-06-17", "2025-06", "2025", "on or before 2025-06-17". Null gives an empty text.
    """
    if value is None:
        return ""
    length = {"month": 7, "year": 4}.get(str(precision), 10)
    return f"{'on or before ' if precision == 'on_or_before' else ''}{value.isoformat()[:length]}"


def precision_of(column: str, columns: Collection[str]) -> str | None:
    """Return which of the columns has the precision of a date column.

    None means that the column always gives a day.
    """
    own, shared = f"{column}_precision", "date_precision"
    if own in columns:
        return own
    return (
        shared
        if shared in columns and column in ("start_date", "end_date", "launch_date")
        else None
    )


def topics_reported(tables: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Return when a document first reported each topic of a meeting.

    Returns:
        A row per meeting and topic. Columns:

        - meeting_id, topic (text)
        - reported_on (date): null where every document that reports it is undated

    """
    published = tables["sources"].select(
        "source_id", day=last_possible_day("published", "published_precision")
    )
    return (
        tables["citations"]
        .select("source_id", meeting_id="record_id", topic="topics")
        .explode("topic", empty_as_null=False)
        .join(published, on="source_id")
        .group_by("meeting_id", "topic")
        .agg(reported_on=pl.col("day").min())
    )


def with_formatted_dates(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a row with imprecise dates as text.

    No date is more precise than it is known.
    """
    precisions = {name: precision_of(name, fields) for name in fields}
    return {
        name: format_date(fields[name], fields[precision]) or None if precision else fields[name]
        for name, precision in precisions.items()
    }


def known_by(tables: Mapping[str, pl.LazyFrame], on: dt.date) -> dict[str, pl.LazyFrame]:
    """Return the tables as they could be cited on a date, with the columns that they have.

    The tables are collected here. A view joins several of them, and a plan that filtered them for
    each join again would grow without limit.

    Args:
        tables: The tables by name, as published.
        on: The date.

    """
    keys = {name: key for name, key in _RECORDS.items() if name in tables}
    view = {name: tables[name].filter(pl.col("known_since") <= on) for name in keys}
    published = tables["sources"].filter(
        last_possible_day("published", "published_precision") <= on
    )
    cited = tables["citations"].join(published, on="source_id", how="semi")
    # Positions have no `known_since`: one is known when a document that cites it is published.
    view["positions"] = tables["positions"].join(
        cited, left_on="position_id", right_on="record_id", how="semi"
    )
    records = [
        view[name].select(pl.col(key).alias("record_id"))
        for name, key in (keys | {"positions": "position_id"}).items()
    ]
    view["citations"] = cited.join(pl.concat(records), on="record_id", how="semi")
    view["sources"] = published.join(view["citations"], on="source_id", how="semi")
    view["participants"] = tables["participants"].join(
        view["meetings"], on="meeting_id", how="semi"
    )
    view["set_aside"] = tables["set_aside"].filter(pl.col("published") <= on)
    view["meetings"] = _with_topics_reported(view["meetings"], topics_reported(tables), on)
    view |= {
        name: _without_later_dates(view[name], columns, on) for name, columns in OUTCOMES.items()
    }
    # Ids are retired in a release, whose version begins with its year and month.
    view["retired"] = tables["retired"].filter(
        pl.col("release").str.head(7) <= on.strftime("%Y.%m")
    )
    view |= {name: tables[name] for name in ("actors", "places")}
    frames = dict(zip(view, pl.collect_all(list(view.values())), strict=True))
    # Last of all the actors and places that the remaining rows refer to.
    for name in ("places", "actors"):
        frames[name] = _with_parents(frames[name], KEYS[name], _ids_in_use(frames, name))
    return {name: frames[name].lazy() for name in tables}


def _ids_in_use(frames: Mapping[str, pl.DataFrame], target: str) -> list[pl.Series]:
    """Return the ids of a table that the rows of other tables contain."""
    return [
        frames[name][column].explode(empty_as_null=True)
        if column in LISTS
        else frames[name][column]
        for name, columns in columns_referring_to(target).items()
        for column in columns
        if name in frames and name != target and column != "successor_id"
    ]


def _without_later_dates(frame: pl.LazyFrame, columns: Iterable[str], on: dt.date) -> pl.LazyFrame:
    """Set dates after `on` in these columns to null.

    An end that is not after the last possible day of an imprecise start stays: it says nothing
    about a later event.
    """
    return frame.with_columns(
        pl.when(_was_known(name, on)).then(pl.col(name)).alias(name) for name in columns
    )


def _was_known(column: str, on: dt.date) -> pl.Expr:
    """Return true where a date does not say what happened after `on`."""
    known = pl.col(column) <= on
    if column != "end_date":
        return known
    return known | (pl.col(column) <= last_possible_day("start_date", "date_precision"))


def _with_topics_reported(
    meetings: pl.LazyFrame, reported: pl.LazyFrame, on: dt.date
) -> pl.LazyFrame:
    """Keep only the topics that a document had reported by `on`."""
    by_then = reported.filter(pl.col("reported_on") <= on)
    public = by_then.group_by("meeting_id").agg(public_topics="topic")
    topics = pl.col("topics").list.set_intersection(pl.col("public_topics").fill_null([]))
    return (
        meetings.join(public, on="meeting_id", how="left", maintain_order="left")
        .with_columns(topics=topics)
        .drop("public_topics")
    )


def _with_parents(table: pl.DataFrame, key: str, referred: list[pl.Series]) -> pl.DataFrame:
    """Return the rows with these ids, and all that they are part of."""
    parents = dict(table.select(key, "parent_id").iter_rows())
    ids: set[str] = set()
    edge = {id_ for series in referred for id_ in series.drop_nulls().unique()}
    while edge:
        ids |= edge
        edge = {parent for id_ in edge if (parent := parents.get(id_)) is not None} - ids
    return table.filter(pl.col(key).is_in(list(ids)))
