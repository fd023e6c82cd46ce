"""Rules on meetings: who takes part in them, where and when."""

from collections.abc import Iterator
from typing import Final

from tumen.schemas import expressions as ex
from tumen.schemas.cross_table.helpers import (
    equal_if_known,
    first_day,
    last_day,
    pair_with_earlier,
    select_violations,
    to_lower_case,
)
from tumen.schemas.rules import Frame, Tables, TablesRule

BILATERAL: Final = ("summit", "visit", "talks", "consultation", "phone_call", "letter")
CONVERSATIONS: Final = ("summit", "talks", "consultation")
GATHERINGS: Final = ("ceremony", "conference")
IN_PERSON: Final = (*CONVERSATIONS, "visit", *GATHERINGS)
EXCHANGES: Final = (*CONVERSATIONS, "phone_call", "letter")
SIDES: Final = ("KP", "RU")
_OF_PERSONS: Final = ("head_of_state", "head_of_government")
_MEDIA: Final = ("news_agency", "outlet")


def find_one_sided_meetings(tables: Tables) -> Iterator[Frame]:
    """Yield the bilateral meetings without a principal of one of the two sides."""
    bilateral = tables["meetings"].filter(ex.col("format").is_in(BILATERAL))
    # Whether a participant is a principal may be unknown.
    is_principal = ex.col("principal").fill_null(value=True)
    for side in SIDES:
        principals = tables["participants"].filter((ex.col("side") == side) & is_principal)
        lacking = bilateral.join(principals, on="meeting_id", how="anti")
        yield select_violations(
            lacking, "meetings", "meeting_id", ex.col("meeting_id"), ex.lit(side)
        )


def find_unattended_meetings(tables: Tables) -> Iterator[Frame]:
    """Yield the ceremonies and conferences without a participant of one of the two sides."""
    gatherings = tables["meetings"].filter(ex.col("format").is_in(GATHERINGS))
    for side in SIDES:
        may_be_of_side = (ex.col("side") == side).fill_null(value=True)
        present = tables["participants"].filter(may_be_of_side)
        lacking = gatherings.join(present, on="meeting_id", how="anti")
        yield select_violations(
            lacking, "meetings", "meeting_id", ex.col("meeting_id"), ex.lit(side)
        )


def find_misplaced_principals(tables: Tables) -> Iterator[Frame]:
    """Yield the principals that do not fit the level of their meeting.

    These are bodies as heads of state or government, and media at another level than experts.
    """
    kinds = tables["actors"].select("actor_id", "kind")
    principals = _select_principals(tables).join(kinds, on="actor_id", how="inner")
    is_body = ex.col("level").is_in(_OF_PERSONS) & (ex.col("kind") != "person")
    is_outlet = ex.col("kind").is_in(_MEDIA) & (ex.col("level") != "expert")
    misplaced = principals.filter(is_body | is_outlet)
    yield select_violations(
        misplaced, "participants", "actor_id", ex.col("actor_id"), ex.col("level")
    )


def find_third_side_principals(tables: Tables) -> Iterator[Frame]:
    """Yield the principals of a third side in bilateral meetings."""
    third_side = _select_principals(tables).filter(
        ex.col("format").is_in(BILATERAL), ~ex.col("side").is_in(SIDES)
    )
    yield select_violations(third_side, "participants", "side", ex.col("side"), ex.col("format"))


def _select_principals(tables: Tables) -> Frame:
    """Return the principals with the format and level of their meeting."""
    meetings = tables["meetings"].select("meeting_id", "format", "level")
    principals = tables["participants"].filter(ex.col("principal"))
    return principals.join(meetings, on="meeting_id", how="inner")


def find_participants_of_other_countries(tables: Tables) -> Iterator[Frame]:
    """Yield the participants on the side of another country than the actor's own."""
    countries = tables["actors"].select("actor_id", "country")
    participants = tables["participants"].join(countries, on="actor_id", how="inner")
    foreign = participants.filter(ex.col("side") != ex.col("country"))
    yield select_violations(foreign, "participants", "side", ex.col("side"), ex.col("country"))


