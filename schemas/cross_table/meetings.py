"""Meetings, by who takes part in them, where and when."""

from collections.abc import Iterator
from typing import Final

import narwhals as nw

from tumen.schemas.cross_table.helpers import breach, first_day, last_day, lowered
from tumen.schemas.rules import Frame, Tables, TablesRule

BILATERAL: Final = ("summit", "visit", "talks", "consultation", "phone_call", "letter")
CONVERSATIONS: Final = ("summit", "talks", "consultation")
GATHERINGS: Final = ("ceremony", "conference")
IN_PERSON: Final = (*CONVERSATIONS, "visit", *GATHERINGS)
EXCHANGES: Final = (*CONVERSATIONS, "phone_call", "letter")
SIDES: Final = ("KP", "RU")
_OF_PERSONS: Final = ("head_of_state", "head_of_government")
_MEDIA: Final = ("news_agency", "outlet")


def one_sided(tables: Tables) -> Iterator[Frame]:
    """Yield the bilateral meetings without a principal of one of the two sides."""
    meetings = tables["meetings"].filter(nw.col("format").is_in(BILATERAL))
    for side in SIDES:
        leads = tables["participants"].filter(
            (nw.col("side") == side) & nw.col("principal").fill_null(value=True)
        )
        lost = meetings.join(leads, on="meeting_id", how="anti")
        yield breach(lost, "meetings", "meeting_id", nw.col("meeting_id"), nw.lit(side))


def unattended(tables: Tables) -> Iterator[Frame]:
    """Yield the ceremonies and conferences in which nobody of one of the two sides takes part."""
    meetings = tables["meetings"].filter(nw.col("format").is_in(GATHERINGS))
    for side in SIDES:
        present = tables["participants"].filter((nw.col("side") == side).fill_null(value=True))
        lost = meetings.join(present, on="meeting_id", how="anti")
        yield breach(lost, "meetings", "meeting_id", nw.col("meeting_id"), nw.lit(side))


def misplaced_principals(tables: Tables) -> Iterator[Frame]:
    """Yield the principals that cannot be of the level: bodies as heads, and media among other than experts."""
    is_body = nw.col("level").is_in(_OF_PERSONS) & (nw.col("kind") != "person")
    is_outlet = nw.col("kind").is_in(_MEDIA) & (nw.col("level") != "expert")
    leads = _leads(tables).join(
        tables["actors"].select("actor_id", "kind"), on="actor_id", how="inner"
    )
    yield breach(
        leads.filter(is_body | is_outlet),
        "participants",
        "actor_id",
        nw.col("actor_id"),
        nw.col("level"),
    )


def foreign_leads(tables: Tables) -> Iterator[Frame]:
    """Yield the principals of a third side in meetings of the two sides."""
    leads = _leads(tables).filter(nw.col("format").is_in(BILATERAL), ~nw.col("side").is_in(SIDES))
    yield breach(leads, "participants", "side", nw.col("side"), nw.col("format"))


def _leads(tables: Tables) -> Frame:
    """Return the principals with format and level of their meeting."""
    meetings = tables["meetings"].select("meeting_id", "format", "level")
    return (
        tables["participants"]
        .filter(nw.col("principal"))
        .join(meetings, on="meeting_id", how="inner")
    )


def foreign_sides(tables: Tables) -> Iterator[Frame]:
    """Yield who takes part for another country than the actor's own."""
    present = tables["participants"].join(
        tables["actors"].select("actor_id", "country"), on="actor_id", how="inner"
    )
    yield breach(
        present.filter(nw.col("side") != nw.col("country")),
        "participants",
        "side",
        nw.col("side"),
        nw.col("country"),
    )


def visits_elsewhere(tables: Tables) -> Iterator[Frame]:
    """Yield the visits to a country for which nobody takes part."""
    places = tables["places"].filter(~nw.col("country").is_null()).select("place_id", "country")
    visits = (
        tables["meetings"]
        .filter(nw.col("format") == "visit")
        .join(places, on="place_id", how="inner")
    )
    hosts = visits.join(
        tables["participants"].select("meeting_id", "side"), on="meeting_id", how="inner"
    )
    hosts = hosts.filter((nw.col("side") == nw.col("country")).fill_null(value=True))
    yield breach(
        visits.join(hosts, on="row", how="anti"),
        "meetings",
        "place_id",
        nw.col("place_id"),
        nw.col("country"),
    )


def long_meetings(tables: Tables) -> Iterator[Frame]:
    """Yield the meetings that surely last more days than their format does: a week for exchanges, a month for the rest."""
    span = tables["meetings"].with_columns(
        last_day("start_date", "date_precision").alias("started"),
        first_day("end_date", "date_precision").alias("ended"),
    )
    exchange = nw.col("format").is_in(EXCHANGES)
    week, month = (
        nw.col("started").dt.offset_by(days) <= nw.col("ended") for days in ("7d", "31d")
    )
    long = span.filter((exchange & week) | (~exchange & month))
    yield breach(long, "meetings", "end_date", nw.col("end_date"), nw.col("start_date"))


