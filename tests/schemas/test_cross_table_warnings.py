"""The warnings across tables: what each finds, and what it must leave alone, on tables of a few rows."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import narwhals as nw
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from table_rows import Rows, day, found

from tumen.schemas import iso
from tumen.schemas.cross_table.helpers import format_number, to_lower_case
from tumen.schemas.cross_table.places import read_extents
from tumen.schemas.cross_table.scripts import find_mixed_word

if TYPE_CHECKING:
    from collections.abc import Callable

PEOPLE: list[dict[str, Any]] = [
    {"actor_id": "lavrov", "name": "Sergei Lavrov", "kind": "person", "country": "RU"},
    {"actor_id": "choe", "name": "Choe Son Hui", "kind": "person", "country": "KP"},
]
PLACES: list[dict[str, Any]] = [
    {"place_id": "moscow", "kind": "city", "country": "RU"},
    {"place_id": "pyongyang", "kind": "city", "country": "KP"},
    {"place_id": "at-sea", "kind": "area"},
]


def met(*meetings: dict[str, Any]) -> Rows:
    """Return meetings of Lavrov and Choe, numbered, with what is not given as in a day of talks."""
    rows: Rows = {"actors": PEOPLE, "places": PLACES, "meetings": [], "participants": []}
    for number, given_ in enumerate(meetings):
        start = given_.pop("start")
        meeting = {
            "meeting_id": f"mtg-{number}",
            "start_date": day(start),
            "end_date": day(given_.pop("end", start)),
            "date_precision": "day",
            "format": "talks",
            **given_,
        }
        rows["meetings"].append(meeting)
        for actor, side in (("lavrov", "RU"), ("choe", "KP")):
            rows["participants"].append(
                {
                    "meeting_id": meeting["meeting_id"],
                    "actor_id": actor,
                    "side": side,
                    "principal": True,
                }
            )
    return rows


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param({"start": "2025-06-17"}, {"start": "2025-06-17"}, id="on one day"),
        pytest.param(
            {"start": "2025-06-15", "end": "2025-06-19"},
            {"start": "2025-06-17"},
            id="within a stay",
        ),
        pytest.param(
            {"start": "2025-06-28", "end": "2025-07-03"},
            {"start": "2025-07-01"},
            id="within a stay over two months",
        ),
        pytest.param(
            {"start": "2025-06-15", "end": "2025-06-19"},
            {"start": "2025-06-17", "end": "2025-06-21"},
            id="stays that overlap",
        ),
        pytest.param(
            {"start": "2025-06-28", "end": "2025-07-03"},
            {"start": "2025-06-29"},
            id="at the begin of a stay",
        ),
        pytest.param(
            {"start": "2025-06-28", "end": "2025-07-03"},
            {"start": "2025-06-27", "end": "2025-07-02"},
            id="stays over two months",
        ),
        pytest.param(
            {"start": "2025-06-01", "end": "2025-06-30"},
            {"start": "2025-06-17"},
            id="within a stay of a month",
        ),
        *(
            pytest.param({"start": "2025-06-17"}, {"start": "2025-06-17", "format": form}, id=form)
            for form in ("summit", "consultation", "visit", "ceremony", "conference")
        ),
    ],
)
def test_in_two_countries(one: dict[str, Any], other: dict[str, Any]) -> None:
    rows = met({**one, "place_id": "pyongyang"}, {**other, "place_id": "moscow"})
    assert found("W201", rows) == ["participants 2: lavrov (mtg-0)", "participants 3: choe (mtg-0)"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param({}, {"format": "phone_call", "place_id": "moscow"}, id="a call"),
        pytest.param({}, {"format": "letter", "place_id": "moscow"}, id="a letter"),
        pytest.param({}, {"place_id": "pyongyang"}, id="one country"),
        pytest.param({}, {"place_id": "at-sea"}, id="no country"),
        pytest.param({}, {"place_id": None}, id="no place"),
        pytest.param(
            {},
            {
                "start": "2025-06-01",
                "end": "2025-06-30",
                "date_precision": "month",
                "place_id": "moscow",
            },
            id="some day",
        ),
        pytest.param(
            {},
            {"start": "2025-06-17", "end": "2025-06-20", "place_id": "moscow"},
            id="the day of travel",
        ),
        pytest.param(
            {"end": "2025-06-19"},
            {"start": "2025-06-19", "end": "2025-06-21", "place_id": "moscow"},
            id="onward",
        ),
        pytest.param(
            {},
            {"start": "2025-05-01", "end": "2025-08-01", "place_id": "moscow"},
            id="longer than a stay",
        ),
        pytest.param(
            {},
            {"start": "2025-06-01", "end": "2025-07-01", "place_id": "moscow"},
            id="a day longer than a stay",
        ),
        pytest.param(
            {},
            {"start": "2025-06-01", "end": "2025-07-15", "place_id": "moscow"},
            id="weeks longer than a stay",
        ),
        pytest.param(
            {"start": "2025-06-15"},
            {"end": "2025-06-17", "start": "2025-06-15", "place_id": "moscow"},
            id="departure",
        ),
        pytest.param(
            {"start": "2025-06-15", "end": "2025-06-17"}, {"place_id": "moscow"}, id="arrival"
        ),
        pytest.param(
            {"start": "2025-06-19", "end": "2025-06-21"},
            {"end": "2025-06-19", "place_id": "moscow"},
            id="back",
        ),
        pytest.param(
            {"start": "2025-06-19", "end": "2025-06-21"},
            {"end": "2025-06-18", "place_id": "moscow"},
            id="back earlier",
        ),
    ],
)
def test_not_in_two_countries(one: dict[str, Any], other: dict[str, Any]) -> None:
    rows = met(
        {"start": "2025-06-17", "place_id": "pyongyang", **one}, {"start": "2025-06-17", **other}
    )
    assert found("W201", rows) == []


def test_bodies_and_other_persons_can_be_in_two_countries() -> None:
    rows = met(
        {"start": "2025-06-17", "place_id": "pyongyang"},
        {"start": "2025-06-17", "place_id": "moscow"},
    )
    rows["actors"] = [
        {**PEOPLE[0], "kind": "government_body"},
        PEOPLE[1],
        {**PEOPLE[1], "actor_id": "kim", "name": "Kim"},
    ]
    rows["participants"][3]["actor_id"] = "kim"
    assert found("W201", rows) == []


@pytest.mark.parametrize(
    ("other", "clash"),
    [
        pytest.param({}, True, id="alike"),
        pytest.param({"format": "consultation"}, True, id="another word for talks"),
        pytest.param({"format": "summit"}, True, id="a higher word for talks"),
        pytest.param({"venue": "Guest House"}, True, id="one venue known"),
        pytest.param({"format": "visit"}, False, id="a visit and its talks"),
        pytest.param({"format": "ceremony"}, False, id="a ceremony"),
        pytest.param({"start": "2025-06-18"}, False, id="another day"),
        pytest.param({"place_id": "moscow"}, False, id="another place"),
        pytest.param({"date_precision": "month"}, False, id="some day"),
    ],
)
def test_same_encounter(other: dict[str, Any], clash: bool) -> None:
    rows = met({"start": "2025-06-17", "place_id": "pyongyang"}, {"start": "2025-06-17", **other})
    assert found("W207", rows) == (["meetings 1: mtg-1 (mtg-0)"] if clash else [])


def test_two_venues_are_two_encounters() -> None:
    here, there = (
        {"start": "2025-06-17", "format": "ceremony", "venue": venue} for venue in ("Arch", "Tower")
    )
    assert found("W207", met(here, there)) == []


def test_one_venue_however_cased() -> None:
    assert found(
        "W207", met(*({"start": "2025-06-17", "venue": venue} for venue in ("Arch", "arch")))
    ) == ["meetings 1: mtg-1 (mtg-0)"]


@pytest.mark.parametrize("changed", [{"principal": False}, {"side": "CN"}])
def test_who_did_not_lead_for_the_same_side_met_again(changed: dict[str, Any]) -> None:
    rows = met({"start": "2025-06-17"}, {"start": "2025-06-17"})
    rows["participants"][3] |= changed
    assert found("W207", rows) == []


def test_one_side_alone_is_no_encounter_twice() -> None:
    rows = met({"start": "2025-06-17"}, {"start": "2025-06-17"})
    rows["participants"][3]["actor_id"] = "kim-jong-un"
    assert found("W207", rows) == []


def office(actor: str, start: str | None, end: str | None, **given_: Any) -> dict[str, Any]:
    return {
        "actor_id": actor,
        "title": "Minister",
        "organisation_id": "ministry",
        "start_date": start and day(start),
        "end_date": end and day(end),
        "date_precision": "day",
        **given_,
    }


def numbered(*positions: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"position_id": f"pos-{number}", **position} for number, position in enumerate(positions)
    ]


@pytest.mark.parametrize(
    ("positions", "clash"),
    [
        pytest.param(
            (office("a", "2020-01-01", "2024-05-12"), office("b", "2024-05-01", None)),
            True,
            id="overlap",
        ),
        pytest.param(
            (office("a", "2020-01-01", None), office("b", "2024-05-01", None)),
            False,
            id="no end known",
        ),
        pytest.param(
            (office("a", "2020-01-01", "2024-05-12"), office("b", "2024-05-12", None)),
            False,
            id="handover",
        ),
        pytest.param(
            (office("a", "2020-01-01", None), office("a", "2024-05-12", None)),
            False,
            id="one person",
        ),
        pytest.param(
            (office("a", None, None), office("b", "2024-05-12", None)), False, id="no dates"
        ),
        pytest.param(
            (
                office("a", "2020-01-01", "2024-05-31", date_precision="month"),
                office("b", "2024-05-14", None),
            ),
            False,
            id="handover in a month",
        ),
        pytest.param(
            tuple(office(actor, "2020-01-01", None, title="Deputy Minister") for actor in "ab"),
            False,
            id="one of several",
        ),
    ],
)
def test_shared_offices(positions: tuple[dict[str, Any], ...], clash: bool) -> None:
    title = positions[1]["title"]
    assert found("W202", {"positions": numbered(*positions)}) == (
        [f"positions 1: {title} (pos-0)"] if clash else []
    )


def test_one_office_in_other_words() -> None:
    one = office("a", "2020-01-01", "2024-05-12", title="Minister of Transport")
    other = office("b", "2024-05-01", None, title="Russian Transport Minister")
    assert found("W202", {"positions": numbered(one, other)}) == [
        "positions 1: Russian Transport Minister (pos-0)"
    ]


@pytest.mark.parametrize(
    "title",
    [
        "Co-chair", "Deputy Minister", "Vice Minister", "Assistant", "Aide", "Adviser", "Advisor", "Member", "Fellow", "Researcher",
        "Professor", "Analyst", "Expert", "Correspondent", "Spokesman", "Spokeswoman", "Counsellor", "Attaché", "Officer", "Official",
        "Lawmaker", "Senator", "First Deputy Minister",
    ],
)  # fmt: skip
def test_titles_that_several_hold(title: str) -> None:
    one, other = (office(actor, "2020-01-01", "2024-05-12", title=title) for actor in "ab")
    assert found("W202", {"positions": numbered(one, other)}) == []


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param(office("a", "2020-01-01", "2024-01-01"), office("b", "2020-01-01", "2024-01-01"), [1], id="of one day"),
        pytest.param(office("a", "2021-01-01", "2024-01-01"), office("b", "2020-01-01", "2024-01-01"), [0], id="the later one is told"),
        pytest.param(office("a", "2021-01-01", "2021-01-01"), office("b", "2020-01-01", "2021-01-01"), [], id="begun as the other ends"),
        pytest.param(office("a", "2020-06-01", "2020-06-30", date_precision="month"), office("b", "2020-06-01", "2021-01-01"), [], id="perhaps before"),
        pytest.param(office("a", "2020-01-01", "2024-01-01", title="Head"), office("b", "2020-01-01", "2024-01-01"), [], id="two titles"),
        pytest.param(office("a", "2020-01-01", "2024-01-01", organisation_id="m"), office("b", "2020-01-01", "2024-01-01"), [], id="two houses"),
        pytest.param(
            office("a", "2020-01-01", "2024-01-01", organisation_id=None), office("b", "2020-01-01", "2024-01-01", organisation_id=None), [],
            id="no house known",
        ),
        pytest.param(office("a", None, "2024-01-01"), office("b", "2020-01-01", "2024-01-01"), [], id="no start known"),
        pytest.param(office("a", "2020-01-01", "2024-01-01"), office("a", "2021-01-01", "2023-01-01"), [], id="terms of one person"),
        pytest.param(
            office("a", "2021-06-01", "2024-06-30", date_precision="month"), office("b", "2021-06-15", "2021-06-30"), [], id="perhaps begun as it ended"
        ),
        pytest.param(
            office("a", "2020-01-01", "2024-01-01", title="Keeper of spokes"), office("b", "2020-01-01", "2024-01-01", title="Keeper of spokes"), [1],
            id="no spokesman",
        ),
        pytest.param(office("a", "2020-01-01", "2024-01-01", title="vicar"), office("b", "2020-01-01", "2024-01-01", title="Vicar"), [1], id="however cased"),
        pytest.param(
            office("a", "2020-01-01", "2024-01-01", title="Microfficer"), office("b", "2020-01-01", "2024-01-01", title="Microfficer"), [1],
            id="a word within a word",
        ),
    ],
)  # fmt: skip
def test_shared_offices_at_the_edges(
    one: dict[str, Any], other: dict[str, Any], expected: list[int]
) -> None:
    shared = found("W202", {"positions": numbered(one, other)})
    assert [int(line.split(":")[0].removeprefix("positions ")) for line in shared] == expected


def spoke(capacity: str, on: str, *positions: dict[str, Any], precision: str = "day") -> Rows:
    statement = {
        "speaker_id": "a",
        "capacity": capacity,
        "said_on": day(on),
        "said_on_precision": precision,
    }
    return {"statements": [statement], "positions": numbered(*positions)}


PAST = office("a", "2012-11-06", "2024-05-12")


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(spoke("Minister", "2025-06-17", PAST), id="ended"),
        pytest.param(spoke("minister", "2012-11-05", PAST), id="not begun"),
        pytest.param(
            spoke("Minister", "2025-06-01", PAST, precision="month"), id="ended before the month"
        ),
        pytest.param(
            spoke("Minister", "2012-11-05", PAST, precision="on_or_before"), id="not begun by then"
        ),
        pytest.param(spoke("former Minister", "2020-01-01", PAST), id="still held"),
        pytest.param(spoke("ex-Minister", "2020-01-01", PAST), id="still held, ex-"),
        pytest.param(
            spoke(
                "Minister",
                "2025-06-17",
                office("b", "2024-05-14", None),
                office("a", "2024-05-14", None, title="Deputy Minister"),
            ),
            id="held by another of the house",
        ),
    ],
)
def test_contradicted_capacity(rows: Rows) -> None:
    assert len(found("W204", rows)) == 1


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(spoke("Minister", "2024-05-12", PAST), id="last day"),
        pytest.param(
            spoke("Minister", "2025-06-17", PAST, office("a", "2025-01-01", None)), id="second term"
        ),
        pytest.param(
            spoke("Minister", "2025-06-17", office("a", "2012-11-06", None)), id="no end known"
        ),
        pytest.param(spoke("Minister", "2025-06-17", office("a", None, None)), id="no dates known"),
        pytest.param(spoke("Minister", "2024-05-01", PAST, precision="month"), id="in the month"),
        pytest.param(
            spoke("Minister", "2025-06-17", PAST, precision="on_or_before"),
            id="perhaps long before",
        ),
        pytest.param(spoke("Secretary", "2025-06-17", PAST), id="another title"),
        pytest.param(spoke("former Minister", "2025-06-17", PAST), id="former indeed"),
        pytest.param(spoke("former Minister", "2012-11-06", PAST), id="former on the first day"),
        pytest.param(spoke("former Minister", "2024-05-12", PAST), id="former on the last day"),
        pytest.param(spoke("Minister", "2012-11-06", PAST), id="first day"),
        pytest.param(
            spoke("Minister of the former Minister", "2020-01-01", PAST),
            id="former of something else",
        ),
        pytest.param(
            spoke("former Minister", "2025-06-17", office("a", "2012-11-06", None)),
            id="former, no end known",
        ),
        pytest.param(
            spoke("Minister", "2025-06-17", office("b", "2024-05-14", None)),
            id="no office of the person known",
        ),
        pytest.param(
            spoke(
                "Minister",
                "2025-06-17",
                office("b", "2024-05-14", None),
                office("a", "2024-05-14", None, organisation_id="other"),
            ),
            id="a like title in another house",
        ),
        pytest.param(
            spoke(
                "Deputy Minister",
                "2025-06-17",
                office("b", "2024-05-14", None, title="Deputy Minister"),
                office("a", "2024-05-14", None, title="First Deputy Minister"),
            ),
            id="one of several",
        ),
    ],
)
def test_capacity_that_fits(rows: Rows) -> None:
    assert found("W204", rows) == []


DEPUTY: dict[str, Any] = {"title": "Deputy Minister"}
OTHERS = office("b", "2024-05-14", None)


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(
            spoke("Minister", "2025-06-17", office("b", "2012-11-06", "2024-05-12")),
            id="another person's office",
        ),
        pytest.param(
            spoke("Minister", "2025-06-17", PAST, office("a", None, None)),
            id="a term of unknown days",
        ),
        pytest.param(
            spoke(
                "Head of former Ministry",
                "2020-01-01",
                office("a", "2012-11-06", "2024-05-12", title="Head of Ministry"),
            ),
            id="not former",
        ),
        pytest.param(
            spoke(
                "former Minister",
                "2020-01-15",
                office("a", "2020-01-01", "2024-05-31", date_precision="month"),
            ),
            id="former, perhaps before it began",
        ),
        pytest.param(
            spoke("former Minister", "2012-11-01", PAST, precision="month"),
            id="former, in the month it began",
        ),
        pytest.param(
            spoke("former Minister", "2024-05-01", PAST, precision="month"),
            id="former, in the month it ended",
        ),
        pytest.param(
            spoke(
                "former Minister", "2025-06-17", OTHERS, office("a", "2024-05-14", None, **DEPUTY)
            ),
            id="former of the house",
        ),
        *(
            pytest.param(
                spoke(
                    "Minister", on, OTHERS, office("a", start, end, **DEPUTY), precision=precision
                ),
                id=said,
            )
            for said, on, precision, start, end in (
                ("left the house", "2025-06-17", "day", "2010-01-01", "2012-01-01"),
                ("left the house that day", "2025-06-17", "day", "2024-05-14", "2025-06-17"),
                ("left the house that month", "2025-06-01", "month", "2024-05-14", "2025-06-15"),
                ("not yet in the house", "2025-06-17", "day", "2026-01-01", None),
                ("came to the house that day", "2025-06-17", "day", "2025-06-17", None),
                ("came to the house that month", "2025-06-01", "month", "2025-06-10", None),
                ("in the house since some day", "2025-06-17", "day", None, None),
            )
        ),
        pytest.param(
            spoke(
                "Minister",
                "2025-06-17",
                office("b", "2010-01-01", "2012-01-01"),
                office("a", "2024-05-14", None, **DEPUTY),
            ),
            id="held by another long ago",
        ),
        pytest.param(
            spoke(
                "Minister",
                "2025-06-17",
                OTHERS,
                office("a", "2024-05-14", None, organisation_id="other", **DEPUTY),
            ),
            id="held by another of another house",
        ),
    ],
)
def test_capacity_that_may_fit(rows: Rows) -> None:
    assert found("W204", rows) == []


@pytest.mark.parametrize(
    ("rows", "position"),
    [
        pytest.param(
            spoke("former Minister", "2020-01-01", office("a", "2000-01-01", "2001-01-01"), PAST),
            "pos-0",
            id="a second term",
        ),
        pytest.param(
            spoke("Minister", "2025-06-17", PAST, office("a", "2000-01-01", "2001-01-01")),
            "pos-0",
            id="two terms ended",
        ),
        pytest.param(
            spoke(
                "Minister",
                "2025-06-17",
                OTHERS,
                {**OTHERS, "actor_id": "c"},
                office("a", "2024-05-14", "2025-06-18", **DEPUTY),
            ),
            "pos-0",
            id="held by two others",
        ),
    ],
)
def test_a_contradicted_capacity_names_the_first_position(rows: Rows, position: str) -> None:
    assert [line.partition("(")[2] for line in found("W204", rows)] == [f"{position})"]


def test_capacity_of_a_participant() -> None:
    rows = met({"start": "2025-06-17"})
    rows["participants"][0]["capacity"] = "Minister"
    rows["positions"] = numbered(office("lavrov", "2026-03-09", None))
    assert found("W204", rows) == ["participants 0: Minister (pos-0)"]


@pytest.mark.parametrize(
    ("published", "precision", "citation", "event", "early"),
    [
        ("2025-06-15", "day", {}, {}, True),
        ("2025-05-01", "month", {}, {}, True),
        ("2025-06-16", "day", {}, {}, False),
        ("2025-06-01", "month", {}, {}, False),
        ("2025-06-15", "day", {"agrees": False}, {}, False),
        ("2025-06-15", "day", {}, {"signed_precision": "on_or_before"}, False),
    ],
)
def test_published_too_early(
    published: str, precision: str, citation: dict[str, Any], event: dict[str, Any], early: bool
) -> None:
    rows: Rows = {
        "sources": [
            {"source_id": "s", "published": day(published), "published_precision": precision}
        ],
        "citations": [{"record_id": "agr-0", "source_id": "s", **citation}],
        "agreements": [
            {
                "agreement_id": "agr-0",
                "signed": day("2025-06-17"),
                "signed_precision": "day",
                **event,
            }
        ],
    }
    assert found("W203", rows) == (["citations 0: s (2025-06-17)"] if early else [])


@pytest.mark.parametrize(
    ("table", "key", "on", "precision"),
    [
        ("meetings", "meeting_id", "start_date", "date_precision"),
        ("launches", "launch_id", "launch_date", "date_precision"),
        ("statements", "statement_id", "said_on", "said_on_precision"),
        ("estimates", "estimate_id", "said_on", "said_on_precision"),
        ("agreements", "agreement_id", "signed", "signed_precision"),
    ],
)
def test_published_too_early_for_any_event(table: str, key: str, on: str, precision: str) -> None:
    rows: Rows = {
        "sources": [
            {"source_id": "s", "published": day("2025-06-15"), "published_precision": "day"}
        ],
        "citations": [{"record_id": "x-1", "source_id": "s"}],
        table: [{key: "x-1", on: day("2025-06-17"), precision: "day"}],
    }
    assert found("W203", rows) == ["citations 0: s (2025-06-17)"]


def figures(*given_: dict[str, Any]) -> Rows:
    figure = {
        "measure": "casualties",
        "unit": "persons",
        "estimator_id": "nis",
        "said_on_precision": "day",
    }
    rows = [
        {
            "estimate_id": f"est-{number}",
            "stock_or_flow": "cumulative",
            **figure,
            **one,
            "said_on": day(one["said_on"]),
        }
        for number, one in enumerate(given_)
    ]
    return {"estimates": rows}


HIGH = {"said_on": "2025-01-10", "best": 4000.0}
FALL = {"said_on": "2025-02-10", "best": 3000.0}


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(figures(HIGH, FALL), id="in order"),
        pytest.param(
            figures(HIGH, {**FALL, "said_on": "2025-02-01", "said_on_precision": "month"}),
            id="some day of the next month",
        ),
        pytest.param(figures(HIGH, {**FALL, "as_of": day("2025-02-01")}), id="as of a later day"),
        pytest.param(
            figures({**HIGH, "best": None, "low": 4000.0}, {**FALL, "best": None, "high": 3999.0}),
            id="bounds apart",
        ),
        pytest.param(
            figures({**HIGH, "said_on": "2025-03-01", "as_of": day("2025-01-01")}, FALL),
            id="told late",
        ),
    ],
)
def test_falling_totals(rows: Rows) -> None:
    assert found("W205", rows) == ["estimates 1: est-1 (est-0)"]


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(figures(HIGH, {**FALL, "best": 4000.0}), id="level"),
        pytest.param(figures(HIGH, {**FALL, "scope_id": "kursk"}), id="another scope"),
        pytest.param(figures(HIGH, {**FALL, "unit": "percent"}), id="another unit"),
        pytest.param(figures(HIGH, {**FALL, "measure": "killed"}), id="another measure"),
        pytest.param(
            figures(HIGH, {**FALL, "period_end": day("2025-01-01")}), id="another end of the period"
        ),
        pytest.param(
            figures({**HIGH, "as_of": day("2025-01-01")}, {**FALL, "as_of": day("2025-01-01")}),
            id="as of one day",
        ),
        pytest.param(
            figures(
                {**HIGH, "said_on": "2025-01-01", "said_on_precision": "month"},
                {**FALL, "said_on": "2025-01-31"},
            ),
            id="perhaps on one day",
        ),
        pytest.param(
            figures(
                {**HIGH, "said_on": "2025-01-01", "said_on_precision": "month"},
                {**HIGH, "said_on": "2025-01-15", "best": 5000.0},
                {**FALL, "best": 4500.0},
            ),
            id="after the last that is known",
        ),
        pytest.param(figures(HIGH, {**FALL, "subject_id": "dep-1"}), id="another subject"),
        pytest.param(
            figures(HIGH, {**FALL, "period_start": day("2025-01-01")}), id="another period"
        ),
        pytest.param(figures(HIGH, {**FALL, "estimator_id": "mod"}), id="another estimator"),
        pytest.param(figures(HIGH, {**FALL, "stock_or_flow": "stock"}), id="a stock"),
        pytest.param(
            figures(HIGH, {**FALL, "as_of": day("2024-12-31")}), id="as of an earlier day"
        ),
        pytest.param(
            figures(HIGH, {**FALL, "said_on": "2025-01-01", "said_on_precision": "month"}),
            id="some day of the month",
        ),
        pytest.param(
            figures(HIGH, {**FALL, "said_on_precision": "on_or_before"}), id="perhaps before"
        ),
        pytest.param(figures(HIGH, {**FALL, "best": None, "low": 3000.0}), id="a lower bound"),
        pytest.param(
            figures({**HIGH, "best": None, "high": 4000.0}, FALL), id="an upper bound before"
        ),
        pytest.param(
            figures(HIGH, {**FALL, "note": "Revised."}, {**FALL, "said_on": "2025-03-10"}),
            id="after a revision",
        ),
        pytest.param(figures(HIGH, {**FALL, "supersedes_id": "est-0"}), id="a revision"),
    ],
)
def test_totals_that_may_fall(rows: Rows) -> None:
    assert found("W205", rows) == []


def test_the_figure_before_is_the_last_with_a_lower_bound() -> None:
    rows = figures(HIGH, {**FALL, "said_on": "2025-01-20", "best": None, "high": 9000.0}, FALL)
    assert found("W205", rows) == ["estimates 2: est-2 (est-0)"]


@pytest.mark.parametrize(
    ("other", "clash"),
    [
        pytest.param({}, True, id="alike"),
        pytest.param({"scope_id": "kursk"}, True, id="one scope given"),
        pytest.param({"stock_or_flow": "stock"}, True, id="another type"),
        pytest.param({"best": 4001.0}, False, id="another value"),
        pytest.param({"said_on": "2025-01-11"}, False, id="another day"),
        pytest.param({"said_on": "2025-01-10", "said_on_precision": "month"}, False, id="some day"),
        pytest.param({"measure": "killed"}, False, id="another measure"),
        pytest.param({"estimator_id": "mod"}, False, id="another estimator"),
        pytest.param({"as_of": day("2025-01-02")}, False, id="as of another day"),
        pytest.param({"period_start": day("2025-01-02")}, False, id="another period"),
        pytest.param({"period_end": day("2025-01-02")}, False, id="another end of the period"),
        pytest.param({"subject_id": "dep-2"}, False, id="another subject"),
        pytest.param({"unit": "percent"}, False, id="another unit"),
        pytest.param({"low": 2.0}, False, id="another lower bound"),
        pytest.param({"high": 8000.0}, False, id="another upper bound"),
    ],
)
def test_same_utterance(other: dict[str, Any], clash: bool) -> None:
    bounds = {"low": 1.0, "high": 9000.0, "subject_id": "dep-1", "period_end": day("2025-01-01")}
    first = {**HIGH, **bounds, "as_of": day("2025-01-01"), "period_start": day("2024-10-01")}
    assert found("W206", figures(first, {**HIGH, **other})) == (
        ["estimates 1: est-1 (est-0)"] if clash else []
    )


def test_bounds_alone_make_one_utterance() -> None:
    lower, upper = ({**HIGH, "best": None, bound: 4000.0} for bound in ("low", "high"))
    assert found("W206", figures(HIGH, lower)) == ["estimates 1: est-1 (est-0)"]
    assert found("W206", figures(upper, upper)) == ["estimates 1: est-1 (est-0)"]


def test_scopes_and_wordings_tell_utterances_apart() -> None:
    two_scopes = figures({**HIGH, "scope_id": "kursk"}, {**HIGH, "scope_id": "belgorod"})
    words = [
        {"said_on": "2025-01-10", "wording": wording}
        for wording in ("several hundred", "Several hundred", "dozens")
    ]
    assert found("W206", two_scopes) == []
    assert found("W206", figures(*words)) == ["estimates 1: est-1 (est-0)"]


@pytest.mark.parametrize(
    ("name", "aliases", "expected"),
    [
        ("Choe Son-hui", [], ["actors 1: Choe Son-hui (choe)"]),
        (
            "Minister",
            ["choe son hui", "Choe Sonhui"],
            ["actors 1: Choe Sonhui (choe)", "actors 1: choe son hui (choe)"],
        ),
        ("Choe Sun Hui", ["Choe"], []),
    ],
)
def test_shared_names(name: str, aliases: list[str], expected: list[str]) -> None:
    actors = [PEOPLE[1], {"actor_id": "other", "name": name, "aliases": aliases}]
    assert found("W208", {"actors": actors}) == expected


@pytest.mark.parametrize(
    "between",
    "\t\n\r \x85\xa0\u1680\u2000\u200a\u2028\u2029\u202f\u205f\u3000-.'\u2019\u2018\u2011\u2013\u00b7",
)
def test_shared_names_whatever_stands_between(between: str) -> None:
    actors = [PEOPLE[1], {"actor_id": "other", "name": f"Choe{between}Son Hui", "aliases": []}]
    assert found("W208", {"actors": actors}) == [f"actors 1: Choe{between}Son Hui (choe)"]


@pytest.mark.parametrize("between", "_/,\u0084\u3001")
def test_other_signs_tell_names_apart(between: str) -> None:
    actors = [PEOPLE[1], {"actor_id": "other", "name": f"Choe{between}Son Hui", "aliases": []}]
    assert found("W208", {"actors": actors}) == []


def test_shared_names_are_told_once_by_every_later_actor() -> None:
    one: dict[str, Any] = {"actor_id": "a", "name": "Kim", "aliases": ["Kim Il", "kim il"]}
    actors = [
        one,
        {**one, "actor_id": "b", "aliases": ["Kim", "Kim-Il"]},
        {**one, "actor_id": "c", "aliases": None},
    ]
    assert found("W208", {"actors": actors}) == [
        "actors 1: Kim (a)",
        "actors 1: Kim (a)",
        "actors 1: Kim-Il (a)",
        "actors 2: Kim (a)",
        "actors 2: Kim (b)",
    ]
    assert found("W208", {"actors": [one, one, {"actor_id": "d", "name": None}]}) == []


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("https://www.tass.com/politics/1", "http://tass.com/politics/1/", True),
        ("https://tass.com/p?id=1", "https://m.tass.com/p?utm_source=x&id=1#top", True),
        ("https://tass.com/p?id=1", "https://tass.com/p?id=1&fbclid=abc&ref=home", True),
        ("https://tass.com/p", "https://tass.com/p/amp", True),
        ("https://tass.com/p/", "https://tass.com/p/index.html?gclid=x", True),
        ("https://tass.com/p?id=1", "https://tass.com/p/?id=1", True),
        ("https://tass.com/p", "https://mobile.tass.com/p?utm_z=1", True),
        ("https://tass.com/p", "https://amp.tass.com/p?output=amp", True),
        ("https://tass.com/p", "https://tass.com/p#", True),
        ("https://tass.com/p", "https://tass.com/p?", True),
        ("https://tass.com/p", "https://tass.com/p/?#top", True),
        ("https://tass.com/p#a#b", "https://tass.com/p#?c", True),
        ("https://tass.com/p&", "https://tass.com/p/&", True),
        ("https://tass.com/p?id=1", "https://tass.com/p?id=1&ref=&outputtype=amp", True),
        ("https://tass.com/p?id=1", "https://tass.com/p?id=1&ref", True),
        ("https://tass.com/p", "https://tass.com/p?utm_=1", False),
        ("https://tass.com/p?to=https://www.kcna.kp", "https://tass.com/p?to=kcna.kp", False),
        ("https://tass.com/p?id=1", "https://tass.com/p?id=2", False),
        ("https://tass.com/p?reference=1", "https://tass.com/p?reference=2", False),
        ("https://tass.com/p", "https://en.tass.com/p", False),
        ("https://tass.com/p", "https://TASS.com/p", True),
        ("https://tass.com/p", "https://tass.com/P", False),
        ("https://tass.com/p", "https://WWW.Tass.com./p", True),
        ("https://tass.com/p", "https://tass.com:443/p", True),
        ("https://tass.com/p", "http://tass.com:80/p", True),
        ("https://tass.com/p", "https://tass.com.:/p", True),
        ("https://tass.com/p", "https://tass.com:8443/p", False),
        ("https://tass.com", "https://tass.com:443", True),
        ("https://tass.com?id=1", "https://TASS.com/?id=1", True),
        ("https://tass.com/p~1", "https://tass.com/%70%7e1", True),
        ("https://tass.com/p/a", "https://tass.com/p%2Fa", False),
        ("https://tass.com/p?q=a&b", "https://tass.com/p?q=a%26b", False),
        ("https://tass.com/%d0%9f", "https://tass.com/%D0%9F", True),
        ("https://tass.com/%d0%9fA", "https://tass.com/%D0%9Fa", False),
        ("https://tass.com/%2541", "https://tass.com/A", False),
        ("https://tass.com/p", "https://tass.com/p;jsessionid=A1?x=", False),
        ("https://tass.com/p", "https://tass.com/p;jsessionid=A1", True),
        ("https://tass.com/p?id=1", "https://tass.com/p?PHPSESSID=a1&id=1", True),
        ("https://tass.com/p?sid=1", "https://tass.com/p?sid=2", False),
        ("https://tass.com/p?sid=0123456789abcdef", "https://tass.com/p", True),
    ],
)
def test_urls_alike(one: str, other: str, alike: bool) -> None:
    rows: Rows = {"sources": [{"url": one}, {"url": other}]}
    assert found("W209", rows) == ([f"sources 1: {other} ({one})"] if alike else [])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("aZ09-._~"), st.sampled_from(["{}", "%{:02x}", "%{:02X}"])),
        min_size=1,
        max_size=8,
    )
)
def test_a_path_is_one_however_its_plain_letters_are_encoded(
    letters: list[tuple[str, str]],
) -> None:
    written = "".join(
        form.format(ord(letter) if "%" in form else letter) for letter, form in letters
    )
    plain = "".join(letter for letter, _ in letters)
    rows: Rows = {
        "sources": [
            {"url": f"https://tass.com/p{plain}/x"},
            {"url": f"https://tass.com/p{written}/x"},
        ]
    }
    assert len(found("E305" if written == plain else "W209", rows)) == 1


def dated(published: dt.date, precision: str, slug: str) -> Rows:
    return {
        "sources": [{"source_id": slug, "published": published, "published_precision": precision}]
    }


_DATES = st.dates(dt.date(1990, 1, 1), dt.date(2035, 12, 28))


@settings(max_examples=60, deadline=None)
@given(
    _DATES, st.one_of(st.just(dt.timedelta(0)), st.timedeltas(dt.timedelta(-90), dt.timedelta(90)))
)
def test_w265_the_first_date_of_an_id_is_that_of_publication(
    published: dt.date, apart: dt.timedelta
) -> None:
    other = published + apart
    same_month = other.isoformat()[:7] == published.isoformat()[:7]
    assert (found("W265", dated(published, "day", f"tass-{other}-of-2001-01-01")) == []) == (
        other == published
    )
    assert (found("W265", dated(published, "day", f"tass-{other:%Y-%m}-x")) == []) == same_month
    assert (found("W265", dated(published.replace(day=1), "month", f"{other}")) == []) == same_month
    assert found("W265", dated(published, "year", f"tass-{other}")) == []


def test_w265_tells_what_is_known_of_the_date() -> None:
    assert found("W265", dated(day("2025-06-17"), "day", "a-2025-06-18-b")) == [
        "sources 0: a-2025-06-18-b (2025-06-17)"
    ]
    assert found("W265", dated(day("2025-06-01"), "month", "a-2025-05-b")) == [
        "sources 0: a-2025-05-b (2025-06)"
    ]


def at(
    latitude: float | None, longitude: float | None, country: str | None, kind: str = "city"
) -> Rows:
    return {
        "places": [{"latitude": latitude, "longitude": longitude, "country": country, "kind": kind}]
    }


@pytest.mark.parametrize(
    ("latitude", "longitude", "country", "wrong"),
    [
        pytest.param(51.73, 36.19, "RU", "UA", id="Kursk"),
        pytest.param(55.75, 37.62, "RU", "UA", id="Moscow"),
        pytest.param(47.84, 35.14, "UA", "RU", id="Zaporizhzhia"),
        pytest.param(44.6, 33.53, "UA", "RU", id="Sevastopol"),
        pytest.param(54.71, 20.5, "RU", "UA", id="Kaliningrad"),
        pytest.param(64.73, 177.51, "RU", "US", id="Anadyr"),
        pytest.param(66.16, -169.8, "RU", "KP", id="beyond the antimeridian"),
        pytest.param(43.12, 131.89, "RU", "KP", id="Vladivostok"),
        pytest.param(42.25, 130.3, "KP", "KR", id="Rason"),
        pytest.param(39.66, 124.7, "KP", "RU", id="Sohae"),
        pytest.param(37.57, 126.98, "KR", "RU", id="Seoul"),
        pytest.param(1.35, 103.8, "SG", "KP", id="Singapore"),
    ],
)
def test_places_lie_in_their_country(
    latitude: float, longitude: float, country: str, wrong: str
) -> None:
    assert found("W210", at(latitude, longitude, country)) == []
    assert found("W210", at(latitude, longitude, wrong)) == [
        f"places 0: {latitude}, {longitude} ({wrong})"
    ]


@pytest.mark.parametrize(
    "rows",
    [
        at(None, None, "KP"),
        at(39.02, None, "KP"),
        at(10.0, 10.0, None),
        at(10.0, 10.0, None, kind="area"),
        at(10.0, 10.0, "VA"),
        at(390.2, 125.75, "KP"),
    ],
)
def test_places_that_are_not_judged(rows: Rows) -> None:
    assert found("W210", rows) == []


@pytest.mark.parametrize(
    ("latitude", "longitude"), [(90.0, 0.0), (-90.0, 0.0), (0.0, 180.0), (0.0, -180.0)]
)
def test_the_ends_of_the_globe_are_judged(latitude: float, longitude: float) -> None:
    assert found("W210", at(latitude, longitude, "KP")) == [
        f"places 0: {latitude:g}, {longitude:g} (KP)"
    ]
    assert found("W210", at(latitude * 1.005, longitude * 1.002, "KP")) == []


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([*zip(*read_extents().values(), strict=True)]),
    st.integers(-9, 9),
    st.integers(-9, 9),
)
def test_an_area_may_lie_some_degrees_off_its_country(
    run: tuple[str, int, int, int], north: int, east: int
) -> None:
    country, row, first, last = run
    latitude, longitude = (
        min(max(row + north, 0), 359) / 2 - 89.75,
        (first + last + 2 * east) % 1440 / 4 - 179.75,
    )
    assert found("W210", at(latitude, longitude, country, kind="area")) == []


@pytest.mark.parametrize(
    ("latitude", "longitude", "country"),
    [
        (51.7, -36.2, "RU"),
        (-51.7, 36.2, "RU"),
        (39.0, -125.7, "KP"),
        (39.0, 105.0, "KP"),
        (25.0, 127.5, "KP"),
    ],
)
def test_an_area_far_from_its_country(latitude: float, longitude: float, country: str) -> None:
    found_at = f"places 0: {latitude:g}, {longitude:g} ({country})"
    assert found("W210", at(latitude, longitude, country, kind="area")) == [found_at]


def test_a_country_ends_with_its_cells() -> None:
    country, row, first, last = next(
        run for run in zip(*read_extents().values(), strict=True) if run[0] == "KP"
    )
    inside = [
        found("W210", at(row / 2 - 89.75, column / 2 - 179.75, country)) == []
        for column in (first - 1, first, last, last + 1)
    ]
    assert inside == [False, True, True, False]


@pytest.mark.parametrize(
    ("latitude", "longitude"), [(66.16, 180.0), (66.16, -180.0), (61.75, 179.75), (62.25, 180.0)]
)
def test_russia_goes_on_to_the_antimeridian(latitude: float, longitude: float) -> None:
    assert found("W210", at(latitude, longitude, "RU")) == []


@pytest.mark.parametrize(
    ("word", "letter"),
    [
        ("Sh\u043eigu", "U+043E CYRILLIC SMALL LETTER O"),
        ("\u0428\u043eigu", "U+0428 CYRILLIC CAPITAL LETTER SHA"),
        ("\u039faks", "U+039F GREEK CAPITAL LETTER OMICRON"),
        ("\u041e'Brien", "U+041E CYRILLIC CAPITAL LETTER O"),
        ("\u0410320neo", "U+0410 CYRILLIC CAPITAL LETTER A"),
        ("e\u0301\u0442\u0440\u043e", "U+0065 LATIN SMALL LETTER E"),
        ("z\u0430\u0440\u044f", "U+007A LATIN SMALL LETTER Z"),
    ],
)
def test_a_word_in_two_alphabets(word: str, letter: str) -> None:
    rows: Rows = {
        "actors": [{"actor_id": "a", "name": f"A {word} B", "aliases": ["A", word]}],
        "sources": [{"url": f"https://{word}.ru/"}],
    }
    assert found("W211", rows) == sorted(
        [
            f"actors 0: {word} (None)",
            f"actors 0: A {word} B (None)",
            f"sources 0: https://{word}.ru/ (None)",
        ]
    )
    assert find_mixed_word(f"A {word} B") == (word, letter)


@pytest.mark.parametrize(
    "name",
    [
        "\u0421\u0435\u0440\u0433\u0435\u0439 Shoigu",
        "T-72\u04113",
        "\uae40\uc815\uc740 Kim",
        "\uae40Kim",
        "5 \u00b5m",
        "\u0391\u03b8\u03ae\u03bd\u03b1",
        "2\u00d7\u03b1",
        "Kim\u2c80",
        "Kim\u03e3",
    ],
)
def test_words_that_are_left_alone(name: str) -> None:
    assert found("W211", {"actors": [{"actor_id": "a", "name": name, "aliases": [name]}]}) == []


def test_the_word_that_is_named_is_the_one_that_mixes_what_is_looked_for() -> None:
    assert find_mixed_word("\uae40Kim Sh\u043eigu") == (
        "Sh\u043eigu",
        "U+043E CYRILLIC SMALL LETTER O",
    )


def test_extents_are_runs_of_cells_in_order() -> None:
    runs = list(
        zip(*(read_extents()[name] for name in ("country", "row", "first", "last")), strict=True)
    )
    assert {country for country, *_ in runs} <= set(iso.COUNTRIES)
    assert runs == sorted(runs)
    assert all(0 <= row < 360 and 0 <= first <= last < 720 for _, row, first, last in runs)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from("ab"),
            st.dates(dt.date(2025, 1, 1), dt.date(2025, 1, 9)),
            st.integers(1, 4),
        ),
        max_size=8,
    )
)
def test_falls_are_those_from_one_figure_to_the_next(said: list[tuple[str, dt.date, int]]) -> None:
    rows = figures(
        *(
            {"said_on": on.isoformat(), "best": float(best), "estimator_id": who}
            for who, on, best in said
        )
    )
    expected = []
    for who in "ab":
        own = sorted(
            (on, number, best) for number, (one, on, best) in enumerate(said) if one == who
        )
        for (before, first, high), (after, second, low) in pairwise(own):
            if after > before and low < high:
                expected.append(f"estimates {second}: est-{second} (est-{first})")
    assert found("W205", rows) == sorted(expected)


def written(values: list[Any], make: Callable[[nw.Expr], nw.Expr]) -> list[str | None]:
    """Return values as an expression of the rules has them."""
    return (
        nw.from_native(pl.DataFrame({"value": values}))
        .select(make(nw.col("value")))["value"]
        .to_list()
    )


def test_lower_case_of_letters_that_engines_lower_differently() -> None:
    assert written(
        ["\u0130STANBUL", "\u03a3\u03a5\u039d\u039f\u03a8\u0399\u03a3", "\u03c2"], to_lower_case
    ) == [
        "istanbul",
        "\u03c3\u03c5\u03bd\u03bf\u03c8\u03b9\u03c3",
        "\u03c3",
    ]


def test_numbers_have_nine_digits_and_six_decimals_at_most() -> None:
    values = [12000.0, 0.5, 51.123456, 51.1234564, 0.0000004, 999_999_999.0, -1e9, 1e9]
    assert written(values, format_number) == [
        "12000",
        "0.5",
        "51.123456",
        "51.123456",
        "0",
        "999999999",
        None,
        None,
    ]
