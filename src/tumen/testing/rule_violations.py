"""Datasets in which one rule across tables is broken, for tests of programs that check or must survive such data.

    broken_tables(tables, "W205")     the tables, to which two cumulative figures are added of which the second is lower

Each rule has a function of a few lines that changes a row, or adds copies of one with what it cites, so that no other rule is
broken by it.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tumen.errors import TumenError, UnknownNameError
from tumen.schemas import TABLES
from tumen.schemas import vocabularies as vocab
from tumen.schemas.citations import CITING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Row = dict[str, Any]

_NUMBERS_FROM: Final = 10**12
_SIDES: Final = ("KP", "RU")
_OFFICE: Final = "Keeper of the Seal"
_UNHEARD: Final = {"about": "the seal of the state", "summary": "The seal is kept."}
_PAST, _NEXT, _NEVER = dt.date(1950, 1, 1), dt.date(1950, 1, 2), dt.date(9999, 1, 1)


def broken_tables(tables: Mapping[str, pl.DataFrame], code: str) -> dict[str, pl.DataFrame]:
    """Return the tables of a dataset with rows changed or added that break one rule across tables.

    Raises `UnknownNameError` for a code that no such rule has, `TumenError` if a table has no row to do it with.
    """
    if code not in _BREAKING:
        raise UnknownNameError("rule across tables", code, _BREAKING)
    made = _Breaking(tables, code)
    _BREAKING[code](made)
    return made.tables


class _Breaking:
    """Tables in the course of being broken."""

    def __init__(self, tables: Mapping[str, pl.DataFrame], code: str) -> None:
        self.tables = dict(tables)
        self.code = code

    def rows(self, table: str, count: int = 1, **having: Any) -> list[Row]:
        """Return the first rows of a table that have these values."""
        found = (
            self.tables[table].filter(**having).head(count).to_dicts()
            if table in self.tables
            else []
        )
        if len(found) < count:
            wanted = "".join(f" with {column} {value!r}" for column, value in having.items())
            raise TumenError(
                f"{self.code} needs {count} of the rows of {table}{wanted} to be broken; there are {len(found)}."
            )
        return found

    def change(self, table: str, key: str, **values: Any) -> None:
        """Give the rows whose key begins with this id other values."""
        frame, here = self.tables[table], pl.col(TABLES[table].spec().key[0]) == key
        given = {name: pl.lit(value, frame.schema[name]) for name, value in values.items()}
        self.tables[table] = frame.with_columns(
            pl.when(here).then(one).otherwise(name).alias(name) for name, one in given.items()
        )

    def add(self, table: str, row: Row, **values: Any) -> str:
        """Add a copy of the row with other values and an id of its own, which cites what the row cites, and return the id."""
        key, frame = TABLES[table].spec().key[0], self.tables[table]
        if TABLES[table].columns()[key].kind == "id":
            number = str(_NUMBERS_FROM + frame.height)
            values = {
                key: f"{row[key][:4]}{number}" if table in CITING else f"{row[key]}-{number}",
                **values,
            }
        self.tables[table] = pl.concat(
            [frame, pl.DataFrame([{**row, **values}], schema=frame.schema)]
        )
        if table in CITING:
            cited = self.tables["citations"].filter(record_id=row[key])
            copies = cited.with_columns(
                record_id=pl.lit(values[key]), topics=pl.lit(None, cited.schema["topics"])
            )
            self.tables["citations"] = pl.concat([self.tables["citations"], copies])
        return str(values.get(key, ""))


def _key_twice(made: _Breaking) -> None:
    made.rows("citations")
    made.tables["citations"] = pl.concat(
        [made.tables["citations"], made.tables["citations"].head(1)]
    )


def _dangling(made: _Breaking) -> None:
    (actor,) = made.rows("actors")
    made.change("actors", actor["actor_id"], parent_id="no-such-actor")


def _person_as_parent(made: _Breaking) -> None:
    (person,) = made.rows("actors", kind="person")
    _company(made, "A company", person["country"], parent_id=person["actor_id"])


def _shared_item(made: _Breaking) -> None:
    for actor in made.rows("actors", 2):
        made.change("actors", actor["actor_id"], wikidata_id="Q1")


def _parent_elsewhere(made: _Breaking) -> None:
    _company(made, "A part of it", "KP", parent_id=_company(made, "A whole", "RU"))


def _company(made: _Breaking, name: str, country: str, **values: Any) -> str:
    (actor,) = made.rows("actors")
    given = {
        "name": name,
        "kind": "company",
        "country": country,
        "aliases": [],
        "wikidata_id": None,
        "parent_id": None,
        **values,
    }
    return made.add("actors", actor, **given)


def _parent_too_small(made: _Breaking) -> None:
    _place(made, "A region in a town", kind="region", parent_id=_place(made, "A town", kind="town"))


def _same_place(made: _Breaking) -> None:
    _place(made, "Twin Peak")
    _place(made, "twin peak")


def _id_in_two_tables(made: _Breaking) -> None:
    (actor,) = made.rows("actors", kind="person")
    _place(made, "A place of another's id", place_id=actor["actor_id"])


def _place(made: _Breaking, name: str, **values: Any) -> str:
    (place,) = made.rows("places")
    nowhere = {
        "kind": "site",
        "country": "KP",
        "latitude": None,
        "longitude": None,
        "parent_id": None,
    }
    return made.add("places", place, **{**nowhere, "name": name, **values})


def _copy_that_is_none(made: _Breaking) -> None:
    (source,) = made.rows("sources")
    made.change("sources", source["source_id"], archive_url=source["url"])


def _copy_shared(made: _Breaking) -> None:
    for source in made.rows("sources", 5)[3:]:
        made.change("sources", source["source_id"], archive_url="https://archive.example/1")


def _own_origin(made: _Breaking) -> None:
    (citation,) = made.rows("citations")
    (source,) = made.rows("sources", source_id=citation["source_id"])
    made.change("citations", citation["record_id"], via_id=source["publisher_id"])


def _misdated_id(made: _Breaking) -> None:
    _document(made, source_id="outlet-1900-01-01-late", url="https://late.example/")


def _same_document(made: _Breaking) -> None:
    for number in range(2):
        _document(made, url=f"https://twin.example/{number}", title="Twins", language="en")


def _document(made: _Breaking, **values: Any) -> None:
    """Add a copy of a dated document, which contradicts a record."""
    (source,), (statement,) = (
        made.rows("sources", published_precision="day"),
        made.rows("statements"),
    )
    copy = made.add("sources", source, **{"title": None, "archive_url": None, **values})
    made.add("citations", {}, record_id=statement["statement_id"], source_id=copy, agrees=False)


def _uncited(made: _Breaking) -> None:
    (statement,) = made.rows("statements")
    copy = made.add("statements", statement, **_UNHEARD)
    made.tables["citations"] = made.tables["citations"].filter(pl.col("record_id") != copy)


def _unused_source(made: _Breaking) -> None:
    (source,) = made.rows("sources")
    made.add("sources", source, url="https://uncited.example/", title=None)


def _address_twice(made: _Breaking) -> None:
    one, other = made.rows("sources", 2)
    made.change("sources", other["source_id"], url=one["url"])


def _address_alike(made: _Breaking) -> None:
    one, _, other = made.rows("sources", 3)
    made.change("sources", other["source_id"], url=one["url"] + "#top")


def _one_sided(made: _Breaking) -> None:
    (meeting,) = made.rows("meetings")
    made.change("meetings", meeting["meeting_id"], format="letter", place_id=None, venue=None)
    made.change("participants", meeting["meeting_id"], principal=False)


def _foreign_topic(made: _Breaking) -> None:
    (meeting,) = made.rows("meetings")
    foreign = next(topic for topic in vocab.TOPICS if topic not in meeting["topics"])
    made.change("citations", meeting["meeting_id"], topics=[foreign])


def _retired_id(made: _Breaking) -> None:
    (retired,), (statement,) = made.rows("retired"), made.rows("statements")
    made.add("retired", retired, record_id=statement["statement_id"])


def _supersedes_itself(made: _Breaking) -> None:
    (estimate,) = made.rows("estimates")
    made.change("estimates", estimate["estimate_id"], supersedes_id=estimate["estimate_id"])


def _said_after_sources(made: _Breaking) -> None:
    (statement,) = made.rows("statements")
    copy = made.add("statements", statement, said_on=_NEVER, said_on_precision="day")
    made.change("citations", copy, agrees=False)


def _more_dead(made: _Breaking) -> None:
    _figures(made, {"measure": "killed", "best": 2.0}, {"measure": "casualties", "best": 1.0})


def _falling_total(made: _Breaking) -> None:
    total = {"measure": "casualties", "stock_or_flow": "cumulative"}
    _figures(made, {**total, "best": 2.0}, {**total, "best": 1.0, "as_of": _NEXT})


def _same_utterance(made: _Breaking) -> None:
    _figures(made, {"measure": "casualties", "best": 2.0}, {"measure": "casualties", "best": 2.0})


def _superseded_of_another_scope(made: _Breaking) -> None:
    here, there = (place["place_id"] for place in made.rows("places", 2))
    count = {"measure": "casualties", "best": 2.0}
    (first,) = _figures(made, {**count, "scope_id": here})
    _figures(made, {**count, "scope_id": there, "supersedes_id": first})


def _superseded_twice(made: _Breaking) -> None:
    count = {"measure": "casualties"}
    (first,) = _figures(made, {**count, "best": 2.0})
    _figures(made, *({**count, "best": best, "supersedes_id": first} for best in (3.0, 4.0)))


def _greater_part(made: _Breaking) -> None:
    (place,) = made.rows("places")
    _figures(
        made,
        {"measure": "captured", "best": 2.0, "scope_id": place["place_id"]},
        {"measure": "captured", "best": 1.0},
    )


def _foreign_band(made: _Breaking) -> None:
    _figures(
        made,
        {
            "measure": "casualties",
            "best": 2.0,
            "confidence": "likely",
            "confidence_low": 1.0,
            "confidence_high": 2.0,
        },
    )


def _told_before(made: _Breaking) -> None:
    (transfer,) = made.rows("transfers", date_precision="day")
    _figures(made, {"measure": "killed", "best": 2.0, "subject_id": transfer["transfer_id"]})


def _subject_of_itself(made: _Breaking) -> None:
    (statement,) = made.rows("statements")
    made.change("statements", statement["statement_id"], subject_id=statement["statement_id"])


def _same_statement(made: _Breaking) -> None:
    (statement,) = made.rows("statements")
    made.add("statements", statement)


def _open_after_sources(made: _Breaking) -> None:
    (source,) = made.rows("sources", published_precision="day")
    (citation,) = made.rows("citations", source_id=source["source_id"], agrees=True)
    (statement,) = made.rows("statements")
    copy = made.add(
        "statements", statement, **_UNHEARD, said_on=_NEVER, said_on_precision="on_or_before"
    )
    made.tables["citations"] = made.tables["citations"].filter(pl.col("record_id") != copy)
    made.add("citations", citation, record_id=copy, topics=None)


def _figures(made: _Breaking, *given: Row) -> list[str]:
    """Add point estimates of persons by one estimator on one day, which speak of a day long before any other; return their ids."""
    (estimate,) = made.rows("estimates")
    plain = {
        "unit": "persons",
        "bound": "exact",
        "low": None,
        "high": None,
        "stock_or_flow": "stock",
        "as_of": _PAST,
    }
    absent = dict.fromkeys(
        ("scope_id", "subject_id", "period_start", "period_end", "supersedes_id", "note")
    )
    absent |= dict.fromkeys(("confidence", "confidence_low", "confidence_high"))
    return [made.add("estimates", estimate, **{**plain, **absent, **one}) for one in given]


def _unattended(made: _Breaking) -> None:
    (meeting,) = made.rows("meetings")
    made.add("meetings", meeting, format="ceremony", place_id=None, venue=None)


def _body_as_head(made: _Breaking) -> None:
    (meeting,), (person,) = made.rows("meetings"), made.rows("actors", kind="person", country="RU")
    copy = made.add(
        "meetings", meeting, format="ceremony", level="head_of_state", place_id=None, venue=None
    )
    for actor, side in (
        (_stranger(made, kind="state", country="KP"), "KP"),
        (person["actor_id"], "RU"),
    ):
        made.add("participants", {}, meeting_id=copy, actor_id=actor, side=side, principal=True)


def _office_in_a_person(made: _Breaking) -> None:
    (position,), (person,) = made.rows("positions"), made.rows("actors", kind="person")
    made.change("positions", position["position_id"], organisation_id=person["actor_id"])


def _lacking_party(made: _Breaking) -> None:
    (agreement,), (actor,) = made.rows("agreements"), made.rows("actors", country="RU")
    made.change("agreements", agreement["agreement_id"], parties=[actor["actor_id"]])


def _sent_home(made: _Breaking) -> None:
    (deployment,), (place,) = made.rows("deployments"), made.rows("places", country="KP")
    made.change(
        "deployments", deployment["deployment_id"], origin="KP", destination_id=place["place_id"]
    )


def _announced_by_others(made: _Breaking) -> None:
    (deployment,) = made.rows("deployments")
    made.change(
        "deployments", deployment["deployment_id"], announced_by=_stranger(made, country="KR")
    )


def _stranger(made: _Breaking, **values: Any) -> str:
    """Add an actor of whom nothing is told, and return the id."""
    (actor,) = made.rows("actors")
    name = f"Stranger {made.tables['actors'].height}"
    return made.add(
        "actors",
        actor,
        **{"name": name, "aliases": [], "wikidata_id": None, "parent_id": None, **values},
    )


def _parents_in_a_circle(made: _Breaking) -> None:
    (place,) = made.rows("places")
    made.change("places", place["place_id"], parent_id=place["place_id"])


def _in_two_countries(made: _Breaking) -> None:
    places = [made.rows("places", country=country) for country in _SIDES]
    _talks(made, *(place["place_id"] for (place,) in places))


def _same_encounter(made: _Breaking) -> None:
    (place,) = made.rows("places")
    _talks(made, place["place_id"], place["place_id"])


def _talks(made: _Breaking, *places: str) -> None:
    """Add a day of talks at each of these places, all on one day and between two persons whom no other row names."""
    (meeting,) = made.rows("meetings", date_precision="day")
    leads = {side: _stranger(made, kind="person", country=side) for side in _SIDES}
    for place in places:
        day = meeting["start_date"]
        copy = made.add(
            "meetings", meeting, format="talks", end_date=day, place_id=place, venue=None
        )
        for side, lead in leads.items():
            made.add("participants", {}, meeting_id=copy, actor_id=lead, side=side, principal=True)


def _long_talks(made: _Breaking) -> None:
    (meeting,) = made.rows("meetings", date_precision="day")
    began = meeting["start_date"] - dt.timedelta(days=400)
    made.change("meetings", meeting["meeting_id"], start_date=began)


def _other_side(made: _Breaking) -> None:
    _guest(made, country="KP", side="RU", principal=False)


def _third_side_leads(made: _Breaking) -> None:
    _guest(made, country="CN", side="CN", principal=True)


def _guest(made: _Breaking, *, country: str, side: str, principal: bool) -> None:
    """Let a person of whom nothing else is told take part in talks."""
    (meeting,) = made.rows("meetings")
    made.change("meetings", meeting["meeting_id"], format="talks")
    guest = _stranger(made, kind="person", country=country)
    made.add(
        "participants",
        {},
        meeting_id=meeting["meeting_id"],
        actor_id=guest,
        side=side,
        principal=principal,
    )


def _visit_elsewhere(made: _Breaking) -> None:
    (place,), (meeting,) = made.rows("places"), made.rows("meetings")
    abroad = made.add(
        "places", place, name="Abroad", country="IT", parent_id=None, latitude=None, longitude=None
    )
    made.change(
        "meetings", meeting["meeting_id"], format="visit", place_id=abroad, date_precision="month"
    )


def _announced_late(made: _Breaking) -> None:
    (deployment,) = made.rows("deployments", date_precision="day")
    began = deployment["start_date"]
    days = {"announced_on": began, "start_date": began - dt.timedelta(days=1), "end_date": None}
    made.change("deployments", deployment["deployment_id"], status="announced", **days)


def _signed_before(made: _Breaking) -> None:
    (agreement,), (meeting,) = made.rows("agreements"), made.rows("meetings")
    days = {
        "signed": meeting["start_date"] - dt.timedelta(days=1),
        "signed_precision": "on_or_before",
    }
    made.change(
        "agreements",
        agreement["agreement_id"],
        meeting_id=meeting["meeting_id"],
        place_id=None,
        **days,
    )


def _launched_abroad(made: _Breaking) -> None:
    (launch,), (place,) = made.rows("launches"), made.rows("places", country="RU")
    made.change("launches", launch["launch_id"], site_id=place["place_id"])


def _same_event(made: _Breaking) -> None:
    (transfer,) = made.rows("transfers")
    made.add("transfers", transfer)


def _later_than_documents(made: _Breaking) -> None:
    (agreement,), (source,) = (
        made.rows("agreements"),
        made.rows("sources", published_precision="day"),
    )
    days = {
        "signed": source["published"],
        "signed_precision": "day",
        "ratified_ru": None,
        "ratified_kp": None,
        "in_force": _NEVER,
    }
    copy = made.add(
        "agreements", agreement, name="An agreement of its own", meeting_id=None, **days
    )
    made.tables["citations"] = made.tables["citations"].filter(pl.col("record_id") != copy)
    made.add("citations", {}, record_id=copy, source_id=source["source_id"], agrees=True)


def _shared_office(made: _Breaking) -> None:
    body = _stranger(made, kind="government_body")
    for actor in made.rows("actors", 2, kind="person"):
        _held(made, actor["actor_id"], body)


def _contradicted_capacity(made: _Breaking) -> None:
    (statement,), (person,) = (
        made.rows("statements", said_on_precision="day"),
        made.rows("actors", kind="person"),
    )
    _held(made, person["actor_id"], _stranger(made, kind="government_body"))
    made.change(
        "statements", statement["statement_id"], speaker_id=person["actor_id"], capacity=_OFFICE
    )


def _held(made: _Breaking, actor: str, body: str) -> None:
    """Add an office that the actor held for two days long past."""
    (position,) = made.rows("positions")
    term = {"start_date": _PAST, "end_date": _NEXT, "date_precision": "day"}
    made.add("positions", position, actor_id=actor, title=_OFFICE, organisation_id=body, **term)


def _reported_too_early(made: _Breaking) -> None:
    (launch,) = made.rows("launches")
    made.add("launches", launch, launch_date=_NEVER, date_precision="day")


def _shared_name(made: _Breaking) -> None:
    one, other = made.rows("actors", 2)
    made.change("actors", other["actor_id"], aliases=[one["name"].upper()])


def _similar_name(made: _Breaking) -> None:
    one, other = made.rows("actors", 2)
    made.change("actors", one["actor_id"], aliases=["TACC"])
    made.change("actors", other["actor_id"], aliases=["\u0422\u0410\u0421\u0421"])


def _outside_country(made: _Breaking) -> None:
    _place(made, "A place at sea", kind="city", latitude=0.0, longitude=0.0)


def _two_alphabets(made: _Breaking) -> None:
    (statement,) = made.rows("statements")
    made.change(
        "statements", statement["statement_id"], summary="Words of Sh\N{CYRILLIC SMALL LETTER O}igu"
    )


_BREAKING: Final[Mapping[str, Callable[[_Breaking], None]]] = {
    "E301": _key_twice,
    "E302": _dangling,
    "E303": _uncited,
    "E304": _unused_source,
    "E305": _address_twice,
    "E306": _one_sided,
    "E307": _foreign_topic,
    "E308": _retired_id,
    "E309": _supersedes_itself,
    "E310": _said_after_sources,
    "E311": _more_dead,
    "E312": _parents_in_a_circle,
    "E313": _unattended,
    "E314": _body_as_head,
    "E315": _office_in_a_person,
    "E316": _lacking_party,
    "E317": _sent_home,
    "E318": _announced_by_others,
    "E323": _subject_of_itself,
    "E324": _open_after_sources,
    "E330": _person_as_parent,
    "E331": _shared_item,
    "E332": _copy_that_is_none,
    "W201": _in_two_countries,
    "W202": _shared_office,
    "W203": _reported_too_early,
    "W204": _contradicted_capacity,
    "W205": _falling_total,
    "W206": _same_utterance,
    "W207": _same_encounter,
    "W208": _shared_name,
    "W209": _address_alike,
    "W210": _outside_country,
    "W211": _two_alphabets,
    "W215": _long_talks,
    "W216": _other_side,
    "W217": _third_side_leads,
    "W218": _visit_elsewhere,
    "W219": _announced_late,
    "W220": _signed_before,
    "W221": _launched_abroad,
    "W222": _same_event,
    "W223": _later_than_documents,
    "W230": _superseded_of_another_scope,
    "W231": _superseded_twice,
    "W233": _told_before,
    "W234": _greater_part,
    "W236": _foreign_band,
    "W238": _same_statement,
    "W253": _similar_name,
    "W260": _parent_elsewhere,
    "W261": _parent_too_small,
    "W262": _same_place,
    "W264": _own_origin,
    "W265": _misdated_id,
    "W266": _copy_shared,
    "W268": _id_in_two_tables,
    "W271": _same_document,
}
