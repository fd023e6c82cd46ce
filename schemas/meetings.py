"""Meetings between the two sides, and who took part.

A meeting is one encounter or exchange: talks, a visit, a call, a letter, a ceremony. A visit with
several talks is one record for the visit and one for each of the talks that a source dates or
describes separately.
"""

import narwhals as nw
import polars as pl

from tumen.schemas import base, iso
from tumen.schemas import vocabularies as vocab
from tumen.schemas.base import Code, Table
from tumen.schemas.citations import Citations
from tumen.schemas.rules import START_BEFORE_END, RowRule, require_founded

RULES = (
    START_BEFORE_END,
    require_founded("start_date", "date_precision"),
    RowRule(
        "E213",
        "a summit is not at the level of heads of state",
        "Write level: head_of_state, or format: talks if the two heads of state did not meet.",
        columns=("level", "format"),
        condition=(nw.col("format") != "summit") | (nw.col("level") == "head_of_state"),
    ),
    RowRule(
        "W212",
        "a letter or call has a place",
        "Remove place and venue, or give the format of a face-to-face meeting.",
        severity="warning",
        columns=("format", "place_id", "venue"),
        condition=~nw.col("format").is_in(["letter", "phone_call"])
        | (nw.col("place_id").is_null() & nw.col("venue").is_null()),
    ),
)


class Participants(Table, table="participants", key=("meeting_id", "actor_id")):
    """Who took part in a meeting, in which office, for which side; a row per meeting and actor."""

    meeting_id: str = base.reference("Meeting", "The meeting attended", "meetings", written=None)
    actor_id: str = base.reference("Actor", "Who took part", "actors", written="actor")
    side: Code = base.code(
        "Side", "Country that the actor took part for, ISO 3166-1 alpha-2", iso.COUNTRIES, "side"
    )
    capacity: str = base.text(
        "Capacity", "Office as the source gives it", "capacity", nullable=True
    )
    principal: bool = base.flag("Principal", "Whether the actor led its side", "principal", "false")


class Meetings(
    Table,
    table="meetings",
    key=("meeting_id",),
    nested={"participants": Participants, "sources": Citations},
    rules=RULES,
):
    """Meetings, visits, calls, letters and ceremonies; dates and places are those of the event."""

    meeting_id: str = base.identifier("Meeting", "mtg")
    start_date: pl.Date = base.date(
        "Start", "Event date: first possible day", "start", precision="date_precision"
    )
    end_date: pl.Date = base.date(
        "End",
        "Event date: last possible day",
        "end",
        precision="date_precision",
        edge="last",
        default="start",
    )
    date_precision: Code = base.code(
        "Precision", "How precisely the event date is known", vocab.DATE_PRECISIONS, None
    )
    format: Code = base.code(
        "Format", "Kind of encounter or exchange", vocab.MEETING_FORMATS, "format"
    )
    level: Code = base.code(
        "Level",
        "Rank of the lower of the two principals: an envoy received by a leader counts as an envoy",
        vocab.MEETING_LEVELS,
        "level",
    )
    place_id: str = base.reference(
        "Place", "Where it took place", "places", written="place", nullable=True
    )
    venue: str = base.text("Venue", "Building or room", "venue", nullable=True)
    topics: pl.List = base.codes(
        "Topics", "What was discussed, according to any source", vocab.TOPICS, "topics"
    )
    summary: str = base.summary()
    known_since: pl.Date = base.known_since()
    note: str = base.note()
