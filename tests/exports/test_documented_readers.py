"""Claims of the documents about what others make of our files, held to what those say."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import example_release
import polars as pl
import pytest
from hostile_release import snapshot

import tumen
from tumen.exports import export

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
FRICTIONLESS = str(Path(sys.executable).with_name("frictionless"))


def validated(*arguments: str) -> tuple[int, dict[str, Any]]:
    """Return the exit status and the report of `frictionless validate`."""
    run = subprocess.run(
        [FRICTIONLESS, "validate", "--json", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    return run.returncode, json.loads(run.stdout)


def told(report: dict[str, Any]) -> Iterator[tuple[str, str, str | None]]:
    """Yield table, kind and field of what frictionless found."""
    for task in report["tasks"]:
        for error in task["errors"]:
            yield task["name"], error["type"], error.get("fieldName")


def test_frictionless_says_of_a_release_what_the_document_tells() -> None:
    described = json.loads((example_release.folder() / "datapackage.json").read_bytes())
    tables = {
        one["name"]: one["schema"]["fields"] for one in described["resources"] if "schema" in one
    }
    lists = {
        (table, field["name"])
        for table, fields in tables.items()
        for field in fields
        if field["type"] == "list"
    }
    status, report = validated(str(example_release.folder() / "datapackage.json"))
    assert (status, report["valid"]) == (1, False)
    assert [task["name"] for task in report["tasks"]] == [
        one["name"] for one in described["resources"]
    ]
    found = Counter(told(report))
    assert {
        one[0]: number for one, number in found.items() if one[1] == "byte-count"
    } == dict.fromkeys(tables, 1)
    others = {(table, field) for table, kind, field in found if kind != "byte-count"}
    assert {kind for _, kind, _ in found} == {"byte-count", "type-error"}
    assert others
    assert others <= lists


def test_frictionless_finds_nothing_else_in_a_release() -> None:
    status, report = validated(
        "--skip-errors", "byte-count,type-error", str(example_release.folder() / "datapackage.json")
    )
    assert (status, report["valid"]) == (0, True)


@pytest.mark.parametrize("known_by", [None, "2025-06-30"])
def test_frictionless_finds_nothing_in_an_export_to_csv(
    known_by: str | None, tmp_path: Path
) -> None:
    (exported,) = export.write(snapshot(known_by), "csv", tmp_path / "a.zip")
    with zipfile.ZipFile(exported) as archive:
        archive.extractall(tmp_path)
    status, report = validated(str(tmp_path / "datapackage.json"))
    assert (status, list(told(report))) == (0, [])
    meetings = tmp_path / "meetings.csv"
    meetings.write_text(
        meetings.read_text(encoding="utf-8").replace("2025-06", "2025-6", 1), encoding="utf-8"
    )
    assert validated(str(tmp_path / "datapackage.json"))[0] == 1


@pytest.mark.parametrize(
    "picture", sorted((ROOT / "docs" / "pictures").glob("*.svg")), ids=lambda path: path.name
)
def test_pictures_of_the_readme_are_of_the_newest_release(picture: Path) -> None:
    """`make pictures` draws them."""
    newest = tumen.releases().filter(pl.col("withdrawn").is_null())["version"][-1]
    text = picture.read_text(encoding="utf-8")
    assert set(re.findall(r"release (\d{4}\.\d{2}\.\d+)", text)) == {newest}
    assert f"docs/pictures/{picture.name}" in (ROOT / "README.md").read_text(encoding="utf-8")
