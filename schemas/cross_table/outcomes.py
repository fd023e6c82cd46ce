"""What a meeting brought: agreements signed and deployments announced at it, on its days and in its place."""

from collections.abc import Iterator
from typing import Final

import narwhals as nw

from tumen.schemas.cross_table.helpers import breach, first_day, last_day
from tumen.schemas.rules import Frame, Tables, TablesRule

_PLACES_ABOVE: Final = 4


def outside_meeting(tables: Tables) -> Iterator[Frame]:
    """Yield the agreements and deployments that are surely of other days than their meeting, or of another place.

    Of two places of which one is a part of the other, neither is another.
    """
    meetings = tables["meetings"].select(
        "meeting_id", "start_date", "end_date", nw.col("place_id").alias("met_at")
    )
    met = nw.concat_str(nw.col("meeting_id"), nw.col("start_date").cast(nw.String), separator=", ")
    if "agreements" in tables:
        signed = tables["agreements"].join(meetings, on="meeting_id", how="inner")
        days = (first_day("signed", "signed_precision"), last_day("signed", "signed_precision"))
        yield breach(_on_other_days(signed, *days), "agreements", "signed", nw.col("signed"), met)
        if "places" in tables:
            elsewhere = _elsewhere(signed, tables["places"])
            at_place = nw.concat_str("meeting_id", "met_at", separator=", ")
            yield breach(elsewhere, "agreements", "place_id", nw.col("place_id"), at_place)
    if "deployments" in tables:
        announced = (
            tables["deployments"]
            .select("row", "meeting_id", "announced_on")
            .join(meetings, on="meeting_id", how="inner")
        )
        other_days = _on_other_days(announced, nw.col("announced_on"), nw.col("announced_on"))
        yield breach(other_days, "deployments", "announced_on", nw.col("announced_on"), met)


def _on_other_days(brought: Frame, first: nw.Expr, last: nw.Expr) -> Frame:
    before, after = last < nw.col("start_date"), first > nw.col("end_date")
    return brought.filter(before.fill_null(value=False) | after.fill_null(value=False))


def _elsewhere(signed: Frame, places: Frame) -> Frame:
    """Return what was signed in a place that neither lies in that of the meeting nor holds it."""
    apart = signed.filter(nw.col("place_id") != nw.col("met_at"))
    above = places.select(nw.col("place_id").alias("up"), nw.col("parent_id").alias("next"))
    within = [
        *_leading_up(apart, "place_id", "met_at", above),
        *_leading_up(apart, "met_at", "place_id", above),
    ]
    return apart.join(nw.concat(within), on="row", how="anti")


def _leading_up(apart: Frame, part: str, whole: str, above: Frame) -> Iterator[Frame]:
    """Yield the rows of which one place is a part of the other, by how many places lie between."""
    walk = apart.select("row", nw.col(whole).alias("whole"), nw.col(part).alias("up"))
    for _ in range(_PLACES_ABOVE):
        walk = walk.join(above, on="up", how="inner").select(
            "row", "whole", nw.col("next").alias("up")
        )
        yield walk.filter(nw.col("up") == nw.col("whole")).select("row")


RULES: Final = (
    TablesRule(
        "W220",
        "what a meeting brought is of another day or place",
        "Check both records, and the meeting that is named; leave meeting out if it was not there.",
        severity="warning",
        needs=("meetings",),
        breaches=outside_meeting,
    ),
)
