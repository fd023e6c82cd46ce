"""Releases: the same bytes wherever they are built, whole or not at all, and every changed byte told."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pyarrow.parquet as pq
import pytest

from tumen import release, verify
from tumen.errors import DataError, TumenError, UnknownNameError
from tumen.explain import page
from tumen.schemas import SCHEMA_VERSION, TABLES

if TYPE_CHECKING:
    from collections.abc import Callable

TODAY = dt.date(2026, 11, 24)
ROOT = Path(__file__).parent.parent
BUILD = "import datetime, sys; from pathlib import Path; from tumen import release; release.build(Path('dataset'), Path(sys.argv[1]), '2026.11.0', datetime.date(2026, 11, 24))"


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture
def built(lay: Callable[..., Path]) -> Path:
    release.build(lay(), Path("releases"), "2026.11.0", TODAY)
    return Path("releases")


def test_whole_release(built: Path) -> None:
    assert set(contents(built)) == {"index.json", "2026.11.0/datapackage.json"} | {f"2026.11.0/{name}.parquet" for name in TABLES}
    assert verify.verify(built) == []


def test_same_bytes_in_any_zone_locale_and_order(lay: Callable[..., Path]) -> None:
    lay()
    settings: list[dict[str, str]] = [
        {"TZ": "Asia/Pyongyang", "PYTHONHASHSEED": "1", "LC_ALL": "C"},
        {"TZ": "America/Los_Angeles", "PYTHONHASHSEED": "2", "LC_ALL": "C.UTF-8", "POLARS_MAX_THREADS": "1"},
    ]
    for number, setting in enumerate(settings):
        subprocess.run([sys.executable, "-c", BUILD, f"releases-{number}"], env={**os.environ, **setting}, check=True)
    assert contents(Path("releases-0")) == contents(Path("releases-1"))


def test_order_of_records_and_files_does_not_matter(lay: Callable[..., Path], built: Path) -> None:
    actors = (Path("dataset") / "actors.yaml").read_text()
    records = actors.strip().split("\n\n")
    lay({"actors/b.yaml": "\n\n".join(records[2:][::-1]) + "\n", "actors/a.yaml": "\n\n".join(records[:2]) + "\n"})
    (Path("dataset") / "actors.yaml").unlink()
    release.build(Path("dataset"), Path("again"), "2026.11.0", TODAY)
    assert contents(built) == contents(Path("again"))


def test_existing_version_is_refused(built: Path) -> None:
    before = contents(built)
    with pytest.raises(TumenError, match=r"release 2026.11.0 exists and never changes; take the next number, 2026.11.1"):
        release.build(Path("dataset"), built, "2026.11.0", TODAY)
    assert contents(built) == before


@pytest.mark.parametrize("version", ["2026.11", "2026.13.0", "v2026.11.0", "2026.11.00", "../2026.11.0"])
def test_malformed_version_is_refused(version: str, lay: Callable[..., Path]) -> None:
    with pytest.raises(TumenError, match="is not a version"):
        release.build(lay(), Path("releases"), version, TODAY)
    assert not Path("releases").exists()


def test_records_with_findings_are_not_published(lay: Callable[..., Path]) -> None:
    with pytest.raises(DataError) as caught:
        release.build(lay({"estimates.yaml": page("E201").bad}), Path("releases"), "2026.11.0", TODAY)
    assert [finding.code for finding in caught.value.report.findings] == ["E201"]
    assert not Path("releases").exists()


def test_next_version(built: Path) -> None:
    assert release.next_version(built, TODAY) == "2026.11.1"
    assert release.next_version(built, dt.date(2026, 12, 1)) == "2026.12.0"


def test_full_disk_leaves_nothing(lay: Callable[..., Path]) -> None:
    lay()
    limited = "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000)); "
    run = subprocess.run([sys.executable, "-c", limited + BUILD, "releases"], capture_output=True, text=True, check=False)
    assert "could not be written" in run.stderr
    assert "nothing was published" in run.stderr
    assert contents(Path("releases")) == {}


def test_killed_build_leaves_the_old_state_or_the_new(lay: Callable[..., Path]) -> None:
    lay()
    seen = set()
    for delay in [0.3 + 0.05 * step for step in range(10)]:
        shutil.rmtree("releases", ignore_errors=True)
        process = subprocess.Popen([sys.executable, "-c", BUILD, "releases"])
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.wait()
        published = [entry["version"] for entry in release.read_index(Path("releases"))["releases"]]
        seen.add(tuple(published))
        if published:
            assert verify.verify(Path("releases")) == []
        else:
            release.build(Path("dataset"), Path("releases"), "2026.11.0", TODAY)
            assert verify.verify(Path("releases")) == []
    assert seen <= {(), ("2026.11.0",)}


def test_folder_without_entry_is_replaced(built: Path) -> None:
    (built / "index.json").unlink()
    (built / "2026.11.0" / "meetings.parquet").write_bytes(b"half")
    release.build(Path("dataset"), built, "2026.11.0", TODAY)
    assert verify.verify(built) == []


def changed(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (lambda folder: changed(folder / "meetings.parquet"), "meetings.parquet: its digest is not the one in datapackage.json"),
        (lambda folder: (folder / "meetings.parquet").unlink(), "meetings.parquet: missing"),
        (lambda folder: (folder / "more.parquet").write_bytes(b""), "more.parquet: belongs to no release"),
        (lambda folder: changed(folder / "datapackage.json"), "datapackage.json: its digest is not the one in index.json"),
        (lambda folder: (folder / "datapackage.json").unlink(), "datapackage.json: missing"),
        (
            lambda folder: shutil.copytree(folder, folder.parent / "2026.11.1"),
            "2026.11.1: no entry in index.json; a build was cut short, build it again",
        ),
    ],
)
def test_verify_tells_every_change(fault: Callable[[Path], Any], expected: str, built: Path) -> None:
    fault(built / "2026.11.0")
    faults = verify.verify(built)
    assert len(faults) == 1
    assert faults[0].endswith(expected)


def test_index_that_is_not_one(built: Path) -> None:
    for content in ("{", "[]", '{"releases": [{"version": "../../etc"}]}'):
        (built / "index.json").write_text(content)
        with pytest.raises(TumenError, match=r"index\.json"):
            verify.verify(built)


def test_rebuild_from_the_history(lay: Callable[..., Path]) -> None:
    lay()
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org"]
    for command in (["init", "-q"], ["add", "dataset"], ["commit", "-qm", "Add records"]):
        subprocess.run([*git, *command], check=True)
    release.build(Path("dataset"), Path("releases"), "2026.11.0", TODAY)
    described = json.loads(Path("releases/2026.11.0/datapackage.json").read_text())
    assert len(described["records"]["tree"]) == 40
    Path("dataset/places.yaml").write_text("- {}\n")
    assert verify.rebuild(Path("releases"), "2026.11.0", Path()) == ("bytes", [])
    with pytest.raises(UnknownNameError):
        verify.rebuild(Path("releases"), "2026.10.0", Path())
    with pytest.raises(TumenError, match="changes that are not committed"):
        release.build(Path("dataset"), Path("releases"), "2026.11.1", TODAY)


def test_rebuild_without_history(built: Path) -> None:
    with pytest.raises(TumenError, match="does not hold the records"):
        verify.rebuild(built, "2026.11.0", Path())


def test_metadata_travel_in_the_files(built: Path) -> None:
    schema = pq.read_schema(built / "2026.11.0" / "estimates.parquet")
    assert schema.metadata[b"tumen.schema_version"] == SCHEMA_VERSION.encode()
    assert schema.field("low").metadata == {b"title": b"Low", b"description": b"Lower bound", b"unit": b"as in column unit"}
    assert all(field.metadata[b"description"] for field in schema)


def test_datapackage_describes_the_files(built: Path) -> None:
    described = json.loads((built / "2026.11.0" / "datapackage.json").read_text())
    assert described["licenses"][0]["name"] == "CC-BY-4.0"
    assert [resource["name"] for resource in described["resources"]] == list(TABLES)
    for resource in described["resources"]:
        frame = pl.read_parquet(built / "2026.11.0" / resource["path"])
        assert frame.height == resource["rows"]
        assert frame.columns == [field["name"] for field in resource["schema"]["fields"]]


def test_committed_releases_are_what_they_say() -> None:
    assert verify.verify(ROOT / "releases") == []
