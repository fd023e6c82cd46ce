"""What a meeting brought: agreements signed and deployments announced at it, on its days and in its place."""

from collections.abc import Iterator
from typing import Final

import narwhals as nw

from tumen.schemas.integrity.breach import breach, first_day, last_day
from tumen.schemas.rules import Frame, Tables, TablesRule

_PLACES_ABOVE: Final = 4


def outside_meeting(tables: Tables) -> Iterator[Frame]:
    """Yield the agreements and deployments that are surely of other days than their meeting, or of another place.

    Of two places of which one is a part of the other, neither is another.
    """
    meetings = tables["meetings"].select("meeting_id", "start_date", "end_date", nw.col("place_id").alias("met_at"))
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
        announced = tables["deployments"].select("row", "meeting_id", "announced_on").join(meetings, on="meeting_id", how="inner")
        other_days = _on_other_days(announced, nw.col("announced_on"), nw.col("announced_on"))
        yield breach(other_days, "deployments", "announced_on", nw.col("announced_on"), met)


def _on_other_days(brought: Frame, first: nw.Expr, last: nw.Expr) -> Frame:
    before, after = last < nw.col("start_date"), first > nw.col("end_date")
    return brought.filter(before.fill_null(value=False) | after.fill_null(value=False))


def _elsewhere(signed: Frame, places: Frame) -> Frame:
    """Return what was signed in a place that neither lies in that of the meeting nor holds it."""
    apart = signed.filter(nw.col("place_id") != nw.col("met_at"))
    within = _above(places)
    apart = apart.join(within, left_on=["place_id", "met_at"], right_on=["part", "whole"], how="anti")
    return apart.join(within, left_on=["met_at", "place_id"], right_on=["part", "whole"], how="anti")


def _above(places: Frame) -> Frame:
    """Return each place with itself and with all that it is a part of."""
    step = places.select(nw.col("place_id").alias("part"), nw.col("place_id").alias("whole"))
    parents = places.select(nw.col("place_id").alias("whole"), nw.col("parent_id").alias("next"))
    steps = [step]
    for _ in range(_PLACES_ABOVE):
        step = step.join(parents, on="whole", how="inner").select("part", nw.col("next").alias("whole"))
        step = step.filter(~nw.col("whole").is_null())
        steps.append(step)
    return nw.concat(steps)


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
