"""What figures and statements are about: an event that took place before, and never the record itself."""

from collections.abc import Iterator
from typing import Final

import narwhals as nw

from tumen.schemas.cross_table.helpers import breach, first_day, key_of, last_day
from tumen.schemas.rules import Frame, Tables, TablesRule

LONGEST_CIRCLE: Final = 8
CLAIMS: Final = ("estimates", "statements")
OF_THE_PAST: Final = ("acknowledges", "confirms", "omits", "reports", "thanks")
BEFOREHAND: Final = ("delegation_size", "performers", "troops_planned", "workers_planned")
_FIRST_DAY: Final = {
    "meetings": ("start_date", "date_precision"),
    "deployments": ("start_date", "date_precision"),
    "transfers": ("start_date", "date_precision"),
    "launches": ("launch_date", "date_precision"),
    "agreements": ("signed", "signed_precision"),
    "estimates": ("said_on", "said_on_precision"),
    "statements": ("said_on", "said_on_precision"),
}


def subjects_in_a_circle(tables: Tables) -> Iterator[Frame]:
    """Yield the claims whose subject is the claim itself, or leads back to it over at most `LONGEST_CIRCLE` claims."""
    links = [
        tables[name].select(
            nw.lit(name).alias("of"), "row", nw.col(key_of(name)).alias("id"), "subject_id"
        )
        for name in CLAIMS
        if name in tables
    ]
    if not links:
        return
    every = nw.concat(links).filter(~nw.col("subject_id").is_null())
    about_claims = every.join(
        every.select(nw.col("id").alias("claim")),
        left_on="subject_id",
        right_on="claim",
        how="semi",
    )
    above = about_claims.select(nw.col("id").alias("up"), nw.col("subject_id").alias("next"))
    walk, back = about_claims.with_columns(nw.col("subject_id").alias("up")), []
    for _ in range(LONGEST_CIRCLE):
        back.append(walk.filter(nw.col("up") == nw.col("id")).select("of", "row", "subject_id"))
        walk = walk.filter(nw.col("up") != nw.col("id")).join(above, on="up", how="inner")
        walk = walk.select("of", "row", "id", "subject_id", nw.col("next").alias("up"))
    circles = nw.concat(back).unique()
    for name in CLAIMS:
        yield breach(circles.filter(nw.col("of") == name), name, "subject_id", nw.col("subject_id"))


def told_before(tables: Tables) -> Iterator[Frame]:
    """Yield the claims that speak of an event as past more than a day before its first possible day.

    A figure speaks for its `as_of`, else the end of its period, else, if it is no flow, the day on which it was said; measures
    that are given beforehand are left out. Of statements those count whose stance is about the past. The day is for the date line.
    """
    days = [
        tables[name].select(
            nw.col(key_of(name)).alias("subject_id"), first_day(day, precision).alias("first")
        )
        for name, (day, precision) in _FIRST_DAY.items()
        if name in tables
    ]
    said_by = last_day("said_on", "said_on_precision")
    if "estimates" in tables:
        figures = tables["estimates"].filter(~nw.col("measure").is_in(BEFOREHAND))
        said = figures.filter(
            nw.col("as_of").is_null()
            & nw.col("period_end").is_null()
            & (nw.col("stock_or_flow") != "flow")
        )
        yield _too_early(figures, nw.col("as_of"), days, "estimates", "as_of")
        yield _too_early(
            figures.filter(nw.col("as_of").is_null()),
            nw.col("period_end"),
            days,
            "estimates",
            "period_end",
        )
        yield _too_early(said, said_by, days, "estimates", "said_on")
    if "statements" in tables:
        past = tables["statements"].filter(nw.col("stance").is_in(OF_THE_PAST))
        yield _too_early(past, said_by, days, "statements", "said_on")


def _too_early(
    claims: Frame, speaks_for: nw.Expr, days: list[Frame], table: str, column: str
) -> Frame:
    told = claims.select("row", "subject_id", speaks_for.alias("day")).filter(
        ~nw.col("day").is_null()
    )
    early = told.join(nw.concat(days), on="subject_id", how="inner").filter(
        nw.col("day").dt.offset_by("1d") < nw.col("first")
    )
    event = nw.concat_str(nw.col("subject_id"), nw.lit(" of "), nw.col("first").cast(nw.String))
    return breach(early, table, column, nw.col("day"), event)


RULES: Final = (
    TablesRule(
        "E323",
        "a subject leads back to the record itself",
        "Name as subject the event or the earlier claim that it is about.",
        needs=(),
        breaches=subjects_in_a_circle,
    ),
    TablesRule(
        "W233",
        "a figure or statement speaks of an event before it took place",
        "Check both days and the subject; of what is to come take the stance announces or expects, or a planned measure.",
        severity="warning",
        needs=(),
        breaches=told_before,
    ),
)
