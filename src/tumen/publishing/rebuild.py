"""A release built again from the records that it names, and how that compares with what was published.

The records are read by the library as it is now; the rules of their day judged them, and are not asked again. Each table is
written in the schema that its file declares, so that columns and codes that came later do not matter. Then the bytes are compared
and, where another version of Parquet's writer made others, the row digests, which no writer decides. Documents (datapackage, card,
codebook, Croissant) are compared too; where only they differ, another version of the library worded them.
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
from tumen.publishing import build, digests, index, parquet
from tumen.publishing.datapackage import Stamp
from tumen.records import frames, reader
from tumen.release import datapackage
from tumen.release.resources import DESCRIPTION
from tumen.schemas import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_GIT: Final = re.compile("[0-9a-f]{40}|[0-9a-f]{64}")
_UNCAPPED: Final = "1.0"
"""The schema version in which `known_since` could lie after the day of the build."""


class Rebuilt(NamedTuple):
    """The files by what held: the same bytes, the same rows in other bytes, documents in other words; and the faults."""

    version: str
    same: tuple[str, ...]
    rows: tuple[str, ...]
    reworded: tuple[str, ...]
    faults: tuple[str, ...]

    def __str__(self) -> str:
        parts = [f"{_count(len(self.same))} the same bytes"]
        if self.rows:
            parts.append(
                f"{_count(len(self.rows))} other bytes with the same row digest ({', '.join(self.rows)})"
            )
        if self.reworded:
            parts.append(
                f"{_count(len(self.reworded))} worded by another version of the library ({', '.join(self.reworded)})"
            )
        held = (
            "neither bytes nor row digests hold"
            if self.faults
            else "row digests hold"
            if self.rows
            else "bytes hold"
        )
        return f"{self.version} built again: {held}; {', '.join(parts)}"


def rebuild(releases: Path, version: str) -> Rebuilt:
    """Return how a release compares when it is built again from the records that it names, by the repository it is in.

    Raises `UnknownNameError` for a version that the index does not name, `TumenError` where the history does not hold the records.
    """
    entries = {entry["version"]: entry for entry in index.read(releases)}
    if version not in entries:
        raise UnknownNameError("release", version, entries)
    folder = releases / version
    described = _described(folder, list(entries))
    previous = described.get("changes_since")
    source = described["records"]
    with tempfile.TemporaryDirectory() as scratch:
        _unpack(releases, source["tree"], Path(scratch))
        built_on = (
            None
            if described["schema_version"] == _UNCAPPED
            else dt.date.fromisoformat(entries[version]["date"])
        )
        tables = frames.with_known_since(frames.of(reader.read(Path(scratch))), built_on)
    stamp = Stamp(version, entries[version]["date"], source["tree"], source["commit"], previous)
    files = build.compose(tables, stamp, releases / previous if previous else None)
    declared = dict(_as_declared(folder, tables))
    for name, frame in declared.items():
        schema = parquet.declared(folder / f"{name}.parquet")
        key = [column for column in TABLES[name].spec().key if column in schema.names]
        files[f"{name}.parquet"] = parquet.encode(frame, schema, key)
    if previous and (folder / build.CHANGES).is_file():
        changes = build.changes_since(releases / previous, declared, described["resources"])
        files[build.CHANGES] = parquet.encode(changes, parquet.declared(folder / build.CHANGES))
    return _compared(folder, described, files)


def _described(folder: Path, versions: list[str]) -> dict[str, Any]:
    """Return the datapackage of a release; what of it becomes an argument of git or a path is of its form."""
    try:
        described = datapackage.read((folder / DESCRIPTION).read_bytes())
    except (OSError, ValueError) as error:
        raise TumenError(f"{folder / DESCRIPTION}: {error}; restore it from the history.") from None
    source, previous = described.get("records"), described.get("changes_since")
    if not isinstance(source, dict) or not all(
        _GIT.fullmatch(str(source.get(name))) for name in ("tree", "commit")
    ):
        raise TumenError(
            f"{folder / DESCRIPTION} names no git tree and commit of its records, so that it cannot be built again."
        )
    if previous is not None and previous not in versions:
        raise UnknownNameError(
            f"release that {folder / DESCRIPTION} compares with,", str(previous), versions
        )
    return described


def _as_declared(
    folder: Path, tables: Mapping[str, pl.DataFrame]
) -> Iterator[tuple[str, pl.DataFrame]]:
    """Yield the tables with the columns that the files of the release declare; those it lacks are left out."""
    for name, frame in tables.items():
        path = folder / f"{name}.parquet"
        if path.is_file():
            names = parquet.declared(path).names
            lost = [pl.lit(None).alias(column) for column in names if column not in frame.columns]
            yield name, frame.with_columns(lost).select(names)


def _compared(folder: Path, described: Mapping[str, Any], files: Mapping[str, bytes]) -> Rebuilt:
    same, rows, reworded, faults = [], [], [], []
    for resource in [*described["resources"], {"path": DESCRIPTION}]:
        path = resource["path"]
        again = files.get(path)
        if again == (folder / path).read_bytes():
            same.append(path)
        elif "row_digest" not in resource:
            reworded.append(path)
        elif (
            again is not None and digests.row_digest(digests.rows(again)) == resource["row_digest"]
        ):
            rows.append(path)
        elif resource["name"] == "codebook":
            reworded.append(path)
        else:
            faults.append(f"{folder / path}: built again, its rows differ")
    return Rebuilt(folder.name, tuple(same), tuple(rows), tuple(reworded), tuple(faults))


def _unpack(folder: Path, tree: str | None, target: Path) -> None:
    """Write the records of a git tree, of the repository that the folder is in, to `target`."""
    top = git.run(folder, "rev-parse", "--show-toplevel").stdout
    packed = (
        git.run(Path(os.fsdecode(top).rstrip("\n")), "archive", "--format=tar", str(tree))
        if top
        else None
    )
    if packed is None or packed.returncode:
        raise TumenError(
            f"the history of {folder} does not hold the records {tree}; fetch all of it and try again."
        )
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as archive:
        archive.extractall(target, filter="data")


def _count(files: int) -> str:
    return f"{files} file{'' if files == 1 else 's'}"
