"""Citations: which document supports which record, the provenance of every event and claim."""

import polars as pl

from tumen.schemas import base
from tumen.schemas import vocabularies as vocab
from tumen.schemas.base import Table

CITING_TABLES = (
    "meetings",
    "deployments",
    "estimates",
    "statements",
    "agreements",
    "transfers",
    "launches",
    "positions",
)
"""The tables whose records cite documents."""


class Citations(Table, table="citations", key=("record_id", "source_id", "via_id")):
    """Documents that report a record; a row per record, source and actor that the source cites."""

    record_id: str = base.reference(
        "Record", "The event or claim reported", *CITING_TABLES, written=None
    )
    source_id: str = base.reference(
        "Source", "The document that reports it", "sources", written="source"
    )
    via_id: str = base.reference(
        "Via",
        "Outlet or person that the document has it from, the one nearest the origin",
        "actors",
        written="via",
        nullable=True,
    )
    topics: pl.List = base.codes(
        "Topics",
        "Topics of the meeting that this document reports",
        vocab.TOPICS,
        "topics",
        nullable=True,
    )
    agrees: bool = base.flag(
        "Agrees",
        "False if the document contradicts a field of the record; the note says how",
        "agrees",
        "true",
    )
    note: str = base.note()
