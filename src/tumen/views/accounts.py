"""Source by source: what each document reports of a record, and what it leaves out.

The origin of an account is what it goes back to: the agency, outlet or person that it names (`via`), or else its publisher. Two
papers that have it through one agency are one origin.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tumen.views.naming import named
from tumen.views.record import table_of

if TYPE_CHECKING:
    from collections.abc import Mapping


def accounts(tables: Mapping[str, pl.LazyFrame], record: str | None = None) -> pl.LazyFrame:
    """Return a row per citation of a record (or of all records), by publication day.

    Columns: record_id, source_id, publisher_id, publisher, via_id, via, origin_id, origin, origins (independent origins of the
    record), published, published_precision, language, source_kind, reports (topics), leaves_out (topics that another account of the
    record reports), agrees, differs (what the document gives differently), title, url. A citation without topics says nothing of
    what it leaves out: both lists are then null.
    """
    cited = tables["citations"]
    if record is not None:
        table_of(tables, record)
        cited = cited.filter(pl.col("record_id") == record)
    sources = tables["sources"].rename({"kind": "source_kind"})
    frame = cited.join(sources, on="source_id").with_columns(origin_id=pl.coalesce("via_id", "publisher_id"))
    for column, name in (("publisher_id", "publisher"), ("via_id", "via"), ("origin_id", "origin")):
        frame = named(frame, tables, column, name)
    told = cited.filter(pl.col("topics").is_not_null()).select("record_id", "topics").explode("topics", empty_as_null=False)
    union = told.unique().sort("topics").group_by("record_id", maintain_order=True).agg(all_topics="topics")
    origins = frame.select("record_id", "origin_id").unique().group_by("record_id").agg(origins=pl.len())
    frame = (
        frame.join(union, on="record_id", how="left")
        .join(origins, on="record_id")
        .with_columns(leaves_out=pl.col("all_topics").list.set_difference("topics").list.sort())
    )
    return frame.select(
        "record_id",
        "source_id",
        "publisher_id",
        "publisher",
        "via_id",
        "via",
        "origin_id",
        "origin",
        "origins",
        "published",
        "published_precision",
        "language",
        "source_kind",
        reports="topics",
        leaves_out=pl.when(pl.col("topics").is_not_null()).then("leaves_out"),
        agrees="agrees",
        differs=pl.when(~pl.col("agrees")).then("note"),
        title="title",
        url="url",
    ).sort("record_id", "published", "source_id", "via_id", nulls_last=True)
