"""Launches, by where they take place."""

from collections.abc import Iterator
from typing import Final

import narwhals as nw

from tumen.schemas.cross_table.helpers import breach
from tumen.schemas.rules import Frame, Tables, TablesRule


def launched_abroad(tables: Tables) -> Iterator[Frame]:
    """Yield the launches from a site that lies in another country than the DPRK."""
    sites = tables["places"].select(nw.col("place_id").alias("site_id"), "country")
    abroad = (
        tables["launches"].join(sites, on="site_id", how="inner").filter(nw.col("country") != "KP")
    )
    yield breach(abroad, "launches", "site_id", nw.col("site_id"), nw.col("country"))


RULES: Final = (
    TablesRule(
        "W221",
        "a launch site lies outside the DPRK",
        "Correct the site; the table holds launches of the DPRK.",
        severity="warning",
        needs=("launches", "places"),
        breaches=launched_abroad,
    ),
)
