"""Datasets that break one rule across tables, for tests of programs that check or read such data.

    broken_tables(tables, "W205")     adds two cumulative figures, of which the second is lower

Each rule has a function of a few lines that changes a row, or adds copies of one with its
citations, so that no other rule is broken.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tumen.errors import TumenError, UnknownNameError
from tumen.schemas import TABLES
from tumen.schemas import vocabularies as vocab
from tumen.schemas.citations import CITING_TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Row = dict[str, Any]

_FIRST_NEW_NUMBER: Final = 10**12
_SIDES: Final = ("KP", "RU")
_OFFICE: Final = "Keeper of the Seal"
_NEW_CLAIM: Final = {"about": "the seal of the state", "summary": "The seal is kept."}
_PAST, _NEXT, _FAR_FUTURE = dt.date(1950, 1, 1), dt.date(1950, 1, 2), dt.date(9999, 1, 1)


def broken_tables(tables: Mapping[str, pl.DataFrame], code: str) -> dict[str, pl.DataFrame]:
    """Change the tables of a dataset so that they break one rule across tables, and no other.

    Args:
        tables: A frame per table, such as `tumen.testing.strategies.datasets` generates.
        code: Code of the rule, such as "W205".

    Returns:
        All tables, with rows changed or added.

    Raises:
        UnknownNameError: No rule across tables has this code.
        TumenError: A table does not have the rows that the violation needs.

    Examples:
        >>> tables = {name: frame.collect() for name, frame in tumen.open().tables.items()}
        >>> broken = tumen.testing.rule_violations.broken_tables(tables, "W205")

    """
    if code not in _VIOLATIONS:
        raise UnknownNameError("rule across tables", code, _VIOLATIONS)
    editor = _TableEditor(tables, code)
    _VIOLATIONS[code](editor)
    return editor.tables


class _TableEditor:
    """Tables of a dataset, with methods that change them."""

    def __init__(self, tables: Mapping[str, pl.DataFrame], code: str) -> None:
        self.tables = dict(tables)
        self.code = code

    def rows(self, table: str, count: int = 1, **having: Any) -> list[Row]:
        """Return the first rows of a table that have these values."""
        rows: list[Row] = []
        if table in self.tables:
            rows = self.tables[table].filter(**having).head(count).to_dicts()
        if len(rows) < count:
            needed = "1 row" if count == 1 else f"{count} rows"
            condition = "".join(f" with {column} {value!r}" for column, value in having.items())
            raise TumenError(
                f"a violation of {self.code} needs {needed} of {table}{condition}; "
                f"there are {len(rows)}."
            )
        return rows

    def change(self, table: str, key: str, **values: Any) -> None:
        """Set columns of the rows whose key begins with this id."""
        frame, here = self.tables[table], pl.col(TABLES[table].spec().key[0]) == key
        literals = {name: pl.lit(value, frame.schema[name]) for name, value in values.items()}
        self.tables[table] = frame.with_columns(
            pl.when(here).then(literal).otherwise(name).alias(name)
            for name, literal in literals.items()
        )

    def add(self, table: str, row: Row, **values: Any) -> str:
        """Add a copy of a row with a new id and other values, and return the id.

        The copy cites what the row cites.
        """
        key, frame = TABLES[table].spec().key[0], self.tables[table]
        if TABLES[table].columns()[key].kind == "id":
            number = str(_FIRST_NEW_NUMBER + frame.height)
            values = {
                key: f"{row[key][:4]}{number}"
                if table in CITING_TABLES
                else f"{row[key]}-{number}",
                **values,
            }
        self.tables[table] = pl.concat(
            [frame, pl.DataFrame([{**row, **values}], schema=frame.schema)]
        )
        if table in CITING_TABLES:
            cited = self.tables["citations"].filter(record_id=row[key])
            copies = cited.with_columns(
                record_id=pl.lit(values[key]), topics=pl.lit(None, cited.schema["topics"])
            )
            self.tables["citations"] = pl.concat([self.tables["citations"], copies])
        return str(values.get(key, ""))


def _duplicate_key(editor: _TableEditor) -> None:
    editor.rows("citations")
    editor.tables["citations"] = pl.concat(
        [editor.tables["citations"], editor.tables["citations"].head(1)]
    )


def _dangling_reference(editor: _TableEditor) -> None:
    (actor,) = editor.rows("actors")
    editor.change("actors", actor["actor_id"], parent_id="no-such-actor")


def _person_as_parent(editor: _TableEditor) -> None:
    (person,) = editor.rows("actors", kind="person")
    _add_company(editor, "A company", person["country"], parent_id=person["actor_id"])


def _shared_item(editor: _TableEditor) -> None:
    for actor in editor.rows("actors", 2):
        editor.change("actors", actor["actor_id"], wikidata_id="Q1")


def _parent_elsewhere(editor: _TableEditor) -> None:
    _add_company(editor, "A part of it", "KP", parent_id=_add_company(editor, "A whole", "RU"))


def _add_company(editor: _TableEditor, name: str, country: str, **values: Any) -> str:
    (actor,) = editor.rows("actors")
    fields = {
        "name": name,
        "kind": "company",
        "country": country,
        "aliases": [],
        "wikidata_id": None,
        "parent_id": None,
        **values,
    }
    return editor.add("actors", actor, **fields)


def _parent_too_small(editor: _TableEditor) -> None:
    _add_place(
        editor,
        "A region in a town",
        kind="region",
        parent_id=_add_place(editor, "A town", kind="town"),
    )


def _same_place(editor: _TableEditor) -> None:
    _add_place(editor, "Twin Peak")
    _add_place(editor, "twin peak")


def _id_in_two_tables(editor: _TableEditor) -> None:
    (actor,) = editor.rows("actors", kind="person")
    _add_place(editor, "A place of another's id", place_id=actor["actor_id"])


def _add_place(editor: _TableEditor, name: str, **values: Any) -> str:
    (place,) = editor.rows("places")
    nowhere = {
        "kind": "site",
        "country": "KP",
        "latitude": None,
        "longitude": None,
        "parent_id": None,
    }
    return editor.add("places", place, **{**nowhere, "name": name, **values})


def _copy_is_original(editor: _TableEditor) -> None:
    (source,) = editor.rows("sources")
    editor.change("sources", source["source_id"], archive_url=source["url"])


def _copy_shared(editor: _TableEditor) -> None:
    for source in editor.rows("sources", 5)[3:]:
        editor.change("sources", source["source_id"], archive_url="https://archive.example/1")


def _own_origin(editor: _TableEditor) -> None:
    (citation,) = editor.rows("citations")
    (source,) = editor.rows("sources", source_id=citation["source_id"])
    editor.change("citations", citation["record_id"], via_id=source["publisher_id"])


def _misdated_id(editor: _TableEditor) -> None:
    _add_document(editor, source_id="outlet-1900-01-01-late", url="https://late.example/")


def _same_document(editor: _TableEditor) -> None:
    for number in range(2):
        _add_document(editor, url=f"https://twin.example/{number}", title="Twins", language="en")


def _add_document(editor: _TableEditor, **values: Any) -> None:
    """Add a copy of a dated document that contradicts a record."""
    (source,), (statement,) = (
        editor.rows("sources", published_precision="day"),
        editor.rows("statements"),
    )
    copy = editor.add("sources", source, **{"title": None, "archive_url": None, **values})
    editor.add("citations", {}, record_id=statement["statement_id"], source_id=copy, agrees=False)


def _uncited_record(editor: _TableEditor) -> None:
    (statement,) = editor.rows("statements")
    copy = editor.add("statements", statement, **_NEW_CLAIM)
    editor.tables["citations"] = editor.tables["citations"].filter(pl.col("record_id") != copy)


def _unused_source(editor: _TableEditor) -> None:
    (source,) = editor.rows("sources")
    editor.add("sources", source, url="https://uncited.example/", title=None)


def _duplicate_url(editor: _TableEditor) -> None:
    first, second = editor.rows("sources", 2)
    editor.change("sources", second["source_id"], url=first["url"])


def _similar_url(editor: _TableEditor) -> None:
    first, _, third = editor.rows("sources", 3)
    editor.change("sources", third["source_id"], url=first["url"] + "#top")


def _one_sided(editor: _TableEditor) -> None:
    (meeting,) = editor.rows("meetings")
    editor.change("meetings", meeting["meeting_id"], format="letter", place_id=None, venue=None)
    editor.change("participants", meeting["meeting_id"], principal=False)


def _foreign_topic(editor: _TableEditor) -> None:
    (meeting,) = editor.rows("meetings")
    foreign = next(topic for topic in vocab.TOPICS if topic not in meeting["topics"])
    editor.change("citations", meeting["meeting_id"], topics=[foreign])


def _retired_id(editor: _TableEditor) -> None:
    (retired,), (statement,) = editor.rows("retired"), editor.rows("statements")
    editor.add("retired", retired, record_id=statement["statement_id"])


def _supersedes_itself(editor: _TableEditor) -> None:
    (estimate,) = editor.rows("estimates")
    editor.change("estimates", estimate["estimate_id"], supersedes_id=estimate["estimate_id"])


def _said_after_sources(editor: _TableEditor) -> None:
    (statement,) = editor.rows("statements")
    copy = editor.add("statements", statement, said_on=_FAR_FUTURE, said_on_precision="day")
    editor.change("citations", copy, agrees=False)


def _part_exceeds_whole(editor: _TableEditor) -> None:
    _add_estimates(
        editor, {"measure": "killed", "best": 2.0}, {"measure": "casualties", "best": 1.0}
    )


def _falling_total(editor: _TableEditor) -> None:
    total = {"measure": "casualties", "stock_or_flow": "cumulative"}
    _add_estimates(editor, {**total, "best": 2.0}, {**total, "best": 1.0, "as_of": _NEXT})


def _same_utterance(editor: _TableEditor) -> None:
    _add_estimates(
        editor, {"measure": "casualties", "best": 2.0}, {"measure": "casualties", "best": 2.0}
    )


def _superseded_of_another_scope(editor: _TableEditor) -> None:
    here, there = (place["place_id"] for place in editor.rows("places", 2))
    count = {"measure": "casualties", "best": 2.0}
    (first,) = _add_estimates(editor, {**count, "scope_id": here})
    _add_estimates(editor, {**count, "scope_id": there, "supersedes_id": first})


def _superseded_twice(editor: _TableEditor) -> None:
    count = {"measure": "casualties"}
    (first,) = _add_estimates(editor, {**count, "best": 2.0})
    _add_estimates(
        editor, *({**count, "best": best, "supersedes_id": first} for best in (3.0, 4.0))
    )


def _greater_part(editor: _TableEditor) -> None:
    (place,) = editor.rows("places")
    _add_estimates(
        editor,
        {"measure": "captured", "best": 2.0, "scope_id": place["place_id"]},
        {"measure": "captured", "best": 1.0},
    )


def _foreign_band(editor: _TableEditor) -> None:
    _add_estimates(
        editor,
        {
            "measure": "casualties",
            "best": 2.0,
            "confidence": "likely",
            "confidence_low": 1.0,
            "confidence_high": 2.0,
        },
    )


def _figure_before_event(editor: _TableEditor) -> None:
    (transfer,) = editor.rows("transfers", date_precision="day")
    _add_estimates(
        editor, {"measure": "killed", "best": 2.0, "subject_id": transfer["transfer_id"]}
    )


def _subject_of_itself(editor: _TableEditor) -> None:
    (statement,) = editor.rows("statements")
    editor.change("statements", statement["statement_id"], subject_id=statement["statement_id"])


def _same_statement(editor: _TableEditor) -> None:
    (statement,) = editor.rows("statements")
    editor.add("statements", statement)


def _open_after_sources(editor: _TableEditor) -> None:
    (source,) = editor.rows("sources", published_precision="day")
    (citation,) = editor.rows("citations", source_id=source["source_id"], agrees=True)
    (statement,) = editor.rows("statements")
    copy = editor.add(
        "statements", statement, **_NEW_CLAIM, said_on=_FAR_FUTURE, said_on_precision="on_or_before"
    )
    editor.tables["citations"] = editor.tables["citations"].filter(pl.col("record_id") != copy)
    editor.add("citations", citation, record_id=copy, topics=None)


def _add_estimates(editor: _TableEditor, *figures: Row) -> list[str]:
    """Add point estimates of persons by one estimator on one day, and return their ids.

    They are for a day long before any other.
    """
    (estimate,) = editor.rows("estimates")
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
    return [
        editor.add("estimates", estimate, **{**plain, **absent, **figure}) for figure in figures
    ]


def _meeting_without_participants(editor: _TableEditor) -> None:
    (meeting,) = editor.rows("meetings")
    editor.add("meetings", meeting, format="ceremony", place_id=None, venue=None)


def _body_as_head(editor: _TableEditor) -> None:
    (meeting,), (person,) = (
        editor.rows("meetings"),
        editor.rows("actors", kind="person", country="RU"),
    )
    copy = editor.add(
        "meetings", meeting, format="ceremony", level="head_of_state", place_id=None, venue=None
    )
    for actor, side in (
        (_add_unknown_actor(editor, kind="state", country="KP"), "KP"),
        (person["actor_id"], "RU"),
    ):
        editor.add("participants", {}, meeting_id=copy, actor_id=actor, side=side, principal=True)


def _office_in_a_person(editor: _TableEditor) -> None:
    (position,), (person,) = editor.rows("positions"), editor.rows("actors", kind="person")
    editor.change("positions", position["position_id"], organisation_id=person["actor_id"])


def _missing_party(editor: _TableEditor) -> None:
    (agreement,), (actor,) = editor.rows("agreements"), editor.rows("actors", country="RU")
    editor.change("agreements", agreement["agreement_id"], parties=[actor["actor_id"]])


def _deployed_at_home(editor: _TableEditor) -> None:
    (deployment,), (place,) = editor.rows("deployments"), editor.rows("places", country="KP")
    editor.change(
        "deployments", deployment["deployment_id"], origin="KP", destination_id=place["place_id"]
    )


def _announced_by_others(editor: _TableEditor) -> None:
    (deployment,) = editor.rows("deployments")
    editor.change(
        "deployments",
        deployment["deployment_id"],
        announced_by=_add_unknown_actor(editor, country="KR"),
    )


def _add_unknown_actor(editor: _TableEditor, **values: Any) -> str:
    """Add an actor about whom nothing else is recorded, and return the id."""
    (actor,) = editor.rows("actors")
    name = f"Stranger {editor.tables['actors'].height}"
    return editor.add(
        "actors",
        actor,
        **{"name": name, "aliases": [], "wikidata_id": None, "parent_id": None, **values},
    )


def _parents_in_a_circle(editor: _TableEditor) -> None:
    (place,) = editor.rows("places")
    editor.change("places", place["place_id"], parent_id=place["place_id"])


def _in_two_countries(editor: _TableEditor) -> None:
    places = [editor.rows("places", country=country) for country in _SIDES]
    _add_talks(editor, *(place["place_id"] for (place,) in places))


def _same_encounter(editor: _TableEditor) -> None:
    (place,) = editor.rows("places")
    _add_talks(editor, place["place_id"], place["place_id"])


def _add_talks(editor: _TableEditor, *places: str) -> None:
    """Add a day of talks at each of these places.

    All are on one day and between two persons whom no other row names.
    """
    (meeting,) = editor.rows("meetings", date_precision="day")
    leads = {side: _add_unknown_actor(editor, kind="person", country=side) for side in _SIDES}
    for place in places:
        day = meeting["start_date"]
        copy = editor.add(
            "meetings", meeting, format="talks", end_date=day, place_id=place, venue=None
        )
        for side, lead in leads.items():
            editor.add(
                "participants", {}, meeting_id=copy, actor_id=lead, side=side, principal=True
            )


def _long_talks(editor: _TableEditor) -> None:
    (meeting,) = editor.rows("meetings", date_precision="day")
    began = meeting["start_date"] - dt.timedelta(days=400)
    editor.change("meetings", meeting["meeting_id"], start_date=began)


def _other_side(editor: _TableEditor) -> None:
    _add_guest(editor, country="KP", side="RU", principal=False)


def _third_side_leads(editor: _TableEditor) -> None:
    _add_guest(editor, country="CN", side="CN", principal=True)


def _add_guest(editor: _TableEditor, *, country: str, side: str, principal: bool) -> None:
    """Let a person about whom nothing else is recorded take part in talks."""
    (meeting,) = editor.rows("meetings")
    editor.change("meetings", meeting["meeting_id"], format="talks")
    guest = _add_unknown_actor(editor, kind="person", country=country)
    editor.add(
        "participants",
        {},
        meeting_id=meeting["meeting_id"],
        actor_id=guest,
        side=side,
        principal=principal,
    )


def _visit_elsewhere(editor: _TableEditor) -> None:
    (place,), (meeting,) = editor.rows("places"), editor.rows("meetings")
    abroad = editor.add(
        "places", place, name="Abroad", country="IT", parent_id=None, latitude=None, longitude=None
    )
    editor.change(
        "meetings", meeting["meeting_id"], format="visit", place_id=abroad, date_precision="month"
    )


def _announced_late(editor: _TableEditor) -> None:
    (deployment,) = editor.rows("deployments", date_precision="day")
    began = deployment["start_date"]
    days = {"announced_on": began, "start_date": began - dt.timedelta(days=1), "end_date": None}
    editor.change("deployments", deployment["deployment_id"], status="announced", **days)


def _signed_before(editor: _TableEditor) -> None:
    (agreement,), (meeting,) = editor.rows("agreements"), editor.rows("meetings")
    days = {
        "signed": meeting["start_date"] - dt.timedelta(days=1),
        "signed_precision": "on_or_before",
    }
    editor.change(
        "agreements",
        agreement["agreement_id"],
        meeting_id=meeting["meeting_id"],
        place_id=None,
        **days,
    )


def _launched_abroad(editor: _TableEditor) -> None:
    (launch,), (place,) = editor.rows("launches"), editor.rows("places", country="RU")
    editor.change("launches", launch["launch_id"], site_id=place["place_id"])


def _same_event(editor: _TableEditor) -> None:
    (transfer,) = editor.rows("transfers")
    editor.add("transfers", transfer)


def _later_than_documents(editor: _TableEditor) -> None:
    (agreement,), (source,) = (
        editor.rows("agreements"),
        editor.rows("sources", published_precision="day"),
    )
    days = {
        "signed": source["published"],
        "signed_precision": "day",
        "ratified_ru": None,
        "ratified_kp": None,
        "in_force": _FAR_FUTURE,
    }
    copy = editor.add(
        "agreements", agreement, name="An agreement of its own", meeting_id=None, **days
    )
    editor.tables["citations"] = editor.tables["citations"].filter(pl.col("record_id") != copy)
    editor.add("citations", {}, record_id=copy, source_id=source["source_id"], agrees=True)


def _shared_office(editor: _TableEditor) -> None:
    body = _add_unknown_actor(editor, kind="government_body")
    for actor in editor.rows("actors", 2, kind="person"):
        _add_office(editor, actor["actor_id"], body)


def _contradicted_capacity(editor: _TableEditor) -> None:
    (statement,), (person,) = (
        editor.rows("statements", said_on_precision="day"),
        editor.rows("actors", kind="person"),
    )
    _add_office(editor, person["actor_id"], _add_unknown_actor(editor, kind="government_body"))
    editor.change(
        "statements", statement["statement_id"], speaker_id=person["actor_id"], capacity=_OFFICE
    )


def _add_office(editor: _TableEditor, actor: str, body: str) -> None:
    """Add an office that the actor held for two days long past."""
    (position,) = editor.rows("positions")
    term = {"start_date": _PAST, "end_date": _NEXT, "date_precision": "day"}
    editor.add("positions", position, actor_id=actor, title=_OFFICE, organisation_id=body, **term)


def _reported_too_early(editor: _TableEditor) -> None:
    (launch,) = editor.rows("launches")
    editor.add("launches", launch, launch_date=_FAR_FUTURE, date_precision="day")


def _shared_name(editor: _TableEditor) -> None:
    first, second = editor.rows("actors", 2)
    editor.change("actors", second["actor_id"], aliases=[first["name"].upper()])


def _similar_name(editor: _TableEditor) -> None:
    first, second = editor.rows("actors", 2)
    editor.change("actors", first["actor_id"], aliases=["TACC"])
    editor.change("actors", second["actor_id"], aliases=["\u0422\u0410\u0421\u0421"])


def _outside_country(editor: _TableEditor) -> None:
    _add_place(editor, "A place at sea", kind="city", latitude=0.0, longitude=0.0)


def _two_alphabets(editor: _TableEditor) -> None:
    (statement,) = editor.rows("statements")
    editor.change(
        "statements", statement["statement_id"], summary="Words of Sh\N{CYRILLIC SMALL LETTER O}igu"
    )


_VIOLATIONS: Final[Mapping[str, Callable[[_TableEditor], None]]] = {
    "E301": _duplicate_key,
    "E302": _dangling_reference,
    "E303": _uncited_record,
    "E304": _unused_source,
    "E305": _duplicate_url,
    "E306": _one_sided,
    "E307": _foreign_topic,
    "E308": _retired_id,
    "E309": _supersedes_itself,
    "E310": _said_after_sources,
    "E311": _part_exceeds_whole,
    "E312": _parents_in_a_circle,
    "E313": _meeting_without_participants,
    "E314": _body_as_head,
    "E315": _office_in_a_person,
    "E316": _missing_party,
    "E317": _deployed_at_home,
    "E318": _announced_by_others,
    "E323": _subject_of_itself,
    "E324": _open_after_sources,
    "E330": _person_as_parent,
    "E331": _shared_item,
    "E332": _copy_is_original,
    "W201": _in_two_countries,
    "W202": _shared_office,
    "W203": _reported_too_early,
    "W204": _contradicted_capacity,
    "W205": _falling_total,
    "W206": _same_utterance,
    "W207": _same_encounter,
    "W208": _shared_name,
    "W209": _similar_url,
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
    "W233": _figure_before_event,
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
