"""Agreements, by who signed them."""

from collections.abc import Iterator
from typing import Final

import narwhals as nw

from tumen.schemas.cross_table.helpers import breach
from tumen.schemas.cross_table.meetings import SIDES
from tumen.schemas.rules import Frame, Tables, TablesRule


def lacking_parties(tables: Tables) -> Iterator[Frame]:
    """Yield the agreements without a party of one of the two countries; a party of no known country may be of either."""
    agreements = tables["agreements"]
    actors = tables["actors"].select(nw.col("actor_id").alias("party"), "country")
    parties = (
        agreements.select("row", nw.col("parties").alias("party"))
        .explode("party")
        .filter(~nw.col("party").is_null())
    )
    parties = parties.join(actors, on="party", how="left")
    for side in SIDES:
        there = parties.filter((nw.col("country") == side).fill_null(value=True))
        lost = agreements.join(there, on="row", how="anti")
        yield breach(lost, "agreements", "parties", nw.col("agreement_id"), nw.lit(side))


RULES: Final = (
    TablesRule(
        "E316",
        "an agreement lacks a party of one side",
        "Name a party of each country; where no body is known, the state: dprk, russia.",
        needs=("agreements", "actors"),
        breaches=lacking_parties,
    ),
)
