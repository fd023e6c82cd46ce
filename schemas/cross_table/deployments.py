"""Deployments, by where they go and how they were made known."""

from collections.abc import Iterator
from typing import Final

import narwhals as nw

from tumen.schemas.cross_table.helpers import breach, first_day, last_day
from tumen.schemas.cross_table.meetings import SIDES
from tumen.schemas.rules import Frame, Tables, TablesRule


def sent_home(tables: Tables) -> Iterator[Frame]:
    """Yield the deployments whose destination lies in the country that sent them."""
    places = tables["places"].select(nw.col("place_id").alias("destination_id"), "country")
    sent = (
        tables["deployments"]
        .join(places, on="destination_id", how="inner")
        .filter(nw.col("origin") == nw.col("country"))
    )
    yield breach(sent, "deployments", "destination_id", nw.col("destination_id"), nw.col("country"))


def announced_by_others(tables: Tables) -> Iterator[Frame]:
    """Yield the deployments that somebody of a third country is said to have announced."""
    actors = tables["actors"].select(nw.col("actor_id").alias("announced_by"), "country")
    told = (
        tables["deployments"]
        .join(actors, on="announced_by", how="inner")
        .filter(~nw.col("country").is_in(SIDES))
    )
    yield breach(told, "deployments", "announced_by", nw.col("announced_by"), nw.col("country"))


def announced_out_of_order(tables: Tables) -> Iterator[Frame]:
    """Yield the deployments that were announced after they had surely begun, or acknowledged before they surely had.

    Where no source gives the start, one that has ended had begun.
    """
    dated = tables["deployments"].with_columns(
        nw.coalesce(last_day("start_date", "date_precision"), nw.col("end_date")).alias("begun"),
        first_day("start_date", "date_precision").alias("not_yet"),
    )
    late = (nw.col("status") == "announced") & (nw.col("announced_on") > nw.col("begun"))
    early = (nw.col("status") == "acknowledged") & (nw.col("announced_on") < nw.col("not_yet"))
    start = nw.coalesce("start_date", "end_date")
    yield breach(
        dated.filter(late | early), "deployments", "announced_on", nw.col("announced_on"), start
    )


RULES: Final = (
    TablesRule(
        "E317",
        "personnel are sent to their own country",
        "Correct origin or destination.",
        needs=("deployments", "places"),
        breaches=sent_home,
    ),
    TablesRule(
        "E318",
        "an announcement is of neither Moscow nor Pyongyang",
        "Take announced_by and announced_on out; what others say is a statement or an estimate about the deployment.",
        needs=("deployments", "actors"),
        breaches=announced_by_others,
    ),
    TablesRule(
        "W219",
        "a deployment is announced after it began, or acknowledged before",
        "Check announced_on, start and status: announced is what is to come, acknowledged what took place.",
        severity="warning",
        needs=("deployments",),
        breaches=announced_out_of_order,
    ),
)
