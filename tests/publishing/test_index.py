"""The index: every version is used once, and withdrawn releases stay."""

from __future__ import annotations

import datetime as dt
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import tumen
from tumen.errors import SchemaError, TumenError, UnknownNameError, WithdrawnWarning
from tumen.publishing import build as publishing_build
from tumen.publishing import index, verify
from tumen.release import catalog
from tumen.release import index as release_index

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TODAY = dt.date(2026, 11, 24)


@pytest.fixture
def two(write_dataset: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Build two releases, and make the library read them instead of the bundled ones."""
    releases = Path("releases").absolute()
    for version in ("2026.11.0", "2026.11.1"):
        publishing_build.build(write_dataset(), releases, version, TODAY)
    monkeypatch.setattr(catalog, "folder", lambda: releases)
    catalog.index.cache_clear()
    yield releases
    catalog.index.cache_clear()


def withdraw(
    releases: Path, version: str, reason: str = "Two meetings  were\ndated a year late."
) -> None:
    index.withdraw(releases, version, reason, dt.date(2026, 12, 1))
    catalog.index.cache_clear()


def test_withdrawn_release_stays_and_loads_only_when_named(two: Path) -> None:
    assert tumen.open().release == "2026.11.1"
    withdraw(two, "2026.11.1")
    assert verify.verify(two, rows=True) == []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert tumen.open().release == "2026.11.0"
    told = r"release 2026\.11\.1 was withdrawn on 2026-12-01: Two meetings were dated a year late\."
    with pytest.warns(WithdrawnWarning, match=told) as caught:
        assert tumen.load("meetings", release="2026.11.1").height == 1
    assert [one.category for one in caught] == [WithdrawnWarning]
    with warnings.catch_warnings(record=True) as told_of_columns:
        warnings.simplefilter("always")
        tumen.load("meetings", release="2026.11.1", columns=["meeting_id"])
    assert len(told_of_columns) == 1
    assert tumen.releases()["withdrawn"].to_list() == [None, "Two meetings were dated a year late."]


def test_version_of_a_withdrawn_release_is_not_reused(two: Path) -> None:
    withdraw(two, "2026.11.1")
    assert release_index.next_version(index.read(two), TODAY) == "2026.11.2"
    with pytest.raises(
        TumenError,
        match="release 2026.11.1 exists and never changes; use the next version, 2026.11.2",
    ):
        publishing_build.build(Path("dataset"), two, "2026.11.1", TODAY)


def test_all_releases_withdrawn(two: Path) -> None:
    withdraw(two, "2026.11.0")
    withdraw(two, "2026.11.1")
    with pytest.raises(
        SchemaError, match=r"have been withdrawn; .* or name one of: 2026.11.0, 2026.11.1"
    ):
        tumen.open()
    with pytest.warns(WithdrawnWarning):
        assert tumen.open(release="2026.11.0").meetings.collect().height == 1


def test_withdrawal_happens_once_and_needs_a_reason(two: Path) -> None:
    before = (two / "index.json").read_bytes()
    with pytest.raises(
        UnknownNameError, match=r"no release '2026.11.7'; did you mean '2026.11.[01]'"
    ):
        withdraw(two, "2026.11.7")
    with pytest.raises(TumenError, match="--reason is empty"):
        withdraw(two, "2026.11.0", " \n")
    assert (two / "index.json").read_bytes() == before
    withdraw(two, "2026.11.0", "First.")
    with pytest.raises(
        TumenError, match=r"release 2026.11.0 was already withdrawn on 2026-12-01: First\."
    ):
        withdraw(two, "2026.11.0", "Second.")


def test_other_properties_of_an_index_stay(tmp_path: Path) -> None:
    (tmp_path / "index.json").write_text('{"store": "here", "releases": []}')
    index.write(tmp_path, [{"version": "2026.11.0"}])
    assert '"store": "here"' in (tmp_path / "index.json").read_text()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "Expecting property name"),
        ("[]", "list indices must be integers"),
        ("[" * 100_000, "maximum recursion depth exceeded"),
        ('{"releases": [{}]}', "no 'version'"),
        (
            '{"releases": [{"version": "../../etc"}]}',
            r"'\.\./\.\./etc' is not a version YYYY\.MM\.N",
        ),
        (
            '{"releases": [{"version": "2031.01.0", "withdrawn": 3}]}',
            "withdrawn without a date or a reason",
        ),
        (
            '{"releases": [{"version": "2026.11.0"}, {"version": "2026.11.0"}]}',
            "2026.11.0 is listed twice",
        ),
    ],
)
def test_invalid_index(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "index.json").write_text(content)
    with pytest.raises(
        TumenError,
        match=f"index.json is not an index of releases .*{message}.*; restore it from the git history",
    ):
        index.read(tmp_path)
