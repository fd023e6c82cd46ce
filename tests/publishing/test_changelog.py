"""The changelog section of a release: its draft, and its place in the changelog."""

from __future__ import annotations

import contextlib
import datetime as dt
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from tumen.comparison.changes import COLUMNS
from tumen.errors import TumenError
from tumen.publishing import build as publishing_build
from tumen.publishing import changelog as publishing_changelog

if TYPE_CHECKING:
    from collections.abc import Callable

CHANGES = pl.DataFrame(
    [
        (None, "meetings", "level", "{}", '{"codes":["envoy"]}', "schema"),
        ("mtg-0001", "meetings", "start_date", '"2025-06-17"', '"2025-06-18"', "corrected"),
        ("mtg-0001", "participants", "capacity", "{}", "{}", "corrected"),
        ("mtg-0002", "participants", None, "{}", None, "corrected"),
        ("mtg-0003", "meetings", None, None, "{}", "added"),
        ("mtg-0003", "citations", None, None, "{}", "added"),
        ("mtg-0001", "citations", None, None, "{}", "source added"),
        ("mtg-0001", "citations", None, None, "{}", "source added"),
        ("mtg-0004", "meetings", None, "{}", None, "retired"),
        (
            "mtg-0004",
            "retired",
            None,
            None,
            '{"reason":"duplicate","successor_id":"mtg-0001"}',
            "retired",
        ),
        ("tver", "places", None, "{}", None, "retired"),
    ],
    schema=dict.fromkeys(COLUMNS, pl.String),
    orient="row",
)
SUMMARY = """\
Since 2026.10.0, in records ([list](releases/2026.11.0/changes.md)):

| table | added | corrected | retired | source added |
| --- | --- | --- | --- | --- |
| meetings | 1 | 1 | 1 |  |
| participants |  | 2 |  |  |
| citations | 1 |  |  | 2 |
| retired |  |  | 1 |  |
| places |  |  | 1 |  |

- Schema: meetings.level: gained 'envoy'."""
LINK = "releases/2026.11.0/changes.md"
PAGE = """\
# Changed records in 2026.11.0

Records changed since 2026.10.0, by kind: 1 added, 2 corrected, 2 retired, 1 source added. A record can be in several kinds.
`tumen diff 2026.10.0 2026.11.0` prints every change, those of added records included.

## Corrected

| record | field | old | new |
| --- | --- | --- | --- |
| `mtg-0001` | meetings.start_date | 2025-06-17 | 2025-06-18 |
| `mtg-0001` | participants.capacity |  |  |
| `mtg-0002` | participants |  |  |

## Retired

| record | field | old | new |
| --- | --- | --- | --- |
| `mtg-0004` | meetings |  |  |
| `mtg-0004` | retired |  | reason: duplicate, successor_id: mtg-0001 |
| `tver` | places |  |  |

## Source added

| record | field | old | new |
| --- | --- | --- | --- |
| `mtg-0001` | citations |  |  |
| `mtg-0001` | citations |  |  |
"""


def test_summary() -> None:
    assert "\n".join(publishing_changelog.summary("2026.10.0", CHANGES, LINK)) == SUMMARY
    assert publishing_changelog.summary("2026.10.0", CHANGES.head(1), LINK) == [
        "Since 2026.10.0:",
        "",
        "- Schema: meetings.level: gained 'envoy'.",
    ]
    assert publishing_changelog.summary("2026.10.0", CHANGES.clear(), LINK) == [
        "- The same records as 2026.10.0."
    ]
    assert all(
        len(line) <= publishing_changelog.WIDTH
        for line in publishing_changelog.summary("2026.10.0", many(), LINK)
    )


def test_changed_records() -> None:
    page = publishing_changelog.changed_records("2026.11.0", "2026.10.0", CHANGES)
    assert page == PAGE


def many() -> pl.DataFrame:
    rows = [
        (f"mtg-{number:04}", "meetings", "start_date", '"a"', '"b"', "corrected")
        for number in range(200)
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String), orient="row")


def test_sections_of_releases(write_dataset: Callable[..., Path]) -> None:
    releases = Path("releases")
    first = publishing_build.build(write_dataset(), releases, "2026.11.0", dt.date(2026, 11, 24))
    second = publishing_build.build(write_dataset(), releases, "2026.11.1", dt.date(2026, 11, 24))
    told = "- First release: 1 meetings, 2 participants, 1 estimates, 5 actors, 3 places, 1 sources, 2 citations."
    assert publishing_changelog.draft_section(first).splitlines()[2:] == [told]
    assert publishing_changelog.draft_section(second).splitlines()[2:] == [
        "- The same records as 2026.11.0."
    ]


def test_section_is_put_first_under_data(tmp_path: Path) -> None:
    changelog = tmp_path / "CHANGELOG.md"
    changelog.write_text("# Changelog\n\n## Data\n\n### 2026.10.0\n\n- Old.\n\n## Library\n")
    publishing_changelog.insert(changelog, "### 2026.11.0\n\n- New.\n")
    assert (
        changelog.read_text()
        == "# Changelog\n\n## Data\n\n### 2026.11.0\n\n- New.\n\n### 2026.10.0\n\n- Old.\n\n## Library\n"
    )


def test_changelog_without_the_heading(tmp_path: Path) -> None:
    changelog = tmp_path / "CHANGELOG.md"
    with pytest.raises(TumenError, match=r"CHANGELOG\.md cannot be read"):
        publishing_changelog.insert(changelog, "")
    changelog.write_bytes(b"# Changelog \xff\n")
    with pytest.raises(TumenError, match=r"CHANGELOG\.md cannot be read"):
        publishing_changelog.insert(changelog, "")
    changelog.write_text("# Changelog\n")
    with pytest.raises(
        TumenError,
        match="has no heading '## Data' with an empty line below it; add it, and try again",
    ):
        publishing_changelog.insert(changelog, "")
    assert changelog.read_text() == "# Changelog\n"


def test_a_relative_folder_is_that_of_the_working_folder(
    write_dataset: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """What is kept of a release is not taken for another release of the same relative path."""
    first = publishing_build.build(
        write_dataset(), Path("releases"), "2026.11.0", dt.date(2026, 11, 24)
    )
    told = publishing_changelog.draft_section(first)
    with contextlib.chdir(tmp_path_factory.mktemp("another")):
        shutil.copytree(Path(__file__).parents[1] / "support" / "example_release", "dataset")
        second = publishing_build.build(
            Path("dataset"), Path("releases"), "2026.11.0", dt.date(2026, 11, 24)
        )
        assert first == second
        assert publishing_changelog.draft_section(second) != told
    assert publishing_changelog.draft_section(first) == told
