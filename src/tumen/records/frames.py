"""Frames of a dataset: one per table, typed by its model, with `row` and derived `known_since`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tumen.as_known_on import last_possible_day
from tumen.schemas import TABLES
from tumen.schemas.citations import CITING_TABLES

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from tumen.records.reader import Dataset

_KNOWN_SINCE = [name for name in CITING_TABLES if "known_since" in TABLES[name].columns()]
_DATE_SAID = {"estimates": "said_on", "statements": "said_on", "deployments": "announced_on"}


def from_dataset(dataset: Dataset, *, sound: bool = True) -> dict[str, pl.DataFrame]:
    """Return the rows of a dataset as one frame per table.

    Args:
        dataset: The dataset.
        sound: Leave out rows that break a rule of files or values.

    Returns:
        Frames by table, with the columns of the model, and `row`: the number of the row in the
        `rows` of the dataset.

    """
    is_included = pl.col("_sound") if sound else pl.lit(value=True)
    return {
        name: frame.filter(is_included).select("row", *TABLES[name].polars_types())
        for name, frame in dataset.frames.items()
    }


def with_known_since(
    frames: Mapping[str, pl.DataFrame], built_on: dt.date | None = None
) -> dict[str, pl.DataFrame]:
    """Fill `known_since`: the earliest date on which a source of the record was published.

    An imprecise publication date counts as its last possible day. Where no source is dated,
    `known_since` is the last possible day on which the record was said or announced; without that
    it stays null.

    Args:
        frames: Frames of all tables.
        built_on: The date of the build of a release. What a release holds was known by then, so
            that no `known_since` is later.

    Returns:
        The frames, with `known_since` in the tables that have it.

    """
    published = frames["sources"].select(
        "source_id", last_possible_day("published", "published_precision").alias("published_by")
    )
    first_published = (
        frames["citations"]
        .join(published, on="source_id")
        .group_by("record_id")
        .agg(pl.col("published_by").min())
    )
    derived = dict(frames)
    for name in _KNOWN_SINCE:
        frame = frames[name].join(
            first_published, left_on=TABLES[name].spec().key[0], right_on="record_id", how="left"
        )
        date_said = pl.lit(None, pl.Date)
        if date := _DATE_SAID.get(name):
            precision = f"{date}_precision"
            has_precision = precision in frame.columns
            date_said = last_possible_day(date, precision) if has_precision else pl.col(date)
        known = pl.coalesce("published_by", date_said)
        if built_on is not None:
            # min_horizontal skips nulls, and would give the unknown ones the date of the build.
            known = pl.when(known.is_not_null()).then(pl.min_horizontal(known, pl.lit(built_on)))
        derived[name] = frame.with_columns(known_since=known).drop("published_by")
    return derived
