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
_PARENTS = 8


def day(value: str | dt.date) -> dt.date:
    """Return the day that `known_by` names; raises `TumenError` for anything but a date or YYYY-MM-DD."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    try:
        return dt.datetime.strptime(value, "%Y-%m-%d").date()  # noqa: DTZ007
    except (TypeError, ValueError):
        raise TumenError(f"known_by={value!r} is not a day; write it as '2025-03-31'.") from None


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
    """Return the tables as they could be cited on a day, with the columns that they have."""
    view = {name: tables[name].filter(pl.col("known_since") <= on) for name in _RECORDS}
    published = tables["sources"].filter(last_possible_day("published", "published_precision") <= on)
    cited = tables["citations"].join(published, on="source_id", how="semi")
    view["positions"] = tables["positions"].join(cited, left_on="position_id", right_on="record_id", how="semi")
    records = [view[name].select(pl.col(key).alias("record_id")) for name, key in (_RECORDS | {"positions": "position_id"}).items()]
    view["citations"] = cited.join(pl.concat(records), on="record_id", how="semi")
    view["sources"] = published.join(view["citations"], on="source_id", how="semi")
    view["participants"] = tables["participants"].join(view["meetings"], on="meeting_id", how="semi")
    actors = [view[name].select(pl.col(column).alias("id")) for name, columns in _ACTORS.items() for column in columns]
    parties = view["agreements"].select(pl.col("parties").explode(empty_as_null=True).alias("id"))
    view["actors"] = _with_parents(tables["actors"], "actor_id", pl.concat([*actors, parties]))
    places = [view[name].select(pl.col(column).alias("id")) for name, column in _PLACES.items()]
    view["places"] = _with_parents(tables["places"], "place_id", pl.concat(places))
    view["set_aside"] = tables["set_aside"].filter(pl.col("published") <= on)
    view["retired"] = tables["retired"]
    return {name: view[name] for name in tables}


def _with_parents(table: pl.LazyFrame, key: str, named: pl.LazyFrame) -> pl.LazyFrame:
    parents = table.select(pl.col(key).alias("id"), pl.col("parent_id"))
    levels = [named.unique()]
    for _ in range(_PARENTS):
        levels.append(levels[-1].join(parents, on="id").select(pl.col("parent_id").alias("id")).drop_nulls().unique())
    return table.join(pl.concat(levels), left_on=key, right_on="id", how="semi")
