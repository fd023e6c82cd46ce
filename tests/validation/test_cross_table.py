"""The errors across tables at their edges: what is just found, what is just left alone, and which tables each rule needs."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import narwhals as nw
import polars as pl
import pytest
from table_rows import RULES, Rows, day, found, framed

from tumen.schemas import TABLES
from tumen.schemas.citations import CITING_TABLES
from tumen.schemas.cross_table.helpers import first_day, id_column, last_day


@pytest.mark.parametrize("code", RULES)
def test_a_rule_is_judged_on_the_tables_that_it_needs(code: str) -> None:
    rule = RULES[code]
    assert found(code, {}, rule.tables) == []


@pytest.mark.slow
@pytest.mark.parametrize("code", sorted(set(RULES) - {"E305", "W209"}))
def test_a_rule_needs_the_tables_without_which_it_cannot_be_judged(code: str) -> None:
    rule, whole = RULES[code], framed({})
    for lacking in TABLES:
        tables = {name: frame for name, frame in whole.items() if name != lacking}
        with pytest.raises(KeyError, match=lacking) if lacking in rule.tables else nullcontext():
            list(rule.find_violations(tables))


@pytest.mark.parametrize("table", ["actors", "places"])
def test_e312_eight_parents_are_enough(table: str) -> None:
    key = id_column(table)
    chain = [
        {key: f"a{number}", "parent_id": f"a{number - 1}" if number else None}
        for number in range(10)
    ]
    assert found("E312", {table: chain[:9]}) == []
    assert found("E312", {table: chain}) == [f"{table} 9: a8 (None)"]


def test_e312_a_circle_is_told_once_a_row() -> None:
    circle = [
        {"actor_id": actor, "parent_id": parent}
        for actor, parent in (("a", "b"), ("a", "b"), ("b", "a"))
    ]
    assert found("E312", {"actors": circle}) == [
        "actors 0: b (None)",
        "actors 1: b (None)",
        "actors 2: a (None)",
    ]


def test_e301_a_citation_without_via_stands_once() -> None:
    cited: list[dict[str, Any]] = [{"record_id": "mtg-1", "source_id": "s"}] * 2
    assert found("E301", {"citations": cited}) == ["citations 1: mtg-1 (0)"]
    assert found("E301", {"citations": [cited[0], {**cited[0], "via_id": "tass"}]}) == []


def test_e302_waits_for_all_tables_that_a_reference_may_lead_to() -> None:
    rows: Rows = {
        "estimates": [{"estimate_id": "est-1", "subject_id": "dep-1", "scope_id": "moscow"}]
    }
    assert found("E302", rows, ["estimates", "meetings"]) == []
    assert found("E302", rows) == ["estimates 0: dep-1 (None)", "estimates 0: moscow (None)"]


@pytest.mark.parametrize("table", CITING_TABLES)
def test_e302_a_citation_may_support_any_event_or_claim(table: str) -> None:
    rows: Rows = {table: [{id_column(table): "x-1"}], "citations": [{"record_id": "x-1"}]}
    assert found("E302", rows) == []
    assert found("E303", {table: rows[table]}) == [f"{table} 0: x-1 (None)"]


@pytest.mark.parametrize(
    "table",
    [
        name
        for name in TABLES
        if name != "retired" and TABLES[name].columns()[id_column(name)].kind == "id"
    ],
)
def test_e308_in_every_table_of_ids(table: str) -> None:
    rows: Rows = {table: [{id_column(table): "x-1"}], "retired": [{"record_id": "x-1"}]}
    assert found("E308", rows) == [f"{table} 0: x-1 (None)"]


def led(form: str, *sides: str) -> Rows:
    leads = [
        {"meeting_id": "mtg-1", "actor_id": side, "side": side, "principal": True} for side in sides
    ]
    present = [
        {"meeting_id": "mtg-1", "actor_id": f"{side}-2", "side": side, "principal": False}
        for side in ("KP", "RU")
    ]
    return {
        "meetings": [{"meeting_id": "mtg-1", "format": form}],
        "participants": [*leads, *present],
    }


@pytest.mark.parametrize(
    "form", ["summit", "visit", "talks", "consultation", "phone_call", "letter"]
)
def test_e306_each_side_of_a_bilateral_meeting_is_led(form: str) -> None:
    assert found("E306", led(form, "KP", "RU")) == []
    assert found("E306", led(form, "KP")) == ["meetings 0: mtg-1 (RU)"]
    assert found("E306", led(form, "RU")) == ["meetings 0: mtg-1 (KP)"]


@pytest.mark.parametrize("form", ["ceremony", "conference"])
def test_e306_a_gathering_needs_no_leaders(form: str) -> None:
    assert found("E306", led(form)) == []


def test_e306_who_led_may_be_unknown_because_of_another_error() -> None:
    rows = led("talks", "KP", "RU")
    rows["participants"][1]["principal"] = None
    assert found("E306", rows) == []


def test_e307_a_citation_that_names_no_topics_is_of_none() -> None:
    rows: Rows = {
        "meetings": [
            {"meeting_id": "mtg-1", "topics": ["treaty"]},
            {"meeting_id": "mtg-2", "topics": ["trade"]},
        ],
        "citations": [
            {"record_id": "mtg-1"},
            {"record_id": "mtg-1", "topics": ["treaty", "trade"]},
        ],
    }
    assert found("E307", rows) == ["citations 1: trade (None)"]


@pytest.mark.parametrize("table", ["estimates", "statements"])
@pytest.mark.parametrize(
    ("said", "precision", "published", "late"),
    [
        ("2025-06-18", "day", {"published": "2025-06-17", "published_precision": "day"}, True),
        ("2025-06-17", "day", {"published": "2025-06-17", "published_precision": "day"}, False),
        ("2025-06-30", "day", {"published": "2025-06-01", "published_precision": "month"}, False),
        ("2025-07-01", "day", {"published": "2025-06-01", "published_precision": "month"}, True),
        ("2025-12-31", "day", {"published": "2025-01-01", "published_precision": "year"}, False),
        ("2026-01-01", "day", {"published": "2025-01-01", "published_precision": "year"}, True),
        (
            "2025-06-18",
            "on_or_before",
            {"published": "2025-06-17", "published_precision": "day"},
            False,
        ),
        ("2025-06-18", "day", {}, False),
    ],
)
def test_e310_said_after_its_sources(
    table: str, said: str, precision: str, published: dict[str, str], late: bool
) -> None:
    source: dict[str, Any] = {"source_id": "s", **published}
    if published:
        source["published"] = day(published["published"])
    rows = reported(table, {"said_on": day(said), "said_on_precision": precision}, source, EARLIER)
    assert [line.partition(" (")[0] for line in found("E310", rows)] == (
        [f"{table} 0: {said}"] if late else []
    )


EARLIER: dict[str, Any] = {
    "source_id": "t",
    "published": day("2020-01-01"),
    "published_precision": "day",
}


def reported(table: str, said: dict[str, Any], *sources: dict[str, Any]) -> Rows:
    """Return a claim that cites each of these sources."""
    citations = [{"record_id": "x-1", "source_id": source["source_id"]} for source in sources]
    return {
        table: [{id_column(table): "x-1", **said}],
        "sources": [*sources],
        "citations": citations,
    }


@pytest.mark.parametrize("table", ["estimates", "statements"])
def test_e310_an_undated_source_may_be_later(table: str) -> None:
    said = {"said_on": day("2025-06-18"), "said_on_precision": "day"}
    assert len(found("E310", reported(table, said, EARLIER))) == 1
    assert found("E310", reported(table, said, EARLIER, {"source_id": "s"})) == []
    lost = reported(table, said, EARLIER, {"source_id": "s"})
    assert found("E310", {**lost, "sources": [EARLIER]}) == []


def test_e305_addresses_of_both_tables() -> None:
    rows: Rows = {
        "sources": [{"url": "https://a.b/1"}, {"url": "https://a.b/1"}],
        "set_aside": [{"url": "https://a.b/1"}],
    }
    assert found("E305", rows) == [
        "set_aside 0: https://a.b/1 (https://a.b/1)",
        "set_aside 0: https://a.b/1 (https://a.b/1)",
        "sources 1: https://a.b/1 (https://a.b/1)",
    ]
    assert found("E305", rows, ["sources"]) == ["sources 1: https://a.b/1 (https://a.b/1)"]


@pytest.mark.parametrize(
    ("on", "precision", "first", "last"),
    [
        ("2024-02-17", "day", "2024-02-17", "2024-02-17"),
        ("2024-02-17", "month", "2024-02-01", "2024-02-29"),
        ("2024-12-31", "month", "2024-12-01", "2024-12-31"),
        ("2024-12-31", "year", "2024-01-01", "2024-12-31"),
        ("2024-01-01", "year", "2024-01-01", "2024-12-31"),
        ("2024-02-17", "on_or_before", None, "2024-02-17"),
    ],
)
def test_days_that_an_imprecise_date_can_mean(
    on: str, precision: str, first: str | None, last: str
) -> None:
    frame = nw.from_native(pl.DataFrame({"day": [day(on)], "precision": [precision]}))
    told = frame.select(
        first_day("day", "precision").alias("first"), last_day("day", "precision").alias("last")
    )
    assert told.rows() == [(first and day(first), day(last))]
