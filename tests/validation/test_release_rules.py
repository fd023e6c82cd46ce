"""Ids against the releases before: what each rule finds, at its place, and what is a correction and no other thing."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tumen.errors import TumenError
from tumen.publishing import build as publishing_build
from tumen.publishing import index, verify
from tumen.report import DataError
from tumen.schemas.release_rules import IDENTIFYING_FIELDS, PAST_DATES, has_new_identity
from tumen.validation import release_rules, released_ids
from tumen.validation.explain import read_clean_dataset
from tumen.validation.records import check

if TYPE_CHECKING:
    from collections.abc import Callable

    Lay = Callable[..., Path]

TODAY = dt.date(2026, 11, 24)
ROOT = Path(__file__).parents[2]
RELEASES = Path("releases")
STATEMENT = """
- id: stm-0001
  speaker: kcna
  said_on: 2025-06-17
  stance: reports
  about: talks in Pyongyang
  summary: It reports the talks.
  sources:
    - {source: kcna-2025-06-18-talks}
"""
RETIRED = "- {id: mtg-0009, release: 2026.10.0, reason: erroneous}\n"


def found(**options: Any) -> list[str]:
    return [
        str(finding).partition(": ")[0] for finding in check(Path("dataset"), **options).findings
    ]


@pytest.fixture
def released(write_dataset: Lay) -> Lay:
    """Publish the clean dataset with a statement and a retirement."""
    publishing_build.build(
        write_dataset({"statements.yaml": STATEMENT, "retired.yaml": RETIRED}),
        RELEASES,
        None,
        TODAY,
    )
    return write_dataset


def test_same_records_are_clean(released: Lay) -> None:
    assert found() == []


def test_without_releases_nothing_is_said(write_dataset: Lay) -> None:
    write_dataset({"retired.yaml": RETIRED})
    assert found() == []
    assert released_ids.find_releases(Path("dataset")) is None


def test_a_folder_without_releases_says_nothing(write_dataset: Lay) -> None:
    write_dataset({"retired.yaml": RETIRED})
    RELEASES.mkdir()
    (RELEASES / "index.json").write_text('{"releases": []}')
    assert found() == []


def test_releases_that_are_named(released: Lay, tmp_path: Path) -> None:
    RELEASES.rename("elsewhere")
    Path("dataset/statements.yaml").unlink()
    assert found() == []
    assert found(releases="elsewhere") == [
        "dataset/retired.yaml:1:1 E340 'stm-0001' was released in 2026.11.0, as a statement, and is neither in statements nor retired"
    ]
    with pytest.raises(
        TumenError,
        match="nowhere has no releases: there is no index.json; give the folder that has it",
    ):
        found(releases="nowhere")
    with pytest.raises(TumenError, match="releases are for records"):
        check({}, releases="elsewhere")  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("table", "gone", "place"),
    [
        ("meetings.yaml", "mtg-0001", "dataset/retired.yaml:1:1"),
        ("statements.yaml", "stm-0001", "dataset/retired.yaml:1:1"),
    ],
)
def test_a_file_that_is_gone(table: str, gone: str, place: str, released: Lay) -> None:
    Path("dataset", table).unlink()
    assert [line for line in found() if "E340" in line] == [
        f"{place} E340 {gone!r} was released in 2026.11.0, as a {table.removesuffix('s.yaml')}, and is neither in {table.removesuffix('.yaml')} nor retired"
    ]


@pytest.mark.parametrize(
    ("table", "slug"),
    [("actors", "sergei-shoigu"), ("places", "moscow"), ("sources", "kcna-2025-06-18-talks")],
)
def test_slugs_are_ids(table: str, slug: str, released: Lay) -> None:
    path = Path("dataset", f"{table}.yaml")
    path.write_text(path.read_text().replace(f"id: {slug}", "id: renamed"))
    lines = [line for line in found() if "E340" in line]
    assert lines == [
        f"dataset/{table}.yaml:1:1 E340 {slug!r} was released in 2026.11.0, as a{'n' if table == 'actors' else ''} {table[:-1]}, and is neither in {table} nor retired"
    ]


def test_an_id_in_another_table_is_given_away(released: Lay) -> None:
    actors = Path("dataset/actors.yaml")
    actors.write_text(actors.read_text() + "\n- id: moscow\n  name: Moscow\n  kind: state\n")
    places = Path("dataset/places.yaml")
    places.write_text(places.read_text().replace("id: moscow", "id: moscow-city"))
    assert [line for line in found() if "E34" in line] == ["dataset/actors.yaml:29:7 E341 id"]


def test_a_retired_id_that_is_used_again(released: Lay) -> None:
    meetings = Path("dataset/meetings.yaml").read_text()
    released({"meetings.yaml": meetings.replace("mtg-0001", "mtg-0009"), "retired.yaml": RETIRED})
    assert [line[:35] for line in found() if "E308" in line] == [
        "dataset/meetings.yaml:1:7 E308 id"
    ]
    Path("dataset/retired.yaml").write_text("[]\n")
    assert "dataset/meetings.yaml:1:7 E342 id" in found()


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("{id: stm-0001, release: 2026.11.1, reason: erroneous}", []),
        ("{id: stm-0001, release: 2026.11.1, reason: moved, successor: est-0001}", []),
        ("{id: stm-0001, release: 2026.11.0, reason: erroneous}", ["dataset/retired.yaml:3:27 E344 release"]),
        ("{id: stm-0002, release: 2026.11.1, reason: erroneous}", ["dataset/retired.yaml:3:8 E343 id", "dataset/statements.yaml:1:1 E340 'stm-0001' was released in 2026.11.0, as a statement, and is neither in statements nor retired"]),
        ("{id: stm-0001, release: 2026.11.1, reason: duplicate, successor: est-0001}", ["dataset/retired.yaml:3:68 E346 successor"]),
        ("{id: stm-0001, release: 2026.11.1, reason: merged}", ["dataset/retired.yaml:3:46 E345 reason"]),
        ("{id: stm-0001, release: 2026.11.1, reason: merged, successor: mtg-0009}", ["dataset/retired.yaml:3:65 E302 successor", "dataset/retired.yaml:3:65 E346 successor"]),
        ("{id: stm-0001, release: 2026.13.1, reason: erroneous}", ["dataset/retired.yaml:3:27 E104 release"]),
        ("{id: Stm 1, release: 2026.11.1, reason: erroneous}", ["dataset/retired.yaml:3:8 E104 id", "dataset/retired.yaml:3:8 E343 id", "dataset/statements.yaml:1:1 E340 'stm-0001' was released in 2026.11.0, as a statement, and is neither in statements nor retired"]),
    ],
)  # fmt: skip
def test_what_a_retirement_says(entry: str, expected: list[str], released: Lay) -> None:
    released({"statements.yaml": "[]\n", "retired.yaml": f"{RETIRED}\n- {entry}\n"})
    assert found() == expected


def test_a_successor_of_another_table_of_slugs(released: Lay) -> None:
    places = Path("dataset/places.yaml")
    places.write_text(places.read_text().replace("id: moscow", "id: moscow-city"))
    for name in ("estimates.yaml", "places.yaml"):
        path = Path("dataset", name)
        path.write_text(path.read_text().replace("scope: moscow", "scope: moscow-city"))
    entry = "{id: moscow, release: 2026.11.1, reason: REASON, successor: SUCCESSOR}"
    for reason, successor, expected in (
        ("duplicate", "moscow-city", []),
        ("duplicate", "dprk", ["dataset/retired.yaml:2:66 E346 successor"]),
        ("moved", "dprk", []),
        ("moved", "moscow-city", ["dataset/retired.yaml:2:62 E346 successor"]),
    ):
        written = entry.replace("REASON", reason).replace("SUCCESSOR", successor)
        Path("dataset/retired.yaml").write_text(f"{RETIRED}- {written}\n")
        assert found() == expected


def test_what_cannot_be_read_says_nothing(released: Lay) -> None:
    Path("dataset/statements.yaml").write_text("{")
    assert [line.split()[1] for line in found()] == ["E003"]
    Path("dataset/retired.yaml").write_text("{")
    assert [line.split()[1] for line in found()] == ["E003", "E003"]


def test_a_release_that_cannot_be_read(released: Lay) -> None:
    (RELEASES / "2026.11.0" / "estimates.parquet").write_bytes(b"PAR1")
    with pytest.raises(
        TumenError,
        match="estimates.parquet cannot be read .* run `tumen verify` to see what is wrong with the release",
    ):
        found()


@pytest.mark.parametrize(
    ("table", "change", "told"),
    [
        (
            "estimates",
            lambda frame: frame.drop("estimate_id"),
            "lacks estimate_id, unlike a table of estimates",
        ),
        (
            "participants",
            lambda frame: frame.drop("principal"),
            "lacks principal, unlike a table of participants",
        ),
        (
            "actors",
            lambda frame: frame.with_columns(aliases=pl.lit("x")),
            "has aliases as String, unlike a table of actors",
        ),
    ],
)
def test_a_release_that_holds_other_tables(
    table: str, change: Callable[[pl.DataFrame], pl.DataFrame], told: str, released: Lay
) -> None:
    path = RELEASES / "2026.11.0" / f"{table}.parquet"
    change(pl.read_parquet(path)).write_parquet(path)
    with pytest.raises(TumenError, match=told):
        found()


def test_what_was_withdrawn_was_public(released: Lay) -> None:
    """Its ids stay taken; that it retired one, or gave one away, binds nobody."""
    figures = read_clean_dataset()["estimates.yaml"]
    added = f"{figures}\n{figures.replace('est-0001', 'est-0002').replace('11000', '12000').replace('2025-06-15', '2025-06-14')}"
    retired = f"{RETIRED}\n- {{id: stm-0001, release: 2026.11.1, reason: erroneous}}\n"
    released({"estimates.yaml": added, "statements.yaml": "[]\n", "retired.yaml": retired})
    publishing_build.build(Path("dataset"), RELEASES, None, TODAY)
    index.withdraw(RELEASES, "2026.11.1", "Wrong.", TODAY)
    released({"statements.yaml": STATEMENT, "retired.yaml": RETIRED})
    assert found() == [
        "dataset/estimates.yaml:1:1 E340 'est-0002' was released in 2026.11.1, as an estimate, and is neither in estimates nor retired"
    ]
    other = (
        figures.replace("est-0001", "est-0002")
        .replace("troops_deployed", "killed")
        .replace("estimator: kcna", "estimator: dprk")
    )
    released({"estimates.yaml": f"{figures}\n{other}"})
    assert [line for line in found() if "E34" in line] == []


def test_committed_releases_and_records_are_clean() -> None:
    assert verify.verify(ROOT / "releases") == []
    assert check(ROOT / "dataset").findings == ()


ESTIMATE = {"measure": "troops_deployed", "estimator_id": "nis", "subject_id": "dep-0001"}
MEETING = {
    "principals": ["lavrov", "kim"],
    "start_date": dt.date(2025, 6, 17),
    "end_date": dt.date(2025, 6, 17),
}
ACTOR = {"name": "Sergei Lavrov", "aliases": ["Сергей Лавров"]}
PLACE = {
    "name": "Moscow",
    "latitude": 55.75,
    "longitude": 37.6,
    "kind": "city",
    "country": "RU",
    "parent_id": None,
}
SOURCE = {
    "url": "https://kcna.example/talks",
    "title": "Talks held",
    "published": dt.date(2025, 6, 18),
    "published_precision": "day",
}
AGREEMENT = {
    "name": "Treaty on Partnership",
    "signed": dt.date(2024, 6, 1),
    "signed_precision": "month",
}
DEPLOYMENT = {
    "kind": "sappers",
    "destination_id": "kursk",
    "announced_on": None,
    "start_date": None,
    "end_date": None,
    "date_precision": None,
}
STATEMENT_ROW = {"speaker_id": "kcna", "about": "deployment of troops to Russia"}


@pytest.mark.parametrize(
    ("table", "was", "now", "other"),
    [
        ("estimates", ESTIMATE, {"measure": "missiles", "estimator_id": "kcna", "subject_id": None}, True),
        ("estimates", {**ESTIMATE, "subject_id": None}, {"measure": "missiles", "estimator_id": "kcna", "subject_id": None}, True),
        ("estimates", ESTIMATE, {**ESTIMATE, "measure": "missiles", "estimator_id": "kcna"}, False),
        ("estimates", ESTIMATE, {**ESTIMATE, "subject_id": "dep-0002", "estimator_id": "kcna"}, False),
        ("statements", STATEMENT_ROW, {"speaker_id": "tass", "about": "a visit to Moscow"}, True),
        ("statements", STATEMENT_ROW, {"speaker_id": "tass", "about": "deployment of troops to Kursk"}, False),
        ("statements", STATEMENT_ROW, {**STATEMENT_ROW, "about": "a visit to Moscow"}, False),
        ("meetings", MEETING, {"principals": ["shoigu", "kim"], "start_date": dt.date(2025, 7, 1), "end_date": dt.date(2025, 7, 2)}, True),
        ("meetings", MEETING, {**MEETING, "principals": ["shoigu", "kim"]}, False),
        ("meetings", MEETING, {**MEETING, "start_date": dt.date(2025, 7, 1), "end_date": dt.date(2025, 7, 1)}, False),
        ("meetings", MEETING, {"principals": ["lavrov"], "start_date": dt.date(2025, 7, 1), "end_date": dt.date(2025, 7, 2)}, False),
        ("meetings", MEETING, {"principals": ["shoigu"], "start_date": dt.date(2025, 6, 1), "end_date": dt.date(2025, 6, 30)}, False),
        ("actors", ACTOR, {"name": "Marat Khusnullin", "aliases": []}, True),
        ("actors", ACTOR, {"name": "Sergey LAVROV", "aliases": []}, False),
        ("actors", ACTOR, {"name": "Lávrov", "aliases": []}, False),
        ("places", PLACE, {**PLACE, "name": "Vladivostok", "latitude": 43.1, "longitude": 131.9}, True),
        ("places", PLACE, {**PLACE, "name": "Moskva"}, False),
        ("places", PLACE, {**PLACE, "latitude": 43.1}, False),
        ("places", {**PLACE, "latitude": None}, {**PLACE, "name": "Kursk", "kind": "region"}, True),
        ("sources", SOURCE, {"url": "https://x.example/", "title": "Other", "published": dt.date(2025, 7, 1), "published_precision": "day"}, True),
        ("sources", SOURCE, {**SOURCE, "url": "https://x.example/"}, False),
        ("sources", {**SOURCE, "title": None, "published": None}, {**SOURCE, "url": "https://x.example/", "title": None, "published": None}, False),
        ("agreements", AGREEMENT, {"name": "Plan of Exchanges", "signed": dt.date(2024, 7, 1), "signed_precision": "day"}, True),
        ("agreements", AGREEMENT, {"name": "Plan of Exchanges", "signed": dt.date(2024, 6, 19), "signed_precision": "day"}, False),
        ("agreements", AGREEMENT, {"name": "Plan of Exchanges", "signed": dt.date(2024, 7, 1), "signed_precision": "on_or_before"}, False),
        ("agreements", {**AGREEMENT, "signed_precision": "year"}, {"name": "Plan", "signed": dt.date(2024, 12, 31), "signed_precision": "day"}, False),
        ("deployments", DEPLOYMENT, {**DEPLOYMENT, "kind": "workers", "destination_id": "moscow"}, True),
        ("deployments", DEPLOYMENT, {**DEPLOYMENT, "kind": "workers"}, False),
        ("deployments", {**DEPLOYMENT, "destination_id": None}, {**DEPLOYMENT, "kind": "workers", "destination_id": None}, False),
    ],
)  # fmt: skip
def test_what_makes_another_thing(
    table: str, was: dict[str, Any], now: dict[str, Any], other: bool
) -> None:
    assert has_new_identity(table, was, now) is other
    assert not has_new_identity(table, now, now)


def test_every_table_of_ids_has_identifying_fields_that_its_model_has() -> None:
    from tumen.schemas import TABLES  # noqa: PLC0415
    from tumen.table_names import KEYS  # noqa: PLC0415

    assert IDENTIFYING_FIELDS.keys() == KEYS.keys()
    for table, marks in IDENTIFYING_FIELDS.items():
        columns = {column for mark in marks for column in mark.columns} - {"principals"}
        assert columns <= TABLES[table].columns().keys()
    for table, names in PAST_DATES.items():
        assert {TABLES[table].columns()[name].kind for name in names} <= {"date", "day"}


@given(st.sets(st.sampled_from("abcdef")), st.sets(st.sampled_from("abcdef")))
def test_released_ids_are_present_or_retired(ids: set[str], kept: set[str]) -> None:
    """Of ids in a release, a record set breaks exactly with those that it lacks and has not retired."""
    past = released_ids.ReleasedIds()
    rows = {name: {"actor_id": name, "name": name, "aliases": []} for name in ids}
    past.add(released_ids.ReleaseIds({"actors": rows}, {}), {"version": "2026.11.0"})
    retired = {
        name: {
            "record_id": name,
            "release": "2026.11.1",
            "reason": "erroneous",
            "successor_id": None,
        }
        for name in ids - kept
    }
    present = {name: rows[name] for name in ids & kept}
    assert [
        *release_rules.find_violations(
            past, released_ids.ReleaseIds({"actors": present}, retired), "2026.11.1"
        )
    ] == []
    bare = [*release_rules.find_violations(past, released_ids.ReleaseIds({"actors": present}, {}))]
    assert [(breach.code, breach.name) for breach in bare] == [
        ("E340", name) for name in sorted(ids - kept)
    ]


def test_dates_after_the_build(write_dataset: Lay) -> None:
    meetings = read_clean_dataset()["meetings.yaml"].replace(
        "start: 2025-06-17", "start: 2124-06-17"
    )
    write_dataset({"meetings.yaml": meetings})
    assert [line for line in found() if "W340" in line] == []
    said: list[str] = []
    with pytest.raises(DataError) as caught:
        publishing_build.build(Path("dataset"), RELEASES, None, TODAY, strict=True)
    assert [finding.code for finding in caught.value.report.findings] == ["W340", "W203"]
    assert not RELEASES.exists()
    publishing_build.build(Path("dataset"), RELEASES, None, TODAY, warn=said.append)
    assert [line for line in said if "W340" in line] == [
        "dataset/meetings.yaml:2:10 W340 start: 2124-06-17 is after 2026-11-24: a date is after the date of the build"
    ]


def test_a_date_of_the_day_itself_and_one_that_is_excused(write_dataset: Lay) -> None:
    meetings = read_clean_dataset()["meetings.yaml"]
    for text in (
        meetings.replace("2025-06-17", "2026-11-24"),
        meetings.replace("start: 2025-06-17", "start: 2124-06").replace(
            "  participants", "  allow: {W203: A test., W340: A test.}\n  participants"
        ),
    ):
        root = write_dataset({"meetings.yaml": text})
        said: list[str] = []
        publishing_build.build(root, RELEASES, None, TODAY, warn=said.append)
        assert [line for line in said if "W340" in line] == []
        assert [line for line in found() if "E012" in line] == []