def foreign_topics(tables: Tables) -> Iterator[Frame]:
    """Yield the citations that give a topic which the meeting does not have."""
    cited = (
        tables["citations"]
        .select("row", nw.col("record_id").alias("meeting_id"), "topics")
        .explode("topics")
    )
    told = tables["meetings"].select("meeting_id", "topics").explode("topics")
    foreign = cited.filter(~nw.col("topics").is_null()).join(
        told, on=["meeting_id", "topics"], how="anti"
    )
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
        .join(
            tables["participants"].select("row", "meeting_id", "actor_id"),
            on="meeting_id",
            how="inner",
        )
        .join(persons, on="actor_id", how="semi")
    )
    months = [
        seen.with_columns(nw.col(day).dt.truncate("1mo").alias("month"))
        for day in ("start_date", "end_date")
    ]
    by_month = nw.concat(months).unique()
    at_once = (nw.col("start_date") < nw.col("end_date_2")) & (
        nw.col("start_date_2") < nw.col("end_date")
    )
    same_days = (nw.col("start_date") == nw.col("start_date_2")) & (
        nw.col("end_date") == nw.col("end_date_2")
    )
    pairs = by_month.join(by_month, on=["actor_id", "month"], how="inner", suffix="_2").filter(
        (nw.col("country") != nw.col("country_2"))
        & (nw.col("row") > nw.col("row_2"))
        & (at_once | same_days)
    )
    clashes = pairs.select("row", "actor_id", "meeting_id_2").unique()
    yield breach(clashes, "participants", "actor_id", nw.col("actor_id"), nw.col("meeting_id_2"))


def same_encounter(tables: Tables) -> Iterator[Frame]:
    """Yield the meetings that begin on the same day as an earlier one, led on both sides by the same actors, in the same way.

    Summit, talks and consultation are one way: a conversation. A visit and the talks it contains are two; so are two meetings
    of which each has a place or venue of its own.
    """
    way = (
        nw.when(nw.col("format").is_in(CONVERSATIONS))
        .then(nw.lit("talks"))
        .otherwise(nw.col("format"))
    )
    days = (
        tables["meetings"]
        .filter(nw.col("date_precision") == "day")
        .select(
            "row",
            "meeting_id",
            "start_date",
            "place_id",
            lowered(nw.col("venue")),
            way.alias("way"),
        )
    )
    leads = (
        tables["participants"].filter(nw.col("principal")).select("meeting_id", "actor_id", "side")
    )
    seen = days.join(leads, on="meeting_id", how="inner")
    pairs = seen.join(
        seen, on=["start_date", "way", "actor_id", "side"], how="inner", suffix="_2"
    ).filter(
        (nw.col("row") > nw.col("row_2")),
        *(
            (nw.col(where) == nw.col(f"{where}_2")).fill_null(value=True)
            for where in ("place_id", "venue")
        ),
    )
    both = pairs.group_by("row", "meeting_id", "meeting_id_2").agg(
        nw.col("side").n_unique().alias("sides")
    )
    yield breach(
        both.filter(nw.col("sides") > 1),
        "meetings",
        "meeting_id",
        nw.col("meeting_id"),
        nw.col("meeting_id_2"),
    )


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
        "E313",
        "nobody of one side takes part in a ceremony or conference",
        "Name who took part for it; what one side did alone is a statement.",
        needs=("meetings", "participants"),
        breaches=unattended,
    ),
    TablesRule(
        "E314",
        "a principal cannot be of the level of the meeting",
        "Name the person who led, or correct the level: heads are persons, media are experts.",
        needs=("meetings", "participants", "actors"),
        breaches=misplaced_principals,
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
    TablesRule(
        "W215",
        "a meeting lasts longer than its format does",
        "Check start and end; make records of their own of what took place on several days.",
        severity="warning",
        needs=("meetings",),
        breaches=long_meetings,
    ),
    TablesRule(
        "W216",
        "who takes part is of another country than the side",
        "Check actor and side, and the country of the actor.",
        severity="warning",
        needs=("participants", "actors"),
        breaches=foreign_sides,
    ),
    TablesRule(
        "W217",
        "a third side leads in a meeting of the two sides",
        "Correct the side, take principal out, or write format: conference for a gathering of several countries.",
        severity="warning",
        needs=("meetings", "participants"),
        breaches=foreign_leads,
    ),
    TablesRule(
        "W218",
        "a visit is to a country of no side",
        "Correct the place, or write the format of a meeting in a third country: talks, summit, conference.",
        severity="warning",
        needs=("meetings", "participants", "places"),
        breaches=visits_elsewhere,
    ),
)
