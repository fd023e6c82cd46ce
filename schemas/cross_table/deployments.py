"""Rules on deployments: where they go, and who announced them and when."""

from collections.abc import Iterator
from typing import Final

from tumen.schemas import expressions as ex
from tumen.schemas.cross_table.helpers import first_day, last_day, select_violations
from tumen.schemas.cross_table.meetings import SIDES
from tumen.schemas.rules import Frame, Tables, TablesRule


def find_destinations_at_home(tables: Tables) -> Iterator[Frame]:
    """Yield the deployments whose destination lies in the country that sent them."""
    places = tables["places"].select(ex.col("place_id").alias("destination_id"), "country")
    deployments = tables["deployments"].join(places, on="destination_id", how="inner")
    at_home = deployments.filter(ex.col("origin") == ex.col("country"))
    yield select_violations(
        at_home, "deployments", "destination_id", ex.col("destination_id"), ex.col("country")
    )


def find_third_country_announcements(tables: Tables) -> Iterator[Frame]:
    """Yield the deployments with an actor of a third country under `announced_by`."""
    actors = tables["actors"].select(ex.col("actor_id").alias("announced_by"), "country")
    announced = tables["deployments"].join(actors, on="announced_by", how="inner")
    by_others = announced.filter(~ex.col("country").is_in(SIDES))
    yield select_violations(
        by_others, "deployments", "announced_by", ex.col("announced_by"), ex.col("country")
    )


def find_misdated_announcements(tables: Tables) -> Iterator[Frame]:
    """Yield the deployments announced after they surely began, or acknowledged before.

    If no source gives the start, a deployment that has ended had begun.
    """
    latest_start = last_day("start_date", "date_precision")
    dated = tables["deployments"].with_columns(
        ex.coalesce(latest_start, ex.col("end_date")).alias("begun_by"),
        first_day("start_date", "date_precision").alias("earliest_start"),
    )
    announced, acknowledged = (ex.col("status") == code for code in ("announced", "acknowledged"))
    too_late = announced & (ex.col("announced_on") > ex.col("begun_by"))
    too_early = acknowledged & (ex.col("announced_on") < ex.col("earliest_start"))
    yield select_violations(
        dated.filter(too_late | too_early),
        "deployments",
        "announced_on",
        ex.col("announced_on"),
        ex.coalesce("start_date", "end_date"),
    )


RULES: Final = (
    TablesRule(
        "E317",
        "personnel are sent to their own country",
        "Correct origin or destination.",
        tables=("deployments", "places"),
        find_violations=find_destinations_at_home,
    ),
    TablesRule(
        "E318",
        "a deployment is announced by neither Russia nor the DPRK",
        "Remove announced_by and announced_on. Record what others say about the deployment as a"
        " statement or an estimate.",
        tables=("deployments", "actors"),
        find_violations=find_third_country_announcements,
    ),
    TablesRule(
        "W219",
        "a deployment is announced after it began, or acknowledged before",
        "Check announced_on, start and status: announced is for the future, acknowledged for what"
        " took place.",
        severity="warning",
        tables=("deployments",),
        find_violations=find_misdated_announcements,
    ),
)
