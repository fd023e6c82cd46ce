"""The second clock: what a reader could have cited on a day.

A record is known from `known_since`: the earliest publication day of its sources, of an imprecise date the last possible day.
A view on a day holds the records known by then, the citations published by then, and of all other tables what those refer to.
Every filter is a semi-join on what is already known, so nothing published later can show.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl

from tumen.errors import TumenError
from tumen.names import KEYS, PREFIXES

if TYPE_CHECKING:
    from collections.abc import Mapping

_RECORDS = {table: key for table, key in KEYS.items() if table in PREFIXES.values() and table != "positions"}
_ACTORS = {
    "participants": ("actor_id",),
    "deployments": ("announced_by",),
    "estimates": ("estimator_id",),
    "statements": ("speaker_id",),
    "positions": ("actor_id", "organisation_id"),
    "sources": ("publisher_id",),
    "citations": ("via_id",),
}
_PLACES = {
    "meetings": "place_id",
    "deployments": "destination_id",
    "estimates": "scope_id",
    "agreements": "place_id",
    "launches": "site_id",
}


def day(value: str | dt.date, name: str = "known_by") -> dt.date:
    """Return the day that the argument of this name gives; raises `TumenError` for anything but a date or YYYY-MM-DD."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    try:
        return dt.datetime.strptime(value, "%Y-%m-%d").date()  # noqa: DTZ007
    except (TypeError, ValueError):
        raise TumenError(f"{name}={value!r} is not a day; write it as '2025-03-31'.") from None


def last_possible_day(date: str, precision: str) -> pl.Expr:
    """Return the last day that a date of this precision can mean."""
    kind = pl.col(precision).cast(pl.String)
    value = pl.col(date)
    return (
        pl.when(kind == "month")
        .then(value.dt.month_end())
        .when(kind == "year")
        .then(value.dt.offset_by("1y").dt.offset_by("-1d"))
        .otherwise(value)
    )


def known_by(tables: Mapping[str, pl.LazyFrame], on: dt.date) -> dict[str, pl.LazyFrame]:
    """Return the tables as they could be cited on a day, with the columns that they have.

    They are filtered once, here: a view joins several of them, and a plan that filtered them anew for each would grow past all
    bounds.
    """
    view = {name: tables[name].filter(pl.col("known_since") <= on) for name in _RECORDS}
    published = tables["sources"].filter(last_possible_day("published", "published_precision") <= on)
    cited = tables["citations"].join(published, on="source_id", how="semi")
    view["positions"] = tables["positions"].join(cited, left_on="position_id", right_on="record_id", how="semi")
    records = [view[name].select(pl.col(key).alias("record_id")) for name, key in (_RECORDS | {"positions": "position_id"}).items()]
    view["citations"] = cited.join(pl.concat(records), on="record_id", how="semi")
    view["sources"] = published.join(view["citations"], on="source_id", how="semi")
    view["participants"] = tables["participants"].join(view["meetings"], on="meeting_id", how="semi")
    view["set_aside"] = tables["set_aside"].filter(pl.col("published") <= on)
    view |= {name: tables[name] for name in ("retired", "actors", "places")}
    seen = dict(zip(view, pl.collect_all(list(view.values())), strict=True))
    actors = [seen[name][column] for name, columns in _ACTORS.items() for column in columns]
    parties = seen["agreements"]["parties"].explode(empty_as_null=True)
    seen["actors"] = _with_parents(seen["actors"], "actor_id", [*actors, parties])
    seen["places"] = _with_parents(seen["places"], "place_id", [seen[name][column] for name, column in _PLACES.items()])
    return {name: seen[name].lazy() for name in tables}


def _with_parents(table: pl.DataFrame, key: str, named: list[pl.Series]) -> pl.DataFrame:
    """Return the rows that are named, with all that they are part of."""
    parents = dict(table.select(key, "parent_id").iter_rows())
    kept: set[str] = set()
    edge = {name for series in named for name in series.drop_nulls().unique()}
    while edge:
        kept |= edge
        edge = {up for name in edge if (up := parents.get(name)) is not None} - kept
    return table.filter(pl.col(key).is_in(list(kept)))
