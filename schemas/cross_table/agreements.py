"""Rules on agreements: who signed them."""

from collections.abc import Iterator
from typing import Final

from tumen.schemas import expressions as ex
from tumen.schemas.cross_table.helpers import select_violations
from tumen.schemas.cross_table.meetings import SIDES
from tumen.schemas.rules import Frame, Tables, TablesRule


def find_missing_parties(tables: Tables) -> Iterator[Frame]:
    """Yield the agreements without a party of one of the two countries.

    A party whose country is not known may belong to either.
    """
    agreements = tables["agreements"]
    countries = tables["actors"].select(ex.col("actor_id").alias("party"), "country")
    parties = agreements.select("row", ex.col("parties").alias("party")).explode("party")
    parties = parties.filter(~ex.col("party").is_null()).join(countries, on="party", how="left")
    for side in SIDES:
        may_be_of_side = (ex.col("country") == side).fill_null(value=True)
        lacking = agreements.join(parties.filter(may_be_of_side), on="row", how="anti")
        yield select_violations(
            lacking, "agreements", "parties", ex.col("agreement_id"), ex.lit(side)
        )


RULES: Final = (
    TablesRule(
        "E316",
        "an agreement lacks a party of one side",
        "Name a party of each country. If no body is known, name the state: dprk, russia.",
        tables=("agreements", "actors"),
        find_violations=find_missing_parties,
    ),
)