def find_visits_elsewhere(tables: Tables) -> Iterator[Frame]:
    """Yield the visits to a country that no participant represents."""
    places = tables["places"].filter(~ex.col("country").is_null()).select("place_id", "country")
    visits = tables["meetings"].filter(ex.col("format") == "visit")
    visits = visits.join(places, on="place_id", how="inner")
    sides = tables["participants"].select("meeting_id", "side")
    may_host = (ex.col("side") == ex.col("country")).fill_null(value=True)
    hosted = visits.join(sides, on="meeting_id", how="inner").filter(may_host)
    elsewhere = visits.join(hosted, on="row", how="anti")
    yield select_violations(
        elsewhere, "meetings", "place_id", ex.col("place_id"), ex.col("country")
    )


def find_long_meetings(tables: Tables) -> Iterator[Frame]:
    """Yield the meetings that surely last a week or more, if they are exchanges, else a month."""
    spans = tables["meetings"].with_columns(
        last_day("start_date", "date_precision").alias("started_by"),
        first_day("end_date", "date_precision").alias("ended_from"),
    )
    is_exchange = ex.col("format").is_in(EXCHANGES)
    lasts_week, lasts_month = (
        ex.col("started_by").dt.offset_by(time) <= ex.col("ended_from") for time in ("7d", "31d")
    )
    long = spans.filter((is_exchange & lasts_week) | (~is_exchange & lasts_month))
    yield select_violations(long, "meetings", "end_date", ex.col("end_date"), ex.col("start_date"))


def find_foreign_topics(tables: Tables) -> Iterator[Frame]:
    """Yield the citations with a topic that the meeting does not have."""
    citations = tables["citations"].select("row", ex.col("record_id").alias("meeting_id"), "topics")
    cited = citations.explode("topics").filter(~ex.col("topics").is_null())
    discussed = tables["meetings"].select("meeting_id", "topics").explode("topics")
    foreign = cited.join(discussed, on=["meeting_id", "topics"], how="anti")
    yield select_violations(foreign, "citations", "topics", ex.col("topics"))


def find_people_in_two_countries(tables: Tables) -> Iterator[Frame]:
    """Yield the people who meet others face to face in two countries at once.

    - Only meetings whose days are known count.
    - The first and the last day of a meeting of several days may be days of travel, so another
      country on those is no conflict.
    - Nobody stays for all of a meeting of a month or more, so such meetings are left out.
    """
    stays = _select_stays(tables)
    # A stay is shorter than a month, so two stays at once share the month of a first or last day.
    # To join by month keeps the number of pairs small.
    months = [
        stays.with_columns(ex.col(day).dt.truncate("1mo").alias("month"))
        for day in ("start_date", "end_date")
    ]
    by_month = ex.concat(months).unique()
    pairs = pair_with_earlier(by_month, "actor_id", "month")
    starts_before_end = ex.col("start_date") < ex.col("end_date_2")
    ends_after_start = ex.col("start_date_2") < ex.col("end_date")
    same_start = ex.col("start_date") == ex.col("start_date_2")
    same_end = ex.col("end_date") == ex.col("end_date_2")
    at_once = (starts_before_end & ends_after_start) | (same_start & same_end)
    clashes = pairs.filter(ex.col("country") != ex.col("country_2"), at_once)
    clashes = clashes.select("row", "actor_id", "meeting_id_2").unique()
    yield select_violations(
        clashes, "participants", "actor_id", ex.col("actor_id"), ex.col("meeting_id_2")
    )


def _select_stays(tables: Tables) -> Frame:
    """Return the people at each meeting in person, with its days and its country."""
    persons = tables["actors"].filter(ex.col("kind") == "person").select("actor_id")
    places = tables["places"].select("place_id", "country")
    participants = tables["participants"].select("row", "meeting_id", "actor_id")
    meetings = tables["meetings"].filter(
        ex.col("format").is_in(IN_PERSON),
        ex.col("date_precision") == "day",
        ex.col("end_date") < ex.col("start_date").dt.offset_by("1mo"),
    )
    located = meetings.join(places, on="place_id", how="inner")
    located = located.select("meeting_id", "start_date", "end_date", "country")
    attended = located.join(participants, on="meeting_id", how="inner")
    return attended.join(persons, on="actor_id", how="semi")


