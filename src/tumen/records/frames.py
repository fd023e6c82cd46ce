"""Rows to frames: one polars frame per table, typed as the model says, with `row` beside the columns, and `known_since` derived."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import polars as pl

from tumen.as_known_on import last_possible_day
from tumen.schemas import TABLES, Table
from tumen.schemas.citations import CITING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from tumen.records.reader import Dataset

_KNOWN_SINCE = [name for name in CITING if "known_since" in TABLES[name].columns()]
_SAID = {"estimates": "said_on", "statements": "said_on", "deployments": "announced_on"}


@cache
def column_types(model: type[Table]) -> Mapping[str, Any]:
    """Return the polars type of each column as it stands in Parquet: codes are plain strings there."""
    return {name: column.dtype.type for name, column in model.to_schema().columns.items()}


def of(dataset: Dataset, *, sound: bool = True) -> dict[str, pl.DataFrame]:
    """Return a frame per table of the rows that are sound (or of all), with `row`: its number in the dataset's `rows`."""
    kept = pl.col("_sound") if sound else pl.lit(value=True)
    return {
        name: frame.filter(kept).select("row", *column_types(TABLES[name]))
        for name, frame in dataset.frames.items()
    }


def with_known_since(
    frames: Mapping[str, pl.DataFrame], built_on: dt.date | None = None
) -> dict[str, pl.DataFrame]:
    """Return the frames with `known_since` filled: the earliest publication day of a record's sources.

    Of an imprecise publication date it is the last possible day. Where no source is dated, it is the last possible day on which
    the record was said or announced; else it stays null. What a release holds was known on the day it was built, `built_on`.
    """
    published = frames["sources"].select(
        "source_id", last_possible_day("published", "published_precision").alias("published_by")
    )
    first = (
        frames["citations"]
        .join(published, on="source_id")
        .group_by("record_id")
        .agg(pl.col("published_by").min())
    )
    derived = dict(frames)
    for name in _KNOWN_SINCE:
        frame = frames[name].join(
            first, left_on=TABLES[name].spec().key[0], right_on="record_id", how="left"
        )
        said = pl.lit(None, pl.Date)
        if day := _SAID.get(name):
            precision = f"{day}_precision"
            said = last_possible_day(day, precision) if precision in frame.columns else pl.col(day)
        known = pl.coalesce("published_by", said)
        if built_on is not None:
            known = pl.when(known.is_not_null()).then(pl.min_horizontal(known, pl.lit(built_on)))
        derived[name] = frame.with_columns(known_since=known).drop("published_by")
    return derived
