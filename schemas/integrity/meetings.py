"""Meetings, by who takes part in them, where and when."""

from collections.abc import Iterator
from typing import Final

import narwhals as nw

from tumen.schemas.integrity.breach import breach, lowered
from tumen.schemas.rules import Frame, Tables, TablesRule

BILATERAL: Final = ("summit", "visit", "talks", "consultation", "phone_call", "letter")
CONVERSATIONS: Final = ("summit", "talks", "consultation")
IN_PERSON: Final = (*CONVERSATIONS, "visit", "ceremony", "conference")


def one_sided(tables: Tables) -> Iterator[Frame]:
    """Yield the bilateral meetings without a principal of one of the two sides."""
    meetings = tables["meetings"].filter(nw.col("format").is_in(BILATERAL))
    for side in ("KP", "RU"):
        leads = tables["participants"].filter((nw.col("side") == side) & nw.col("principal").fill_null(value=True))
        lost = meetings.join(leads, on="meeting_id", how="anti")
        yield breach(lost, "meetings", "meeting_id", nw.col("meeting_id"), nw.lit(side))


def foreign_topics(tables: Tables) -> Iterator[Frame]:
    """Yield the citations that give a topic which the meeting does not have."""
    cited = tables["citations"].select("row", nw.col("record_id").alias("meeting_id"), "topics").explode("topics")
    told = tables["meetings"].select("meeting_id", "topics").explode("topics")
    foreign = cited.filter(~nw.col("topics").is_null()).join(told, on=["meeting_id", "topics"], how="anti")
    yield breach(foreign, "citations", "topics", nw.col("topics"))


def in_two_countries(tables: Tables) -> Iterator[Frame]:
    """Yield who meets others face to face in two countries at once.

    Only meetings whose days are known count. Of one that lasts for days, the first and the last day may be days of travel: another
    country on those is no clash. A meeting of a month and more is no stay of anybody; pairs are sought within a month.
    """
    persons = tables["actors"].filter(nw.col("kind") == "person").select("actor_id")
    seen = (
        tables["meetings"]
        .filter(nw.col("format").is_in(IN_PERSON) & (nw.col("date_precision") == "day"))
        .filter(nw.col("end_date") < nw.col("start_date").dt.offset_by("1mo"))
        .join(tables["places"].select("place_id", "country"), on="place_id", how="inner")
        .select("meeting_id", "start_date", "end_date", "country")
        .join(tables["participants"].select("row", "meeting_id", "actor_id"), on="meeting_id", how="inner")
        .join(persons, on="actor_id", how="semi")
    )
    months = [seen.with_columns(nw.col(day).dt.truncate("1mo").alias("month")) for day in ("start_date", "end_date")]
    by_month = nw.concat(months).unique()
    at_once = (nw.col("start_date") < nw.col("end_date_2")) & (nw.col("start_date_2") < nw.col("end_date"))
    same_days = (nw.col("start_date") == nw.col("start_date_2")) & (nw.col("end_date") == nw.col("end_date_2"))
    pairs = by_month.join(by_month, on=["actor_id", "month"], how="inner", suffix="_2").filter(
        (nw.col("country") != nw.col("country_2")) & (nw.col("row") > nw.col("row_2")) & (at_once | same_days)
    )
    clashes = pairs.select("row", "actor_id", "meeting_id_2").unique()
    yield breach(clashes, "participants", "actor_id", nw.col("actor_id"), nw.col("meeting_id_2"))


def same_encounter(tables: Tables) -> Iterator[Frame]:
    """Yield the meetings that begin on the same day as an earlier one, led on both sides by the same actors, in the same way.

    Summit, talks and consultation are one way: a conversation. A visit and the talks it contains are two; so are two meetings
    of which each has a place or venue of its own.
    """
    way = nw.when(nw.col("format").is_in(CONVERSATIONS)).then(nw.lit("talks")).otherwise(nw.col("format"))
    days = (
        tables["meetings"]
        .filter(nw.col("date_precision") == "day")
        .select("row", "meeting_id", "start_date", "place_id", lowered(nw.col("venue")), way.alias("way"))
    )
    leads = tables["participants"].filter(nw.col("principal")).select("meeting_id", "actor_id", "side")
    seen = days.join(leads, on="meeting_id", how="inner")
    pairs = seen.join(seen, on=["start_date", "way", "actor_id", "side"], how="inner", suffix="_2").filter(
        (nw.col("row") > nw.col("row_2")),
        *((nw.col(where) == nw.col(f"{where}_2")).fill_null(value=True) for where in ("place_id", "venue")),
    )
    both = pairs.group_by("row", "meeting_id", "meeting_id_2").agg(nw.col("side").n_unique().alias("sides"))
    yield breach(both.filter(nw.col("sides") > 1), "meetings", "meeting_id", nw.col("meeting_id"), nw.col("meeting_id_2"))


RULES: Final = (
    TablesRule(
        "E306",
        "a bilateral meeting lacks a principal of one side",
        "Mark who led each side with principal: true.",
        needs=("meetings", "participants"),
        breaches=one_sided,
    ),
    TablesRule(
        "E307",
        "a cited topic is not a topic of the meeting",
        "Add it to the meeting's topics, or take it out.",
        needs=("citations", "meetings"),
        breaches=foreign_topics,
    ),
    TablesRule(
        "W201",
        "a person is in two countries on one day",
        "Check date and place of both meetings.",
        severity="warning",
        needs=("meetings", "participants", "places", "actors"),
        breaches=in_two_countries,
    ),
    TablesRule(
        "W207",
        "two meetings look like one",
        "Join them, or tell them apart by format, place, venue or date.",
        severity="warning",
        needs=("meetings", "participants"),
        breaches=same_encounter,
    ),
)
