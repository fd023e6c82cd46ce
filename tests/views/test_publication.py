"""Accounts, first knowledge, acknowledgement: who reported what, when, and how long the sides took."""

from __future__ import annotations

import datetime as dt

import pytest
from example_release import tables

import tumen
from tumen.errors import TumenError, UnknownNameError
from tumen.views.accounts import accounts
from tumen.views.publication import acknowledgement, first_known, known


def test_accounts_of_a_meeting() -> None:
    frame = accounts(tables(), "mtg-0003").collect()
    assert frame.select(
        "publisher", "origin", "origins", "reports", "not_seen", "agrees", "differs"
    ).rows() == [
        ("Paper A", "KCNA", 2, ["memorials", "treaty"], ["engineer_deployment"], True, None),
        ("Paper B", "KCNA", 2, ["memorials"], ["engineer_deployment", "treaty"], True, None),
        (
            "Paper B",
            "TASS",
            2,
            ["engineer_deployment"],
            ["memorials", "treaty"],
            False,
            "Gives 18 June.",
        ),
    ]


def test_a_topic_that_no_account_known_by_then_reports_is_missed_in_none() -> None:
    assert accounts(tables("2025-04-01"), "mtg-0001").collect().select(
        "reports", "not_seen"
    ).rows() == [(["treaty"], [])]


def test_no_document_is_said_to_leave_out_anything_before_one_is_marked_as_read_in_full() -> None:
    assert tumen.open().accounts()["leaves_out"].null_count() == tumen.open().accounts().height > 0


def test_an_account_without_topics_says_nothing_of_them() -> None:
    assert accounts(tables(), "mtg-0002").collect().select("reports", "not_seen").rows() == [
        (None, None)
    ]


def test_first_known() -> None:
    frame = first_known(tables(), "dep-0001").collect()
    assert frame.select(
        "known_since", "lag_min", "lag_max", "first_publishers", "first_vias", "sources"
    ).rows() == [
        (dt.date(2024, 10, 18), -13, 17, ["paper-a"], ["national-intelligence-service-kr"], 1)
    ]
    letter = first_known(tables(), "mtg-0004").collect()
    assert letter.select("start_date", "end_date", "lag_min", "lag_max").rows() == [
        (dt.date(2025, 4, 1), dt.date(2025, 4, 30), 49, 78)
    ]


def test_first_known_of_a_table() -> None:
    assert first_known(tables(), table="statements").collect()["record_id"].to_list() == [
        "stm-0001",
        "stm-0002",
        "stm-0003",
    ]


def test_known_on_a_day() -> None:
    assert known(tables(), "casualties", "2025-06-17").collect()["record_id"].to_list() == [
        "est-0001",
        "est-0002",
    ]
    assert known(tables(), "dep-0001", "2024-10-18").collect()["record_id"].to_list() == [
        "dep-0001"
    ]
    assert known(tables(), "dep-0001", "2025-12-31").collect()["record_id"].to_list() == [
        "dep-0001",
        "stm-0001",
        "est-0001",
        "stm-0002",
    ]
    assert known(tables(), "dep-0001", "2024-10-17").collect().is_empty()


@pytest.mark.parametrize("what", ["dep-0009", "casualty"])
def test_known_wants_a_record_or_a_measure(what: str) -> None:
    with pytest.raises(UnknownNameError, match=what):
        known(tables(), what, "2025-01-01")


def test_known_wants_a_day() -> None:
    with pytest.raises(TumenError, match="is not a date"):
        known(tables(), "casualties", "January 2025")


def test_acknowledgement() -> None:
    frame = acknowledgement(tables(), "dep-0001").collect()
    columns = (
        "side",
        "first_claim_on",
        "first_claim_by",
        "acknowledged_on",
        "acknowledged_by",
        "acknowledged_in",
        "stance",
        "days",
    )
    assert frame.select(columns).rows() == [
        (
            "KP",
            dt.date(2024, 10, 18),
            ["national-intelligence-service-kr", "paper-a"],
            dt.date(2025, 4, 28),
            "dprk",
            "stm-0002",
            "acknowledges",
            192,
        ),
        (
            "RU",
            dt.date(2024, 10, 18),
            ["national-intelligence-service-kr", "paper-a"],
            None,
            None,
            None,
            None,
            None,
        ),
    ]


def test_acknowledgement_shows_only_once_it_is_known() -> None:
    assert acknowledgement(tables("2025-04-27")).collect()["acknowledged_on"].to_list() == [
        None,
        None,
    ]
