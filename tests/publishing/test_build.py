"""Building releases: the same bytes everywhere, all or nothing, and every changed byte reported."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pyarrow.parquet as pq
import pytest

from tumen.errors import SchemaError, TumenError
from tumen.publishing import build as publishing_build
from tumen.publishing import index, verify
from tumen.release import datapackage
from tumen.release import index as release_index
from tumen.report import DataError
from tumen.schemas import SCHEMA_VERSION, TABLES
from tumen.validation.explain import read_clean_dataset, read_page

if TYPE_CHECKING:
    from collections.abc import Callable

TODAY = dt.date(2026, 11, 24)
ROOT = Path(__file__).parents[2]
BUILD = """
import datetime, sys
from pathlib import Path
from tumen.publishing import build
build.build(Path("dataset"), Path(sys.argv[1]), "2026.11.0", datetime.date(2026, 11, 24))
"""


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def built(write_dataset: Callable[..., Path]) -> Path:
    publishing_build.build(write_dataset(), Path("releases"), "2026.11.0", TODAY)
    return Path("releases")


def test_release_is_complete(built: Path) -> None:
    documents = {"README.md", "codebook.md", "croissant.json", "datapackage.json"}
    tables = {f"{name}.parquet" for name in (*TABLES, "codebook")}
    assert set(contents(built)) == {"index.json"} | {
        f"2026.11.0/{name}" for name in tables | documents
    }
    assert verify.verify(built) == []


REVERSED = """import os
listed, scanned = os.listdir, os.scandir
os.listdir = lambda *path: sorted(listed(*path), reverse=True)

class Scanned:
    def __init__(self, *path):
        self.entries = iter(sorted(scanned(*path), key=lambda entry: entry.name, reverse=True))
    __iter__ = __enter__ = lambda self: self
    __next__ = lambda self: next(self.entries)
    __exit__ = close = lambda self, *_: None

os.scandir = Scanned
"""


def test_same_bytes_in_any_environment(write_dataset: Callable[..., Path]) -> None:
    write_dataset(
        {
            "actors.yaml": read_clean_dataset()["actors.yaml"].replace(
                "name: Sergei Shoigu", "name: Сергей Шойгу"
            )
        }
    )
    ascii_only = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    settings: list[dict[str, str]] = [
        {
            "TZ": "Asia/Pyongyang",
            "PYTHONHASHSEED": "1",
            "POLARS_MAX_THREADS": "4",
            "OMP_NUM_THREADS": "4",
            "LC_ALL": "C.UTF-8",
        },
        {
            "TZ": "America/Los_Angeles",
            "PYTHONHASHSEED": "2",
            "POLARS_MAX_THREADS": "1",
            "OMP_NUM_THREADS": "1",
            **ascii_only,
        },
    ]
    for number, setting in enumerate(settings):
        code = (REVERSED if number else "") + BUILD
        subprocess.run(
            [sys.executable, "-c", code, f"releases-{number}"],
            env={**os.environ, **setting},
            check=True,
        )
    assert contents(Path("releases-0")) == contents(Path("releases-1"))


def test_order_of_records_and_files_does_not_matter(
    write_dataset: Callable[..., Path], built: Path
) -> None:
    actors = (Path("dataset") / "actors.yaml").read_text()
    records = actors.strip().split("\n\n")
    write_dataset(
        {
            "actors/b.yaml": "\n\n".join(records[2:][::-1]) + "\n",
            "actors/a.yaml": "\n\n".join(records[:2]) + "\n",
        }
    )
    (Path("dataset") / "actors.yaml").unlink()
    publishing_build.build(Path("dataset"), Path("again"), "2026.11.0", TODAY)
    assert contents(built) == contents(Path("again"))


def test_existing_version_is_refused(built: Path) -> None:
    before = contents(built)
    with pytest.raises(
        TumenError,
        match=r"release 2026.11.0 exists and never changes; use the next version, 2026.11.1",
    ):
        publishing_build.build(Path("dataset"), built, "2026.11.0", TODAY)
    assert contents(built) == before


@pytest.mark.parametrize(
    "version", ["2026.11", "2026.13.0", "v2026.11.0", "2026.11.00", "../2026.11.0"]
)
def test_malformed_version_is_refused(version: str, write_dataset: Callable[..., Path]) -> None:
    with pytest.raises(TumenError, match="is not a version"):
        publishing_build.build(write_dataset(), Path("releases"), version, TODAY)
    assert not Path("releases").exists()


def test_records_with_findings_are_not_published(write_dataset: Callable[..., Path]) -> None:
    with pytest.raises(DataError) as caught:
        publishing_build.build(
            write_dataset({"estimates.yaml": read_page("E201").failing}),
            Path("releases"),
            "2026.11.0",
            TODAY,
        )
    assert [finding.code for finding in caught.value.report.findings] == ["E201"]
    assert not Path("releases").exists()


def test_next_version(built: Path) -> None:
    assert release_index.next_version(index.read(built), TODAY) == "2026.11.1"
    assert release_index.next_version(index.read(built), dt.date(2026, 12, 1)) == "2026.12.0"


def test_full_disk_leaves_nothing(write_dataset: Callable[..., Path]) -> None:
    write_dataset()
    limited = "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000)); "
    run = subprocess.run(
        [sys.executable, "-c", limited + BUILD, "releases"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "could not be written" in run.stderr
    assert "nothing was published" in run.stderr
    assert contents(Path("releases")) == {}


AT_A_STEP = """import os, signal, sys
seen = []

