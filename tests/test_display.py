"""What a notebook shows of a snapshot and a record: everything escaped, nothing but http as link."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import two_releases

import tumen
from tumen.display import html_link

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module", autouse=True)
def releases() -> Iterator[None]:
    with two_releases.opened():
        yield


def test_a_snapshot_shows_release_day_and_rows() -> None:
    shown = tumen.open(known_by="2025-06-17")._repr_html_()
    assert "<b>Tumen 2026.11.0</b>, as could be cited on 2025-06-17" in shown
    assert "meetings</td>" in shown


def test_a_record_is_a_dict_that_shows_as_tables() -> None:
    record = tumen.open().record("mtg-0001")
    assert isinstance(record, dict)
    shown = record._repr_html_()
    assert "The first visit." in shown
    assert (
        '<a href="https://tass.example/2025-03-22" rel="noopener noreferrer" target="_blank">'
        in shown
    )
    assert "Визит &amp; ко" in shown


def test_nothing_breaks_out() -> None:
    shown = tumen.open().record("mtg-0004")._repr_html_()
    assert "<script" not in shown
    assert "<img" not in shown
    assert "&lt;script&gt;" in shown


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "//x.example", "https:x"]
)
def test_other_addresses_are_mere_text(address: str) -> None:
    assert html_link(address, "<b>") == "&lt;b&gt;"
