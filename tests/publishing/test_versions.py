"""The version of a release: the next one of the month of its date; every remedy works."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tumen.errors import TumenError
from tumen.publishing.versions import FIRST_DAY, LAST_DAY, accepted_version
from tumen.release.index import has_month_of_its_date, next_version, version_key

TODAY = dt.date(2026, 11, 24)
DAYS = st.dates(FIRST_DAY, LAST_DAY)
VERSIONS = st.builds(
    "{}.{:02}.{}".format, st.integers(2026, 2099), st.integers(1, 12), st.integers(0, 12)
)


def entries(
    *versions: str, withdrawn: tuple[str, ...] = (), date: str = "2026-11-20"
) -> list[dict[str, Any]]:
    return [
        {"version": name, "date": date, **({"withdrawn": {}} if name in withdrawn else {})}
        for name in versions
    ]


@pytest.mark.parametrize(
    ("before", "wanted", "accepted"),
    [
        ((), None, "2026.11.0"),
        ((), "2026.11.0", "2026.11.0"),
        ((), "2026.11.7", "2026.11.7"),
        (("2026.10.3",), None, "2026.11.0"),
        (("2026.11.0", "2026.11.1"), None, "2026.11.2"),
        (("2026.11.0", "2026.11.9"), "2026.11.10", "2026.11.10"),
    ],
)
def test_accepted(before: tuple[str, ...], wanted: str | None, accepted: str) -> None:
    assert accepted_version(entries(*before), wanted, TODAY) == accepted


@pytest.mark.parametrize(
    ("before", "withdrawn", "wanted", "why"),
    [
        (
            (),
            (),
            "2062.12.0",
            "does not name the month of its build, 2026-11-24; use the next version, 2026.11.0",
        ),
        (
            (),
            (),
            "2026.10.0",
            "does not name the month of its build, 2026-11-24; use the next version, 2026.11.0",
        ),
        (
            ("2026.11.1",),
            (),
            "2026.11.0",
            "would be older than 2026.11.1; use the next version, 2026.11.2",
        ),
        (
            ("2026.11.0",),
            (),
            "2026.11.0",
            "exists and never changes; use the next version, 2026.11.1",
        ),
        (
            ("2026.11.4",),
            ("2026.11.4",),
            "2026.11.4",
            "exists and never changes; use the next version, 2026.11.5",
        ),
        (
            ("2026.11.4",),
            ("2026.11.4",),
            "2026.11.3",
            "would be older than a withdrawn release; use the next version, 2026.11.5",
        ),
        ((), (), "2026.11", "is not a version; write YYYY.MM.N, such as 2026.11.0"),
    ],
)
def test_refused(
    before: tuple[str, ...], withdrawn: tuple[str, ...], wanted: str, why: str
) -> None:
    held = entries(*before, withdrawn=withdrawn)
    with pytest.raises(TumenError, match=re.escape(why)):
        accepted_version(held, wanted, TODAY)


@pytest.mark.parametrize("day", [dt.date(1969, 12, 31), dt.date(2025, 12, 31), dt.date(2100, 1, 1)])
def test_dates_out_of_range(day: dt.date) -> None:
    with pytest.raises(TumenError, match="outside 2026 to 2099; correct the clock"):
        accepted_version([], None, day)


def test_all_wrong_versions_are_named_at_once() -> None:
    held = entries("2062.12.0", "2071.01.0")
    with pytest.raises(
        TumenError,
        match="tumen withdraw 2062.12.0 .* && tumen withdraw 2071.01.0 .*; then the next version, 2026.11.0",
    ):
        accepted_version(held, None, TODAY)


@given(st.lists(VERSIONS, unique=True, max_size=5), st.none() | VERSIONS, DAYS)
def test_every_remedy_works(versions: list[str], wanted: str | None, today: dt.date) -> None:
    """Whatever was published and is requested, the remedy leads to a new release of today."""
    held = entries(*sorted(versions, key=version_key))
    for _ in range(3):
        try:
            accepted = accepted_version(held, wanted, today)
        except TumenError as refusal:
            slips = re.findall(r"tumen withdraw (\S+)", str(refusal))
            held = [
                {**entry, "withdrawn": {}} if entry["version"] in slips else entry for entry in held
            ]
            number = re.search(r"next version, ([0-9.]+[0-9])", str(refusal))
            assert number
            wanted = number[1]
            continue
        assert accepted not in versions
        assert has_month_of_its_date({"version": accepted, "date": today.isoformat()})
        assert all(
            version_key(accepted) > version_key(entry["version"])
            for entry in held
            if "withdrawn" not in entry
        )
        return
    pytest.fail("no remedy led to a release")


@given(DAYS)
def test_next_version_is_of_its_month(today: dt.date) -> None:
    assert has_month_of_its_date({"version": next_version([], today), "date": today.isoformat()})
    assert has_month_of_its_date({"version": "2026.11.0"})