def count(event, given):
    if event in ("os.mkdir", "os.rename") or (event == "open" and given[2] & os.O_CREAT):
        seen.extend([event] if ".draft" in str(given[0]) else [])
        if len(seen) == int(sys.argv[2]):
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(count)
"""


def test_killed_build_leaves_the_old_state(write_dataset: Callable[..., Path]) -> None:
    """Killed among the files, before the folder is renamed and before the index is replaced."""
    write_dataset()

    def run(step: int) -> subprocess.CompletedProcess[str]:
        command = [
            sys.executable,
            "-c",
            f"{AT_A_STEP}\n{BUILD}\nprint(len(seen))",
            "releases",
            str(step),
        ]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    steps = int(run(-1).stdout)
    assert steps > len(TABLES)
    for step in (steps // 2, steps - 2, steps):
        shutil.rmtree("releases")
        Path("releases").mkdir()
        assert run(step).returncode == -signal.SIGKILL
        assert index.read(Path("releases")) == []
        publishing_build.build(Path("dataset"), Path("releases"), "2026.11.0", TODAY)
        assert verify.verify(Path("releases")) == []
        assert not list(Path("releases").glob(".*.draft"))


def _while_building(monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[], object]) -> None:
    compose = publishing_build.compose

    def composed(*given: Any) -> dict[str, bytes]:
        files = compose(*given)
        monkeypatch.setattr(publishing_build, "compose", compose)
        meanwhile()
        return files

    monkeypatch.setattr(publishing_build, "compose", composed)


def test_of_two_builds_at_once_one_is_refused(
    write_dataset: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    root, releases = write_dataset(), Path("releases")
    _while_building(monkeypatch, lambda: publishing_build.build(root, releases, "2026.11.0", TODAY))
    with pytest.raises(
        TumenError,
        match=r"release 2026\.11\.0 exists and never changes; use the next version, 2026\.11\.1",
    ):
        publishing_build.build(root, releases, "2026.11.0", TODAY)
    assert verify.verify(releases) == []


def test_a_withdrawal_during_a_build_is_not_lost(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _while_building(monkeypatch, lambda: index.withdraw(built, "2026.11.0", "Wrong.", TODAY))
    with pytest.raises(
        TumenError,
        match=r"releases was changed while release 2026\.11\.1 was built; nothing was published",
    ):
        publishing_build.build(Path("dataset"), built, "2026.11.1", TODAY)
    assert index.read(built)[0]["withdrawn"]["reason"] == "Wrong."
    assert [path.name for path in sorted(built.iterdir())] == ["2026.11.0", "index.json"]


def test_release_is_removed_if_the_index_cannot_be_written(
    write_dataset: Callable[..., Path],
) -> None:
    Path("releases", ".index.json.draft").mkdir(parents=True)
    with pytest.raises(TumenError, match="nothing was published"):
        publishing_build.build(write_dataset(), Path("releases"), "2026.11.0", TODAY)
    assert [path.name for path in Path("releases").iterdir()] == [".index.json.draft"]


def test_folder_without_entry_is_replaced(built: Path) -> None:
    (built / "index.json").unlink()
    (built / "2026.11.0" / "meetings.parquet").write_bytes(b"half")
    publishing_build.build(Path("dataset"), built, "2026.11.0", TODAY)
    assert verify.verify(built) == []


def changed(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_wrong_row_digest_is_reported(built: Path) -> None:
    folder = built / "2026.11.0"
    described = json.loads((folder / "datapackage.json").read_text())
    described["resources"][0] |= {"rows": 7, "row_digest": f"sha256:{0:064}"}
    content = index.encode_json(described)
    (folder / "datapackage.json").write_bytes(content)
    index.write(built, [{**index.read(built)[0], "datapackage": datapackage.sha256(content)}])
    assert verify.verify(built) == []
    assert [fault.split(": ")[1] for fault in verify.verify(built, rows=True)] == [
        "has 1 rows, but datapackage.json says 7",
        "its rows do not have the digest in datapackage.json",
    ]


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (
            lambda folder: changed(folder / "meetings.parquet"),
            "meetings.parquet: its digest is not the one in datapackage.json",
        ),
        (lambda folder: (folder / "meetings.parquet").unlink(), "meetings.parquet: is missing"),
        (
            lambda folder: (folder / "more.parquet").write_bytes(b""),
            "more.parquet: is not a file of the release",
        ),
        (
            lambda folder: changed(folder / "datapackage.json"),
            "datapackage.json: its digest is not the one in index.json",
        ),
        (lambda folder: (folder / "datapackage.json").unlink(), "datapackage.json: is missing"),
        (
            lambda folder: shutil.copytree(folder, folder.parent / "2026.11.1"),
            "2026.11.1: no entry in index.json; a build was interrupted, build it again",
        ),
    ],
)
def test_verify_reports_every_change(
    fault: Callable[[Path], Any], expected: str, built: Path
) -> None:
    fault(built / "2026.11.0")
    faults = verify.verify(built)
    assert len(faults) == 1
    assert faults[0].endswith(expected)


def test_invalid_index(built: Path) -> None:
    (built / "index.json").write_text("{")
    with pytest.raises(TumenError, match=r"index\.json"):
        verify.verify(built)


def test_metadata_travel_in_the_files(built: Path) -> None:
    schema = pq.read_schema(built / "2026.11.0" / "estimates.parquet")
    assert schema.metadata[b"tumen.schema_version"] == SCHEMA_VERSION.encode()
    assert schema.field("low").metadata == {
        b"title": b"Low",
        b"description": b"Lower bound",
        b"unit": b"as in column unit",
    }
    assert all(field.metadata[b"description"] for field in schema)
    assert json.loads(schema.metadata[b"tumen.fields"])["low"] == {
        "title": "Low",
        "description": "Lower bound",
        "unit": "as in column unit",
    }


def test_datapackage_describes_the_files(built: Path) -> None:
    described = json.loads((built / "2026.11.0" / "datapackage.json").read_text())
    assert described["licenses"][0]["name"] == "CC-BY-4.0"
    assert [resource["name"] for resource in described["resources"]][: len(TABLES) + 1] == [
        *TABLES,
        "codebook",
    ]
    for resource in described["resources"]:
        assert (built / "2026.11.0" / resource["path"]).stat().st_size == resource["bytes"]
        if "schema" in resource:
            frame = pl.read_parquet(built / "2026.11.0" / resource["path"])
            assert frame.height == resource["rows"]
            assert frame.columns == [field["name"] for field in resource["schema"]["fields"]]


def test_second_release_has_changes(built: Path) -> None:
    actors = Path("dataset/actors.yaml")
    actors.write_text(actors.read_text().replace("name: Sergei Shoigu", "name: Sergei K. Shoigu"))
    folder = publishing_build.build(Path("dataset"), built, "2026.11.1", TODAY)
    assert pl.read_parquet(folder / "changes.parquet").rows() == [
        ("sergei-shoigu", "actors", "name", '"Sergei Shoigu"', '"Sergei K. Shoigu"', "corrected")
    ]
    row = "| `sergei-shoigu` | actors.name | Sergei Shoigu | Sergei K. Shoigu |"
    assert row in (folder / "changes.md").read_text().splitlines()
    assert json.loads((folder / "datapackage.json").read_text())["changes_since"] == "2026.11.0"
    assert verify.verify(built, rows=True) == []


def test_changes_skip_withdrawn_releases(built: Path) -> None:
    publishing_build.build(Path("dataset"), built, "2026.11.1", TODAY)
    index.withdraw(built, "2026.11.1", "Wrong records.", TODAY)
    folder = publishing_build.build(Path("dataset"), built, "2026.11.2", TODAY)
    assert json.loads((folder / "datapackage.json").read_text())["changes_since"] == "2026.11.0"


def test_older_version_is_refused(built: Path) -> None:
    with pytest.raises(
        TumenError,
        match=r"release 2026.10.7 would be older than 2026.11.0; use the next version, 2026.11.1",
    ):
        publishing_build.build(Path("dataset"), built, "2026.10.7", TODAY)


def test_changed_schema_with_old_version_is_refused(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert publishing_build.schema_faults(built) == []
    monkeypatch.setattr("tumen.publishing.datapackage.SCHEMA_VERSION", "3.0")
    with pytest.raises(
        SchemaError,
        match=r"SCHEMA_VERSION is 3.0, and release 2026.11.0 has .*; since then: nothing changed",
    ):
        publishing_build.build(Path("dataset"), built, "2026.11.1", TODAY)
    assert [entry["version"] for entry in index.read(built)] == ["2026.11.0"]


def test_committed_releases_are_valid() -> None:
    assert verify.verify(ROOT / "releases", rows=True) == []
    assert publishing_build.schema_faults(ROOT / "releases") == []