def find_duplicate_meetings(tables: Tables) -> Iterator[Frame]:
    """Yield the meetings that repeat an earlier one: same first day, leaders and way of meeting.

    - On each of two sides, at least one principal is the same.
    - Summit, talks and consultation are one way of meeting: a conversation.
    - A visit and the talks it contains are two meetings.
    - Two meetings with different places or venues are two.
    """
    is_conversation = ex.col("format").is_in(CONVERSATIONS)
    way = ex.when(is_conversation).then(ex.lit("talks")).otherwise(ex.col("format"))
    dated = tables["meetings"].filter(ex.col("date_precision") == "day")
    days = dated.select(
        "row",
        "meeting_id",
        "start_date",
        "place_id",
        to_lower_case(ex.col("venue")),
        way.alias("way"),
    )
    principals = tables["participants"].filter(ex.col("principal"))
    principals = principals.select("meeting_id", "actor_id", "side")
    led = days.join(principals, on="meeting_id", how="inner")
    pairs = pair_with_earlier(led, "start_date", "way", "actor_id", "side")
    pairs = pairs.filter(*equal_if_known("place_id", "venue"))
    by_pair = pairs.group_by("row", "meeting_id", "meeting_id_2")
    both_sides = by_pair.agg(ex.col("side").n_unique().alias("sides")).filter(ex.col("sides") > 1)
    yield select_violations(
        both_sides, "meetings", "meeting_id", ex.col("meeting_id"), ex.col("meeting_id_2")
    )


RULES: Final = (
    TablesRule(
        "E306",
        "a bilateral meeting lacks a principal of one side",
        "Mark the leader of each side with principal: true.",
        tables=("meetings", "participants"),
        find_violations=find_one_sided_meetings,
    ),
    TablesRule(
        "E307",
        "a cited topic is not a topic of the meeting",
        "Add it to the topics of the meeting, or remove it from the citation.",
        tables=("citations", "meetings"),
        find_violations=find_foreign_topics,
    ),
    TablesRule(
        "E313",
        "a ceremony or conference has no participant of one side",
        "Name who took part for that side. If one side acted alone, record a statement instead.",
        tables=("meetings", "participants"),
        find_violations=find_unattended_meetings,
    ),
    TablesRule(
        "E314",
        "a principal does not fit the level of the meeting",
        "Name the person who led, or correct the level. Heads of state and government are persons,"
        " and media take part as experts.",
        tables=("meetings", "participants", "actors"),
        find_violations=find_misplaced_principals,
    ),
    TablesRule(
        "W201",
        "a person is in two countries on one day",
        "Check date and place of both meetings.",
        severity="warning",
        tables=("meetings", "participants", "places", "actors"),
        find_violations=find_people_in_two_countries,
    ),
    TablesRule(
        "W207",
        "two meetings look like one",
        "Merge them, or distinguish them by format, place, venue or date.",
        severity="warning",
        tables=("meetings", "participants"),
        find_violations=find_duplicate_meetings,
    ),
    TablesRule(
        "W215",
        "a meeting lasts too long for its format",
        "Check start and end. Record what took place on several days as separate meetings.",
        severity="warning",
        tables=("meetings",),
        find_violations=find_long_meetings,
    ),
    TablesRule(
        "W216",
        "a participant is of another country than the side",
        "Check actor and side, and the country of the actor.",
        severity="warning",
        tables=("participants", "actors"),
        find_violations=find_participants_of_other_countries,
    ),
    TablesRule(
        "W217",
        "a bilateral meeting has a principal of a third side",
        "Correct the side or remove principal. For a gathering of several countries, write"
        " format: conference.",
        severity="warning",
        tables=("meetings", "participants"),
        find_violations=find_third_side_principals,
    ),
    TablesRule(
        "W218",
        "a visit is to a country that no participant represents",
        "Correct the place, or write the format of a meeting in a third country: talks, summit or"
        " conference.",
        severity="warning",
        tables=("meetings", "participants", "places"),
        find_violations=find_visits_elsewhere,
    ),
)
