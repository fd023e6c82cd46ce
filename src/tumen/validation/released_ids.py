"""The ids of releases, and what identifies their records.

The ids are collected from all releases, including withdrawn ones, because an id that was public may
have been cited. A withdrawn release has no other effect: its retirements are ignored, and it does
not fix what its ids mean.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import polars as pl

from tumen._system.paths import polars_source
from tumen.errors import TumenError
from tumen.release.index import INDEX, parse
from tumen.schemas import TABLES
from tumen.schemas.release_rules import IDENTIFYING_FIELDS
from tumen.table_names import KEYS

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

RELEASES: Final = "releases"
_RETIRED: Final = ("record_id", "release", "reason", "successor_id")

Values = dict[str, Any]


class ReleaseIds(NamedTuple):
    """The ids of a release or a dataset.

    Attributes:
        records: By table and id, the identifying fields of a record, or None if it is not valid.
        retired: The fields of each retirement, by id.

    """

    records: Mapping[str, Mapping[str, Values | None]]
    retired: Mapping[str, Values]


class ReleasedRecord(NamedTuple):
    """A record as the newest release has it that was not withdrawn.

    Attributes:
        version: The version of that release. If all releases with the record were withdrawn, it is
            that of the first.
        values: Its identifying fields, or None if all releases with the record were withdrawn.

    """

    version: str
    values: Values | None


@dataclass(slots=True)
class ReleasedIds:
    """The ids of all releases.

    Attributes:
        newest: The version of the newest release that was not withdrawn.
        records: By table and id, the newest record.
        retired: By id, the newest version that has its retirement, and the fields of that.

    """

    newest: str | None = None
    records: dict[str, dict[str, ReleasedRecord]] = field(
        default_factory=lambda: {table: {} for table in KEYS}
    )
    retired: dict[str, tuple[str, Values]] = field(default_factory=dict)

    def add(self, edition: ReleaseIds, entry: Mapping[str, Any]) -> None:
        """Add a release that is newer than all that were added.

        Args:
            edition: The ids of the release.
            entry: Its entry in the index of releases.

        """
        version, is_withdrawn = entry["version"], "withdrawn" in entry
        for table, records in edition.records.items():
            known = self.records[table]
            if is_withdrawn:
                known |= {
                    name: ReleasedRecord(version, None) for name in records.keys() - known.keys()
                }
            else:
                known |= {name: ReleasedRecord(version, values) for name, values in records.items()}
        if not is_withdrawn:
            self.newest = version
            self.retired |= {name: (version, row) for name, row in edition.retired.items()}

    def tables_of(self, name: str) -> list[str]:
        """Return the names of the tables in which an id was released."""
        return [table for table, records in self.records.items() if name in records]


def find_releases(root: Path) -> Path | None:
    """Return the folder of releases next to a dataset.

    Args:
        root: The folder of the dataset.

    Returns:
        The folder, or None if it has no index of releases.

    """
    # A dataset may be a link: the folder is next to the link. A folder that cannot be looked at
    # counts as missing.
    folder = Path(os.path.abspath(root)).parent / RELEASES  # noqa: PTH100 - keeps links
    return folder if os.path.isfile(folder / INDEX) else None  # noqa: PTH113 - never raises


def read_releases(releases: Path) -> ReleasedIds:
    """Read the ids of all releases in a folder.

    Args:
        releases: The folder of releases.

    Returns:
        The ids.

    Raises:
        TumenError: If a release or the index cannot be read.

    """
    past = ReleasedIds()
    for entry in read_index(releases):
        past.add(read_release(releases / entry["version"]), entry)
    return past


def read_index(releases: Path) -> list[dict[str, Any]]:
    """Read the index of a folder of releases.

    Args:
        releases: The folder of releases.

    Returns:
        The entries of the index.

    Raises:
        TumenError: If the index cannot be read.

    """
    try:
        return parse((releases / INDEX).read_bytes())
    except FileNotFoundError:
        raise TumenError(
            f"{releases} has no releases: there is no {INDEX}; give the folder that has it."
        ) from None
    except (OSError, ValueError) as error:
        raise TumenError(
            f"{releases / INDEX} is not an index of releases ({error});"
            " restore it from the git history."
        ) from error


def read_release(folder: Path) -> ReleaseIds:
    """Read the ids of a release.

    Args:
        folder: The folder of the release.

    Returns:
        The ids.

    Raises:
        TumenError: If a file of the release cannot be read, or there is none.

    """
    tables = {}
    for table, columns in _columns_to_read().items():
        path = folder / f"{table}.parquet"
        try:
            scanned = pl.scan_parquet(polars_source(path), glob=False)
            tables[table] = scanned.select(
                pl.col(name) for name in scanned.collect_schema() if name in columns
            ).collect()
        except FileNotFoundError:
            continue
        except (OSError, pl.exceptions.PolarsError) as error:
            raise TumenError(
                f"{path} cannot be read ({error}); run `tumen verify` to see what is wrong with"
                " the release."
            ) from None
        _refuse_other_table(path, tables[table], table)
    if not tables:
        raise TumenError(
            f"{folder} has no table of the release that the index lists;"
            " restore it from the git history."
        )
    return from_tables(tables)


def _refuse_other_table(path: Path, frame: pl.DataFrame, table: str) -> None:
    """Refuse a file that lacks a column of the key, or has a column of another type."""
    types = TABLES[table].polars_types()
    required = {*TABLES[table].spec().key} | ({"principal"} if table == "participants" else set())
    missing = sorted(required & _columns_to_read()[table] - set(frame.columns))
    mistyped = [name for name, kind in frame.schema.items() if kind != types[name]]
    if missing or mistyped:
        fault = (
            f"lacks {', '.join(missing)}"
            if missing
            else f"has {mistyped[0]} as {frame.schema[mistyped[0]]}"
        )
        raise TumenError(
            f"{path} {fault}, unlike a table of {table};"
            " download the release from where it was published."
        )


def _columns_to_read() -> dict[str, set[str]]:
    """Return the columns to read by table: those that identify a record."""
    identity = {
        table: {KEYS[table], *(column for mark in marks for column in mark.columns)}
        - {"principals"}
        for table, marks in IDENTIFYING_FIELDS.items()
    }
    return {
        **identity,
        "participants": {"meeting_id", "actor_id", "principal"},
        "retired": set(_RETIRED),
    }


def from_tables(tables: Mapping[str, pl.DataFrame]) -> ReleaseIds:
    """Collect the ids in the tables of a release or a dataset.

    Args:
        tables: The tables by name; any may be missing.

    Returns:
        The ids.

    """
    frames_by_table = dict(tables)
    if "meetings" in tables and "participants" in tables:
        principals = _find_principals(tables["participants"])
        frames_by_table["meetings"] = tables["meetings"].join(
            principals, on="meeting_id", how="left"
        )
    columns = _columns_to_read()
    records = {
        table: _index_by_key(frames_by_table[table], KEYS[table], columns[table] | {"principals"})
        for table in KEYS
        if table in frames_by_table
    }
    retired: dict[str, Values] = {}
    if "retired" in tables:
        retired = _index_by_key(tables["retired"], "record_id", set(_RETIRED))
    return ReleaseIds(records, retired)


def _index_by_key(frame: pl.DataFrame, key: str, columns: Container[str]) -> dict[str, Values]:
    selected = frame.select(name for name in frame.columns if name in columns)
    rows = selected.filter(pl.col(key).is_not_null())
    return {row[key]: row for row in rows.iter_rows(named=True)}


def _find_principals(participants: pl.DataFrame) -> pl.DataFrame:
    """Return who led a side of each meeting or, if nobody is marked as such, who took part."""
    leads = pl.col("principal").fill_null(value=False)
    chosen = pl.col("actor_id").filter(leads | ~leads.any())
    return participants.group_by("meeting_id").agg(chosen.alias("principals"))
