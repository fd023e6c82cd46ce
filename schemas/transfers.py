"""Transfers: goods, arms, technology and money that one side gives to the other.

How much there is of it is an estimate whose subject is the transfer.
"""

import narwhals as nw
import polars as pl

from tumen.schemas import base, iso
from tumen.schemas import vocabularies as vocab
from tumen.schemas.base import Code, Table
from tumen.schemas.citations import Citations
from tumen.schemas.rules import SPAN_FOUNDED, START_BEFORE_END, RowRule

RULES = (
    START_BEFORE_END,
    *SPAN_FOUNDED,
    RowRule(
        "E209",
        "a transfer goes from a country to itself",
        "Correct origin or destination.",
        columns=("destination", "origin"),
        condition=nw.col("origin") != nw.col("destination"),
    ),
    RowRule(
        "E214",
        "neither side of a transfer is the DPRK or Russia",
        "Correct origin or destination: one of them must be KP or RU.",
        columns=("origin", "destination"),
        condition=nw.col("origin").is_in(["KP", "RU"]) | nw.col("destination").is_in(["KP", "RU"]),
    ),
)


class Transfers(
    Table, table="transfers", key=("transfer_id",), nested={"sources": Citations}, rules=RULES
):
    """Deliveries of one kind of thing, in one direction and period, as sources describe them."""

    transfer_id: str = base.identifier("Transfer", "trf")
    origin: Code = base.code(
        "Origin", "Country that gave, ISO 3166-1 alpha-2", iso.COUNTRIES, "origin"
    )
    destination: Code = base.code(
        "Destination", "Country that received, ISO 3166-1 alpha-2", iso.COUNTRIES, "destination"
    )
    item: str = base.text("Item", "What was transferred", "item")
    status: Code = base.code(
        "Status",
        "How the earliest of its sources knew of it; what became known later is a statement"
        " about it",
        vocab.TRANSFER_STATUSES,
        "status",
    )
    start_date: pl.Date = base.date(
        "Start", "First possible day", "start", precision="date_precision", nullable=True
    )
    end_date: pl.Date = base.date(
        "End", "Last possible day", "end", precision="date_precision", edge="last", nullable=True
    )
    date_precision: Code = base.code(
        "Precision",
        "How precisely start and end are known",
        vocab.DATE_PRECISIONS,
        None,
        nullable=True,
    )
    summary: str = base.summary()
    known_since: pl.Date = base.known_since()
    note: str = base.note()
