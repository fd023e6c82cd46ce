"""Text to typed values."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tumen.records import scalars
from tumen.records.parser import read
from tumen.records.scalars import parse_boolean, parse_date, parse_number
from tumen.schemas.vocabularies import DATE_PRECISIONS


@pytest.mark.parametrize(
    ("text", "first", "last", "precision"),
    [
        ("2025", dt.date(2025, 1, 1), dt.date(2025, 12, 31), "year"),
        ("2024-02", dt.date(2024, 2, 1), dt.date(2024, 2, 29), "month"),
        ("2025-06-17", dt.date(2025, 6, 17), dt.date(2025, 6, 17), "day"),
        ("../2025-06-19", dt.date(2025, 6, 19), dt.date(2025, 6, 19), "on_or_before"),
    ],
)
def test_partial_date(text: str, first: dt.date, last: dt.date, precision: str) -> None:
    assert parse_date(text) == (first, last, precision)


def test_every_precision_of_a_date_is_known() -> None:
    assert set(DATE_PRECISIONS) == set(scalars.COARSENESS)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "25",
        "2025-6",
        "2025-13",
        "2025-00",
        "2025-06-00",
        "2025-02-30",
        "2025/06/17",
        "0000",
        "../2025-06",
        "2025-06-17T10:00",
        "٢٠٢٥",
    ],
)
def test_not_a_date(text: str) -> None:
    with pytest.raises(ValueError, match="is not a date|needs a day"):
        parse_date(text)


@given(st.dates())
def test_a_day_is_its_own_first_and_last(day: dt.date) -> None:
    assert parse_date(day.isoformat()) == (day, day, "day")


@given(st.dates())
def test_a_month_holds_its_days(day: dt.date) -> None:
    month = parse_date(day.isoformat()[:7])
    assert month.first <= day <= month.last
    assert (month.first.month, month.last.month) == (day.month, day.month)


@given(st.integers(-(10**15) + 1, 10**15 - 1))
def test_whole_numbers(value: int) -> None:
    assert parse_number(str(value)) == value


@pytest.mark.parametrize(
    ("text", "value"), [("19.06", 19.06), ("0.10", 0.1), ("-0.5", -0.5), ("9" * 15, 10**15 - 1)]
)
def test_numbers(text: str, value: float) -> None:
    assert parse_number(text) == value


@pytest.mark.parametrize("text", ["0", "-0", "-0.0"])
def test_there_is_one_zero(text: str) -> None:
    assert str(parse_number(text)) == "0.0"


@pytest.mark.parametrize(
    ("start", "end", "precision"),
    [
        ("2024-05-12", "2025-05-12", "day"),
        ("2024-05-12", "2025-05", "month"),
        ("2024-05", "2025-05-12", "month"),
        ("2024-05", "2025", "year"),
        ("2024", "2025-05", "year"),
    ],
)
def test_a_period_is_as_precise_as_its_coarser_end(start: str, end: str, precision: str) -> None:
    (row,) = read(f"- {{id: pos-0001, start: {start}, end: {end}}}\n".encode(), "positions").rows[
        "positions"
    ]
    assert row.values["date_precision"] == precision


@pytest.mark.parametrize(
    "text", ["", "6,000", "1e3", "0x10", "1_000", "+5", "05", ".5", "5.", "inf", "nan", "1" * 40]
)
def test_not_a_number(text: str) -> None:
    with pytest.raises(ValueError, match="is not a number|more than 15 digits"):
        parse_number(text)


def test_flags() -> None:
    assert parse_boolean("true")
    assert not parse_boolean("false")
    with pytest.raises(ValueError, match="'True' is neither true nor false"):
        parse_boolean("True")
