"""What each document reports of a record, and which topics were not seen in it.

The origin of an account is the agency, outlet or person that the document names (`via`), or else
its publisher. Two papers that rely on one agency have one origin.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tumen.views.lookup import with_actor_name
from tumen.views.record import table_of

if TYPE_CHECKING:
    from collections.abc import Mapping


def accounts(tables: Mapping[str, pl.LazyFrame], record: str | None = None) -> pl.LazyFrame:
    """Compare the documents of one or all records (see `Snapshot.accounts`).

    Most documents were read in part, so a topic that was not seen may still be in them.
    `leaves_out` says that a document is silent on a topic. It is null until the dataset records
    which documents were read in full. A citation without topics says nothing about either: its
    lists are null.
    """
    cited = tables["citations"]
    if record is not None:
        table_of(tables, record)
        cited = cited.filter(pl.col("record_id") == record)
    sources = tables["sources"].rename({"kind": "source_kind"})
    frame = cited.join(sources, on="source_id").with_columns(
        origin_id=pl.coalesce("via_id", "publisher_id")
    )
    for column, name in (("publisher_id", "publisher"), ("via_id", "via"), ("origin_id", "origin")):
        frame = with_actor_name(frame, tables, column, name)
    reported = (
        cited.filter(pl.col("topics").is_not_null())
        .select("record_id", "topics")
        .explode("topics", empty_as_null=False)
    )
    topics_of_record = (
        reported.unique()
        .sort("topics")
        .group_by("record_id", maintain_order=True)
        .agg(all_topics="topics")
    )
    origins = (
        frame.select("record_id", "origin_id").unique().group_by("record_id").agg(origins=pl.len())
    )
    frame = (
        frame.join(topics_of_record, on="record_id", how="left")
        .join(origins, on="record_id")
        .with_columns(not_seen=pl.col("all_topics").list.set_difference("topics").list.sort())
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
        not_seen=pl.when(pl.col("topics").is_not_null()).then("not_seen"),
        leaves_out=pl.lit(None, pl.List(pl.String)),
        agrees="agrees",
        differs=pl.when(~pl.col("agrees")).then("note"),
        title="title",
        url="url",
    ).sort("record_id", "published", "source_id", "via_id", nulls_last=True)
