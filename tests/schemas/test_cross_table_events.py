"""The rules across tables of meetings and of what they brought, at their edges, on tables of a few rows."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from table_rows import Rows, day, found

from tumen.schemas import vocabularies as vocab
from tumen.schemas.cross_table.word_order import sort_words

WORDS = [
    "Minister",
    "Ministers",
    "Transport",
    "Security",
    "council",
    "North",
    "외무상",
    "Совета",
    "secrétaire",
    "12",
]
FILLERS = ["of", "the", "Russian", "North Korean", "DPRK's", "for"]


def words_of(*texts: str) -> list[str]:
    frame = nw.from_native(pl.DataFrame({"text": texts}))
    return frame.select(sort_words(nw.col("text")).alias("words"))["words"].to_list()


@given(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=8),
    st.lists(st.sampled_from(FILLERS), max_size=4),
    st.randoms(),
)
def test_order_case_and_fillers_do_not_count(
    words: list[str], fillers: list[str], random: Any
) -> None:
    mixed = [*words, *fillers]
    random.shuffle(mixed)
    one, other = words_of(" ".join(words), ", ".join(mixed).upper())
    assert one == other


@given(*(st.lists(st.sampled_from(WORDS), min_size=1, max_size=8) for _ in range(2)))
def test_texts_of_other_words_differ(one: list[str], other: list[str]) -> None:
    same = sorted(map(str.lower, one)) == sorted(map(str.lower, other))
    first, second = words_of(" ".join(one), " ".join(other))
    assert (first == second) is same


def meeting(**fields: Any) -> dict[str, Any]:
    told = {
        "meeting_id": "mtg-1",
        "start_date": day("2025-06-10"),
        "end_date": day("2025-06-10"),
        "date_precision": "day",
    }
    return {**told, "format": "talks", "level": "minister", **fields}


def attended(form: dict[str, Any], *present: tuple[str | None, str, str, bool]) -> Rows:
    """Return a meeting with participants, each of a side, a kind and a country, leading or not."""
    people = [
        {"meeting_id": "mtg-1", "actor_id": f"a{number}", "side": side, "principal": leads}
        for number, (side, _, _, leads) in enumerate(present)
    ]
    actors = [
        {"actor_id": f"a{number}", "kind": kind, "country": country or None}
        for number, (_, kind, country, _) in enumerate(present)
    ]
    places = [
        {"place_id": "helsinki", "country": "FI"},
        {"place_id": "moscow", "country": "RU"},
        {"place_id": "sea"},
    ]
    return {
        "meetings": [meeting(**form)],
        "participants": people,
        "actors": actors,
        "places": places,
    }


@pytest.mark.parametrize("form", vocab.MEETING_FORMATS)
def test_e313_a_gathering_is_of_both_sides(form: str) -> None:
    gathering = form in ("ceremony", "conference")
    alone = attended({"format": form}, ("RU", "person", "RU", True), ("CN", "person", "CN", True))
    assert found("E313", alone) == (["meetings 0: mtg-1 (KP)"] if gathering else [])
    assert found("E313", {"meetings": alone["meetings"]}) == (
        ["meetings 0: mtg-1 (KP)", "meetings 0: mtg-1 (RU)"] if gathering else []
    )


def test_e313_a_side_that_is_not_known_may_be_the_other() -> None:
    rows = attended(
        {"format": "ceremony"}, ("RU", "person", "RU", True), (None, "person", "KP", False)
    )
    assert found("E313", rows) == []


@pytest.mark.parametrize("level", vocab.MEETING_LEVELS)
@pytest.mark.parametrize(
    ("kind", "only_as_head"),
    [("state", True), ("government_body", True), ("outlet", False), ("news_agency", False)],
)
def test_e314_principals_of_a_level(level: str, kind: str, only_as_head: bool) -> None:
    wrong = level.startswith("head") if only_as_head else level != "expert"
    rows = attended(
        {"level": level},
        ("RU", kind, "RU", True),
        ("KP", "person", "KP", True),
        ("KP", kind, "KP", False),
    )
    assert found("E314", rows) == ([f"participants 0: a0 ({level})"] if wrong else [])


@pytest.mark.parametrize("form", vocab.MEETING_FORMATS)
def test_w217_a_third_side_leads_conferences_and_ceremonies_alone(form: str) -> None:
    rows = attended(
        {"format": form},
        ("RU", "person", "RU", True),
        ("CN", "person", "CN", True),
        ("CN", "person", "CN", False),
    )
    expected = [] if form in ("ceremony", "conference") else [f"participants 1: CN ({form})"]
    assert found("W217", rows) == expected


@pytest.mark.parametrize(
    ("side", "country", "expected"),
    [
        ("KP", "RU", ["participants 0: KP (RU)"]),
        ("KP", "", []),
        (None, "RU", []),
        ("CN", "CN", []),
        ("CN", "KP", ["participants 0: CN (KP)"]),
    ],
)
def test_w216_the_side_is_the_country(side: str | None, country: str, expected: list[str]) -> None:
    assert found("W216", attended({}, (side, "person", country, True))) == expected


@pytest.mark.parametrize(
    ("form", "place", "wrong"),
    [
        ("visit", "helsinki", True),
        ("visit", "moscow", False),
        ("visit", "sea", False),
        ("visit", None, False),
        ("talks", "helsinki", False),
        ("summit", "helsinki", False),
        ("conference", "helsinki", False),
    ],
)
def test_w218_a_visit_is_to_one_of_the_sides(form: str, place: str | None, wrong: bool) -> None:
    both = (("RU", "person", "RU", True), ("KP", "person", "KP", True))
    rows = attended({"format": form, "place_id": place}, *both)
    assert found("W218", rows) == (["meetings 0: helsinki (FI)"] if wrong else [])
    assert (
        found(
            "W218",
            attended({"format": form, "place_id": place}, *both, ("FI", "person", "FI", False)),
        )
        == []
    )


@pytest.mark.parametrize(
    ("form", "start", "end", "precision", "long"),
    [
        ("talks", "2025-06-10", "2025-06-16", "day", False),
        ("talks", "2025-06-10", "2025-06-17", "day", True),
        ("summit", "2025-06-10", "2025-06-17", "day", True),
        ("consultation", "2025-06-10", "2025-06-17", "day", True),
        ("phone_call", "2025-06-10", "2025-06-17", "day", True),
        ("letter", "2025-06-10", "2025-06-17", "day", True),
        ("visit", "2025-06-10", "2025-07-10", "day", False),
        ("visit", "2025-06-10", "2025-07-11", "day", True),
        ("ceremony", "2025-06-10", "2025-07-11", "day", True),
        ("conference", "2025-06-10", "2025-07-11", "day", True),
        ("talks", "2025-06-01", "2025-07-31", "month", False),
        ("talks", "2025-06-01", "2025-08-31", "month", True),
        ("visit", "2025-06-01", "2025-08-31", "month", True),
        ("visit", "2025-06-01", "2025-07-31", "month", False),
        ("talks", "2025-01-01", "2025-12-31", "year", False),
        ("talks", "2024-01-01", "2025-12-31", "year", False),
        ("talks", "2023-01-01", "2025-12-31", "year", True),
    ],
)
def test_w215_how_long_a_format_lasts(
    form: str, start: str, end: str, precision: str, long: bool
) -> None:
    given_ = meeting(
        format=form, start_date=day(start), end_date=day(end), date_precision=precision
    )
    assert found("W215", {"meetings": [given_]}) == (
        [f"meetings 0: {end} ({start})"] if long else []
    )


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        ("person", "party", []),
        ("person", "state", []),
        ("state", "party", ["positions 0: a (state)"]),
        ("unnamed_group", "party", ["positions 0: a (unnamed_group)"]),
        ("person", "person", ["positions 0: b (person)"]),
    ],
)
def test_e315_a_person_in_a_body(kind: str, body: str, expected: list[str]) -> None:
    actors = [{"actor_id": "a", "kind": kind}, {"actor_id": "b", "kind": body}]
    assert (
        found("E315", {"positions": [{"actor_id": "a", "organisation_id": "b"}], "actors": actors})
        == expected
    )
    assert found("E315", {"positions": [{"actor_id": "c"}], "actors": actors}) == []


@pytest.mark.parametrize(
    ("parties", "lacking"),
    [
        (["ru", "kp"], ""),
        (["ru"], "KP"),
        (["kp", "kp-2"], "RU"),
        (["ru", "cn"], "KP"),
        (["ru", "none"], ""),
        (["ru", "lost"], ""),
        (["ru", "kp", "cn"], ""),
    ],
)
def test_e316_parties_of_both_sides(parties: list[str], lacking: str) -> None:
    countries = {"ru": "RU", "kp": "KP", "kp-2": "KP", "cn": "CN", "none": None}
    actors = [{"actor_id": actor, "country": country} for actor, country in countries.items()]
    rows: Rows = {"agreements": [{"agreement_id": "agr-1", "parties": parties}], "actors": actors}
    assert found("E316", rows) == ([f"agreements 0: agr-1 ({lacking})"] if lacking else [])


@pytest.mark.parametrize("parties", [[], None])
def test_e316_no_party_at_all(parties: list[str] | None) -> None:
    rows: Rows = {"agreements": [{"agreement_id": "agr-1", "parties": parties}]}
    assert found("E316", rows) == ["agreements 0: agr-1 (KP)", "agreements 0: agr-1 (RU)"]


def deployed(**fields: Any) -> Rows:
    days = {
        name: day(fields[name])
        for name in ("announced_on", "start_date", "end_date")
        if fields.get(name)
    }
    told = {
        "deployment_id": "dep-1",
        "origin": "KP",
        "status": "announced",
        "date_precision": "day",
    }
    places = [
        {"place_id": "wonsan", "country": "KP"},
        {"place_id": "donetsk", "country": "UA"},
        {"place_id": "sea"},
    ]
    actors = [
        {"actor_id": "nis", "country": "KR"},
        {"actor_id": "mod", "country": "RU"},
        {"actor_id": "group"},
    ]
    return {"deployments": [{**told, **fields, **days}], "places": places, "actors": actors}


def test_e317_a_deployment_leaves_its_country() -> None:
    assert found("E317", deployed(destination_id="wonsan")) == ["deployments 0: wonsan (KP)"]
    for elsewhere in ("donetsk", "sea", None):
        assert found("E317", deployed(destination_id=elsewhere)) == []


def test_e318_moscow_and_pyongyang_announce() -> None:
    assert found("E318", deployed(announced_by="nis")) == ["deployments 0: nis (KR)"]
    for one in ("mod", "group", None):
        assert found("E318", deployed(announced_by=one)) == []


@pytest.mark.parametrize(
    ("status", "announced", "start", "end", "precision", "wrong"),
    [
        ("announced", "2025-06-17", "2025-06-16", None, "day", True),
        ("announced", "2025-06-17", "2025-06-17", None, "day", False),
        ("announced", "2025-06-17", "2025-06-01", None, "month", False),
        ("announced", "2025-06-17", "2025-05-01", None, "month", True),
        ("announced", "2025-06-17", "2025-01-01", None, "year", False),
        ("announced", "2025-06-17", None, "2025-06-16", "day", True),
        ("announced", "2025-06-17", None, None, None, False),
        ("announced", None, "2025-06-16", None, "day", False),
        ("acknowledged", "2025-06-17", "2025-06-18", None, "day", True),
        ("acknowledged", "2025-06-17", "2025-06-17", None, "day", False),
        ("acknowledged", "2025-06-17", "2025-06-01", None, "month", False),
        ("acknowledged", "2025-06-17", "2024-10-01", None, "month", False),
        ("assessed", "2025-06-17", "2024-10-01", None, "month", False),
        ("assessed", "2025-06-17", "2026-10-01", None, "month", False),
    ],
)
def test_w219_announced_before_and_acknowledged_after(
    status: str,
    announced: str | None,
    start: str | None,
    end: str | None,
    precision: str | None,
    wrong: bool,
) -> None:
    rows = deployed(
        status=status,
        announced_on=announced,
        start_date=start,
        end_date=end,
        date_precision=precision,
    )
    assert found("W219", rows) == (
        [f"deployments 0: {announced} ({start or end})"] if wrong else []
    )


CHAIN: list[dict[str, Any]] = [
    {"place_id": "hall", "parent_id": "palace"},
    {"place_id": "palace", "parent_id": "pyongyang"},
    {"place_id": "pyongyang", "parent_id": "north-korea"},
    {"place_id": "north-korea"},
    {"place_id": "wonsan", "parent_id": "north-korea"},
]


@pytest.mark.parametrize(
    ("signed", "met", "apart"),
    [
        ("pyongyang", "pyongyang", False),
        ("hall", "north-korea", False),
        ("north-korea", "hall", False),
        ("hall", "palace", False),
        ("wonsan", "pyongyang", True),
        ("wonsan", "hall", True),
        ("wonsan", None, False),
        (None, "wonsan", False),
        ("lost", "lost", False),
    ],
)
def test_w220_places_within_one_another(signed: str | None, met: str | None, apart: bool) -> None:
    agreement = {
        "meeting_id": "mtg-1",
        "place_id": signed,
        "signed": day("2025-06-10"),
        "signed_precision": "day",
    }
    rows: Rows = {"agreements": [agreement], "meetings": [meeting(place_id=met)], "places": CHAIN}
    assert found("W220", rows) == ([f"agreements 0: {signed} (mtg-1, {met})"] if apart else [])


@pytest.mark.parametrize(
    ("signed", "precision", "apart"),
    [
        ("2025-06-10", "day", False),
        ("2025-06-12", "day", False),
        ("2025-06-09", "day", True),
        ("2025-06-13", "day", True),
        ("2025-06-01", "month", False),
        ("2025-07-01", "month", True),
        ("2025-01-01", "year", False),
        ("2025-06-30", "on_or_before", False),
        ("2025-06-09", "on_or_before", True),
    ],
)
def test_w220_days_of_the_meeting(signed: str, precision: str, apart: bool) -> None:
    agreement = {"meeting_id": "mtg-1", "signed": day(signed), "signed_precision": precision}
    announced = {"meeting_id": "mtg-1", "announced_on": day(signed)}
    met = [meeting(end_date=day("2025-06-12"))]
    assert found("W220", {"agreements": [agreement], "meetings": met}) == (
        [f"agreements 0: {signed} (mtg-1, 2025-06-10)"] if apart else []
    )
    if precision == "day":
        assert found("W220", {"deployments": [announced], "meetings": met}) == (
            [f"deployments 0: {signed} (mtg-1, 2025-06-10)"] if apart else []
        )


def test_w221_a_site_of_the_dprk() -> None:
    places: list[dict[str, Any]] = [
        {"place_id": "sohae", "country": "KP"},
        {"place_id": "plesetsk", "country": "RU"},
        {"place_id": "sea"},
    ]
    for site, expected in (
        ("sohae", []),
        ("plesetsk", ["launches 0: plesetsk (RU)"]),
        ("sea", []),
        (None, []),
    ):
        assert found("W221", {"launches": [{"site_id": site}], "places": places}) == expected


def twice(table: str, told: dict[str, Any], other: dict[str, Any]) -> bool:
    key = {
        "agreements": "agreement_id",
        "deployments": "deployment_id",
        "transfers": "transfer_id",
        "launches": "launch_id",
        "positions": "position_id",
    }[table]
    rows: Rows = {table: [{key: "x-1", **told}, {key: "x-2", **told, **other}]}
    alike = found("W222", rows)
    assert alike in ([], [f"{table} 1: x-2 (x-1)"])
    return bool(alike)


SIGNED = {
    "name": "Plan of exchanges",
    "parties": ["ru", "kp"],
    "signed": day("2025-06-17"),
    "signed_precision": "day",
}
SENT = {
    "kind": "workers",
    "origin": "KP",
    "destination_id": "kursk",
    "summary": "Workers.",
    "start_date": day("2025-06-17"),
    "date_precision": "day",
}
GIVEN = {
    "origin": "KP",
    "destination": "RU",
    "item": "artillery shells",
    "start_date": day("2025-06-17"),
    "date_precision": "day",
}
LAUNCHED = {
    "launch_date": day("2025-06-17"),
    "date_precision": "day",
    "site_id": "sohae",
    "object": "Malligyong-2",
}
HELD = {
    "actor_id": "a",
    "title": "Minister of Transport",
    "organisation_id": "ministry",
    "start_date": day("2025-06-17"),
    "date_precision": "day",
}
MONTH = {"start_date": day("2025-06-01"), "date_precision": "month"}


@pytest.mark.parametrize(
    ("table", "told", "other"),
    [
        ("agreements", SIGNED, {}),
        ("agreements", SIGNED, {"name": "The exchanges plan", "parties": ["kp", "cn"]}),
        ("agreements", SIGNED, {"signed": day("2025-06-01"), "signed_precision": "month"}),
        ("agreements", SIGNED, {"signed": day("2025-01-01"), "signed_precision": "year"}),
        ("agreements", {**SIGNED, "signed_precision": "on_or_before"}, {}),
        ("deployments", SENT, {}),
        ("deployments", SENT, {"summary": "Builders and others.", **MONTH}),
        ("deployments", SENT, {"start_date": None}),
        ("deployments", SENT, {"summary": "Others.", "status": "observed", "unit_name": "Brigade"}),
        ("deployments", {**SENT, "start_date": None, "announced_on": day("2025-06-17")}, {"summary": "Others."}),
        ("deployments", {**SENT, "destination_id": None}, {}),
        ("transfers", GIVEN, {}),
        ("transfers", GIVEN, {"item": "Shells (artillery)", **MONTH}),
        ("transfers", GIVEN, {"start_date": None}),
        ("transfers", GIVEN, {"end_date": day("2025-07-17")}),
        ("launches", LAUNCHED, {}),
        ("launches", LAUNCHED, {"object": "lantern", "site_id": None}),
        ("positions", HELD, {}),
        ("positions", HELD, {"title": "Transport Minister", "organisation_id": None, **MONTH}),
        ("positions", {**HELD, "start_date": day("2020-01-01"), "end_date": day("2026-01-01")}, {"start_date": day("2025-06-17")}),
        ("positions", {**HELD, "end_date": day("2026-01-01")}, {"start_date": day("2025-06-16")}),
    ],
)  # fmt: skip
def test_w222_two_records_of_one_event(
    table: str, told: dict[str, Any], other: dict[str, Any]
) -> None:
    assert twice(table, told, other)


@pytest.mark.parametrize(
    ("table", "told", "other"),
    [
        ("agreements", SIGNED, {"name": "Plan of sports exchanges"}),
        ("agreements", SIGNED, {"parties": ["cn"]}),
        ("agreements", SIGNED, {"parties": []}),
        ("agreements", SIGNED, {"signed": day("2025-06-18")}),
        ("agreements", SIGNED, {"signed": day("2024-01-01"), "signed_precision": "year"}),
        ("agreements", SIGNED, {"signed": day("2025-06-18"), "signed_precision": "on_or_before"}),
        ("deployments", SENT, {"kind": "sappers"}),
        ("deployments", SENT, {"origin": "RU"}),
        ("deployments", SENT, {"destination_id": "moscow"}),
        ("deployments", SENT, {"destination_id": None}),
        ("deployments", SENT, {"start_date": day("2025-06-18")}),
        ("deployments", SENT, {"start_date": None, "summary": "Others."}),
        ("deployments", {**SENT, "unit_name": "One"}, {"unit_name": "Two"}),
        ("deployments", {**SENT, "end_date": day("2025-07-17")}, {"end_date": day("2025-07-18")}),
        ("deployments", {**SENT, "announced_on": day("2025-06-17")}, {"announced_on": day("2025-06-18")}),
        ("deployments", {**SENT, "meeting_id": "mtg-1"}, {"meeting_id": "mtg-2"}),
        ("transfers", GIVEN, {"item": "mortar shells"}),
        ("transfers", GIVEN, {"origin": "RU", "destination": "KP"}),
        ("transfers", GIVEN, {"start_date": day("2025-07-01"), "date_precision": "month"}),
        ("transfers", {**GIVEN, "end_date": day("2025-07-17")}, {"end_date": day("2025-07-18")}),
        ("launches", LAUNCHED, {"launch_date": day("2025-06-18")}),
        ("launches", LAUNCHED, {"site_id": "tonghae"}),
        ("launches", LAUNCHED, {"launch_date": day("2025-06-01"), "date_precision": "month"}),
        ("positions", HELD, {"actor_id": "b"}),
        ("positions", HELD, {"title": "Minister of Culture"}),
        ("positions", HELD, {"organisation_id": "party"}),
        ("positions", HELD, {"start_date": day("2027-01-01")}),
        ("positions", HELD, {"start_date": None}),
        ("positions", {**HELD, "end_date": day("2026-01-01")}, {"start_date": day("2026-01-01"), "end_date": None}),
        ("positions", {**HELD, "end_date": day("2026-01-01")}, {"start_date": day("2027-01-01"), "end_date": None}),
    ],
)  # fmt: skip
def test_w222_what_tells_events_apart(
    table: str, told: dict[str, Any], other: dict[str, Any]
) -> None:
    assert not twice(table, told, other)


DATED = {"published": day("2025-06-17"), "published_precision": "day"}


def reported(table: str, told: dict[str, Any], *published: dict[str, Any]) -> list[str]:
    """Return what W223 finds in a record that cites these documents; in one of the day, if none is given."""
    key = {
        "meetings": "meeting_id",
        "deployments": "deployment_id",
        "agreements": "agreement_id",
        "transfers": "transfer_id",
        "positions": "position_id",
    }[table]
    documents = published or (DATED,)
    sources = [{"source_id": f"s{number}", **one} for number, one in enumerate(documents)]
    cited = [{"record_id": "x-1", "source_id": one["source_id"]} for one in sources]
    rows: Rows = {
        table: [{key: "x-1", "date_precision": "day", **told}],
        "sources": sources,
        "citations": cited,
    }
    return found("W223", rows)


@pytest.mark.parametrize(
    ("table", "column", "other"),
    [
        ("meetings", "end_date", {"start_date": day("2025-06-17"), "format": "talks"}),
        ("deployments", "announced_on", {"status": "announced"}),
        ("deployments", "start_date", {"status": "assessed"}),
        ("deployments", "end_date", {"status": "completed"}),
        ("agreements", "ratified_ru", {}),
        ("agreements", "ratified_kp", {}),
        ("agreements", "in_force", {}),
        ("transfers", "start_date", {"status": "alleged"}),
        ("transfers", "end_date", {"status": "alleged"}),
        ("positions", "start_date", {}),
        ("positions", "end_date", {}),
    ],
)
def test_w223_a_day_after_the_last_document(table: str, column: str, other: dict[str, Any]) -> None:
    older = {"published": day("2020-01-01"), "published_precision": "day"}
    assert reported(table, {column: day("2025-06-19"), **other}) == [
        f"{table} 0: 2025-06-19 (2025-06-17)"
    ]
    assert reported(table, {column: day("2025-06-19"), **other}, DATED, older) == [
        f"{table} 0: 2025-06-19 (2025-06-17)"
    ]
    assert reported(table, {column: day("2025-06-18"), **other}) == []
    assert reported(table, {column: day("2025-06-19"), **other}, DATED, {}) == []
    assert (
        reported(
            table, {column: day("2025-06-19"), **other}, {**DATED, "published_precision": "month"}
        )
        == []
    )


@pytest.mark.parametrize(
    ("table", "told"),
    [
        (
            "meetings",
            {"start_date": day("2025-06-17"), "end_date": day("2025-06-25"), "format": "visit"},
        ),
        (
            "deployments",
            {"start_date": day("2025-09-01"), "end_date": day("2026-09-01"), "status": "announced"},
        ),
        (
            "transfers",
            {"start_date": day("2025-09-01"), "end_date": day("2026-09-01"), "status": "planned"},
        ),
        (
            "positions",
            {
                "start_date": day("2025-01-01"),
                "end_date": day("2025-12-31"),
                "date_precision": "year",
            },
        ),
        (
            "positions",
            {
                "start_date": day("2025-06-01"),
                "end_date": day("2025-06-30"),
                "date_precision": "month",
            },
        ),
    ],
)
def test_w223_what_may_be_told_before_it_comes(table: str, told: dict[str, Any]) -> None:
    assert reported(table, told) == []


def test_w223_an_end_is_not_told_again() -> None:
    assert reported(
        "transfers",
        {"start_date": day("2030-01-01"), "end_date": day("2031-01-01"), "status": "alleged"},
    ) == ["transfers 0: 2030-01-01 (2025-06-17)"]


def test_w223_without_any_document() -> None:
    rows: Rows = {
        "positions": [
            {"position_id": "x-1", "start_date": day("2030-01-01"), "date_precision": "day"}
        ]
    }
    assert found("W223", rows) == []
    assert found("W223", {**rows, "citations": [{"record_id": "x-1", "source_id": "lost"}]}) == []
