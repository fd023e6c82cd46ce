"""The rules that a released id stays, or is retired, and always means the same thing.

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
from tumen.records import frames
from tumen.release.index import INDEX, VERSION, parse, version_key
from tumen.report import Finding, Place
from tumen.schemas import TABLES
from tumen.schemas.permanence import (
    IDENTIFYING_FIELDS,
    PAST_DATES,
    PERMANENCE_RULES,
    has_new_identity,
)
from tumen.schemas.retired import RULES as RETIREMENT
from tumen.schemas.retired import id_prefix
from tumen.table_names import KEYS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Container, Iterator, Mapping

    from tumen.records.parser import Row
    from tumen.records.reader import Dataset

RELEASES: Final = "releases"
_RETIRED: Final = ("record_id", "release", "reason", "successor_id")
_SUCCESSOR: Final = next(rule for rule in RETIREMENT if rule.code == "E346")
_NOUNS: Final = {table: key.removesuffix("_id") for table, key in KEYS.items()}

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


class Violation(NamedTuple):
    """A violation of a rule: its code, the table, id and column where it is, and a message."""

    code: str
    table: str
    name: str
    column: str
    message: str


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
    return _to_edition(tables)


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


def _to_edition(tables: Mapping[str, pl.DataFrame]) -> ReleaseIds:
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


def find_violations(
    past: ReleasedIds, now: ReleaseIds, building: str | None = None
) -> Iterator[Violation]:
    """Yield every violation of the rules on released ids.

    There are none before the first release.

    Args:
        past: The ids of the releases.
        now: The ids of the records.
        building: The version that is being built from the records, if any.

    Returns:
        The violations, rule by rule.

    """
    if not any(past.records.values()):
        return
    yield from _find_missing(past, now)
    yield from _find_reused(past, now)
    yield from _find_unretired(past, now)
    for name, row in now.retired.items():
        if name not in past.retired:
            yield from _check_retirement(past, now, name, row, building)


def _find_missing(past: ReleasedIds, now: ReleaseIds) -> Iterator[Violation]:
    """Yield ids that are in no table and not retired, or in another table than before."""
    retired = now.retired.keys() | past.retired.keys()
    for table, released in past.records.items():
        if table not in now.records:
            continue
        for name in sorted(released.keys() - now.records[table].keys() - retired):
            history = f"was released in {released[name].version}, as {_article(_NOUNS[table])}"
            others = [
                other
                for other, records in now.records.items()
                if name in records and name not in past.records[other]
            ]
            if others:
                yield Violation("E341", others[0], name, KEYS[others[0]], f"{name!r} {history}")
            else:
                yield Violation(
                    "E340",
                    table,
                    name,
                    KEYS[table],
                    f"{name!r} {history}, and is neither in {table} nor retired",
                )


def _article(noun: str) -> str:
    return f"a{'n' if noun[0] in 'aeiou' else ''} {noun}"


def _find_reused(past: ReleasedIds, now: ReleaseIds) -> Iterator[Violation]:
    """Yield ids that now belong to something else."""
    for table, records in now.records.items():
        for name, values in records.items():
            released = past.records[table].get(name)
            if values is None or released is None or released.values is None:
                continue
            if name in past.retired or released.values == values:
                continue
            if has_new_identity(table, released.values, values):
                fields = ", ".join(
                    dict.fromkeys(mark.columns[0] for mark in IDENTIFYING_FIELDS[table])
                )
                message = (
                    f"{name!r} was something else in release {released.version}:"
                    f" all of {fields} changed at once"
                )
                yield Violation("E341", table, name, KEYS[table], message)


def _find_unretired(past: ReleasedIds, now: ReleaseIds) -> Iterator[Violation]:
    """Yield ids whose retirement is no longer there."""
    for name in sorted(past.retired.keys() - now.retired.keys()):
        version, row = past.retired[name]
        table = next(
            (table for table, records in now.records.items() if name in records), "retired"
        )
        message = (
            f"{name!r} is retired since {row['release']} ({row['reason']}),"
            f" as release {version} has it"
        )
        yield Violation("E342", table, name, KEYS.get(table, "record_id"), message)


def _check_retirement(
    past: ReleasedIds, now: ReleaseIds, name: str, row: Values, building: str | None
) -> Iterator[Violation]:
    """Yield violations in a retirement that is not released yet."""
    tables = past.tables_of(name)
    if not tables:
        yield Violation("E343", "retired", name, "record_id", f"{name!r} is in no release")
        return
    release = str(row["release"])
    if building is not None and release != building:
        yield Violation(
            "E344",
            "retired",
            name,
            "release",
            f"{release!r} is not the release that is built; write {building}",
        )
    elif VERSION.fullmatch(release) and version_key(release) <= version_key(
        str(past.newest or "2000.01.0")
    ):
        yield Violation(
            "E344",
            "retired",
            name,
            "release",
            f"{release!r} is not later than the newest release, {past.newest}",
        )
    successor = row["successor_id"]
    if successor is None or id_prefix(name) != id_prefix(successor):
        return
    successor_tables = [table for table, records in now.records.items() if successor in records]
    # The successor of a record that moved is in another table, any other in the same one.
    has_moved, is_in_same_table = row["reason"] == "moved", set(successor_tables) & set(tables)
    if successor_tables and has_moved == bool(is_in_same_table):
        message = f"{successor!r} is of {successor_tables[0]}, {name!r} was of {tables[0]}"
        yield Violation("E346", "retired", name, "successor_id", message)


def check_released_ids(
    dataset: Dataset, past: ReleasedIds, building: str | None = None
) -> Iterator[tuple[Row | None, Finding]]:
    """Yield findings of the rules on released ids in a dataset.

    A table is left out if one of its files could not be read. If the retired ids could not be
    read, nothing is checked.

    Args:
        dataset: The records.
        past: The ids of the releases.
        building: The version that is being built from the records, if any.

    Returns:
        Each finding with its row, which is None if the record is missing.

    """
    if "retired" in dataset.broken:
        return
    for breach in find_violations(past, _read_current_ids(dataset), building):
        rule = PERMANENCE_RULES.get(breach.code) or _SUCCESSOR
        row = _find_row(dataset, breach)
        place = row.place(breach.column) if row else _locate_missing(dataset, breach.table)
        field = f"{row.prefix}{TABLES[row.table].columns()[breach.column].written}: " if row else ""
        yield (
            row,
            Finding(
                place,
                rule.code,
                f"{field}{breach.message}: {rule.title}",
                rule.remedy,
                rule.severity,
            ),
        )


def _read_current_ids(dataset: Dataset) -> ReleaseIds:
    every, valid = (
        _to_edition(
            {
                name: frame
                for name, frame in frames.from_dataset(dataset, sound=sound).items()
                if name not in dataset.broken
            }
        )
        for sound in (False, True)
    )
    records = {
        table: {name: valid.records[table].get(name) for name in names}
        for table, names in every.records.items()
    }
    return ReleaseIds(records, every.retired)


def _find_row(dataset: Dataset, breach: Violation) -> Row | None:
    key = "record_id" if breach.table == "retired" else KEYS[breach.table]
    numbers = dataset.frames[breach.table].filter(pl.col(key) == breach.name)["row"]
    return dataset.rows[breach.table][numbers[0]] if len(numbers) else None


def _locate_missing(dataset: Dataset, table: str) -> Place:
    """Return the place of a missing record.

    It is the first that exists of the single file of its table, the file of retired ids, any file
    of the table, and the folder of the dataset.
    """
    single_files = [str(dataset.root / f"{name}.yaml") for name in (table, "retired")]
    table_files = [
        file for file, name in zip(dataset.files, dataset.tables, strict=True) if name == table
    ]
    existing = (file for file in [*single_files, *table_files] if file in dataset.files)
    return Place(next(existing, str(dataset.root)), 1, 1)


def find_future_dates(dataset: Dataset, today: dt.date) -> Iterator[tuple[Row, Finding]]:
    """Yield a warning for each record of something that took place, with a date in the future.

    Args:
        dataset: The records.
        today: The date of the build.

    Returns:
        Each finding with its row.

    """
    rule = PERMANENCE_RULES["W340"]
    for table, columns in PAST_DATES.items():
        frame = dataset.frames[table]
        for column in columns:
            for number in frame.filter(pl.col("_sound") & (pl.col(column) > today))["row"]:
                row = dataset.rows[table][number]
                field = f"{row.prefix}{TABLES[table].columns()[column].written}"
                message = f"{field}: {row.values[column]} is after {today}: {rule.title}"
                place = row.place(column)
                yield row, Finding(place, rule.code, message, rule.remedy, rule.severity)
