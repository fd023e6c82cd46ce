"""Rules on the outcomes of a meeting: agreements signed and deployments announced at it."""

from collections.abc import Iterator
from typing import Final

from tumen.schemas import expressions as ex
from tumen.schemas.cross_table.helpers import first_day, last_day, select_violations
from tumen.schemas.rules import Frame, Tables, TablesRule

_MAX_LEVELS: Final = 4
"""How many places up from a place its parents are followed."""


def find_outcomes_elsewhere(tables: Tables) -> Iterator[Frame]:
    """Yield the agreements and deployments with surely another date or place than their meeting.

    Two places do not differ if one is part of the other.
    """
    meetings = tables["meetings"].select(
        "meeting_id", "start_date", "end_date", ex.col("place_id").alias("met_at")
    )
    met = ex.concat_str(ex.col("meeting_id"), ex.col("start_date").cast(ex.String), separator=", ")
    if "agreements" in tables:
        signed = tables["agreements"].join(meetings, on="meeting_id", how="inner")
        days = (first_day("signed", "signed_precision"), last_day("signed", "signed_precision"))
        other_days = _filter_other_days(signed, *days)
        yield select_violations(other_days, "agreements", "signed", ex.col("signed"), met)
        if "places" in tables:
            elsewhere = _filter_elsewhere(signed, tables["places"])
            met_at = ex.concat_str("meeting_id", "met_at", separator=", ")
            yield select_violations(elsewhere, "agreements", "place_id", ex.col("place_id"), met_at)
    if "deployments" in tables:
        deployments = tables["deployments"].select("row", "meeting_id", "announced_on")
        announced = deployments.join(meetings, on="meeting_id", how="inner")
        other_days = _filter_other_days(announced, ex.col("announced_on"), ex.col("announced_on"))
        yield select_violations(
            other_days, "deployments", "announced_on", ex.col("announced_on"), met
        )


def _filter_other_days(outcomes: Frame, first: ex.Expr, last: ex.Expr) -> Frame:
    """Return the outcomes whose possible days all lie before or after the meeting."""
    before = last < ex.col("start_date")
    after = first > ex.col("end_date")
    return outcomes.filter(before.fill_null(value=False) | after.fill_null(value=False))


def _filter_elsewhere(signed: Frame, places: Frame) -> Frame:
    """Return what was signed in a place that neither lies in that of the meeting nor holds it."""
    apart = signed.filter(ex.col("place_id") != ex.col("met_at"))
    parents = places.select(ex.col("place_id").alias("up"), ex.col("parent_id").alias("next"))
    within = [
        *_filter_nested(apart, "place_id", "met_at", parents),
        *_filter_nested(apart, "met_at", "place_id", parents),
    ]
    return apart.join(ex.concat(within), on="row", how="anti")


def _filter_nested(apart: Frame, part: str, whole: str, parents: Frame) -> Iterator[Frame]:
    """Yield, for each number of levels up, the rows whose `part` then leads to their `whole`."""
    walk = apart.select("row", ex.col(whole).alias("whole"), ex.col(part).alias("up"))
    for _ in range(_MAX_LEVELS):
        walk = walk.join(parents, on="up", how="inner")
        walk = walk.select("row", "whole", ex.col("next").alias("up"))
        yield walk.filter(ex.col("up") == ex.col("whole")).select("row")


RULES: Final = (
    TablesRule(
        "W220",
        "an outcome of a meeting has another date or place",
        "Check both records and the meeting they name. Leave meeting out if it was not there.",
        severity="warning",
        tables=("meetings",),
        find_violations=find_outcomes_elsewhere,
    ),
)
