"""Whether releases are what they say: every file against its datapackage, every datapackage against the index."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from tumen import parquet, release
from tumen.datapackage import Stamp
from tumen.errors import TumenError, UnknownNameError
from tumen.release import DESCRIPTION, INDEX

if TYPE_CHECKING:
    from collections.abc import Iterator


def verify(releases: Path) -> list[str]:
    """Return every fault of every release in the folder, one sentence each; an empty list where there is none."""
    index = release.read_index(releases)["releases"]
    faults = [fault for entry in index for fault in _of_release(releases / entry["version"], entry)]
    named = {entry["version"] for entry in index}
    stray = (path for path in sorted(releases.iterdir()) if path.is_dir() and release.VERSION.fullmatch(path.name))
    return faults + [
        f"{path}: no entry in {INDEX}; a build was cut short, build it again" for path in stray if path.name not in named
    ]


def _of_release(folder: Path, entry: dict[str, Any]) -> Iterator[str]:
    description = folder / DESCRIPTION
    if not description.is_file():
        yield f"{description}: missing"
        return
    content = description.read_bytes()
    if _sha256(content) != entry["datapackage"]:
        yield f"{description}: its digest is not the one in {INDEX}"
        return
    resources = json.loads(content)["resources"]
    expected = {resource["path"] for resource in resources} | {DESCRIPTION}
    for path in sorted(folder.iterdir()):
        if path.name not in expected:
            yield f"{path}: belongs to no release"
    for resource in resources:
        yield from _of_file(folder / resource["path"], resource)


def _of_file(path: Path, resource: dict[str, Any]) -> Iterator[str]:
    if not path.is_file():
        yield f"{path}: missing"
        return
    content = path.read_bytes()
    if _sha256(content) != resource["hash"]:
        yield f"{path}: its digest is not the one in {DESCRIPTION}"
        return
    try:
        rows = parquet.rows(content)
    except (pa.ArrowException, OSError) as error:
        yield f"{path}: not Parquet: {error}"
        return
    if len(rows) != resource["rows"]:
        yield f"{path}: {len(rows)} rows where {DESCRIPTION} says {resource['rows']}"
    if f"sha256:{parquet.row_digest(rows)}" != resource["row_digest"]:
        yield f"{path}: its rows do not have the digest in {DESCRIPTION}"


def rebuild(releases: Path, version: str, repository: Path) -> tuple[str, list[str]]:
    """Build a release again from the records that it names, and return how it compares: `bytes` or `rows`, and the faults.

    Where the bytes differ (another writer of Parquet), the row digests must agree. Raises `TumenError` where the history does not
    hold the records.
    """
    versions = [entry["version"] for entry in release.read_index(releases)["releases"]]
    if version not in versions:
        raise UnknownNameError("release", version, versions)
    folder = releases / version
    described = json.loads((folder / DESCRIPTION).read_bytes())
    source = described["records"]
    with tempfile.TemporaryDirectory() as scratch:
        _unpack(repository, source["tree"], Path(scratch))
        files = release.render(Path(scratch), Stamp(version, described["created"], source["tree"], source["commit"]))
    differing = [name for name, content in files.items() if content != (folder / name).read_bytes()]
    if not differing:
        return "bytes", []
    again = {resource["name"]: resource for resource in json.loads(files[DESCRIPTION])["resources"]}
    faults = [
        f"{folder / resource['path']}: built again, its rows differ"
        for resource in described["resources"]
        if resource["name"] not in again or again[resource["name"]]["row_digest"] != resource["row_digest"]
    ]
    return "rows", faults


def _unpack(repository: Path, tree: str | None, target: Path) -> None:
    command = ["git", "-C", str(repository), "archive", "--format=tar", str(tree)]
    packed = subprocess.run(command, check=False, capture_output=True)  # noqa: S603
    if not tree or packed.returncode:
        raise TumenError(f"the history of {repository} does not hold the records {tree}; fetch all of it and try again.")
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as archive:
        archive.extractall(target, filter="data")


def _sha256(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
