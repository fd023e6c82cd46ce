"""Rules on launches: where they take place."""

from collections.abc import Iterator
from typing import Final

from tumen.schemas import expressions as ex
from tumen.schemas.cross_table.helpers import select_violations
from tumen.schemas.rules import Frame, Tables, TablesRule


def find_launches_abroad(tables: Tables) -> Iterator[Frame]:
    """Yield the launches from a site in another country than the DPRK."""
    sites = tables["places"].select(ex.col("place_id").alias("site_id"), "country")
    launches = tables["launches"].join(sites, on="site_id", how="inner")
    abroad = launches.filter(ex.col("country") != "KP")
    yield select_violations(abroad, "launches", "site_id", ex.col("site_id"), ex.col("country"))


RULES: Final = (
    TablesRule(
        "W221",
        "a launch site is outside the DPRK",
        "Correct the site: the table lists launches of the DPRK.",
        severity="warning",
        tables=("launches", "places"),
        find_violations=find_launches_abroad,
    ),
)
