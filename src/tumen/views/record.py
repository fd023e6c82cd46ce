"""One record with its participants, its citations and every record that refers to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from tumen.errors import UnknownNameError
from tumen.table_names import KEYS, LISTS, PREFIXES, REFERENCES, ROW_KEYS

if TYPE_CHECKING:
    from collections.abc import Mapping

_REFERRING = {
    table: [
        column
        for column in columns
        # A nested row belongs to its record, and a retired id refers to nothing.
        if table != "retired" and (table in KEYS or column != ROW_KEYS[table][0])
    ]
    for table, columns in REFERENCES.items()
}
"""By table, the columns whose ids make a row one that refers to a record."""


def record(tables: Mapping[str, pl.LazyFrame], record_id: str) -> dict[str, Any]:
    """Return a record with all that belongs to it, as a dict (see `Snapshot.record`).

    `participants` and `citations` have the names and URLs that their ids refer to.
    """
    table = table_of(tables, record_id)
    fields = tables[table].filter(pl.col(KEYS[table]) == record_id).collect().row(0, named=True)
    return {
        "table": table,
        "fields": fields,
        "participants": _participants(tables, record_id) if table == "meetings" else [],
        "citations": _citations(tables, record_id),
        "referring": _referring(tables, record_id),
    }


def table_of(tables: Mapping[str, pl.LazyFrame], record_id: str) -> str:
    """Return the table that has an id.

    Args:
        tables: The tables by name.
        record_id: Id of a record, an actor, a place or a source.

    Raises:
        UnknownNameError: No table has the id. The message suggests ids of the table that its
            prefix points to.

    """
    prefix = record_id.partition("-")[0]
    likely = [PREFIXES[prefix]] if prefix in PREFIXES else []
    for table in (*likely, "actors", "places", "sources"):
        if record_id in tables[table].select(KEYS[table]).collect().to_series():
            return table
    candidates = likely or ["actors", "places", "sources"]
    ids = (
        id_ for name in candidates for id_ in tables[name].select(KEYS[name]).collect().to_series()
    )
    raise UnknownNameError("record", record_id, ids)


def _participants(tables: Mapping[str, pl.LazyFrame], record_id: str) -> list[dict[str, Any]]:
    names = tables["actors"].select("actor_id", "name")
    rows = (
        tables["participants"]
        .filter(pl.col("meeting_id") == record_id)
        .join(names, on="actor_id", how="left")
    )
    return (
        rows.drop("meeting_id")
        .sort("side", "principal", "actor_id", descending=[False, True, False])
        .collect()
        .to_dicts()
    )


def _citations(tables: Mapping[str, pl.LazyFrame], record_id: str) -> list[dict[str, Any]]:
    names = tables["actors"].select("actor_id", "name")
    rows = (
        tables["citations"]
        .filter(pl.col("record_id") == record_id)
        .join(tables["sources"], on="source_id", how="left")
        .join(
            names.rename({"name": "publisher"}),
            left_on="publisher_id",
            right_on="actor_id",
            how="left",
        )
        .join(names.rename({"name": "via"}), left_on="via_id", right_on="actor_id", how="left")
        .sort("published", "source_id", "via_id", nulls_last=True)
    )
    columns = (
        "source_id",
        "publisher",
        "via",
        "published",
        "published_precision",
        "title",
        "url",
        "language",
        "kind",
        "topics",
        "agrees",
        "note",
    )
    return rows.select(columns).collect().to_dicts()


def _referring(tables: Mapping[str, pl.LazyFrame], record_id: str) -> list[dict[str, Any]]:
    frames = []
    for table, columns in _REFERRING.items():
        if table not in tables:
            continue
        summary = (
            pl.col("summary")
            if "summary" in tables[table].collect_schema()
            else pl.lit(None, pl.String)
        )
        for column in columns:
            refers = (
                pl.col(column).list.contains(record_id)
                if column in LISTS
                else pl.col(column) == record_id
            )
            rows = tables[table].filter(refers)
            frames.append(
                rows.select(
                    table=pl.lit(table),
                    field=pl.lit(column),
                    record_id=pl.col(ROW_KEYS[table][0]),
                    summary=summary,
                )
            )
    return pl.concat(frames).unique(maintain_order=True).collect().to_dicts()
