"""Rebuilding a release from the records that it names, and comparing it with what was published.

The present library reads the records. It does not validate them again, because they passed the
rules of their time. Each table is written with the schema that its file declares, so that columns
and codes added later do not matter. Then the bytes are compared. Where another version of the
Parquet writer made other bytes, the row digests are compared, which do not depend on the writer.
The documents (datapackage, README, codebook, Croissant) are compared as well. If only they differ,
another version of the library wrote them.
"""

from __future__ import annotations

import datetime as dt
import io
import os
import re
import tarfile
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import polars as pl

from tumen._system import git
from tumen.errors import TumenError, UnknownNameError
from tumen.publishing import build, index, parquet
from tumen.publishing.datapackage import Stamp
from tumen.records import frames, reader
from tumen.release import datapackage
from tumen.release.datapackage import DESCRIPTION
from tumen.schemas import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_GIT: Final = re.compile("[0-9a-f]{40}|[0-9a-f]{64}")
_UNCAPPED: Final = "1.0"
"""The schema version in which `known_since` could be later than the date of the build."""


class Rebuilt(NamedTuple):
    """The result of a rebuild.

    Attributes:
        version: The version of the release.
        same: The files with the same bytes.
        rows: The tables with other bytes but the same rows.
        reworded: The documents whose text differs.
        faults: What does not match, one sentence each.

    """

    version: str
    same: tuple[str, ...]
    rows: tuple[str, ...]
    reworded: tuple[str, ...]
    faults: tuple[str, ...]

    def __str__(self) -> str:
        parts = [f"{_count(self.same)} with the same bytes"]
        if self.rows:
            parts.append(
                f"{_count(self.rows)} with other bytes and the same row digest"
                f" ({', '.join(self.rows)})"
            )
        if self.reworded:
            parts.append(
                f"{_count(self.reworded)} worded by another version of the library"
                f" ({', '.join(self.reworded)})"
            )
        verdict = "row digests match" if self.rows else "bytes match"
        if self.faults:
            verdict = "neither bytes nor row digests match"
        return f"{self.version} built again: {verdict}; {', '.join(parts)}"


def rebuild(releases: Path, version: str) -> Rebuilt:
    """Build a release again from the records that it names, and compare the two.

    Args:
        releases: The folder of releases, in the git repository that has the records.
        version: The release to build again.

    Raises:
        UnknownNameError: The index does not list the version.
        TumenError: The git history does not have the records.

    """
    entries = {entry["version"]: entry for entry in index.read(releases)}
    if version not in entries:
        raise UnknownNameError("release", version, entries)
    folder = releases / version
    package = _read_package(folder, list(entries))
    previous = package.get("changes_since")
    source = package["records"]
    with tempfile.TemporaryDirectory() as scratch:
        _unpack(releases, source["tree"], Path(scratch))
        built_on = (
            None
            if package["schema_version"] == _UNCAPPED
            else dt.date.fromisoformat(entries[version]["date"])
        )
        tables = frames.with_known_since(frames.from_dataset(reader.read(Path(scratch))), built_on)
    stamp = Stamp(version, entries[version]["date"], source["tree"], source["commit"], previous)
    files = build.compose(tables, stamp, releases / previous if previous else None)
    declared = dict(_as_declared(folder, tables))
    for name, frame in declared.items():
        schema = parquet.declared(folder / f"{name}.parquet")
        key = [column for column in TABLES[name].spec().key if column in schema.names]
        files[f"{name}.parquet"] = parquet.encode(frame, schema, key)
    if previous and (folder / build.CHANGES).is_file():
        changes = build.changes_since(releases / previous, declared, package["resources"])
        files[build.CHANGES] = parquet.encode(changes, parquet.declared(folder / build.CHANGES))
    return _compare(folder, package, files)


def _read_package(folder: Path, versions: list[str]) -> dict[str, Any]:
    """Return the datapackage, its git objects and previous version checked before they are used."""
    try:
        package = datapackage.parse_complete((folder / DESCRIPTION).read_bytes())
    except (OSError, ValueError) as error:
        raise TumenError(
            f"{folder / DESCRIPTION}: {error}; restore it from the git history."
        ) from None
    source, previous = package.get("records"), package.get("changes_since")
    if not isinstance(source, dict) or not all(
        _GIT.fullmatch(str(source.get(name))) for name in ("tree", "commit")
    ):
        raise TumenError(
            f"{folder / DESCRIPTION} names no git tree and commit of its records,"
            " so it cannot be built again."
        )
    if previous is not None and previous not in versions:
        raise UnknownNameError(
            f"release that {folder / DESCRIPTION} compares with,", str(previous), versions
        )
    return package


def _as_declared(
    folder: Path, tables: Mapping[str, pl.DataFrame]
) -> Iterator[tuple[str, pl.DataFrame]]:
    """Yield each table that the release has, with the columns that its file declares."""
    for name, frame in tables.items():
        path = folder / f"{name}.parquet"
        if path.is_file():
            names = parquet.declared(path).names
            removed = [
                pl.lit(None).alias(column) for column in names if column not in frame.columns
            ]
            yield name, frame.with_columns(removed).select(names)


def _compare(folder: Path, package: Mapping[str, Any], files: Mapping[str, bytes]) -> Rebuilt:
    same, rows, reworded, faults = [], [], [], []
    for resource in [*package["resources"], {"path": DESCRIPTION}]:
        path = resource["path"]
        rebuilt = files.get(path)
        if rebuilt == (folder / path).read_bytes():
            same.append(path)
        elif "row_digest" not in resource:
            reworded.append(path)
        elif rebuilt is not None and _row_digest(rebuilt) == resource["row_digest"]:
            rows.append(path)
        elif resource["name"] == "codebook":
            reworded.append(path)
        else:
            faults.append(f"{folder / path}: built again, its rows differ")
    return Rebuilt(folder.name, tuple(same), tuple(rows), tuple(reworded), tuple(faults))


def _row_digest(content: bytes) -> str:
    return parquet.row_digest(parquet.read_rows(content))


def _unpack(folder: Path, tree: str | None, target: Path) -> None:
    """Write the records of a git tree to `target`, from the repository that `folder` is in."""
    top = git.run(folder, "rev-parse", "--show-toplevel").stdout
    result = None
    if top:
        repository = Path(os.fsdecode(top).rstrip("\n"))
        result = git.run(repository, "archive", "--format=tar", str(tree))
    if result is None or result.returncode:
        raise TumenError(
            f"the git history of {folder} does not have the records {tree};"
            " fetch the whole history and try again."
        )
    with tarfile.open(fileobj=io.BytesIO(result.stdout)) as archive:
        archive.extractall(target, filter="data")


def _count(files: tuple[str, ...]) -> str:
    return f"{len(files)} file{'' if len(files) == 1 else 's'}"
