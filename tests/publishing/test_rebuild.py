"""Rebuilding releases from the records that they name."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest

from tumen.errors import TumenError, UnknownNameError
from tumen.publishing import build as publishing_build
from tumen.publishing import index, parquet
from tumen.publishing.rebuild import rebuild

if TYPE_CHECKING:
    from collections.abc import Callable

    Git = Callable[..., str]

TODAY = dt.date(2026, 11, 24)
ROOT = Path(__file__).parents[2]
RELEASES = Path("releases")


@pytest.fixture
def published(write_dataset: Callable[..., Path], git: Git) -> Path:
    """Commit records and build a release of them, then change the records."""
    write_dataset()
    git("add", "dataset")
    git("commit", "--quiet", "--message", "Add records")
    publishing_build.build(Path("dataset"), RELEASES, "2026.11.0", TODAY)
    Path("dataset/places.yaml").write_text("- {}\n")
    return RELEASES


def rewritten(folder: Path, table: str, change: Callable[[dict[str, Any]], None]) -> None:
    """Change the description of a table in the datapackage."""
    described = json.loads((folder / "datapackage.json").read_text())
    change(next(resource for resource in described["resources"] if resource["name"] == table))
    (folder / "datapackage.json").write_bytes(index.encode_json(described))


def test_same_bytes(published: Path) -> None:
    described = json.loads((published / "2026.11.0" / "datapackage.json").read_text())
    assert len(described["records"]["tree"]) == 40
    again = rebuild(published, "2026.11.0")
    assert again.faults == again.rows == again.reworded == ()
    assert str(again) == "2026.11.0 built again: bytes match; 20 files with the same bytes"
    with pytest.raises(TumenError, match="has uncommitted changes"):
        publishing_build.build(Path("dataset"), published, "2026.11.1", TODAY)


def test_other_writer_of_parquet(published: Path) -> None:
    path = published / "2026.11.0" / "actors.parquet"
    pq.write_table(pq.read_table(path, schema=parquet.declared(path)), path, compression="snappy")
    again = rebuild(published, "2026.11.0")
    assert again.rows == ("actors.parquet",)
    assert str(again).startswith(
        "2026.11.0 built again: row digests match; 19 files with the same bytes, 1 file with other bytes and the same row"
    )


def test_other_rows(published: Path) -> None:
    folder = published / "2026.11.0"
    path = folder / "actors.parquet"
    pq.write_table(pq.read_table(path, schema=parquet.declared(path)).slice(1), path)
    rewritten(
        folder,
        "actors",
        lambda resource: resource.update(
            row_digest=parquet.row_digest(parquet.read_rows(path.read_bytes()))
        ),
    )
    again = rebuild(published, "2026.11.0")
    assert again.faults == (f"{folder / 'actors.parquet'}: built again, its rows differ",)
    assert "neither bytes nor row digests match" in str(again)


def test_release_with_changes(published: Path, git: Git) -> None:
    git("checkout", "--quiet", "dataset")
    actors = Path("dataset/actors.yaml")
    actors.write_text(actors.read_text().replace("name: Sergei Shoigu", "name: Sergei K. Shoigu"))
    git("commit", "--quiet", "--all", "--message", "Correct a name")
    publishing_build.build(Path("dataset"), published, "2026.11.1", TODAY)
    again = rebuild(published, "2026.11.1")
    assert "changes.parquet" in again.same
    assert again.faults == again.rows == again.reworded == ()


def test_schema_with_later_columns(published: Path) -> None:
    folder = published / "2026.11.0"
    path = folder / "actors.parquet"
    schema = parquet.declared(path)
    without = schema.remove(schema.get_field_index("wikidata_id"))
    content = pq.read_table(path).select(without.names).cast(without)
    pq.write_table(
        content, path, compression="zstd", row_group_size=content.num_rows, store_schema=True
    )
    rewritten(
        folder,
        "actors",
        lambda resource: resource.update(
            row_digest=parquet.row_digest(parquet.read_rows(path.read_bytes()))
        ),
    )
    again = rebuild(published, "2026.11.0")
    assert "actors.parquet" in again.same
    assert again.faults == ()


def test_committed_releases() -> None:
    for entry in index.read(ROOT / "releases"):
        again = rebuild(ROOT / "releases", entry["version"])
        assert again.faults == (), str(again)


def test_rebuild_that_cannot_run(published: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.raises(UnknownNameError, match="no release '2026.10.0'"):
        rebuild(published, "2026.10.0")
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    shutil.copytree(published, elsewhere / "releases")
    with pytest.raises(
        TumenError,
        match="the git history of .*elsewhere.* does not have the records [0-9a-f]{40}; fetch the whole",
    ):
        rebuild(elsewhere / "releases", "2026.11.0")
